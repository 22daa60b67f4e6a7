"""Fit the reader's weights on gold questions: `python -m eval.fitting --write INDEX:GOLD [INDEX:GOLD ...]`.

Ranking is a softmax over the figures found for a question (listwise log loss), answerability a logistic judgement of
the first figure; both are pulled towards the weights in use, so that few questions cannot turn them around. Without a
cross-encoder (setting `embedder` hash) only the judgement used without one is fitted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.amounts import gold_amount
from eval.goldset import GoldItem, read_gold
from index import COUNT_UNITS, Fact, Index, open_index
from rag.answerable import SIGN_NAMES, default_judgement, signs_of
from rag.decompose import decompose
from rag.embedders import open_cross_encoder, open_embedder
from rag.matching import FEATURE_NAMES
from rag.places_asked import place_index
from rag.question import Task
from rag.ranking import READ_TOGETHER, default_weights
from rag.reader import Library, search
from rag.settings import load_settings

RANKING_FILE = Path("rag/data/ranking_weights.json")
ANSWERABLE_FILE = Path("rag/data/answerable_weights.json")
WORDS_ONLY_FILE = Path("rag/data/answerable_weights_words.json")
_PULL = 0.3
"""Strength of the pull towards the weights in use."""
_AGAINST = frozenset(
    {
        "unknown",
        "missing_run",
        "gap_passage",
        "gap_sentence",
        "gap_known",
        "nouns_sentence",
        "nouns_passage",
        "contrast",
        "other_period",
        "other_place",
    }
)
_SIGN_BOUNDS = [(None, 0.0) if name in _AGAINST else (0.0, None) for name in SIGN_NAMES] + [(None, None)]
"""Evidence for an answer must not count against it, nor the other way round."""
_EXCLUDED = -6.0
"""Another period or place is no evidence to be outweighed; many of the questions never show it."""
_FEATURE_BOUNDS = [
    (None, _EXCLUDED) if name in {"other_period", "other_place"} else (None, 0.0) if name == "contrast" else (0.0, None)
    for name in FEATURE_NAMES
]
_NOT_RANKED = frozenset({"text", "arithmetic", "compare", "follow_up"})


@dataclass(frozen=True, slots=True)
class Example:
    """One question with the evidence for every figure found."""

    id: str
    doc: str
    features: NDArray[np.float64]
    """Shape (figures, features), best first by the weights in use."""
    right: NDArray[np.bool_]
    signs: NDArray[np.float64]
    """Shape (signs,), of the first figure."""
    answerable: bool


def examples_of(library: Library, items: Sequence[GoldItem]) -> list[Example]:
    """Evidence for all questions that ask for one kind of figure."""
    examples = []
    for item in items:
        parts = decompose(item.question, library.places)
        if item.category in _NOT_RANKED or parts.task is not Task.LOOKUP or (not item.refuse and len(parts.texts) > 1):
            continue
        found = search(library, item.question)
        if not found.ranked:
            continue
        right = right_figures(library.index, item, [one.fact for one in found.ranked])
        features = np.array([astuple(one.features) for one in found.ranked], dtype=float)
        signs = np.array(astuple(signs_of(found, library)), dtype=float)
        examples.append(
            Example(item.id, item.docs[0] if item.docs else item.id, features, right, signs, not item.refuse)
        )
    return examples


def right_figures(index: Index, item: GoldItem, facts: Sequence[Fact]) -> NDArray[np.bool_]:
    """Which of the facts, shape (facts,), are a gold value inside a gold quote."""
    values = [*item.answers, *(value for side in item.any_of or [] for value in side)]
    golds = [gold_amount(value) for value in values]
    spans = _spans(index, item)
    return np.array(
        [any(_same(fact, gold.value, gold.unit) for gold in golds) and _inside(fact, spans) for fact in facts],
        dtype=bool,
    )


def fit_ranking(examples: Sequence[Example], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights, shape (features,), that put right figures first among those read by the cross-encoder."""
    data = [(one.features[:READ_TOGETHER], one.right[:READ_TOGETHER]) for one in examples]
    data = [(features, right) for features, right in data if right.any()]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = 0.0, np.zeros_like(weights)
        for features, right in data:
            raw = features @ weights
            share = np.exp(raw - raw.max())
            good = share * right
            total -= float(np.log(good.sum() / share.sum()))
            gradient -= good @ features / good.sum() - share @ features / share.sum()
        distance = weights - start
        return total + _PULL * float(distance @ distance), gradient + 2 * _PULL * distance

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=_FEATURE_BOUNDS).x)


def fit_answerable(examples: Sequence[Example], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights and bias (last), shape (signs + 1,), telling right first figures from wrong ones and from refusals."""
    signs = np.array([[*one.signs, 1.0] for one in examples])
    good = np.array([float(one.answerable and one.right[0]) for one in examples])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        raw = signs @ weights
        log_loss = float(np.logaddexp(0, -raw)[good > 0].sum() + np.logaddexp(0, raw)[good == 0].sum())
        gradient = signs.T @ (1 / (1 + np.exp(-raw)) - good)
        distance = weights - start
        return log_loss + 0.05 * float(distance @ distance), gradient + 0.1 * distance

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=_SIGN_BOUNDS).x)


def threshold_for(examples: Sequence[Example], weights: NDArray[np.float64], over_refusal: float) -> float:
    """The probability below which to refuse so that at most this share of rightly found answers is refused."""
    raw = np.array([one.signs @ weights[:-1] + weights[-1] for one in examples if one.answerable and one.right[0]])
    return float(1 / (1 + np.exp(-np.quantile(raw, over_refusal))))


def cross_validated(
    examples: Sequence[Example], fit: Callable[[Sequence[Example]], Callable[[Example], bool]]
) -> float:
    """Share of examples judged right when their document was left out of the fit, five folds."""
    docs = sorted({one.doc for one in examples})
    np.random.default_rng(0).shuffle(docs)
    results: list[bool] = []
    for fold in range(5):
        held = set(docs[fold::5])
        judge = fit([one for one in examples if one.doc not in held])
        results += [judge(one) for one in examples if one.doc in held]
    return float(np.mean(results))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in the module's first line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="INDEX:GOLD")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--cross-validate", action="store_true")
    parser.add_argument("--over-refusal", type=float, default=0.02)
    options = parser.parse_args(arguments)
    examples = [example for one in options.sets for example in _load(*one.split(":"))]
    ranked = [one for one in examples if one.answerable and one.right.any()]
    start = np.array([default_weights()[name] for name in FEATURE_NAMES])
    weights = fit_ranking(ranked, start)
    judged = [one for one in examples if one.right[0] or not one.answerable]
    words_only = open_cross_encoder(load_settings()) is None
    in_use = default_judgement(words_only=words_only)
    before = np.array([*(in_use[name] for name in SIGN_NAMES), in_use["bias"]])
    judgement = fit_answerable(judged, before)
    threshold = threshold_for(judged, judgement, options.over_refusal)
    report = {
        "questions": len(examples),
        "first, weights in use": _first(ranked, start),
        "first, fitted": _first(ranked, weights),
        **(
            {"first, documents left out": cross_validated(ranked, lambda some: _chooser(fit_ranking(some, start)))}
            if options.cross_validate
            else {}
        ),
        "refusal recall at 1, 2, 3, 5% over-refusal": [
            round(_refused(judged, judgement, threshold_for(judged, judgement, share), answerable=False), 3)
            for share in (0.01, 0.02, 0.03, 0.05)
        ],
        "refused of unanswerable, fitted": _refused(judged, judgement, threshold, answerable=False),
        "refused of answerable, fitted": _refused(judged, judgement, threshold, answerable=True),
    }
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    if options.write:
        if not words_only:
            _write(RANKING_FILE, dict(zip(FEATURE_NAMES, weights, strict=True)))
        signs = dict(zip((*SIGN_NAMES, "bias"), judgement, strict=True))
        _write(WORDS_ONLY_FILE if words_only else ANSWERABLE_FILE, {**signs, "threshold": threshold})
    return 0


def _load(index_folder: str, gold: str) -> list[Example]:
    embedder, cross_encoder = open_embedder(load_settings()), open_cross_encoder(load_settings())
    with open_index(Path(index_folder), embedder.identity) as index:
        places = place_index(index.places())
        library = Library(index, embedder, places, load_settings().top_k, cross_encoder, READ_TOGETHER)
        return examples_of(library, read_gold([Path(gold)]))


def _chooser(weights: NDArray[np.float64]) -> Callable[[Example], bool]:
    return lambda one: bool(one.right[np.argmax(one.features[:READ_TOGETHER] @ weights)])


def _first(examples: Sequence[Example], weights: NDArray[np.float64]) -> float:
    return float(np.mean([_chooser(weights)(one) for one in examples]))


def _refused(examples: Sequence[Example], weights: NDArray[np.float64], threshold: float, *, answerable: bool) -> float:
    raw = np.array([one.signs @ weights[:-1] + weights[-1] for one in examples if one.answerable is answerable])
    return float(np.mean(1 / (1 + np.exp(-raw)) < threshold))


def _spans(index: Index, item: GoldItem) -> list[tuple[str, int, int]]:
    spans = []
    for source in item.sources:
        start = index.document(source.doc).text.find(source.quote)
        spans.append((source.doc, start, start + len(source.quote)))
    return spans


def _inside(fact: Fact, spans: Sequence[tuple[str, int, int]]) -> bool:
    return any(fact.doc == doc and fact.start < end and start < fact.end for doc, start, end in spans)


def _same(fact: Fact, value: object, unit: str) -> bool:
    countable = COUNT_UNITS | {""}
    return fact.value == value and (fact.unit == unit or (fact.unit in countable and unit in countable))


def _write(file: Path, numbers: dict[str, float]) -> None:
    rounded = {name: round(float(number), 3) for name, number in numbers.items()}
    file.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
