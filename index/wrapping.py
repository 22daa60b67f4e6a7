"""Lines of a text as they are meant: those that a page has broken inside a sentence are put together again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.cleaning import lines_of
from index.grids import is_grid_line
from index.view import View, make_view

NUMBERED = (
    (1, re.compile(r"^第[一二三四五六七八九十百\d]+[章篇编部]")),
    (2, re.compile(r"^[一二三四五六七八九十]{1,3}[、.:]|^[IVX]{1,4}[.、]|^第[一二三四五六七八九十百\d]+[节条]")),
    (3, re.compile(r"^\([一二三四五六七八九十]{1,3}\)[、.]?")),
    (4, re.compile(r"^\d{1,2}[、.](?!\d)|^\(\d{1,2}\)")),
)
"""Levels of numbered headings and how each is written."""
TERMINAL = re.compile(r"[。!?;…][”\"')\]]*$")
_BULLET = re.compile(r"^\s*[★☆◆◇●○■□▲△►▶•·※*-]")
_BROKEN_OFF = re.compile(r"[,、]$")
_OPEN_ENDED = re.compile(r"[,。;].*(?:[的占为达是在于和与到至约近超比由从及]|已经|实现|完成|同比|增长|下降)$")
"""What no sentence ends with."""
_PROSE = re.compile(r"[,。;].{10}")
_IN_A_FIGURE = re.compile(r"[,。;].*\d$")
_IN_AN_AMOUNT = re.compile(r"[,。;].*\d[万亿]$")
_SHORTEST_BROKEN = 20
"""Characters of a line that a page may have broken off inside a sentence."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line or several that belong together, furniture left out of the view."""

    start: int
    end: int
    view: View
    blank_before: bool
    is_grid_line: bool


def joined_lines(text: str, dropped: list[tuple[int, int]]) -> list[TextLine]:
    """Lines of the text but the `dropped` spans, in order; one sentence is not left in two of them."""
    raw: list[TextLine] = []
    last_end = 0
    for line in lines_of(text):
        if any(start <= line.start and line.end <= end for start, end in dropped):
            last_end = line.end
            continue
        view = make_view(text, line.start, line.end, dropped)
        if view.text.strip():
            blank = text[last_end : line.start].count("\n") > 1
            raw.append(TextLine(line.start, line.end, view, blank, is_grid_line(text[line.start : line.end])))
        last_end = line.end
    return _unwrapped(text, dropped, raw) if _is_hard_wrapped(raw) else _mended(text, dropped, raw)


def _mended(text: str, dropped: list[tuple[int, int]], lines: list[TextLine]) -> list[TextLine]:
    """The same lines, with one that breaks off inside a sentence or a figure put before the next."""
    mended: list[TextLine] = []
    gaps = list(dropped)
    for line in lines:
        last = mended[-1] if mended else None
        if last is None or not _goes_on(text, last, line):
            mended.append(line)
            continue
        gaps = sorted([*gaps, (last.end, line.start)])
        view = make_view(text, last.start, line.end, gaps)
        mended[-1] = TextLine(last.start, line.end, view, last.blank_before, is_grid_line=False)
    return mended


def _goes_on(text: str, line: TextLine, following: TextLine) -> bool:
    """Whether a sentence goes on in the following line: …621万标箱, …占营收的, or …突破9 with 00万标箱 below."""
    if line.is_grid_line or following.is_grid_line:
        return False
    view, below = line.view.text.strip(), following.view.text.strip()
    if len(view) < _SHORTEST_BROKEN or _is_item(below):
        return False
    if _BROKEN_OFF.search(view):
        return True
    if following.blank_before:
        return False
    if _OPEN_ENDED.search(view) or (
        text[line.start].isspace()
        and not text[following.start].isspace()
        and _PROSE.search(view)
        and not TERMINAL.search(view)
    ):
        return True
    return bool(
        (_IN_A_FIGURE.search(view) and re.match(r"[\d.]", below))
        or (_IN_AN_AMOUNT.search(view) and re.match(r"[元吨人家户]", below))
        or (view.endswith(";") and _BULLET.match(view))
    )


def _is_item(view: str) -> bool:
    return bool(_BULLET.match(view)) or any(pattern.match(view) for _level, pattern in NUMBERED)


def _is_hard_wrapped(lines: list[TextLine]) -> bool:
    """Whether line breaks fall inside sentences, as in mail or text files wrapped at a fixed width."""
    lengths = [len(line.view.text) for line in lines]
    if len(lines) < 6 or max(lengths) > 100:
        return False
    longest = max(lengths)
    full = [line for line in lines if len(line.view.text) >= 0.8 * longest and not line.is_grid_line]
    open_ended = [line for line in full if not TERMINAL.search(line.view.text.strip())]
    return len(full) >= 0.4 * len(lines) and len(open_ended) >= 0.6 * len(full)


def _unwrapped(text: str, dropped: list[tuple[int, int]], lines: list[TextLine]) -> list[TextLine]:
    longest = max(len(line.view.text) for line in lines)
    groups: list[list[TextLine]] = []
    for line in lines:
        previous = groups[-1][-1] if groups else None
        flows_on = (
            previous is not None
            and not line.blank_before
            and not line.is_grid_line
            and not previous.is_grid_line
            and len(previous.view.text) >= 0.75 * longest
            and not TERMINAL.search(previous.view.text.strip())
            and not any(pattern.match(line.view.text.strip()) for _level, pattern in NUMBERED)
        )
        if flows_on:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        TextLine(
            group[0].start,
            group[-1].end,
            make_view(text, group[0].start, group[-1].end, dropped),
            group[0].blank_before,
            group[0].is_grid_line,
        )
        for group in groups
    ]
