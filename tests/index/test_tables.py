from __future__ import annotations

from decimal import Decimal

import pytest

from index.frames import Setting
from index.periods import UNKNOWN, whole_year
from index.records import Fact, Role, Status
from index.tables import row_facts
from tests.index.reports import analysed

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


def test_year_of_the_column_is_the_period() -> None:
    periods = {YEARS[fact.start : fact.end]: fact.period for fact in analysed(YEARS).facts}

    assert (periods["120"], periods["165"]) == ("2022年", "2023年")


def test_place_of_the_row_is_the_place() -> None:
    places = {YEARS[fact.start : fact.end]: fact.place[-3:] for fact in analysed(YEARS).facts}

    assert (places["165"], places["77"]) == ("当涂县", "含山县")


def test_caption_gives_unit_and_indicator() -> None:
    (fact,) = [fact for fact in analysed(YEARS).facts if YEARS[fact.start : fact.end] == "165"]

    assert fact.unit == "家"
    assert "高新技术企业" in fact.indicator


def test_unit_line_above_the_table_gives_the_unit() -> None:
    text = "某市2023年统计公报\n\n财政支出情况\n单位：万元\n项目\t2022年\t2023年\n教育\t1100\t1200\n卫生\t800\t790\n"
    (fact,) = [fact for fact in analysed(text).facts if text[fact.start : fact.end] == "1200"]

    assert (fact.value, fact.unit) == (Decimal(12000000), "元")


def test_empty_cell_keeps_the_columns() -> None:
    (fact,) = row_facts("年末常住人口\t\t88.3\t", ("指标", "2022年(万人)", "2023年(万人)", "增长(%)"), "", SETTING)

    assert (fact.quantity.value, fact.quantity.unit) == (Decimal(883000), "人")


def table_facts(table: str, title: str = "马鞍山市2023年统计公报") -> dict[str, Fact]:
    """Facts of a table under a title by the cell they stand in."""
    text = f"{title}\n\n{table}\n"
    return {text[fact.start : fact.end]: fact for fact in analysed(text).facts}


TWO_LEVELS = """各县区主要指标
| 地区 | 地区生产总值 |  | 财政收入 | |
| | 总量（亿元） | 增速（%） | 总量（亿元） | 增速（%） |
|---|---|---|---|---|
| 当涂县 | 1,205.5 | 5.6 | 41.2 | -6.1 |
| 全市 | 2300 | 5.1 | 111.2 | 6.2 |"""


@pytest.mark.parametrize(
    ("cell", "indicator", "value", "role", "place"),
    [
        ("1,205.5", "地区生产总值", 120550000000, Role.LEVEL, "当涂县"),
        ("5.6", "地区生产总值", Decimal("5.6"), Role.CHANGE, "当涂县"),
        ("-6.1", "财政收入", Decimal("-6.1"), Role.CHANGE, "当涂县"),
        ("2300", "地区生产总值", 230000000000, Role.LEVEL, "马鞍山市"),
    ],
)
def test_head_of_two_levels(cell: str, indicator: str, value: Decimal, role: Role, place: str) -> None:
    fact = table_facts(TWO_LEVELS)[cell]

    assert indicator in fact.indicator
    assert (fact.value, fact.role) == (value, role)
    assert fact.place.endswith(place)


def test_growth_column_belongs_to_the_column_before() -> None:
    fact = table_facts("产品　　产量（万吨）　　比上年增长（%）\n粮食　　84.37　　1.2\n油料　　6.05　　-2.4")["-2.4"]

    assert (fact.indicator, fact.unit, fact.role) == ("油料产量比上年增长", "%", Role.CHANGE)


def test_places_may_head_the_columns() -> None:
    facts = table_facts("指标\t当涂县\t含山县\n企业(家)\t165\t77")

    assert (facts["165"].place[-3:], facts["77"].place[-3:]) == ("当涂县", "含山县")


def test_years_may_label_the_rows() -> None:
    facts = table_facts("年份\t企业(家)\n2021年\t65\n2022年\t77")

    assert {facts[cell].period for cell in ("65", "77")} == {"2021年", "2022年"}
    assert "企业" in facts["65"].indicator


def test_bare_years_head_columns() -> None:
    facts = table_facts("项目\t2022\t2023\n营业收入(万元)\t1100\t1200")

    assert (facts["1100"].period, facts["1200"].period) == ("2022年", "2023年")


@pytest.mark.parametrize(
    ("head", "role", "status"),
    [
        ("完成年度计划(%)", Role.COMPLETION, Status.RESULT),
        ("排名", Role.RANK, Status.RESULT),
        ("2024年目标(家)", Role.LEVEL, Status.TARGET),
        ("占全市比重(%)", Role.SHARE, Status.RESULT),
        ("净增(家)", Role.CHANGE, Status.RESULT),
    ],
)
def test_head_says_role_and_status(head: str, role: Role, status: Status) -> None:
    (fact,) = row_facts("企业\t12", ("指标", head), "", SETTING)

    assert (fact.role, fact.status) == (role, status)


def test_cell_with_words_is_read_as_a_sentence() -> None:
    view = "天开园\t全年新增企业12家,总投资3亿元"
    facts = row_facts(view, ("园区", "进展"), "", SETTING)

    assert [view[fact.quantity.start : fact.quantity.end] for fact in facts] == ["12家", "3亿元"]


def test_caption_and_heads_are_the_section_of_a_row() -> None:
    (passage,) = [passage for passage in analysed(YEARS).passages if "165" in passage.view]

    assert "高新技术企业数" in passage.section
    assert "2022年" in passage.section


def test_text_below_a_table_has_not_its_caption() -> None:
    (passage,) = [p for p in analysed(f"{YEARS}\n全市企业共计242家，增长5%。\n").passages if "242" in p.view]

    assert "表1" not in passage.section


PORT = """临河港2023年11月生产快报

表1 主要指标
单位：万吨（集装箱为万TEU）
指标 | 11月 | 11月同比(%) | 1—11月累计 | 累计同比(%) | 全年计划 | 完成计划(%)
货物吞吐量 | 186.2 | 5.3 | 2052.6 | 6.8 | 2200 | 93.3
　其中：矿石 | 61.7 | 3.1 | 698.3 | 4.5 | 750 | 93.1
集装箱吞吐量 | 4.8 | 9.1 | 46.3 | 11.7 | 50 | 92.6"""


@pytest.mark.parametrize(
    ("cell", "value", "unit", "period", "role", "status"),
    [
        ("186.2", 1862000, "吨", "2023年11月", Role.LEVEL, Status.RESULT),
        ("5.3", "5.3", "%", "2023年11月", Role.CHANGE, Status.RESULT),
        ("2052.6", 20526000, "吨", "2023年1-11月", Role.LEVEL, Status.RESULT),
        ("6.8", "6.8", "%", "2023年1-11月", Role.CHANGE, Status.RESULT),
        ("2200", 22000000, "吨", "2023年", Role.LEVEL, Status.TARGET),
        ("93.3", "93.3", "%", "2023年1-11月", Role.COMPLETION, Status.RESULT),
        ("46.3", 463000, "标箱", "2023年1-11月", Role.LEVEL, Status.RESULT),
    ],
)
def test_columns_of_a_monthly_report(
    cell: str, value: str | int, unit: str, period: str, role: Role, status: Status
) -> None:
    fact = table_facts(PORT.split("\n\n")[1], PORT.split("\n\n")[0])[cell]

    assert (fact.value, fact.unit, fact.period) == (Decimal(value), unit, period)
    assert (fact.role, fact.status) == (role, status)


def test_part_of_a_row_says_of_what() -> None:
    assert table_facts(PORT.split("\n\n")[1], PORT.split("\n\n")[0])["698.3"].indicator == "货物吞吐量矿石"


def test_two_label_columns_and_units_as_written() -> None:
    facts = table_facts(
        "型号\t精度\t延迟(ms)\t吞吐(tokens/s)\n甲\t高\t12\t900\n甲\t低\t8\t1200\n乙\t低\t6\t1500", "评测"
    )

    assert facts["1200"].indicator == "甲 低吞吐"
    assert (facts["8"].value, facts["8"].unit, facts["8"].text) == (Decimal("0.008"), "秒", "8ms")


def test_a_number_labels_a_row_with_its_head() -> None:
    facts = table_facts("并发数\t延迟(ms)\n16\t142\n32\t197", "评测")

    assert facts["197"].indicator == "并发数32延迟"


@pytest.mark.parametrize(
    ("row", "unit"),
    [
        ("收入　150　120　30", "元"),
        ("收入　150　120　30.0", "元"),
        ("收入　110　80　37.5", "%"),
        ("占比(%)　9.4　9.5　-0.1", "个百分点"),
    ],
)
def test_a_change_without_a_unit_is_what_the_figures_before_say(row: str, unit: str) -> None:
    view = row.replace("　", "\t")
    fact = row_facts(view, ("项目", "2023年", "2022年", "增减"), "单位:万元", SETTING)[-1]

    assert (fact.quantity.unit, fact.role) == (unit, Role.CHANGE)


def test_forecast_columns_are_estimates() -> None:
    facts = table_facts("单位：万元\n　　　　2025E　　2026E\n营收　　720　　　1650\n利润　　-110　　　86", "融资计划书")

    assert (facts["1650"].period, facts["1650"].status, facts["1650"].unit) == ("2026年", Status.ESTIMATE, "元")


def test_sentence_above_a_table_says_what_it_is_of() -> None:
    table = "单位：万元\n类别\t2023年\t2022年\n养老\t120\t110\n合计\t300\t280\n"
    text = f"2023年报告\n\n全年平稳，各项补贴支出按类别列示如下：\n{table}"
    facts = {text[fact.start : fact.end]: fact for fact in analysed(text).facts}

    assert facts["300"].indicator == "各项补贴支出"
    assert facts["120"].indicator == "养老各项补贴支出"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("(1,204)", -12040000), ("3,010①", 30100000), ("409*", 4090000), ("↓35.1", -351000), ("-7", -70000)],
)
def test_figures_with_brackets_arrows_and_marks(cell: str, value: int) -> None:
    fact = table_facts(f"单位：万元\n项目\t2023年\n甲\t{cell}\n乙\t120")[cell]

    assert fact.value == value


def test_a_note_number_is_no_figure() -> None:
    assert row_facts("甲\t(3)", ("项目", "附注"), "单位:万元", SETTING) == []


def test_heads_that_count_say_what() -> None:
    facts = table_facts("班级\t学生数\t企业数\n一班\t35\t4\n二班\t31\t6")

    assert (facts["35"].unit, facts["4"].unit) == ("人", "家")


def test_the_line_of_units_holds_no_figure() -> None:
    text = "2023年报告\n\n收支表\n单位：人民币千元\n项目\t2023年\n收入\t120\n支出\t90\n"

    assert {text[fact.start : fact.end] for fact in analysed(text).facts} == {"2023年", "120", "90"}


def test_a_number_below_a_head_of_no_time_is_no_year() -> None:
    facts = row_facts("2000\t15300\t41.5", ("Batch", "Engine QPS", "时延(ms)"), "", SETTING)

    assert [(fact.quantity.value, fact.quantity.unit, fact.period) for fact in facts] == [
        (Decimal(15300), "QPS", SETTING.period),
        (Decimal("0.0415"), "秒", SETTING.period),
    ]
    assert facts[0].indicator == "Batch 2000 Engine QPS"


def test_a_numbered_label_lends_its_unit_to_no_cell() -> None:
    (fact,) = row_facts("0.5\t31", ("压力(MPa)", "流量"), "", SETTING)

    assert (fact.quantity.value, fact.quantity.unit) == (Decimal(31), "")


def test_years_label_rows_whose_head_says_so_or_nothing() -> None:
    (fact,) = row_facts("2021\t31", ("年份", "产量(吨)"), "", SETTING)

    assert fact.period.text == "2021年"


def test_units_that_run_on_from_their_names_are_those_of_the_columns() -> None:
    table = (
        "三座水库情况\n单位：水位 米；库容 亿立方米\n水库 | 月末水位 | 总库容\n甲水库 | 61.2 | 1.5\n乙水库 | 75.5 | 2.2"
    )
    facts = table_facts(table)

    assert (facts["61.2"].unit, facts["1.5"].value, facts["1.5"].unit) == ("米", Decimal(150000000), "立方米")


def test_a_percentage_that_ends_a_label_stays() -> None:
    (fact,) = row_facts("灰度5%\t2025-03-06", ("阶段", "完成日"), "", SETTING)

    assert fact.indicator == "灰度5%完成日"


def test_a_column_of_units_may_stand_between_wide_spaces() -> None:
    table = "项目　　单位　　本区　　周边\n用水　元/吨　2.9　3.8\n厂房租金　元/平方米·月　10　18\n月薪　元　8600　12400"
    facts = table_facts(table)

    assert (facts["2.9"].unit, facts["18"].unit, facts["8600"].unit) == ("元/吨", "元/平方米/月", "元")
