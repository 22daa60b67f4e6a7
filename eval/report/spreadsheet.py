"""CSV for spreadsheets: one row an item, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from eval.compare import Comparison
from eval.scores import ItemScore, Quoted
from eval.store import Run
from eval.summary import CATEGORY_TITLES, STAGE_TITLES
from rag.spreadsheet_cells import harmless

_HEADER = (
    "编号", "类别", "必过", "文档", "问题", "应答", "回答", "结果", "通过", "lead", "right", "cited", "拒答",
    "无出处的数字", "引文不符", "段落名次", "事实名次", "毫秒", "与基线比", "基线的回答", "引文", "标准引文",
)  # fmt: skip


def items_csv(run: Run, comparison: Comparison | None) -> str:
    """Every item of the run; text is empty where the run keeps none."""
    earlier = {flip.after.id: flip for flip in comparison.flips} if comparison else {}
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(_HEADER)
    for score in run.items:
        flip = earlier.get(score.id)
        change = "" if flip is None else "失去" if flip.is_lost else "新得"
        writer.writerow([harmless(cell) for cell in _row(score, change, flip.before.answer if flip else "")])
    return output.getvalue()


def _row(score: ItemScore, change: str, answer_before: str) -> Sequence[object]:
    return (
        score.id, CATEGORY_TITLES[score.category], _yes(score.must_pass), "；".join(score.docs), score.question,
        score.expected, score.answer, STAGE_TITLES[score.stage], _yes(score.passed), _yes(score.lead),
        _yes(score.right), _yes(score.cited), _yes(score.refused), score.stray_count, score.inexact_citations,
        score.passage_rank, score.fact_rank, score.timings_ms.get("wall"), change, answer_before,
        _quotes(score.quotes), _quotes(score.sources),
    )  # fmt: skip


def _yes(holds: bool) -> str:
    return "是" if holds else ""


def _quotes(quotes: Sequence[Quoted]) -> str:
    return "\n".join(f"{quoted.doc}:{quoted.start}-{quoted.end} “{quoted.quote}”" for quoted in quotes)
