"""The conversation as Markdown and Word, read back by what people open it with."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document

from index.view import normalise
from rag.contract import Answer
from tests.ui.scripted_server import HOSTILE
from ui.conversation import Conversation, Exchange
from ui.demo import DOCUMENTS, cite, demo_engine, reply
from ui.export import to_markdown, to_word

FIRMS = "青河县有多少家高新技术企业?"
OTHER_YEAR = "青河县2025年地区生产总值是多少?"
_BULLETIN = next(iter(DOCUMENTS))


def conversation(*answers: Answer) -> Conversation:
    return tuple(Exchange(answer.question, answer) for answer in answers)


def scripted(question: str) -> Answer:
    return demo_engine().script[question]


def words(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs]


def test_word_holds_questions_answers_quotes_and_their_places() -> None:
    answer = scripted(FIRMS)
    lines = words(to_word(conversation(answer, scripted(OTHER_YEAR))))
    first = answer.citations[0]
    assert f"1. {FIRMS}" in lines and answer.answer in lines and first.quote in lines
    assert f"{first.doc}，第 {first.start}–{first.end} 字" in lines
    assert "另一说法：38家[2]" in lines
    assert any(line.startswith("不作答：资料中只有其他时间的数字。") for line in lines)


def test_markdown_holds_the_same() -> None:
    answer = scripted(FIRMS)
    text = to_markdown(conversation(answer))
    assert f"## 1. {FIRMS}" in text and "36家。\\[1\\]" in text
    assert f"> {answer.citations[0].quote}" in text
    assert f"第 {answer.citations[0].start}–{answer.citations[0].end} 字" in text


@pytest.mark.parametrize(
    "text", [HOSTILE, "![x](http://x/)", "# 标题", "1. 一\n- 二", "    code", "<b>", "=1+1", "a\x00\x0bb"]
)
def test_nothing_in_a_text_becomes_markup(text: str) -> None:
    documents = {_BULLETIN: f"题\n{text}\n"}
    quote = cite(documents, 1, _BULLETIN, text)
    answer = reply(f"问{text}", text, [quote.model_copy(update={"title": text, "section": text})], [])
    markdown = to_markdown(conversation(answer))
    for sign in ("<script", "<img", "<b>", "![x]", "](http"):
        assert sign not in markdown.replace("\\<", "").replace("\\!", "").replace("\\]", "")
    starts = [line.removeprefix("> ") for line in markdown.splitlines()[4:]]
    ours = ("## 1. ", "### ")
    assert not [
        line for line in starts if line.startswith(("#", "-", "=", "    ", "1. ", "<")) and not line.startswith(ours)
    ]
    shown = "\n".join(words(to_word(conversation(answer))))
    assert normalise(text.replace("\x00", "").replace("\x0b", "")).strip() in normalise(shown)


def test_what_failed_or_was_stopped_is_said() -> None:
    text = to_markdown((Exchange("甲?", error="索引已损坏。"), Exchange("乙?")))
    assert "索引已损坏。" in text and "已停止" in text
