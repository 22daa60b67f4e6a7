"""Two runs side by side, or a run and a committed baseline: what flipped, and whether that is a regression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.baselines import Baseline
from eval.fingerprint import Fingerprint
from eval.scores import ItemScore, Verdict
from eval.stats import mcnemar_exact
from eval.store import Run
from index.errors import UserError

SIGNIFICANCE = 0.05

Reference = Run | Baseline
"""What a run can be compared with."""


@dataclass(frozen=True, slots=True)
class PairedTest:
    """One measure over the items both sides answered."""

    measure: str
    lost: int
    """Items that had it before and have it no more."""
    won: int
    before: int
    """Items that had it before."""
    after: int
    pairs: int
    """Items the measure applies to."""
    p_value: float
    """Two-sided exact McNemar."""

    @property
    def is_worse(self) -> bool:
        """Whether more was lost than won, and not by chance."""
        return self.lost > self.won and self.p_value < SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Flip:
    """An item that passed on only one side."""

    before: Verdict
    """An `ItemScore` where a run was compared with, a verdict alone where a baseline was."""
    after: ItemScore

    @property
    def is_lost(self) -> bool:
        """Whether it passed before only."""
        return self.before.passed

    @property
    def is_must_pass(self) -> bool:
        """Whether either side marks it; taking the mark away does not excuse a loss."""
        return self.before.must_pass or self.after.must_pass


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from the reference to the run."""

    before: str
    after: str
    """Ids of the runs."""
    pairs: int
    """Items of both, gold unchanged: only these are compared."""
    changed: tuple[str, ...]
    """Ids of both whose question or expected answer is no longer the same."""
    removed: tuple[str, ...]
    """Ids only in the reference."""
    added: tuple[str, ...]
    """Ids only in the run."""
    tests: tuple[PairedTest, ...]
    flips: tuple[Flip, ...]
    """Lost ones first."""
    must_pass_lost: tuple[str, ...]
    must_pass_unpaired: tuple[str, ...]
    """Must-pass items of either side that could not be compared."""
    differences: tuple[str, ...]
    """Parts of the fingerprint that differ."""

    @property
    def is_regression(self) -> bool:
        """Whether a must-pass item was lost or a paired test says worse."""
        return bool(self.must_pass_lost) or any(test.is_worse for test in self.tests)

    @property
    def same_scorer(self) -> bool:
        """Whether both sides were scored by the same program."""
        return "scorer" not in self.differences


_MEASURES: dict[str, Callable[[Verdict], bool | None]] = {
    "passed": lambda score: score.passed,
    "lead": lambda score: None if score.should_refuse else score.lead,
    "right": lambda score: score.right,
    "cited": lambda score: None if score.should_refuse else score.cited,
    "refusal_recall": lambda score: score.refused if score.should_refuse else None,
    "answered": lambda score: None if score.should_refuse else not score.refused,
}


def compare_runs(before: Reference, after: Run) -> Comparison:
    """Compare the items whose id and gold are the same on both sides.

    Raises:
        UserError: there is no such item.
    """
    earlier: dict[str, Verdict] = {score.id: score for score in before.items}
    later = {score.id: score for score in after.items}
    same = dict.fromkeys(key for key in earlier if key in later and earlier[key].gold == later[key].gold)
    if not same:
        raise UserError(f"{before.id} 与 {after.id} 没有共同的题，无法比较；请用同一个评测集运行，或更新基线。")
    pairs = [(earlier[key], later[key]) for key in same]
    flips = sorted(
        (Flip(*pair) for pair in pairs if pair[0].passed != pair[1].passed), key=lambda flip: not flip.is_lost
    )
    unpaired = (score for score in (*before.items, *after.items) if score.id not in same)
    return Comparison(
        before=before.id,
        after=after.id,
        pairs=len(pairs),
        changed=tuple(key for key in earlier if key in later and earlier[key].gold != later[key].gold),
        removed=tuple(key for key in earlier if key not in later),
        added=tuple(key for key in later if key not in earlier),
        tests=tuple(_paired_test(name, holds, pairs) for name, holds in _MEASURES.items()),
        flips=tuple(flips),
        must_pass_lost=tuple(flip.after.id for flip in flips if flip.is_lost and flip.is_must_pass),
        must_pass_unpaired=tuple(dict.fromkeys(score.id for score in unpaired if score.must_pass)),
        differences=_differences(before.fingerprint, after.fingerprint),
    )


def _paired_test(
    name: str, holds: Callable[[Verdict], bool | None], pairs: Sequence[tuple[Verdict, ItemScore]]
) -> PairedTest:
    states = [(holds(old), holds(new)) for old, new in pairs]
    states = [pair for pair in states if None not in pair]
    lost = sum(bool(old and not new) for old, new in states)
    won = sum(bool(new and not old) for old, new in states)
    return PairedTest(
        measure=name,
        lost=lost,
        won=won,
        before=sum(bool(old) for old, _ in states),
        after=sum(bool(new) for _, new in states),
        pairs=len(states),
        p_value=mcnemar_exact(lost, won),
    )


def _differences(before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    return tuple(name for name in Fingerprint.model_fields if getattr(before, name) != getattr(after, name))
