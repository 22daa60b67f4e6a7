from __future__ import annotations

import re
from decimal import Decimal

import pytest

from index.units import BASE_UNITS, COUNT_UNITS, DURATION_UNITS, MONEY_UNITS, PERSON_UNITS, UNIT_PATTERN, added_in


@pytest.mark.parametrize(
    ("written", "canonical", "factor"),
    [
        ("平方公里", "平方米", 1_000_000),
        ("公顷", "平方米", 10_000),
        ("公里", "米", 1000),
        ("港币", "港元", 1),
        ("百分点", "个百分点", 1),
        ("千瓦时", "度", 1),
        ("周岁", "岁", 1),
        ("个工作日", "个工作日", 1),
    ],
)
def test_units_as_written_have_one_base(written: str, canonical: str, factor: int) -> None:
    assert BASE_UNITS[written] == (canonical, Decimal(factor))


def test_a_base_unit_is_its_own_base() -> None:
    wrong = {base for base, _ in BASE_UNITS.values() if BASE_UNITS.get(base, (base, Decimal(1))) != (base, Decimal(1))}

    assert wrong == set()


def test_money_duration_and_persons_are_units_that_are_recognised() -> None:
    known = {base for base, _ in BASE_UNITS.values()} | COUNT_UNITS

    assert known >= MONEY_UNITS | DURATION_UNITS | PERSON_UNITS
    assert not MONEY_UNITS & DURATION_UNITS


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("平方米", "平方米"),
        ("平方公里", "平方公里"),
        ("个工作日", "个工作日"),
        ("人次", "人次"),
        ("元/平方米", "元/平方米"),
        ("美元", "美元"),
    ],
)
def test_the_longest_unit_is_recognised(text: str, longest: str) -> None:
    match = re.match(UNIT_PATTERN, text)

    assert match is not None
    assert match.group() == longest


@pytest.mark.parametrize("text", ["mmx", "kWx", "Pro"])
def test_a_latin_unit_is_no_beginning_of_a_word(text: str) -> None:
    assert re.match(UNIT_PATTERN, text) is None


@pytest.mark.parametrize(
    ("unit", "together"),
    [("人", "人"), ("名", "人"), ("位", "人"), ("人次", "人次"), ("户", "户"), ("家", "家"), ("", "")],
)
def test_people_are_added_up_whatever_measure_word_counts_them(unit: str, together: str) -> None:
    assert added_in(unit) == together
