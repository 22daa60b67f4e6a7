"""Facts as HTML: the table with the sentence that proves each figure, and the lines above it."""

from __future__ import annotations

from collections.abc import Sequence

from index.catalogue import FactEntry
from ui.library.table import Column, Sorting, render_pager, render_table
from ui.library.view import PAGE_ROWS, ROLE_TITLES, STATUS_TITLES, FactView, document_link, query_string
from ui.markup import escape, highlighted, joined
from ui.messages import say

COLUMNS = (
    Column("指标", "indicator"),
    Column("数字", "value"),
    Column("地区", "place"),
    Column("时间", "period"),
    Column("类别"),
    Column("原文"),
    Column("文档", "title"),
)
_CONTEXT = 60
"""Characters of a sentence shown on each side of the figure."""


def render_facts(entries: Sequence[FactEntry], total: int, view: FactView) -> str:
    """Return one page of facts with its count, exports and pager; `data-query` is the page's address."""
    query = query_string(view)
    if not entries:
        shown = f'<p class="nothing">{say("没有符合条件的数字。请减少条件，或换一个说法。")}</p>'
    else:
        rows = [_row(entry) for entry in entries]
        sorting = Sorting(view.order, view.descending)
        shown = render_table(say("文档里的数字"), "facts", COLUMNS, rows, sorting) + render_pager(
            view.page, PAGE_ROWS, total
        )
    return (
        f'<section class="results" data-query="{escape(query)}">{_summary(len(entries), total, view)}{shown}</section>'
    )


def _summary(shown: int, total: int, view: FactView) -> str:
    counted, first, last = f"{total:,}", f"{view.offset + 1:,}", f"{view.offset + shown:,}"
    span = say("，这里是第 {first}–{last} 个", first=first, last=last) if 0 < shown < total else ""
    query = escape(query_string(view))
    exports = (
        f'<span class="exports">{say("导出全部 {total} 个：", total=counted)}'
        f'<a href="facts.csv?{query}" download>CSV</a><a href="facts.xlsx?{query}" download>Excel</a></span>'
    )
    said = say("共 {total} 个数字", total=counted)
    return f'<div class="summary"><p role="status">{said}{span}</p>{exports if total else ""}</div>'


def _row(entry: FactEntry) -> tuple[str, ...]:
    fact = entry.fact
    link = escape(document_link(fact.doc, entry.quote_start, entry.quote_end))
    kind = say(STATUS_TITLES[fact.status])
    return (
        escape(fact.indicator) or "—",
        f'<b class="amount">{_qualified(fact.text, fact.qualifier)}</b>',
        escape(fact.place) or "—",
        escape(fact.period) or "—",
        f'<span class="kind">{say(ROLE_TITLES[fact.role])}</span> <span class="kind {fact.status}">{kind}</span>',
        f'<a class="quote" href="{link}" title="{say("打开原文")}">{_sentence(entry)}</a>',
        f'{escape(entry.title)}<span class="path">{joined((fact.doc, entry.published or ""))}</span>',
    )


def _qualified(text: str, qualifier: str) -> str:
    head, found, tail = text.partition(qualifier) if qualifier else (text, "", "")
    return f'{escape(head)}<span class="qualifier">{escape(found)}</span>{escape(tail)}' if found else escape(text)


def _sentence(entry: FactEntry) -> str:
    """The figure marked, with the words around it; the sentence is one line however the file breaks it."""
    start, end = entry.fact.start - entry.quote_start, entry.fact.end - entry.quote_start
    first, last = max(0, start - _CONTEXT), min(len(entry.quote), end + _CONTEXT)
    inner = highlighted(entry.quote[first:last], [(start - first, end - first)])
    return f"{'…' if first else ''}{inner}{'…' if last < len(entry.quote) else ''}"
