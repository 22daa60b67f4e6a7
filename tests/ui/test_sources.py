"""Each citation's whole paragraph, with exactly its quote highlighted."""

from __future__ import annotations

import html
import logging
import re

import pytest

from index.errors import IndexDamagedError
from rag.contract import Citation
from ui.demo import DOCUMENTS, ScriptedEngine, cite, demo_engine, figure, reply
from ui.sources import find_sources, render_sources

BULLETIN, NEWS = DOCUMENTS


def cards(citations: list[Citation], engine: ScriptedEngine | None = None) -> list[str]:
    answer = reply("问?", "答。", citations, [figure("36家", 36, "家", "企业", 1)])
    shown = render_sources(find_sources(citations, engine or demo_engine()), answer, turn=1)
    return re.findall(r'<li class="source">.*?</li>', shown, re.DOTALL)


def marks(card: str) -> list[str]:
    return [html.unescape(mark) for mark in re.findall("<mark>(.*?)</mark>", card, re.DOTALL)]


def paragraph(card: str) -> str:
    found = re.search("<blockquote[^>]*>(.*?)</blockquote>", card, re.DOTALL)
    assert found
    return html.unescape(re.sub("<[^>]*>", "", found[1]))


def test_a_card_shows_the_whole_paragraph_and_marks_the_quote() -> None:
    citation = cite(DOCUMENTS, 1, BULLETIN, "全县高新技术企业达到36家", section="一、综合")
    [card] = cards([citation])
    assert paragraph(card) == DOCUMENTS[BULLETIN].split("\n")[2]
    assert marks(card) == [citation.quote]


def test_a_card_names_title_date_place_period_section_path_and_offsets() -> None:
    citation = cite(DOCUMENTS, 1, BULLETIN, "全县高新技术企业达到36家", section="一、综合")
    [card] = cards([citation])
    text = html.unescape(re.sub("<[^>]*>", "|", card))
    assert "青河县2023年国民经济和社会发展统计公报" in text
    for label, value in {"发布": "2024-03-18", "地区": "青河县", "时间": "2023年", "章节": "一、综合"}.items():
        assert re.search(rf"{label}\|+{value}", text)
    assert BULLETIN in text and f"第 {citation.start}–{citation.end} 字" in text


def test_quotes_of_one_paragraph_share_a_card() -> None:
    citations = [
        cite(DOCUMENTS, 1, BULLETIN, "第二产业增加值72.5亿元"),
        cite(DOCUMENTS, 2, NEWS, "全县研发经费投入预计超3亿元。"),
        cite(DOCUMENTS, 3, BULLETIN, "第一产业增加值41.3亿元"),
    ]
    shared, other = cards(citations)
    assert marks(shared) == ["第一产业增加值41.3亿元", "第二产业增加值72.5亿元"]
    assert re.findall(r'id="(\w+)"', shared) == ["t1c1", "t1c3"]
    assert marks(other) == ["全县研发经费投入预计超3亿元。"]


def test_paragraphs_of_different_documents_never_share_a_card() -> None:
    documents = {"甲.txt": "利润1亿元。", "乙.txt": "利润1亿元。"}
    engine = ScriptedEngine(documents, {})
    citations = [cite(documents, n, doc, "1亿元") for n, doc in enumerate(documents, 1)]
    assert len(cards(citations, engine)) == 2


def test_a_long_paragraph_can_be_unfolded_and_a_short_one_need_not() -> None:
    long, short = cards([cite(DOCUMENTS, 1, BULLETIN, "36家"), cite(DOCUMENTS, 2, NEWS, "38家")])
    assert "data-unfold" in long and "data-unfold" not in short


def test_a_quote_that_is_not_in_its_paragraph_is_shown_alone(caplog: pytest.LogCaptureFixture) -> None:
    citation = cite(DOCUMENTS, 1, NEWS, "38家")
    engine = ScriptedEngine({NEWS: "文件已经改动,比原来长得多,不再是引用时的样子了。" * 3}, {})
    with caplog.at_level(logging.ERROR):
        [card] = cards([citation], engine)
    assert paragraph(card) == "38家" and marks(card) == ["38家"]
    assert "is not in its paragraph" in caplog.text


class BrokenStore(ScriptedEngine):
    def paragraph(self, citation: Citation) -> tuple[int, int, str]:
        raise IndexDamagedError("索引已损坏，请重建。")


def test_a_paragraph_that_cannot_be_read_leaves_the_quote() -> None:
    [card] = cards([cite(DOCUMENTS, 1, NEWS, "38家")], BrokenStore(DOCUMENTS, {}))
    assert paragraph(card) == "38家"


def test_an_answer_without_citations_has_no_sources() -> None:
    assert render_sources((), reply("问?", "答。", [], []), turn=1) == ""
