from __future__ import annotations

import pytest
from hypothesis import given

from index.synonyms import canonical, spelt_out
from index.view import normalise
from tests.pieces import mixed_text, property_settings


@pytest.mark.parametrize(
    ("asked", "stated"),
    [
        ("高企", "高新技术企业"),
        ("“小巨人”企业", "专精特新“小巨人”企业"),
        ("科小", "科技型中小企业"),
        ("R&D强度", "研发投入强度"),
        ("研发支出与地区生产总值之比", "R&D投入强度"),
        ("GDP", "地区生产总值"),
        ("规上工业", "规模以上工业"),
        ("技术合同成交额", "技术合同交易额"),
        ("天津滨海高新技术产业开发区", "天津滨海高新区"),
        (normalise("新能源電池資料"), "新能源电池材料"),
        (normalise("高品質發展"), "高质量发展"),
        (normalise("智慧網聯"), "智能网联"),
    ],
)
def test_words_that_mean_the_same_have_one_form(asked: str, stated: str) -> None:
    assert canonical(asked) == canonical(stated)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("增加值", "增长值"),
        ("总产值", "增加值"),
        ("雏鹰企业", "瞪羚企业"),
        ("进口额", "出口额"),
        ("科技型中小企业", "高新技术企业"),
        ("增长", "下降"),
    ],
)
def test_words_that_differ_stay_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_quotation_marks_do_not_matter() -> None:
    assert canonical("“链主”企业") == canonical("链主企业") == canonical("《链主》企业")


def test_the_longest_word_wins() -> None:
    assert canonical("国科小企业") == canonical("国家科技型中小企业")
    assert canonical("国家科技型中小企业") != canonical("科技型中小企业")


@property_settings(200)
@given(mixed_text)
def test_figures_are_never_changed(text: str) -> None:
    view = normalise(text)

    assert [c for c in canonical(view) if c.isdigit()] == [c for c in view if c.isdigit()]


@pytest.mark.parametrize(
    ("question", "in_full"),
    [
        ("国科小有多少家", "国家科技型中小企业有多少家"),
        ("研发强度是多少", "研发经费占地区生产总值比重是多少"),
        ("R&D投入强度是多少", "研发经费占地区生产总值比重是多少"),
    ],
)
def test_abbreviations_are_written_out(question: str, in_full: str) -> None:
    assert spelt_out(normalise(question)) == in_full


@pytest.mark.parametrize("question", ["民宿有多少家", "国家科技型中小企业有多少家", ""])
def test_what_is_written_out_stays(question: str) -> None:
    assert spelt_out(question) == question
