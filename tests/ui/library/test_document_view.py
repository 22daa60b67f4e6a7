"""A document is shown as it is: nothing lost, nothing run, the quote and what was cleaned away marked."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning import furniture
from tests.ui.library.pieces import BULLETIN, HOSTILE, NEWS, TEXTS, open_session
from ui.library.document_view import PART_CHARACTERS, Span, part_bounds, render_document, render_missing, render_text
from ui.session import Session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = open_session(tmp_path_factory.mktemp("view"))
    yield session
    session.close()


def shown(page: str) -> str:
    found = re.search('<div class="text" lang="zh">(.*)</div></main>', page, re.DOTALL)
    assert found
    return found[1]


def plain(piece: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", piece))


@pytest.mark.parametrize("path", [BULLETIN, NEWS])
def test_the_whole_text_is_shown_character_for_character(session: Session, path: str) -> None:
    page = render_document(session.catalogue, path, None, None, "../")
    assert plain(shown(page)) == TEXTS[path]
    assert "<script" not in page and "<img" not in page


def test_the_quote_is_marked_and_can_be_scrolled_to(session: Session) -> None:
    quote = "青河县高新技术企业达到36家,比上年净增9家。"
    start = TEXTS[BULLETIN].index(quote)
    page = shown(render_document(session.catalogue, BULLETIN, (start, start + len(quote)), None, "../"))
    assert page.count('id="quote"') == 1
    assert "".join(plain(mark) for mark in re.findall("<mark.*?</mark>", page, re.DOTALL)) == quote
    assert page.index('id="quote"') < page.index("36家")


def test_figures_say_what_they_are_and_what_was_cleaned_away_is_grey(session: Session) -> None:
    page = shown(render_document(session.catalogue, BULLETIN, None, None, "../"))
    figures = re.findall('<span class="fact" title="([^"]*)">([^<]*)</span>', page)
    assert any("高新技术企业" in title and "水平，结果" in title and text == "36家" for title, text in figures)
    dropped = furniture(TEXTS[BULLETIN])
    assert dropped
    greyed = [plain(piece) for piece in re.findall('<span class="furniture".*?</span>', page, re.DOTALL)]
    assert greyed == [TEXTS[BULLETIN][start:end] for start, end in dropped]


@pytest.mark.parametrize("span", [(0, 10_000), (5, 5), (9, 3), (10_000, 10_001)])
def test_a_span_that_is_not_in_the_document_says_so(session: Session, span: tuple[int, int]) -> None:
    page = render_document(session.catalogue, BULLETIN, span, None, "../")
    assert "链接里的位置不在这篇文档里" in page and 'id="quote"' not in page
    assert plain(shown(page)) == TEXTS[BULLETIN]


def test_a_hostile_title_or_sentence_is_text() -> None:
    page = render_missing(HOSTILE, "../")
    assert HOSTILE not in page and html.escape(HOSTILE) in page
    piece = render_text(HOSTILE, 0, len(HOSTILE), [Span(3, 9, "fact", HOSTILE)], (1, 5))
    assert plain(piece) == HOSTILE and "<script" not in piece and "<img" not in piece


@given(
    st.text(alphabet="甲乙<>&\"'丙\n", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6),
    st.tuples(st.integers(0, 60), st.integers(1, 30)),
)
def test_spans_may_overlap_in_any_way(text: str, spans: list[tuple[int, int]], quote: tuple[int, int]) -> None:
    inside = [Span(start, min(start + size, len(text)), "fact") for start, size in spans if start < len(text)]
    marked = (quote[0], min(sum(quote), len(text))) if quote[0] < len(text) else None
    piece = render_text(text, 0, len(text), inside, marked)
    assert plain(piece) == text
    in_mark = "".join(plain(mark) for mark in re.findall("<mark.*?</mark>", piece, re.DOTALL))
    assert in_mark == (text[slice(*marked)] if marked else "")
    for opened, closed in (("<mark", "</mark>"), ("<span", "</span>")):
        assert piece.count(opened) == piece.count(closed)
    parts = [0, len(text) // 2, len(text)]
    halves = [render_text(text, start, end, inside, marked) for start, end in pairwise(parts)]
    assert "".join(plain(half) for half in halves) == text


@pytest.mark.parametrize("line", [80, 10_000_000])
def test_a_long_text_is_cut_into_parts_that_join_up(line: int) -> None:
    text = "".join("\n" if number % line == line - 1 else "字" for number in range(3 * PART_CHARACTERS))
    bounds = part_bounds(text)
    assert bounds[0] == 0 and bounds[-1] == len(text) and len(bounds) == 4 and bounds == sorted(set(bounds))
    if line == 80:
        assert all(text[bound - 1] == "\n" for bound in bounds[1:-1])
    assert part_bounds("短") == [0, 1] and part_bounds("") == [0, 0]
