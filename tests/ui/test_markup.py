"""Text from outside never becomes markup."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.contract import Citation
from ui.markup import answer_text, escape, highlighted, joined, merged

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</mark></blockquote><svg onload=alert(1)>",
    "${alert(1)} {{constructor}} `backtick`",
    "&lt;b&gt; &amp;amp;",
]


def citation(n: int, quote: str) -> Citation:
    return Citation(n=n, doc="d.txt", title="", published=None, section="", start=0, end=len(quote), quote=quote)


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@pytest.mark.parametrize("text", HOSTILE)
def test_escape_leaves_nothing_that_opens_a_tag_or_ends_an_attribute(text: str) -> None:
    assert not set("<>\"'") & set(escape(text))
    assert html.unescape(escape(text)) == text


def test_escape_drops_control_characters_but_keeps_lines() -> None:
    assert escape("一\x00二\x1b[31m三\n四\t五\x7f") == "一二[31m三\n四\t五"


def test_answer_text_links_only_citations_that_exist() -> None:
    shown = answer_text("增长6.2%。[1][7]", ["6.2%"], [citation(1, "没有")], turn=3)
    assert shown == '增长<strong>6.2%</strong>。<a class="ref" href="#t3c1" aria-label="依据 1">1</a>[7]'


@pytest.mark.parametrize(
    ("text", "figures", "bold"),
    [
        ("占16.4%,增长6.4%。", ["6.4%"], ["6.4%"]),
        ("近4亿元和4亿元", ["4亿元", "近4亿元"], ["近4亿元", "4亿元"]),
        ("共<b>36家", ["<b>36家"], ["&lt;b&gt;36家"]),
        ("没有数字", [""], []),
    ],
)
def test_answer_text_sets_whole_figures_in_bold(text: str, figures: list[str], bold: list[str]) -> None:
    assert re.findall("<strong>(.*?)</strong>", answer_text(text, figures, [], turn=1)) == bold


@pytest.mark.parametrize(
    ("before", "kind", "lead"),
    [
        ("原文[1]:", "cited line", '原文<a class="ref" href="#t1c1" aria-label="依据 1">1</a>:'),
        ("最接近的:", "cited", ""),
    ],
)
def test_a_quote_repeated_in_the_answer_is_set_apart(before: str, kind: str, lead: str) -> None:
    quote = "产值<121.3亿元>,增长34.9%。"
    shown = answer_text(f"121.3亿元[1]。{before}“{quote}”", ["121.3亿元"], [citation(1, quote)], turn=1)
    assert shown.startswith("<strong>121.3亿元</strong><a")
    assert shown.endswith(f'<span class="{kind}">{lead}“产值&lt;<strong>121.3亿元</strong>&gt;,增长34.9%。”</span>')


@given(st.text(), st.lists(st.text(min_size=1, max_size=4), max_size=4), st.lists(st.text(min_size=1, max_size=6)))
def test_answer_text_shows_every_character_of_the_answer(text: str, figures: list[str], quotes: list[str]) -> None:
    citations = [citation(1000 + number, quote) for number, quote in enumerate(quotes)]
    assert text_of(answer_text(text, figures, citations, turn=1)) == html.unescape(escape(text))


@given(st.text(alphabet="甲乙<&\"'\n丙", max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_highlighted_marks_exactly_the_spans(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(start, end) for start, end in pairs if start < end <= len(text)]
    shown = highlighted(text, spans)
    assert text_of(shown) == text
    marked = [html.unescape(mark) for mark in re.findall("<mark>(.*?)</mark>", shown, re.DOTALL)]
    assert marked == [text[start:end] for start, end in merged(spans)]


def test_merged_joins_overlaps_and_keeps_neighbours_apart() -> None:
    assert merged([(5, 9), (0, 3), (3, 5), (7, 12)]) == [(0, 3), (3, 5), (5, 12)]


def test_joined_skips_empty_and_repeated_parts() -> None:
    assert joined(["利润", "", "<县>", "利润"]) == "利润 · &lt;县&gt;"
