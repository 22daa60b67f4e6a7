from __future__ import annotations

import pytest

from rag.asked_nouns import ANY_COUNT, begins_with_noun, is_listed, noun_at_end, noun_behind, noun_in_front


@pytest.mark.parametrize(
    ("view", "noun", "unit"),
    [
        ("厂里有多少工人", "工人", "人"),
        ("养了几个博士", "博士", "人"),
        ("帮了多少付不起学费的学生", "学生", "人"),
        ("有多少床位", "床位", "张"),
        ("拿到多少善款", "善款", "元"),
        ("提供多少个岗位", "岗位", ANY_COUNT),
    ],
)
def test_noun_behind_the_interrogative(view: str, noun: str, unit: str) -> None:
    found = noun_behind(view)

    assert found is not None
    assert (found.text, found.unit, view[found.start : found.end]) == (noun, unit, noun)


@pytest.mark.parametrize("view", ["占几成的工人", "一共多少", "投产是几月", "多少,工人"])
def test_no_noun_behind_the_interrogative(view: str) -> None:
    assert noun_behind(view) is None


@pytest.mark.parametrize(
    ("view", "noun", "is_quantity"),
    [
        ("一个月房租多少", "房租", True),
        ("公司去年的营业额一共是多少?", "营业额", True),
        ("车间里工人有多少", "工人", False),
        ("出席率有多高", "率", True),
    ],
)
def test_noun_in_front_of_the_interrogative(view: str, noun: str, is_quantity: bool) -> None:
    found = noun_in_front(view)

    assert found is not None
    assert (found.text, found.is_quantity) == (noun, is_quantity)


def test_noun_that_only_modifies_is_not_asked_for() -> None:
    assert noun_in_front("投进工厂的有多少") is None


@pytest.mark.parametrize("view", ["安家补贴标准是多少", "技术合同的目标是多少"])
def test_thing_that_is_measured_is_not_counted(view: str) -> None:
    assert noun_in_front(view) is None


def test_noun_a_phrase_ends_with() -> None:
    found = noun_at_end("雏鹰企业")

    assert found is not None
    assert (found.text, found.start) == ("企业", 2)
    assert noun_at_end("雏鹰企业里") is None


def test_measure_word_is_told_from_the_noun_it_begins() -> None:
    assert begins_with_noun("项目", 1)
    assert not begins_with_noun("项市级课题", 1)


def test_listed_words_are_told_from_others() -> None:
    assert is_listed("工人")
    assert not is_listed("石桥")
