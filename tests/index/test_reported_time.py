"""Which time the figures of a whole document are of."""

from __future__ import annotations

import pytest

from index.records import Status
from tests.index.reports import analysed, fact_of


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("2024年01月09日 10:52 来源：航讯", "2024-01-09"),
        ("2024-01-09 10:52 来源：航讯", "2024-01-09"),
        ("", None),
    ],
)
def test_the_date_below_the_title_is_that_of_publication(line: str, published: str | None) -> None:
    assert analysed(f"云舟港吞吐量再创新高\n{line}\n全港完成吞吐量900万吨。\n").document.published == published


def test_a_last_line_may_date_a_document_to_the_month() -> None:
    text = "云舟区规划评估\n全区企业900家。\n云舟区发展和改革局 2024年4月\n"

    assert analysed(text).document.published == "2024-04"


def test_a_report_on_several_years_looks_back_from_the_last() -> None:
    text = "云舟区规划中期评估情况\n2021年至2023年规划执行情况如下。\n2023年，全区产值900亿元。2025年目标1200亿元。\n"

    assert fact_of(text, "900亿元").status is Status.RESULT
    assert fact_of(text, "1200亿元").status is Status.TARGET


def test_a_year_of_news_without_year_in_its_title_is_counted_from_publication() -> None:
    text = (
        "云舟五区成绩单来了\n云舟产业圈 2024-04-11 18:30\n《2023年度竞争力报告》出炉。去年，云舟高新区收入900亿元。\n"
    )

    assert fact_of(text, "900亿元").period == "2023年"


def test_all_year_is_the_year_the_paragraphs_above_spoke_of() -> None:
    text = "云舟港吞吐量再创新高\n2024-01-19 10:52\n2023年，全港完成吞吐量900万吨。\n\n全区全年产值80亿元，增长9%。\n"

    assert fact_of(text, "80亿元").period == "2023年"


def test_what_is_to_come_is_not_left_to_the_next_sentence_behind_what_is() -> None:
    text = "云舟区2023年工作总结\n配套率由38%提升到47%，2025年要达到55%。整车企业3家。\n"

    assert fact_of(text, "3家").period == "2023年"
    assert fact_of(text, "3家").status is Status.RESULT


def test_a_text_turns_from_what_is_to_come_to_what_is() -> None:
    text = "云舟区2023年工作总结\n到2025年，打造场景200个——目前已落地场景127个。\n"

    assert fact_of(text, "200个").status is Status.TARGET
    assert (fact_of(text, "127个").status, fact_of(text, "127个").period) == (Status.RESULT, "2023年")


def test_what_came_to_pass_is_no_target() -> None:
    text = "云舟学院2024年招生工作总结\n学校计划招生4800人，实际录取4752人，报到4689人。\n"

    assert fact_of(text, "4800人").status is Status.TARGET
    assert fact_of(text, "4689人").status is Status.RESULT


def test_the_same_year_is_the_one_named_before() -> None:
    text = "对话云舟区\n2024-03-22 07:40\n公寓累计交付9600套，去年当年交付2300套。\n"

    assert fact_of(text, "2300套").period == "2023年"


def test_a_year_in_brackets_holds_inside_them() -> None:
    text = "云舟区简报\n2024-01-19 10:52\n累计试点企业22家（其中2023年新增8家），内销货值67亿元。\n"

    assert fact_of(text, "8家").period == "2023年"
    assert fact_of(text, "67亿元").period == ""


def test_a_question_that_names_a_year_dates_the_answer() -> None:
    text = (
        "对话云舟区\n2024-03-22 07:40\n记者：目前家底如何？\n周某：链上企业138家。\n"
        "记者：平台呢？\n周某：国家级7个。\n记者：给2024年定个调？\n周某：产值奔1150亿元去。\n"
    )

    assert fact_of(text, "1150亿元").period == "2024年"


def test_a_noun_that_opens_a_paragraph_is_what_its_figures_measure() -> None:
    text = "云舟区2023年工作总结\n1．地区生产总值。2022年1241亿元，2023年1328亿元。\n"

    assert fact_of(text, "1328亿元").indicator == "地区生产总值"


def test_a_sentence_without_figures_says_which_year_the_next_one_is_of() -> None:
    text = "对话云舟区\n2024-03-22 07:40\n到2025年，配套率要提到50%。这也是去年招商的主线。签约项目92个。\n"

    assert fact_of(text, "92个").period == "2023年"


def test_what_is_only_compared_with_is_not_left_to_the_next_sentence() -> None:
    text = "云舟区2023年工作总结\n形势比上年更好。签约项目92个。\n"

    assert fact_of(text, "92个").period == "2023年"
