"""The shape of a page: reports, headings, paragraphs and tables, told from its lines."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from index.dialogue import questions_answered
from index.grids import Grid, grid_at
from index.table_rows import planned_rows
from index.tables import ALONE, RowPlace
from index.view import View, make_view
from index.wrapping import NUMBERED, TERMINAL, TextLine, joined_lines

_REPORT = re.compile(
    r"^(?P<title>.{2,40}?)[\s(【]*(?:篇|第)\s*[0-9一二三四五六七八九十]{1,3}[篇)】]?(?:[:：\s].{0,20})?$|^【?篇[0-9一二三四五六七八九十]{1,3}】?.{0,30}$"
)
_LEAD_HEADING = re.compile(
    r"^(?:\([一二三四五六七八九十]{1,3}\)|\d{1,2}[、.](?!\d)|[一二三四五六七八九十]{1,3}、)[^。;:!?]{2,40}[。:]"
)
_TABLE_NAME = re.compile(r"^附?表\s?[\d一二三四五六七八九十]|(?:计量)?单位:")
_UNIT_LINE = re.compile(r"[(]?(?:计量)?单位:")
_INTRODUCTION = re.compile(
    r"(?:^|[,。;])(?P<clause>[^,。;]{2,40}?)(?:[,]?(?:具体)?(?:列示)?(?:如下表?|[见如]下表|见表\d*)(?:所示)?)?[:。]$"
)
_HEADING_CHARACTERS = 42
_CAPTION_LINES = 2
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
    """Column heads, for a table row, whose view holds its cells with a tab between them."""
    table_caption: str = ""
    table_row: RowPlace = ALONE
    """What a table row has from the rows around it."""
    is_heading: bool = False
    question: str = ""
    """The question above that a paragraph of an interview answers."""


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


def blocks_of(text: str, dropped: list[tuple[int, int]]) -> list[Block]:
    """Paragraphs and table rows of a text in order, headings attached, furniture left out of the views."""
    lines = joined_lines(text, dropped)
    spans = [(line.start, line.end) for line in lines]
    state = _State()
    blocks: list[Block] = []
    captions: list[str] = []
    questions = questions_answered([line.view.text.strip() for line in lines])
    past = ""
    position = 0
    while position < len(lines):
        line, question = lines[position], questions[position]
        grid = grid_at(text, spans, position)
        if grid is not None:
            table = lines[position : position + grid.line_count]
            intro = _introduction(blocks[: len(blocks) - len(captions)])
            blocks += _table_blocks(text, dropped, table, grid, state, captions, intro)
            position += grid.line_count
            captions = []
            continue
        position += 1
        if _is_caption(text, lines, spans, position - 1):
            captions.append(line.view.text.strip())
            blocks.append(Block(line.start, line.end, line.view, state.above(), state.report, is_heading=True))
            continue
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
            answered = "" if question == past else question
            blocks.append(Block(line.start, line.end, line.view, state.above(), state.report, question=answered))
            continue
        past = question
        blocks.append(Block(line.start, line.end, line.view, state.above()[:-1], state.report, is_heading=True))
    return blocks


def _starts_report(view: str) -> bool:
    return len(view) <= 60 and bool(_REPORT.match(view)) and not TERMINAL.search(view) and ("篇" in view)


def _heading_level(view: str) -> int:
    for level, pattern in NUMBERED:
        if pattern.match(view):
            return level
    return _UNNUMBERED_LEVEL


def _is_heading(view: str, following: str) -> bool:
    if len(view) > _HEADING_CHARACTERS or TERMINAL.search(view) or not following:
        return False
    if any(pattern.match(view) for _level, pattern in NUMBERED):
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


def _is_caption(text: str, lines: list[TextLine], spans: list[tuple[int, int]], position: int) -> bool:
    """Whether a line names the table under it, or the unit of its cells; numbered headings stay headings."""
    view = lines[position].view.text.strip()
    if len(view) > _HEADING_CHARACTERS or TERMINAL.search(view) or _starts_report(view):
        return False
    is_named = bool(_TABLE_NAME.search(view))
    if not is_named and (re.search(r"[,;:]", view) or any(pattern.match(view) for _level, pattern in NUMBERED)):
        return False
    below = range(position + 1, min(position + 1 + (_CAPTION_LINES if is_named else 1), len(lines)))
    if any(grid_at(text, spans, number) is not None for number in below):
        return True
    names_unit_below = position + 1 < len(lines) and _UNIT_LINE.match(lines[position + 1].view.text.strip())
    return bool(names_unit_below) and _is_caption(text, lines, spans, position + 1)


def _introduction(blocks: list[Block]) -> str:
    """The clause right above a table that says what it shows: 保费收入按险种列示如下."""
    if not blocks or blocks[-1].is_heading or blocks[-1].table_header:
        return ""
    match = _INTRODUCTION.search(blocks[-1].view.text.strip())
    return match["clause"] if match else ""


def _table_blocks(
    text: str,
    dropped: list[tuple[int, int]],
    lines: list[TextLine],
    grid: Grid,
    state: _State,
    captions: list[str],
    intro: str,
) -> Iterator[Block]:
    above = state.above()
    names = (
        captions if any(not _UNIT_LINE.match(line) for line in captions) else [intro or "".join(above[-1:]), *captions]
    )
    caption = " ".join(names).strip()
    headings = (*above, *captions[:1])
    rows = [
        (line, spans, [make_view(text, start, end, dropped) for start, end in spans])
        for line, spans in zip(lines, grid.rows, strict=True)
        if spans
    ]
    texts = [[cell.text.strip() for cell in cells] for _line, _spans, cells in rows]
    indents = [_indent(text, line.start, spans[0][0]) for line, spans, _cells in rows]
    for row in planned_rows(texts, indents):
        line, spans, cells = rows[row.number]
        yield Block(
            line.start,
            line.end,
            _row_view(cells, spans),
            headings,
            state.report,
            row.header,
            caption,
            RowPlace(row.parent, row.label, row.label_columns),
        )


def _indent(text: str, start: int, first_cell: int) -> int:
    """Width of the space before the first cell; one of full width counts as two."""
    return sum(2 if character in "\u3000\u2003" else 1 for character in text[start:first_cell] if character.isspace())


def _row_view(cells: list[View], spans: list[tuple[int, int]]) -> View:
    """The cells of a row with one tab between two of them, which stands for the separator in the text."""
    text = "\t".join(cell.text for cell in cells)
    offsets: list[int] = []
    for cell, (_start, end) in zip(cells, spans, strict=True):
        offsets += [*cell.offsets, end]
    return View(text, array("l", offsets[:-1]))
