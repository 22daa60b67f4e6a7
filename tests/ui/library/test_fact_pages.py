"""The view in the address, the table, the exports and the charts."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from index.catalogue import FactEntry, FactFilter, FactOrder
from index.manifest import FailedFile
from index.records import Role, Status
from tests.ui.library.pieces import BULLETIN, NEWS, TEXTS, library_of, open_session, small_settings
from ui.library.documents_page import DocumentView, render_documents, render_job, render_manage, render_summary
from ui.library.drawing import Mark, draw_bars, draw_lines
from ui.library.editor import Job, JobStage
from ui.library.fact_chart import render_chart
from ui.library.fact_export import csv_pieces, write_xlsx
from ui.library.fact_table import render_facts
from ui.library.facts_page import show
from ui.library.routes import Library
from ui.library.table import render_pager
from ui.library.view import ChartBy, FactView, document_link, page_number, parse_view, query_string
from ui.session import Session

FORMULA = '=HYPERLINK("http://x",1)'


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = open_session(tmp_path_factory.mktemp("facts"))
    yield session
    session.close()


@pytest.fixture(scope="module")
def library(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(session, small_settings(tmp_path_factory.mktemp("unused")))


@pytest.fixture(scope="module")
def entries(session: Session) -> list[FactEntry]:
    return list(session.catalogue.facts(FactFilter()))


def text_of(piece: str) -> str:
    return html.unescape(re.sub("<[^>]*>", " ", piece))


views = st.builds(
    FactView,
    st.builds(
        FactFilter,
        search=st.text(max_size=20).map(lambda text: text.replace("\0", "").strip()),
        place=st.sampled_from(["", "东丽", "a&b=c#d%"]),
        status=st.sampled_from([None, *Status]),
        with_dates=st.booleans(),
    ),
    order=st.sampled_from(FactOrder),
    descending=st.booleans(),
    page=st.integers(1, 99),
    chart=st.sampled_from([None, *ChartBy]),
    kind=st.sampled_from(["", "level:家"]),
)


@given(views)
def test_a_view_survives_its_address(view: FactView) -> None:
    read = {name: values[0] for name, values in parse_qs(query_string(view)).items()}
    assert parse_view(read) == view


names = st.sampled_from(["search", "page", "order", "status", "role", "chart", "descending"])
anything = st.text() | st.none() | st.integers() | st.lists(st.text())


@given(st.dictionaries(names, anything))
def test_whatever_an_address_or_a_browser_says_is_a_view(given: dict[str, object]) -> None:
    view = parse_view(given)
    assert view.page >= 1 and len(view.wanted.search) <= 200
    view.wanted.search.encode("utf-8")


def test_a_head_sorts_up_then_down_then_not_at_all() -> None:
    view = FactView(page=3)
    up = view.sorted_by(FactOrder.VALUE)
    down = up.sorted_by(FactOrder.VALUE)
    assert (up.order, up.descending, up.page) == (FactOrder.VALUE, False, 1)
    assert (down.order, down.descending) == (FactOrder.VALUE, True)
    assert down.sorted_by(FactOrder.VALUE) == FactView()


def test_each_row_leads_to_its_quote(entries: list[FactEntry]) -> None:
    shown = render_facts(entries, len(entries), FactView())
    links = [html.unescape(link) for link in re.findall('class="quote" href="([^"]*)"', shown)]
    assert len(links) == len(entries)
    for link, entry in zip(links, entries, strict=True):
        parts = urlsplit(link)
        span = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
        assert parts.fragment == "quote"
        assert TEXTS[entry.fact.doc][span["start"] : span["end"]] == entry.quote
    assert "<script" not in shown and "<img" not in shown


def test_a_page_beyond_the_last_shows_the_last(library: Library) -> None:
    chart, table, view = show(library, FactView(page=99))
    assert chart == "" and view.page == 1 and "36家" in text_of(table)


def test_nothing_found_says_so(library: Library) -> None:
    _, table, _ = show(library, FactView(FactFilter(search="没有的词")))
    assert "没有符合条件的数字" in table and "facts.csv" not in table


def test_the_pager_knows_where_it_stands() -> None:
    assert render_pager(1, 50, 50) == ""
    middle = render_pager(2, 50, 101)
    assert re.findall(r'data-page="(\d+)"( disabled)?', middle) == [("1", ""), ("1", ""), ("3", ""), ("3", "")]
    assert "第 2 / 3 页" in middle
    assert render_pager(3, 50, 101).count("disabled") == 2


@pytest.mark.parametrize("text", [FORMULA, "+1", "-2", "@SUM(A1)", "\tx", "＝1+1"])
def test_no_cell_is_run_as_a_formula(entries: list[FactEntry], tmp_path: Path, text: str) -> None:
    bad = replace(
        entries[0], title=text, quote=text, fact=replace(entries[0].fact, indicator=text, value=Decimal("-1.5"))
    )
    table = b"".join(csv_pieces([bad])).decode("utf-8-sig")
    assert f"'{text.replace(chr(34), chr(34) * 2)}" in table
    assert ",-1.5," in table, "numbers stay numbers"
    write_xlsx([bad], tmp_path / "bad.xlsx")
    sheet = load_workbook(tmp_path / "bad.xlsx").active
    assert sheet is not None
    cells = {cell.value: cell.data_type for cell in sheet[2]}
    assert cells[text] == "s" and cells[-1.5] == "n"


def test_a_cell_that_excel_cannot_hold_is_cut_and_cleaned(entries: list[FactEntry], tmp_path: Path) -> None:
    write_xlsx([replace(entries[0], quote="长\x0b" * 40_000)], tmp_path / "long.xlsx")
    sheet = load_workbook(tmp_path / "long.xlsx").active
    assert sheet is not None and sheet[2][-1].value == "长" * 32_767


def test_a_large_export_comes_in_pieces(entries: list[FactEntry]) -> None:
    pieces = list(csv_pieces(entries[0] for _ in range(1000)))
    assert len(pieces) > 4
    assert len(list(io.StringIO(b"".join(pieces).decode("utf-8-sig"), newline=""))) >= 1001


def test_a_chart_over_places_takes_the_named_indicator_and_links_to_the_quote(session: Session) -> None:
    view = parse_view({"indicator": "高新技术企业", "chart": "place"})
    drawn = render_chart(session.catalogue, view)
    svg = ET.fromstring(re.search("<svg.*?</svg>", drawn, re.DOTALL)[0])  # type: ignore[index]
    labels = [link.get("aria-label") or "" for link in svg.iter("a")]
    assert len(labels) == 1 and labels[0].endswith(("36家", "38家"))
    assert "documents/" in drawn and "单位：家" in drawn
    assert "script" not in drawn and "kozea" not in drawn


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"chart": "place"}, "先填一个指标"),
        ({"chart": "period", "indicator": "没有的指标"}, "没有可以画图的"),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_why(session: Session, given: dict[str, str], says: str) -> None:
    assert says in render_chart(session.catalogue, parse_view(given))


def test_kinds_can_be_chosen(session: Session) -> None:
    view = parse_view({"indicator": "地区生产总值", "chart": "period"})
    level = render_chart(session.catalogue, view)
    change = render_chart(session.catalogue, replace(view, kind="change:%"))
    assert "185.6亿元" in level and "单位：亿元" in level
    assert "6.2%" in change and "185.6亿元" not in change


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=8))
def test_any_values_can_be_drawn(values: list[float]) -> None:
    rows = [(f"地区{number}", Mark(value, f"标{number}", "documents/a")) for number, value in enumerate(values)]
    for drawn in (
        draw_bars("标题", rows),
        draw_lines("标题", [name for name, _ in rows], [[mark for _, mark in rows]]),
    ):
        for svg in re.findall("<svg.*?</svg>", drawn, re.DOTALL):
            titles = [one.text for one in ET.fromstring(svg).iter("title")]
            assert titles.count("标0") == 1


def test_the_list_of_documents_leads_to_text_and_figures(session: Session) -> None:
    entries = session.catalogue.documents()
    listed = render_documents(entries, 2, DocumentView(), removable=False)
    for path in (BULLETIN, NEWS):
        assert f'href="{document_link(path)}"' in listed
    assert "data-remove" not in listed and f"{len(TEXTS[BULLETIN]):,}" in listed
    assert render_documents(entries, 2, DocumentView(), removable=True).count("data-remove") == 2


def test_what_was_not_indexed_is_listed_with_its_reason(session: Session) -> None:
    assert "没有收入索引" not in render_summary(session.manifest)
    failed = tuple(FailedFile(path="坏.txt", sha256="", reason=f"文件“{number}<b>”坏了。") for number in range(150))
    shown = render_summary(session.manifest.model_copy(update={"failed": failed}))
    assert "150 个文件没有收入索引" in shown and "“0&lt;b&gt;”" in shown and "还有 50 个" in shown


def test_the_progress_is_told_in_one_line() -> None:
    assert render_job(Job()) == ""
    running = render_job(Job(JobStage.RUNNING, "计算向量", 3, 7))
    assert 'max="7" value="3"' in running and "3 / 7" in running
    assert "没有更新" in render_job(Job(JobStage.FAILED, "索引没有更新：<b>"))
    assert "<b>" not in render_job(Job(JobStage.FAILED, "索引没有更新：<b>"))


def test_where_documents_cannot_be_changed_the_reason_stands_instead() -> None:
    assert 'type="file"' in render_manage("")
    assert 'type="file"' not in render_manage("只读。") and "只读。" in render_manage("只读。")


@pytest.mark.parametrize("value", [None, "", "0", "-1", "x", "1.5", [], {}])
def test_page_numbers_that_make_no_sense_are_1(value: object) -> None:
    assert page_number(value) == 1
    assert Role.DATE.value == "date"
