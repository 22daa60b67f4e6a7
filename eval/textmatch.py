"""Words compared as a reader would: Traditional or Simplified, full or half width, spaces aside."""

from __future__ import annotations

import re
import unicodedata

from index.view import normalise, simplify

_LAYOUT = re.compile(r"[\s\"'“”‘’「」『』《》]+")


def contains_text(text: str, wanted: str) -> bool:
    """Whether the wanted words stand in the text, not as a part of a longer number."""
    haystack, needle = bare(text), bare(wanted)
    before = r"(?<![\d.])" if needle[:1].isdigit() else ""
    after = r"(?!\d|\.\d)" if needle[-1:].isdigit() else ""
    return bool(needle) and re.search(before + re.escape(needle) + after, haystack) is not None


def bare(text: str) -> str:
    """Normalised text without spaces and quotation marks, lower case."""
    return _LAYOUT.sub("", simplify(unicodedata.normalize("NFKC", normalise(text)))).casefold()
