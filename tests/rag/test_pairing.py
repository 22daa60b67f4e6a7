from __future__ import annotations

import pytest

from rag.contract import Turn
from rag.followup import resolve
from rag.places_asked import place_index
from rag.question import Task

PLACES = place_index(["天津市东丽区", "天津市西青区"])
OUTPUT = ("东丽区2023年产值是多少？", "西青区呢？")


def sides(question: str, *earlier: str) -> tuple[Task, tuple[str, ...], tuple[str, ...], str]:
    parts = resolve(question, [Turn(question=one, answer="") for one in earlier], PLACES).parts
    assert parts is not None
    assert parts.asked_before
    return parts.task, parts.texts, parts.names, parts.way


@pytest.mark.parametrize(
    ("question", "task", "way"),
    [
        ("哪个更多？", Task.COMPARE, "更多"),
        ("那哪个区高？", Task.COMPARE, "高"),
        ("谁更低呢", Task.COMPARE, "更低"),
        ("一共呢？", Task.SUM, ""),
        ("两个区加起来是多少？", Task.SUM, ""),
        ("相差多少？", Task.DIFFERENCE, ""),
        ("两者差多少亿元？", Task.DIFFERENCE, ""),
        ("平均呢？", Task.AVERAGE, ""),
    ],
)
def test_earlier_questions_are_the_sides(question: str, task: Task, way: str) -> None:
    texts = ("东丽区2023年产值是多少?", "西青区2023年产值是多少")

    assert sides(question, *OUTPUT) == (task, texts, ("东丽区", "西青区"), way)


def test_years_and_things_are_sides_too() -> None:
    assert sides("哪年更高？", "东丽区2023年产值是多少？", "2022年呢？")[2] == ("2023年", "2022年")
    assert sides("一共呢", "东丽区2023年产值是多少？", "利润呢？")[2] == ("产值", "利润")


def test_all_that_were_asked_alike_are_summed_up() -> None:
    assert sides("合计呢？", *OUTPUT, "2022年呢？")[1][-1] == "西青区2022年产值是多少"
    assert len(sides("合计呢？", *OUTPUT, "2022年呢？")[1]) == 3


def test_an_earlier_comparison_is_no_side() -> None:
    assert sides("一共呢？", *OUTPUT, "哪个更多？")[2] == ("东丽区", "西青区")


def test_a_multiple_of_two_places_is_of_the_figure_asked_before() -> None:
    asked = sides("东丽区是西青区的几倍？", "东丽区2023年产值是多少？")

    assert asked == (
        Task.RATIO,
        ("东丽区2023年产值是多少?", "西青区2023年产值是多少?"),
        ("东丽区", "西青区"),
        "倍",
    )


@pytest.mark.parametrize("question", ["哪个更多？", "一共呢？", "相差多少？"])
def test_one_question_has_no_other_side(question: str) -> None:
    history = [Turn(question="东丽区2023年产值是多少？", answer="")]

    assert resolve(question, history, PLACES).parts is None


@pytest.mark.parametrize("question", ["东丽区和西青区哪个产值更高？", "西青区2022年产值是多少？", "增长了多少？"])
def test_a_question_with_its_own_sides_or_none_is_left_alone(question: str) -> None:
    history = [Turn(question=one, answer="") for one in OUTPUT]

    assert resolve(question, history, PLACES).parts is None


@pytest.mark.parametrize(
    ("question", "task", "names", "way"),
    [
        ("跟西青区比，哪个更多？", Task.COMPARE, ("东丽区", "西青区"), "更多"),
        ("和西青区相比，谁高？", Task.COMPARE, ("东丽区", "西青区"), "高"),
        ("跟去年比，哪个更高？", Task.COMPARE, ("2023年", "2022年"), "更高"),
        ("和2021年比哪个高？", Task.COMPARE, ("2023年", "2021年"), "高"),
        ("西青区比它少多少？", Task.DIFFERENCE, ("西青区", "东丽区"), ""),
        ("它比西青区多多少亿元？", Task.DIFFERENCE, ("东丽区", "西青区"), ""),
        ("比西青区多多少？", Task.DIFFERENCE, ("东丽区", "西青区"), ""),
        ("比2022年多多少？", Task.DIFFERENCE, ("2023年", "2022年"), ""),
    ],
)
def test_the_last_question_is_set_against_another_thing(
    question: str, task: Task, names: tuple[str, ...], way: str
) -> None:
    found = sides(question, "东丽区2023年产值是多少？")

    assert (found[0], found[2], found[3]) == (task, names, way)
    assert all("产值" in text and name in text for name, text in zip(names, found[1], strict=True))


@pytest.mark.parametrize("question", ["比上年多多少？", "它比它多多少？", "比东丽区多多少？"])
def test_no_question_is_set_against_itself_or_its_year_before(question: str) -> None:
    history = [Turn(question="东丽区2023年产值是多少？", answer="")]

    assert resolve(question, history, PLACES).parts is None


@pytest.mark.parametrize("question", ["三个区加起来一共多少？", "这三家公司合起来总共是多少？"])
def test_a_sum_may_be_said_twice(question: str) -> None:
    assert sides(question, *OUTPUT)[0] is Task.SUM
