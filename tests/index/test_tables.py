from __future__ import annotations

from decimal import Decimal

import pytest

from index.facts import Setting
from index.periods import UNKNOWN, whole_year
from index.records import Role
from index.tables import row_facts
from tests.index.reports import analysed, fact_of

HEADER = ("指标", "单位", "2023年", "增长(%)")
SETTING = Setting("天津市东丽区", whole_year(2023), "", 2023, 0)
BULLETIN = """某市2023年统计公报

2023年全市主要指标完成情况
指标\t单位\t2023年\t增长(%)
地区生产总值\t亿元\t1205.5\t5.6
一般公共预算收入\t亿元\t41.25\t-6.1
年末常住人口\t万人\t88.3\t0.2
高新技术企业\t家\t136\t13.3
"""


@pytest.mark.parametrize(
    ("cell", "indicator", "value", "unit", "role"),
    [
        ("1205.5", "地区生产总值", "120550000000", "元", Role.LEVEL),
        ("41.25", "一般公共预算收入", "4125000000", "元", Role.LEVEL),
        ("88.3", "年末常住人口", "883000", "人", Role.LEVEL),
        ("136", "高新技术企业", "136", "家", Role.LEVEL),
        ("5.6", "地区生产总值", "5.6", "%", Role.CHANGE),
        ("-6.1", "一般公共预算收入", "-6.1", "%", Role.CHANGE),
    ],
)
def test_cell_carries_its_row_its_column_and_the_unit(
    cell: str, indicator: str, value: str, unit: str, role: Role
) -> None:
    (fact,) = [fact for fact in analysed(BULLETIN).facts if BULLETIN[fact.start : fact.end] == cell]

    assert indicator in fact.indicator
    assert (fact.value, fact.unit, fact.role) == (Decimal(value), unit, role)


def test_setting_is_inherited() -> None:
    facts = row_facts("企业\t家\t136\t3", HEADER, "", SETTING)

    assert {fact.place for fact in facts} == {"天津市东丽区"}
    assert {fact.period.text for fact in facts} == {"2023年"}


@pytest.mark.parametrize(
    ("header", "row", "value", "unit"),
    [
        (("地区", "产值(亿元)"), "东丽区\t12.5", "1250000000", "元"),
        (("指标", "2023年"), "占地面积(平方公里)\t3", "3000000", "平方米"),
        (("指标", "数量"), "企业\t136家", "136", "家"),
        (("指标", "2023年"), "企业 | 136家", "136", "家"),
    ],
)
def test_unit_stands_in_the_head_the_label_or_the_cell(
    header: tuple[str, ...], row: str, value: str, unit: str
) -> None:
    (fact,) = row_facts(row, header, "", SETTING)

    assert (fact.quantity.value, fact.quantity.unit) == (Decimal(value), unit)


def test_unit_of_the_caption_is_that_of_all_cells_but_rates() -> None:
    facts = row_facts("教育\t1200\t3.5", ("项目", "2023年", "增长(%)"), "支出情况(单位:万元)", SETTING)

    assert [(fact.quantity.value, fact.quantity.unit) for fact in facts] == [
        (Decimal(12000000), "元"),
        (Decimal("3.5"), "%"),
    ]


def test_span_of_a_cell_is_the_cell() -> None:
    view = "地区生产总值\t亿元\t1205.5\t5.6"

    assert [view[fact.quantity.start : fact.quantity.end] for fact in row_facts(view, HEADER, "", SETTING)] == [
        "1205.5",
        "5.6",
    ]


def test_words_and_dashes_are_no_facts() -> None:
    assert row_facts("企业\t家\t-\t持平", HEADER, "", SETTING) == []


def test_row_of_another_width_is_read_as_a_sentence() -> None:
    facts = row_facts("新增企业136家", HEADER, "", Setting("", UNKNOWN, "", None, 0))

    assert [(fact.quantity.value, fact.quantity.unit) for fact in facts] == [(Decimal(136), "家")]


YEARS = """马鞍山市2023年统计公报

表1 高新技术企业数(单位:家)
地区\t2022年\t2023年
当涂县\t120\t165
含山县\t60\t77
"""


@pytest.mark.xfail(reason="the year of a column head is not the period of its cells")
def test_year_of_the_column_is_the_period() -> None:
    assert {fact_text: fact_of(YEARS, fact_text).period for fact_text in ("120", "165")} == {
        "120": "2022年",
        "165": "2023年",
    }


@pytest.mark.xfail(reason="a place that labels the row is not the place of its cells")
def test_place_of_the_row_is_the_place() -> None:
    places = {YEARS[fact.start : fact.end]: fact.place[-3:] for fact in analysed(YEARS).facts}

    assert (places["165"], places["77"]) == ("当涂县", "含山县")


@pytest.mark.xfail(reason="a line above the table that is longer than its header is no caption")
def test_caption_gives_unit_and_indicator() -> None:
    (fact,) = [fact for fact in analysed(YEARS).facts if YEARS[fact.start : fact.end] == "165"]

    assert fact.unit == "家"
    assert "高新技术企业" in fact.indicator


@pytest.mark.xfail(reason="a line that only says 单位 is no caption")
def test_unit_line_above_the_table_gives_the_unit() -> None:
    text = "某市2023年统计公报\n\n财政支出情况\n单位：万元\n项目\t2022年\t2023年\n教育\t1100\t1200\n卫生\t800\t790\n"
    (fact,) = [fact for fact in analysed(text).facts if text[fact.start : fact.end] == "1200"]

    assert (fact.value, fact.unit) == (Decimal(12000000), "元")


@pytest.mark.xfail(reason="an empty cell shifts the columns, and the row is read as a sentence")
def test_empty_cell_keeps_the_columns() -> None:
    (fact,) = row_facts("年末常住人口\t\t88.3\t", ("指标", "2022年(万人)", "2023年(万人)", "增长(%)"), "", SETTING)

    assert (fact.quantity.value, fact.quantity.unit) == (Decimal(883000), "人")
