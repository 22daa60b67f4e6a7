"""Which figures are compared, and the bars that show them."""

from __future__ import annotations

import re

import pytest

from rag.contract import Figure
from ui.comparison import comparable, render_comparison
from ui.demo import figure


def counted(place: str, value: float, unit: str = "家", **changes: object) -> Figure:
    base = figure(f"{value:g}{unit}", value, unit, "高新技术企业", 1)
    return base.model_copy(update={"place": place, **changes})


def bars(shown: str) -> list[tuple[float, float]]:
    found = re.findall(r'<rect class="value" x="([\d.]+)" width="([\d.]+)"', shown)
    return [(float(start), float(width)) for start, width in found]


def test_places_are_compared_on_one_scale_from_zero() -> None:
    shown = render_comparison(comparable([counted("东区", 20), counted("西区", 50), counted("南区", 100)]), 3)
    assert bars(shown) == [(0.0, 20.0), (0.0, 50.0), (0.0, 100.0)]
    assert re.findall(r'<th scope="row">(.*?)</th>', shown) == ["东区", "西区", "南区"]
    assert ">0</span><span>100家</span>" in shown and 'aria-label="西区 50家"' in shown
    assert "2023年、高新技术企业" in shown and 'href="#t3c1"' in shown


def test_rows_are_named_by_their_sides_and_say_what_else_differs() -> None:
    east = counted("天津市东区", 20, subject="东区", period="2023年底", indicator="高新技术企业总数")
    west = counted("天津市西区", 50, subject="西区")
    shown = render_comparison(comparable([east, west]), 1)
    heads = re.findall(r'<th scope="row">(.*?)</th>', shown)
    assert heads[0] == '东区<span class="about">2023年底 · 高新技术企业总数</span>'
    assert heads[1] == '西区<span class="about">2023年 · 高新技术企业</span>' and ">比较的各边<" in shown


def test_rows_without_sides_are_named_by_what_alone_tells_them_apart() -> None:
    rows = comparable([counted("东区", 20, period=""), counted("西区", 50)])
    shown = render_comparison(rows, 1)
    assert re.findall(r'<th scope="row">(.*?)</th>', shown) == ["东区", '西区<span class="about">2023年</span>']


def test_rows_that_nothing_tells_apart_alone_are_named_by_all_that_differs() -> None:
    rows = comparable([counted("东区", 20), counted("东区", 30, period="2022年"), counted("西区", 50)])
    shown = render_comparison(rows, 1)
    assert re.findall(r'<th scope="row">(.*?)</th>', shown) == ["东区 · 2023年", "东区 · 2022年", "西区 · 2023年"]


def test_a_fall_goes_to_the_left_of_zero() -> None:
    rows = comparable([counted("东区", -50, "%"), counted("西区", 50, "%")])
    assert bars(render_comparison(rows, 1)) == [(0.0, 50.0), (50.0, 50.0)]


def test_large_amounts_have_a_scale_in_yi() -> None:
    shown = render_comparison(comparable([counted("东区", 9.5e9, "元"), counted("西区", 9.1e9, "元")]), 1)
    assert "<span>100亿元</span>" in shown


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [counted("东区", 20)],
        [counted("东区", 20), counted("西区", 3, "%")],
        [counted("东区", 1, "排名"), counted("西区", 4, "排名")],
        [counted("东区", 20), counted("东区", 30)],
        [counted("东区", 20), counted("西区", 30, citation=0)],
        [counted("东区", 20), counted("西区", 30, verified=False)],
        [counted("东区", 20), counted("西区", float("inf"))],
    ],
)
def test_what_cannot_be_compared_is_no_table(rows: list[Figure]) -> None:
    assert comparable(rows) == () and render_comparison(comparable(rows), 1) == ""


def test_nothing_of_a_document_becomes_markup() -> None:
    evil = '"><script>alert(1)</script>'
    rows = comparable([counted(f"东{evil}", 20, text=f"20{evil}"), counted("西区", 30, indicator=evil)])
    assert rows and "<script" not in render_comparison(rows, 1)
