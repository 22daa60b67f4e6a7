"""Statistics against known values and against their own definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.stats import Share, mcnemar_exact, percentile, wilson_interval


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_interval_agrees_with_published_values(hits: int, total: int, low: float, high: float) -> None:
    assert wilson_interval(hits, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_wilson_bounds_are_the_roots_of_the_score_equation(counts: tuple[int, int]) -> None:
    hits, total = counts
    share, z = hits / total, 1.959963984540054
    for bound in wilson_interval(hits, total):
        assert (share - bound) ** 2 == pytest.approx(z**2 * bound * (1 - bound) / total, abs=1e-9)


@given(st.integers(0, 200), st.integers(0, 200))
def test_wilson_is_symmetric_and_holds_the_share(hits: int, misses: int) -> None:
    total = hits + misses
    low, high = wilson_interval(hits, total)
    mirrored = wilson_interval(misses, total)
    assert (1 - high, 1 - low) == pytest.approx(mirrored)
    if total:
        assert low <= hits / total <= high


def test_nothing_counted_says_nothing() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert Share(0, 0).value is None


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="0 <= hits"):
        wilson_interval(3, 2)
    with pytest.raises(ValueError, match="negative"):
        mcnemar_exact(-1, 2)


@pytest.mark.parametrize(
    ("lost", "won", "p_value"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (10, 2, 0.038574), (3, 3, 1.0), (21, 9, 0.042774)],
)
def test_mcnemar_agrees_with_known_binomial_tails(lost: int, won: int, p_value: float) -> None:
    assert mcnemar_exact(lost, won) == pytest.approx(p_value, abs=5e-6)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemar_is_a_symmetric_probability(lost: int, won: int) -> None:
    p_value = mcnemar_exact(lost, won)
    assert 0 < p_value <= 1
    assert p_value == mcnemar_exact(won, lost)
    assert mcnemar_exact(lost + 1, won) <= p_value or lost < won


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0, 100))
def test_percentile_is_numpys(values: list[float], percent: float) -> None:
    assert percentile(values, percent) == pytest.approx(float(np.percentile(values, percent)), abs=1e-6)


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)
