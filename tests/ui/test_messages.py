"""Texts of the pages in three languages, and which one a browser gets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from starlette.requests import Request

from tests.conftest import ROOT
from ui.access.feedback import NOT_WRITTEN
from ui.access.login import SENTENCES
from ui.chat import UNEXPECTED
from ui.english import ENGLISH
from ui.keeping import CHANGED
from ui.library.document_view import NO_SUCH_SPAN
from ui.library.documents_page import COLUMNS as DOCUMENT_COLUMNS
from ui.library.editor import READ_ONLY, SAMPLE, STAGES, STARTING
from ui.library.fact_table import COLUMNS as FACT_COLUMNS
from ui.library.routes import NOT_INDEXED
from ui.library.view import ROLE_TITLES, STATUS_TITLES
from ui.masthead import PAGES
from ui.messages import Language, language_of, say, speaking
from ui.render import REFUSAL_REASONS
from ui.turn_tools import REASONS

NAMED = [
    *(name for _, name in PAGES),
    *(column.title for column in (*FACT_COLUMNS, *DOCUMENT_COLUMNS)),
    *(title for titles in (REFUSAL_REASONS, ROLE_TITLES, STATUS_TITLES, STAGES) for title in titles.values()),
    *(*REASONS, *SENTENCES),
    *(UNEXPECTED, CHANGED, NOT_WRITTEN, NO_SUCH_SPAN, NOT_INDEXED, SAMPLE, READ_ONLY, STARTING),
]


def said_texts() -> Iterator[str]:
    for path in (ROOT / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and _is_text(node.args[0]):
                yield str(ast.literal_eval(node.args[0]))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def asking(language: str = "", cookie: str = "", query: str = "") -> Request:
    headers = [(b"accept-language", language.encode()), (b"cookie", f"shuzheng_language={cookie}".encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": headers})


def test_every_text_has_an_english_one_with_the_same_values() -> None:
    texts = {*said_texts(), *NAMED}
    assert texts - set(ENGLISH) == set()
    fields = re.compile(r"\{(\w+)\}")
    assert [text for text in texts if set(fields.findall(text)) != set(fields.findall(ENGLISH[text]))] == []


def test_a_language_holds_within_its_block_and_values_are_not_translated() -> None:
    with speaking(Language.TRADITIONAL):
        assert say("语言模型已就绪：{name}", name="简体{x}") == "語言模型已就緒：简体{x}"
        assert say("发布") == "發布" and say("标题或文件名里的词，按回车") == "標題或檔名裡的詞，按 Enter"
    with speaking(Language.ENGLISH):
        assert say("重试") == "Retry" and say("没有翻译的话") == "没有翻译的话"
    assert say("重试") == "重试"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", Language.SIMPLIFIED),
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.SIMPLIFIED),
        ("zh-TW,zh;q=0.9", Language.TRADITIONAL),
        ("zh-Hant-HK", Language.TRADITIONAL),
        ("fr-FR,en-GB;q=0.7", Language.ENGLISH),
        ("fr", Language.SIMPLIFIED),
    ],
)
def test_the_browsers_language_is_the_default(accepted: str, language: Language) -> None:
    assert language_of(asking(accepted)) is language


def test_the_choice_counts_more_than_the_browser_and_the_address_more_than_both() -> None:
    assert language_of(asking("zh-CN", "en")) is Language.ENGLISH
    assert language_of(asking("zh-CN", "en", "lang=zh-TW")) is Language.TRADITIONAL
    assert language_of(asking("en", "<script>", "lang=xx")) is Language.ENGLISH
    assert language_of(None) is Language.SIMPLIFIED
