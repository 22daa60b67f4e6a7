from __future__ import annotations

import pytest
from hypothesis import given

from rag.arithmetic import GROWTH, TIMES
from rag.derivations import Asked, Derivation, derivation_of
from rag.question import LONGEST_OF_A_FORM
from tests.pieces import mixed_text, property_settings


def asked(question: str) -> Asked:
    found = derivation_of(question)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("云溪县民宿中不是星级的有多少家？", ("星级",)),
        ("云溪县的茶园里，不属于有机认证的有多少亩？", ("有机认证",)),
        ("云溪县民宿除了星级民宿和农家乐还有多少家？", ("星级民宿", "农家乐")),
        ("云溪县支出扣除教育和医疗这两块，其余有多少亿元？", ("教育", "医疗")),
        ("云溪县120个村里还没有通天然气的有多少个？", ("通天然气",)),
        ("20个项目中未开工的有几个？", ("开工",)),
    ],
)
def test_rest_asks_for_the_whole_and_for_every_part(question: str, names: tuple[str, ...]) -> None:
    found = asked(question)

    assert (found.kind, found.names) == (Derivation.REST, names)
    assert len(found.parts) == len(names)
    assert all(name in part for name, part in zip(names, found.parts, strict=True))
    assert not any(name in found.text for name in names)
    assert all("多少" in text or "几" in text for text in (found.text, *found.parts))


def test_as_many_parts_are_taken_away_as_the_question_counts() -> None:
    two = asked("云溪县支出除了教育、社会保障和就业这两块，其余还有多少亿元？")

    assert two.names == ("教育", "社会保障和就业")


@pytest.mark.parametrize(
    ("question", "text", "target"),
    [
        (
            "云溪县茶叶产值离2025年目标还差多少亿元",
            "云溪县茶叶产值是多少亿元",
            "云溪县茶叶产值2025年目标是多少亿元",
        ),
        ("云溪县绿道要想完成目标还要建多少公里", "云溪县绿道建了多少公里", "云溪县绿道建目标是多少公里"),
        (
            "云溪县还要修多少公里绿道才能完成目标",
            "云溪县修了多少公里绿道",
            "云溪县修目标是多少公里绿道",
        ),
    ],
)
def test_gap_asks_for_the_result_and_for_the_target(question: str, text: str, target: str) -> None:
    found = asked(question)

    assert (found.kind, found.text, found.target) == (Derivation.GAP, text, target)


@pytest.mark.parametrize(
    ("question", "text", "thing"),
    [
        ("云溪县民宿平均每家接待多少人次", "云溪县民宿接待多少人次", "家"),
        ("云溪县平均每家旅行社组团多少人次", "云溪县组团多少人次", "家旅行社"),
        ("云溪县这笔补助平均到每户是多少元", "云溪县这笔补助是多少元", "户"),
        ("五年间云溪县年均新增民宿多少家", "云溪县新增民宿多少家", "年"),
        ("云溪县近三年来平均每年造林多少亩", "云溪县造林多少亩", "年"),
    ],
)
def test_each_asks_for_the_amount_and_says_by_what_it_is_divided(question: str, text: str, thing: str) -> None:
    found = asked(question)

    assert (found.kind, found.text, found.thing) == (Derivation.EACH, text, thing)


@pytest.mark.parametrize(
    ("question", "first", "second", "unit"),
    [
        ("云溪大桥从动工到合龙用了多少个月", "云溪大桥动工是什么时候", "云溪大桥合龙是什么时候", "月"),
        ("云溪大桥从动工到通车，前后历时多少天", "云溪大桥动工是什么时候", "云溪大桥通车是什么时候", "天"),
        ("东线比西线早开工几年", "东线开工是什么时候", "西线开工是什么时候", "年"),
    ],
)
def test_span_asks_when_both_events_were(question: str, first: str, second: str, unit: str) -> None:
    found = asked(question)

    assert (found.kind, found.text, found.target, found.thing) == (Derivation.SPAN, first, second, unit)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("云溪县上年茶叶产量是多少吨", "云溪县茶叶产量是多少吨"),
        ("前一年云溪县有多少家民宿", "云溪县有多少家民宿"),
        ("云溪县绿道覆盖率提高之前的上一年是多少", "云溪县绿道覆盖率是多少"),
        ("上一届云溪茶博会的成交额是多少", "云溪茶博会的成交额是多少"),
    ],
)
def test_before_asks_for_the_same_of_this_year(question: str, text: str) -> None:
    assert asked(question) == Asked(Derivation.BEFORE, text)


@pytest.mark.parametrize(
    ("question", "text", "way"),
    [
        ("云溪县绿道里程增长了百分之几", "云溪县绿道里程是多少", GROWTH),
        ("云溪县绿道里程扩大到原来的几倍", "云溪县绿道里程是多少", TIMES),
        ("云溪县污水管网延长到原来的几倍", "云溪县污水管网是多少", TIMES),
        ("云溪县绿道覆盖率提高了多少个百分点", "云溪县绿道覆盖率是多少%", ""),
        ("云溪县的民宿5年间净增多少家", "云溪县的民宿是多少家", ""),
        ("云溪县绿道一共多出来多少公里？", "云溪县绿道是多少公里", ""),
    ],
)
def test_step_asks_for_the_pair_in_its_way(question: str, text: str, way: str) -> None:
    assert asked(question) == Asked(Derivation.STEP, text, way=way)


@pytest.mark.parametrize(
    "question",
    [
        "云溪县有多少家民宿？",
        "云溪县居民每月平均花多少钱？",
        "云溪县民宿和农家乐各有多少家？",
        "云溪县人均可支配收入是多少元？",
        "哪个镇平均每户收入最高？",
        "东湖镇平均每户收入比西岭镇多多少元？",
        "云溪县茶叶产量比上年增长多少？",
        "云溪县茶叶产量同比增长百分之几？",
        "东湖镇茶叶产量比西岭镇增长了百分之几？",
        "云溪县距离江城有多少公里？",
        "云溪县离江城还差多少公里？",
        "上年是多少",
        "除了？",
        "",
    ],
)
def test_what_follows_from_no_other_figure_is_asked_directly(question: str) -> None:
    assert derivation_of(question) is None


@property_settings(300)
@given(mixed_text)
def test_any_text_is_read_and_what_it_asks_is_complete(text: str) -> None:
    found = derivation_of(text)

    assert found is None or (found.text and len(found.parts) == len(found.names))
    if found is not None and found.kind is Derivation.REST:
        assert found.parts
    if found is not None and found.kind in {Derivation.GAP, Derivation.SPAN}:
        assert found.target
    if found is not None and found.kind in {Derivation.EACH, Derivation.SPAN}:
        assert found.thing


def test_a_text_longer_than_any_such_question_is_none() -> None:
    question = "东湖镇民宿离目标还差多少家？"

    assert derivation_of(question) is not None
    assert derivation_of("一" * LONGEST_OF_A_FORM + question) is None
