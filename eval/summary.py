"""A run in tables: rows for the terminal, Markdown for the run's folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from eval.goldset import Category
from eval.measures import SHARE_NAMES, Measures, Ranking, by_category, by_document, latency, measure
from eval.scores import ItemScore, Stage
from eval.stats import Share

Row = tuple[str, ...]

MEASURE_TITLES = {
    "lead": "lead 首数正确（主指标）",
    "right": "right 答对",
    "cited": "cited 答对且有引文",
    "passed": "passed 全部要求",
    "stray": "stray 无出处数字（须为 0）",
    "refusal_recall": "应拒答的拒答率",
    "over_refusal": "误拒率",
    "all_sides": "冲突题两边都列出",
    "must_pass": "必过题通过",
}
CATEGORY_TITLES = {
    Category.LOOKUP: "查找",
    Category.MULTI: "一问多值",
    Category.PARAPHRASE: "换种说法",
    Category.TRADITIONAL: "繁体",
    Category.TIME: "时间",
    Category.ENTITY: "地点主体",
    Category.CONFLICT: "说法冲突",
    Category.RANGE: "起止区间",
    Category.OCR: "识别错字",
    Category.COMPARE: "比较",
    Category.ARITHMETIC: "计算",
    Category.FOLLOW_UP: "追问",
    Category.TEXT: "文字答案",
    Category.UNANSWERABLE: "应拒答",
}
STAGE_TITLES = {
    Stage.PASSED: "通过",
    Stage.ERROR: "出错",
    Stage.WRONGLY_ANSWERED: "该拒未拒",
    Stage.NOT_RETRIEVED: "没检索到",
    Stage.WRONGLY_REFUSED: "误拒",
    Stage.WRONG_UNIT: "单位错",
    Stage.WRONG_PLACE: "指标对、地点错",
    Stage.WRONG_PERIOD: "指标对、时间错",
    Stage.RETRIEVED_NOT_CHOSEN: "检索到未选中",
    Stage.NOT_CHOSEN: "未选中",
    Stage.NOT_CITED: "引文不支持",
    Stage.CHOSEN_NOT_FIRST: "选中但不在最前",
    Stage.STRAY: "有无出处的数字",
}
TOTALS_HEADER = ("指标", "数", "比例", "95% 区间")
GROUP_HEADER = ("分组", "题数", "lead", "right", "cited", "误拒", "stray")
STAGE_HEADER = ("失败环节", "题数")
LATENCY_HEADER = ("阶段", "p50 毫秒", "p95 毫秒")


def totals_rows(scores: Sequence[ItemScore]) -> list[Row]:
    """One row a measure, with its interval."""
    total = measure(scores)
    rows = [_share_row(MEASURE_TITLES[name], getattr(total, name)) for name in SHARE_NAMES]
    rows.append(("引文与原文不符（须为 0）", str(total.inexact_citations), "", ""))
    return rows + _ranking_rows("段落", total.passages) + _ranking_rows("事实", total.facts)


def group_rows(scores: Sequence[ItemScore]) -> list[Row]:
    """One row a category, then one a document."""
    return [_group_row(name, group) for name, group in (*by_category(scores).items(), *by_document(scores).items())]


def stage_rows(scores: Sequence[ItemScore]) -> list[Row]:
    """Failures by stage, most frequent first."""
    failed = {stage: count for stage, count in measure(scores).stages.items() if stage is not Stage.PASSED}
    ordered = sorted(failed.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(f"{STAGE_TITLES[stage]} ({stage})", str(count)) for stage, count in ordered]


def latency_rows(scores: Sequence[ItemScore]) -> list[Row]:
    """One row a stage of the engine."""
    return [(stage, f"{spread['p50']:.1f}", f"{spread['p95']:.1f}") for stage, spread in latency(scores).items()]


def summary_markdown(
    run_id: str, created: datetime, fingerprint: Mapping[str, Any], scores: Sequence[ItemScore]
) -> str:
    """The whole run for people; failed items are listed with their text where the scores have it."""
    facts = [f"- {name}: `{fingerprint[name]}`" for name in ("commit", "mode", "models", "index", "gold")]
    parts = [
        f"# 评测运行 {run_id}",
        "\n".join([f"- 时间: {created:%Y-%m-%d %H:%M:%S} UTC", f"- 题数: {len(scores)}", *facts]),
        _table(TOTALS_HEADER, totals_rows(scores)),
        _table(GROUP_HEADER, group_rows(scores)),
        _table(STAGE_HEADER, stage_rows(scores)),
        _table(LATENCY_HEADER, latency_rows(scores)),
        _failures(scores),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _failures(scores: Sequence[ItemScore]) -> str:
    failed = [score for score in scores if not score.passed and score.question]
    if not failed:
        return ""
    rows = [
        (score.id, STAGE_TITLES[score.stage], score.question, score.expected, score.answer, "；".join(score.stray))
        for score in failed
    ]
    return "## 未通过的题\n\n" + _table(("编号", "环节", "问题", "应答", "回答", "无出处"), rows)


def _table(header: Row, rows: Iterable[Row]) -> str:
    body = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    if not body:
        return ""
    return "\n".join(["| " + " | ".join(header) + " |", "|" + " --- |" * len(header), *body])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _group_row(name: str, group: Measures) -> Row:
    shares = (group.lead, group.right, group.cited, group.over_refusal, group.stray)
    return (name, str(group.items), *(_percent(share.value) for share in shares))


def _ranking_rows(name: str, ranking: Ranking) -> list[Row]:
    if ranking.mrr is None:
        return []
    rows = [_share_row(f"{name} recall@{depth}", share) for depth, share in ranking.recall.items()]
    return [*rows, (f"{name} MRR", "", f"{ranking.mrr:.3f}", "")]


def _share_row(title: str, share: Share) -> Row:
    if not share.total:
        return (title, "0/0", "", "")
    low, high = share.interval
    return (title, f"{share.hits}/{share.total}", _percent(share.value), f"{_percent(low)} - {_percent(high)}")


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"
