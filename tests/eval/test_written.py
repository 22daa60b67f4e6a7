"""Values the way people write them."""

from __future__ import annotations

import pytest

from eval.goldset import GoldValue
from eval.written import parse_sides, parse_value, values_in, write_sides, write_value
from index.errors import UserError


def value(number: object, unit: str) -> GoldValue:
    return GoldValue.model_validate({"value": number, "unit": unit})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("121.3亿元", value(121.3, "亿元")),
        ("近185.6 亿元", value(185.6, "亿元")),
        ("2300余家", value(2300, "家")),
        ("2。49%", value(2.49, "%")),
        ("1,205.5万元", value(1205.5, "万元")),
        ("六成以上", value(60, "%")),
        ("-0.3%", value(-0.3, "%")),
        ("1/5", value("1/5", "")),
        ("第4", value(4, "排名")),
        ("第4名", value(4, "排名")),
        ("2023年10月15日", value("2023-10-15", "date")),
        ("2023-10", value("2023-10", "date")),
        ("2023年", value("2023", "date")),
        ("2023", value(2023, "")),
        ("5碗", value(5, "碗")),
    ],
)
def test_a_value_is_read_and_written_back(text: str, expected: GoldValue) -> None:
    assert parse_value(text) == (expected,)
    assert parse_value(write_value(expected)) == (expected,)


def test_both_ends_of_a_range_are_wanted() -> None:
    assert parse_value("5-8家") == (value(5, "家"), value(8, "家"))


@pytest.mark.parametrize("text", ["很多", "3家5项", "2023-13", "约有36家企业", ""])
def test_what_is_no_single_value_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(UserError, match=f"答案“{text}”不是"):
        parse_value(text)


def test_sides_are_parted_by_a_line_of_its_own() -> None:
    sides = parse_sides(["36家", "", "12.5%", " 或 ", "38家"])
    assert sides == ((value(36, "家"), value(12.5, "%")), (value(38, "家"),))
    assert write_sides(sides) == ("36家", "12.5%", "或", "38家")
    assert parse_sides(write_sides(sides)) == sides
    assert parse_sides(["", "或"]) == ()


def test_figures_of_a_text_are_taken_as_written_and_citation_marks_are_none() -> None:
    assert values_in("近0.25亿元[1]，居全市第4[12]，0.25亿元") == (value(0.25, "亿元"), value(4, "排名"))
