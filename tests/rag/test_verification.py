from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import find_quantities
from rag.verification import computation_holds, proves, unproved_figures
from tests.pieces import property_settings

QUOTE = "2023年，全区兑现资金72。5万元，同比增长16.4%，比重提高3个百分点，高企2300余家，居全市第4。"


def unproved(draft: str, *quotes: str, question: str = "", computed: tuple[str, ...] = ()) -> list[str]:
    return [figure.text for figure in unproved_figures(draft, quotes or (QUOTE,), question, computed)]


@pytest.mark.parametrize(
    "draft",
    [
        "72.5万元",
        "725000元",
        "0.725百万元",
        "增长16.4%[1]。",
        "提高3个百分点",
        "2300余家",
        "2300家",
        "排名第4",
        "2023年",
        "文档没有给出。",
        "[1][2][12]",
    ],
)
def test_figure_of_the_quote_is_proved(draft: str) -> None:
    assert unproved(draft) == []


@pytest.mark.parametrize(
    ("draft", "stray"),
    [
        ("72.5亿元", "72.5亿元"),
        ("73万元", "73万元"),
        ("6.4%", "6.4%"),
        ("16.4个百分点", "16.4个百分点"),
        ("3%", "3%"),
        ("2300人", "2300人"),
        ("排名第14", "第14"),
        ("2022年", "2022年"),
        ("2023年10月", "2023年10月"),
        ("72.5万美元", "72.5万美元"),
    ],
)
def test_figure_of_another_value_unit_or_time_is_stray(draft: str, stray: str) -> None:
    assert unproved(draft) == [stray]


def test_every_stray_figure_is_named_in_order() -> None:
    assert unproved("1205亿元，增长9.9%，72.5万元，12家") == ["1205亿元", "9.9%", "12家"]


def test_equal_amounts_in_other_units_prove_each_other() -> None:
    assert unproved("1205亿元", "产值12050000万元") == []
    assert unproved("1.2万亿元", "产值12000亿元") == []
    assert unproved("2平方公里", "占地200公顷") == []


def test_traditional_quote_proves_a_simplified_figure() -> None:
    assert unproved("820余万元", "撥付資金820餘萬元") == []


def test_finer_date_proves_a_coarser_one_only() -> None:
    assert unproved("2023年10月", "2023年10月15日开工") == []
    assert unproved("2023年10月15日", "2023年10月开工") == ["2023年10月15日"]


def test_either_end_of_a_range_is_proved() -> None:
    assert unproved("5%，6%", "增长5%-6%") == []
    assert unproved("5.5%", "增长5%-6%") == ["5.5%"]


def test_question_and_checked_results_count_as_proof() -> None:
    assert unproved("12家", question="是12家吗") == []
    assert unproved("4亿元", computed=("95亿元-91亿元=4亿元",)) == []


def test_cell_proves_its_number_and_no_part_of_another() -> None:
    row = "一般公共预算收入\t亿元\t41.25\t-6.1"

    assert unproved("41.25亿元", row) == []
    assert unproved("-6.1%", row) == []
    assert unproved("1.25亿元", row) == ["1.25亿元"]
    assert unproved("41亿元", row) == ["41亿元"]
    assert unproved("41.25亿元", row.replace("\t", "")) != []


@pytest.mark.parametrize(
    ("row", "proved", "unproved_figure"),
    [
        ("甲县　1,205　56.3", "1205亿元", "205亿元"),
        ("甲县 56.3 42", "42家", "2家"),
        ("财务费用\t(1,204)\t409*", "-1204千元", "204千元"),
    ],
)
def test_cells_parted_by_single_spaces_or_with_marks(row: str, proved: str, unproved_figure: str) -> None:
    assert unproved(proved, row) == []
    assert unproved(unproved_figure, row) == [unproved_figure]


def test_words_between_spaces_are_no_cells() -> None:
    assert unproved("42亿元", "甲县 有企业 42") == ["42亿元"]


def test_no_quote_proves_nothing() -> None:
    assert [figure.text for figure in unproved_figures("12家", [], "")] == ["12家"]


def test_unit_decides() -> None:
    (percent,), (points,) = find_quantities("5.6%"), find_quantities("5.6个百分点")

    assert percent.value == points.value
    assert not proves(percent, points)


UNITS = st.sampled_from(["亿元", "万元", "家", "人", "%", "个百分点", "平方米"])


@property_settings(200)
@given(st.decimals(1, 9999, places=1), UNITS, st.decimals(1, 9999, places=1), UNITS)
def test_exactly_the_quoted_quantity_is_proved(quoted: Decimal, unit: str, claimed: Decimal, other: str) -> None:
    quote, draft = f"全区达到{quoted}{unit}。", f"达到{claimed}{other}。"
    money = {"亿元": 10**8, "万元": 10**4}
    equal = quoted * money.get(unit, 1) == claimed * money.get(other, 1)
    same_kind = unit == other or {unit, other} <= money.keys()

    assert (unproved(draft, quote) == []) is (equal and same_kind)


QUOTES = ["产值95亿元,同比增长5.6%", "产值91亿元,同比下降2.3%", "企业121家,新增21家", "规模\t12.5\t亿元"]


@pytest.mark.parametrize(
    "expression",
    [
        "95亿元-91亿元=4亿元",
        "95亿元+91亿元=186亿元",
        "(95亿元+91亿元)÷2=93亿元",
        "95亿元÷91亿元≈1.04倍",
        "91亿元÷95亿元≈95.79%",
        "(95亿元-91亿元)÷91亿元≈4.4%",
        "5.6%-(-2.3%)=7.9个百分点",
        "950000万元-91亿元=4亿元",
        "12.5亿元+95亿元=107.5亿元",
    ],
)
def test_computation_of_quoted_figures_holds(expression: str) -> None:
    assert computation_holds(expression, QUOTES)


@pytest.mark.parametrize(
    "expression",
    [
        "95亿元-91亿元=5亿元",
        "95亿元-90亿元=5亿元",
        "95亿元-21家=74家",
        "95亿元+91亿元=186家",
        "95亿元÷121家≈0.79亿元",
        "95亿元÷91亿元=1.04倍",
        "95亿元÷91亿元≈1.05倍",
        "(95亿元+91亿元)÷3=62亿元",
        "95亿元÷2=47.5亿元",
        "5.6%-2.3%=3.3亿元",
        "121家-(-21家)=142家",
        "95亿元-(91亿元=4亿元",
        "95亿元-91亿元",
        "95亿元×91亿元=4亿元",
        "",
    ],
)
def test_computation_that_does_not_follow_or_is_not_quoted_does_not_hold(expression: str) -> None:
    assert not computation_holds(expression, QUOTES)


IMPLIED = [
    "2023年产值125亿元,同比增长25%",
    "产量97万吨,下降3%",
    "企业48家,投资12亿元,5年建成",
    "销售额50亿元,其中竹制品占40%",
    "2019年3月12日动工,2023年6月20日合龙,2022年投产",
    "药材8亿元,是上年的2倍",
    "教师120人,其中支教20名",
]


@pytest.mark.parametrize(
    "expression",
    [
        "125亿元÷(1+25%)=100亿元",
        "97万吨÷(1-3%)=100万吨",
        "8亿元÷2倍=4亿元",
        "50亿元×40%=20亿元",
        "12亿元÷48家=每家0.25亿元",
        "12亿元÷48家=每家2500万元",
        "12亿元÷5年=每年2.4亿元",
        "120人-20名=100人",
        "2023年6月20日-2019年3月12日=1561天",
        "2023年6月20日-2019年3月=51个月",
        "2023年6月-2019年=4年",
    ],
)
def test_implied_figure_holds(expression: str) -> None:
    assert computation_holds(expression, IMPLIED)


@pytest.mark.parametrize(
    "expression",
    [
        "125亿元÷(1-25%)≈166.67亿元",
        "125亿元÷(1+20%)≈104.17亿元",
        "125亿元÷(2+25%)=100亿元",
        "125亿元÷(1+5年)=100亿元",
        "125亿元×(1+25%)=156.25亿元",
        "125亿元÷25%=500亿元",
        "40%×25%=10%",
        "50亿元×40%=20家",
        "50亿元×48家=2400亿元",
        "12亿元÷48家=0.25亿元",
        "12亿元÷48家=每户0.25亿元",
        "12亿元÷48家=0.25倍",
        "12亿元-8亿元=每家4亿元",
        "40%÷48家≈每家0.83%",
        "48家÷12亿元=每元4家",
        "2023年6月20日-2019年3月12日=1560天",
        "2023年6月21日-2019年3月12日=1562天",
        "2023年6月20日-2022年=538天",
        "2023年6月20日-2022年5月=13个月",
        "2023年6月20日-3月12日=100天",
        "2023年2月30日-2019年3月12日=1451天",
        "2023年6月20日-48家=4年",
    ],
)
def test_what_is_not_implied_does_not_hold(expression: str) -> None:
    assert not computation_holds(expression, IMPLIED)


PIECES = st.sampled_from(
    [*"()+-×÷=≈1", "每家", "每", "12亿元", "48家", "40%", "5年", "2倍", "2023年2月30日", "3月5日", "2022年", "0家", "x"]
)


@property_settings(500)
@given(st.lists(PIECES, max_size=9).map("".join))
def test_any_expression_is_judged(expression: str) -> None:
    quotes = [*IMPLIED, "0家,3月5日,2023年2月30日"]

    assert computation_holds(expression, quotes) in {True, False}
