from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.arithmetic import BEFORE, EACH, GROWTH, PART, REST, SHARE, SPAN, TIMES, compute, time_between
from rag.question import Task
from rag.verification import computation_holds
from tests.pieces import property_settings
from tests.rag.evidence import made_fact


@pytest.mark.parametrize(
    ("task", "figures", "result", "value", "unit"),
    [
        (Task.DIFFERENCE, ("91亿元", "95亿元"), "4亿元", "400000000", "元"),
        (Task.DIFFERENCE, ("1205亿元", "12050000万元"), "0亿元", "0", "元"),
        (Task.DIFFERENCE, ("3.83%", "2.49%"), "1.34个百分点", "1.34", "个百分点"),
        (Task.DIFFERENCE, ("30分钟", "10分钟"), "20分钟", "20", "分钟"),
        (Task.DIFFERENCE, ("0.3亿元", "0.1亿元"), "0.2亿元", "20000000", "元"),
        (Task.SUM, ("467家", "77家"), "544家", "544", "家"),
        (Task.SUM, ("1.5亿元", "5000万元"), "2亿元", "200000000", "元"),
        (Task.SUM, ("12家", "13家", "15家"), "40家", "40", "家"),
    ],
)
def test_result_is_exact_and_in_the_written_unit(
    task: Task, figures: tuple[str, ...], result: str, value: str, unit: str
) -> None:
    computed = compute(task, [made_fact(figure) for figure in figures])

    assert computed is not None
    assert (computed.result, computed.value, computed.unit) == (result, Decimal(value), unit)
    assert computed.expression.endswith(f"={result}")


def test_expression_shows_both_inputs_the_larger_first() -> None:
    computed = compute(Task.DIFFERENCE, [made_fact("91亿元"), made_fact("95亿元")])

    assert computed is not None
    assert computed.expression == "95亿元-91亿元=4亿元"


def test_change_in_points_is_taken_from_its_level() -> None:
    computed = compute(Task.DIFFERENCE, [made_fact("12.3%"), made_fact("3个百分点")])

    assert computed is not None
    assert (computed.result, computed.value, computed.unit) == ("9.3%", Decimal("9.3"), "%")


@pytest.mark.parametrize("task", [Task.LOOKUP, Task.COMPARE, Task.TEXT])
def test_other_tasks_compute_nothing(task: Task) -> None:
    assert compute(task, [made_fact("1家"), made_fact("2家")]) is None


def test_one_figure_gives_nothing() -> None:
    assert compute(Task.DIFFERENCE, [made_fact("2家")]) is None
    assert compute(Task.SUM, [made_fact("2家")]) is None


def test_ranks_have_no_sum() -> None:
    ranks = [made_fact("居全市第3"), made_fact("位列第15名")]

    assert compute(Task.SUM, ranks) is None


@pytest.mark.parametrize("figure", ["200余人", "约200人", "超200人", "200人以上"])
def test_result_of_an_inexact_figure_is_not_stated_as_exact(figure: str) -> None:
    fact = made_fact(figure)
    computed = compute(Task.SUM, [fact, made_fact("66人")])

    assert computed is None or any(mark in computed.result for mark in ("余", "约", "超", "以上", "多"))


@property_settings(200)
@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=2), st.sampled_from(["亿元", "万元", "家", "平方米"]))
def test_sum_and_difference_undo_each_other(hundredths: list[int], unit: str) -> None:
    first, second = (made_fact(f"{Decimal(number) / 100}{unit}") for number in hundredths)
    total, gap = compute(Task.SUM, [first, second]), compute(Task.DIFFERENCE, [first, second])

    assert total is not None
    assert gap is not None
    assert total.value + gap.value == 2 * max(first.value, second.value)
    assert gap.value >= 0


@pytest.mark.parametrize(
    ("task", "way", "figures", "expression"),
    [
        (Task.AVERAGE, "", ("1亿元", "5000万元", "12亿元"), "(1亿元+5000万元+12亿元)÷3=4.5亿元"),
        (Task.AVERAGE, "", ("86家", "97家", "12家"), "(86家+97家+12家)÷3=65家"),
        (Task.AVERAGE, "", ("1家", "1家", "2家"), "(1家+1家+2家)÷3≈1.33家"),
        (Task.RATIO, TIMES, ("467家", "77家"), "467家÷77家≈6.06倍"),
        (Task.RATIO, TIMES, ("3亿元", "15000万元"), "3亿元÷15000万元=2倍"),
        (Task.RATIO, SHARE, ("2.31亿元", "18.64亿元"), "2.31亿元÷18.64亿元≈12.39%"),
        (Task.RATIO, SHARE, ("1家", "30000家"), "1家÷30000家≈0.0033%"),
        (Task.RATIO, GROWTH, ("531家", "463家"), "(531家-463家)÷463家≈14.69%"),
        (Task.RATIO, GROWTH, ("91亿元", "95亿元"), "(95亿元-91亿元)÷95亿元≈4.21%"),
    ],
)
def test_means_and_ratios_show_how_they_come_about(
    task: Task, way: str, figures: tuple[str, ...], expression: str
) -> None:
    computed = compute(task, [made_fact(figure) for figure in figures], way)

    assert computed is not None
    assert computed.expression == expression
    assert computation_holds(expression, [",".join(figures)])


def test_rounded_result_is_called_about_and_a_negative_growth_a_fall() -> None:
    rounded = compute(Task.RATIO, [made_fact("467家"), made_fact("77家")], TIMES)
    fallen = compute(Task.RATIO, [made_fact("90亿元"), made_fact("100亿元")], GROWTH)

    assert rounded is not None
    assert (rounded.result, rounded.value) == ("约6.06倍", Decimal("6.06"))
    assert fallen is not None
    assert (fallen.result, fallen.value) == ("下降10%", Decimal("10"))


@pytest.mark.parametrize(
    ("way", "figures"),
    [
        (TIMES, ("3亿元", "15人")),
        (SHARE, ("12%", "3亿元")),
        (SHARE, ("4亿元", "3亿元")),
        (GROWTH, ("12%", "10%")),
        (TIMES, ("3家", "0家")),
        (TIMES, ("5-8家", "2家")),
        (TIMES, ("3家", "2家", "1家")),
    ],
)
def test_what_cannot_be_divided_is_not(way: str, figures: tuple[str, ...]) -> None:
    assert compute(Task.RATIO, [made_fact(figure) for figure in figures], way) is None


def test_units_are_never_mixed_in_a_mean() -> None:
    assert compute(Task.AVERAGE, [made_fact("3家"), made_fact("5人")]) is None


@pytest.mark.parametrize("figures", [("3家", "5人"), ("3亿元", "5家", "2家"), ("2个百分点", "41%")])
def test_units_are_never_mixed_in_a_sum(figures: tuple[str, ...]) -> None:
    assert compute(Task.SUM, [made_fact(figure) for figure in figures]) is None


def test_points_are_added_to_the_level_that_fell_by_them() -> None:
    computed = compute(Task.SUM, [made_fact("66%"), made_fact("4个百分点")])

    assert computed is not None
    assert (computed.result, computed.unit) == ("70%", "%")


def test_a_fall_and_a_rise_lie_as_far_apart_as_both_together() -> None:
    fall = replace(made_fact("2.3%"), value=Decimal("-2.3"))
    computed = compute(Task.DIFFERENCE, [made_fact("5.6%"), fall])

    assert computed is not None
    assert computed.expression == "5.6%-(-2.3%)=7.9个百分点"


@pytest.mark.parametrize(
    ("task", "way", "figures", "result", "expression"),
    [
        (Task.DIFFERENCE, REST, ("48家", "13家"), "35家", "48家-13家=35家"),
        (Task.DIFFERENCE, REST, ("48家", "13家", "9家"), "26家", "48家-(13家+9家)=26家"),
        (Task.DIFFERENCE, REST, ("120人", "20名"), "100人", "120人-20名=100人"),
        (Task.DIFFERENCE, REST, ("12亿元", "3000万元"), "11.7亿元", "12亿元-3000万元=11.7亿元"),
        (Task.RATIO, EACH, ("60万人次", "30家"), "平均每家2万人次", "60万人次÷30家=每家2万人次"),
        (Task.RATIO, EACH, ("12亿元", "5年"), "平均每年2.4亿元", "12亿元÷5年=每年2.4亿元"),
        (Task.RATIO, EACH, ("12亿元", "48家"), "平均每家2500万元", "12亿元÷48家=每家2500万元"),
        (Task.RATIO, EACH, ("3000元", "7人"), "平均每人约428.57元", "3000元÷7人≈每人428.57元"),
        (Task.RATIO, PART, ("50亿元", "40%"), "约20亿元", "50亿元×40%=20亿元"),
        (Task.RATIO, PART, ("325家", "61.2%"), "约199家", "325家×61.2%≈199家"),
        (Task.RATIO, BEFORE, ("125亿元", "25%"), "约100亿元", "125亿元÷(1+25%)=100亿元"),
        (Task.RATIO, BEFORE, ("120家", "7%"), "约112家", "120家÷(1+7%)≈112家"),
        (Task.RATIO, BEFORE, ("120亿元", "1.5倍"), "约80亿元", "120亿元÷1.5倍=80亿元"),
        (
            Task.DIFFERENCE,
            f"{SPAN}天",
            ("2023年6月30日", "2023年3月1日"),
            "121天",
            "2023年6月30日-2023年3月1日=121天",
        ),
        (Task.DIFFERENCE, f"{SPAN}月", ("2019年3月", "2023年6月30日"), "51个月", "2023年6月30日-2019年3月=51个月"),
        (Task.DIFFERENCE, f"{SPAN}年", ("2019年", "2023年6月"), "4年", "2023年6月-2019年=4年"),
    ],
)
def test_what_figures_imply_is_shown_with_how_it_comes_about(
    task: Task, way: str, figures: tuple[str, ...], result: str, expression: str
) -> None:
    computed = compute(task, [made_fact(figure) for figure in figures], way)

    assert computed is not None
    assert (computed.result, computed.expression) == (result, expression)
    assert computation_holds(expression, [",".join(figures)])


@pytest.mark.parametrize(
    ("task", "way", "figures"),
    [
        (Task.DIFFERENCE, REST, ("13家", "48家")),
        (Task.DIFFERENCE, REST, ("48家", "30家", "30家")),
        (Task.DIFFERENCE, REST, ("48家", "13项")),
        (Task.DIFFERENCE, REST, ("48家", "5-8家")),
        (Task.RATIO, EACH, ("48家", "12亿元")),
        (Task.RATIO, EACH, ("12亿元", "300平方米")),
        (Task.RATIO, EACH, ("12%", "5家")),
        (Task.RATIO, EACH, ("5家", "5家")),
        (Task.RATIO, EACH, ("1200人", "7名")),
        (Task.RATIO, EACH, ("12亿元", "0家")),
        (Task.RATIO, PART, ("325家", "120%")),
        (Task.RATIO, PART, ("32%", "61%")),
        (Task.RATIO, PART, ("325亿元", "3亿元")),
        (Task.RATIO, BEFORE, ("12%", "3%")),
        (Task.RATIO, BEFORE, ("120亿元", "0倍")),
        (Task.RATIO, BEFORE, ("120亿元", "3亿元")),
        (Task.DIFFERENCE, f"{SPAN}天", ("2023年3月", "2023年6月30日")),
        (Task.DIFFERENCE, f"{SPAN}月", ("2023年", "2023年6月30日")),
        (Task.DIFFERENCE, f"{SPAN}年", ("2023年", "12家")),
        (Task.DIFFERENCE, f"{SPAN}天", ("3月5日", "6月3日")),
        (Task.DIFFERENCE, f"{SPAN}天", ("2023年2月30日", "2023年6月3日")),
    ],
)
def test_what_figures_do_not_imply_is_not_computed(task: Task, way: str, figures: tuple[str, ...]) -> None:
    assert compute(task, [made_fact(figure) for figure in figures], way) is None


def test_a_fall_is_undone_by_dividing_by_what_it_left() -> None:
    fall = replace(made_fact("3%"), value=Decimal(-3))
    computed = compute(Task.RATIO, [made_fact("97亿元"), fall], BEFORE)

    assert computed is not None
    assert computed.expression == "97亿元÷(1-3%)=100亿元"
    assert computed.wording == "由97亿元、下降3%倒推=100亿元"
    assert compute(Task.RATIO, [made_fact("97亿元"), replace(fall, value=Decimal(-100))], BEFORE) is None


AMOUNTS = st.builds(
    "{}{}".format, st.decimals("0.01", 9999, places=2), st.sampled_from(["亿元", "万元", "家", "人", "万吨", "个"])
)
RATES = st.builds("{}%".format, st.decimals("0.1", 200, places=1))
COUNTS = st.builds("{}{}".format, st.integers(1, 9999), st.sampled_from(["家", "户", "个月", "年", "名", "项"]))
DATES = st.dates(date(1990, 1, 1), date(2035, 12, 31)).map(lambda day: f"{day.year}年{day.month}月{day.day}日")
WAYS = st.one_of(
    st.tuples(st.just(Task.DIFFERENCE), st.just(REST), st.lists(AMOUNTS, min_size=2, max_size=4)),
    st.tuples(st.just(Task.RATIO), st.just(EACH), st.tuples(AMOUNTS, COUNTS)),
    st.tuples(st.just(Task.RATIO), st.sampled_from([PART, BEFORE]), st.tuples(AMOUNTS, RATES)),
    st.tuples(st.just(Task.RATIO), st.sampled_from([TIMES, SHARE, GROWTH]), st.tuples(AMOUNTS, AMOUNTS)),
    st.tuples(
        st.just(Task.DIFFERENCE), st.sampled_from([f"{SPAN}{unit}" for unit in "年月天"]), st.tuples(DATES, DATES)
    ),
    st.tuples(
        st.sampled_from([Task.DIFFERENCE, Task.SUM, Task.AVERAGE]),
        st.just(""),
        st.lists(AMOUNTS, min_size=2, max_size=4),
    ),
)


@property_settings(500)
@given(WAYS, st.booleans())
def test_whatever_is_computed_holds(asked: tuple[Task, str, list[str]], falls: bool) -> None:
    task, way, figures = asked
    facts = [made_fact(figure) for figure in figures]
    if way == BEFORE and falls:
        facts[1] = replace(facts[1], value=-facts[1].value)
    computed = compute(task, facts, way)
    quote = ",".join([figures[0], *(f"下降{figure}" if falls else figure for figure in figures[1:])])

    if computed is not None:
        assert computation_holds(computed.expression, [quote]), computed.expression


COARSE = st.builds(
    lambda year, month, day: year * 10000 + month * 100 + day * bool(month),
    st.integers(1900, 2100),
    st.integers(0, 12),
    st.integers(0, 28),
)


@property_settings(300)
@given(COARSE, COARSE, COARSE, st.sampled_from(["年", "月", "天"]))
def test_time_runs_back_as_it_runs_on_and_adds_up(first: int, second: int, third: int, unit: str) -> None:
    there, back = time_between(first, second, unit), time_between(second, first, unit)
    on, all_of_it = time_between(second, third, unit), time_between(first, third, unit)

    assert (there is None) is (back is None)
    if there is not None and back is not None:
        assert there == -back
    if there is not None and on is not None:
        assert all_of_it == there + on


@pytest.mark.parametrize("unit", ["年", "月", "天"])
@pytest.mark.parametrize("day", [305, 230])
def test_no_time_is_told_from_a_date_without_its_year(day: int, unit: str) -> None:
    assert time_between(day, 20230603, unit) is None
    assert time_between(20230603, day, unit) is None


def test_no_days_are_told_from_a_day_that_no_calendar_has() -> None:
    assert time_between(20230230, 20230603, "天") is None
