"""A figure with its surroundings as one statement, as the cross-encoder reads it beside the question."""

from __future__ import annotations

from index import Fact, Passage, Status
from rag.matching import CELL_BORDER, Candidate

_CONTEXT_BEFORE = 44
_CONTEXT_AFTER = 16
_EVENT = 48
"""Characters behind a date, where what happened then is told."""
_TITLE = 30
_OPENING = 18
"""Characters of the passage's opening, which often names what it is about."""
_NO_BRACKETS = str.maketrans("【】", "[]")


def figure_in_context(candidate: Candidate) -> str:
    """A figure in brackets with what it inherits and the words around it, as the cross-encoder was trained to read."""
    passage = candidate.passage
    at = max(passage.view.find(candidate.sentence.view), 0)
    return statement_in_context(passage, candidate.fact, at)


def statement_in_context(passage: Passage, fact: Fact, sentence_start: int) -> str:
    """As `figure_in_context`, for a figure of the sentence that starts at `sentence_start` of the passage's view."""
    if CELL_BORDER in passage.view and fact.segment_end - fact.segment_start >= len(passage.view):
        return _cell_in_context(passage, fact)
    start, end = sentence_start + fact.view_start, sentence_start + fact.view_end
    opening = "" if start <= _CONTEXT_BEFORE else f"{passage.view[: min(_OPENING, start - _CONTEXT_BEFORE)]}…"
    before = _without_brackets(opening + passage.view[max(0, start - _CONTEXT_BEFORE) : start])
    follows = _EVENT if fact.unit == "date" else _CONTEXT_AFTER
    after = _without_brackets(passage.view[end : end + follows])
    return f"{_above(passage, fact, passage.section)}: {before}【{passage.view[start:end]}】{after}"


def _cell_in_context(passage: Passage, fact: Fact) -> str:
    """A cell said as prose says it, 一居室84套: the figures of the other columns say nothing of it."""
    caption = passage.section.rpartition(" / ")[0] or passage.section
    return f"{_above(passage, fact, caption)}: {_without_brackets(fact.place[-8:] + fact.indicator)}【{fact.text}】"


def _above(passage: Passage, fact: Fact, section: str) -> str:
    status = {Status.TARGET: "目标 ", Status.ESTIMATE: "预计 ", Status.RESULT: ""}[fact.status]
    above = f"{_shortened(passage.title)} {section[-18:]} {fact.place[-8:]} {fact.period} {status}"
    return _without_brackets(above + fact.indicator[:24])


def _shortened(title: str) -> str:
    """Who a document is of stands at the beginning of its title, what it is at the end."""
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 10]}…{title[-9:]}"


def _without_brackets(text: str) -> str:
    return text.translate(_NO_BRACKETS)
