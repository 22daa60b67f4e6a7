from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.contract import Turn
from rag.followup import resolve
from rag.places_asked import place_index
from tests.pieces import mixed_text, property_settings

PLACES = place_index(["天津市东丽区", "天津市西青区"])
FIRST = Turn(question="东丽区2023年高新技术企业有多少家？", answer="598家[1]。")
COUNT_FIRST = Turn(question="东丽区2023年有多少家高新技术企业？", answer="598家[1]。")


def whole(question: str, *history: Turn) -> str:
    return resolve(question, history, PLACES).text


@pytest.mark.parametrize("first", [FIRST, COUNT_FIRST])
@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("那西青区呢？", ("西青区", "2023年", "高新技术企业"), "东丽区"),
        ("2022年呢？", ("东丽区", "2022年", "高新技术企业"), "2023年"),
        ("西青区2022年呢？", ("西青区", "2022年", "高新技术企业"), "东丽区"),
        ("那2024年的目标呢？", ("东丽区", "2024年", "高新技术企业", "目标"), "2023年"),
        ("其中雏鹰企业有多少家？", ("东丽区", "2023年", "雏鹰企业"), "高新技术企业"),
    ],
)
def test_follow_up_takes_what_it_lacks_from_before(
    first: Turn, question: str, holds: tuple[str, ...], lacks: str
) -> None:
    text = whole(question, first)

    assert all(words in text for words in holds), text
    assert lacks not in text


@pytest.mark.parametrize(
    "question",
    [
        "增速是多少？",
        "占比呢",
        "同比增长多少？",
        "排名第几？",
        "占全市的比重是多少？",
        "同比呢",
        "全市排第几？",
        "在天津市里排第几",
        "同比增了多少？",
    ],
)
def test_attribute_belongs_to_the_indicator_before(question: str) -> None:
    text = whole(question, FIRST)

    assert text.startswith("东丽区2023年高新技术企业")
    assert question.rstrip("？呢") in text


@pytest.mark.parametrize("question", ["增速是多少？", "占比呢"])
def test_attribute_belongs_to_an_indicator_behind_the_interrogative(question: str) -> None:
    assert "高新技术企业" in whole(question, COUNT_FIRST)


def test_another_indicator_takes_the_place_of_the_first() -> None:
    text = whole("雏鹰企业呢？", FIRST)

    assert "东丽区2023年" in text
    assert "雏鹰企业" in text
    assert "高新技术企业" not in text


def test_another_indicator_takes_the_place_of_one_behind_the_interrogative() -> None:
    assert "高新技术企业" not in whole("雏鹰企业呢？", COUNT_FIRST)


def test_chain_of_follow_ups() -> None:
    second = Turn(question="那西青区呢？", answer="136家[1]。")

    assert "西青区2022年高新技术企业" in whole("2022年呢？", FIRST, second)


@pytest.mark.parametrize(
    "question",
    ["西青区2023年规模以上工业总产值是多少亿元？", "天津市东丽区科技局全年完成技术合同登记多少项"],
)
def test_whole_question_is_left_alone(question: str) -> None:
    resolved = resolve(question, [FIRST], PLACES)

    assert (resolved.text, resolved.is_follow_up) == (question, False)


def test_nothing_before_means_nothing_to_follow() -> None:
    assert whole("那西青区呢？") == "那西青区呢？"


def test_answers_before_add_no_figures() -> None:
    assert "598" not in whole("增速是多少？", FIRST)


TURNS = st.lists(st.builds(Turn, question=mixed_text, answer=mixed_text), max_size=3)


@property_settings(200)
@given(mixed_text, TURNS)
def test_any_conversation_resolves_to_text(question: str, history: list[Turn]) -> None:
    resolved = resolve(question, history, PLACES)

    assert resolved.is_follow_up or resolved.text == question


INNS = Turn(question="云溪县2023年民宿有多少家？", answer="120家[1]。")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("离目标还差多少家？", "云溪县2023年民宿,离目标还差多少家"),
        ("不是星级的有多少家？", "云溪县2023年民宿中不是星级的有多少家"),
        ("还没开业的有多少？", "云溪县2023年民宿中还没开业的有多少"),
        ("跟上年比呢？", "云溪县2023年民宿跟上年比提高了多少"),
        ("比去年呢？", "云溪县2023年民宿比去年提高了多少"),
        ("星级的占多少？", "云溪县2023年民宿中星级的占多少"),
        ("其中星级占几成？", "云溪县2023年民宿中星级占几成"),
        ("那目标呢？", "云溪县2023年民宿的目标是多少"),
        ("换成2022年呢？", "云溪县2022年民宿有多少家"),
        ("咁2022年嗰次系几多？", "云溪县2022年民宿有多少家"),
        ("那他们2025年想做到几家？", "云溪县民宿2025年想做到几家"),
        ("周边各市平均呢？", "周边各市平均2023年民宿有多少家"),
        ("那2022年那次普查呢？", "云溪县2022年民宿有多少家"),
    ],
)
def test_what_goes_on_is_about_the_last_figure(question: str, text: str) -> None:
    assert whole(question, INNS).rstrip("?") == text


def test_the_share_of_a_place_is_not_part_of_the_last_figure() -> None:
    assert "中东丽区" not in whole("东丽区占多少？", INNS)


@pytest.mark.parametrize(
    ("first", "question", "text"),
    [
        ("并发64的P50时延是多少？", "P99 呢？", "并发64的P99时延是多少"),
        ("7B模型用FP8的吞吐是多少？", "那34B呢", "34B模型用FP8的吞吐是多少"),
    ],
)
def test_another_model_takes_the_place_of_one_of_its_kind(first: str, question: str, text: str) -> None:
    assert whole(question, Turn(question=first, answer="5")) == text
