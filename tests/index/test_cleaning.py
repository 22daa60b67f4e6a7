from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from index.cleaning import furniture, lines_of
from index.view import make_view
from tests.conftest import ROOT
from tests.pieces import mixed_text, property_settings

ARTICLE = (
    "2023年，全县规模以上工业总产值达到12亿元，比上年增长5%，其中规模以上工业企业一百二十家，"
    "高新技术企业三十家，科技型中小企业五十家，各类创新平台六家，全部完成年度目标任务。"
)


def kept(text: str) -> str:
    pieces, position = [], 0
    for start, end in furniture(text):
        pieces.append(text[position:start])
        position = end
    return "".join([*pieces, text[position:]])


def seed(name: str) -> str:
    (file,) = Path(ROOT / "seeds").glob(f"{name}*.txt")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "首页 > 新闻 > 国内",
        "当前位置：首页>政务公开",
        "首页|新闻|政务|服务",
        "扫码阅读手机版",
        "分享到：微信 微博",
        "责任编辑：李四",
        "(责任编辑 张三)",
        "版权所有 某某网",
        "来源：天津高新区，转载请注明出处",
        "上一篇：关于开展12家企业检查的通知",
        "下一篇：某市新增30家",
        "浏览次数：3456",
        "- 3 -",
        "[1]",
        "我要留言",
        "——————",
    ],
)
def test_line_of_page_furniture_is_dropped(line: str) -> None:
    text = f"某县2023年工作总结\n{line}\n{ARTICLE}\n"

    assert line not in kept(text)
    assert ARTICLE in kept(text)


@pytest.mark.parametrize(
    "line",
    [
        ARTICLE,
        "一、2023年工作总结",
        "（一）加快创新主体培育，高新产业稳步发展。",
        "更多企业落户东丽区，2023年新增企业12家。",
        "企业阅读室达到12个，推荐书目120种。",
        "“按下加速键……”他说。",
        "指标\t单位\t2023年",
        "全区文化产业园2023年产值达到12亿元。",
    ],
)
def test_line_of_content_is_kept(line: str) -> None:
    assert line in kept(f"某县2023年工作总结\n{line}\n{ARTICLE}\n")


@pytest.mark.parametrize(
    "line", ["广告业营业收入5亿元，增长4%。", "扫码支付交易额达到3亿元。", "值班医生达到12人，新增3人。"]
)
def test_sentence_that_starts_like_furniture_is_kept(line: str) -> None:
    assert line in kept(f"某县2023年工作总结\n{line}\n{ARTICLE}\n")


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("提高企业研发活动占比。作文网 zUOwEnBa.Net", "提高企业研发活动占比。"),
        ("新培育高新技术企业，作文网 zUOwEnBa.Net 共47家。", "新培育高新技术企业， 共47家。"),
        ("书写产业焕新答卷 扫码阅读手机版", "书写产业焕新答卷 "),
        ("注入强劲动力。（津云新闻编辑刘颖）", "注入强劲动力。"),
    ],
)
def test_furniture_inside_a_line_goes_and_the_rest_stays(sentence: str, left: str) -> None:
    assert kept(sentence) == left


@pytest.mark.parametrize("content", ["新培育企业47家", "全县新增高新技术企业"])
def test_a_site_mark_takes_no_content_along(content: str) -> None:
    assert content in kept(f"{content}作文网 zUOwEnBa.Net。")


def test_an_address_ends_where_chinese_begins() -> None:
    assert "全市产值12亿元" in kept("详见http://www.gov.cn/a.html，全市产值12亿元。")


def test_licence_number_of_a_site_is_dropped() -> None:
    assert "12345" not in kept(f"{ARTICLE}\n京ICP备12345号\n")


def test_counter_of_readers_is_dropped() -> None:
    assert "1200" not in kept(f"某县2023年工作总结\n发布日期：2024-01-02 阅读：1200次\n{ARTICLE}\n")


def test_tail_of_snippets_of_other_articles_is_dropped() -> None:
    tail = (
        "相关阅读\n东丽区为新质生产力蓄势赋能\n...台加速涌现,2023年累计入库企业720家、\n"
        "2024-05-19 13:15:00\n天开园新增企业88家\n"
    )
    left = kept(f"某县2023年工作总结\n{ARTICLE}\n{tail}")

    assert ARTICLE in left
    assert "720" not in left
    assert "88家" not in left
    assert "13:15" not in left


def test_a_mark_above_more_of_the_article_is_no_tail() -> None:
    text = f"{ARTICLE}\n相关阅读\n{ARTICLE.replace('12亿元', '34亿元')}\n"

    assert "34亿元" in kept(text)


def test_seed_page_loses_its_tail_and_its_credits_only() -> None:
    text = seed("000")
    left = kept(text)

    assert "为东丽区高质量发展注入强劲动力。" in left
    assert "高端装备产业链全年完成工业产值121.3亿元" in left
    for gone in (
        "扫码阅读手机版",
        "快照生成时间",
        "我的订阅",
        "2024-05-19",
        "边仕苓",
        "东丽区2023年高端装备产业链产值突破百亿元",
    ):
        assert gone in text
        assert gone not in left


@pytest.mark.parametrize(
    ("name", "gone", "stays"),
    [
        ("001", "熱心網友", "367家成員單位"),
        ("002", "zUOwEnBa", "提高企业研发活动占比。"),
        ("003", "转载请注明出处", "北方一流科创城"),
        ("004", "页:", "各项专利1000余项"),
    ],
)
def test_seed_page_loses_its_furniture(name: str, gone: str, stays: str) -> None:
    text = seed(name)

    assert gone in text
    assert gone not in kept(text)
    assert stays in kept(text)


@property_settings(200)
@given(mixed_text)
def test_spans_are_sorted_inside_and_apart(text: str) -> None:
    position = 0
    for start, end in furniture(text):
        assert position <= start < end <= len(text)
        position = end


@property_settings(200)
@given(mixed_text)
def test_lines_hold_all_but_white_space(text: str) -> None:
    position = 0
    for line in lines_of(text):
        assert text[position : line.start].isspace() or position == line.start
        assert not set(text[line.start : line.end]) & set("\r\n\u2028\u2029")
        position = line.end
    assert not text[position:].strip()


def test_heads_between_bars_are_no_navigation() -> None:
    assert "地区|产值|增速|占比" in kept(f"{ARTICLE}\n地区|产值|增速|占比\n当涂县|12|5.1|3.2\n")


def test_visits_that_are_content_stay() -> None:
    assert "访问量1200万次" in kept(f"{ARTICLE}政府网站访问量1200万次，增长5%。")


def test_tags_and_entities_are_furniture() -> None:
    text = "<p>&nbsp;&nbsp;全年产油5万吨,P99 < 60 ms。</p>"

    assert make_view(text, 0, None, furniture(text)).text == "全年产油5万吨,P99 < 60 ms。"
