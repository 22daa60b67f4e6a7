"""The words of the page, and the numbers that stand on top of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eval.compare import Comparison, PairedTest
from eval.measures import Measures
from eval.scores import Stage
from eval.stats import Share

TEST_TITLES = {
    "passed": "通过（全部要求）",
    "lead": "首数正确",
    "right": "答对",
    "cited": "答对且有引文",
    "refusal_recall": "应拒答的拒答了",
    "answered": "可回答的没有误拒",
}
STAGE_NOTES = {
    Stage.PASSED: "",
    Stage.ERROR: "引擎报错，没有给出答案",
    Stage.WRONGLY_ANSWERED: "资料里没有答案，却作了回答",
    Stage.NOT_RETRIEVED: "检索到的段落里没有标准引文",
    Stage.WRONGLY_REFUSED: "检索到了，却拒绝回答",
    Stage.WRONG_UNIT: "数对了，单位不对",
    Stage.WRONG_PLACE: "选中的是同一指标在另一地点的数",
    Stage.WRONG_PERIOD: "选中的是同一指标在另一时间的数",
    Stage.RETRIEVED_NOT_CHOSEN: "标准引文检索到了，选中的是别的数",
    Stage.NOT_CHOSEN: "选中的是别的数（没有检索记录）",
    Stage.NOT_CITED: "数对了，引文不支持或与原文不符",
    Stage.CHOSEN_NOT_FIRST: "答案里有正确的数，但不在最前面",
    Stage.STRAY: "答案里有引文和问题都没有的数字",
}
DIFFERENCE_TITLES = {
    "commit": "提交",
    "scorer": "评分程序",
    "code": "程序",
    "settings": "设置",
    "models": "模型",
    "index": "索引",
    "gold": "评测集",
    "mode": "回答方式",
}
MODE_TITLES = {"extractive": "原文句子", "llm": "大模型措辞", "auto": "自动", "recorded": "已有的回答"}
LATENCY_TITLES = {
    "wall": "整个回答",
    "total": "引擎合计",
    "retrieve": "检索",
    "read": "检索与选择",
    "compose": "组成答案",
    "generate": "大模型措辞",
}
_RECALL_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """One measure as the top of the page shows it."""

    title: str
    key: str
    value: str
    detail: str
    """Counts and interval."""
    note: str
    tone: str
    """`good`, `bad` or empty: only where one value is the only right one, or a paired test says so."""
    change: str
    """Against the baseline, over the common items; empty where there is none."""


def percent(value: float | None) -> str:
    """`92.1%`, or a dash where there is nothing to count."""
    return "—" if value is None else f"{value:.1%}"


def describe_settings(settings: Mapping[str, Any]) -> str:
    """All settings in one line."""
    return "，".join(f"{name}={value}" for name, value in sorted(settings.items()) if value not in {"", None})


def headline_tiles(total: Measures, comparison: Comparison | None) -> list[Tile]:
    """The measures on top, the headline first."""
    tests = {test.measure: test for test in comparison.tests} if comparison else {}
    recall = total.passages.recall[_RECALL_DEPTH]
    tiles = [
        _tile("首数正确", "lead", total.lead, "可回答的题里，最先给出的数就是答案，并有引文为证", tests.get("lead")),
        _tile("拒答率", "refusal recall", total.refusal_recall, "资料里没有的，拒绝回答", tests.get("refusal_recall")),
        _tile(
            "误拒率", "over-refusal", total.over_refusal, "资料里有的，却拒绝回答；越低越好", tests.get("answered"), -1
        ),
        _zero("无出处的数字", "stray", total.stray.hits, total.items, "有这种数字的题数，须为 0"),
        _tile("答对且有引文", "cited", total.cited, "可回答的题里，引文支持答案", tests.get("cited")),
        _tile("答对", "right", total.right, "全部题：数和单位都对，或该拒答的拒答了", tests.get("right")),
        _zero("引文与原文不符", "inexact", total.inexact_citations, total.items, "逐字核对的引文里不符的条数，须为 0"),
    ]
    if recall.total:
        tiles.append(
            _tile(f"检索前 {_RECALL_DEPTH} 段", f"recall@{_RECALL_DEPTH}", recall, "标准引文在检索到的前几段里", None)
        )
    if total.must_pass.total:
        tiles.append(_must_pass(total.must_pass))
    return tiles


def _tile(title: str, key: str, share: Share, note: str, test: PairedTest | None, sign: int = 1) -> Tile:
    low, high = share.interval
    detail = f"{share.hits}/{share.total} · 95% 区间 {percent(low)}–{percent(high)}" if share.total else "没有这样的题"
    better = test is not None and test.won > test.lost and test.p_value < 0.05
    tone = "bad" if test is not None and test.is_worse else "good" if better else ""
    return Tile(title, key, percent(share.value), detail, note, tone, _change(test, sign))


def _change(test: PairedTest | None, sign: int) -> str:
    """Percentage points over the common items, and what the paired test says."""
    if test is None or not test.pairs:
        return ""
    if not test.lost and not test.won:
        return "与基线相同"
    points = sign * 100 * (test.after - test.before) / test.pairs
    written = f"{points:+.1f}".replace("-", "\N{MINUS SIGN}")
    return f"{written} 个百分点（失 {test.lost} 得 {test.won}，p\N{NO-BREAK SPACE}{test.p_value:.3f}）"


def _zero(title: str, key: str, count: int, total: int, note: str) -> Tile:
    return Tile(title, key, str(count), f"共 {total} 题", note, "bad" if count else "good", "")


def _must_pass(share: Share) -> Tile:
    tone = "good" if share.hits == share.total else "bad"
    return Tile("必过题", "must pass", f"{share.hits}/{share.total}", "通过数", "失去任何一道就是退步", tone, "")
