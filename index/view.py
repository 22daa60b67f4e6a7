"""The normalised view of a text: what is searched and parsed, never what is quoted.

Full width becomes half width (NFKC), Traditional becomes Simplified (OpenCC), decimals written 72。5 or 3·83 become
72.5 and 3.83, thousands separators and the spaces that typesetters put around Han characters go, years of Taiwan's era
(民國112年, or 112年 where the text is of Taiwan) become common ones. Every character of the view knows the offset of
the character it came from, so that a span of the view is a span of the original.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import opencc

_DECIMAL_MARK = re.compile(r"(?<=\d)(?<!第\d)(?<!第\d\d)[。·](?=\d{1,4}(?!\d))(?!(?:19|20)\d\d年)(?!\d{1,2}[、.])")
_THOUSANDS_MARK = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d,])")
_LOOSE_SPACE = re.compile(r"(?<=[^\x00-\x7f]) {1,2}(?! )|(?<! ) {1,2}(?=[^\x00-\x7f])")
_SPACE_IN_FIGURE = re.compile(
    r"(?<=\d) {1,2}(?=%)|(?<=\d\.) {1,2}(?=\d{1,2} ?[\u4e00-\u9fff%])|(?<=\d) {1,2}(?=\.\d)"
    r"|(?<=(?<![\d.表图第])\d) (?=\d{3}(?:\.\d+)? ?[\u4e00-\u9fff%])"
    r"|(?<=(?<![\d.表图第])\d\d) (?=\d{3}(?:\.\d+)? ?[\u4e00-\u9fff%])"
)
_SPACED_DIGITS = re.compile(r"(?<![\d.])\d(?: \d){1,6}(?= ?[\u4e00-\u9fff%])")
"""Scanned text sets every digit apart: 9 6 0 张."""
_ERA_YEAR = re.compile(
    r"(?:中华)?民国(?P<named>\d{1,3})(?=年)|(?<![\d.])(?<![约近达逾满第长共历经建校立办超过史已有余前后这那了今限期活迎庆命])(?P<bare>1[0-2]\d)(?=年(?![来间多余历之以]))"
)
_DATED = re.compile(r"年(?:度|底|末|初|\d{1,2}月|[上下]半年|第?[一二三四]季)")
_OF_TAIWAN = re.compile(r"民[國国]|臺|[台][灣湾]")
_ERA_BEGINS = 1911


@dataclass(frozen=True, slots=True)
class View:
    """A normalised text and the way back."""

    text: str
    offsets: array[int]
    """`offsets[i]` is the original offset of `text[i]`; as long as `text`."""

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Original half-open span of the non-empty view span `start`..`end`."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def view_span(self, start: int, end: int) -> tuple[int, int]:
        """View span of the characters that come from the original span `start`..`end`; may be empty."""
        inside = [i for i, offset in enumerate(self.offsets) if start <= offset < end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


def make_view(text: str, start: int = 0, end: int | None = None, dropped: Iterable[tuple[int, int]] = ()) -> View:
    """View of `text[start:end]` without the `dropped` spans (original offsets, sorted)."""
    characters: list[str] = []
    offsets: list[int] = []
    stop = len(text) if end is None else end
    for piece_start, piece_end in _kept(start, stop, dropped):
        for offset in range(piece_start, piece_end):
            for character in _normal_character(text[offset]):
                characters.append(character)
                offsets.append(offset)
    simplified = simplify("".join(characters))
    return _with_common_years(_without_marks(simplified, offsets), of_taiwan=_is_of_taiwan(text))


def normalise(text: str) -> str:
    """Only the text of the view, for questions and drafts."""
    return make_view(text).text


def simplify(text: str) -> str:
    """Simplified Chinese of the same length, character by character where OpenCC would change the length."""
    converted = _converter().convert(text)
    if len(converted) == len(text):
        return str(converted)
    return "".join(_simplified_character(character) for character in text)


def _kept(start: int, end: int, dropped: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    position = start
    for drop_start, drop_end in dropped:
        if drop_end <= position or drop_start >= end:
            continue
        if drop_start > position:
            yield position, drop_start
        position = max(position, drop_end)
    if position < end:
        yield position, end


def _without_marks(text: str, offsets: list[int]) -> View:
    characters = list(text)
    for match in _DECIMAL_MARK.finditer(text):
        characters[match.start()] = "."
    repaired = "".join(characters)
    removed: set[int] = set()
    for match in _THOUSANDS_MARK.finditer(repaired):
        removed.update(i for i in range(*match.span()) if repaired[i] == ",")
    for pattern in (_LOOSE_SPACE, _SPACE_IN_FIGURE, _SPACED_DIGITS):
        for match in pattern.finditer(repaired):
            removed.update(i for i in range(*match.span()) if repaired[i] == " ")
    if not removed:
        return View(repaired, array("l", offsets))
    kept = [i for i in range(len(repaired)) if i not in removed]
    return View("".join(repaired[i] for i in kept), array("l", [offsets[i] for i in kept]))


def _with_common_years(view: View, *, of_taiwan: bool) -> View:
    """Years of the era as common ones; a bare 112年 only in a text of Taiwan, as a date, or where the text begins."""
    found = [
        match
        for match in _ERA_YEAR.finditer(view.text)
        if match["named"] or of_taiwan or match.start() == 0 or _DATED.match(view.text, match.end())
    ]
    if not found:
        return view
    pieces: list[str] = []
    offsets: array[int] = array("l")
    position = 0
    for match in found:
        group = "named" if match["named"] else "bare"
        year = str(_ERA_BEGINS + int(match[group]))
        first, last = match.span(group)
        pieces += [view.text[position : match.start()], year]
        offsets += view.offsets[position : match.start()]
        offsets += array("l", [view.offsets[min(first + number, last - 1)] for number in range(len(year))])
        position = match.end()
    pieces.append(view.text[position:])
    offsets += view.offsets[position:]
    return View("".join(pieces), offsets)


@lru_cache(maxsize=64)
def _is_of_taiwan(text: str) -> bool:
    return bool(_OF_TAIWAN.search(text))


@lru_cache(maxsize=65536)
def _normal_character(character: str) -> str:
    if character == "\t":
        return character
    if character.isspace():
        return " "
    if unicodedata.category(character) in {"Cc", "Cf"}:
        return ""
    if "①" <= character <= "⑳":
        return f"({ord(character) - ord('①') + 1})"
    if character in "—−":
        return "-"
    if character == "℃":
        return character
    return unicodedata.normalize("NFKC", character).replace("\t", " ")


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def _simplified_character(character: str) -> str:
    converted = str(_converter().convert(character))
    return converted if len(converted) == 1 else character
