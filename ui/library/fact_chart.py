"""Charts of one indicator: over places, the newest figure of each; over periods, one line a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from index import COUNT_UNITS, PERSON_UNITS, normalise
from index.catalogue import Catalogue, FactEntry
from index.records import Role, Status
from ui.library.drawing import Mark, draw_bars, draw_lines
from ui.library.view import ROLE_TITLES, ChartBy, FactView, document_link
from ui.markup import escape
from ui.messages import say

_READ_MAX: Final = 2000
"""Facts that a chart looks at."""
_BARS_MAX: Final = 20
_LINES_MAX: Final = 6
_KINDS_MAX: Final = 6
_SCALES: Final = ((10**8, "亿"), (10**4, "万"))


@dataclass(frozen=True, slots=True)
class _Scale:
    divisor: int
    unit: str


def render_chart(catalogue: Catalogue, view: FactView) -> str:
    """Return the chart that the view asks for, or one sentence that says what is missing; empty where none is asked."""
    if view.chart is None:
        return ""
    if not (view.wanted.indicator or view.wanted.search):
        return _sentence(say("先填一个指标（例如“高新技术企业”），再看图。"))
    kinds = [kind for kind in catalogue.kinds(view.wanted) if kind[0] not in {Role.DATE, Role.RANK} and kind[1]]
    if not kinds:
        return _sentence(say("符合条件的数字里没有可以画图的。"))
    named = {f"{role}:{unit}": (role, unit) for role, unit, _ in kinds}
    first = next((kind for kind in kinds if kind[0] is Role.LEVEL), kinds[0])
    role, unit = named.get(view.kind, first[:2])
    entries = list(catalogue.facts(replace(view.wanted, role=role, unit=unit), limit=_READ_MAX))
    choose = _over_places if view.chart is ChartBy.PLACE else _over_periods
    chosen = choose(sorted(entries, key=lambda entry: _rank(entry, normalise(view.wanted.indicator)), reverse=True))
    if not chosen:
        missing = say("地区") if view.chart is ChartBy.PLACE else say("时间")
        return _kinds(kinds, role, unit) + _sentence(say("这些数字没有写明{missing}，画不成图。", missing=missing))
    scale = _scale(unit, chosen)
    drawn = _bars(chosen, scale) if view.chart is ChartBy.PLACE else _lines(chosen, scale)
    return _kinds(kinds, role, unit) + f"<figure>{drawn}{_caption(view, chosen, scale)}{_data(chosen)}</figure>"


def _over_places(entries: Iterable[FactEntry]) -> list[FactEntry]:
    """The best figure of each place, the largest first."""
    newest = _first(entries, lambda entry: entry.fact.place)
    return sorted(newest, key=lambda entry: -entry.fact.value)[:_BARS_MAX]


def _over_periods(entries: Iterable[FactEntry]) -> list[FactEntry]:
    """One figure for each place and period of the places with most of them, in the order of time."""
    dated = [entry for entry in entries if entry.fact.period_start]
    single = _first(dated, lambda entry: f"{entry.fact.place}\n{entry.fact.period}")
    counts: dict[str, int] = {}
    for entry in single:
        counts[entry.fact.place] = counts.get(entry.fact.place, 0) + 1
    most = sorted(counts, key=lambda place: (-counts[place], place))[:_LINES_MAX]
    kept = [entry for entry in single if entry.fact.place in most]
    return sorted(kept, key=lambda entry: (entry.fact.period_start, entry.fact.period_end, entry.fact.id))


def _first(entries: Iterable[FactEntry], key: Callable[[FactEntry], str]) -> list[FactEntry]:
    """The first entry of each key; an empty key is none."""
    first: dict[str, FactEntry] = {}
    for entry in entries:
        if name := key(entry):
            first.setdefault(name, entry)
    return list(first.values())


def _rank(entry: FactEntry, indicator: str) -> tuple[bool, bool, int, int, int]:
    """The better the higher: the indicator itself, a result, the newest, the shortest wording, the first."""
    fact = entry.fact
    is_named = fact.indicator == indicator
    return is_named, fact.status is Status.RESULT, fact.period_end, -len(fact.indicator), -fact.id


def _scale(unit: str, entries: Sequence[FactEntry]) -> _Scale:
    most = max(abs(entry.fact.value) for entry in entries)
    if unit == "元" or unit in COUNT_UNITS or unit in PERSON_UNITS:
        for divisor, name in _SCALES:
            if most >= divisor:
                return _Scale(divisor, f"{name}{unit}")
    return _Scale(1, unit)


def _bars(entries: Sequence[FactEntry], scale: _Scale) -> str:
    return draw_bars(say("各地区最近的数字"), [(entry.fact.place, _mark(entry, scale)) for entry in entries])


def _lines(entries: Sequence[FactEntry], scale: _Scale) -> str:
    periods = list(dict.fromkeys(entry.fact.period for entry in entries))
    marks: dict[str, dict[str, Mark]] = {}
    for entry in entries:
        marks.setdefault(entry.fact.place, {})[entry.fact.period] = _mark(entry, scale)
    names = [
        f'<li class="serie-{number}">{escape(place or say("没有写明地区"))}</li>' for number, place in enumerate(marks)
    ]
    lines = [[found.get(period) for period in periods] for found in marks.values()]
    return f'<ul class="legend">{"".join(names)}</ul>{draw_lines(say("各时期的数字"), periods, lines)}'


def _mark(entry: FactEntry, scale: _Scale) -> Mark:
    fact = entry.fact
    label = " ".join(part for part in (fact.place, fact.period, fact.indicator, fact.text) if part)
    return Mark(float(fact.value / Decimal(scale.divisor)), label, _link(entry))


def _link(entry: FactEntry) -> str:
    return document_link(entry.fact.doc, entry.quote_start, entry.quote_end)


def _kinds(kinds: Sequence[tuple[Role, str, int]], role: Role, unit: str) -> str:
    """Buttons for the roles and units there are; one alone needs none."""
    if len(kinds) == 1:
        return ""
    buttons = "".join(
        f'<button type="button" data-kind="{kind}:{escape(of)}"'
        f' aria-pressed="{str((kind, of) == (role, unit)).lower()}">'
        f"{say(ROLE_TITLES[kind])}（{escape(of)}）{count}</button>"
        for kind, of, count in kinds[:_KINDS_MAX]
    )
    return f'<div class="kinds" role="group" aria-label="{say("画哪一类数字")}">{buttons}</div>'


def _caption(view: FactView, entries: Sequence[FactEntry], scale: _Scale) -> str:
    indicators = list(dict.fromkeys(entry.fact.indicator for entry in entries))
    named = "、".join(indicators[:4])
    if len(indicators) > 4:
        named = say("{named} 等 {count} 种说法", named=named, count=len(indicators))
    if view.chart is ChartBy.PLACE:
        what = say("每个地区取最近一期，有结果的不取预计和目标。")
    else:
        what = say("每个地区每期取一个，有结果的不取预计和目标。")
    unit, shown = say("单位：{unit}。", unit=scale.unit), say("图里的指标：{named}。", named=named)
    warning = say("说法不同的指标口径可能不同，点图上的数字看原文。")
    return f"<figcaption>{escape(unit + what + shown + warning)}</figcaption>"


def _data(entries: Sequence[FactEntry]) -> str:
    rows = "".join(
        f"<tr><td>{escape(entry.fact.place) or '—'}</td><td>{escape(entry.fact.period) or '—'}</td>"
        f"<td>{escape(entry.fact.indicator)}</td>"
        f'<td><a href="{escape(_link(entry))}">{escape(entry.fact.text)}</a></td></tr>'
        for entry in entries
    )
    titles = (say("地区"), say("时间"), say("指标"), say("数字"))
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    shown = say("图中的 {count} 个数字", count=len(entries))
    return f"<details><summary>{shown}</summary><table><tr>{head}</tr>{rows}</table></details>"


def _sentence(text: str) -> str:
    return f'<p class="nothing">{text}</p>'
