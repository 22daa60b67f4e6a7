"""What a reader of the facts page is looking at, as it stands in the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from index.catalogue import FactFilter, FactOrder
from index.records import Role, Status

PAGE_ROWS: Final = 50
TEXT_MAX: Final = 200
"""Characters of a filter that are looked at."""
_PAGE_MAX: Final = 10_000_000
ROLE_TITLES: Final = {
    Role.LEVEL: "水平",
    Role.CHANGE: "增减",
    Role.SHARE: "占比",
    Role.RANK: "名次",
    Role.COMPLETION: "完成率",
    Role.CONTRIBUTION: "拉动",
    Role.DATE: "日期",
}
STATUS_TITLES: Final = {Status.RESULT: "结果", Status.ESTIMATE: "预计", Status.TARGET: "目标"}

_Choice = TypeVar("_Choice", bound=StrEnum)


ALL_ROLES: Final = "all"
"""Stands in an address for every role; where none is named, dates are left out."""


class ChartBy(StrEnum):
    """What stands along a chart."""

    PLACE = "place"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class FactView:
    """One page of the fact table, and the chart above it."""

    wanted: FactFilter = field(default_factory=lambda: FactFilter(with_dates=False))
    order: FactOrder = FactOrder.READING
    descending: bool = False
    page: int = 1
    chart: ChartBy | None = None
    kind: str = ""
    """Role and unit that the chart shows, as `level:家`; empty for the most frequent level."""

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * PAGE_ROWS

    def sorted_by(self, order: FactOrder) -> FactView:
        """The same facts by a column: up, then down, then in reading order again."""
        if order is not self.order:
            return replace(self, order=order, descending=False, page=1)
        if not self.descending:
            return replace(self, descending=True, page=1)
        return replace(self, order=FactOrder.READING, descending=False, page=1)


def parse_view(given: Mapping[str, object]) -> FactView:
    """Read a view from a query string or an event; what makes no sense counts as not given."""
    texts = {name: clean(given.get(name)) for name in ("search", "place", "period", "indicator", "doc", "unit")}
    wanted = FactFilter(
        **texts,
        status=choice(Status, given.get("status")),
        role=choice(Role, given.get("role")),
        with_dates=given.get("role") == ALL_ROLES,
    )
    return FactView(
        wanted,
        order=choice(FactOrder, given.get("order")) or FactOrder.READING,
        descending=given.get("descending") in ("1", True),
        page=page_number(given.get("page")),
        chart=choice(ChartBy, given.get("chart")),
        kind=clean(given.get("kind")),
    )


def query_string(view: FactView) -> str:
    """Return the part of an address after `?` that `parse_view` reads back; empty for the whole table."""
    wanted = view.wanted
    pairs = {
        "search": wanted.search,
        "place": wanted.place,
        "period": wanted.period,
        "indicator": wanted.indicator,
        "doc": wanted.doc,
        "unit": wanted.unit,
        "status": wanted.status or "",
        "role": role_value(wanted),
        "order": "" if view.order is FactOrder.READING else view.order,
        "descending": "1" if view.descending else "",
        "page": "" if view.page == 1 else str(view.page),
        "chart": view.chart or "",
        "kind": view.kind,
    }
    return urlencode({name: text for name, text in pairs.items() if text})


def role_value(wanted: FactFilter) -> str:
    """Return how an address names the roles wanted; empty for all but dates."""
    return wanted.role or (ALL_ROLES if wanted.with_dates else "")


def document_link(path: str, start: int | None = None, end: int | None = None) -> str:
    """Return the address of a document, relative to the root of the pages; with a span it opens at the quote."""
    address = f"documents/{quote(path, safe='/')}"
    return address if start is None else f"{address}?start={start}&end={end}#quote"


def facts_link(path: str) -> str:
    """Return the address of the facts of one document, relative to the root of the pages."""
    return f"facts?{urlencode({'doc': path, 'role': ALL_ROLES})}"


def clean(text: object) -> str:
    """Return a text that a database takes: a string, not too long, without halves of characters."""
    if not isinstance(text, str):
        return ""
    return text[:TEXT_MAX].encode("utf-8", "ignore").decode("utf-8").replace("\0", "").strip()


def choice(kind: type[_Choice], value: object) -> _Choice | None:
    """Return the member of this value, or None."""
    return next((member for member in kind if member.value == value), None)


def page_number(value: object) -> int:
    """Return a page number of at least 1."""
    number = int(value) if isinstance(value, int | str) and str(value).isdecimal() else 1
    return min(max(number, 1), _PAGE_MAX)
