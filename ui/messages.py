"""The fixed texts of the pages in three languages; answers, quotes and names of documents stay as they are.

A text is written where it is used, in Simplified Chinese: `say("重试")`. Traditional Chinese is made from it by OpenCC,
English is looked up in `ui.english`; a test finds every text that has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

import opencc

from ui.english import ENGLISH


class Language(StrEnum):
    """A language of the pages, by its name in HTML."""

    SIMPLIFIED = "zh-CN"
    TRADITIONAL = "zh-TW"
    ENGLISH = "en"


NAMES: Final = {Language.SIMPLIFIED: "简体", Language.TRADITIONAL: "繁體", Language.ENGLISH: "English"}
COOKIE: Final = "shuzheng_language"
"""What a browser remembers of the choice; the pages' script writes it."""
_TRADITIONAL_TAGS: Final = re.compile(r"zh-(?:hant|tw|hk|mo)\b")
_TAIWAN: Final = {"釋出": "發布", "回車": " Enter"}
"""What OpenCC's phrases of programmers say otherwise than readers of documents do."""
_spoken: ContextVar[Language] = ContextVar("language", default=Language.SIMPLIFIED)


def say(text: str, /, **values: object) -> str:
    """Return a fixed text in the language in force, with `{name}` replaced by the values; no value is translated."""
    said = _translated(text, _spoken.get())
    return said.format(**values) if values else said


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Make `say` use a language within the block, in this thread."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language_in_force() -> Language:
    """Return the language that `say` uses now."""
    return _spoken.get()


def language_of(request: Any) -> Language:  # noqa: ANN401 - Starlette's request, Gradio's around one, or None
    """Return what a browser asks for: `?lang=` of the page, else its remembered choice, else its own language."""
    if request is None:
        return Language.SIMPLIFIED
    named = (request.query_params.get("lang"), unquote(request.cookies.get(COOKIE) or ""))
    chosen = next((language for name in named for language in Language if language == name), None)
    return chosen or _preferred(request.headers.get("accept-language") or "")


def _preferred(accepted: str) -> Language:
    """Return the first language of an Accept-Language header that the pages speak."""
    for tag in accepted.lower().split(","):
        name = tag.partition(";")[0].strip()
        if _TRADITIONAL_TAGS.match(name):
            return Language.TRADITIONAL
        if name.startswith("zh"):
            return Language.SIMPLIFIED
        if name.startswith("en"):
            return Language.ENGLISH
    return Language.SIMPLIFIED


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2twp")


@cache
def _traditional(text: str) -> str:
    said = str(_converter().convert(text))
    for theirs, ours in _TAIWAN.items():
        said = said.replace(theirs, ours)
    return said


def _translated(text: str, language: Language) -> str:
    if language is Language.ENGLISH:
        return ENGLISH.get(text, text)
    return _traditional(text) if language is Language.TRADITIONAL else text
