"""Which figure answers: a weighted sum of the evidence, open to inspection."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import numpy as np

from index import Fact, Passage, Sentence, quantities_in_view, spelt_out
from rag.cross_encoder import CrossEncoder
from rag.matching import (
    FEATURE_NAMES,
    Candidate,
    Features,
    Zones,
    features_of,
    similarity_scale,
    sought_by,
    zones_of,
)
from rag.places_asked import AskedPlace, place_fit
from rag.question import Question
from rag.retriever import Hit
from rag.statements import figure_in_context
from rag.wanted import Measure

READ_TOGETHER = 6
"""How many figures the cross-encoder reads beside the question at most."""
READ_FIRST = 2
"""How many it reads in any case; the others only where they may still win."""
_LIKELY_FIT = 0.5
"""What a figure read later may reach of `Features.fit`: of 4,049 questions none had a better one win."""
_LOGIT_RANGE = 8.0
_WHETHER_SO = re.compile(r"是不是|是否|有没有|有无|对吗|吗|属实|真的|超过|低于|高于|不到|达到")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A figure with the evidence for it."""

    candidate: Candidate
    features: Features
    zones: Zones
    relevance: float
    """Weighted sum of the features; higher is better, comparable within one question only."""

    @property
    def fact(self) -> Fact:
        """The figure itself."""
        return self.candidate.fact


@lru_cache(maxsize=1)
def default_weights() -> Mapping[str, float]:
    """Feature name to weight, from `data/ranking_weights.json`."""
    weights = json.loads(files("rag").joinpath("data/ranking_weights.json").read_text(encoding="utf-8"))
    return {name: float(weights[name]) for name in FEATURE_NAMES}


def candidates_of(hits: list[Hit], sentences: Iterable[Sentence], facts: Iterable[Fact]) -> list[Candidate]:
    """All figures of the retrieved passages with their surroundings."""
    passages: dict[int, Passage] = {hit.passage.id: hit.passage for hit in hits}
    low, spread = similarity_scale([hit.similarity for hit in hits if hit.similarity])
    similarity = {hit.passage.id: max(0.0, (hit.similarity - low) / spread) if hit.similarity else 0.0 for hit in hits}
    by_id = {sentence.id: sentence for sentence in sentences}
    by_sentence: dict[int, list[Fact]] = {}
    for fact in facts:
        by_sentence.setdefault(fact.sentence, []).append(fact)
    return [
        Candidate(fact, by_id[sentence_id], passages[fact.passage], similarity[fact.passage], tuple(group))
        for sentence_id, group in by_sentence.items()
        for fact in group
    ]


def rank(
    question: Question,
    candidates: Iterable[Candidate],
    idf: Mapping[str, float],
    places: list[AskedPlace],
    weights: Mapping[str, float] | None = None,
) -> list[Ranked]:
    """Figures by relevance, best first; equal ones in reading order."""
    chosen = weights or default_weights()
    sought, ranked = sought_by(question, idf), []
    for candidate in candidates:
        zones = zones_of(candidate)
        fit = place_fit(places, candidate.fact, candidate.sentence, candidate.passage)
        features = features_of(sought, candidate, fit, zones)
        ranked.append(Ranked(candidate, features, zones, _weigh(features, chosen)))
    return sorted(ranked, key=lambda one: (-one.relevance, one.fact.id))


def weigh_fit(
    ranked: list[Ranked],
    cross_encoder: CrossEncoder,
    view: str,
    weights: Mapping[str, float] | None = None,
    read_first: int = READ_FIRST,
) -> list[Ranked]:
    """The same figures with the first few read by the cross-encoder beside the question, and ordered anew.

    Behind the first `read_first` it reads only those that may still come first.
    """
    chosen = weights or default_weights()
    weighed = _read(ranked[:read_first], cross_encoder, view, chosen)
    if not weighed:
        return ranked
    needed = max(one.relevance for one in weighed) - chosen["fit"] * _LIKELY_FIT
    later = [one for one in ranked[read_first:READ_TOGETHER] if one.relevance > needed]
    weighed += _read(later, cross_encoder, view, chosen)
    read = {one.fact.id for one in weighed}
    rest = [one for one in ranked if one.fact.id not in read]
    return sorted(weighed, key=lambda one: (-one.relevance, one.fact.id)) + rest


def _read(figures: list[Ranked], cross_encoder: CrossEncoder, view: str, weights: Mapping[str, float]) -> list[Ranked]:
    """The figures in the same order, with what the cross-encoder makes of each."""
    if not figures:
        return []
    statements = [figure_in_context(one.candidate) for one in figures]
    logits = cross_encoder.fit(view, statements)
    in_full = spelt_out(view)
    if in_full != view and logits.max() < 0:
        logits = np.maximum(logits, cross_encoder.fit(in_full, statements))
    weighed = []
    for one, logit in zip(figures, logits, strict=True):
        fit = max(-1.0, min(1.0, float(logit) / _LOGIT_RANGE))
        features = replace(one.features, fit=fit)
        weighed.append(replace(one, features=features, relevance=_weigh(features, weights)))
    return weighed


def possible_first(ranked: list[Ranked], question: Question) -> list[Ranked]:
    """The figures in their order, but among the first few behind the others what can be no answer.

    That is a figure that the question states itself (那10亿元分几年给), unless it asks whether it is so, and one of
    another unit where the unit asked for is sure.
    """
    first, rest = ranked[:READ_TOGETHER], ranked[READ_TOGETHER:]
    stated = {(one.value, one.unit) for one in quantities_in_view(question.view) if one.unit != "date"}
    if _WHETHER_SO.search(question.view):
        stated = set()

    def is_no_answer(one: Ranked) -> bool:
        other_unit = question.wanted.measure is not Measure.ANY and one.features.unit == 0.0
        return other_unit or (one.fact.value, one.fact.unit) in stated

    return sorted(first, key=is_no_answer) + rest


def _weigh(features: Features, weights: Mapping[str, float]) -> float:
    return sum(weights[name] * float(getattr(features, name)) for name in FEATURE_NAMES)
