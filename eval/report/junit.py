"""JUnit XML: the gate as one suite, the items of each category as another.

With a baseline the file is red exactly where the gate is: an item that failed before too, or was lost within what
chance explains, is skipped with that reason. Without a baseline every item that does not pass is a failure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from eval.compare import Comparison
from eval.scores import ItemScore
from eval.store import Run
from eval.summary import MEASURE_TITLES, STAGE_TITLES

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: Run, comparison: Comparison | None) -> str:
    """The run as a JUnit XML document."""
    root = ET.Element("testsuites", name=f"shuzheng eval {run.id}")
    if comparison is not None:
        _gate_suite(root, comparison)
    by_category: dict[str, list[ItemScore]] = defaultdict(list)
    for score in run.items:
        by_category[score.category].append(score)
    for category, scores in sorted(by_category.items()):
        suite = ET.SubElement(root, "testsuite", name=f"items.{category}", timestamp=run.created.isoformat())
        for score in scores:
            _item_case(suite, score, comparison)
    for suite in root:
        _count(suite)
    _total(root)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _gate_suite(root: ET.Element, comparison: Comparison) -> None:
    suite = ET.SubElement(root, "testsuite", name="gate")
    for test in comparison.tests:
        case = ET.SubElement(suite, "testcase", classname="gate", name=test.measure, time="0")
        if test.is_worse:
            title = MEASURE_TITLES.get(test.measure, test.measure)
            message = f"{title}：失去 {test.lost}，新得 {test.won}，p = {test.p_value:.4f}"
            ET.SubElement(case, "failure", message=message, type="regression")
    case = ET.SubElement(suite, "testcase", classname="gate", name="must_pass", time="0")
    if comparison.must_pass_lost:
        message = f"必过题失去：{'、'.join(comparison.must_pass_lost)}"
        ET.SubElement(case, "failure", message=_clean(message), type="regression")


def _item_case(suite: ET.Element, score: ItemScore, comparison: Comparison | None) -> None:
    seconds = f"{score.timings_ms.get('wall', 0.0) / 1000:.3f}"
    case = ET.SubElement(suite, "testcase", classname=f"items.{score.category}", name=_clean(score.id), time=seconds)
    if score.passed:
        return
    stage = f"{STAGE_TITLES[score.stage]} ({score.stage})"
    excuse = _excuse(score, comparison)
    if excuse:
        ET.SubElement(case, "skipped", message=_clean(f"{excuse}：{stage}"))
        return
    failure = ET.SubElement(case, "failure", message=_clean(stage), type=str(score.stage))
    failure.text = _clean("\n".join(_details(score)))


def _excuse(score: ItemScore, comparison: Comparison | None) -> str:
    """Why an item that does not pass is none of the gate's business; empty where it is."""
    if comparison is None:
        return ""
    lost = {flip.after.id: flip.is_must_pass for flip in comparison.flips if flip.is_lost}
    if score.id not in lost:
        unpaired = score.id in {*comparison.changed, *comparison.added}
        return "基线里没有同样的题" if unpaired else "基线里也没有通过"
    within_chance = not any(test.is_worse for test in comparison.tests)
    return "" if lost[score.id] or not within_chance else "失去，但可能只是偶然"


def _details(score: ItemScore) -> Iterable[str]:
    if score.question:
        yield f"问: {score.question}"
        yield f"应答: {score.expected}"
        yield f"答: {score.answer}"
        yield from (f"{quoted.doc}:{quoted.start}-{quoted.end} “{quoted.quote}”" for quoted in score.quotes)


def _count(suite: ET.Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("errors", "0")
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")


def _total(root: ET.Element) -> None:
    for name in ("tests", "failures", "skipped", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))


def _clean(text: str) -> str:
    """The text without characters that no XML document may hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
