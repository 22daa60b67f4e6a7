"""Text to safe HTML: everything that came from a document, a question or a model goes through `escape`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from rag.contract import Citation
from ui.messages import say

_CONTROL_CHARACTERS = {code: None for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n"}


def escape(text: str) -> str:
    """Escape for element content and quoted attributes alike; control characters are left out."""
    return html.escape(text.translate(_CONTROL_CHARACTERS), quote=True)


def anchor(turn: int, citation: int) -> str:
    """Return the element id of a citation's card."""
    return f"t{turn}c{citation}"


def reference(turn: int, citation: int) -> str:
    """Return the small link that leads from a figure or a sentence to its quote."""
    label = say("依据 {number}", number=citation)
    return f'<a class="ref" href="#{anchor(turn, citation)}" aria-label="{label}">{citation}</a>'


def joined(parts: Iterable[str], separator: str = " · ") -> str:
    """Join what is not empty, each part once, escaped."""
    return separator.join(escape(part) for part in dict.fromkeys(part for part in parts if part))


def answer_text(text: str, figures: Iterable[str], citations: Sequence[Citation], turn: int) -> str:
    """Escape an answer, link its `[n]` marks to the cards that exist, set figures in bold and repeated quotes small."""
    amounts = _alternatives(figures)
    marks = re.compile("|".join([r"\[(?P<n>\d{1,3})\]", *(rf"(?<![\d.]){amount}" for amount in amounts)]))
    numbers = {citation.n for citation in citations}
    quotes = _alternatives(citation.quote for citation in citations)
    if not quotes:
        return _marked(text, marks, numbers, turn)
    pieces, position = [], 0
    for quoted in re.finditer(rf"(?P<lead>原文\[\d{{1,3}}\][:：])?“?(?:{'|'.join(quotes)})”?", text):
        kind = "cited line" if quoted["lead"] else "cited"
        pieces.append(_marked(text[position : quoted.start()], marks, numbers, turn))
        pieces.append(f'<span class="{kind}">{_marked(quoted[0], marks, numbers, turn)}</span>')
        position = quoted.end()
    return "".join((*pieces, _marked(text[position:], marks, numbers, turn)))


def _alternatives(texts: Iterable[str]) -> list[str]:
    """Return regular expressions of the texts, the longest first."""
    return [re.escape(text) for text in sorted({text for text in texts if text}, key=lambda text: (-len(text), text))]


def _marked(text: str, marks: re.Pattern[str], citations: set[int], turn: int) -> str:
    pieces, position = [], 0
    for match in marks.finditer(text):
        pieces.append(escape(text[position : match.start()]))
        pieces.append(_answer_piece(match, citations, turn))
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
