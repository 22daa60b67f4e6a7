"""The cards that show where an answer comes from: one a paragraph, its quotes highlighted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import ShuzhengError
from rag.contract import Answer, Citation, Conflict, Figure
from ui.engine import Engine
from ui.library.view import document_link
from ui.markup import anchor, escape, highlighted, joined
from ui.messages import say

_LONG_PARAGRAPH = 360
"""Characters above which a paragraph is folded to a scrolling box until the reader opens it."""
_OFFSET_MAX = 2**31
"""Above every offset of a document, below what a database refuses to look for."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """One paragraph of a document and the citations that stand in it."""

    citations: tuple[Citation, ...]
    start: int
    """Of `text` in the document's text, code points."""
    text: str
    """Raw text of the whole paragraph."""

    def holds(self, citation: Citation) -> bool:
        """Whether the citation's quote stands in this paragraph, character for character."""
        start, end = citation.start - self.start, citation.end - self.start
        return citation.doc == self.citations[0].doc and start >= 0 and self.text[start:end] == citation.quote


def find_sources(citations: Sequence[Citation], engine: Engine) -> tuple[Source, ...]:
    """Fetch the paragraph of each citation; citations of one paragraph share a `Source`, in order of appearance."""
    sources: list[Source] = []
    for citation in citations:
        known = next((place for place, source in enumerate(sources) if source.holds(citation)), None)
        if known is None:
            sources.append(_source_of(citation, engine))
        else:
            old = sources[known]
            sources[known] = Source((*old.citations, citation), old.start, old.text)
    return tuple(sources)


def stands(citation: Citation, engine: Engine) -> bool:
    """Tell whether a citation from outside says what stands in the index's document at its place."""
    if citation.end > _OFFSET_MAX:
        return False
    try:
        start, _, text = engine.paragraph(citation)
    except (KeyError, ShuzhengError):
        return False
    return Source((citation,), start, text).holds(citation)


def _source_of(citation: Citation, engine: Engine) -> Source:
    alone = Source((citation,), citation.start, citation.quote)
    try:
        start, _, text = engine.paragraph(citation)
    except ShuzhengError:
        log.exception("the paragraph of %s:%d-%d cannot be read", citation.doc, citation.start, citation.end)
        return alone
    whole = Source((citation,), start, text)
    if not whole.holds(citation):
        log.error("the quote %s:%d-%d is not in its paragraph", citation.doc, citation.start, citation.end)
        return alone
    return whole


def render_sources(sources: Sequence[Source], answer: Answer, turn: int) -> str:
    """Return the list of cards, or an empty string where nothing is cited."""
    if not sources:
        return ""
    cards = "".join(_card(source, answer, turn) for source in sources)
    title = say("原文依据")
    return f'<aside class="sources" aria-label="{title}"><h3>{title}</h3><ol>{cards}</ol></aside>'


def offsets_text(citations: Sequence[Citation]) -> str:
    """Return where quotes stand in the document's text, in code points."""
    return say("第 {offsets} 字", offsets="、".join(f"{citation.start}–{citation.end}" for citation in citations))


def _card(source: Source, answer: Answer, turn: int) -> str:
    first = source.citations[0]
    numbers = "".join(
        f'<span class="number" id="{anchor(turn, citation.n)}">{citation.n}</span>' for citation in source.citations
    )
    spans = [(citation.start - source.start, citation.end - source.start) for citation in source.citations]
    link = document_link(first.doc, first.start, first.end)
    return (
        f'<li class="source"><h4><span class="numbers">{numbers}</span>{escape(first.title or first.doc)}</h4>'
        f"{_about(source, answer)}{_paragraph(highlighted(source.text, spans), len(source.text))}"
        f'<p class="locator"><span class="path">{escape(first.doc)}</span> '
        f"<span>{offsets_text(source.citations)}</span></p>"
        f'<p class="open"><a class="whole" href="{escape(link)}">{say("在全文中查看")}</a></p></li>'
    )


def _about(source: Source, answer: Answer) -> str:
    cited = {citation.n for citation in source.citations}
    entries: list[Figure | Conflict] = [*answer.figures, *answer.conflicts]
    measured = [entry for entry in entries if entry.citation in cited]
    lines = (
        joined([source.citations[0].published or ""]),
        joined((entry.place for entry in measured), "、"),
        joined((entry.period for entry in measured), "、"),
        joined((citation.section for citation in source.citations if citation.section != citation.title), "；"),
    )
    labels = (say("发布"), say("地区"), say("时间"), say("章节"))
    pairs = [f"<div><dt>{label}</dt><dd>{line}</dd></div>" for label, line in zip(labels, lines, strict=True) if line]
    return f"<dl>{''.join(pairs)}</dl>" if pairs else ""


def _paragraph(content: str, length: int) -> str:
    if length <= _LONG_PARAGRAPH:
        return f"<blockquote>{content}</blockquote>"
    return (
        f'<blockquote class="long" tabindex="0" role="region" aria-label="{say("原文段落")}">{content}</blockquote>'
        f'<button type="button" class="link" data-unfold="{say("收起")}" aria-expanded="false">'
        f"{say('展开整段')}</button>"
    )
