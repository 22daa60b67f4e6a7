"""Which figure stands for which side where several are set against each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import rjieba

from index import COUNT_UNITS, PERSON_UNITS, added_in
from rag.matching import CELL_BORDER
from rag.ranking import Ranked
from rag.searching import Search

SIDES_CONSIDERED = 8
"""How many figures of a search may stand for its side."""
_MOST_COMBINATIONS = 4096
_THINGS = COUNT_UNITS - PERSON_UNITS
_COUNTED_ALIKE = 4.0
"""What a choice loses whose figures count things in 个 and in another measure word (16家, 30个)."""
_SIDE_SAID = 6.0
_ONE_SENTENCE = 3.0
_DISTINCT = 8.0
"""What a choice of figures gains, in units of relevance: each said of its side, all together, none for two."""


def figures_of_sides(searches: Sequence[Search], names: Sequence[str]) -> tuple[Ranked, ...] | None:
    """The best figures of all sides that can be set against each other: same unit, same role where possible."""
    considered = SIDES_CONSIDERED
    while considered > 1 and considered ** len(searches) > _MOST_COMBINATIONS:
        considered -= 1
    cores = cores_of(names, [found.question.view for found in searches])
    options = [
        [(one, one.relevance + _SIDE_SAID * _speaks_for(one, side, cores)) for one in found.ranked[:considered]]
        for side, found in enumerate(searches)
    ]
    best: tuple[float, tuple[Ranked, ...]] | None = None
    for pairs in product(*options):
        group = tuple(one for one, _ in pairs)
        units = {added_in(one.fact.unit) for one in group}
        things = len(units) > 1 and "个" in units and units <= _THINGS
        if (len(units) > 1 and not things) or "date" in units:
            continue
        same_role = len({one.fact.role for one in group}) == 1
        distinct = len({one.fact.id for one in group}) == len(group)
        asked = {found.question.period for found in searches}
        periods = {(one.fact.period_start, one.fact.period_end) for one in group if one.fact.period_end}
        mixed = len(periods) > 1 and len(asked) == 1
        total = (
            sum(fit for _, fit in pairs)
            + (1.0 if same_role else 0.0)
            + (_DISTINCT if distinct else 0.0)
            + (_ONE_SENTENCE if len({one.fact.sentence for one in group}) == 1 else 0.0)
            - (1.5 if mixed else 0.0)
            - (_COUNTED_ALIKE if things else 0.0)
        )
        if best is None or total > best[0]:
            best = (total, group)
    return best[1] if best else None


def cores_of(names: Sequence[str], texts: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """The words of each side's name that no other side's has, nor all `texts`, the questions, where they are given."""
    words = [rjieba.cut(name) for name in names]
    return [
        tuple(
            word
            for word in own
            if len(word) > 1
            and not any(word in other for place, other in enumerate(words) if place != number)
            and not (texts and all(word in text for text in texts))
        )
        for number, own in enumerate(words)
    ]


def _speaks_for(one: Ranked, side: int, cores: Sequence[tuple[str, ...]]) -> float:
    """1 where the name nearest in front of a figure is that of its side, -1 where it is another side's, else 0.

    Half as much where a figure like it stands between: 甲镇最高,达741户,乙镇为670户.
    """
    fact = one.fact
    in_front = one.candidate.sentence.view[: fact.view_start]
    for text in (fact.indicator, in_front.rpartition(";")[2], in_front, fact.place):
        last = [max((text.rfind(word) for word in core), default=-1) for core in cores]
        nearest = max(last, default=-1)
        if nearest >= 0:
            named = max(in_front.rfind(word) for core in cores for word in core)
            sure = 0.5 if text is not fact.place and _has_like(one, named) else 1.0
            return sure if last[side] == nearest else -sure
    return 0.0


def _has_like(one: Ranked, start: int) -> bool:
    """Whether a figure of the same unit and role stands between a position in the sentence and this figure."""
    fact = one.fact
    if start < 0 or "分别" in one.candidate.sentence.view[start : fact.view_start]:
        return False
    return any(
        start <= other.view_start < fact.view_start and (other.unit, other.role) == (fact.unit, fact.role)
        for other in one.candidate.neighbours
        if CELL_BORDER not in one.candidate.sentence.view
    )
