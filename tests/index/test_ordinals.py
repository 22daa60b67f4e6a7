"""Dates and ranks among the figures of a text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from index.ordinals import date_value
from index.quantities import find_quantities
from tests.index.test_quantities import amounts, only


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2023年", 20230000, "year"),
        ("2023年10月", 20231000, "month"),
        ("2024年2月18日", 20240218, "day"),
        ("2024-03-31", 20240331, "day"),
        ("9月28日", 928, "day"),
        ("二〇二三年", 20230000, "year"),
    ],
)
def test_dates_are_one_number(text: str, value: int, precision: str) -> None:
    quantity = only(text)

    assert (quantity.value, quantity.unit, quantity.precision) == (Decimal(value), "date", precision)


def test_months_and_years_may_be_ranges() -> None:
    months, years = only("1-9月"), only("2023—2025年")

    assert (months.value, months.upper, months.unit) == (date_value(0, 1), date_value(0, 9), "date")
    assert (years.value, years.upper, years.unit) == (date_value(2023), date_value(2025), "date")


def test_year_in_front_of_a_month_range_is_a_date() -> None:
    assert {quantity.unit for quantity in find_quantities("2023年1月至9月")} == {"date"}


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("居全省第30,", 30),
        ("全市各区排名第四", 4),
        ("居全市第4", 4),
        ("位列第15名", 15),
        ("数量排到了全省第一", 1),
        ("跃居全省第二位", 2),
    ],
)
def test_rank_is_a_figure(text: str, rank: int) -> None:
    assert amounts(text) == [(Decimal(rank), "排名")]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("11日22时出现洪峰", [("11日", "11", None)]),
        ("截至8日", [("8日", "8", None)]),
        ("9-12日有雨", [("9-12日", "9", "12")]),
        ("7月9日至12日", [("7月9日至12日", "709", "712")]),
        ("2025年7月28日至8月2日", [("2025年7月28日", "20250728", None), ("8月2日", "802", None)]),
    ],
)
def test_days_without_a_month_of_their_own_are_dates(text: str, figures: list[tuple[str, str, str | None]]) -> None:
    found = [(one.text, str(one.value), one.upper and str(one.upper)) for one in find_quantities(text)]

    assert found == figures
    assert {one.unit for one in find_quantities(text)} == {"date"}


@pytest.mark.parametrize("text", ["收到通知后30日内", "10至15日内办结", "每周工作5日"])
def test_days_that_last_are_no_dates(text: str) -> None:
    assert only(text).unit == "天"
