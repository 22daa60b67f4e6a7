"""Whether the best figure found really answers: another period, another place, an indicator the documents lack."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import rjieba

from index import Role, Status, canonical, normalise, quantities_in_view
from rag.contract import RefusalReason
from rag.matching import holds
from rag.other_thing import is_other_thing
from rag.out_of_time import is_out_of_time
from rag.question import Measure

if TYPE_CHECKING:
    from rag.places_asked import AskedPlace
    from rag.ranking import Ranked
    from rag.reader import Library, Search


_IDENTIFIER = re.compile(
    r"(?P<plate>[一二三四五六七八九十\d]+号(?!线)|包\d+(?![\d年月日%]))"
    r"|第(?P<number>[一二三四五六七八九十]+|\d+)(?P<word>[届批期档]|阶梯|梯队|标段)|(?<![一二三四五六七八九十分前近])(?P<phase>[一二三四五六])期(?!间)"
)
_MODEL = re.compile(
    r"(?<![A-Za-z\d.])(?:[A-Za-z]{1,6}\d{1,5}[A-Za-z]?|\d{1,4}[A-Za-z]{1,2})(?![A-Za-z\d])(?<!Q[1-4])(?<!H[12])(?<!5G)"
)
"""Names of models and versions: 34B, INT4, 38X."""
_OPENING_NAME = re.compile(
    r"(?:(?:19|20)\d\d年(?:[上下]半年|[度底末])?|[今去前]年(?:[上下]半年)?|截至|目前|在|到|我们?|,)*(?P<name>[\u4e00-\u9fff]{4})"
)
_LIMIT = re.compile(r"及?以[上下内]")
_ALIKE = {"批": "[批期轮]", "期": "[批期轮]"}
"""第一批 of a building is what others call its 一期."""
_NOUNS_OF_QUANTITY = frozenset(
    [
        "总数",
        "总量",
        "总额",
        "数量",
        "数字",
        "数据",
        "情况",
        "水平",
        "规模",
        "金额",
        "人次",
        "全市",
        "全区",
        "全县",
        "全省",
        "目标",
        "占比",
        "增长",
        "总计",
        "全国",
        "百分点",
    ]
)
_LONG_GAP = 6
_NO_PAIR = 0.5
"""`Features.leg` of a figure that is no end of a from-to pair."""
_TOO_COARSE = 0.5
"""`Features.unit` of a month where the day is asked for."""
_PLACE_UNSAID = 0.55
"""`Features.place` up to which nothing around a figure names the place asked for."""
_CONSIDERED = 20
_THE_VERY_THING = 0.8
"""Least share of the question's words in a figure's own part for it to be of the thing asked for."""
_CONTENT_WEIGHT = 0.2
"""Tokens below it are function words."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the best figure is no answer; `reason` is None where it is one."""

    reason: RefusalReason | None
    nearest: Ranked | None = None
    """What to show as the nearest thing known."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against the best figure, each in 0..1."""

    own: float
    clause: float
    sentence: float
    passage: float
    focus: float
    unit: float
    role: float
    similarity: float
    unknown: float
    """Share of the question's words, by weight, that stand nowhere in the corpus."""
    missing_run: float
    """Weight share of the longest run of question words that the passage lacks."""
    gap_passage: float
    """Length of the longest run of question words that passage and headings lack; 1 for six or more tokens."""
    gap_sentence: float
    """The same for the sentence."""
    gap_known: float
    """The same for the sentence, counting only words that stand elsewhere in the corpus: another subject."""
    nouns_sentence: float
    """Share of the question's nouns that sentence, headings and place lack."""
    nouns_passage: float
    """Share of the question's nouns that passage, headings and place lack."""
    indicator: float
    plain: float
    place: float
    period: float
    contrast: float
    other_period: float
    other_place: float
    fit: float
    """As `Features.fit`."""


SIGN_NAMES: tuple[str, ...] = tuple(Signs.__dataclass_fields__)


@lru_cache(maxsize=2)
def default_judgement(*, words_only: bool) -> Mapping[str, float]:
    """Weights, bias and threshold of the answerability judgement; `words_only` where no cross-encoder is used."""
    name = "answerable_weights_words.json" if words_only else "answerable_weights.json"
    stored = json.loads(files("rag").joinpath("data", name).read_text(encoding="utf-8"))
    return {name: float(value) for name, value in stored.items()}


def doubt_of(found: Search, library: Library, ease: float = 1.0, *, for_step: bool = False) -> Doubt:
    """Judge the best figure of a search.

    `ease` below 1 lowers the threshold, for parts that others support. With `for_step` it may be an end of the from-to
    pair whose step is asked for, and is then no answer by itself.
    """
    best = found.best
    if best is None:
        return Doubt(RefusalReason.NOTHING_FOUND if not found.hits else RefusalReason.NO_FIGURE)
    if found.places and not any(place.known or _is_spoken_of(place, best) for place in found.places):
        return Doubt(RefusalReason.OTHER_PLACE, best)
    if best.features.other_place:
        return Doubt(RefusalReason.OTHER_PLACE, best)
    if best.features.other_period or is_out_of_time(found, best, library):
        return Doubt(RefusalReason.OTHER_PERIOD, best)
    least = _TOO_COARSE if found.question.wanted.measure is Measure.DATE else 0.0
    if found.question.wanted.measure is not Measure.ANY and best.features.unit <= least:
        return Doubt(RefusalReason.NO_FIGURE, best)
    if not (for_step and best.features.leg != _NO_PAIR) and _says_something_else(found, best):
        return Doubt(RefusalReason.NO_FIGURE, best)
    if found.question.status is Status.RESULT and best.fact.status is Status.TARGET:
        return Doubt(RefusalReason.NO_FIGURE, best)
    judgement = default_judgement(words_only=library.cross_encoder is None)
    least = judgement["threshold"] * ease
    if _is_of_another(found, best, library) or answerability(signs_of(found, library), judgement) < least:
        return _known_elsewhere(found, best) or Doubt(RefusalReason.NO_FIGURE, best)
    return Doubt(None)


def _is_of_another(found: Search, best: Ranked, library: Library) -> bool:
    """Whether the question names a number, a limit, a name or a kind that is not the figure's."""
    if _lacks_identifier(found, best) or lacks_limit(found, best):
        return True
    return _is_of_other_documents(found, best, library) or is_other_thing(found, best, library)


def _is_spoken_of(place: AskedPlace, best: Ranked) -> bool:
    """Whether a place that the corpus is not of may still be the figure's: it is named around it, or all is unsaid."""
    passage = best.candidate.passage
    around = f"{passage.title} {passage.section} {passage.view}"
    if best.features.place > _PLACE_UNSAID or any(name[-2:] in around for name in place.names):
        return True
    return place.may_be_of(passage.doc, best.fact.place) or (place.is_wide and not best.fact.place)


def _known_elsewhere(found: Search, best: Ranked) -> Doubt | None:
    """The refusal that names what another place or period has of the very thing asked for; None where none has."""
    for one in found.ranked[:_CONSIDERED]:
        features = one.features
        other = features.other_place or features.other_period
        if other and features.unit == 1.0 and features.own >= _THE_VERY_THING and features.own > best.features.own:
            return Doubt(RefusalReason.OTHER_PLACE if features.other_place else RefusalReason.OTHER_PERIOD, one)
    return None


def _is_of_other_documents(found: Search, best: Ranked, library: Library) -> bool:
    """Whether the name that opens the question is used by other documents and nowhere by the figure's own.

    Of 2,356 right answers to gold questions 1 was such, of 301 wrong ones to unanswerable questions 5.
    """
    view = canonical(found.question.view)
    match = _OPENING_NAME.match(view)
    if match is None or any(match["name"].startswith(name[:3]) for place in found.places for name in place.names):
        return False
    own, naming = best.fact.doc, library.index.documents_naming
    others = naming(match["name"])
    return bool(others) and own not in others and own not in naming(match["name"][:3])


def _says_something_else(found: Search, best: Ranked) -> bool:
    """Whether a share, a growth or a rank is asked for and the figure says another thing of its indicator."""
    return found.question.wanted.role in {Role.SHARE, Role.CHANGE, Role.RANK} and best.features.role == 0.0


def _lacks_identifier(found: Search, best: Ranked) -> bool:
    """Whether the question names a numbered thing (九号, 第七批) that the evidence does not."""
    passage = best.candidate.passage
    around = normalise(f"{passage.title} {passage.section} {passage.view}")
    if any(not _is_named(name, around) for name in _IDENTIFIER.finditer(found.question.view)):
        return True
    said = f"{around} {best.fact.indicator}".lower().replace(" ", "")
    return any(model.group().lower() not in said for model in _MODEL.finditer(_without_figures(found.question.view)))


def _without_figures(view: str) -> str:
    """A question without its amounts and dates, whose units are no part of a name (5kg)."""
    for figure in reversed(quantities_in_view(view)):
        view = f"{view[: figure.start]} {view[figure.end :]}"
    return view


def lacks_limit(found: Search, best: Ranked) -> bool:
    """Whether the question sets a limit (80岁以上, 5亿元以上) of which the passage and its headings say nothing."""
    view, passage = found.question.view, best.candidate.passage
    limits = [one for one in quantities_in_view(view) if _LIMIT.search(view, one.start, one.end + 4)]
    if not limits:
        return False
    around = normalise(f"{passage.title} {passage.section} {passage.view}")
    stated = {(one.value, one.unit) for one in quantities_in_view(around)}
    return any(
        (one.value, one.unit) not in stated and _LIMIT.sub("", one.text).removeprefix("一") not in around
        for one in limits
    )


def _is_named(name: re.Match[str], around: str) -> bool:
    if name["plate"]:
        return name["plate"] in around
    number, word = name["number"] or name["phase"], name["word"] or "期"
    first = "|首" if number in {"一", "1"} else ""
    return bool(re.search(f"(?<![一二三四五六七八九十\\d])(?:{number}{first}){_ALIKE.get(word, word)}", around))


def answerability(signs: Signs, judgement: Mapping[str, float]) -> float:
    """Probability that the best figure is the answer, by a logistic judgement."""
    total = judgement["bias"] + sum(judgement[name] * getattr(signs, name) for name in SIGN_NAMES)
    return 1.0 / (1.0 + math.exp(-total))


def signs_of(found: Search, library: Library) -> Signs:
    """The evidence that the judgement weighs; needs at least one ranked figure."""
    best = found.ranked[0]
    question = found.question
    idf = library.index.idf(list(question.terms))
    total = sum(idf.values()) or 1.0
    rarest = max(library.index.idf(["\x00"]).values())
    passage = best.candidate.passage
    context = f"{passage.title} {passage.section} {best.fact.place}"
    nouns = _nouns(question.content, tuple(name for place in found.places for name in place.names))
    unknown = sum(weight for weight in idf.values() if weight >= rarest) / total
    return Signs(
        own=best.features.own,
        clause=best.features.clause,
        sentence=best.features.sentence,
        passage=best.features.passage,
        focus=best.features.focus,
        unit=best.features.unit,
        role=best.features.role,
        similarity=max((hit.similarity for hit in found.hits), default=0.0),
        unknown=unknown,
        missing_run=_missing_run(list(question.terms), best.zones.passage, idf) / total,
        gap_passage=_gap(question.terms, best.zones.passage, None),
        gap_sentence=_gap(question.terms, best.zones.sentence, None),
        gap_known=_gap(question.terms, best.zones.sentence, {term for term in idf if idf[term] < rarest}),
        nouns_sentence=_lacking(nouns, f"{context} {best.fact.indicator} {best.candidate.sentence.view}"),
        nouns_passage=_lacking(nouns, f"{context} {passage.view}"),
        indicator=best.features.indicator,
        plain=best.features.plain,
        place=best.features.place,
        period=best.features.period,
        contrast=best.features.contrast,
        other_period=best.features.other_period,
        other_place=best.features.other_place,
        fit=best.features.fit,
    )


@lru_cache(maxsize=512)
def _nouns(content: str, places: tuple[str, ...]) -> tuple[str, ...]:
    """Nouns of two characters or more in a question, place names and words for quantity aside."""
    text = content
    for name in places:
        text = text.replace(name, " ")
    tagged = rjieba.tag(text)
    nouns = [word for word, tag in tagged if len(word) >= 2 and (tag[0] == "n" or tag in {"vn", "j", "l", "eng", "an"})]
    return tuple(noun for noun in dict.fromkeys(nouns) if noun not in _NOUNS_OF_QUANTITY)


def _lacking(nouns: tuple[str, ...], text: str) -> float:
    standard = canonical(normalise(text))
    return sum(noun not in standard for noun in nouns) / len(nouns) if nouns else 0.0


def _gap(terms: Mapping[str, float], zone: frozenset[str], counted: set[str] | None) -> float:
    longest = current = 0
    for term, weight in terms.items():
        if holds(zone, term):
            current = 0
        elif weight >= _CONTENT_WEIGHT and (counted is None or term in counted):
            current += 1
        longest = max(longest, current)
    return min(1.0, longest / _LONG_GAP)


def _missing_run(terms: list[str], zone: frozenset[str], idf: Mapping[str, float]) -> float:
    longest = current = 0.0
    for term in terms:
        current = 0.0 if holds(zone, term) else current + idf[term]
        longest = max(longest, current)
    return longest
