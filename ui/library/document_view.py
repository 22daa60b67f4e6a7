"""One document as a page of its own: its text as it is, the quote marked, what was cleaned away greyed.

Plain HTML without a script, so that it opens at its quote in any browser, prints, and cannot run what a document says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from index.catalogue import Catalogue, DocumentEntry
from index.cleaning import furniture
from index.records import Document, Fact
from ui.library.view import ROLE_TITLES, STATUS_TITLES, facts_link
from ui.markup import escape
from ui.masthead import page_links
from ui.messages import language_in_force, say

PART_CHARACTERS: Final = 60_000
"""A longer document is shown in parts of about this size, cut at the end of a line."""
_LINE_SEARCHED: Final = 4_000
_ASSETS: Final = Path(__file__).parents[1] / "assets"
_CLEANING_SHOWN_MAX: Final = 500_000
"""Characters above which finding what was cleaned away takes too long for a page."""
_NOTHING_RUNS: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'"
)
"""In the page itself, so that it adds to the policy of whoever serves the page."""
NO_SUCH_SPAN: Final = "链接里的位置不在这篇文档里，文档可能已经更新；下面从头显示。"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text that is shown differently; offsets of the document's text, half open."""

    start: int
    end: int
    css: str
    title: str = ""
    """What a tooltip says."""


def render_document(catalogue: Catalogue, path: str, quote: tuple[int, int] | None, part: int | None, root: str) -> str:
    """Return the page of a document; `quote` is marked and scrolled to, `part` counts from 1, `root` leads to the chat.

    Raises:
        KeyError: the index holds no document of this path.
        IndexDamagedError: the database is corrupt.
    """
    document, entry = catalogue.document(path), catalogue.entry(path)
    is_inside = quote is not None and 0 <= quote[0] < quote[1] <= len(document.text)
    marked = quote if is_inside else None
    bounds = part_bounds(document.text)
    number = bisect_right(bounds, marked[0]) if marked and part is None else part or 1
    number = min(max(number, 1), len(bounds) - 1)
    dropped = _furniture(document.text)
    start, end = bounds[number - 1], bounds[number]
    spans = _spans(catalogue.facts_within(path, start, end), dropped)
    body = render_text(document.text, start, end, spans, marked)
    problem = f'<p class="problem" role="alert">{say(NO_SUCH_SPAN)}</p>' if quote and not is_inside else ""
    turns = _turns(number, len(bounds) - 1)
    content = f'{_head(document, entry, dropped, root)}{problem}{turns}<div class="text" lang="zh">{body}</div>{turns}'
    return _page(document.title, content, root)


def render_missing(sentence: str, root: str) -> str:
    """Return the page that says in one sentence why a document cannot be shown."""
    return _page(say("找不到文档"), f'<p class="problem" role="alert">{escape(say(sentence))}</p>', root)


def render_text(text: str, start: int, end: int, spans: Sequence[Span], quote: tuple[int, int] | None = None) -> str:
    """Escape `text[start:end]`; spans and the quote may overlap, the first piece of the quote has the id `quote`."""
    quote_start, quote_end = quote or (-1, -1)
    cuts = {start, end, quote_start, quote_end} | {cut for span in spans for cut in (span.start, span.end)}
    edges = sorted(cut for cut in cuts if start <= cut <= end)
    open_spans = sorted(spans, key=lambda span: span.start)
    pieces: list[str] = []
    identity = ' id="quote"'
    active: list[Span] = []
    position = 0
    for left, right in pairwise(edges):
        while position < len(open_spans) and open_spans[position].start <= left:
            active.append(open_spans[position])
            position += 1
        active = [span for span in active if span.end > left]
        piece = _wrapped(escape(text[left:right]), active)
        if quote_start <= left < quote_end:
            piece = f"<mark{identity}>{piece}</mark>"
            identity = ""
        pieces.append(piece)
    return "".join(pieces)


def part_bounds(text: str) -> list[int]:
    """Return where the parts of a text begin, and its end; a part ends after a line where one ends near."""
    bounds = [0]
    while len(text) - bounds[-1] > PART_CHARACTERS + _LINE_SEARCHED:
        wanted = bounds[-1] + PART_CHARACTERS
        line_end = text.find("\n", wanted, wanted + _LINE_SEARCHED)
        bounds.append(wanted if line_end < 0 else line_end + 1)
    return [*bounds, len(text)]


@lru_cache(maxsize=16)
def _furniture(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(furniture(text)) if len(text) <= _CLEANING_SHOWN_MAX else ()


def _spans(facts: Iterable[Fact], dropped: Iterable[tuple[int, int]]) -> list[Span]:
    figures = [Span(fact.start, fact.end, "fact", _said(fact)) for fact in facts]
    return figures + [Span(start, end, "furniture", say("已清理，不参与回答")) for start, end in dropped]


def _said(fact: Fact) -> str:
    kind = f"{say(ROLE_TITLES[fact.role])}，{say(STATUS_TITLES[fact.status])}"
    return " · ".join(part for part in (fact.indicator, fact.text, fact.place, fact.period, kind) if part)


def _wrapped(piece: str, spans: Iterable[Span]) -> str:
    for span in spans:
        title = f' title="{escape(span.title)}"' if span.title else ""
        piece = f'<span class="{span.css}"{title}>{piece}</span>'
    return piece


def _head(document: Document, entry: DocumentEntry, dropped: Sequence[tuple[int, int]], root: str) -> str:
    cleaned = sum(end - start for start, end in dropped)
    share = say("没有")
    if cleaned:
        share = say("{count} 字（{share}）", count=f"{cleaned:,}", share=f"{cleaned / len(document.text):.0%}")
    facts = say("{count} 个", count=f"{entry.facts:,}")
    is_long = len(document.text) > _CLEANING_SHOWN_MAX
    pairs = (
        (say("文件"), f'<span class="path">{escape(document.path)}</span>'),
        (say("发布"), escape(document.published or "")),
        (say("地区"), escape("、".join(entry.places))),
        (say("字数"), f"{entry.characters:,}"),
        (say("数字"), f'<a href="{root}{escape(facts_link(document.path))}">{facts}</a>'),
        (say("清理掉"), say("这篇太长，没有标出") if is_long else share),
        (say("编码"), escape(document.encoding)),
    )
    shown = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs if value)
    return (
        f"<h1>{escape(document.title)}</h1><dl>{shown}</dl>"
        f'<p class="key"><mark>{say("引文")}</mark><span class="fact">{say("认出的数字")}</span>'
        f'<span class="furniture">{say("清理掉的部分：导航、广告、别的文章，不参与回答")}</span></p>'
    )


def _turns(number: int, count: int) -> str:
    if count == 1:
        return ""
    back = f'<a href="?part={number - 1}">{say("上一部分")}</a>' if number > 1 else ""
    on = f'<a href="?part={number + 1}">{say("下一部分")}</a>' if number < count else ""
    here = say("第 {number} / {count} 部分", number=number, count=count)
    return f'<nav class="parts" aria-label="{say("文档的各部分")}">{back}<span>{here}</span>{on}</nav>'


def _page(title: str, content: str, root: str) -> str:
    style, name, seal = (_ASSETS / "document.css").read_text(encoding="utf-8"), say("数证"), say("证")
    return (
        f'<!doctype html><html lang="{language_in_force()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_RUNS}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="{root}favicon.ico">'
        f"<title>{escape(title)} - {name}</title><style>{style}</style></head><body>"
        f'<header><a class="home" href="{root}"><span class="seal" aria-hidden="true">{seal}</span>{name}</a>'
        f"{page_links(None, root)}</header><main>{content}</main></body></html>"
    )
