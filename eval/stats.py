"""The statistics a report needs: intervals, a paired exact test, percentiles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_Z_95 = 1.959963984540054
"""Two-sided 95% point of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with its Wilson 95% interval."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """0 to 1; None where there was nothing to count."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper Wilson bound, 0 to 1."""
        return wilson_interval(self.hits, self.total)


def wilson_interval(hits: int, total: int) -> tuple[float, float]:
    """Wilson score interval at 95%; (0, 1) where nothing was counted.

    Raises:
        ValueError: the counts are no share.
    """
    if not 0 <= hits <= total:
        raise ValueError(f"0 <= hits <= total does not hold: {hits}, {total}")
    if total == 0:
        return 0.0, 1.0
    share, z2 = hits / total, _Z_95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z_95 / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    lower = 0.0 if hits == 0 else max(0.0, centre - half)
    upper = 1.0 if hits == total else min(1.0, centre + half)
    return lower, upper


def mcnemar_exact(lost: int, won: int) -> float:
    """Two-sided exact McNemar p-value of the discordant pairs; 1.0 where there are none.

    Raises:
        ValueError: a count is negative.
    """
    if lost < 0 or won < 0:
        raise ValueError(f"counts must not be negative: {lost}, {won}")
    pairs = lost + won
    tail = sum(math.comb(pairs, k) for k in range(min(lost, won) + 1))
    return float(min(Fraction(1), Fraction(2 * tail, 2**pairs)))


def percentile(values: Sequence[float], percent: float) -> float:
    """Linear interpolation between closest ranks, as numpy's default.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
