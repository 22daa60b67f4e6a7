"""What each piece of evidence is worth: `python -m eval.ablation INDEX:GOLD [INDEX:GOLD ...]` prints two tables.

The evidence for every question is collected once, as for `eval.fitting`; then one feature of the ranking, or one sign
of the judgement whether to answer, is left out at a time, with all other weights as they are. Meaning and the
cross-encoder were asked about the first few figures only, so a figure that only an ablated ranking would put there has
neither: the tables show what the weights in use rest on, not what weights fitted without the evidence would reach.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.fitting import Example, examples_of
from eval.goldset import read_gold
from index import open_index
from rag.answerable import SIGN_NAMES, default_judgement
from rag.embedders import open_cross_encoder, open_embedder
from rag.matching import FEATURE_NAMES
from rag.places_asked import place_index
from rag.ranking import READ_TOGETHER, default_weights
from rag.searching import Library
from rag.settings import load_settings

ALL = "（全部）"
CERTAINTIES = "（地方、时间、单位对不上就拒答）"
_CERTAIN = {"other_place": 1.0, "other_period": 1.0, "unit": 0.0}
"""Signs that make a refusal certain, whatever the judgement, at these values."""


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of evidence left out: the value of every measure, by gold set."""

    left_out: str
    values: tuple[float, ...]
    """Shares in 0..1; for refusals two to a set, recall and then over-refusal. NaN where a set has no such question."""


def lead(examples: Sequence[Example], weights: NDArray[np.float64]) -> float:
    """Share of answerable questions whose right figure comes first, of those it was found for at all."""
    return _mean([bool(one.right[_first(one, weights)]) for one in examples if one.answerable and one.right.any()])


def ranking_table(sets: Sequence[Sequence[Example]], weights: Mapping[str, float]) -> list[Row]:
    """`lead` of every set with all features, then with each left out, the one that costs most first."""
    whole = np.array([weights[name] for name in FEATURE_NAMES])
    rows = [Row(ALL, tuple(lead(examples, whole) for examples in sets))]
    for number, name in enumerate(FEATURE_NAMES):
        without = whole.copy()
        without[number] = 0.0
        rows.append(Row(name, tuple(lead(examples, without) for examples in sets)))
    return [rows[0], *sorted(rows[1:], key=lambda row: float(np.nansum(row.values)))]


def refusal_table(sets: Sequence[Sequence[Example]], judgement: Mapping[str, float]) -> list[Row]:
    """Refusal recall and over-refusal of every set, whole and with each sign or the certain rules left out."""
    rows = [Row(ALL, _refusals(sets, judgement, "")), Row(CERTAINTIES, _refusals(sets, judgement, CERTAINTIES))]
    signs = [Row(name, _refusals(sets, judgement, name)) for name in SIGN_NAMES if judgement[name]]
    return [*rows, *sorted(signs, key=lambda row: float(np.nansum(row.values[::2]) - np.nansum(row.values[1::2])))]


def markdown(header: Sequence[str], rows: Sequence[Row]) -> str:
    """A table of percentages, what is left out in the first column."""
    lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
    for row in rows:
        cells = ("–" if np.isnan(value) else f"{100 * value:.1f}" for value in row.values)
        lines.append(f"| {row.left_out} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in the module's first line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="INDEX:GOLD")
    pairs = [one.rpartition(":")[::2] for one in parser.parse_args(arguments).sets]
    sets = [_collect(Path(index), Path(gold)) for index, gold in pairs]
    names = [f"{Path(gold).parent.name}/{Path(gold).stem}" for _, gold in pairs]
    ranking = markdown(["去掉的特征", *names], ranking_table(sets, default_weights()))
    measures = [f"{name} {measure}" for name in names for measure in ("拒答", "误拒")]
    refusal = markdown(["去掉的依据", *measures], refusal_table(sets, default_judgement(words_only=False)))
    sys.stdout.write(f"{ranking}\n\n{refusal}\n")
    return 0


def _collect(index_folder: Path, gold: Path) -> list[Example]:
    settings = load_settings()
    embedder, cross_encoder = open_embedder(settings), open_cross_encoder(settings)
    with open_index(index_folder, embedder.identity) as index:
        library = Library(index, embedder, place_index(index.places()), settings.top_k, cross_encoder, READ_TOGETHER)
        return examples_of(library, read_gold([gold]))


def _first(one: Example, weights: NDArray[np.float64]) -> int:
    """Which figure comes first: the cross-encoder orders anew only those that all else puts first."""
    without_fit = weights.copy()
    without_fit[FEATURE_NAMES.index("fit")] = 0.0
    shortlist = np.argsort(-(one.features @ without_fit), kind="stable")[:READ_TOGETHER]
    return int(shortlist[np.argmax(one.features[shortlist] @ weights)])


def _refusals(sets: Sequence[Sequence[Example]], judgement: Mapping[str, float], left_out: str) -> tuple[float, ...]:
    weights = np.array([0.0 if name == left_out else judgement[name] for name in SIGN_NAMES])
    values: list[float] = []
    for examples in sets:
        refused = [
            (left_out != CERTAINTIES and _is_certain(one, left_out)) or _is_doubtful(one, weights, judgement)
            for one in examples
        ]
        unanswerable = [said for said, one in zip(refused, examples, strict=True) if not one.answerable]
        right = [said for said, one in zip(refused, examples, strict=True) if one.answerable and one.right[0]]
        values += [_mean(unanswerable), _mean(right)]
    return tuple(values)


def _is_certain(one: Example, left_out: str) -> bool:
    return any(one.signs[SIGN_NAMES.index(name)] == value for name, value in _CERTAIN.items() if name != left_out)


def _is_doubtful(one: Example, weights: NDArray[np.float64], judgement: Mapping[str, float]) -> bool:
    probability = 1 / (1 + np.exp(-(one.signs @ weights + judgement["bias"])))
    return bool(probability < judgement["threshold"])


def _mean(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


if __name__ == "__main__":
    raise SystemExit(main())
