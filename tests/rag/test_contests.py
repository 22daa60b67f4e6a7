from __future__ import annotations

import pytest
from hypothesis import given

from rag.contests import contest_of
from rag.places_asked import place_index
from rag.question import LONGEST_OF_A_FORM, clean_question
from tests.pieces import mixed_text, property_settings

PLACES = place_index(["天津市东丽区", "天津市西青区"])
Contest = tuple[tuple[str, ...], tuple[str, ...], str]


def contest(question: str) -> Contest | None:
    return contest_of(clean_question(question), PLACES)


@pytest.mark.parametrize(
    "question",
    [
        "东湖镇和西岭镇哪个民宿更多？",
        "东湖镇和西岭镇相比，谁的民宿多？",
        "东湖镇跟西岭镇比，哪边民宿多一些",
        "哪个镇民宿更多，东湖镇还是西岭镇？",
        "民宿多的是东湖镇还是西岭镇？",
        "民宿是东湖镇多还是西岭镇多？",
        "民宿，东湖镇多一些还是西岭镇多？",
        "东湖镇和西岭镇两个镇，民宿最多的是哪个？",
        "东湖镇和西岭镇两个镇中，民宿最多的是谁",
        "说到民宿，东湖镇和西岭镇谁多？",
    ],
)
def test_the_same_is_asked_of_both_sides_in_any_word_order(question: str) -> None:
    assert contest(question) == (("东湖镇的民宿是多少", "西岭镇的民宿是多少"), ("东湖镇", "西岭镇"), "多")


@pytest.mark.parametrize(
    ("question", "texts", "names", "way"),
    [
        (
            "东湖镇、西岭镇和南山镇三个镇，民宿最少的是哪个？",
            ("东湖镇的民宿是多少", "西岭镇的民宿是多少", "南山镇的民宿是多少"),
            ("东湖镇", "西岭镇", "南山镇"),
            "少",
        ),
        (
            "东湖镇、西岭镇，增速垫底的是哪个？",
            ("东湖镇的增速是多少", "西岭镇的增速是多少"),
            ("东湖镇", "西岭镇"),
            "低",
        ),
        (
            "东湖镇和西岭镇，2023年谁的民宿多？",
            ("2023年东湖镇的民宿是多少", "2023年西岭镇的民宿是多少"),
            ("东湖镇", "西岭镇"),
            "多",
        ),
        (
            "2023年民宿是不是比2022年多？",
            ("2023年民宿是多少", "2022年民宿是多少"),
            ("2023年民宿", "2022年民宿"),
            "多",
        ),
        (
            "东湖镇的产量是不是超过西岭镇？",
            ("东湖镇的产量是多少", "西岭镇的产量是多少"),
            ("东湖镇的产量", "西岭镇的产量"),
            "高",
        ),
        (
            "东丽区产值有没有西青区高",
            ("东丽区产值是多少", "西青区产值是多少"),
            ("东丽区产值", "西青区产值"),
            "高",
        ),
        (
            "合同成交额，东丽区和西青区谁定得更高？",
            ("东丽区的合同成交额是多少", "西青区的合同成交额是多少"),
            ("东丽区", "西青区"),
            "高",
        ),
        (
            "镇上的民宿，2023年实际数和2024年目标哪个高",
            ("镇上的民宿2023年实际数是多少", "镇上的民宿2024年目标是多少"),
            ("2023年实际数", "2024年目标"),
            "高",
        ),
        (
            "大杯奶茶东丽区贵还是西青区贵",
            ("东丽区的大杯奶茶是多少", "西青区的大杯奶茶是多少"),
            ("东丽区", "西青区"),
            "贵",
        ),
        ("存款余额和贷款余额哪个多", ("存款余额是多少", "贷款余额是多少"), ("存款余额", "贷款余额"), "多"),
    ],
)
def test_every_side_has_its_question_and_its_name(
    question: str, texts: tuple[str, ...], names: tuple[str, ...], way: str
) -> None:
    assert contest(question) == (texts, names, way)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("东湖镇和西岭镇谁增长得快", "增长了百分之几"),
        ("东湖镇和西岭镇谁产值涨得多", "产值增长了百分之几"),
        ("东湖镇和西岭镇谁降得多", "下降了百分之几"),
        ("东湖镇和西岭镇谁跑得快", "跑了多少"),
    ],
)
def test_a_change_is_asked_for_as_a_change(question: str, asked: str) -> None:
    found = contest(question)

    assert found is not None
    assert found[0] == (f"东湖镇{asked}", f"西岭镇{asked}")


@pytest.mark.parametrize(
    "question",
    [
        "哪个镇民宿最多？",
        "东湖镇有多少家民宿？",
        "东湖镇产量比去年多吗？",
        "东湖镇和西岭镇各有多少家民宿？",
        "高新区和大学城",
        "五个行业,上半年哪个最快？",
        "",
    ],
)
def test_what_names_no_two_sides_is_no_comparison(question: str) -> None:
    assert contest(question) is None


@property_settings(300)
@given(mixed_text)
def test_any_text_is_read_and_no_side_is_without_a_question(text: str) -> None:
    found = contest(text)

    if found is not None:
        texts, names, way = found
        assert len(texts) == len(names) >= 2
        assert all(texts)
        assert way


def test_a_text_longer_than_any_comparison_is_none() -> None:
    question = "东湖镇和南山镇,民宿最多的是哪个"

    assert contest_of(question, PLACES) is not None
    assert contest_of("一" * LONGEST_OF_A_FORM + question, PLACES) is None
