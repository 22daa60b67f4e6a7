"""Figures that no document states and that follow from those it does: found, checked against each other, computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

from index import (
    COUNT_UNITS,
    DURATION_UNITS,
    PERSON_UNITS,
    Role,
    Status,
    added_in,
    from_to_pairs,
    quantities_in_view,
    tokens,
)
from rag.answerable import doubt_of
from rag.arithmetic import EACH, GROWTH, REST, SPAN
from rag.comparing import PART_EASE, is_about
from rag.contract import RefusalReason
from rag.decompose import Parts
from rag.derivations import MEASURES, Asked, Derivation, derivation_of
from rag.implied import own_lead, year_before
from rag.question import Task
from rag.ranking import Ranked
from rag.searching import Library, Reading, Search, search

_CONSIDERED = 8
_SAME_SENTENCE = 6.0
_SAME_PASSAGE = 2.0
"""What figures that stand together gain, in units of relevance."""
_NAMED = 0.6
"""Least share of the words of a part that the figure said to be of it must have around it."""
_PEOPLE = frozenset({"人", "员工", "职工", "游客", "旅客", "学生", "居民", "客人", "访客"})
_YEAR = 10000
"""A date without a year is below it."""
_STATED = {
    Derivation.REST: re.compile(r"其余|其他|剩|余下|除|非|不|没|未|无|尚"),
    Derivation.GAP: re.compile(r"差|缺|还需|还要|尚需"),
    Derivation.EACH: re.compile(r"均|每|单"),
    Derivation.BEFORE: re.compile(r"上年|去年|前一年|上一年|上一?届|上一?财"),
    Derivation.STEP: re.compile(r"增|提|升|扩|降|减|缩|压|涨|跌|翻|倍"),
}
"""What the words before a figure say where the document states it outright."""


def read_derived(library: Library, text: str, background: str) -> Reading | None:
    """Answer a question for a figure that follows from others; None where it asks for none, or it is stated.

    Where the documents state neither the figure nor all it follows from, the reading is a refusal.
    """
    asked = derivation_of(text)
    if asked is None:
        return None
    direct = search(library, text, background)
    if direct.best is not None and _states(direct, asked, library) and doubt_of(direct, library).reason is None:
        return None
    reading = _READERS[asked.kind](library, asked, background)
    if reading is not None or asked.kind in {Derivation.BEFORE, Derivation.STEP}:
        return reading
    if direct.best is None or _states(direct, asked, library):
        return None
    return Reading(Task.LOOKUP, (direct,), (), refusal=RefusalReason.NO_FIGURE, nearest=direct.best)


def _states(found: Search, asked: Asked, library: Library) -> bool:
    """Whether the best figure's own words say that it is the rest, the gap, the average or the change asked for."""
    one = found.ranked[0]
    if asked.kind is Derivation.SPAN:
        return one.fact.unit in DURATION_UNITS
    if asked.thing == "年":
        return bool(re.search(r"年均|每年", own_lead(one)))
    if asked.kind is Derivation.STEP and not is_about(one, Parts(Task.RATIO, (asked.text,), ("",), GROWTH), library):
        return False
    return bool(_STATED[asked.kind].search(own_lead(one)))


def _sure(found: Search, one: Ranked, library: Library, *, for_step: bool = False) -> bool:
    """Whether a figure answers its own question as surely as a part of a computation must."""
    first = replace(found, ranked=[one, *(other for other in found.ranked if other is not one)])
    return doubt_of(first, library, PART_EASE, for_step=for_step).reason is None


def _rest(library: Library, asked: Asked, background: str) -> Reading | None:
    wholes = search(library, asked.text, background)
    parts = [search(library, part, background) for part in asked.parts]
    options = [
        [one for one in found.ranked[:_CONSIDERED] if one.features.unit >= 0.5 and _names(one, name)]
        for found, name in zip(parts, asked.names, strict=True)
    ]
    best: tuple[float, tuple[Ranked, ...]] | None = None
    for whole in wholes.ranked[:_CONSIDERED]:
        for group in product(*options):
            if not _is_whole_of(whole, group) or any(_names(whole, name) for name in asked.names):
                continue
            fit = whole.relevance + sum(one.relevance + _nearness(one, whole) for one in group)
            if best is None or fit > best[0]:
                best = (fit, (whole, *group))
    if best is None or not _sure(wholes, best[1][0], library):
        return None
    return Reading(Task.DIFFERENCE, (wholes, *parts), best[1], ("", *asked.names), REST)


def _nearness(one: Ranked, other: Ranked) -> float:
    if one.fact.sentence == other.fact.sentence:
        return _SAME_SENTENCE
    return _SAME_PASSAGE if one.fact.passage == other.fact.passage else 0.0


def _is_whole_of(whole: Ranked, group: tuple[Ranked, ...]) -> bool:
    facts = [one.fact for one in group]
    distinct = len({whole.fact.id, *(fact.id for fact in facts)}) == len(facts) + 1
    unit = added_in(whole.fact.unit)
    same = all((added_in(fact.unit), fact.role) == (unit, Role.LEVEL) for fact in (*facts, whole.fact))
    return distinct and same and whole.fact.doc == facts[0].doc and sum(fact.value for fact in facts) < whole.fact.value


def _names(one: Ranked, name: str) -> bool:
    """Whether the figure's own words name a part."""
    words = tokens(name)
    own = frozenset(tokens(f"{one.fact.indicator} {own_lead(one)}"))
    return bool(words) and sum(word in own for word in words) >= _NAMED * len(words)


def _gap(library: Library, asked: Asked, background: str) -> Reading | None:
    now, aimed = search(library, asked.text, background), search(library, asked.target, background)
    results = [one for one in now.ranked[:_CONSIDERED] if one.fact.status is not Status.TARGET]
    targets = [one for one in aimed.ranked[:_CONSIDERED] if one.fact.status is Status.TARGET]
    pairs = [
        (result, target)
        for result in results
        for target in targets
        if added_in(result.fact.unit) == added_in(target.fact.unit)
        and result.fact.role is target.fact.role
        and result.fact.value < target.fact.value
        and result.features.unit >= 0.5
    ]
    if not pairs:
        return None
    result, target = max(
        pairs, key=lambda pair: pair[0].relevance + pair[1].relevance + _alike(*pair) + _nearness(*pair)
    )
    if not _sure(now, result, library) or not _sure(aimed, target, library):
        return None
    return Reading(Task.DIFFERENCE, (aimed, now), (target, result), ("目标", "现在"))


def _alike(one: Ranked, other: Ranked) -> float:
    """What two figures gain by the share of words that their indicators have in common."""
    words, others = set(tokens(one.fact.indicator)), set(tokens(other.fact.indicator))
    return _SAME_PASSAGE * len(words & others) / max(1, min(len(words), len(others)))


def _each(library: Library, asked: Asked, background: str) -> Reading | None:
    found = search(library, asked.text, background)
    measure = asked.thing[:1].replace("个", "")
    pairs = [
        (one, count)
        for one in found.ranked[:3]
        if one.features.unit >= 0.5
        and one.fact.role in {Role.LEVEL, Role.CHANGE}
        and one.fact.unit not in {"%", measure}
        for count in [_count_of(asked.thing, one, found)]
        if count is not None and _sure(found, one, library)
    ]
    nearest = min(pairs, key=lambda pair: abs(pair[0].fact.id - pair[1].fact.id), default=None)
    return Reading(Task.RATIO, (found,), nearest, ("", ""), EACH) if nearest else None


def _count_of(thing: str, amount: Ranked, found: Search) -> Ranked | None:
    """The number of those things in the sentence of the amount, or else in its passage: the nearest one."""
    if thing == "年":
        return _years_of(amount)
    noun = thing[1:] if thing[0] in MEASURES and len(thing) > 1 else thing

    def fits(one: Ranked) -> bool:
        unit = one.fact.unit
        if unit == amount.fact.unit or one.fact.value <= 1 or unit not in COUNT_UNITS or unit in DURATION_UNITS:
            return False
        return noun == unit or noun in f"{one.fact.indicator}{_behind(one)}" or _counts_people(noun, unit)

    def distance(one: Ranked) -> tuple[bool, int]:
        return one.fact.sentence != amount.fact.sentence, abs(one.fact.id - amount.fact.id)

    near = [one for one in found.ranked if one.fact.passage == amount.fact.passage and fits(one)]
    return min(near, key=distance, default=None)


def _counts_people(noun: str, unit: str) -> bool:
    return noun in _PEOPLE and unit in PERSON_UNITS | {"人次"}


def _years_of(amount: Ranked) -> Ranked | None:
    """The number of years in which an amount came about, as its own clause says it: 五年累计完成1120亿元."""
    fact, view = amount.fact, amount.candidate.sentence.view
    start = max((mark.end() for mark in re.finditer("[;。]", view[: fact.view_start])), default=0)
    said = [one for one in quantities_in_view(view[start : fact.view_start]) if one.unit == "年" and one.value > 1]
    if not said:
        return None
    years = said[-1]
    span = replace(
        fact,
        id=fact.id - 1,
        text=years.text,
        value=years.value,
        unit=years.unit,
        qualifier="",
        role=Role.LEVEL,
        view_start=start + years.start,
        view_end=start + years.end,
    )
    return replace(amount, candidate=replace(amount.candidate, fact=span))


def _behind(one: Ranked) -> str:
    return one.candidate.sentence.view[one.fact.view_end : one.fact.view_end + 4]


def _span(library: Library, asked: Asked, background: str) -> Reading | None:
    least = {"年": 0, "月": 1, "天": 2}[asked.thing]
    searches = tuple(search(library, text, background) for text in (asked.text, asked.target))
    chosen = []
    for found in searches:
        dates = (one for one in found.ranked[:3] if one.fact.unit == "date" and one.fact.value > _YEAR)
        days = [one for one in dates if _precision(one) >= least]
        if not days or not _sure(found, days[0], library):
            return None
        chosen.append(days[0])
    if chosen[0].fact.id == chosen[1].fact.id:
        return None
    return Reading(Task.DIFFERENCE, searches, tuple(chosen), ("", ""), f"{SPAN}{asked.thing}")


def _precision(date: Ranked) -> int:
    """0 a year, 1 a month, 2 a day."""
    number = int(date.fact.value)
    return 2 if number % 100 else 1 if number // 100 % 100 else 0


def _before(library: Library, asked: Asked, background: str) -> Reading | None:
    found = search(library, asked.text, background)
    for one in found.ranked[:3]:
        if one.features.unit >= 0.5 and _sure(found, one, library):
            return year_before(found, one)
    return None


def _step(library: Library, asked: Asked, background: str) -> Reading | None:
    found = search(library, asked.text, background)
    in_points = asked.text.endswith("%")
    for one in found.ranked[:4]:
        pair = _ends(found, one)
        if pair is None or (asked.way and pair[0].fact.unit == "%") or (in_points and pair[0].fact.unit != "%"):
            continue
        if any(_sure(found, end, library, for_step=True) for end in pair):
            source, end = pair
            task = Task.RATIO if asked.way else Task.DIFFERENCE
            return Reading(task, (found,), (end, source), ("", ""), asked.way)
    return None


def _ends(found: Search, one: Ranked) -> tuple[Ranked, Ranked] | None:
    """Source and end of the from-to pair that a figure belongs to."""
    facts = one.candidate.neighbours
    by_id = {each.fact.id: each for each in found.ranked}
    for number in from_to_pairs(one.candidate.sentence.view, [(fact.view_start, fact.view_end) for fact in facts]):
        source, end = facts[number], facts[number + 1]
        if one.fact.id in {source.id, end.id} and source.unit == end.unit and source.id in by_id and end.id in by_id:
            return by_id[source.id], by_id[end.id]
    return None


_READERS: dict[Derivation, Callable[[Library, Asked, str], Reading | None]] = {
    Derivation.REST: _rest,
    Derivation.GAP: _gap,
    Derivation.EACH: _each,
    Derivation.SPAN: _span,
    Derivation.BEFORE: _before,
    Derivation.STEP: _step,
}
