from __future__ import annotations

import pytest
from hypothesis import given

from rag.places_asked import place_index
from rag.sides import completed, sides_of
from tests.pieces import mixed_text, property_settings

PLACES = place_index(["天津市东丽区", "天津市西青区"])


@pytest.mark.parametrize(
    ("listed", "sides"),
    [
        ("国家级和省级孵化器", [("国家级", "国家级孵化器"), ("省级", "省级孵化器")]),
        (
            "市级、省级和国家级孵化器",
            [("市级", "市级孵化器"), ("省级", "省级孵化器"), ("国家级", "国家级孵化器")],
        ),
        ("轻型和重型卡车", [("轻型", "轻型卡车"), ("重型", "重型卡车")]),
        ("国家级和孵化器", [("国家级", "国家级"), ("孵化器", "孵化器")]),
        ("A级和教育", [("A级", "A级"), ("教育", "教育")]),
        (
            "渤东港口集团和远山银行的利润",
            [("渤东港口集团", "渤东港口集团的利润"), ("远山银行", "远山银行的利润")],
        ),
        ("东丽区、西青区雏鹰企业", [("东丽区", "东丽区雏鹰企业"), ("西青区", "西青区雏鹰企业")]),
        ("一、二产业", [("第一产业", "第一产业"), ("第二产业", "第二产业")]),
        ("财产和意外险跟寿险", [("财产和意外险", "财产和意外险"), ("寿险", "寿险")]),
        ("产业", []),
        ("", []),
    ],
)
def test_what_the_last_item_shares_is_given_to_each(listed: str, sides: list[tuple[str, str]]) -> None:
    assert sides_of(listed, PLACES) == sides


@pytest.mark.parametrize(
    ("right", "left", "whole"),
    [
        ("2022年", "东丽区2023年产值", "东丽区2022年产值"),
        ("2024年的目标", "东丽区2023年产值", "东丽区2024年产值目标"),
        ("支出", "云溪县2023年财政收入", "云溪县2023年财政支出"),
        ("出口", "东丽区进口", "东丽区出口"),
        ("贷款余额", "远山银行2023年末存款余额", "远山银行2023年末贷款余额"),
        ("西青区", "东丽区2023年产值", "西青区2023年产值"),
        ("西青区", "东丽区的产值", "西青区的产值"),
        ("西青区的利润", "东丽区的产值", "西青区的利润"),
        ("成本", "东丽区馆舍的造价", "东丽区馆舍的成本"),
        ("反对的", "修路这件事,赞成的", "修路这件事,反对的"),
    ],
)
def test_the_second_side_takes_what_it_leaves_to_the_first(right: str, left: str, whole: str) -> None:
    assert completed(right, left, PLACES) == whole


@property_settings(200)
@given(mixed_text, mixed_text)
def test_any_text_has_several_sides_or_none(text: str, other: str) -> None:
    sides = sides_of(text, PLACES)

    assert len(sides) != 1
    assert isinstance(completed(text, other, PLACES), str)
