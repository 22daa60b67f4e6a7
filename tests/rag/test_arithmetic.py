from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.arithmetic import GROWTH, SHARE, TIMES, compute
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


def test_a_fall_and_a_rise_lie_as_far_apart_as_both_together() -> None:
    fall = replace(made_fact("2.3%"), value=Decimal("-2.3"))
    computed = compute(Task.DIFFERENCE, [made_fact("5.6%"), fall])

    assert computed is not None
    assert computed.expression == "5.6%-(-2.3%)=7.9个百分点"
