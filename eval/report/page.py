"""The page: one HTML file that asks nothing of the network and runs no script but its own.

Answers, questions and quotes are strangers' text: the template escapes all of it, and the page's own policy names its
one script and its one style sheet by their hashes, so that nothing else could run or load anything.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from eval.compare import Comparison
from eval.measures import RECALL_DEPTHS, Measures, by_category, by_document, latency, measure
from eval.report.charts import BROAD, Bar, Line, count_chart, duration_chart, interval_chart, line_chart
from eval.report.wording import (
    DIFFERENCE_TITLES,
    LATENCY_TITLES,
    MODE_TITLES,
    STAGE_NOTES,
    TEST_TITLES,
    describe_settings,
    headline_tiles,
    percent,
)
from eval.scores import ItemScore, Stage
from eval.stats import Share
from eval.store import Run
from eval.summary import CATEGORY_TITLES, STAGE_TITLES
from eval.trend import TrendPoint, short_commit

_TREND_LINES = (("首数正确", "lead", True), ("答对", "right", False), ("应拒答的拒答率", "refusal_recall", False))


def page_html(run: Run, comparison: Comparison | None, trend: Sequence[TrendPoint]) -> str:
    """The whole page."""
    scores = run.items
    total = measure(scores)
    return _template().render(
        run=run,
        total=total,
        tiles=headline_tiles(total, comparison),
        headline_chart=_headline_chart(total, comparison),
        comparison=comparison,
        flips=comparison.flips if comparison else (),
        uncompared=_uncompared(comparison),
        groups=_groups(scores),
        stages=_stages(total),
        ranking=_ranking(total),
        spans=_latency(scores),
        trend=trend,
        trend_chart=_trend_chart(trend),
        trend_lines=[title for title, _, _ in _TREND_LINES],
        failures=[score for score in scores if not score.passed],
        must_pass=[score for score in scores if score.must_pass],
        fingerprint=_fingerprint(run),
        policy=_policy(),
        style=Markup(_asset("report.css")),
        script=Markup(_asset("report.js")),
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("eval.report", "assets", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.globals |= {
        "category_titles": {str(name): title for name, title in CATEGORY_TITLES.items()},
        "stage_titles": {str(name): title for name, title in STAGE_TITLES.items()},
        "test_titles": TEST_TITLES,
        "difference_titles": DIFFERENCE_TITLES,
        "mode_titles": MODE_TITLES,
        "short_commit": short_commit,
    }
    return environment.get_template("report.html")


@lru_cache(maxsize=4)
def _asset(name: str) -> str:
    return files("eval.report").joinpath("assets", name).read_text(encoding="utf-8")


def _policy() -> str:
    """Nothing but the script and the style that the page brings with it."""
    script, style = (_hash_source(_asset(name)) for name in ("report.js", "report.css"))
    return f"default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'"


def _hash_source(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _headline_chart(total: Measures, comparison: Comparison | None) -> Markup:
    """The headline with its interval, under that of the baseline over the items of both."""
    test = next((test for test in comparison.tests if test.measure == "lead"), None) if comparison else None
    if test is None or not test.pairs:
        return interval_chart("首数正确率和 95% 区间", [Bar("本次", total.lead)])
    bars = [Bar("基线", Share(test.before, test.pairs)), Bar("本次", Share(test.after, test.pairs))]
    return interval_chart("首数正确率和 95% 区间，基线与本次相同的题", bars)


def _uncompared(comparison: Comparison | None) -> list[tuple[str, tuple[str, ...]]]:
    if comparison is None:
        return []
    named = (
        ("题目或标准答案改过", comparison.changed),
        ("只在基线里", comparison.removed),
        ("只在本次", comparison.added),
    )
    return [(title, ids) for title, ids in named if ids]


def _groups(scores: Sequence[ItemScore]) -> list[dict[str, Any]]:
    titles = {str(name): title for name, title in CATEGORY_TITLES.items()}
    categories = [(titles[name], name, group) for name, group in by_category(scores).items()]
    documents = [(name, "", group) for name, group in by_document(scores).items()]
    return [
        _group("类别", "categories", sorted(categories, key=lambda row: (_group_share(row[2]).value or 0, row[0]))),
        _group("文档", "documents", documents),
    ]


def _group(title: str, anchor: str, rows: Sequence[tuple[str, str, Measures]]) -> dict[str, Any]:
    bars = [Bar(name, _group_share(group)) for name, _, group in rows]
    chart = interval_chart(f"按{title}的首数正确率（应拒答的题为拒答率）和 95% 区间", bars) if bars else ""
    lines = [
        {"name": name, "key": key, "measures": group, "share": _group_share(group), "failed": _failed(group)}
        for name, key, group in rows
    ]
    return {"title": title, "anchor": anchor, "chart": chart, "rows": lines}


def _group_share(group: Measures) -> Share:
    """What counts most for a group: lead, or for items that should be refused their refusal."""
    return group.lead if group.lead.total else group.refusal_recall


def _failed(group: Measures) -> int:
    return group.passed.total - group.passed.hits


def _stages(total: Measures) -> dict[str, Any]:
    counts = sorted(
        ((stage, count) for stage, count in total.stages.items() if stage is not Stage.PASSED),
        key=lambda pair: (-pair[1], pair[0]),
    )
    rows = [
        {"stage": str(stage), "title": STAGE_TITLES[stage], "note": STAGE_NOTES[stage], "count": count}
        for stage, count in counts
    ]
    chart = (
        count_chart("没有通过的题按失败环节", [(STAGE_TITLES[stage], count) for stage, count in counts])
        if counts
        else ""
    )
    return {"rows": rows, "chart": chart}


def _ranking(total: Measures) -> dict[str, Any] | None:
    kinds = [
        (title, ranking)
        for title, ranking in (("段落", total.passages), ("数字", total.facts))
        if ranking.mrr is not None
    ]
    if not kinds:
        return None
    lines = [
        Line(title, [ranking.recall[depth] for depth in RECALL_DEPTHS], with_interval=number == 0)
        for number, (title, ranking) in enumerate(kinds)
    ]
    chart = line_chart("标准引文出现在前 k 个结果里的比例", [f"前 {depth}" for depth in RECALL_DEPTHS], lines)
    return {"kinds": kinds, "depths": RECALL_DEPTHS, "chart": chart}


def _latency(scores: Sequence[ItemScore]) -> dict[str, Any] | None:
    spreads: Mapping[str, Mapping[str, float]] = latency(scores)
    rows = [
        (LATENCY_TITLES.get(name, name), spread["p50"], spread["p95"])
        for name, spread in sorted(spreads.items(), key=lambda pair: -pair[1]["p95"])
        if not (name == "total" and "wall" in spreads)
    ]
    return {"rows": rows, "chart": duration_chart("各阶段耗时", rows)} if rows else None


def _trend_chart(trend: Sequence[TrendPoint]) -> Markup | str:
    if len(trend) < 2:
        return ""
    lines = [
        Line(title, [getattr(point.measures, name) for point in trend], with_interval)
        for title, name, with_interval in _TREND_LINES
    ]
    return line_chart("同一评测集历次运行", [f"{point.created:%m-%d %H:%M}" for point in trend], lines, BROAD)


def _fingerprint(run: Run) -> list[tuple[str, str]]:
    mark = run.fingerprint
    rows = [
        ("提交", mark.commit or "（不在 git 里）"),
        ("回答方式", MODE_TITLES.get(mark.mode, mark.mode)),
        *((f"模型 {name}", value) for name, value in mark.models.items() if value),
        ("程序", mark.code),
        ("评分程序", mark.scorer),
        ("索引", mark.index),
        ("评测集", mark.gold),
        ("设置", describe_settings(mark.settings)),
        ("指纹", mark.key),
    ]
    return [(title, value) for title, value in rows if value]
