from __future__ import annotations

from typing import Any

import pytest

from index import Fact, Role, Status
from rag.conflicts import conflicts_of
from tests.rag.evidence import made_fact, made_ranked

CHOSEN = made_fact("598家", "高新技术企业", id=1)


def other(figure: str = "601家", indicator: str = "高新技术企业", period: str = "2023年", **changes: Any) -> Fact:
    elsewhere: dict[str, Any] = {"id": 2, "sentence": 2, "doc": "b.txt"}
    return made_fact(figure, indicator, period, **(elsewhere | changes))


def conflicting(*facts: Fact, chosen: Fact = CHOSEN) -> list[str]:
    ranked = [made_ranked(chosen, 2.0), *(made_ranked(fact) for fact in facts)]
    return [one.fact.text for one in conflicts_of(ranked[0], ranked)]


def test_another_value_of_the_same_key_conflicts() -> None:
    assert conflicting(other()) == ["601家"]


def test_each_value_is_told_once_best_first() -> None:
    facts = [other("601家"), other("610家", id=3, sentence=3), other("601家", id=4, sentence=4)]

    assert conflicting(*facts) == ["601家", "610家"]


def test_same_value_in_another_unit_is_no_conflict() -> None:
    assert conflicting(other("12050000万元", "生产总值"), chosen=made_fact("1205亿元", "生产总值")) == []


@pytest.mark.parametrize(
    "fact",
    [
        other(place="天津市西青区"),
        other(place=""),
        other(period="2022年"),
        other(period=""),
        other(indicator="雏鹰企业"),
        other("601人"),
        other("60%"),
        other(role=Role.CHANGE),
        other(status=Status.TARGET),
        other(sentence=CHOSEN.sentence),
    ],
    ids=["place", "no place", "year", "no year", "indicator", "unit", "percent", "role", "target", "same sentence"],
)
def test_another_key_is_no_conflict(fact: Fact) -> None:
    assert conflicting(fact) == []


def test_end_of_the_year_and_the_year_are_one_period() -> None:
    assert conflicting(other(period="2023年底")) == ["601家"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("规上工业总产值", "规上工业增加值"),
        ("高新技术产业投资", "高新技术产业增加值"),
        ("技术合同登记额", "技术合同吸纳额"),
    ],
)
def test_other_measures_of_one_thing_do_not_conflict(one: str, two: str) -> None:
    assert conflicting(other("301.5亿元", two), chosen=made_fact("1205亿元", one)) == []


@pytest.mark.parametrize("period", ["2023年上半年", "2023年1-9月", "2023年第一季度", "2022-2023年"])
def test_part_of_the_period_does_not_conflict(period: str) -> None:
    assert conflicting(other(period=period)) == []
