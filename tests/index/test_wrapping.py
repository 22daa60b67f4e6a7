from __future__ import annotations

import pytest

from tests.index.reports import analysed, fact_of

PAGE = """港口年报
全年完成集装箱吞吐量621万标箱，货物吞吐量突破9
00万吨，同比增长一成多；班列线路拓展到25条，
增长14.8%，辐射内陆城市65个。
"""


@pytest.mark.parametrize(("figure", "unit"), [("突破900万吨", "吨"), ("14.8%", "%")])
def test_a_line_broken_in_a_sentence_goes_on(figure: str, unit: str) -> None:
    assert fact_of(PAGE, figure).unit == unit


def test_quotes_keep_the_break() -> None:
    fact = fact_of(PAGE, "突破900万吨")

    assert PAGE[fact.start : fact.end] == "突破9\n00万吨"


def test_a_bullet_goes_on_behind_a_semicolon() -> None:
    text = "园区简报\n★ 东园：全省第4位，上升一位，新企业2690家；\n每万人专利168件，四园最高。\n★ 西园：全省第5位。\n"

    assert fact_of(text, "168件").sentence == fact_of(text, "2690家").sentence


@pytest.mark.parametrize(
    "text",
    [
        "申报须知\n申请人应当提交身份证明和户籍材料原件；\n经办人应当在三日内完成初步审查工作。\n",
        "名单\n第一批入选的单位有甲公司乙公司丙公司丁公司、\n一、范围\n全县企业。\n",
    ],
)
def test_items_and_headings_stay_lines_of_their_own(text: str) -> None:
    lines = [line for line in text.splitlines() if line]

    assert len(analysed(text).passages) == len(lines)
