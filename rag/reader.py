"""From a question to the figures that answer it, or to the reason why none does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Role, Status
from rag.answerable import Doubt, doubt_of
from rag.carrying import without_asking
from rag.comparing import PART_EASE, read_entities, read_ratio, read_sides
from rag.contract import RefusalReason
from rag.decompose import Parts, decompose
from rag.deriving import read_derived
from rag.described import read_described
from rag.entities import entity_question
from rag.implied import follows_from, year_before
from rag.matching import CELL_BORDER
from rag.preferring import latest_of_row, result_before_target
from rag.question import Measure, Task, asks_step, understand
from rag.ranking import Ranked
from rag.searching import Library, Reading, Search, search

__all__ = ["Library", "Reading", "Search", "read", "search"]

_ABOUT = re.compile(r"大概|大约|大致|约|推算|估算|折算")
_ENDS = ("from", "to")
_TO = frozenset({"至", "到", "-", "~", "起至", "开始到"})
_COMPUTED_FROM_SIDES = frozenset({Task.COMPARE, Task.DIFFERENCE, Task.SUM, Task.AVERAGE})


def read(library: Library, text: str, background: str = "", sides: Parts | None = None) -> Reading:
    """Find what answers a question of any number of parts; `sides` are the parts where the conversation gives them."""
    if sides is not None:
        return read_sides(library, sides, text, background) or _read_one(library, text, background)
    derived = read_derived(library, text, background)
    if derived is not None:
        return derived
    parts = decompose(text, library.places)
    if parts.task in _COMPUTED_FROM_SIDES:
        reading = read_sides(library, parts, text, background)
        return reading or _read_one(library, text, background)
    asked = entity_question(text, library.places)
    reading = read_entities(library, asked, background) if asked is not None else None
    if reading is not None:
        return reading
    if parts.task is Task.TEXT:
        return Reading(Task.TEXT, (search(library, text, background),), ())
    if len(parts.texts) == 1:
        described = read_described(library, text, parts, background) if parts.described else None
        return described or _read_one(library, text, background)
    return _read_list(library, parts, text, background)


def _read_one(library: Library, text: str, background: str) -> Reading:
    found = search(library, text, background)
    implied = follows_from(found)
    if implied is not None:
        return implied
    of_step = asks_step(found.question.view)
    spans = found.question.wanted.leg == "both" and found.best is not None and len(_both_ends(found)) == len(_ENDS)
    doubt = doubt_of(found, library, PART_EASE if spans else 1.0, for_step=of_step)
    if found.best is not None and doubt.reason in {None, RefusalReason.OTHER_PERIOD}:
        computed = _computed(found)
        if computed is not None:
            return computed
    if of_step:
        doubt = doubt_of(found, library)
    if found.best is None or doubt.reason is not None:
        reason = doubt.reason or RefusalReason.NO_FIGURE
        refused = Reading(Task.LOOKUP, (found,), (), refusal=reason, nearest=doubt.nearest)
        return (read_ratio(library, text, background, reason, found.best) if found.best else None) or refused
    ratio = read_ratio(library, text, background, None, found.best)
    if ratio is not None:
        return ratio
    if found.question.wanted.leg == "both":
        return Reading(Task.LOOKUP, (found,), _both_ends(found))
    return Reading(Task.LOOKUP, (found,), (latest_of_row(found, result_before_target(found)),))


def _read_list(library: Library, parts: Parts, text: str, background: str) -> Reading:
    """Several figures: each part on its own, the others helping; what is not found makes the answer partial."""
    whole = f"{background} {text}".strip()
    searches = [search(library, part, whole, _common(parts.texts)) for part in parts.texts]
    chosen: list[Ranked] = []
    doubts: list[Doubt] = []
    for found in searches:
        doubt = doubt_of(found, library, PART_EASE)
        doubts.append(doubt)
        best = _near(found, chosen)
        if doubt.reason is None and best is not None and best.fact.id not in {one.fact.id for one in chosen}:
            chosen.append(best)
    if not chosen:
        return Reading(
            Task.LOOKUP,
            tuple(searches),
            (),
            refusal=doubts[0].reason or RefusalReason.NO_FIGURE,
            nearest=doubts[0].nearest,
        )
    missing = [
        without_asking(part) for part, doubt in zip(parts.texts, doubts, strict=True) if doubt.reason is not None
    ]
    return Reading(Task.LOOKUP, tuple(searches), tuple(chosen), missing=tuple(missing))


def _common(texts: Sequence[str]) -> frozenset[str]:
    """Tokens that all parts share; what tells them apart matters more."""
    return frozenset.intersection(*(frozenset(understand(text).terms) for text in texts))


def _near(found: Search, chosen: Sequence[Ranked]) -> Ranked | None:
    """The best figure, one in the sentence or passage of those already chosen before an equally good one elsewhere."""
    if not found.ranked or not chosen:
        return found.best
    taken = {one.fact.id for one in chosen}
    sentences = {one.fact.sentence for one in chosen}
    passages = {one.fact.passage for one in chosen}

    def closeness(one: Ranked) -> float:
        bonus = 0.8 if one.fact.sentence in sentences else 0.4 if one.fact.passage in passages else 0.0
        return one.relevance + bonus - (2.0 if one.fact.id in taken else 0.0)

    return max(found.ranked[:20], key=lambda one: (closeness(one), -one.fact.id))


def _computed(found: Search) -> Reading | None:
    """What follows from the best figure and its neighbour: the span of a from-to pair, or last year's level."""
    best, question = found.ranked[0], found.question
    if asks_step(question.view) and question.wanted.measure not in {Measure.PERCENT, Measure.RANK}:
        pair = _both_ends(found)
        if len(pair) == 2 and best.fact.role is Role.LEVEL and best.features.unit >= 0.5:
            return Reading(Task.DIFFERENCE, (found,), tuple(reversed(pair)), ("", ""))
    asked = question.period
    if (
        asked is None
        or question.status is Status.TARGET
        or not best.features.other_period
        or asked.start + 12 != best.fact.period_start
        or asked.end + 12 != best.fact.period_end
    ):
        return None
    return year_before(found, best, by_rate=bool(_ABOUT.search(question.view)))


def _is_span(one: Ranked, other: Ranked) -> bool:
    """Whether two dates are the ends of one span: 3月3日至4月18日."""
    first, last = sorted((one.fact, other.fact), key=lambda fact: fact.view_start)
    return first.unit == "date" and one.candidate.sentence.view[first.view_end : last.view_start].strip() in _TO


def _is_of_row(one: Ranked, other: Ranked) -> bool:
    """Whether two cells of a row say the same of two times: 9.7 in 2020年, 21 in 2025年."""
    if CELL_BORDER not in one.candidate.sentence.view or one.fact.role is not other.fact.role:
        return False
    return 0 < one.fact.period_start != other.fact.period_start > 0


def _both_ends(found: Search) -> tuple[Ranked, ...]:
    """Both figures of the from-to pair that fits best."""
    best = found.ranked[0]
    mates = [
        one
        for one in found.ranked[:10]
        if one.fact.sentence == best.fact.sentence
        and one.fact.unit == best.fact.unit
        and one.fact.id != best.fact.id
        and abs(one.fact.id - best.fact.id) == 1
        and (one.features.leg != 0.5 or _is_span(best, one) or _is_of_row(best, one))
    ]
    pair = [best, *mates[:1]]
    return tuple(sorted(pair, key=lambda one: one.fact.view_start))
