"""The shape of a page: reports, headings, paragraphs and tables, told from its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.cleaning import lines_of
from index.view import View, make_view

_NUMBERED = (
    (1, re.compile(r"^第[一二三四五六七八九十百\d]+[章篇编部]")),
    (2, re.compile(r"^[一二三四五六七八九十]{1,3}[、.:]|^[IVX]{1,4}[.、]|^第[一二三四五六七八九十百\d]+[节条]")),
    (3, re.compile(r"^\([一二三四五六七八九十]{1,3}\)[、.]?")),
    (4, re.compile(r"^\d{1,2}[、.](?!\d)|^\(\d{1,2}\)")),
)
_REPORT = re.compile(
    r"^(?P<title>.{2,40}?)[\s(【]*(?:篇|第)\s*[0-9一二三四五六七八九十]{1,3}[篇)】]?(?:[:：\s].{0,20})?$|^【?篇[0-9一二三四五六七八九十]{1,3}】?.{0,30}$"
)
_LEAD_HEADING = re.compile(
    r"^(?:\([一二三四五六七八九十]{1,3}\)|\d{1,2}[、.](?!\d)|[一二三四五六七八九十]{1,3}、)[^。;:!?]{2,40}[。:]"
)
_CELL = re.compile(r"\t|\||\s{3,}")
_TERMINAL = re.compile(r"[。!?;…][”\"')\]]*$")
_HEADING_CHARACTERS = 42
_UNNUMBERED_LEVEL = 2


@dataclass(slots=True)
class Block:
    """A paragraph or one table row with the headings above it."""

    start: int
    end: int
    view: View
    headings: tuple[str, ...]
    report: int
    """Number of the report on the page, from 0."""
    table_header: tuple[str, ...] = ()
    """Column heads, for a table row."""
    table_caption: str = ""
    is_heading: bool = False


@dataclass(slots=True)
class _State:
    report: int = 0
    report_title: str = ""
    headings: dict[int, str] = field(default_factory=dict)

    def place(self, level: int, heading: str) -> None:
        for lower in [existing for existing in self.headings if existing >= level]:
            del self.headings[lower]
        self.headings[level] = heading

    def above(self) -> tuple[str, ...]:
        own = (self.report_title,) if self.report_title else ()
        return own + tuple(self.headings[level] for level in sorted(self.headings))


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    view: View
    blank_before: bool


def blocks_of(text: str, dropped: list[tuple[int, int]]) -> list[Block]:
    """Paragraphs and table rows of a text in order, headings attached, furniture left out of the views."""
    lines = _joined_lines(text, dropped)
    state = _State()
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        row_count = _table_rows(lines, position)
        if row_count:
            blocks += _table_blocks(lines[position : position + row_count], state)
            position += row_count
            continue
        position += 1
        view = line.view.text.strip()
        following = lines[position].view.text.strip() if position < len(lines) else ""
        if _starts_report(view):
            state.report += 1
            state.report_title, state.headings = view, {}
        elif _is_heading(view, following):
            state.place(_heading_level(view), view)
        else:
            if lead := _LEAD_HEADING.match(view):
                state.place(_heading_level(view), lead.group().rstrip("。:"))
            blocks.append(Block(line.start, line.end, line.view, state.above(), state.report))
            continue
        blocks.append(Block(line.start, line.end, line.view, state.above()[:-1], state.report, is_heading=True))
    return blocks


def _joined_lines(text: str, dropped: list[tuple[int, int]]) -> list[_Line]:
    raw: list[_Line] = []
    last_end = 0
    for line in lines_of(text):
        if any(start <= line.start and line.end <= end for start, end in dropped):
            last_end = line.end
            continue
        view = make_view(text, line.start, line.end, dropped)
        if view.text.strip():
            blank = text[last_end : line.start].count("\n") > 1
            raw.append(_Line(line.start, line.end, view, blank))
        last_end = line.end
    return _unwrapped(text, dropped, raw) if _is_hard_wrapped(raw) else raw


def _is_hard_wrapped(lines: list[_Line]) -> bool:
    """Whether line breaks fall inside sentences, as in mail or text files wrapped at a fixed width."""
    lengths = [len(line.view.text) for line in lines]
    if len(lines) < 6 or max(lengths) > 100:
        return False
    longest = max(lengths)
    full = [line for line in lines if len(line.view.text) >= 0.8 * longest and not _CELL.search(line.view.text.strip())]
    open_ended = [line for line in full if not _TERMINAL.search(line.view.text.strip())]
    return len(full) >= 0.4 * len(lines) and len(open_ended) >= 0.6 * len(full)


def _unwrapped(text: str, dropped: list[tuple[int, int]], lines: list[_Line]) -> list[_Line]:
    longest = max(len(line.view.text) for line in lines)
    groups: list[list[_Line]] = []
    for line in lines:
        previous = groups[-1][-1] if groups else None
        flows_on = (
            previous is not None
            and not line.blank_before
            and len(previous.view.text) >= 0.75 * longest
            and not _TERMINAL.search(previous.view.text.strip())
            and not any(pattern.match(line.view.text.strip()) for _level, pattern in _NUMBERED)
        )
        if flows_on:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        _Line(
            group[0].start,
            group[-1].end,
            make_view(text, group[0].start, group[-1].end, dropped),
            group[0].blank_before,
        )
        for group in groups
    ]


def _starts_report(view: str) -> bool:
    return len(view) <= 60 and bool(_REPORT.match(view)) and not _TERMINAL.search(view) and ("篇" in view)


def _heading_level(view: str) -> int:
    for level, pattern in _NUMBERED:
        if pattern.match(view):
            return level
    return _UNNUMBERED_LEVEL


def _is_heading(view: str, following: str) -> bool:
    if len(view) > _HEADING_CHARACTERS or _TERMINAL.search(view) or not following:
        return False
    if any(pattern.match(view) for _level, pattern in _NUMBERED):
        return "," not in view or not re.search(r"\d", view[3:])
    if re.search(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}|^.{1,4}:", view):
        return False
    has_clause = bool(re.search(r"[,。;]", view))
    return (
        not has_clause
        and len(following) > len(view)
        and not re.search(r"[:、]$", view)
        and not re.match(r"^\(.*\)$", view)
    )


def _cells(view: str) -> list[str]:
    return [cell.strip() for cell in _CELL.split(view.strip().strip("|"))]


def _table_rows(lines: list[_Line], position: int) -> int:
    """How many lines from `position` on are rows of one table: two or more with as many cells, at least two."""
    count = 0
    width = 0
    while position + count < len(lines):
        text = lines[position + count].view.text
        if re.fullmatch(r"[\s|:+-]+", text):
            count += 1
            continue
        cells = _cells(text)
        if len(cells) < 2 or (width and len(cells) != width) or max(len(cell) for cell in cells) > 60:
            break
        width = len(cells)
        count += 1
    return count if count >= 2 else 0


def _table_blocks(rows: list[_Line], state: _State) -> Iterator[Block]:
    header: tuple[str, ...] = ()
    caption = state.headings[max(state.headings)] if state.headings else ""
    for line in rows:
        if re.fullmatch(r"[\s|:+-]+", line.view.text):
            continue
        cells = _cells(line.view.text)
        numeric = [cell for cell in cells[1:] if re.match(r"^[+-]?[\d.]+%?$", cell)]
        if not header and not numeric:
            header = tuple(cells)
            continue
        yield Block(line.start, line.end, line.view, state.above(), state.report, header, caption)
