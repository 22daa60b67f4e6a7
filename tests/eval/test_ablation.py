"""Evidence left out one piece at a time."""

from __future__ import annotations

import math

import numpy as np

from eval.ablation import ALL, CERTAINTIES, lead, markdown, ranking_table, refusal_table
from eval.fitting import Example
from rag.answerable import SIGN_NAMES
from rag.matching import FEATURE_NAMES

WEIGHTS = dict.fromkeys(FEATURE_NAMES, 1.0)
JUDGEMENT = {**dict.fromkeys(SIGN_NAMES, 0.0), "own": 4.0, "bias": -2.0, "threshold": 0.5}


def features(**values: float) -> list[float]:
    return [values.get(name, 0.0) for name in FEATURE_NAMES]


def made(
    *figures: list[float], right: int = 0, answerable: bool = True, own: float = 1.0, other_place: float = 0.0
) -> Example:
    signs = {"own": own, "unit": 1.0, "other_place": other_place}
    return Example(
        "q",
        "a.txt",
        np.array(figures),
        np.array([number == right and answerable for number in range(len(figures))]),
        np.array([signs.get(name, 0.0) for name in SIGN_NAMES]),
        answerable,
    )


def test_a_feature_that_decides_costs_the_questions_it_decides() -> None:
    by_unit = made(features(unit=1.0), features(own=0.5))
    by_words = made(features(own=1.0), features(unit=0.5))
    rows = {row.left_out: row.values for row in ranking_table([[by_unit, by_words]], WEIGHTS)}

    assert rows[ALL] == (1.0,)
    assert rows["unit"] == (0.5,)
    assert rows["own"] == (0.5,)
    assert rows["similarity"] == (1.0,)


def test_the_costliest_feature_stands_first() -> None:
    rows = ranking_table([[made(features(unit=1.0), features(own=0.5))]], WEIGHTS)

    assert [row.left_out for row in rows[:2]] == [ALL, "unit"]


def test_late_features_order_only_the_shortlist() -> None:
    many = [features(own=1.0 - number / 100) for number in range(6)]
    last = features(own=0.1, fit=9.0)

    assert lead([made(*many, last, right=6)], np.ones(len(FEATURE_NAMES))) == 0.0
    assert lead([made(*many[:2], last, right=2)], np.ones(len(FEATURE_NAMES))) == 1.0


def test_questions_whose_figure_was_not_found_do_not_count() -> None:
    assert math.isnan(lead([made(features(own=1.0), right=5)], np.ones(len(FEATURE_NAMES))))


def test_refusals_lean_on_the_sign_and_on_what_is_certain() -> None:
    doubtful = made(features(own=1.0), answerable=False, own=0.0)
    elsewhere = made(features(own=1.0), answerable=False, own=1.0, other_place=1.0)
    right = made(features(own=1.0), own=1.0)
    rows = {row.left_out: row.values for row in refusal_table([[doubtful, elsewhere, right]], JUDGEMENT)}

    assert rows[ALL] == (1.0, 0.0)
    assert rows[CERTAINTIES] == (0.5, 0.0)
    assert rows["own"] == (1.0, 1.0)


def test_a_table_has_a_line_for_each_row() -> None:
    rows = ranking_table([[made(features(own=1.0), features(unit=0.5))]], WEIGHTS)
    lines = markdown(["去掉的特征", "甲"], rows).splitlines()

    assert len(lines) == len(rows) + 2
    assert lines[2] == f"| {ALL} | 100.0 |"
