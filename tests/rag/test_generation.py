"""What a model's wording must hold to be shown, checked without a model."""

from __future__ import annotations

import pytest

from rag.contract import Answer, Citation, Figure, Mode
from rag.generation import _leads_with_another, _problem, _with_marks, _within_budget

QUESTION = "2023年东丽区高端装备产业链产值是多少?"
QUOTE = "2023年,东丽区高端装备产业链全年完成工业产值121.3亿元,同比增长34.9%"


@pytest.fixture
def answer() -> Answer:
    citation = Citation(
        n=1, doc="a.txt", title="标题", published=None, section="", start=0, end=len(QUOTE), quote=QUOTE
    )
    figure = Figure(
        text="121.3亿元",
        value=12130000000.0,
        unit="元",
        indicator="工业产值",
        place="东丽区",
        period="2023年",
        qualifier="",
        citation=1,
        verified=True,
    )
    return Answer(
        question=QUESTION,
        answer="121.3亿元[1]。",
        refused=False,
        refusal_reason=None,
        mode=Mode.EXTRACTIVE,
        model=None,
        citations=[citation],
        figures=[figure],
        conflicts=[],
        timings_ms={},
    )


def test_a_faithful_wording_is_accepted(answer: Answer) -> None:
    assert _problem("2023年该产业链产值为121.3亿元[1]。", QUESTION, "121.3亿元[1]。", answer) == ""


@pytest.mark.parametrize(
    "draft",
    ["", "产值约为130亿元[1]。", "产值同比增长34.9%,达121.3亿元[1]。", "产值很高[1]。"],
    ids=["empty", "unproved figure", "another figure first", "figure dropped"],
)
def test_a_wording_that_changes_the_answer_is_not_shown(answer: Answer, draft: str) -> None:
    assert _problem(draft, QUESTION, "121.3亿元[1]。", answer)


def test_dropped_citation_marks_are_put_back(answer: Answer) -> None:
    assert _with_marks("产值为121.3亿元。", answer) == "产值为121.3亿元[1]。"
    assert _with_marks("产值为121.3亿元[1]。", answer) == "产值为121.3亿元[1]。"


def test_figures_of_the_question_do_not_count_as_the_lead(answer: Answer) -> None:
    assert not _leads_with_another("2023年为121.3亿元", QUESTION, answer)
    assert _leads_with_another("增长34.9%到121.3亿元", QUESTION, answer)


def test_quotes_stay_within_the_token_budget_but_one_is_always_kept() -> None:
    assert len(_within_budget(["东丽区高端装备" * 600, "短"])) == 1
    assert _within_budget(["短", "也短"]) == ["短", "也短"]
