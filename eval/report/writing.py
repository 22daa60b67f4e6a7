"""The files of a report: `report.html`, `report.json`, `junit.xml`, `items.csv`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.compare import Comparison
from eval.measures import as_json
from eval.report.junit import junit_xml
from eval.report.page import page_html
from eval.report.spreadsheet import items_csv
from eval.store import Run, write_at_once
from eval.trend import TrendPoint
from index.errors import UserError

HTML_FILE = "report.html"
JSON_FILE = "report.json"
JUNIT_FILE = "junit.xml"
CSV_FILE = "items.csv"


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says."""

    run: Run
    comparison: Comparison | None
    """None where there is no baseline."""
    trend: Sequence[TrendPoint]


def write_report(folder: Path, report: Report) -> None:
    """Write every form of a report.

    Raises:
        UserError: the folder cannot be written.
    """
    run, comparison = report.run, report.comparison
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_at_once(folder / HTML_FILE, page_html(run, comparison, report.trend))
        write_at_once(folder / JSON_FILE, json.dumps(_plain(report), ensure_ascii=False, indent=1) + "\n")
        write_at_once(folder / JUNIT_FILE, junit_xml(run, comparison))
        write_at_once(folder / CSV_FILE, "\N{ZERO WIDTH NO-BREAK SPACE}" + items_csv(run, comparison))
    except OSError as error:
        raise UserError(f"写不了报告文件夹 {folder}：{error.strerror}。请检查路径、磁盘空间和权限。") from error


def _plain(report: Report) -> dict[str, Any]:
    run = report.run
    return {
        "format": 1,
        "run": run.id,
        "created": run.created.isoformat(),
        "fingerprint": run.fingerprint.model_dump(mode="json"),
        "verdict": _verdict(report.comparison),
        "measures": as_json(run.items),
        "comparison": _plain_comparison(report.comparison) if report.comparison else None,
        "trend": [_plain_point(point) for point in report.trend],
    }


def _verdict(comparison: Comparison | None) -> str:
    if comparison is None:
        return "not_compared"
    return "regression" if comparison.is_regression else "no_regression"


def _plain_comparison(comparison: Comparison) -> dict[str, Any]:
    tests = [asdict(test) | {"is_worse": test.is_worse} for test in comparison.tests]
    flips = [
        {
            "id": flip.after.id,
            "change": "lost" if flip.is_lost else "won",
            "must_pass": flip.is_must_pass,
            "before": flip.before.model_dump(mode="json", include={"stage", "answer"}),
            "after": flip.after.model_dump(mode="json", include={"stage", "answer"}),
        }
        for flip in comparison.flips
    ]
    names = ("before", "after", "pairs", "changed", "removed", "added", "must_pass_lost", "must_pass_unpaired")
    return {name: getattr(comparison, name) for name in (*names, "differences")} | {"tests": tests, "flips": flips}


def _plain_point(point: TrendPoint) -> dict[str, Any]:
    shares = {
        name: getattr(point.measures, name).value
        for name in ("lead", "right", "cited", "refusal_recall", "over_refusal", "stray")
    }
    return {
        "run": point.run,
        "created": point.created.isoformat(),
        "commit": point.commit,
        "mode": point.mode,
        "answer_p50_ms": point.answer_p50_ms,
        **shares,
    }
