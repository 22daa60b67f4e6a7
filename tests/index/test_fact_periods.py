from __future__ import annotations

import pytest

from index.facts import facts_in_sentence
from index.frames import Setting
from index.periods import UNKNOWN, Period, whole_year
from tests.index.reports import analysed, fact_of

SETTING = Setting("", whole_year(2023), "", 2023, 2023 * 12 + 11)


@pytest.mark.parametrize(
    ("view", "year", "expected"),
    [
        ("今年上半年,产值12亿元。", 2023, "2023年上半年"),
        ("去年,产值12亿元。", 2023, "2022年"),
        ("产值12亿元。", 2023, "2021年"),
    ],
)
def test_relative_periods_need_the_year_of_the_document(view: str, year: int, expected: str) -> None:
    setting = Setting("", whole_year(2021), "", year, 0)
    facts, _ = facts_in_sentence(view, setting)

    assert [fact.period.text for fact in facts if fact.quantity.unit == "元"] == [expected]


def test_period_that_opens_a_sentence_is_left_to_the_next() -> None:
    _, left = facts_in_sentence("1-9月,费用1.02亿元。", Setting("", UNKNOWN, "", 2023, 0))

    assert left.text == "2023年1-9月"


def carried(view: str, year_before: int, reference_year: int) -> list[Period]:
    setting = Setting("", whole_year(year_before), "", reference_year, 0, whole_year(year_before))
    return [fact.period for fact in facts_in_sentence(view, setting)[0] if fact.quantity.unit != "date"]


def test_bare_part_of_a_year_belongs_to_the_year_stated_before() -> None:
    (period,) = carried("上半年规上工业总产值580亿元。", 2023, 2024)

    assert period.text == "2023年上半年"


def test_same_months_of_another_year_are_the_time_of_the_figure() -> None:
    assert fact_of("某市2023年工作总结\n2021年同期，港口吞吐量为3000万吨。\n", "3000万吨").period.startswith("2021年")


def test_list_number_in_front_of_a_period_changes_nothing() -> None:
    text = "某区2023年工作总结\n1、1-9月，研发费用1。02亿元。技术合同交易额4亿元。\n"

    assert fact_of(text, "4亿元").period == "2023年1-9月"


def test_since_a_year_is_not_that_year() -> None:
    fact = fact_of("某公司情况介绍\n自2018年落户以来，公司年产值近4亿元。\n", "近4亿元")

    assert fact.period_end != 2018 * 12 + 11


def test_later_period_of_a_series_measures_the_same() -> None:
    text = "某区2023年工作总结\n2023年，全区规上工业总产值1205亿元。上半年规上工业总产值580亿元，前三季度890亿元。\n"

    assert "总产值" in fact_of(text, "890亿元").indicator


@pytest.mark.parametrize(
    ("view", "figure", "period"),
    [
        ("2023年成交额97.4亿元,较2022年的71.6亿元增长36%", "71.6亿元", "2022年"),
        ("2023年成交额97.4亿元,较2022年的71.6亿元增长36%", "36%", "2023年"),
        ("企业由2019年的1936家增长到2023年的5648家", "1936家", "2019年"),
        ("2023年成交额97.4亿元,是2019年的3.1倍,平均用时16天", "3.1倍", "2023年"),
        ("2023年班列127列,为上年的1.8倍,平均用时16天", "16天", "2023年"),
        ("2023年现金流量净额3.05亿元,上年同期为1.78亿元", "1.78亿元", "2022年"),
        ("每股收益0.54元(上年同期:0.56元)", "0.54元", "2023年"),
        ("自2019年9月开工以来,累计注册企业714家", "714家", "2019年9月以来"),
        ("2023年国庆(10月1日至7日)接待游客623.8万人次", "623.8万人次", "2023年10月1日至7日"),
    ],
)
def test_period_of_comparisons_and_spans(view: str, figure: str, period: str) -> None:
    (fact,) = [fact for fact in facts_in_sentence(view, SETTING)[0] if fact.quantity.text == figure]

    assert fact.period.text == period


def test_year_before_is_not_left_to_the_next_sentence() -> None:
    _, left = facts_in_sentence("净额3.05亿元,上年同期为1.78亿元。", SETTING)

    assert left is UNKNOWN


def test_half_a_year_below_a_heading_is_of_the_headings_year() -> None:
    setting = Setting("", whole_year(2024), "2024年上半年预算执行情况", 2023, 0, heading_year=2024)
    facts, _ = facts_in_sentence("上半年,全区一般公共预算收入37.94亿元,去年同期为36亿元。", setting)
    assert [fact.period.text for fact in facts] == ["2024年上半年", "2023年上半年"]


def test_the_whole_year_in_a_report_of_a_quarter() -> None:
    quarter = Period(2025 * 12, 2025 * 12 + 2, "2025年第一季度")
    facts, _ = facts_in_sentence("货运量320万吨,全年力争达到1450万吨。", Setting("", quarter, "", 2025, 0))
    assert [fact.period.text for fact in facts] == ["2025年第一季度", "2025年"]


def test_the_only_year_in_the_title_of_a_bulletin_is_that_of_its_figures() -> None:
    bulletin = "梧桐街道工作简报(2024年第6期)\n2025年1月10日\n\n全年改造老旧小区9个。\n"

    assert fact_of(bulletin, "9个").period == "2024年"
    assert fact_of(bulletin.replace("工作简报", "旧闻"), "9个").period == ""


@pytest.mark.parametrize("foot", ["上年为18万台", "前年是16万台", "去年同期则为18万台"])
def test_the_year_a_figure_is_set_against_is_not_handed_on(foot: str) -> None:
    _, left = facts_in_sentence(f"全年生产冰箱21万台,{foot}。", SETTING)

    assert left == UNKNOWN


def test_a_year_that_opens_its_own_statement_is_handed_on() -> None:
    _, left = facts_in_sentence("去年为18万台。", SETTING)

    assert left.text == "2022年"


@pytest.mark.parametrize(
    ("title", "period"),
    [("远港集团2023年12月生产快报", "2023年12月9日"), ("江水情况旬报\n2024年第5期(2月中旬)", "2024年12月9日")],
)
def test_a_day_without_a_year_is_of_the_year_the_head_names(title: str, period: str) -> None:
    assert fact_of(f"{title}\n截至12月9日,泊位达到35个。\n报出日期:{period[:4]}年\n", "35个").period == period


def test_this_year_is_not_that_of_an_earlier_clause() -> None:
    text = "发布时间:2024-08-20\n县情通报\n2023年完成投资118亿元;今年上半年完成64亿元。"

    assert fact_of(text, "64亿元").period == "2024年上半年"


def test_this_year_below_a_heading_of_the_next_year_is_that_year() -> None:
    text = "河东区2023年工作总结\n二、2024年主要目标\n今年预期目标是:用电增长6%;用水增长5%。"

    assert [fact.period for fact in analysed(text).facts if fact.unit == "%"] == ["2024年", "2024年"]


def test_quarters_in_turn_leave_no_period() -> None:
    text = "2024年工作简报\n产值1386亿元。分季度看,一季度634亿元;二季度752亿元。分行业看,纺织503亿元。"

    assert fact_of(text, "752亿元").period == "2024年第二季度"
    assert fact_of(text, "503亿元").period == "2024年"


def test_the_foot_of_a_comparison_may_have_a_noun() -> None:
    assert fact_of("2024年工作简报\n客流1862万人次,较2018年高峰的2240万人次为少。", "2240万人次").period == "2018年"
