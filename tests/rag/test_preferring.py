from __future__ import annotations

from dataclasses import replace

import pytest

from index import Status
from rag.preferring import latest_of_row, result_before_target
from rag.question import understand
from rag.ranking import Ranked
from rag.searching import Search
from tests.rag.evidence import made_candidate, made_fact, made_ranked

CERTAIN = {"other_place": 0.0, "other_period": 0.0, "contrast": 0.0, "clause": 0.9, "own": 0.9}


def made_search(question: str, *ranked: Ranked) -> Search:
    return Search(understand(question), [], [], list(ranked))


def target(**changes: object) -> Ranked:
    fact = replace(made_fact("650家", "高新技术企业", "2024年"), id=2, status=Status.TARGET, **changes)  # type: ignore[arg-type]
    return made_ranked(fact, 9.0, **CERTAIN)


def result(indicator: str = "高新技术企业", **features: float) -> Ranked:
    return made_ranked(made_fact("598家", indicator, "2023年"), 8.0, **{**CERTAIN, **features})


def test_a_result_leads_where_no_target_is_asked_for() -> None:
    assert result_before_target(made_search("东丽区高新技术企业有多少家", target(), result())).fact.text == "598家"


@pytest.mark.parametrize(
    "question",
    ["东丽区高新技术企业的目标是多少家", "东丽区力争高新技术企业达到多少家", "东丽区2024年高新技术企业有多少家"],
)
def test_the_target_leads_where_it_is_asked_for_or_of_the_period(question: str) -> None:
    assert result_before_target(made_search(question, target(), result())).fact.text == "650家"


@pytest.mark.parametrize(
    "other",
    [
        result("雏鹰企业", own=0.2, clause=0.2),
        result(other_place=1.0),
        made_ranked(replace(made_fact("598人", "高新技术企业", "2023年")), 8.0, **CERTAIN),
        made_ranked(replace(made_fact("598家", "高新技术企业", "2023年", "天津市西青区")), 8.0, **CERTAIN),
    ],
)
def test_a_result_of_something_else_does_not(other: Ranked) -> None:
    assert result_before_target(made_search("东丽区高新技术企业有多少家", target(), other)).fact.text == "650家"


def test_a_result_worded_otherwise_leads_where_it_has_all_the_words() -> None:
    other = result("全区拥有的高企")

    assert result_before_target(made_search("东丽区高新技术企业有多少家", target(), other)) is other


@pytest.mark.parametrize(("question", "year"), [("甲的营收是多少", 2023), ("甲2022年的营收是多少", 2022)])
def test_the_latest_of_a_row_leads_where_no_time_is_asked_for(question: str, year: int) -> None:
    cells = []
    for number in (2022, 2023):
        fact = replace(made_fact("5元", "甲营收"), period_start=number * 12, period_end=number * 12 + 11)
        candidate = made_candidate(fact, "甲营收\t5\t5")
        cells.append(replace(made_ranked(fact), candidate=candidate))

    assert latest_of_row(made_search(question, *cells), cells[0]).fact.period_start == year * 12
