"""Earlier runs of the same gold set, for a look at where the measures are going."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eval.measures import Measures, latency, measure
from eval.store import Run, read_finished_runs

LONGEST_TREND = 30
"""Runs shown; the newest count."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One run of the trend."""

    run: str
    created: datetime
    commit: str
    """First characters of the commit, `+` where files differed from it; empty where unknown."""
    mode: str
    measures: Measures
    answer_p50_ms: float | None
    is_current: bool


def trend_of(run: Run, runs: Path) -> list[TrendPoint]:
    """The finished runs under `runs` with the gold of `run`, oldest first, `run` itself always among them."""
    others = [other for other in read_finished_runs(runs, run.fingerprint.gold) if other.id != run.id]
    ordered = sorted([*others, run], key=lambda one: (one.created, one.id))
    return [_point(one, run) for one in ordered if one.created <= run.created][-LONGEST_TREND:]


def short_commit(commit: str | None) -> str:
    """The first ten characters, and the `+` of a checkout with changes."""
    return "" if commit is None else commit[:10] + ("+" if commit.endswith("+") else "")


def _point(run: Run, current: Run) -> TrendPoint:
    whole = latency(run.items).get("wall")
    return TrendPoint(
        run=run.id,
        created=run.created,
        commit=short_commit(run.fingerprint.commit),
        mode=run.fingerprint.mode,
        measures=measure(run.items),
        answer_p50_ms=whole["p50"] if whole else None,
        is_current=run.id == current.id,
    )
