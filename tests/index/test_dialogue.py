from __future__ import annotations

import pytest

from index.dialogue import noun_asked, questions_answered, speaker_end, told_by_question, without_speaker
from tests.index.reports import analysed, fact_of

INTERVIEW = """老街书店的十年
——访书店店主

问：店里去年一共卖了多少书？
老赵：两千六百册。前年是1900册。其中旧书最多，800册。

记者：平时一天来多少客人？
老赵：一天50人到80人。

记者：装修花了不少钱吧？
老赵：2020年4月完工，一共36万元。
"""


def test_answers_are_those_below_a_question() -> None:
    lines = ["引言。", "问:卖了多少?", "甲:三册。", "还有两册。", "问:然后呢?", "甲:没有了。"]

    assert questions_answered(lines) == ["", "", "卖了多少?", "卖了多少?", "", "然后呢?"]


def test_one_question_in_passing_makes_no_interview() -> None:
    assert questions_answered(["为什么涨价?", "成本涨了两成。", "价格会再涨。"]) == ["", "", ""]


def test_an_interviewer_may_ask_without_a_question_mark() -> None:
    assert questions_answered(["记者:说说新店。", "甲:开了3家。", "记者:累吗?", "甲:不累。"])[1] == "说说新店。"


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("店里去年,就是2024年,一共卖了多少书?", "卖书"),
        ("工人收入怎么样?", "工人收入"),
        ("现在规模有多大?", "规模"),
        ("客人多不多?", "客人"),
        ("钱从哪里来?", "钱"),
        ("", ""),
    ],
)
def test_what_a_question_asks_about(question: str, noun: str) -> None:
    assert noun_asked(question) == noun


def test_a_speaker_is_named_in_front_of_a_colon() -> None:
    assert (speaker_end("老赵:三册"), speaker_end("三册")) == (3, 0)
    assert without_speaker("老赵:三册") == "   三册"


@pytest.mark.parametrize(
    ("indicator", "lead", "opens", "told"),
    [
        ("", "", False, "卖书"),
        ("一天", "一天", False, "一天 卖书"),
        ("旧书", "旧书", False, "旧书"),
        ("旧书", "旧书", True, "旧书 卖书"),
        ("完工", "一共", False, "完工 卖书"),
    ],
)
def test_the_question_names_what_the_answer_leaves_out(indicator: str, lead: str, opens: bool, told: str) -> None:
    assert told_by_question(indicator, lead, "一共卖了多少书?", opens=opens) == told


@pytest.mark.parametrize(
    ("figure", "indicator"),
    [("两千六百册", "卖书"), ("1900册", "卖书"), ("800册", "卖书"), ("50人到80人", "来客人"), ("36万元", "装修")],
)
def test_figures_of_an_interview_have_the_noun_of_the_question(figure: str, indicator: str) -> None:
    assert indicator in fact_of(INTERVIEW, figure).indicator


def test_the_question_stands_in_the_section_of_its_answer() -> None:
    (passage,) = [one for one in analysed(INTERVIEW).passages if "两千六百册" in one.view]

    assert passage.section.endswith("问:店里去年一共卖了多少书?")


def test_what_is_set_against_a_figure_leaves_no_period() -> None:
    assert "2018" not in fact_of("2020年工作总结\n全年卖书两千六百册。前年是1900册。其中旧书800册。", "800册").period
