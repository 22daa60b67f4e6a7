"""How well a figure fits a question: the evidence, feature by feature, before anything is weighed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index import (
    COUNT_UNITS,
    DURATION_UNITS,
    MONEY_UNITS,
    PERSON_UNITS,
    Fact,
    Passage,
    Period,
    Role,
    Sentence,
    Status,
    canonical,
    compatible,
    contradicts,
    from_to_pairs,
    is_han_character,
    tokens,
)
from index.periods import find_periods
from rag.question import Measure, Question, Wanted

_AREA_UNITS = frozenset({"平方米", "亩", "坪"})
_NEVER_COUNTED = MONEY_UNITS | DURATION_UNITS | {"%", "‰", "个百分点", "排名", "date"}
_COUNT_PEOPLE = {"人次": 0.5, "人年": 0.5, "个": 0.2, "户": 0.2, "例": 0.2, "份": 0.2}
"""How well units that may count people fit where people are asked for: 540个学位."""
LONGER_PERIOD = 0.25
"""Fit of a figure whose period is longer than the one asked for."""
_PART_OF_YEAR = re.compile(r"(?:\d{1,2}月(?:份)?|[上下]半年|(?:第|前)?[一二三四1-4]个?季度)")
CELL_BORDER = "\t"
"""Between two cells of a table row in its view."""
_STRONG_BOUNDARY = re.compile(r"[;。!?]|(?<=[,;。:])(?=[一二三四五六七八九]是)")


@dataclass(frozen=True, slots=True)
class Features:
    """Evidence for one figure as the answer; each in 0..1 unless said otherwise."""

    own: float
    """Share of the question's weighted words in the figure's own part of the sentence."""
    clause: float
    """The same for the run of clauses up to the figure."""
    sentence: float
    passage: float
    """The same for the passage, its headings and its title."""
    indicator: float
    """Share of the words of the figure's own part that the question holds."""
    focus: float
    """Share of the words next to the interrogative in the figure's own part."""
    similarity: float
    """Cosine of question and passage, stretched so that the best passage has 1 and the least one 0."""
    unit: float
    """1 the unit asked for, 0.5 unknown, 0 another."""
    role: float
    """1 the role asked for (amount, growth, share ...), 0.5 unknown, 0 another."""
    status: float
    """1 result or target as asked, 0.5 not asked and a result, 0 the other."""
    period: float
    """1 the period asked for, 0.6 overlapping, 0.5 unknown or not asked, 0 another."""
    other_period: float
    """1 where the period is certainly another, else 0."""
    place: float
    """1 the place asked for, 0.5 unknown or not asked, 0 another."""
    other_place: float
    """1 where the place is certainly another, else 0."""
    leg: float
    """1 the asked end of a from-to pair, 0.5 no pair, 0 the other end."""
    plain: float
    """0 for durations, dates and 一 used in passing where a count or amount may be asked, else 1."""
    contrast: float
    """1 where the figure's own part names the other side of a contrast (农村 for 城镇), or another column is asked."""
    background: float
    """Share of the words of the rest of the question or of earlier turns in sentence, passage or headings."""
    fit: float
    """Judgement of the cross-encoder, -1..1; 0 where it was not asked."""


FEATURE_NAMES: tuple[str, ...] = tuple(Features.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A figure with its surroundings."""

    fact: Fact
    sentence: Sentence
    passage: Passage
    similarity: float
    """As in `Features.similarity`."""
    neighbours: tuple[Fact, ...]
    """All facts of the same sentence, in order."""


@dataclass(frozen=True, slots=True)
class Zones:
    """Token sets of a figure's surroundings, from near to far."""

    own: frozenset[str]
    clause: frozenset[str]
    sentence: frozenset[str]
    passage: frozenset[str]


def clauses_of(candidate: Candidate) -> str:
    """The run of clauses up to the end of the figure's own part."""
    fact, view = candidate.fact, candidate.sentence.view
    strong = max((m.end() for m in _STRONG_BOUNDARY.finditer(view[: fact.view_start])), default=0)
    return view[strong : fact.segment_end]


def zones_of(candidate: Candidate) -> Zones:
    """Token sets for one figure."""
    fact, view = candidate.fact, candidate.sentence.view
    own_text = view[fact.segment_start : fact.segment_end]
    own = _token_set(own_text) | _token_set(fact.indicator)
    clause = own | _token_set(clauses_of(candidate))
    context = f"{candidate.passage.title} {candidate.passage.section} {candidate.passage.place}"
    sentence = clause | _token_set(view)
    return Zones(own, clause, sentence, sentence | _token_set(candidate.passage.view) | _token_set(context))


def _own_text(candidate: Candidate) -> str:
    fact = candidate.fact
    return canonical(f"{fact.indicator} {candidate.sentence.view[fact.segment_start : fact.segment_end]}")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a question looks for: its words with what each is worth, the same for every figure."""

    question: Question
    near: Mapping[str, float]
    weights: Mapping[str, float]
    background: Mapping[str, float]
    focus: Mapping[str, float]


def sought_by(question: Question, idf: Mapping[str, float]) -> Sought:
    """What `question` looks for; `idf` holds the rarity of each of its words."""
    known = {token: weight for token, weight in question.terms.items() if token in idf}
    return Sought(
        question,
        near={token: weight * idf[token] for token, weight in known.items()},
        weights={token: idf[token] * (weight if weight < 0.3 else 1.0) for token, weight in known.items()},
        background={token: idf[token] for token in question.background if token in idf},
        focus=_focus_weights(question, idf),
    )


def features_of(sought: Sought, candidate: Candidate, place_fit: float, zones: Zones) -> Features:
    """Evidence that `candidate` answers the question."""
    question, fact = sought.question, candidate.fact
    return Features(
        own=_share(sought.near, zones.own),
        clause=_share(sought.near, zones.clause),
        sentence=_share(sought.weights, zones.sentence),
        passage=_share(sought.weights, zones.passage),
        indicator=_reverse_share(question, zones),
        focus=_share(sought.focus, zones.own),
        similarity=candidate.similarity,
        unit=unit_fit(question.wanted, fact),
        role=role_fit(question.wanted, fact),
        status=status_fit(question, fact),
        period=(
            period := period_fit(question.period, fact, whole=question.whole_period, of_year="年度" in question.view)
        ),
        other_period=float(period == 0.0),
        place=place_fit,
        other_place=float(place_fit == 0.0),
        leg=_leg_fit(question.wanted, candidate),
        plain=_plainness(question.wanted, fact),
        contrast=float(contradicts(question.content, _own_text(candidate)) or _is_of_another_column(sought, candidate)),
        background=_share(sought.background, zones.passage) if sought.background else 0.5,
        fit=0.0,
    )


def unit_fit(wanted: Wanted, fact: Fact) -> float:
    """1 where the fact's unit is what is asked for, 0 where it is not, 0.5 where nothing certain is asked."""
    unit, measure = fact.unit, wanted.measure
    if measure is Measure.ANY:
        return 0.5 if unit != "date" else 0.0
    if measure is Measure.COUNT:
        return _count_fit(wanted.unit, unit)
    fits = {
        Measure.MONEY: _is_money(unit) and (wanted.unit in {"", "元"} or wanted.unit == unit),
        Measure.PERCENT: unit in {"%", "‰"} or (not unit and 0 < fact.value < 1),
        Measure.POINTS: unit == "个百分点",
        Measure.RANK: unit == "排名",
        Measure.DATE: unit == "date" and _is_precise(wanted, fact),
        Measure.DURATION: unit in DURATION_UNITS and (not wanted.unit or unit == wanted.unit),
        Measure.AGE: unit == "岁",
        Measure.AREA: unit in _AREA_UNITS,
        Measure.TIMES: unit in {"倍", "番"},
        Measure.OTHER: unit == wanted.unit,
    }
    if fits[measure]:
        return 1.0
    if measure is Measure.DATE and unit == "date":
        return 0.5
    if measure is Measure.PERCENT and wanted.role is None:
        return 0.5 if not unit or unit in {"个百分点"} else 0.2
    if measure is Measure.PERCENT and wanted.role is Role.CHANGE and fact.role is Role.CHANGE:
        return 0.6
    if measure is Measure.PERCENT and unit == "个百分点":
        return 0.2
    if measure is Measure.MONEY and fact.unit == "" and fact.value >= 10000:
        return 0.6
    return 0.0


def _is_of_another_column(sought: Sought, candidate: Candidate) -> bool:
    """Whether the head of another cell of the same row holds more of the question than the head of this one."""
    if CELL_BORDER not in candidate.sentence.view:
        return False
    asked = sought.near
    own = _token_set(candidate.fact.indicator)
    for other in candidate.neighbours:
        if (other.role, other.unit) == (
            candidate.fact.role,
            candidate.fact.unit,
        ) and other.period != candidate.fact.period:
            continue
        theirs = _token_set(other.indicator)
        if sum(asked.get(token, 0) for token in theirs - own) > sum(asked.get(token, 0) for token in own - theirs):
            return True
    return False


def _is_money(unit: str) -> bool:
    """Whether a unit is one of money, or of a price (元/平方米)."""
    return unit.partition("/")[0] in MONEY_UNITS


def _is_precise(wanted: Wanted, fact: Fact) -> bool:
    """Whether the date is as fine as asked: wanted.unit names the precision."""
    month, day = int(fact.value) // 100 % 100, int(fact.value) % 100
    return {"day": day > 0, "month": month > 0}.get(wanted.unit, True)


def _count_fit(wanted: str, unit: str) -> float:
    if unit == wanted:
        return 1.0
    if wanted in PERSON_UNITS:
        return 0.95 if unit in PERSON_UNITS else _COUNT_PEOPLE.get(unit, 0.0)
    if not wanted:
        return 0.9 if unit in COUNT_UNITS else 0.3 if not unit else 0.0 if unit in _NEVER_COUNTED else 0.1
    if wanted == "个" or unit in {"个", "大"}:
        return 0.6 if unit in COUNT_UNITS - PERSON_UNITS else 0.0
    if unit in COUNT_UNITS:
        return 0.55 if unit not in PERSON_UNITS else 0.1
    return 0.2 if not unit else 0.0


def role_fit(wanted: Wanted, fact: Fact) -> float:
    """1 where the fact says what is asked of the indicator, 0 something else, in between where that is unsure."""
    if wanted.role is None:
        if wanted.measure is Measure.PERCENT:
            return {Role.LEVEL: 0.9, Role.SHARE: 0.8, Role.COMPLETION: 0.5, Role.CHANGE: 0.2}.get(fact.role, 0.3)
        return {Role.LEVEL: 0.7, Role.SHARE: 0.5, Role.COMPLETION: 0.4}.get(fact.role, 0.3)
    if wanted.role is fact.role:
        return 1.0
    if {wanted.role, fact.role} == {Role.SHARE, Role.LEVEL} and fact.unit in {"%", ""}:
        return 0.6
    if {wanted.role, fact.role} == {Role.CHANGE, Role.CONTRIBUTION}:
        return 0.4
    return 0.0


def status_fit(question: Question, fact: Fact) -> float:
    """1 as asked, 0.5 a result where nothing was asked, less for targets nobody asked for."""
    if question.status is Status.RESULT:
        return {"result": 1.0, "estimate": 0.3, "target": 0.0}[fact.status.value]
    if question.status is None:
        return {"result": 0.6, "estimate": 0.5, "target": 0.15}[fact.status.value]
    if question.status is fact.status:
        return 1.0
    return 0.5 if "estimate" in {question.status.value, fact.status.value} else 0.15


def period_fit(asked: Period | None, fact: Fact, *, whole: bool = False, of_year: bool = False) -> float:
    """1 the same period, 0.75 within or around it, 0.5 unknown, 0 another.

    With `of_year` the thing asked about belongs to the year (2024年度的红利), and a date of it may lie in another.
    """
    stated = Period(fact.period_start, fact.period_end, fact.period)
    if asked is not None and not asked.known and len(stated.years) == 1:
        return _part_of_year_fit(asked, stated)
    if asked is None or not asked.known or not stated.known:
        return 0.5
    if fact.unit == "date" and of_year and not compatible(asked, stated):
        return 0.5
    if whole and stated.end - stated.start < asked.end - asked.start and compatible(asked, stated):
        return 0.0
    if (asked.start, asked.end) == (stated.start, stated.end):
        return 1.0
    if not compatible(asked, stated):
        return 0.0
    return LONGER_PERIOD if stated.end - stated.start > asked.end - asked.start else 0.75


def _part_of_year_fit(asked: Period, stated: Period) -> float:
    """Fit of a month or quarter asked for without its year (12月); one of another month is no sure sign."""
    if not _PART_OF_YEAR.fullmatch(asked.text):
        return 0.5
    meant = find_periods(f"{stated.years[0]}年{asked.text}", stated.years[0])
    if not meant:
        return 0.5
    same = (meant[0].period.start, meant[0].period.end) == (stated.start, stated.end)
    return 1.0 if same else 0.5


def _leg_fit(wanted: Wanted, candidate: Candidate) -> float:
    facts = candidate.neighbours
    sources = from_to_pairs(candidate.sentence.view, [(fact.view_start, fact.view_end) for fact in facts])
    number = next(i for i, fact in enumerate(facts) if fact.id == candidate.fact.id)
    if number in sources:
        return {"from": 1.0, "to": 0.0}.get(wanted.leg, 0.35)
    if number - 1 in sources:
        return {"to": 1.0, "from": 0.0}.get(wanted.leg, 0.6)
    return 0.5


def _plainness(wanted: Wanted, fact: Fact) -> float:
    if wanted.measure in {Measure.ANY, Measure.COUNT} and fact.unit in DURATION_UNITS and wanted.unit != fact.unit:
        return 0.0
    if fact.text in {"一家", "一个", "一项", "一名"}:
        return 0.3
    return 1.0


def _share(weights: Mapping[str, float], zone: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for token, weight in weights.items() if holds(zone, token)) / total if total else 0.0


def holds(zone: frozenset[str], token: str) -> bool:
    """Whether a zone has the token, or a pair with a Han character that stands alone in the question: 挖了多少煤."""
    if token in zone:
        return True
    return len(token) == 1 and is_han_character(token) and any(token in other for other in zone)


def _reverse_share(question: Question, zones: Zones) -> float:
    """Share of the figure's own words that the question knows, each own word counting alike."""
    own = [token for token in zones.own if not token[0].isdigit()]
    known = question.terms.keys() | question.background.keys()
    return sum(token in known for token in own) / len(own) if own else 0.0


@lru_cache(maxsize=256)
def _focus_tokens(content: str) -> tuple[str, ...]:
    """Tokens around the places where the interrogatives stood (blanks in the content)."""
    found: list[str] = []
    pieces = content.split(" ")
    for left, right in itertools.pairwise(pieces):
        found += tokens(left)[-4:] + tokens(right)[:3]
    return tuple(dict.fromkeys(found)) or tuple(tokens(content)[-4:])


def _focus_weights(question: Question, idf: Mapping[str, float]) -> dict[str, float]:
    focus = _focus_tokens(question.content)
    return {token: idf[token] * question.terms[token] for token in focus if token in question.terms and token in idf}


@lru_cache(maxsize=16384)
def _token_set(view: str) -> frozenset[str]:
    return frozenset(tokens(view))


def similarity_scale(similarities: Sequence[float]) -> tuple[float, float]:
    """Least cosine and spread of a retrieved list, for stretching to 0..1."""
    if not similarities:
        return 0.0, 1.0
    low, high = min(similarities), max(similarities)
    return low, (high - low) or 1.0
