"""The measures of GOLD.md on single items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from eval.engine import FactSpan, Outcome, Retrieval, Span
from eval.goldset import read_gold
from eval.run import score_outcomes
from eval.scores import Stage

Build = Callable[..., Any]

QUOTE = "全年完成工业产值121.3亿元"
GROWTH = "同比增长34.9%"
COUNTS = "入孵企业从21家发展到121家"
AREA = "载体面积从6000平方米扩大到50000平方米"
OTHER = ("other.txt", "全年完成工业产值88亿元，入孵企业30家")


def test_the_right_figure_first_with_its_quote_passes(gold: Build, answer: Build, score: Build) -> None:
    result = score(gold(), answer("121.3亿元[1]。", QUOTE))
    assert (result.right, result.cited, result.lead, result.passed) == (True, True, True, True)
    assert result.stage is Stage.PASSED
    assert result.stray == ()


def test_the_same_quantity_in_another_scale_passes(gold: Build, answer: Build, score: Build) -> None:
    assert score(gold(), answer("1213000万元", QUOTE)).passed


@pytest.mark.parametrize(
    ("value", "unit", "said", "is_right"),
    [
        (6.4, "%", "增长16.4%", False),
        (16.4, "%", "增长16.4%", True),
        (2500, "万元", "0.25亿元", True),
        (2500, "万元", "0.025亿元", False),
        (5.6, "%", "提高5.6个百分点", False),
        (5.6, "个百分点", "提高5.6个百分点", True),
        (121.3, "亿元", "1213000万元", True),
        (121.3, "亿元", "121.3万元", False),
        (6, "家", "六家", True),
        (6, "家", "十六家", False),
        (6, "家", "6项", False),
    ],
)
def test_quantities_are_compared_as_quantities(
    gold: Build, answer: Build, score: Build, value: float, unit: str, said: str, is_right: bool
) -> None:
    assert score(gold(answers=[{"value": value, "unit": unit}]), answer(said, QUOTE)).right is is_right


def test_a_quote_is_kept_with_the_line_around_it(gold: Build, answer: Build, score: Build) -> None:
    said = answer("121.3亿元", QUOTE)
    kept = score(gold(), said).quotes[0]
    assert (kept.before, kept.quote, kept.found) == ("东丽区高端装备产业链", QUOTE, "")
    assert kept.after == "，同比增长34.9%，占全区比重12.3%，比前一年提高了3个百分点。"
    citation = said.citations[0].model_copy(update={"start": said.citations[0].start + 1})
    shifted = score(gold(), said.model_copy(update={"citations": [citation]})).quotes[0]
    assert (shifted.exact, shifted.found) == (False, QUOTE[1:])
    assert score(gold(), said).sources[0].quote == QUOTE


def test_another_figure_first_is_right_and_cited_but_no_lead(gold: Build, answer: Build, score: Build) -> None:
    result = score(gold(), answer("同比增长34.9%，产值121.3亿元", f"{QUOTE}，{GROWTH}"))
    assert (result.right, result.cited, result.lead) == (True, True, False)
    assert result.stage is Stage.CHOSEN_NOT_FIRST


def test_figures_of_the_question_may_come_first(gold: Build, answer: Build, score: Build) -> None:
    item = gold(question="2023年6条产业链的工业产值？")
    assert score(item, answer("2023年6条产业链产值121.3亿元", QUOTE)).passed


def test_the_first_end_of_a_range_is_not_the_second(gold: Build, answer: Build, score: Build) -> None:
    item = gold(answers=[{"value": 50000, "unit": "平方米"}], sources=[{"doc": "report.txt", "quote": AREA}])
    assert not score(item, answer("从6000平方米扩大到50000平方米", AREA)).lead
    assert score(item, answer("50000平方米（从6000平方米扩大而来）", AREA)).passed


def test_a_citation_one_character_off_is_worth_nothing(gold: Build, answer: Build, score: Build) -> None:
    said = answer("121.3亿元", QUOTE)
    citation = said.citations[0]
    shifted = citation.model_copy(update={"start": citation.start + 1, "end": citation.end + 1})
    result = score(gold(), said.model_copy(update={"citations": [shifted]}))
    assert (result.right, result.cited, result.passed) == (True, False, False)
    assert result.inexact_citations == 1
    assert result.stage is Stage.NOT_CITED


def test_one_inexact_citation_among_good_ones_does_not_pass(gold: Build, answer: Build, score: Build) -> None:
    said = answer("121.3亿元", QUOTE, GROWTH)
    wrong = said.citations[1].model_copy(update={"start": said.citations[1].start - 1})
    result = score(gold(), said.model_copy(update={"citations": [said.citations[0], wrong]}))
    assert result.lead
    assert not result.passed


def test_a_quote_of_another_document_proves_nothing(gold: Build, answer: Build, score: Build) -> None:
    result = score(gold(answers=[{"value": 88, "unit": "亿元"}]), answer("88亿元", OTHER))
    assert result.right
    assert not result.cited


def test_a_citation_elsewhere_in_the_document_must_hold_the_value(gold: Build, answer: Build, score: Build) -> None:
    item = gold(answers=[{"value": 600, "unit": "家"}], sources=[{"doc": "report.txt", "quote": "預計達到600家"}])
    assert not score(item, answer("600家", COUNTS)).cited
    assert score(item, answer("600家", "預計達到600家")).passed


def test_every_value_of_a_multi_item_is_needed(gold: Build, answer: Build, score: Build) -> None:
    item = gold(category="multi", answers=[{"value": 121.3, "unit": "亿元"}, {"value": 34.9, "unit": "%"}])
    assert score(item, answer("121.3亿元，增长34.9%", f"{QUOTE}，{GROWTH}")).passed
    assert not score(item, answer("121.3亿元", QUOTE)).right


def test_a_conflict_needs_one_side_whole_and_notes_when_all_are_shown(gold: Build, answer: Build, score: Build) -> None:
    quote = "國家高新技術企業598家，預計達到600家"
    sides = [[{"value": 598, "unit": "家"}], [{"value": 600, "unit": "家"}]]
    item = gold(category="conflict", answers=[], any_of=sides, sources=[{"doc": "report.txt", "quote": quote}])
    one, both = score(item, answer("598家", quote)), score(item, answer("598家，另有600家", quote))
    assert (one.passed, one.all_sides, both.passed, both.all_sides) == (True, False, True, True)
    assert score(gold(), answer("121.3亿元", QUOTE)).all_sides is None


def test_a_refusal_is_right_only_where_gold_refuses(gold: Build, answer: Build, score: Build) -> None:
    refusal, unanswerable = answer("资料中没有。", refused=True), gold(category="unanswerable")
    assert score(unanswerable, refusal).passed
    assert score(gold(), refusal).stage is Stage.WRONGLY_REFUSED
    answered = score(unanswerable, answer("121.3亿元", QUOTE))
    assert (answered.right, answered.stage) == (False, Stage.WRONGLY_ANSWERED)


def test_a_refusal_that_shows_an_unproved_figure_is_stray(gold: Build, answer: Build, score: Build) -> None:
    result = score(gold(category="unanswerable"), answer("只有2022年的数据。", refused=True))
    assert (result.right, result.passed, result.stage, result.stray) == (True, False, Stage.STRAY, ("2022年",))


def test_a_text_answer_is_found_in_either_script_and_leads_when_cited(gold: Build, answer: Build, score: Build) -> None:
    quote = "东丽区委书记贾堤说"
    item = gold(category="text", answers=[], text_answers=["賈堤"], sources=[{"doc": "report.txt", "quote": quote}])
    assert score(item, answer("贾堤", quote)).passed
    assert not score(item, answer("张三", quote)).right


def test_compare_needs_the_winner_and_the_figure(gold: Build, answer: Build, score: Build) -> None:
    item = gold(category="compare", text_answers=["东丽"])
    quotes = (QUOTE, OTHER)
    assert score(item, answer("东丽区更高，为121.3亿元，洞头区为88亿元", *quotes)).passed
    assert not score(item, answer("121.3亿元", *quotes)).right


def test_an_arithmetic_result_needs_no_quote_of_its_own(gold: Build, answer: Build, score: Build) -> None:
    item = gold(
        category="arithmetic",
        answers=[{"value": 100, "unit": "家"}],
        sources=[{"doc": "report.txt", "quote": COUNTS}],
    )
    assert score(item, answer("增加了100家[1]（121家-21家=100家）", COUNTS)).passed
    assert score(item, answer("101家", COUNTS)).stray == ("101家",)


def test_a_computation_proves_its_result_only_from_quoted_inputs(gold: Build, answer: Build, score: Build) -> None:
    item = gold()
    assert score(item, answer("121.3亿元，另121家-21家=100家", QUOTE, COUNTS)).stray == ()
    assert score(item, answer("121.3亿元，另130家-30家=100家", QUOTE, COUNTS)).stray == ("130家", "30家", "100家")
    assert "99家" in score(item, answer("121.3亿元，另121家-21家=99家", QUOTE, COUNTS)).stray


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("121.3亿元，利润9亿元", ("9亿元",)),
        ("121.3亿元，D3000型", ("3000",)),
        ("1、产值121.3亿元", ("1", "1、")),
        ("121.3亿元，三家企业", ("三家企业",)),
        ("121.3亿元[1][2]", ()),
    ],
)
def test_whatever_no_quote_holds_is_stray(
    gold: Build, answer: Build, score: Build, text: str, stray: tuple[str, ...]
) -> None:
    found = score(gold(), answer(text, QUOTE)).stray
    assert [figure.removesuffix("企业") for figure in found] == [figure.removesuffix("企业") for figure in stray]


def test_a_list_marker_is_never_excused_and_never_leads(gold: Build, answer: Build, score: Build) -> None:
    result = score(gold(question="第1条产业链？"), answer("1、产值121.3亿元", QUOTE))
    assert (result.lead, result.stray) == (False, ("1、",))


def test_the_wrong_unit_is_told_from_the_wrong_figure(gold: Build, answer: Build, score: Build) -> None:
    quote = "利润增长5.6个百分点"
    item = gold(answers=[{"value": 5.6, "unit": "个百分点"}], sources=[{"doc": "report.txt", "quote": quote}])
    assert score(item, answer("5.6%", quote)).stage is Stage.WRONG_UNIT
    assert score(item, answer("16.4%", "产值增长16.4%")).stage is Stage.NOT_CHOSEN


def _fact(texts: Mapping[str, str], doc: str, quote: str, value: str, place: str) -> FactSpan:
    start = texts[doc].index(quote)
    return FactSpan(
        doc=doc,
        start=start,
        end=start + len(quote),
        text=quote,
        value=Decimal(value),
        unit="元",
        indicator="工业产值",
        place=place,
        period="2023年",
    )


def _figure(place: str, period: str = "2023年") -> dict[str, Any]:
    return {
        "text": "88亿元",
        "value": 8.8e9,
        "unit": "元",
        "indicator": "工业产值",
        "place": place,
        "period": period,
        "qualifier": "",
        "citation": 1,
        "verified": True,
    }


def test_retrieval_tells_which_stage_lost_an_item(
    gold: Build, answer: Build, score: Build, texts: Mapping[str, str]
) -> None:
    hit, miss = Span(doc="report.txt", start=0, end=40), Span(doc="other.txt", start=0, end=20)
    gold_fact, other_fact = (
        _fact(texts, "report.txt", "121.3亿元", "12130000000", "东丽区"),
        _fact(texts, "other.txt", "88亿元", "8800000000", "洞头区"),
    )
    found = Retrieval(passages=(miss, hit), facts=(other_fact, gold_fact))
    wrong = answer("88亿元", OTHER)
    elsewhere = answer("88亿元", OTHER, figures=[_figure("洞头区")])
    assert score(gold(), wrong, Retrieval(passages=(miss,), facts=())).stage is Stage.NOT_RETRIEVED
    assert score(gold(), wrong, found).stage is Stage.RETRIEVED_NOT_CHOSEN
    assert score(gold(), elsewhere, found).stage is Stage.WRONG_PLACE
    another_year = answer("88亿元", OTHER, figures=[_figure("东丽区", "2022年")])
    assert score(gold(), another_year, found).stage is Stage.WRONG_PERIOD
    right = score(gold(), answer("121.3亿元", QUOTE), found)
    assert (right.passage_rank, right.fact_rank) == (2, 2)
    assert score(gold(), wrong, Retrieval(passages=(miss,), facts=(other_fact,))).passage_rank == 0


def test_an_input_fact_counts_for_a_computed_value(
    gold: Build, answer: Build, score: Build, texts: Mapping[str, str]
) -> None:
    item = gold(category="arithmetic", answers=[{"value": 100, "unit": "亿元"}])
    fact = _fact(texts, "report.txt", "121.3亿元", "12130000000", "东丽区")
    found = Retrieval(passages=(), facts=(fact,))
    assert score(item, answer("100亿元", QUOTE), found).fact_rank == 1


def test_an_engine_error_is_a_failure_of_its_own(gold: Build, score: Build) -> None:
    result = score(gold(), None)
    assert (result.passed, result.stage, result.answer) == (False, Stage.ERROR, "坏了")


def test_without_text_gives_nothing_away(gold: Build, answer: Build, score: Build) -> None:
    blind = score(gold(), answer("9亿元，121.3亿元", QUOTE)).without_text()
    told = blind.model_dump_json()
    assert not any(secret in told for secret in ("产值", "121.3", "9亿", "东丽"))
    assert (blind.stray_count, blind.lead) == (1, False)


@pytest.mark.parametrize(
    ("gold_file", "folder"),
    [("eval/gold/dev.jsonl", "seeds"), ("tests/fixtures/gold_dev.jsonl", "tests/fixtures/corpus_dev")],
)
def test_the_best_possible_answers_to_the_shipped_gold_lead(gold_file: str, folder: str, oracle: Build) -> None:
    from eval.corpus import read_all_texts

    items, documents = read_gold([Path(gold_file)]), read_all_texts(Path(folder))
    outcomes = {item.id: Outcome(id=item.id, answer=oracle(item, documents)) for item in items}
    scores = score_outcomes(items, outcomes, Path(folder))
    failed = [(score.id, score.stage, score.expected) for score in scores if not score.passed]
    assert failed == []
