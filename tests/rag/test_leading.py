from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from index import Role
from rag.arithmetic import compute
from rag.composing import figure_text
from rag.contract import Figure
from rag.entities import EntityQuestion, entity_question
from rag.leading import lead_of, listed
from rag.places_asked import place_index
from rag.question import Task, understand
from rag.ranking import Ranked
from rag.searching import Reading, Search
from tests.rag.evidence import made_candidate, made_fact, made_ranked

PLACES = place_index(["天津市东丽区", "天津市西青区"])


def asked(question: str) -> EntityQuestion:
    found = entity_question(question, PLACES)
    assert found is not None
    return found


def said(text: str, sentence: str = "", period: str = "2023年", **changes: object) -> Ranked:
    view = sentence or text
    start = view.index(text)
    fact = replace(made_fact(text, period=period), view_start=start, view_end=start + len(text), **changes)  # type: ignore[arg-type]
    return replace(made_ranked(fact), candidate=made_candidate(fact, view))


def figures_of(reading: Reading) -> list[Figure]:
    return [
        Figure(
            text=figure_text(one.fact, one.candidate.sentence),
            value=float(one.fact.value),
            unit=one.fact.unit,
            indicator="",
            place="",
            period=one.fact.period,
            qualifier="",
            citation=number,
            verified=True,
            subject=name,
        )
        for number, (name, one) in enumerate(zip(reading.names, reading.chosen, strict=True), start=1)
    ]


def lead(question: EntityQuestion, names: Sequence[str], *chosen: Ranked) -> str:
    reading = listed(Reading(Task.RANKING, (), chosen, tuple(names), question.way, entity_question=question))
    return lead_of(reading, figures_of(reading), None)


def comparison(question: str, way: str, *chosen: Ranked) -> str:
    search = Search(understand(question), [], [], list(chosen))
    reading = Reading(Task.COMPARE, (search, search), chosen, ("甲", "乙"), way)
    return lead_of(reading, figures_of(reading), None)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("哪个区的企业最多", "丙最多:9家[1];甲:5家[2];乙:2家[3]。"),
        ("哪个区的企业最少", "乙最少:2家[1];甲:5家[2];丙:9家[3]。"),
        ("企业最多的两个区是哪些", "丙:9家[1];甲:5家[2]。其余:乙:2家[3]。"),
        ("有哪些区的企业超过3家", "超过3家的有:丙:9家[1];甲:5家[2]。"),
        ("有几个区的企业超过3家", "2个超过3家的有:丙:9家[1];甲:5家[2]。"),
        ("有哪些区的企业不足3家", "不足3家的有:乙:2家[1]。"),
        ("有哪些区的企业超过30家", "文档里有这项数据的,没有一个超过30家:丙:9家[1];甲:5家[2];乙:2家[3]。"),
    ],
)
def test_everyone_is_said_in_the_order_asked(question: str, sentence: str) -> None:
    assert lead(asked(question), ("甲", "乙", "丙"), said("5家"), said("2家"), said("9家")) == sentence


def test_two_that_have_the_same_share_the_place() -> None:
    assert lead(asked("哪个区的企业最多"), ("甲", "乙"), said("5家"), said("5家")).startswith(
        "并列:甲:5家[1];乙:5家[2]"
    )


def test_figures_of_several_periods_are_told_apart() -> None:
    sides = said("5家"), said("2家", period="2022年")
    named = Search(understand("企业是多少"), [], [], list(sides))
    question = asked("哪个区的企业最多")
    reading = Reading(Task.RANKING, (named, named), sides, ("甲", "乙"), "多", entity_question=question)

    assert lead_of(reading, figures_of(reading), None).endswith("注意:各数字的时期不同。")


@pytest.mark.parametrize(("period", "ending"), [("2022年", "7家。注意:各数字的时期不同。"), ("2023年", "7家。")])
def test_a_sum_over_several_periods_says_so(period: str, ending: str) -> None:
    sides = said("5家"), said("2家", period=period)
    named = Search(understand("企业是多少"), [], [], list(sides))
    reading = Reading(Task.SUM, (named, named), sides, ("甲", "乙"))
    computation = compute(Task.SUM, [one.fact for one in sides])

    assert lead_of(reading, figures_of(reading), computation).endswith(ending)


def test_a_fall_is_below_every_rise_unless_falls_are_asked_about() -> None:
    fall = said("8%", "产值同比下降8%", role=Role.CHANGE)
    rise = said("5%", "产值同比增长5%", role=Role.CHANGE)

    assert comparison("甲和乙增速哪个更高", "高", fall, rise).startswith("乙:5%[2],高;甲:下降8%[1]")
    assert comparison("甲和乙降幅哪个更大", "大", fall, rise).startswith("甲:下降8%[1],大")
