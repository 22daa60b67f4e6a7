from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from index.analysis import PASSAGE_CHARACTERS, Analysis, Ids, analyse
from index.reading import read_document
from index.records import Role, Status
from index.view import normalise
from tests.index.reports import analysed, analysed_seed, facts_of, seed_fact
from tests.pieces import mixed_text, property_settings

SEEDS = ["000", "001", "002", "003", "004"]


@pytest.mark.parametrize(
    ("seed", "figure", "indicator", "value", "unit", "place", "period"),
    [
        ("000", "121.3亿元", "工业产值", "12130000000", "元", "天津市东丽区", "2023年"),
        ("000", "598家", "国家高新技术企业", "598", "家", "天津市东丽区", "2023年以来"),
        ("000", "17亿元", "年产值", "1700000000", "元", "天津市东丽区", ""),
        ("001", "11.03亿元", "资金", "1103000000", "元", "天津市西青区", "4月11日"),
        ("001", "77家", "雏鹰", "77", "家", "天津市西青区", ""),
        ("002", "72.5万元", "兑现资金", "725000", "元", "安徽省马鞍山市当涂县", "2023年"),
        ("002", "12.93亿元", "研发投入", "1293000000", "元", "安徽省马鞍山市当涂县", "2023年"),
        ("002", "1.02亿元", "研发费用", "102000000", "元", "浙江省温州市洞头区", "2023年1-9月"),
        ("002", "-26.6%", "高新技术产业投资", "-26.6", "%", "浙江省温州市洞头区", "2023年1-10月"),
        ("002", "150.6", "科创指数", "150.6", "", "浙江省温州市洞头区", "2023年"),
        ("002", "3.83%", "R&D强度", "3.83", "%", "天津市东丽区", "2023年"),
        ("002", "1068项", "技术合同登记", "1068", "项", "天津市东丽区", "2023年"),
        ("003", "2300余家", "高企", "2300", "家", "天津滨海高新区", "五年来"),
        ("003", "超120项", "攻关", "120", "项", "天津滨海高新区", "五年来"),
        ("003", "27.72%", "京冀企业", "27.72", "%", "天津滨海高新区", "2024年2月18日"),
        ("004", "37家", "高新技术企业", "37", "家", "山西省运城市盐湖高新区", ""),
        ("004", "3.07亿元", "研发投入", "307000000", "元", "山西省运城市盐湖高新区", "2022年"),
    ],
)  # fmt: skip
def test_seed_fact(seed: str, figure: str, indicator: str, value: str, unit: str, place: str, period: str) -> None:
    fact = seed_fact(seed, figure, indicator)

    assert (fact.value, fact.unit, fact.place, fact.period) == (Decimal(value), unit, place, period)


@pytest.mark.parametrize(
    ("figure", "indicator", "place", "status"),
    [
        ("47家", "新培育高新技术企业", "当涂县", Status.RESULT),
        ("突破165家", "高新技术企业", "当涂县", Status.ESTIMATE),
        ("突破185家", "高新技术企业", "当涂县", Status.TARGET),
        ("3家", "创新平台", "当涂县", Status.TARGET),
        ("41家", "科技型中小企业", "洞头区", Status.RESULT),
        ("不少于20项", "攻关项目", "洞头区", Status.TARGET),
        ("8亿元以上", "高新技术产业增加值", "洞头区", Status.TARGET),
        ("600家", "高新技术企业", "东丽区", Status.ESTIMATE),
        ("718家", "科技型中小企业", "东丽区", Status.RESULT),
        ("740家", "科技型中小企业", "东丽区", Status.TARGET),
        ("95亿元", "技术合同登记额", "东丽区", Status.TARGET),
    ],
)
def test_page_with_three_reports_keeps_their_places_and_years_apart(
    figure: str, indicator: str, place: str, status: Status
) -> None:
    fact = seed_fact("002", figure, indicator)

    assert fact.place.endswith(place)
    assert fact.status is status
    assert fact.period.startswith("2024年" if status is Status.TARGET else "2023年")


@pytest.mark.parametrize(
    ("seed", "figure", "indicator", "role"),
    [
        ("000", "34.9%", "工业产值", Role.CHANGE),
        ("000", "3.2个百分点", "", Role.CONTRIBUTION),
        ("000", "12.3%", "比重", Role.SHARE),
        ("001", "2.1个百分点", "", Role.CONTRIBUTION),
        ("001", "48.6%", "", Role.SHARE),
        ("002", "78.39%", "高新技术产业增加值", Role.COMPLETION),
        ("002", "第30", "科创指数", Role.RANK),
        ("002", "第四", "R&D", Role.RANK),
        ("003", "第15名", "", Role.RANK),
        ("004", "第一", "入驻企业", Role.RANK),
    ],
)
def test_role_of_a_seed_fact(seed: str, figure: str, indicator: str, role: Role) -> None:
    assert seed_fact(seed, figure, indicator).role is role


def test_snippets_of_other_articles_give_no_fact_and_no_passage() -> None:
    analysis = analysed_seed("000")
    tail = analysis.document.text.index("信息原文地址")

    assert all(fact.end <= tail for fact in analysis.facts)
    assert all(passage.end <= tail for passage in analysis.passages)


def test_comment_box_gives_no_passage() -> None:
    analysis = analysed_seed("001")

    assert all(passage.end <= analysis.document.text.index("評論留言") for passage in analysis.passages)


def test_seed_page_has_its_title_and_its_date() -> None:
    document = analysed_seed("000").document

    assert document.title.startswith("东丽区以科技创新为新质生产力蓄势赋能")
    assert "扫码" not in document.title
    assert document.published == "2024-03-31"


@pytest.mark.parametrize("seed", SEEDS)
def test_seed_spans_hold(seed: str) -> None:
    assert_spans(analysed_seed(seed))


def assert_spans(analysis: Analysis) -> None:
    text = analysis.document.text
    passages = {passage.id: passage for passage in analysis.passages}
    sentences = {sentence.id: sentence for sentence in analysis.sentences}
    for passage in analysis.passages:
        assert 0 <= passage.paragraph_start <= passage.start < passage.end <= passage.paragraph_end <= len(text)
    for sentence in analysis.sentences:
        passage = passages[sentence.passage]
        assert passage.start <= sentence.start < sentence.end <= passage.end
        assert sentence.view in passage.view
    for fact in analysis.facts:
        sentence = sentences[fact.sentence]
        view = sentence.view[fact.view_start : fact.view_end]
        assert sentence.start <= fact.start < fact.end <= sentence.end
        assert fact.passage == sentence.passage
        assert 0 <= fact.segment_start <= fact.view_start < fact.view_end <= fact.segment_end <= len(sentence.view)
        assert view and fact.text.startswith(view), "a table cell has its unit behind it"
        assert fact.period_start <= fact.period_end


@property_settings(250)
@given(mixed_text)
def test_spans_of_any_text_hold(text: str) -> None:
    analysis = analyse("any.txt", text, "utf-8", "0" * 64, Ids(1, 1, 1))

    assert analysis.document.text == text
    assert_spans(analysis)


@property_settings(40)
@given(mixed_text)
def test_same_text_gives_the_same_analysis(text: str) -> None:
    assert analyse("a.txt", text, "utf-8", "", Ids(1, 1, 1)) == analyse("a.txt", text, "utf-8", "", Ids(1, 1, 1))


@pytest.mark.parametrize("seed", SEEDS)
def test_ids_run_on_from_the_first_free_ones(seed: str) -> None:
    analysis = analysed_seed(seed)
    later = analyse("b.txt", analysis.document.text, "utf-8", "", Ids(101, 501, 901))

    for first, records, others in (
        (101, later.passages, analysis.passages),
        (501, later.sentences, analysis.sentences),
        (901, later.facts, analysis.facts),
    ):
        assert [record.id for record in records] == list(range(first, first + len(others)))


def test_long_paragraph_is_cut_at_sentence_ends() -> None:
    sentence = "2023年，全区规模以上工业总产值达到1205亿元，同比增长9.9%，创新主体不断壮大。"
    analysis = analysed(f"东丽区2023年工作总结\n\n{sentence * 12}\n")
    parts = [passage for passage in analysis.passages if "1205" in passage.view]

    assert len(parts) > 1
    assert len({(part.paragraph_start, part.paragraph_end) for part in parts}) == 1
    assert all(part.view.endswith("。") and len(part.view) <= PASSAGE_CHARACTERS for part in parts)
    assert "".join(part.view for part in parts) == normalise(sentence * 12)


def test_traditional_page_is_searched_in_simplified_and_quoted_as_written() -> None:
    analysis = analysed_seed("001")
    (fact,) = facts_of(analysis, "820余万元")

    assert analysis.document.text[fact.start : fact.end] == "820餘萬元"
    assert any("核心零部件" in sentence.view for sentence in analysis.sentences)


@pytest.mark.parametrize("codec", ["gb18030", "utf-8-sig", "utf-16"])
def test_offsets_do_not_depend_on_the_encoding(codec: str, tmp_path: Path) -> None:
    text = "当涂县2023年工作总结\r\n\r\n2023年，全县研发投入12。93亿元，市财政兑现资金72。5万元。\r\n"
    (tmp_path / "a.txt").write_bytes(text.encode(codec))
    raw = read_document(tmp_path / "a.txt", tmp_path)
    analysis = analyse("a.txt", raw.text, raw.encoding, "", Ids(1, 1, 1))
    (fact,) = facts_of(analysis, "72.5万元")

    assert analysis.document.text == text
    assert analysis.document.text[fact.start : fact.end] == "72。5万元"


@pytest.mark.parametrize("text", ["", "\n\n", "页:\n[1]\n", "\ufeff"])
def test_text_without_content_gives_nothing(text: str) -> None:
    analysis = analysed(text)

    assert (analysis.passages, analysis.sentences, analysis.facts) == ([], [], [])
    assert analysis.document.title
