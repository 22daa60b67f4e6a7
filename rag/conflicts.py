"""Other sources that give another value for the same indicator, place and period."""

from __future__ import annotations

import re

from index import Period, Status, canonical, compatible, tokens
from rag.ranking import Ranked

_CLOSE = 0.75
"""Least share of common words of two indicators taken for the same."""


def conflicts_of(chosen: Ranked, ranked: list[Ranked]) -> list[Ranked]:
    """Figures among `ranked` that contradict `chosen`, best first, one for each value."""
    found: list[Ranked] = []
    values = {chosen.fact.value}
    for one in ranked[:15]:
        if one.fact.value not in values and _same_key(chosen, one):
            values.add(one.fact.value)
            found.append(one)
    return found


def _same_key(left: Ranked, right: Ranked) -> bool:
    a, b = left.fact, right.fact
    if (a.unit, a.role) != (b.unit, b.role) or a.sentence == b.sentence or a.unit == "date":
        return False
    if (a.status is Status.TARGET) != (b.status is Status.TARGET):
        return False
    if a.place != b.place or not a.place or _rows_of_one_table(left, right):
        return False
    first, second = Period(a.period_start, a.period_end, a.period), Period(b.period_start, b.period_end, b.period)
    if not _same_period(first, second) or _head(a.indicator) != _head(b.indicator):
        return False
    return alike(a.indicator, b.indicator) and left.features.leg == 0.5 == right.features.leg


def _rows_of_one_table(left: Ranked, right: Ranked) -> bool:
    """Whether both stand in rows, which are about different things however alike their heads are."""
    rows = all("\t" in one.candidate.sentence.view for one in (left, right))
    return rows and left.fact.doc == right.fact.doc


def _same_period(left: Period, right: Period) -> bool:
    """The same months, or the same year where one is a stock counted since or at the end of it."""
    if not (left.known and right.known):
        return False
    if (left.start, left.end) == (right.start, right.end):
        return True
    open_ended = any(re.search(r"以来$|底$|末$", period.text) for period in (left, right))
    return open_ended and left.start == right.start and compatible(left, right)


def _head(indicator: str) -> str:
    """The last two characters of what is measured, 总数 and the like aside."""
    return re.sub(r"(?:总数|总量|数量|数|总额|总值)$", "", canonical(indicator))[-2:]


def alike(left: str, right: str) -> bool:
    """Whether two indicators are worded so much alike that they are taken for the same."""
    a, b = set(tokens(canonical(left))), set(tokens(canonical(right)))
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= _CLOSE and len(a & b) / max(len(a), len(b)) >= 0.4
