from __future__ import annotations

import pytest
from hypothesis import given

from rag.decompose import Parts, decompose
from rag.places_asked import place_index
from rag.question import Task
from tests.pieces import mixed_text, property_settings

PLACES = place_index(["天津市东丽区", "天津市西青区", "安徽省马鞍山市当涂县", "山西省运城市盐湖高新区"])


def parts_of(question: str) -> Parts:
    return decompose(question, PLACES)


def test_one_question_stays_one() -> None:
    parts = parts_of("请问东丽区2023年有多少家高新技术企业？")

    assert (parts.task, parts.texts) == (Task.LOOKUP, ("东丽区2023年有多少家高新技术企业?",))


@pytest.mark.parametrize(
    ("question", "way"),
    [
        ("东丽区和西青区哪个雏鹰企业更多？", "多"),
        ("东丽区与西青区相比，谁的雏鹰企业多？", "多"),
        ("东丽区、西青区哪个区的雏鹰企业少", "少"),
    ],
)
def test_comparison_asks_each_side_for_the_indicator(question: str, way: str) -> None:
    parts = parts_of(question)

    assert (parts.task, parts.names) == (Task.COMPARE, ("东丽区", "西青区"))
    assert parts.way.lstrip("更") == way
    for name, text in zip(parts.names, parts.texts, strict=True):
        assert text.startswith(name)
        assert "雏鹰企业" in text
        assert "多少" in text


def test_difference_asks_both_sides_in_the_unit_asked() -> None:
    parts = parts_of("东丽区雏鹰企业比西青区多多少家")

    assert parts.task is Task.DIFFERENCE
    assert [text.replace("的", "") for text in parts.texts] == ["东丽区雏鹰企业是多少家", "西青区雏鹰企业是多少家"]


def test_sum_asks_all_sides() -> None:
    parts = parts_of("东丽区、西青区和当涂县雏鹰企业一共多少家")

    assert parts.task is Task.SUM
    assert [text[:3] for text in parts.texts] == ["东丽区", "西青区", "当涂县"]
    assert all("雏鹰企业" in text and "多少家" in text for text in parts.texts)


def test_several_indicators_of_one_place() -> None:
    parts = parts_of("东丽区2023年高新技术企业和雏鹰企业各有多少家")

    assert parts.task is Task.LOOKUP
    assert [("东丽区" in text, "2023年" in text) for text in parts.texts] == [(True, True)] * 2
    assert ["雏鹰" in text for text in parts.texts] == [False, True]


def test_what_is_to_be_listed_apart_is_asked_apart() -> None:
    parts = parts_of("请分列东丽区与西青区的雏鹰企业数量。")

    assert ["东丽区" in text for text in parts.texts] == [True, False]
    assert all("雏鹰企业数量" in text for text in parts.texts)


def test_several_questions_in_one_sentence() -> None:
    parts = parts_of("东丽区的高新技术企业有多少家，雏鹰企业又有多少家？")

    assert len(parts.texts) == 2
    assert all("东丽区" in text for text in parts.texts)
    assert "雏鹰" not in parts.texts[0]


def test_listed_sectors_are_spelt_out() -> None:
    parts = parts_of("一、二、三产业增加值分别是多少亿元")

    assert [text[:4] for text in parts.texts] == ["第一产业", "第二产业", "第三产业"]


@pytest.mark.parametrize(
    ("question", "described", "text"),
    [
        ("当地哪家公司销量排第二？它去年营收多少", "当地公司销量排第二", "去年营收多少"),
        ("唯一亏本的是哪家企业,亏了多少", "唯一亏本的企业", "亏了多少"),
        ("2015年搬来的是谁？2023年做了多少营收", "2015年搬来", "2023年做了多少营收"),
    ],
)
def test_who_a_figure_is_of_may_be_described_and_asked_too(question: str, described: str, text: str) -> None:
    parts = parts_of(question)

    assert (parts.described, parts.texts) == (described, (text,))


def test_those_days_are_no_question() -> None:
    assert len(parts_of("停电那几天,最大流量和最小流量分别多少").texts) == 2
    assert all("流量" in text for text in parts_of("停电那几天,最大流量和最小流量分别多少").texts)


def test_to_list_apart_may_be_asked_at_the_end() -> None:
    assert parts_of("东丽区2023年的出口额和进口额分别列一下").texts == (
        "东丽区2023年的出口额多少",
        "东丽区2023年的进口额多少",
    )


def test_and_inside_a_name_is_no_conjunction() -> None:
    assert len(parts_of("和平区高新技术企业有多少家").texts) == 1


def test_two_years_of_one_indicator() -> None:
    parts = parts_of("东丽区2023年和2022年产值相差多少")

    assert all("产值" in text for text in parts.texts)
    assert ["2023年" in parts.texts[0], "2022年" in parts.texts[1]] == [True, True]


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        (
            "汽车、钢铁、医药三个产业产值各是多少",
            ("汽车三个产业产值多少", "钢铁三个产业产值多少", "医药三个产业产值多少"),
        ),
        ("云山L7车长和轴距各多少", ("云山L7车长多少", "云山L7轴距多少")),
        (
            "某集团2020、2021、2022三年营收各是多少",
            ("某集团2020年营收多少", "某集团2021年营收多少", "某集团2022年营收多少"),
        ),
        ("2023年火电、风电的发电量各是多少", ("2023年火电的发电量多少", "2023年风电的发电量多少")),
        ("医药产业有多少家企业、产值多少", ("医药产业有多少家企业", "医药产业的产值多少?")),
        ("国产卡有几张,占几成", ("国产卡有几张", "国产卡的占几成?")),
    ],
)
def test_what_listed_figures_share_is_given_to_each(question: str, texts: tuple[str, ...]) -> None:
    assert parts_of(question).texts == texts


@pytest.mark.parametrize(
    "question", ["2023年哪个区产值更低,东丽区还是西青区?", "哪个区2023年产值最低,东丽区还是西青区?"]
)
def test_sides_of_a_comparison_may_come_last(question: str) -> None:
    parts = parts_of(question)

    assert (parts.task, parts.names, parts.way.lstrip("更")) == (Task.COMPARE, ("东丽区", "西青区"), "低")
    assert all("2023年" in text and "产值" in text for text in parts.texts)


def test_second_side_takes_its_owner_from_the_first() -> None:
    parts = parts_of("远山银行2023年末存款余额比贷款余额多多少亿元")

    assert [text.startswith("远山银行2023年末") for text in parts.texts] == [True, True]
    assert "贷款余额" in parts.texts[1]


@property_settings(200)
@given(mixed_text)
def test_parts_of_anything_are_as_many_as_their_names(text: str) -> None:
    parts = parts_of(text)

    assert len(parts.texts) == len(parts.names) >= 1
    assert parts.task is not Task.COMPARE or parts.way
