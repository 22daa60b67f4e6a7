from __future__ import annotations

from hypothesis import given

from index.cleaning import furniture
from index.structure import Block, blocks_of
from tests.pieces import mixed_text, property_settings

REPORTS = """工作总结 篇1

一、主要成绩
(一)工业经济。全县工业产值12亿元。
(二)农业经济
全县粮食产量3万吨。
二、下一步打算
力争工业产值达到15亿元。

工作总结 篇2

全区新增企业7家,服务企业20家,企业满意度显著提升。
"""


def blocks(text: str) -> list[Block]:
    return blocks_of(text, furniture(text))


def block_with(text: str, words: str) -> Block:
    (found,) = [block for block in blocks(text) if words in block.view.text]
    return found


def test_paragraph_has_the_headings_above_it() -> None:
    assert block_with(REPORTS, "粮食产量").headings == ("工作总结篇1", "一、主要成绩", "(二)农业经济")


def test_heading_of_the_same_level_replaces_the_one_before() -> None:
    headings = block_with(REPORTS, "力争").headings

    assert headings == ("工作总结篇1", "二、下一步打算")


def test_numbered_opening_of_a_paragraph_is_its_heading() -> None:
    assert block_with(REPORTS, "工业产值12亿元").headings[-1] == "(一)工业经济"


def test_a_second_report_on_the_page_starts_anew() -> None:
    first, second = block_with(REPORTS, "粮食产量"), block_with(REPORTS, "新增企业7家")

    assert (first.report, second.report) == (1, 2)
    assert second.headings == ("工作总结篇2",)


def test_a_heading_is_no_sentence() -> None:
    assert block_with(REPORTS, "主要成绩").is_heading
    assert not block_with(REPORTS, "粮食产量").is_heading


def test_furniture_is_in_no_block() -> None:
    text = f"{REPORTS}评论留言\n暂时没有留言\n"

    assert not any("留言" in block.view.text for block in blocks(text))


def test_advert_inside_a_paragraph_is_in_no_view() -> None:
    block = block_with("全县新增,作文网 zUOwEnBa.Net 企业47家,同比增长5%,完成全年目标。\n", "47家")

    assert block.view.text == "全县新增,企业47家,同比增长5%,完成全年目标。"


def test_rows_of_a_table_carry_its_header() -> None:
    text = "2023年主要指标完成情况\n指标\t单位\t2023年\n地区生产总值\t亿元\t1205.5\n财政收入\t亿元\t41.25\n"
    row = block_with(text, "41.25")

    assert row.table_header == ("指标", "单位", "2023年")
    assert not any(block.view.text.startswith("指标") for block in blocks(text)), "the header itself is no row"


def test_rows_between_bars_are_a_table_too() -> None:
    text = "主要指标\n| 指标 | 2023年 |\n| --- | --- |\n| 企业 | 136 |\n| 学校 | 12 |\n"

    assert block_with(text, "136").table_header == ("指标", "2023年")


def test_lines_wrapped_at_a_fixed_width_are_one_paragraph() -> None:
    wrapped = (
        "2023年,全县规模以上工业总产值达到十二亿元,比\n"
        "上年增长百分之五,其中规模以上工业企业一百二十\n"
        "家,高新技术企业三十家,科技型中小企业五十家,\n"
        "各类平台六家,完成年度目标任务,服务企业满意度\n"
        "显著提升,创新环境不断优化,科技成果转化速度加\n"
        "快,技术合同交易额达到4亿元,完成率为160%。\n"
    )

    assert [block.view.text for block in blocks(wrapped)] == [wrapped.replace("\n", "")]


def test_block_spans_point_into_the_text() -> None:
    for block in blocks(REPORTS):
        assert REPORTS[block.start : block.end].strip() == REPORTS[block.start : block.end]
        assert REPORTS[slice(*block.view.original_span(0, len(block.view.text)))] == REPORTS[block.start : block.end]


@property_settings(250)
@given(mixed_text)
def test_blocks_are_in_order_without_overlap_and_free_of_furniture(text: str) -> None:
    dropped = furniture(text)
    position = 0
    for block in blocks_of(text, dropped):
        assert position <= block.start < block.end <= len(text)
        position = block.end
        assert not any(start <= offset < end for offset in block.view.offsets for start, end in dropped)
