"""Runs to report on: one good, one worse with hostile text in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from eval.compare import compare_runs
from eval.engine import Outcome, Retrieval, Span
from eval.fingerprint import Fingerprint
from eval.goldset import gold_hash
from eval.report import Report, write_report
from eval.scoring import score_item
from eval.store import Run, finished_run, write_run
from eval.trend import trend_of

Build = Callable[..., Any]
QUOTE = "全年完成工业产值121.3亿元"
HOSTILE = '=1+1<script>alert("x")</script><img src="http://outside.invalid/p.png" onerror="alert(1)">\x0b\u202e反'
HOSTILE_ID = "t2\"><b class='injected'>"
_NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def good_and_worse(
    gold: Build, answer: Build, texts: Mapping[str, str], *, totals_only: bool = False
) -> tuple[Run, Run]:
    """Ten items, of which six are lost, one of them a must-pass item and one answered with an attack."""
    ids = ["t0", "t1", HOSTILE_ID, *(f"t{n}" for n in range(3, 9))]
    items = [gold(id=key, question=f"第{key}次问：产值<b>是</b>多少？", must_pass=key == "t0") for key in ids]
    items.append(gold(id="u1", question="人口多少？", category="unanswerable"))
    refusal, right = answer("资料中没有。", refused=True), answer("121.3亿元[1]", QUOTE)
    wrong = answer("34.9%", "同比增长34.9%")
    shifted = right.model_copy(update={"citations": [right.citations[0].model_copy(update={"start": 3})]})
    found = Retrieval(passages=(Span(doc="report.txt", start=0, end=60),), facts=())
    said = {item.id: refusal if item.refuse else right for item in items}
    worse = said | dict.fromkeys(ids[3:7], wrong) | {ids[0]: shifted, ids[2]: answer(HOSTILE, QUOTE)}
    fingerprint = Fingerprint(
        commit="0123456789abcdef+",
        scorer="s",
        code="c",
        settings={"top_k": 10},
        models={"embedder": "e5"},
        index="i",
        gold=gold_hash(items),
        mode="extractive",
    )

    def run(name: str, answers: Mapping[str, Any], day: int) -> Run:
        outcomes = [Outcome(id=i.id, answer=answers[i.id], retrieval=found, wall_ms=12.5) for i in items]
        scores = [score_item(item, outcome, texts) for item, outcome in zip(items, outcomes, strict=True)]
        created = _NOW + timedelta(days=day)
        mark = fingerprint.model_copy(update={"code": name})
        return finished_run(name, created, mark, scores, totals_only=totals_only)

    return run("good", said, 0), run("worse", worse, 1)


def stored(run: Run, runs: Path) -> Run:
    """Keep a run as `eval run` does, for the trend."""
    write_run(runs / run.id, run)
    (runs / run.id / "fingerprint.json").write_text(run.fingerprint.model_dump_json(), encoding="utf-8")
    return run


def report_of(before: Run | None, after: Run, runs: Path, folder: Path) -> Path:
    """Write every form of a report into a folder."""
    comparison = compare_runs(before, after) if before else None
    write_report(folder, Report(after, comparison, trend_of(after, runs)))
    return folder
