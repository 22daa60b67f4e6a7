"""Tables as HTML: heads that sort, a row a record that becomes a card on a phone, and the buttons that turn pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.markup import escape
from ui.messages import say


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    title: str
    order: str = ""
    """What a click on the head sorts by; empty where it cannot sort."""


@dataclass(frozen=True, slots=True)
class Sorting:
    """How the rows are sorted now."""

    order: str
    descending: bool


def render_table(
    caption: str, kind: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], sorting: Sorting
) -> str:
    """Return a table; the cells are HTML already."""
    head = "".join(_head(column, sorting) for column in columns)
    titles = [escape(say(column.title)) for column in columns]
    body = "".join(
        "<tr>"
        + "".join(f'<td data-label="{title}">{cell}</td>' for title, cell in zip(titles, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="table-room"><table class="{kind}"><caption class="sr-only">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(column: Column, sorting: Sorting) -> str:
    if not column.order:
        return f'<th scope="col">{escape(say(column.title))}</th>'
    is_sorted = column.order == sorting.order
    state = ("descending" if sorting.descending else "ascending") if is_sorted else "none"
    sign = {"ascending": "▲", "descending": "▼", "none": "↕"}[state]
    return (
        f'<th scope="col" aria-sort="{state}"><button type="button" data-sort="{column.order}">'
        f'{escape(say(column.title))}<span aria-hidden="true">{sign}</span></button></th>'
    )


def render_pager(page: int, rows_on_page: int, total: int) -> str:
    """Return the buttons to other pages; empty where everything fits onto one."""
    pages = max(1, -(-total // rows_on_page))
    if pages == 1:
        return ""
    buttons = (
        _turn(say("首页"), 1, page > 1),
        _turn(say("上一页"), page - 1, page > 1),
        f'<span class="page-number">{say("第 {page} / {pages} 页", page=f"{page:,}", pages=f"{pages:,}")}</span>',
        _turn(say("下一页"), page + 1, page < pages),
        _turn(say("末页"), pages, page < pages),
    )
    return f'<nav class="pager" aria-label="{say("翻页")}">{"".join(buttons)}</nav>'


def _turn(title: str, page: int, possible: bool) -> str:
    return f'<button type="button" data-page="{page}"{"" if possible else " disabled"}>{title}</button>'
