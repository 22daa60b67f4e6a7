"""From a question to the figures that answer it, or to the reason why none does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import product

from index import Embedder, Index, Role, tokens
from rag.answerable import Doubt, doubt_of
from rag.contract import RefusalReason
from rag.cross_encoder import CrossEncoder
from rag.decompose import Parts, decompose
from rag.places_asked import AskedPlace, PlaceIndex, asked_places
from rag.question import Measure, Question, Task, asks_step, clean_question, understand
from rag.ranking import Ranked, candidates_of, rank, weigh_fit, weigh_meaning
from rag.retriever import Hit, retrieve

_YEAR_BEFORE = re.compile(r"上年|去年|前一年|上一年|同比|年初")
_SIDES_CONSIDERED = 8
_SEARCHES_KEPT = 32
_PART_EASE = 0.4
"""A part of a question needs less evidence: the other parts support it."""
_COMMON_WEIGHT = 0.4


@dataclass(frozen=True, slots=True)
class Search:
    """One part of a question with everything found for it."""

    question: Question
    places: list[AskedPlace]
    hits: list[Hit]
    ranked: list[Ranked]
    """Figures, best first."""

    @property
    def best(self) -> Ranked | None:
        """The figure that fits best, good enough or not."""
        return self.ranked[0] if self.ranked else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found for a whole question."""

    task: Task
    searches: tuple[Search, ...]
    chosen: tuple[Ranked, ...]
    """The figures that answer, in the order asked; empty where the documents do not answer."""
    names: tuple[str, ...] = ()
    """For comparisons and computations the side of each chosen figure."""
    way: str = ""
    refusal: RefusalReason | None = None
    nearest: Ranked | None = None
    """Where refused: the nearest thing the documents say, which is not the answer."""


@dataclass(frozen=True, eq=False)
class Library:
    """What is searched; a search is remembered, since the parts of a question and its retrieval repeat each other."""

    index: Index
    embedder: Embedder
    places: PlaceIndex
    top_k: int
    cross_encoder: CrossEncoder | None = None

    @cached_property
    def searched(self) -> Callable[[str, str, frozenset[str]], Search]:
        """`search` for this library, the latest results remembered."""
        return lru_cache(_SEARCHES_KEPT)(partial(_search, self))


def search(library: Library, text: str, background: str = "", common: frozenset[str] = frozenset()) -> Search:
    """Retrieve for one part and rank the figures found; tokens `common` to all parts of a question count less."""
    return library.searched(text, background, common)


def _search(library: Library, text: str, background: str, common: frozenset[str]) -> Search:
    view = clean_question(text)
    places = asked_places(view, library.places)
    names = sorted((name for place in places for name in place.names), key=lambda name: -len(name))
    question = understand(text, background=background, places=names)
    if common:
        terms = {term: weight * (_COMMON_WEIGHT if term in common else 1.0) for term, weight in question.terms.items()}
        question = replace(question, terms=terms)
    hits = retrieve(library.index, library.embedder, view, library.top_k)
    ids = [hit.passage.id for hit in hits]
    candidates = candidates_of(hits, library.index.sentences_of(ids), library.index.facts_of(ids))
    idf = library.index.known_idf([*question.terms, *question.background])
    ranked = weigh_meaning(rank(question, candidates, idf, places), library.embedder, view)
    if library.cross_encoder is not None:
        ranked = weigh_fit(ranked, library.cross_encoder, view)
    return Search(question, places, hits, ranked)


def read(library: Library, text: str, background: str = "") -> Reading:
    """Find what answers a question of any number of parts."""
    parts = decompose(text, library.places)
    if parts.task in {Task.COMPARE, Task.DIFFERENCE, Task.SUM}:
        reading = _read_sides(library, parts, text, background)
        if reading is not None:
            return reading
    if parts.task is Task.TEXT:
        return Reading(Task.TEXT, (search(library, text, background),), ())
    if len(parts.texts) == 1:
        return _read_one(library, text, background)
    return _read_list(library, parts, text, background)


def _read_one(library: Library, text: str, background: str) -> Reading:
    found = search(library, text, background)
    of_step = asks_step(found.question.view)
    doubt = doubt_of(found, library, for_step=of_step)
    if found.best is not None and doubt.reason in {None, RefusalReason.OTHER_PERIOD}:
        computed = _computed(found)
        if computed is not None:
            return computed
    if of_step:
        doubt = doubt_of(found, library)
    if found.best is None or doubt.reason is not None:
        return Reading(
            Task.LOOKUP, (found,), (), refusal=doubt.reason or RefusalReason.NO_FIGURE, nearest=doubt.nearest
        )
    if found.question.wanted.leg == "both":
        return Reading(Task.LOOKUP, (found,), _both_ends(found))
    return Reading(Task.LOOKUP, (found,), (found.best,))


def _read_list(library: Library, parts: Parts, text: str, background: str) -> Reading:
    """Several figures: each part on its own, the others helping; what is not found makes the answer partial."""
    whole = f"{background} {text}".strip()
    searches = [search(library, part, whole, _common(parts.texts)) for part in parts.texts]
    chosen: list[Ranked] = []
    doubts: list[Doubt] = []
    for found in searches:
        doubt = doubt_of(found, library, _PART_EASE)
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
    return Reading(Task.LOOKUP, tuple(searches), tuple(chosen))


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


def _read_sides(library: Library, parts: Parts, text: str, background: str) -> Reading | None:
    """Both sides of a comparison, a difference or a sum; None where one figure of the text says it directly."""
    if parts.task is not Task.COMPARE:
        direct = _direct(library, text, background, parts.task, parts.names)
        if direct is not None:
            return direct
    whole = f"{background} {text}".strip()
    searches = tuple(search(library, part, whole) for part in parts.texts)
    doubts = [doubt_of(found, library, _PART_EASE) for found in searches]
    failed = next((doubt for doubt in doubts if doubt.reason is not None), None)
    if failed is not None:
        return Reading(parts.task, searches, (), refusal=failed.reason, nearest=failed.nearest)
    chosen = _same_kind(searches)
    if chosen is None:
        return Reading(parts.task, searches, (), refusal=RefusalReason.NO_FIGURE)
    if len({one.fact.id for one in chosen}) < len(chosen):
        return _read_one(library, text, background)
    return Reading(parts.task, searches, chosen, parts.names, parts.way)


def _direct(library: Library, text: str, background: str, task: Task, names: Sequence[str]) -> Reading | None:
    """A figure that states the difference or the sum itself: 高于规模工业1.6个百分点, 两家企业营业收入35.5亿元."""
    found = search(library, text, background)
    best = found.best
    if best is None or doubt_of(found, library).reason is not None:
        return None
    states_change = best.fact.role in {Role.CHANGE, Role.CONTRIBUTION} and best.features.unit >= 0.9
    states_total = task is Task.SUM and best.features.unit >= 0.9 and _names_all(best, names)
    if (task is Task.DIFFERENCE and states_change and best.features.clause >= 0.5) or states_total:
        return Reading(Task.LOOKUP, (found,), (best,))
    return None


def _names_all(best: Ranked, names: Sequence[str]) -> bool:
    """Whether the clause of the figure names every side of a sum, so that it is the sum itself."""
    sides = [frozenset(tokens(name)) for name in names]
    return all(side and len(side & best.zones.clause) >= 0.7 * len(side) for side in sides) and not any(
        side <= best.zones.own and not other <= best.zones.own for side in sides for other in sides
    )


def _same_kind(searches: Sequence[Search]) -> tuple[Ranked, ...] | None:
    """The best figures of all sides that can be set against each other: same unit, same role where possible."""
    options = [found.ranked[:_SIDES_CONSIDERED] for found in searches]
    best: tuple[float, tuple[Ranked, ...]] | None = None
    for group in product(*options):
        units = {one.fact.unit for one in group}
        if len(units) > 1 or "date" in units:
            continue
        same_role = len({one.fact.role for one in group}) == 1
        distinct = len({one.fact.id for one in group}) == len(group)
        asked = {found.question.period for found in searches}
        periods = {(one.fact.period_start, one.fact.period_end) for one in group if one.fact.period_end}
        mixed = len(periods) > 1 and len(asked) == 1
        total = (
            sum(one.relevance for one in group)
            + (1.0 if same_role else 0.0)
            + (2.0 if distinct else 0.0)
            - (1.5 if mixed else 0.0)
        )
        if best is None or total > best[0]:
            best = (total, group)
    return best[1] if best else None


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
        or not best.features.other_period
        or asked.start + 12 != best.fact.period_start
        or asked.end + 12 != best.fact.period_end
    ):
        return None
    for one in found.ranked:
        if one.fact.id == best.fact.id + 1 and states_step(best, one):
            task = Task.SUM if is_fall(one) else Task.DIFFERENCE
            return Reading(task, (found,), (best, one), ("", ""))
    return None


def states_step(level: Ranked, change: Ranked) -> bool:
    """Whether `change` says by how much `level` differs from the year before: 比重12.3%,比前一年提高了3个百分点."""
    fact, view = change.fact, change.candidate.sentence.view
    lead = view[level.fact.view_end : fact.view_start]
    same = (fact.unit == "个百分点" and level.fact.unit == "%") or fact.unit == level.fact.unit != "%"
    return (
        fact.role is Role.CHANGE and fact.sentence == level.fact.sentence and same and bool(_YEAR_BEFORE.search(lead))
    )


def is_fall(change: Ranked) -> bool:
    """Whether the change is downwards."""
    fact, view = change.fact, change.candidate.sentence.view
    return bool(re.search(r"下降|降低|减少|回落|下跌", view[fact.segment_start : fact.view_start]))


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
        and one.features.leg != 0.5
    ]
    pair = [best, *mates[:1]]
    return tuple(sorted(pair, key=lambda one: one.fact.view_start))
