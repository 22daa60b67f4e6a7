"""Answers as HTML, by plain functions: the answer first, then its figures, conflicts and sources."""

from __future__ import annotations

from collections.abc import Sequence

from rag.contract import Answer, Citation, Conflict, Figure, Mode, RefusalReason
from ui.markup import answer_text, escape, joined, reference
from ui.sources import Source, render_sources

REFUSAL_REASONS = {
    RefusalReason.NOTHING_FOUND: "资料中没有找到与问题有关的内容",
    RefusalReason.NO_FIGURE: "资料谈到了这件事，但没有给出数字",
    RefusalReason.OTHER_PERIOD: "资料中只有其他时间的数字",
    RefusalReason.OTHER_PLACE: "资料中只有其他地区的数字",
    RefusalReason.UNVERIFIED: "找到的数字无法与原文逐字核实",
}
_STAGES = {
    "read": "查阅",
    "compose": "作答",
    "generate": "模型表述",
}
_PROVED = (
    '<span class="check" title="已与原文逐字核实">'
    '<span aria-hidden="true">✓</span><span class="sr-only">已核实</span></span>'
)
_UNVERIFIED = ("unverified", '<span class="check">未核实</span>')
_CHECKS = {
    (True, True): ("verified", _PROVED),
    (True, False): ("computed", '<span class="check" title="由所引数字算出">✓ 计算</span>'),
    (False, True): _UNVERIFIED,
    (False, False): _UNVERIFIED,
}
"""Class and check mark of a figure by (verified, quoted): verified without a quote of its own, it was computed."""
_UNITS_NOT_SHOWN = ("", "date", "排名")
_QUESTION_SHOWN = 500
"""Characters of a question that the page repeats."""


def render_conversation(turns: Sequence[str], announcement: str = "") -> str:
    """Return all turns, with the newest outcome in a live region for screen readers."""
    live = f'<p class="sr-only" role="status" aria-live="polite">{escape(announcement)}</p>'
    return f'<div class="conversation">{live}{"".join(turns)}</div>'


def render_turn(answer: Answer, sources: Sequence[Source], turn: int) -> str:
    """Return one question with its answer or refusal; `turn` makes the element ids unique on the page."""
    kind = "refused" if answer.refused else "answered"
    reply = "".join(
        (
            _refusal(answer) if answer.refused else "",
            _lead(answer, turn),
            _figures(answer.figures, turn),
            _conflicts(answer, turn),
            _notice(answer.notice),
            _meta(answer),
        )
    )
    return _turn(answer.question, turn, kind, reply, render_sources(sources, answer, turn))


def render_pending(question: str, turn: int) -> str:
    """Return a question whose answer is being looked for."""
    waiting = '<p class="waiting"><span class="dots" aria-hidden="true"></span>正在查阅资料…</p>'
    return _turn(question, turn, "pending", waiting)


def render_error(question: str, message: str, turn: int) -> str:
    """Return a question that could not be answered, with the one sentence that says why."""
    return _turn(question, turn, "failed", f'<p class="error" role="alert">{escape(message)}</p>')


def copy_text(answer: Answer) -> str:
    """Return an answer with its quotes as plain text, for another document."""
    sources = [
        f"[{citation.n}] {_source_line(citation)}：“{citation.quote}”"
        f"（{citation.doc}，第 {citation.start}–{citation.end} 字）"
        for citation in answer.citations
    ]
    return "\n".join((answer.answer, *(("", "依据：") if sources else ()), *sources))


def total_ms(timings: dict[str, float]) -> float:
    """Return the whole time of an answer in milliseconds: `total` where it is given, else the sum of the stages."""
    return timings.get("total", sum(timings.values()))


def _turn(question: str, turn: int, kind: str, reply: str, sources: str = "") -> str:
    shown = question if len(question) <= _QUESTION_SHOWN else f"{question[:_QUESTION_SHOWN]}…"
    return (
        f'<article class="turn {kind}" id="t{turn}" aria-labelledby="t{turn}q">'
        f'<h2 class="question" id="t{turn}q"><span class="seal" aria-hidden="true">问</span>'
        f"<span>{escape(shown.strip()) or '（空）'}</span></h2>"
        f'<div class="body"><div class="reply">{reply}</div>{sources}</div></article>'
    )


def _lead(answer: Answer, turn: int) -> str:
    bold = [figure.text for figure in answer.figures if figure.verified]
    return f'<div class="answer">{answer_text(answer.answer, bold, answer.citations, turn)}</div>'


def _refusal(answer: Answer) -> str:
    reason = REFUSAL_REASONS[answer.refusal_reason] if answer.refusal_reason else ""
    said = f"<span>{reason}</span>" if reason else ""
    return f'<p class="refusal"><strong>不作答</strong>{said}</p>'


def _figures(figures: Sequence[Figure], turn: int) -> str:
    if not figures:
        return ""
    chips = "".join(_chip(figure, turn) for figure in figures)
    return f'<ul class="figures" aria-label="答案中的数字">{chips}</ul>'


def _chip(figure: Figure, turn: int) -> str:
    kind, check = _CHECKS[figure.verified, figure.citation > 0]
    proof = reference(turn, figure.citation) if kind == "verified" else ""
    about = joined((figure.indicator, figure.place, figure.period))
    return (
        f'<li class="figure {kind}">{check}<b class="amount">{_amount(figure)}</b>'
        f'<span class="about">{about}{proof}</span></li>'
    )


def _amount(figure: Figure) -> str:
    """Return the figure as written, its qualifier set apart, its unit added where the text leaves it out."""
    head, qualifier, tail = _split_qualifier(figure.text, figure.qualifier)
    marked = f'<span class="qualifier" title="限定词，不是精确值">{escape(qualifier)}</span>' if qualifier else ""
    unit = "" if figure.unit in _UNITS_NOT_SHOWN or figure.unit in figure.text else figure.unit
    added = f' <span class="unit">{escape(unit)}</span>' if unit else ""
    return f"{escape(head)}{marked}{escape(tail)}{added}"


def _split_qualifier(text: str, qualifier: str) -> tuple[str, str, str]:
    """Split `近4亿元` and `2300余家` around the qualifier; put it in front of a text that does not hold all of it."""
    if not qualifier:
        return text, "", ""
    if qualifier in text:
        head, _, tail = text.partition(qualifier)
        return head, qualifier, tail
    held = max(size for size in range(len(qualifier)) if text.startswith(qualifier[len(qualifier) - size :]))
    return "", qualifier, text[held:]


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
        f'<section class="conflict" aria-label="来源不一致"><h3>各来源说法不一{f"：{about}" if about else ""}</h3>'
        f"<ul>{cards}</ul></section>"
    )


def _conflict_side(side: Figure | Conflict, citations: Sequence[Citation], turn: int) -> str:
    citation = next((known for known in citations if known.n == side.citation), None)
    source = f"{escape(_source_line(citation))} {reference(turn, citation.n)}" if citation else ""
    label = "答案采用" if isinstance(side, Figure) else "另一说法"
    return (
        f'<li><span class="label">{label}</span><b class="amount">{escape(side.text)}</b>'
        f'<span class="from">{source}</span></li>'
    )


def _source_line(citation: Citation) -> str:
    return "，".join(part for part in (citation.title or citation.doc, citation.published, citation.section) if part)


def _notice(notice: str | None) -> str:
    return f'<p class="notice">{escape(notice)}</p>' if notice else ""


def _meta(answer: Answer) -> str:
    mode = f"模型表述（{answer.model}）" if answer.mode is Mode.LLM and answer.model else "摘录原文"
    spent = {_STAGES.get(stage, stage): ms for stage, ms in answer.timings_ms.items() if stage != "total"}
    stages = "、".join(f"{stage} {ms:.0f} 毫秒" for stage, ms in spent.items())
    seconds = f"{total_ms(answer.timings_ms) / 1000:.2f} 秒"
    return (
        f'<p class="meta"><span>{escape(mode)}</span><span title="{escape(stages)}">{seconds}</span>'
        f'<button type="button" class="link" data-copy="{escape(copy_text(answer))}">复制答案与依据</button></p>'
    )
