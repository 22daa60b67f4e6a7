from __future__ import annotations

import pytest

from index.frames import Setting
from index.headings import combined, heading_of, heads_of
from index.periods import UNKNOWN, Period, whole_year
from index.records import Status

MONTHLY = Setting("", Period(2023 * 12 + 10, 2023 * 12 + 10, "2023年11月"), "", 2024, 0)
YEARLY = Setting("宁州市", whole_year(2023), "", 2023, 0)


@pytest.mark.parametrize(
    ("text", "measure", "unit", "period"),
    [
        ("11月", "", "", "2023年11月"),
        ("1-11月累计", "", "", "2023年1-11月"),
        ("累计", "", "", "2023年1-11月"),
        ("全年计划", "", "", "2023年"),
        ("2023H1", "", "", "2023年上半年"),
        ("11月同比(%)", "同比", "%", "2023年11月"),
        ("latency(ms)", "latency", "ms", None),
        ("毛利率(含税)", "毛利率(含税)", "", None),
    ],
)
def test_what_a_head_says(text: str, measure: str, unit: str, period: str | None) -> None:
    head = heading_of(text, "", MONTHLY)

    assert (head.measure, head.unit) == (measure, unit)
    assert (head.period.text if head.period else None) == period


@pytest.mark.parametrize(
    ("text", "status"),
    [("2026E", Status.ESTIMATE), ("全年计划", Status.TARGET), ("完成计划(%)", Status.RESULT), ("2023A", Status.RESULT)],
)
def test_plans_and_forecasts(text: str, status: Status) -> None:
    assert heading_of(text, "", MONTHLY).status is status


@pytest.mark.parametrize("text", ["同比(%)", "较上旬末增减", "比年初增加", "累计增长%", "完成计划(%)", "名次"])
def test_asides_speak_of_the_column_before(text: str) -> None:
    assert heading_of(text, "", MONTHLY).is_aside


def test_an_aside_has_the_time_of_its_column() -> None:
    heads = heads_of(("指标", "11月", "1-11月累计", "同比(%)", "累计同比(%)", "完成计划(%)"), MONTHLY)

    assert [head.period.text for head in heads[3:] if head.period] == ["2023年11月", "2023年1-11月", "2023年1-11月"]


def test_an_aside_of_two_years_is_of_the_later() -> None:
    heads = heads_of(("项目", "2023年", "2022年", "增减(%)"), YEARLY)

    assert heads[-1].period == whole_year(2023)


@pytest.mark.parametrize(
    ("label", "head", "text"),
    [
        (Period(2024 * 12, 2024 * 12 + 2, "2024年第1季度"), whole_year(2022), "2022年第1季度"),
        (whole_year(2021), None, "2021年"),
        (None, whole_year(2021), "2021年"),
    ],
)
def test_row_and_column_tell_the_time_together(label: Period | None, head: Period | None, text: str) -> None:
    period = combined(label, head)

    assert period is not None
    assert period.text == text


def test_a_district_of_another_city_of_that_name_is_of_the_own_city() -> None:
    setting = Setting("宁州市", UNKNOWN, "", None, 0)

    assert heading_of("南岸区", "区域", setting).place == "宁州市南岸区"
