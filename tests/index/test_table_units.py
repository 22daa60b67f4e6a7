from __future__ import annotations

import pytest

from index.table_units import CaptionUnits, caption_units, is_listed, is_unit, unit_of_cell, unit_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("万吨", ("万", "吨")),
        ("千瓦", ("", "千瓦")),
        ("万TEU", ("万", "TEU")),
        ("元/平方米·月", ("", "元/平方米·月")),
        ("万元(人民币)", ("万", "元")),
        ("新台币千元", ("千", "元")),
        ("台/套", ("", "台")),
        ("kV", ("", "kV")),
        ("筒", ("", "筒")),
    ],
)
def test_a_unit_has_a_scale_and_a_name(text: str, parts: tuple[str, str]) -> None:
    assert unit_parts(text) == parts


@pytest.mark.parametrize("text", ["含税", "max", "GDP", "节选", "按现价", ""])
def test_remarks_are_no_units(text: str) -> None:
    assert not is_unit(text)


def test_a_symbol_is_a_unit_that_is_not_listed() -> None:
    assert is_unit("kV")
    assert not is_listed("kV")


@pytest.mark.parametrize(
    ("caption", "units"),
    [
        ("支出情况(单位:万元)", CaptionUnits(("万元",))),
        ("单位:元(新台币)", CaptionUnits(("元(新台币)",))),
        ("单位:万元币种:人民币", CaptionUnits(("万元",))),
        ("单位:辆、万元", CaptionUnits(("辆", "万元"))),
        ("单位:万吨(集装箱、滚装为万标箱)", CaptionUnits(("万吨",), (("集装箱", "万标箱"), ("滚装", "万标箱")))),
        ("单位:间(房租为元/平方米·月)", CaptionUnits(("间",), (("房租", "元/平方米·月"),))),
        ("单位:户数,户;收入、支出,万元", CaptionUnits((), (("户数", "户"), ("收入", "万元"), ("支出", "万元")))),
        ("单位:水位:米,流量:立方米/秒", CaptionUnits((), (("水位", "米"), ("流量", "立方米/秒")))),
        ("单位:库容亿立方米;流量立方米每秒", CaptionUnits((), (("库容", "亿立方米"), ("流量", "立方米每秒")))),
        ("数量单位:台 金额单位:万元", CaptionUnits((), (("数量", "台"), ("金额", "万元")))),
        ("单位产品能耗(千克/吨)", CaptionUnits(("千克/吨",))),
        ("各县(区)主要指标", CaptionUnits()),
    ],
)
def test_units_of_a_caption(caption: str, units: CaptionUnits) -> None:
    assert caption_units(caption) == units


@pytest.mark.parametrize(
    ("caption", "head", "label", "unit"),
    [
        ("单位:辆、万元", "购车补贴", "北区", "万元"),
        ("单位:辆、万元", "淘汰老旧车", "北区", "辆"),
        ("单位:万吨(集装箱为万标箱)", "", "集装箱吞吐量", "万标箱"),
        ("单位:万吨(集装箱为万标箱)", "", "货物吞吐量", "万吨"),
        ("单位:产值,亿元;增速,%", "产值增速", "南区", "%"),
        ("单位:家、万人、亿元", "从业人员", "南区", "万人"),
        ("单位:家、万人、亿元", "绿地", "南区", ""),
        ("单位:家、亿元、件", "省级专精特新", "南区", "家"),
        ("单位:家、亿元、件", "发明专利授权量", "南区", "件"),
        ("单位:万元", "户数", "南区", "户"),
        ("单位:间、元/平方米·月", "租金", "甲苑", "元/平方米·月"),
        ("借阅情况", "进馆人次", "东馆", "人次"),
        ("借阅情况", "", "借阅册次", "册次"),
        ("单位:万人次", "进馆人次", "东馆", "万人次"),
    ],
)
def test_the_caption_gives_each_cell_its_unit(caption: str, head: str, label: str, unit: str) -> None:
    assert unit_of_cell(caption_units(caption), head, label) == unit
