"""Text to safe HTML: everything that came from a document, a question or a model goes through `escape`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_CONTROL_CHARACTERS = {code: None for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n"}


def escape(text: str) -> str:
    """Escape for element content and quoted attributes alike; control characters are left out."""
    return html.escape(text.translate(_CONTROL_CHARACTERS), quote=True)


def anchor(turn: int, citation: int) -> str:
    """Return the element id of a citation's card."""
    return f"t{turn}c{citation}"


def reference(turn: int, citation: int) -> str:
    """Return the small link that leads from a figure or a sentence to its quote."""
    return f'<a class="ref" href="#{anchor(turn, citation)}" aria-label="依据 {citation}">{citation}</a>'


def joined(parts: Iterable[str], separator: str = " · ") -> str:
    """Join what is not empty, each part once, escaped."""
    return separator.join(escape(part) for part in dict.fromkeys(part for part in parts if part))


def answer_text(text: str, figures: Iterable[str], citations: Iterable[int], turn: int) -> str:
    """Escape an answer, link its `[n]` marks to the cards that exist and set its figures in bold."""
    numbers = set(citations)
    amounts = sorted({figure for figure in figures if figure}, key=len, reverse=True)
    alternatives = [r"\[(?P<n>\d{1,3})\]", *(rf"(?<![\d.]){re.escape(amount)}" for amount in amounts)]
    pieces, position = [], 0
    for match in re.finditer("|".join(alternatives), text):
        pieces.append(escape(text[position : match.start()]))
        pieces.append(_answer_piece(match, numbers, turn))
        position = match.end()
    return "".join((*pieces, escape(text[position:])))


def _answer_piece(match: re.Match[str], citations: set[int], turn: int) -> str:
    if match["n"] is None:
        return f"<strong>{escape(match[0])}</strong>"
    number = int(match["n"])
    return reference(turn, number) if number in citations else escape(match[0])


def highlighted(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Escape a text and wrap the given half-open spans of it in `<mark>`; overlapping spans become one."""
    pieces, position = [], 0
    for start, end in merged(spans):
        pieces += [escape(text[position:start]), f"<mark>{escape(text[start:end])}</mark>"]
        position = end
    return "".join((*pieces, escape(text[position:])))


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sort half-open spans and join those that overlap; spans that only touch stay apart."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
