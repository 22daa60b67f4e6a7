"""A part before its whole: where the question names the part (其中骑手被扣203元), the figure of all is no answer."""

from __future__ import annotations

import re
from dataclasses import replace

from index import canonical, is_han_character, names_side, tokens
from rag.question import Question
from rag.ranking import Ranked

_CONSIDERED = 8
_LEAST_NAMED = 0.5
"""Least share of what a part's own words add to the whole's that the question must name."""
_CONTENT_WEIGHT = 0.2
_MARGIN = 0.01
_PART = re.compile(r"^[,、(\s]*(?:其中|当中|里面|内含|包括|加上|计入|扣除|剔除|连同?|含|仅|光|单)[:,是]?(?:仅|光|单)?")
_FUNCTION = frozenset("的了是有为在于由被把将共约达等及和与各全")
_SHORT = 6
"""Characters; a longer lead than this is a statement of its own and no case of the one before it."""


def part_first(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """The same figures; a part or case of the first one that the question names stands before it."""
    for one in ranked[1:_CONSIDERED]:
        if _is_asked(question, one, ranked[0]):
            first = replace(one, relevance=ranked[0].relevance + _MARGIN)
            return [first, *(other for other in ranked if other is not one)]
    return ranked


def _is_asked(question: Question, one: Ranked, whole: Ranked) -> bool:
    fact, other = one.fact, whole.fact
    if fact.sentence != other.sentence or fact.view_start < other.view_end or fact.unit != other.unit:
        return False
    if fact.role is not other.role or one.features.contrast > whole.features.contrast:
        return False
    if one.features.other_place or one.features.period < min(whole.features.period, 0.5):
        return False
    if names_side(question.view, _own_part(one)) and not names_side(question.view, _own_part(whole)):
        return True
    view = one.candidate.sentence.view
    lead = view[fact.segment_start : fact.view_start]
    own, is_part = _PART.sub("", lead), bool(_PART.match(lead))
    passage = one.candidate.passage
    known = frozenset(tokens(f"{passage.title} {passage.section} {view[: other.segment_end]}"))
    added = [token for token in tokens(own) if token not in known and not _is_function(token)]
    named = [token for token in added if question.terms.get(token, 0.0) >= _CONTENT_WEIGHT]
    if not named or len(named) < _LEAST_NAMED * len(added):
        return False
    return is_part or (len(own) <= _SHORT and not _names_case(question, view[other.segment_start : other.view_start]))


def _own_part(one: Ranked) -> str:
    fact = one.fact
    return canonical(f"{fact.indicator} {one.candidate.sentence.view[fact.segment_start : fact.segment_end]}")


def _names_case(question: Question, lead: str) -> bool:
    """Whether the question names what the first figure is of: its first word tells one case from the next."""
    found = [token for token in tokens(lead) if not _is_function(token)]
    return not found or question.terms.get(found[0], 0.0) >= _CONTENT_WEIGHT


def _is_function(token: str) -> bool:
    return is_han_character(token) or not _FUNCTION.isdisjoint(token)
