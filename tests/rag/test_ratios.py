from __future__ import annotations

import pytest

from rag.arithmetic import GROWTH, SHARE, TIMES
from rag.places_asked import place_index
from rag.question import Task
from rag.ratios import ratio_of

PLACES = place_index(["天津市东丽区", "天津市西青区"])


@pytest.mark.parametrize(
    ("question", "way", "texts"),
    [
        ("东丽区雏鹰企业是西青区的几倍?", TIMES, ("东丽区雏鹰企业是多少", "西青区雏鹰企业是多少")),
        ("东丽区的产值数量是西青区产值的多少倍", TIMES, ("东丽区的产值是多少", "西青区产值是多少")),
        (
            "某公司2023年净利润占营业收入的比例是多少?",
            SHARE,
            ("某公司2023年净利润是多少", "某公司2023年营业收入是多少"),
        ),
        (
            "东丽区2023年汽车业务营业收入占全区总营业收入的百分之几",
            SHARE,
            ("东丽区2023年汽车业务营业收入是多少", "东丽区2023年总营业收入是多少"),
        ),
        (
            "东丽区2023年产值比2022年增长了百分之几?",
            GROWTH,
            ("东丽区2023年产值是多少", "东丽区2022年产值是多少"),
        ),
        ("东丽区2023年产值增速是多少?", GROWTH, ("东丽区2023年产值是多少", "东丽区2022年产值是多少")),
        ("东丽区2023年产值同比增长多少", GROWTH, ("东丽区2023年产值是多少", "东丽区2022年产值是多少")),
    ],
)
def test_both_figures_can_be_asked_for_alone(question: str, way: str, texts: tuple[str, str]) -> None:
    parts = ratio_of(question, PLACES)

    assert parts is not None
    assert (parts.task, parts.way, parts.texts) == (Task.RATIO, way, texts)


@pytest.mark.parametrize(
    "question",
    [
        "东丽区2023年产值是多少?",
        "东丽区产值占全市的比重是多少?",
        "东丽区产值占比是多少?",
        "东丽区产值增速是多少?",
        "2021年和2023年产值同比增长多少",
        "",
    ],
)
def test_what_names_no_second_figure_is_no_ratio(question: str) -> None:
    assert ratio_of(question, PLACES) is None


@pytest.mark.parametrize(
    ("question", "texts", "names"),
    [
        ("云溪县民宿中星级民宿占多少?", ("云溪县民宿中星级民宿是多少", "云溪县民宿是多少"), ("星级民宿", "云溪县民宿")),
        (
            "云溪县民宿里,获评星级的占百分之几",
            ("云溪县民宿中获评星级是多少", "云溪县民宿是多少"),
            ("获评星级", "云溪县民宿"),
        ),
        (
            "在册民宿之中外地人经营的大约占几成?",
            ("在册民宿中外地人经营是多少", "在册民宿是多少"),
            ("外地人经营", "在册民宿"),
        ),
        ("园区内餐饮占全部的比例", ("园区中餐饮是多少", "园区是多少"), ("餐饮", "园区")),
    ],
)
def test_a_share_within_a_whole_names_the_whole_first(
    question: str, texts: tuple[str, str], names: tuple[str, str]
) -> None:
    parts = ratio_of(question, PLACES)

    assert parts is not None
    assert (parts.way, parts.texts, parts.names) == (SHARE, texts, names)


@pytest.mark.parametrize("question", ["园区中餐饮占地多少亩", "民宿中占有率多少", "园区里有多少家餐饮"])
def test_what_only_looks_like_a_share_within_is_none(question: str) -> None:
    assert ratio_of(question, PLACES) is None
