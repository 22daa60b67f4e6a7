from __future__ import annotations

import pytest
from hypothesis import given

from rag.spoken import standard_wording
from tests.pieces import mixed_text, property_settings


@pytest.mark.parametrize(
    ("spoken", "standard"),
    [
        ("有几多人报名", "有多少人报名"),
        ("成长几趴", "成长百分之几"),
        ("占几多个百分比", "占百分之几"),
        ("几时开幕", "什么时候开幕"),
        ("比率有几高?", "比率有多高?"),
        ("由几长减到几长", "由多长减到多长"),
        ("多少号人", "多少人"),
        ("走几个钟头", "走几个小时"),
        ("而家有多少", "现在有多少"),
        ("什么时候破的土", "什么时候破土"),
        ("两个镇,边区较多", "两个镇,哪个区较多"),
        ("嗰次系几多", "那次是多少"),
        ("使几多钱喺交通", "花多少钱在交通"),
        ("非周末的话收多少", "平日收多少"),
        ("头三个月卖了多少", "一季度卖了多少"),
    ],
)
def test_dialect_becomes_standard(spoken: str, standard: str) -> None:
    assert standard_wording(spoken) == standard


@pytest.mark.parametrize(
    "view",
    [
        "几大产业产值是多少",
        "陕甘宁边区有多少人",
        "体系是什么",
        "有几所高校",
        "几高校合作",
        "占百分之几",
        "增长几个百分点",
    ],
)
def test_standard_words_are_left_alone(view: str) -> None:
    assert standard_wording(view) == view


@property_settings(100)
@given(mixed_text)
def test_second_pass_changes_nothing(text: str) -> None:
    once = standard_wording(text)

    assert standard_wording(once) == once
