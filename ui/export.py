"""A conversation as a file to keep or pass on: Markdown or Word, every answer with its quotes and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from rag.contract import Citation
from ui.conversation import Conversation, Exchange, announcement
from ui.messages import say
from ui.render import source_line
from ui.sources import offsets_text

MARKDOWN_TYPE: Final = "text/markdown; charset=utf-8"
WORD_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_\[\]<>#|~&!$])")
_MARKDOWN_STARTS: Final = re.compile(r"^(\s*)([-+=]|\d{1,9}[.)])", re.MULTILINE)
_NOT_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FONT: Final = "Microsoft YaHei"
_GREY: Final = RGBColor(0x66, 0x66, 0x66)


@dataclass(frozen=True, slots=True)
class _Part:
    """One exchange in words, the same for every format."""

    question: str
    answer: str
    notes: tuple[str, ...]
    sources: tuple[tuple[str, str, str], ...]
    """Head, quote and place of each."""


def to_markdown(conversation: Conversation, now: datetime | None = None) -> str:
    """Return the conversation as Markdown in which nothing of a document or a question is markup."""
    lines = [f"# {_title()}", "", _plain(_made(now)), ""]
    for number, part in enumerate(_parts(conversation), 1):
        lines += [f"## {number}. {_one_line(part.question)}", "", _plain(part.answer), ""]
        lines += [line for note in part.notes for line in (f"*{_one_line(note)}*", "")]
        if part.sources:
            lines += [f"### {say('原文依据')}", ""]
        for head, quote, place in part.sources:
            quoted = "\n".join(f"> {_plain(line)}".rstrip() for line in quote.splitlines())
            lines += [_one_line(head), "", quoted, "", _one_line(place), ""]
    return "\n".join(lines)


def to_word(conversation: Conversation, now: datetime | None = None) -> bytes:
    """Return the conversation as a Word file (.docx)."""
    document = Document()
    document.core_properties.title = _title()
    document.core_properties.author = "数证"
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(11)
    for style in document.styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH:
            style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.add_heading(_title(), 0)
    document.add_paragraph(_xml(_made(now)))
    for number, part in enumerate(_parts(conversation), 1):
        document.add_heading(_xml(f"{number}. {part.question.strip()}"), 1)
        document.add_paragraph(_xml(part.answer))
        for note in part.notes:
            document.add_paragraph(_xml(note)).runs[0].italic = True
        if part.sources:
            document.add_heading(say("原文依据"), 2)
        for head, quote, place in part.sources:
            document.add_paragraph(_xml(head))
            document.add_paragraph(_xml(quote), style="Quote")
            located = document.add_paragraph().add_run(_xml(place))
            located.font.size, located.font.color.rgb = Pt(9), _GREY
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _title() -> str:
    return say("数证：问答记录")


def _made(now: datetime | None) -> str:
    moment = (now or datetime.now(UTC)).astimezone()
    return say("导出于 {time}。引文照抄原文，位置按 Unicode 码点计。", time=f"{moment:%Y-%m-%d %H:%M}")


def _parts(conversation: Conversation) -> Iterator[_Part]:
    for exchange in conversation:
        citations = exchange.answer.citations if exchange.answer else []
        yield _Part(exchange.question, announcement(exchange), tuple(_notes(exchange)), tuple(map(_source, citations)))


def _notes(exchange: Exchange) -> Iterator[str]:
    answer = exchange.answer
    if answer is None:
        return
    if answer.notice:
        yield say(answer.notice)
    for conflict in answer.conflicts:
        yield say("另一说法：{text}[{number}]", text=conflict.text, number=conflict.citation)


def _source(citation: Citation) -> tuple[str, str, str]:
    return f"[{citation.n}] {source_line(citation)}", citation.quote, f"{citation.doc}，{offsets_text([citation])}"


def _plain(text: str) -> str:
    """Return text in which Markdown finds no markup, no HTML and no image to fetch."""
    escaped = _MARKDOWN_SIGNS.sub(r"\\\1", _xml(text))
    escaped = _MARKDOWN_STARTS.sub(lambda found: f"{found[1].strip(' ')}{_escaped_start(found[2])}", escaped)
    return re.sub(r"^[ \t]+", "", escaped, flags=re.MULTILINE)


def _escaped_start(start: str) -> str:
    return f"{start[:-1]}\\{start[-1]}"


def _one_line(text: str) -> str:
    return " ".join(_plain(text).split())


def _xml(text: str) -> str:
    """Return the text without characters that XML, and so Word, cannot hold."""
    return _NOT_XML.sub("", text)
