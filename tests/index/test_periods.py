from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.periods import UNKNOWN, Period, PeriodMention, compatible, find_periods, whole_year
from index.view import normalise
from tests.pieces import mixed_text, property_settings


def month(year: int, number: int) -> int:
    return year * 12 + number - 1


def only(text: str, reference_year: int | None = None) -> PeriodMention:
    (mention,) = find_periods(normalise(text), reference_year)
    return mention


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023年", (2023, 1), (2023, 12)),
        ("2023年度", (2023, 1), (2023, 12)),
        ("2023年全年", (2023, 1), (2023, 12)),
        ("二〇二三年", (2023, 1), (2023, 12)),
        ("2023年上半年", (2023, 1), (2023, 6)),
        ("2023年下半年", (2023, 7), (2023, 12)),
        ("2023年1-9月", (2023, 1), (2023, 9)),
        ("2023年1月至9月", (2023, 1), (2023, 9)),
        ("2023年1—10月", (2023, 1), (2023, 10)),
        ("2023年前三季度", (2023, 1), (2023, 9)),
        ("2023年三季度", (2023, 7), (2023, 9)),
        ("2023年第四季度", (2023, 10), (2023, 12)),
        ("2023年Q3", (2023, 7), (2023, 9)),
        ("2023年10月", (2023, 10), (2023, 10)),
        ("2023年10月5日", (2023, 10), (2023, 10)),
        ("2019-2024年", (2019, 1), (2024, 12)),
        ("2023—2025年", (2023, 1), (2025, 12)),
        ("2020年至2023年", (2020, 1), (2023, 12)),
    ],
)
def test_period_with_its_year_is_absolute(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    mention = only(text)

    assert (mention.period.start, mention.period.end) == (month(*first), month(*last))
    assert mention.explicit
    assert not mention.is_base


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("今年上半年", (2023, 1), (2023, 6)),
        ("去年", (2022, 1), (2022, 12)),
        ("前年", (2021, 1), (2021, 12)),
        ("明年", (2024, 1), (2024, 12)),
        ("1-9月", (2023, 1), (2023, 9)),
        ("一季度", (2023, 1), (2023, 3)),
        ("下半年", (2023, 7), (2023, 12)),
    ],
)
def test_relative_period_is_resolved_by_the_year_of_the_document(
    text: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    mention = only(text, 2023)

    assert (mention.period.start, mention.period.end) == (month(*first), month(*last))
    assert not mention.explicit


@pytest.mark.parametrize("text", ["今年上半年", "去年", "1-9月", "五年来"])
def test_relative_period_without_a_year_stays_as_written(text: str) -> None:
    mention = only(text)

    assert not mention.period.known
    assert mention.period.text == text
    assert list(mention.period.years) == []


def test_years_back_end_with_the_year_of_the_document() -> None:
    assert list(only("五年来", 2024).period.years)[-1] == 2024
    assert only("2020年以来", 2024).period.end == month(2024, 12)


@pytest.mark.parametrize(
    "text", ["较2021年增长44%", "比上年增长5%", "与2022年相比", "比2021年同期", "由2021年的12家增加"]
)
def test_foot_of_a_comparison_is_no_time_of_a_figure(text: str) -> None:
    assert only(text, 2023).is_base


@pytest.mark.parametrize("text", ["2022年增加值达到12亿元", "2022年增长5.6%", "2022年下降3%", "2022年上半年增速"])
def test_year_of_a_change_is_the_time_of_the_figure(text: str) -> None:
    assert not only(text).is_base


def test_span_is_what_was_written() -> None:
    view = "截至2023年底,共12家"
    (mention,) = find_periods(view, None)

    assert view[mention.start : mention.end] == "2023年底"


def test_compatible_periods_overlap_or_are_unknown() -> None:
    year, half = whole_year(2023), only("2023年上半年").period

    assert compatible(year, half)
    assert compatible(half, year)
    assert not compatible(half, only("2023年下半年").period)
    assert not compatible(year, whole_year(2022))
    assert compatible(year, UNKNOWN)
    assert compatible(UNKNOWN, half)


def test_years_of_a_period() -> None:
    assert list(whole_year(2023).years) == [2023]
    assert list(only("2019-2021年").period.years) == [2019, 2020, 2021]
    assert list(Period(0, 0, "去年").years) == []


@property_settings(200)
@given(st.integers(1950, 2090), st.integers(1, 11), st.data())
def test_any_run_of_months_is_a_range(year: int, first: int, data: st.DataObject) -> None:
    last = data.draw(st.integers(first + 1, 12))
    period = only(f"{year}年{first}-{last}月").period

    assert (period.start, period.end) == (month(year, first), month(year, last))


@property_settings(200)
@given(mixed_text, st.sampled_from([None, 2023]))
def test_mentions_are_in_order_and_run_forwards(text: str, reference_year: int | None) -> None:
    view, position = normalise(text), 0
    for mention in find_periods(view, reference_year):
        assert position <= mention.start < mention.end <= len(view)
        assert mention.period.start <= mention.period.end
        assert mention.period.text
        position = mention.end


def test_the_years_a_record_stands_out_from_are_no_time_of_it() -> None:
    (mention,) = find_periods("降雨量为2016年以来最多", 2024)

    assert mention.is_base
    assert not find_periods("2016年以来累计降雨", 2024)[0].is_base


def test_the_season_of_hong_kong_and_taiwan_is_a_quarter() -> None:
    (mention,) = find_periods("2026年第一季增加190个", 2025)

    assert mention.period.text == "2026年第一季度"
