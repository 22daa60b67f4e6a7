"""The forms of a report: nothing in them runs, nothing of a blind set shows, and they say what the gate says."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from eval.compare import compare_runs
from eval.report.charts import Bar, Line, count_chart, duration_chart, interval_chart, line_chart
from eval.report.junit import junit_xml
from eval.stats import Share
from eval.trend import trend_of
from tests.eval.report_runs import HOSTILE_ID, good_and_worse, report_of, stored

Build = Callable[..., Any]
FILES = ("report.html", "report.json", "junit.xml", "items.csv")


@pytest.fixture
def folder(gold: Build, answer: Build, texts: Mapping[str, str], tmp_path: Path) -> Path:
    good, worse = (stored(run, tmp_path / "runs") for run in good_and_worse(gold, answer, texts))
    return report_of(good, worse, tmp_path / "runs", tmp_path / "report")


class _Page(HTMLParser):
    """The page's elements, each as name and attributes."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def test_the_page_loads_nothing_and_holds_one_script_of_its_own(folder: Path) -> None:
    elements = _Page(folder / "report.html").elements
    assert sum(tag == "script" for tag, _ in elements) == 1
    assert not {"img", "link", "iframe", "object", "embed", "base", "b-injected"} & {tag for tag, _ in elements}
    attributes = [(name, value or "") for _, found in elements for name, value in found.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name in {"src", "style", "action"}]
    assert {value[0] for name, value in attributes if name == "href"} == {"#"}
    policy = next(found["content"] for tag, found in elements if found.get("http-equiv"))
    assert (policy or "").startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in (policy or "")
    assert "injected" not in {value for name, value in attributes if name == "class"}


def test_json_tells_verdict_measures_flips_and_trend(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["run"]) == ("regression", "worse")
    assert report["measures"]["overall"]["lead"]["hits"] == 3
    assert {"low", "high"} <= set(report["measures"]["by_category"]["lookup"]["lead"])
    comparison = report["comparison"]
    assert comparison["must_pass_lost"] == ["t0"]
    assert {flip["id"] for flip in comparison["flips"]} == {"t0", HOSTILE_ID, "t3", "t4", "t5", "t6"}
    assert comparison["flips"][0]["before"]["answer"] == "121.3亿元[1]"
    assert [point["run"] for point in report["trend"]] == ["good", "worse"]


def test_junit_is_red_where_the_gate_is(folder: Path) -> None:
    root = ET.fromstring((folder / "junit.xml").read_text(encoding="utf-8"))
    gate = root.find("testsuite[@name='gate']")
    assert gate is not None
    failed = {case.get("name") for case in gate if case.find("failure") is not None}
    assert {"must_pass", "lead", "passed"} <= failed
    (suite,) = root.findall("testsuite[@name='items.lookup']")
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("9", "6", "0")
    assert root.get("failures") == str(len(failed) + 6)
    assert "\x0b" not in "".join(root.itertext())


def test_junit_of_chance_losses_and_known_failures_is_green(
    gold: Build, answer: Build, texts: Mapping[str, str]
) -> None:
    good, worse = good_and_worse(gold, answer, texts)
    lost = {score.id: score for score in worse.items}
    one = good.model_copy(update={"items": tuple(lost["t3"] if s.id == "t3" else s for s in good.items)})
    root = ET.fromstring(junit_xml(one, compare_runs(good, one)))
    assert (root.get("failures"), root.get("skipped")) == ("0", "1")
    assert "可能只是偶然" in (root.find(".//skipped").get("message") or "")  # type: ignore[union-attr]
    must = good.model_copy(update={"items": tuple(lost["t0"] if s.id == "t0" else s for s in good.items)})
    failed = [
        case.get("name") for case in ET.fromstring(junit_xml(must, compare_runs(good, must))).findall(".//failure/..")
    ]
    assert failed == ["must_pass", "t0"]
    known = ET.fromstring(junit_xml(worse, compare_runs(worse, worse)))
    assert (known.get("failures"), known.get("skipped")) == ("0", "6")
    assert ET.fromstring(junit_xml(worse, None)).get("failures") == "6"


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(folder: Path) -> None:
    assert (folder / "items.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (folder / "items.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["编号"]: row for row in csv.DictReader(stream)}
    assert len(rows) == 10
    assert (rows["t0"]["必过"], rows["t0"]["通过"], rows["t0"]["与基线比"]) == ("是", "", "失去")
    assert rows["t1"]["毫秒"] == "12.5"
    assert rows[HOSTILE_ID]["回答"].startswith("'=1+1")
    assert not [cell for row in rows.values() for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_a_totals_only_run_gives_nothing_away(
    gold: Build, answer: Build, texts: Mapping[str, str], tmp_path: Path
) -> None:
    good, worse = good_and_worse(gold, answer, texts, totals_only=True)
    folder = report_of(good, worse, tmp_path / "runs", tmp_path / "report")
    for name in FILES:
        content = (folder / name).read_text(encoding="utf-8")
        for secret in ("产值", "121.3", "34.9", "人口多少", "1+1"):
            assert secret not in content, name


def test_the_trend_keeps_to_finished_runs_of_the_same_gold(
    gold: Build, answer: Build, texts: Mapping[str, str], tmp_path: Path
) -> None:
    good, worse = (stored(run, tmp_path) for run in good_and_worse(gold, answer, texts))
    other = worse.fingerprint.model_copy(update={"gold": "other"})
    stored(worse.model_copy(update={"id": "other", "fingerprint": other}), tmp_path)
    (stored(good.model_copy(update={"id": "old"}), tmp_path), (tmp_path / "old" / "run.json").write_text("{}"))
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "unfinished" / "fingerprint.json").write_text(good.fingerprint.model_dump_json(), encoding="utf-8")
    assert [(point.run, point.is_current) for point in trend_of(worse, tmp_path)] == [("good", False), ("worse", True)]
    assert [point.run for point in trend_of(good, tmp_path)] == ["good"]


@pytest.mark.parametrize(
    "chart",
    [
        interval_chart("题", [Bar("<b>&甲", Share(3, 4)), Bar("没有", Share(0, 0))]),
        count_chart("题", [("<b>&甲", 3), ("乙", 0)]),
        duration_chart("题", [("<b>&甲", 12.0, 340.0), ("乙", 0.0, 0.0)]),
        duration_chart("题", [("乙", 0.0, 0.0)]),
        line_chart("题", ["<b>&甲"], [Line("线", [Share(3, 4)], with_interval=True)]),
        line_chart("题", ["甲", "乙"], [Line("线", [Share(0, 4), Share(0, 0)])]),
    ],
)
def test_a_chart_is_well_formed_and_brings_no_script_style_or_address(chart: str) -> None:
    drawings = ET.fromstring(f"<div>{chart}</div>").findall(".//{http://www.w3.org/2000/svg}svg")
    assert [drawing.get("role") for drawing in drawings] == ["img", "img"]
    names = {element.tag.rpartition("}")[2] for drawing in drawings for element in drawing.iter()}
    assert not names & {"script", "style", "a", "image", "use", "foreignObject", "desc"}
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", chart) == []


def test_a_chart_draws_the_interval_and_says_it(gold: Build) -> None:
    chart = interval_chart("题", [Bar("甲", Share(3, 4))])
    assert "甲 75%（3/4，95% 区间 30.1% - 95.4%）" in chart
    assert 'class="ci"' in chart


def test_drawing_leaves_the_import_system_alone() -> None:
    assert [finder for finder in sys.meta_path if "pygal" in type(finder).__module__] == []
