"""A result before a target, and the latest of a row: who asks how much there is asks for neither plan nor past."""

from __future__ import annotations

from index import Fact, Period, Role, Status, compatible
from rag.conflicts import alike
from rag.question import Question
from rag.ranking import Ranked
from rag.searching import Search

_CONSIDERED = 20
_LEAST_SHARE = 0.6
"""Least share of the target's own evidence that a result worded alike must have, in words of the question near it."""
_SAME_WORDS = 0.95
"""The share from which the result need not be worded alike: 全社会R&D占GDP比重 for 研发投入强度."""
_OF_A_WHOLE = frozenset({Role.LEVEL, Role.SHARE})


def result_before_target(found: Search) -> Ranked:
    """The best figure, or where that is a target nobody asked for, the best result of the same indicator and place.

    Needs at least one ranked figure.
    """
    best = found.ranked[0]
    if best.fact.status is not Status.TARGET or found.question.status is not None:
        return best
    results = (one for one in found.ranked[1:_CONSIDERED] if _is_result_of(one, best, found.question))
    return next(results, best)


def latest_of_row(found: Search, best: Ranked) -> Ranked:
    """The best figure, or where no time is asked for, the latest cell of its row that says the same of a later time."""
    fact = best.fact
    if found.question.period is not None or "\t" not in best.candidate.sentence.view:
        return best
    later = [
        one
        for one in found.ranked[:_CONSIDERED]
        if one.fact.sentence == fact.sentence
        and _what_is_said(one.fact) == _what_is_said(fact)
        and one.fact.period_start > fact.period_start > 0
        and one.fact.period_end > fact.period_end
    ]
    return max(later, key=lambda one: one.fact.period_end, default=best)


def _what_is_said(fact: Fact) -> tuple[str, str, Role, Status]:
    return fact.indicator, fact.unit, fact.role, fact.status


def _is_result_of(one: Ranked, target: Ranked, question: Question) -> bool:
    fact, aimed = one.fact, target.fact
    same_role = fact.role is aimed.role or (fact.unit == "%" and {fact.role, aimed.role} == _OF_A_WHOLE)
    if fact.status is Status.TARGET or fact.unit != aimed.unit or not same_role:
        return False
    if one.features.other_place or one.features.other_period or one.features.contrast > target.features.contrast:
        return False
    if aimed.place and fact.place != aimed.place:
        return False
    if not _fits_the_period(one, question):
        return False
    least = max(target.features.clause, 0.01)
    if one.features.own >= _SAME_WORDS * least:
        return True
    worded_alike = alike(fact.indicator, aimed.indicator) or aimed.indicator.endswith(fact.indicator or "?")
    return one.features.clause >= _LEAST_SHARE * least and worded_alike


def _fits_the_period(one: Ranked, question: Question) -> bool:
    """Whether the result is of the period asked for, where one is."""
    stated = Period(one.fact.period_start, one.fact.period_end, one.fact.period)
    asked = question.period
    return asked is None or not asked.known or (stated.known and compatible(asked, stated))
