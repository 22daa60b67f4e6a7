"""Checks of gold files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.corpus import read_all_texts
from eval.coverage import coverage, document_figures
from eval.lint import Kind, Severity, lint
from index.errors import UserError

Build = Callable[..., Any]


def kinds(file: Path, texts: Mapping[str, str]) -> list[Kind]:
    return [problem.kind for problem in lint([file], texts).problems]


def test_a_clean_set_has_no_findings(gold: Build, write_gold: Build, texts: Mapping[str, str]) -> None:
    growth = gold(
        id="t2",
        question="同比增幅多少？",
        answers=[{"value": 34.9, "unit": "%"}],
        sources=[{"doc": "report.txt", "quote": "同比增长34.9%"}],
    )
    report = lint([write_gold([gold(), growth])], texts)
    assert report.problems == ()
    assert not report.has_errors


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"sources": [{"doc": "none.txt", "quote": "121.3亿元"}]}, Kind.UNKNOWN_DOCUMENT),
        ({"sources": [{"doc": "report.txt", "quote": "工业产值 121.3亿元"}]}, Kind.QUOTE_NOT_VERBATIM),
        ({"answers": [{"value": 121.4, "unit": "亿元"}]}, Kind.VALUE_NOT_IN_QUOTE),
        ({"answers": [{"value": 121.3, "unit": "万元"}]}, Kind.VALUE_NOT_IN_QUOTE),
        ({"category": "follow_up"}, Kind.MISSING_HISTORY),
        ({"category": "text", "answers": [], "text_answers": ["贾堤"]}, Kind.TEXT_NOT_IN_QUOTE),
    ],
)
def test_each_fault_is_found(
    gold: Build, write_gold: Build, texts: Mapping[str, str], change: dict[str, Any], kind: Kind
) -> None:
    assert kinds(write_gold([gold(**change)]), texts) == [kind]


def test_a_quote_over_120_characters_is_too_long(gold: Build, write_gold: Build) -> None:
    quote = "产值121.3亿元" + "很" * 111
    item = gold(sources=[{"doc": "long.txt", "quote": quote}])
    assert kinds(write_gold([item]), {"long.txt": quote}) == [] if len(quote) <= 120 else [Kind.QUOTE_TOO_LONG]
    longer = gold(sources=[{"doc": "long.txt", "quote": quote + "很" * (121 - len(quote))}])
    assert kinds(write_gold([longer]), {"long.txt": quote + "很" * 20}) == [Kind.QUOTE_TOO_LONG]


def test_computed_values_need_no_quote(gold: Build, write_gold: Build, texts: Mapping[str, str]) -> None:
    item = gold(
        category="arithmetic",
        answers=[{"value": 100, "unit": "家"}],
        sources=[{"doc": "report.txt", "quote": "入孵企业从21家发展到121家"}],
    )
    assert kinds(write_gold([item]), texts) == []


def test_the_same_question_twice_is_a_duplicate_or_a_contradiction(
    gold: Build, write_gold: Build, texts: Mapping[str, str]
) -> None:
    asked = "東麗區高端裝備產業鏈的工業產值是多少?"
    assert kinds(write_gold([gold(), gold(id="t2", question=asked)]), texts) == [Kind.DUPLICATE_QUESTION]
    other = gold(
        id="t2",
        question=asked,
        answers=[{"value": 34.9, "unit": "%"}],
        sources=[{"doc": "report.txt", "quote": "同比增长34.9%"}],
    )
    assert kinds(write_gold([gold(), other]), texts) == [Kind.CONTRADICTION]


def test_nearly_the_same_question_is_a_warning_only_with_the_same_answer(
    gold: Build, write_gold: Build, texts: Mapping[str, str]
) -> None:
    near = gold(id="t2", question="东丽区高端装备产业链的工业产值是多少呢？")
    (problem,) = lint([write_gold([gold(), near])], texts).problems
    assert (problem.kind, problem.severity, problem.where) == (Kind.NEAR_DUPLICATE, Severity.WARNING, "t1, t2")
    different = gold(id="t2", question="洞头区高端装备产业链的工业产值是多少？", category="unanswerable")
    assert kinds(write_gold([gold(), different]), texts) == []


def test_every_bad_line_is_reported_not_only_the_first(
    gold: Build, write_gold: Build, texts: Mapping[str, str]
) -> None:
    file = write_gold([gold(), gold()])
    with file.open("a", encoding="utf-8") as stream:
        stream.write("{\n[]\n")
    report = lint([file], texts)
    assert [problem.kind for problem in report.problems] == [Kind.DUPLICATE_ID, Kind.FORMAT, Kind.FORMAT]
    assert [problem.where for problem in report.problems] == ["gold.jsonl:2", "gold.jsonl:3", "gold.jsonl:4"]
    assert len(report.items) == 1


def test_an_empty_file_is_an_error(tmp_path: Path, texts: Mapping[str, str]) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(UserError, match="评测集是空的"):
        lint([tmp_path / "empty.jsonl"], texts)


@pytest.mark.parametrize(
    ("file", "folder"),
    [("eval/gold/dev.jsonl", "seeds"), ("tests/fixtures/gold_dev.jsonl", "tests/fixtures/corpus_dev")],
)
def test_the_shipped_gold_is_clean(file: str, folder: str) -> None:
    report = lint([Path(file)], read_all_texts(Path(folder)))
    assert [problem for problem in report.problems if problem.severity is Severity.ERROR] == []


def test_coverage_lists_the_figures_nobody_asks_for(gold: Build, texts: Mapping[str, str]) -> None:
    found = coverage([gold()], texts)
    uncovered = {figure.text for figure in found.uncovered}
    assert "121.3亿元" not in uncovered
    assert {"34.9%", "121家", "88亿元", "72。5万元"} <= uncovered
    assert found.total == len(found.uncovered) + 1
    assert not any(figure.quantity.unit == "date" for figure in found.uncovered)
    with_dates = coverage([gold()], texts, with_dates=True)
    assert any(figure.text == "2023年10月15日" for figure in with_dates.uncovered)


def test_a_figure_in_a_quote_is_covered_only_by_an_item_that_asks_for_it(gold: Build, texts: Mapping[str, str]) -> None:
    quote = [{"doc": "report.txt", "quote": "全年完成工业产值121.3亿元，同比增长34.9%"}]
    uncovered = {figure.text for figure in coverage([gold(sources=quote)], texts).uncovered}
    assert "34.9%" in uncovered
    assert "121.3亿元" not in uncovered


def test_a_figure_inside_a_name_is_covered_by_an_item_whose_answer_is_the_name(gold: Build) -> None:
    texts = {"prize.txt": "东丽区一项产品获得中国十大纺织科技绿色先锋奖。"}
    sources = [{"doc": "prize.txt", "quote": "获得中国十大纺织科技绿色先锋奖"}]
    named = gold(category="text", answers=[], text_answers=["中国十大纺织科技绿色先锋奖"], sources=sources)
    other = gold(category="text", answers=[], text_answers=["绿色先锋奖"], sources=sources)
    assert "十大" not in {figure.text for figure in coverage([named], texts).uncovered}
    assert "十大" in {figure.text for figure in coverage([other], texts).uncovered}


def test_page_furniture_and_link_snippets_hold_no_figures() -> None:
    texts = read_all_texts(Path("seeds"))
    for doc, text in texts.items():
        for figure in document_figures(doc, text):
            assert text[figure.start : figure.end] == figure.text
            assert "52℃" not in figure.text
