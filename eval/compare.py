"""Two runs side by side: what flipped, and whether that is a regression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.scoring import ItemScore
from eval.stats import mcnemar_exact
from eval.store import Run
from index.errors import UserError

SIGNIFICANCE = 0.05


@dataclass(frozen=True, slots=True)
class PairedTest:
    """One measure over the items both runs answered."""

    measure: str
    lost: int
    """Items that had it before and have it no more."""
    won: int
    p_value: float
    """Two-sided exact McNemar."""

    @property
    def is_worse(self) -> bool:
        """Whether more was lost than won, and not by chance."""
        return self.lost > self.won and self.p_value < SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Flip:
    """An item that passed in only one of the runs."""

    before: ItemScore
    after: ItemScore

    @property
    def is_lost(self) -> bool:
        """Whether it passed before only."""
        return self.before.passed


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to the other."""

    before: str
    after: str
    """Ids of the runs."""
    pairs: int
    """Items of both runs, gold unchanged."""
    unpaired_before: tuple[str, ...]
    """Ids only in the earlier run, or whose gold changed."""
    unpaired_after: tuple[str, ...]
    tests: tuple[PairedTest, ...]
    flips: tuple[Flip, ...]
    must_pass_lost: tuple[str, ...]
    same_scorer: bool

    @property
    def is_regression(self) -> bool:
        """Whether a must-pass item was lost or a paired test says worse."""
        return bool(self.must_pass_lost) or any(test.is_worse for test in self.tests)


_MEASURES: dict[str, Callable[[ItemScore], bool | None]] = {
    "passed": lambda score: score.passed,
    "lead": lambda score: None if score.should_refuse else score.lead,
    "right": lambda score: score.right,
    "cited": lambda score: None if score.should_refuse else score.cited,
    "refusal_recall": lambda score: score.refused if score.should_refuse else None,
    "answered": lambda score: None if score.should_refuse else not score.refused,
}


def compare_runs(before: Run, after: Run) -> Comparison:
    """Compare the items whose id and gold are the same in both runs.

    Raises:
        UserError: there is no such item.
    """
    earlier = {(score.id, score.gold): score for score in before.items}
    later = {(score.id, score.gold): score for score in after.items}
    pairs = [(earlier[key], later[key]) for key in earlier if key in later]
    if not pairs:
        raise UserError(f"运行 {before.id} 与 {after.id} 没有共同的题，无法比较；请用同一个评测集运行。")
    flips = tuple(Flip(old, new) for old, new in pairs if old.passed != new.passed)
    return Comparison(
        before=before.id,
        after=after.id,
        pairs=len(pairs),
        unpaired_before=tuple(key[0] for key in earlier if key not in later),
        unpaired_after=tuple(key[0] for key in later if key not in earlier),
        tests=tuple(_paired_test(name, holds, pairs) for name, holds in _MEASURES.items()),
        flips=tuple(sorted(flips, key=lambda flip: not flip.is_lost)),
        must_pass_lost=tuple(flip.after.id for flip in flips if flip.is_lost and _must_pass(flip)),
        same_scorer=before.fingerprint.scorer == after.fingerprint.scorer,
    )


def _must_pass(flip: Flip) -> bool:
    return flip.before.must_pass or flip.after.must_pass


def _paired_test(
    name: str, holds: Callable[[ItemScore], bool | None], pairs: Sequence[tuple[ItemScore, ItemScore]]
) -> PairedTest:
    states = [(holds(old), holds(new)) for old, new in pairs]
    lost = sum(old is True and new is False for old, new in states)
    won = sum(old is False and new is True for old, new in states)
    return PairedTest(name, lost, won, mcnemar_exact(lost, won))
