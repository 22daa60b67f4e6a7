"""Answers as HTML, by plain functions: the answer first, then its figures, conflicts and sources."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.contract import Answer, Citation, Conflict, Figure, RefusalReason
from ui.comparison import comparable, render_comparison
from ui.figures import render_chips
from ui.markup import answer_text, escape, joined, reference
from ui.messages import say
from ui.sources import Source, offsets_text, render_sources
from ui.turn_tools import edit_button, render_tools, retry_button

REFUSAL_REASONS = {
    RefusalReason.NOTHING_FOUND: "资料中没有找到与问题有关的内容",
    RefusalReason.NO_FIGURE: "资料谈到了这件事，但没有给出数字",
    RefusalReason.OTHER_PERIOD: "资料中只有其他时间的数字",
    RefusalReason.OTHER_PLACE: "资料中只有其他地区的数字",
    RefusalReason.UNVERIFIED: "找到的数字无法与原文逐字核实",
}
_QUOTES = re.compile(r"原文\[\d{1,3}\][:：]“")
_QUESTION_SHOWN = 500
"""Characters of a question that the page repeats."""


def render_conversation(turns: Sequence[str], announcement: str = "") -> str:
    """Return all turns, with the newest outcome in a live region for screen readers."""
    live = f'<p class="sr-only" role="status" aria-live="polite">{escape(announcement)}</p>'
    return f'<div class="conversation">{live}{"".join(turns)}</div>'


def render_turn(
    answer: Answer, sources: Sequence[Source], turn: int, *, drafted: bool = False, rating: str | None = None
) -> str:
    """Return one question with its answer or refusal; `turn` makes the element ids unique on the page.

    Where a language model is wording the answer (`drafted`) there is room for its draft, marked as not verified.
    `rating` is what the reader said of the answer (`up`, `down` or empty); None where nobody is asked.
    """
    kind = "refused" if answer.refused else "answered"
    compared = comparable(answer.figures)
    reply = "".join(
        (
            _refusal(answer) if answer.refused else "",
            _lead(answer, turn),
            render_chips([figure for figure in answer.figures if figure not in compared], turn),
            render_comparison(compared, turn),
            _conflicts(answer, turn),
            _quoted(answer, turn),
            _notice(answer.notice),
            _draft() if drafted else render_tools(answer, copy_text(answer), turn, rating),
        )
    )
    return _turn(answer.question, turn, kind, reply, render_sources(sources, answer, turn))


def render_pending(question: str, turn: int) -> str:
    """Return a question whose answer is being looked for."""
    waiting = f'<p class="waiting"><span class="dots" aria-hidden="true"></span>{say("正在查阅资料…")}</p>'
    return _turn(question, turn, "pending", waiting)


def render_error(question: str, message: str, turn: int) -> str:
    """Return a question that could not be answered, with the one sentence that says why."""
    said = f'<p class="error" role="alert">{escape(say(message))}</p>'
    return _turn(question, turn, "failed", f'{said}<p class="meta">{retry_button(turn)}</p>')


def render_stopped(question: str, turn: int) -> str:
    """Return a question that was stopped before anything was found."""
    said = f'<p class="notice">{say("已停止，没有作答。")}</p>'
    return _turn(question, turn, "stopped", f'{said}<p class="meta">{retry_button(turn)}</p>')


def reason_text(reason: RefusalReason) -> str:
    """Return why the documents do not answer, as one clause."""
    return say(REFUSAL_REASONS[reason])


def copy_text(answer: Answer) -> str:
    """Return an answer with its quotes as plain text, for another document."""
    sources = [
        f"[{citation.n}] {source_line(citation)}：“{citation.quote}”（{citation.doc}，{offsets_text([citation])}）"
        for citation in answer.citations
    ]
    return "\n".join((answer.answer, *(("", say("依据：")) if sources else ()), *sources))


def _turn(question: str, turn: int, kind: str, reply: str, sources: str = "") -> str:
    shown = question if len(question) <= _QUESTION_SHOWN else f"{question[:_QUESTION_SHOWN]}…"
    return (
        f'<article class="turn {kind}" id="t{turn}" aria-labelledby="t{turn}q" data-question="{escape(question)}">'
        f'<div class="asked"><h2 class="question" id="t{turn}q">'
        f'<span class="seal" aria-hidden="true">{say("问")}</span>'
        f"<span>{escape(shown.strip()) or say('（空）')}</span></h2>{edit_button(question, turn)}</div>"
        f'<div class="body"><div class="reply">{reply}</div>{sources}</div></article>'
    )


def _lead(answer: Answer, turn: int) -> str:
    lead, _ = _parted(answer)
    return f'<div class="answer">{_text(lead, answer, turn)}</div>'


def _quoted(answer: Answer, turn: int) -> str:
    """Return the quotes that an answer ends with: below its figures, since the cards hold them, too."""
    _, quoted = _parted(answer)
    return f'<div class="quoted">{_text(quoted, answer, turn)}</div>' if quoted else ""


def _parted(answer: Answer) -> tuple[str, str]:
    """Return what an answer says, and the quotes that it ends with."""
    begins = _QUOTES.search(answer.answer)
    if begins is None or begins.start() == 0:
        return answer.answer, ""
    return answer.answer[: begins.start()], answer.answer[begins.start() :]


def _text(text: str, answer: Answer, turn: int) -> str:
    bold = [figure.text for figure in answer.figures if figure.verified]
    return answer_text(text, bold, answer.citations, turn)


def _refusal(answer: Answer) -> str:
    said = f"<span>{reason_text(answer.refusal_reason)}</span>" if answer.refusal_reason else ""
    return f'<p class="refusal"><strong>{say("不作答")}</strong>{said}</p>'


def _conflicts(answer: Answer, turn: int) -> str:
    groups: dict[int, list[Conflict]] = {}
    for conflict in answer.conflicts:
        groups.setdefault(_rival(conflict, answer.figures), []).append(conflict)
    return "".join(
        _conflict_group(answer.figures[place] if place >= 0 else None, rivals, answer.citations, turn)
        for place, rivals in groups.items()
    )


def _rival(conflict: Conflict, figures: Sequence[Figure]) -> int:
    """Return the place of the figure that a conflict contradicts, -1 where the answer has none."""
    keys = [(figure.indicator, figure.place, figure.period) for figure in figures]
    key = (conflict.indicator, conflict.place, conflict.period)
    if key in keys:
        return keys.index(key)
    units = [figure.unit for figure in figures]
    return units.index(conflict.unit) if conflict.unit in units else -1


def _conflict_group(figure: Figure | None, rivals: Sequence[Conflict], citations: Sequence[Citation], turn: int) -> str:
    about = joined((rivals[0].indicator, rivals[0].place, rivals[0].period))
    sides: list[Figure | Conflict] = [*([figure] if figure else []), *rivals]
    cards = "".join(_conflict_side(side, citations, turn) for side in sides)
    return (
        f'<section class="conflict" aria-label="{say("来源不一致")}">'
        f"<h3>{say('各来源说法不一')}{f'：{about}' if about else ''}</h3>"
        f"<ul>{cards}</ul></section>"
    )


def _conflict_side(side: Figure | Conflict, citations: Sequence[Citation], turn: int) -> str:
    citation = next((known for known in citations if known.n == side.citation), None)
    source = f"{escape(source_line(citation))} {reference(turn, citation.n)}" if citation else ""
    label = say("答案采用") if isinstance(side, Figure) else say("另一说法")
    return (
        f'<li><span class="label">{label}</span><b class="amount">{escape(side.text)}</b>'
        f'<span class="from">{source}</span></li>'
    )


def source_line(citation: Citation) -> str:
    """Return title, date and section of a source; a section that is the title is not said again."""
    parts = (citation.title or citation.doc, citation.published, citation.section)
    return "，".join(dict.fromkeys(part for part in parts if part))


def _notice(notice: str | None) -> str:
    return f'<p class="notice">{escape(say(notice))}</p>' if notice else ""


def _draft() -> str:
    """Return the place where the page's script writes the draft of a language model."""
    return (
        f'<section class="draft" aria-label="{say("语言模型的草稿")}"><h3><span class="dots" aria-hidden="true"></span>'
        f'{say("语言模型正在组织语言，草稿尚未核对")}</h3><p class="draft-text"></p></section>'
    )
