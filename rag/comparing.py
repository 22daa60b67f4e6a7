"""Figures set against each other: the sides of a comparison, a sum, an average, a ratio, and all that are of a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from index import Period, Role, Status, canonical, compatible, tokens
from rag.answerable import Doubt, doubt_of
from rag.arithmetic import GROWTH, compute
from rag.carrying import without_asking
from rag.contract import RefusalReason
from rag.decompose import Parts
from rag.entities import EntityQuestion, names_among
from rag.places_asked import asked_places
from rag.preferring import result_before_target
from rag.question import Task, understand
from rag.ranking import Ranked
from rag.ratios import ratio_of
from rag.searching import Library, Reading, Search, search, survey
from rag.side_figures import SIDES_CONSIDERED, cores_of, figures_of_sides

PART_EASE = 0.4
"""A part of a question needs less evidence: the other parts support it."""
_BREADTH = 3
_MOST_ENTITIES = 12
_UNSTATED = frozenset({RefusalReason.NO_FIGURE, RefusalReason.NOTHING_FOUND, RefusalReason.OTHER_PERIOD})
_FLOW = re.compile(r"新增|净增|新认定|新培育|新引进|新设|新建|新入库|新签|首次")
"""What came in a period, which is not how many there are."""
_NAMED = 0.5
"""Least share of the words of what is asked about that a figure said to be of it must have around it."""
_SAME_THING = 0.15
"""Least share, of the most that a figure names of what is asked of all sides, that each of them must name."""
_SET_AGAINST = re.compile(r"(?:比|较|[高低快慢多少大小长短优好]于|超过?)(?P<other>[^,;。]{2,14}?)[^,;。]{0,4}$")
"""What stands before a figure that compares: 比全国平均水平高, 低于县级医院."""
_PLACE = re.compile(r"[^的,]{2,6}?(?P<kind>[镇乡村县区市省])(?:的|$)")
_RATE = re.compile(r"每[百千万亿一个家人户平]|[人户地亩年月日]均|平均")


def read_sides(library: Library, parts: Parts, text: str, background: str) -> Reading | None:
    """All sides of a comparison or a computation; None where one figure of the text says it directly.

    Where a side is missing the whole is refused, and the reading names what was found and what was not.
    """
    if parts.task in {Task.DIFFERENCE, Task.SUM} and not parts.asked_before:
        direct = _direct(library, text, background, parts.task, parts.names)
        if direct is not None:
            return direct
    whole = f"{background} {text}".strip()
    searches = tuple(_of_the_same_thing(search(library, part, whole), whole) for part in parts.texts)
    doubts = [doubt_of(found, library, PART_EASE) for found in searches]
    if any(doubt.reason is not None for doubt in doubts):
        return _lacking(library, parts, searches, doubts)
    chosen = figures_of_sides(searches, parts.names)
    others = [Doubt(None)] * len(searches) if chosen is None else _doubts_of_choice(library, parts, searches, chosen)
    if any(doubt.reason is not None for doubt in others):
        return _lacking(library, parts, searches, others)
    mixed = parts.task is Task.AVERAGE and len({one.fact.role for one in chosen or ()}) > 1
    if chosen is None or mixed:
        return Reading(parts.task, searches, (), refusal=RefusalReason.NO_FIGURE)
    if parts.task is Task.SUM and not parts.asked_before and _is_no_sum(parts, chosen):
        return None
    if len({one.fact.id for one in chosen}) < len(chosen):
        refused = Reading(parts.task, searches, (), refusal=RefusalReason.NO_FIGURE, nearest=chosen[0])
        return refused if parts.task is Task.COMPARE else None
    return Reading(parts.task, searches, chosen, parts.names, parts.way)


def read_ratio(
    library: Library, text: str, background: str, reason: RefusalReason | None, best: Ranked
) -> Reading | None:
    """A multiple, a share or a growth from two figures; None where none is asked for or `best` states it.

    `reason` is why `best` was refused. Both figures must answer their own question as surely as if asked for alone.
    """
    parts = ratio_of(text, library.places) if reason is None or reason in _UNSTATED else None
    if parts is None or (reason is None and is_about(best, parts, library)):
        return None
    searches = tuple(_of_the_same_thing(search(library, part, background), text) for part in parts.texts)
    doubts = [doubt_of(found, library) for found in searches]
    if all(doubt.reason is not None for doubt in doubts):
        return None
    if any(doubt.reason is not None for doubt in doubts):
        return _lacking(library, parts, searches, doubts) if reason is not None else None
    chosen = tuple(_first_level(found) for found in searches)
    distinct = chosen[0].fact.id != chosen[1].fact.id
    comparable = (
        distinct and len({(one.fact.unit, one.fact.role) for one in chosen}) == 1 and _same_time(chosen, parts.way)
    )
    if not comparable or compute(parts.task, [one.fact for one in chosen], parts.way) is None:
        return None
    return Reading(parts.task, searches, chosen, parts.names, parts.way)


def read_entities(library: Library, asked: EntityQuestion, background: str) -> Reading | None:
    """Everyone of a kind that has the figure asked for; None where too few have it for an answer.

    Figures of one period go before those of several, which the answer then tells apart.
    """
    wide = survey(library, asked.text, _BREADTH)
    found: list[tuple[str, Search]] = []
    for name in names_among(wide.ranked, asked)[:_MOST_ENTITIES]:
        one = _of_the_same_thing(search(library, asked.text_about(name), background), asked.text)
        if doubt_of(one, library, PART_EASE).reason is None:
            found.append((name, one))
    enough = 1 if asked.threshold else 2
    chosen = _alike(asked, found, of_one_time=True)
    if len(chosen) < enough:
        chosen = _alike(asked, found, of_one_time=False)
    if len(chosen) < enough:
        return None
    searches = tuple(one for name, one in found if name in chosen)
    return Reading(Task.RANKING, searches, tuple(chosen.values()), tuple(chosen), asked.way, entity_question=asked)


def _alike(asked: EntityQuestion, found: Sequence[tuple[str, Search]], *, of_one_time: bool) -> dict[str, Ranked]:
    """Name to figure, those only that measure the same as the surest one; no figure stands for two names."""
    if not found:
        return {}
    found = [(name, one) for name, one in found if not _is_aim(one.ranked[0], one)] or found
    surest = max((search.ranked[0] for _, search in found), key=lambda one: one.relevance)
    chosen: dict[str, Ranked] = {}
    for name, one in found:
        options = (each for each in one.ranked[:SIDES_CONSIDERED] if asked.is_of(each, name))
        fits = (each for each in options if _measures_the_same(each, surest, of_one_time and not asked.of_years))
        figure = next(fits, None)
        if figure is not None and figure.fact.id not in {other.fact.id for other in chosen.values()}:
            chosen[name] = figure
    return chosen


def _is_aim(one: Ranked, found: Search) -> bool:
    """Whether a figure is a target that nobody asked for."""
    return one.fact.status is Status.TARGET and found.question.status is not Status.TARGET


def _measures_the_same(one: Ranked, surest: Ranked, of_one_time: bool) -> bool:
    fact, other = one.fact, surest.fact
    if (fact.unit, fact.role) != (other.unit, other.role) or one.features.other_period:
        return False
    if (fact.status is Status.TARGET) != (other.status is Status.TARGET):
        return False
    return not of_one_time or _same_time((one, surest), "")


def _of_the_same_thing(found: Search, asked: str) -> Search:
    """The search without rates (每千家企业中), what only came in a period and targets, where they are not asked for."""
    refused = [pattern for pattern in (_FLOW, _RATE) if not pattern.search(asked)]
    kept = [one for one in found.ranked if not any(pattern.search(_own(one)) for pattern in refused)]
    if not kept:
        return replace(found, ranked=kept)
    best = result_before_target(replace(found, ranked=kept))
    behind = [one for one in kept if one is not best and (best is kept[0] or one.fact.status is not Status.TARGET)]
    return replace(found, ranked=[best, *behind])


def _own(one: Ranked) -> str:
    return f"{one.fact.indicator}{one.candidate.sentence.view[one.fact.segment_start : one.fact.view_start]}"


def _same_time(chosen: Sequence[Ranked], way: str) -> bool:
    """Whether the figures may be of one period, or of two periods of one length where growth is asked for."""
    periods = [Period(one.fact.period_start, one.fact.period_end, one.fact.period) for one in chosen]
    if way == GROWTH:
        return len({period.end - period.start for period in periods}) == 1 and periods[0] != periods[1]
    return all(
        compatible(one, other) and _ends(one) == _ends(other) for one, other in combinations(filter(_known, periods), 2)
    )


def _known(period: Period) -> bool:
    return period.known


def _ends(period: Period) -> int:
    """The year at whose end, or in which, it ends: 2023年, 2023年以来 and 2023年末 are one."""
    return (period.start if period.text.endswith("以来") else period.end) // 12


def _first_level(found: Search) -> Ranked:
    """The best figure, or the next one where that says by how much or what share instead of how much."""
    return next((one for one in found.ranked[:2] if one.fact.role is Role.LEVEL), found.ranked[0])


def is_about(best: Ranked, parts: Parts, library: Library) -> bool:
    """Whether the figure's own words, or for a share its clause, name what the ratio is of (净利润)."""
    part, zone = parts.texts[0], best.zones.own if parts.way == GROWTH else best.zones.clause
    names = {token for place in asked_places(part, library.places) for name in place.names for token in tokens(name)}
    terms = {token: weight for token, weight in understand(part).terms.items() if token not in names}
    idf = library.index.known_idf(terms)
    total = sum(idf[token] * terms[token] for token in idf)
    said = sum(idf[token] * terms[token] for token in idf if token in zone)
    return said >= _NAMED * total


def _lacking(library: Library, parts: Parts, searches: tuple[Search, ...], doubts: Sequence[Doubt]) -> Reading:
    """The refusal of a computation some of whose sides are missing.

    It names as found only what would answer if it were asked for alone, and no figure for two sides.
    """
    names = [name or without_asking(text) for name, text in zip(parts.names, parts.texts, strict=True)]
    failed = next(doubt for doubt in doubts if doubt.reason is not None)
    partial = [
        (name, found.ranked[0])
        for name, found, doubt in zip(names, searches, doubts, strict=True)
        if doubt.reason is None and doubt_of(found, library).reason is None and _is_named(name, found.ranked[0])
    ]
    if len({one.fact.id for _, one in partial}) < len(partial):
        partial = []
    missing = tuple(name for name, doubt in zip(names, doubts, strict=True) if doubt.reason is not None)
    return Reading(
        parts.task,
        searches,
        (),
        refusal=failed.reason,
        nearest=failed.nearest,
        missing=missing if partial else (),
        partial=tuple(partial),
    )


def _doubts_of_choice(
    library: Library, parts: Parts, searches: Sequence[Search], chosen: Sequence[Ranked]
) -> list[Doubt]:
    """For each side whether its figure is of another side, or of another thing than the other figures."""
    common = frozenset.intersection(*(frozenset(found.question.terms) for found in searches))
    idf = library.index.known_idf(list(common))
    said = [sum(weight for term, weight in idf.items() if term in one.zones.sentence) for one in chosen]
    cores = cores_of(parts.names)
    return [
        Doubt(None)
        if (one.features.fit > 0 or share >= _SAME_THING * max(said))
        and _is_of_side(side, parts.names[side], cores, one, library)
        else Doubt(RefusalReason.NO_FIGURE, found.best)
        for side, (one, found, share) in enumerate(zip(chosen, searches, said, strict=True))
    ]


def _is_of_side(side: int, name: str, cores: Sequence[Sequence[str]], one: Ranked, library: Library) -> bool:
    """Whether a figure's sentence or headings name its side, or the text above names it last; true for unknown names.

    A name that no document knows (女的 for 女性) is told by other words, which the search has judged.
    """
    passage, core = one.candidate.passage, cores[side]
    around = f"{one.fact.place} {one.fact.period} {passage.section} {passage.title} {one.candidate.sentence.view}"
    standard = canonical(around)
    missing = [word for word in core if word not in around and canonical(word) not in standard]
    if not core or len(missing) < len(core):
        return True
    above = passage.view[: max(0, passage.view.find(one.candidate.sentence.view))]
    last = [max((above.rfind(word) for word in other), default=-1) for other in cores]
    if max(last) >= 0:
        return last[side] == max(last)
    return not _is_of_its_like(name, one) and not all(library.index.known_idf(tokens(word)) for word in missing)


def _is_no_sum(parts: Parts, chosen: Sequence[Ranked]) -> bool:
    """Whether figures are no addends: of several documents, and nothing says of one that it is of its side."""
    return len({one.fact.doc for one in chosen}) > 1 and any(
        one.features.clause == 0.0 and not _is_named(name, one) for name, one in zip(parts.names, chosen, strict=True)
    )


def _is_of_its_like(name: str, one: Ranked) -> bool:
    """Whether a figure's own words name another place of the class of the side: 西岭镇 for 北川镇."""
    place = _PLACE.match(name)
    own = one.candidate.sentence.view[one.fact.segment_start : one.fact.view_start]
    return place is not None and bool(re.search(rf"[\u4e00-\u9fff][^\W全该本我各]{place['kind']}", own))


def _is_named(name: str, one: Ranked) -> bool:
    """Whether a figure's sentence, place or period names the side that it is said to be of."""
    passage = one.candidate.passage
    said = f"{one.fact.place} {one.fact.period} {passage.section} {passage.title}"
    if name in f"{said} {one.candidate.sentence.view}":
        return True
    around = one.zones.sentence | frozenset(tokens(said))
    words = tokens(name)
    return not re.search(r"\d", name) and sum(word in around for word in words) >= _NAMED * len(words)


def _direct(library: Library, text: str, background: str, task: Task, names: Sequence[str]) -> Reading | None:
    """A figure that states the difference or the sum itself: 高于规模工业1.6个百分点, 两家企业营业收入35.5亿元."""
    found = search(library, text, background)
    if task is Task.DIFFERENCE and (stated := _stated_gap(found, library, names)) is not None:
        return Reading(Task.LOOKUP, (found,), (stated,))
    best = found.best
    if best is None or doubt_of(found, library).reason is not None:
        return None
    states_change = best.fact.role in {Role.CHANGE, Role.CONTRIBUTION} and best.features.unit >= 0.9
    states_total = task is Task.SUM and best.features.unit >= 0.9 and _names_all(best, names)
    if (task is Task.DIFFERENCE and states_change and best.features.clause >= 0.5) or states_total:
        return Reading(Task.LOOKUP, (found,), (best,))
    return None


def _stated_gap(found: Search, library: Library, names: Sequence[str]) -> Ranked | None:
    """A figure said to be that much more or less than the other side: 立项率21.6%,比全国平均高6.1个百分点."""
    other = frozenset(tokens(names[-1]))
    for one in found.ranked[:SIDES_CONSIDERED]:
        view = one.candidate.sentence.view
        left = _SET_AGAINST.search(view[one.fact.segment_start : one.fact.view_start])
        if left is None or one.fact.role is not Role.CHANGE or one.features.unit == 0.0:
            continue
        named = other & frozenset(tokens(left["other"]))
        first = replace(found, ranked=[one, *(rest for rest in found.ranked if rest is not one)])
        if named and doubt_of(first, library, PART_EASE).reason is None:
            return one
    return None


def _names_all(best: Ranked, names: Sequence[str]) -> bool:
    """Whether the clause of the figure names every side of a sum, so that it is the sum itself."""
    sides = [frozenset(tokens(name)) for name in names]
    return all(side and len(side & best.zones.clause) >= 0.7 * len(side) for side in sides) and not any(
        side <= best.zones.own and not other <= best.zones.own for side in sides for other in sides
    )
