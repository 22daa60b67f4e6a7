"""Where the lines of a table are cut into cells: at bars, at tabs, or at runs of spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_BAR = re.compile(r"[|｜│]")
_TAB = re.compile(r"\t")
_GAP = re.compile(r"\t+|[^\S\t]{2,}")
_WIDE_SPACE = re.compile(r"\t+|[^\S\t]*\u3000[^\S\t]*|[^\S\t]{2,}")
_SPACE = re.compile(r"\s+")
_RULE = re.compile(r"[\s|｜│:：+\-—─┼├┤=]*")
_FIGURE = re.compile(r"[+\-−－]?[\d０-９][\d０-９.,．，%％]*")
_BLANK = re.compile(r"[-—–/…]*")
_CELL_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines that are rows of one table, cut into cells; lines that are only rules are rows without cells."""

    rows: list[list[tuple[int, int]]]
    """For each line its cells, as spans of the text; an empty cell is an empty span."""

    @property
    def line_count(self) -> int:
        """How many lines the table takes."""
        return len(self.rows)


def is_grid_line(line: str) -> bool:
    """Whether a line could be a row: it holds a bar, a tab or a wide gap between two words."""
    return bool(re.search(r"[|｜│\t]|\S[^\S\t]{2,}\S|\S\u3000[\d+\-−]", line.strip()))


def grid_at(text: str, lines: Sequence[tuple[int, int]], first: int) -> Grid | None:
    """The table whose first row is line `first`; None where fewer than two lines are rows of as many cells.

    `lines` are spans of `text`.
    """
    cuts = (_BAR, _TAB, _GAP, _WIDE_SPACE, _SPACE)
    found = [grid for cut in cuts if (grid := _grid(text, lines, first, cut)) is not None]
    return max(found, key=lambda grid: grid.line_count, default=None)


def _grid(text: str, lines: Sequence[tuple[int, int]], first: int, cut: re.Pattern[str]) -> Grid | None:
    rows: list[list[tuple[int, int]]] = []
    width = 0
    by_space = cut not in (_BAR, _TAB)
    for number in range(first, len(lines)):
        line = text[slice(*lines[number])]
        if width and _RULE.fullmatch(line):
            rows.append([])
            continue
        cells = _cells(line, cut)
        if by_space and not width and line[:2].isspace() and number + 1 < len(lines):
            cells = _with_corner(cells, _cells(text[slice(*lines[number + 1])], cut))
        if by_space and 2 <= len(cells) < width and len(rows) > 1:
            cells = _under_columns(text, lines[number], cells, rows[1])
        is_short = not by_space and 2 <= len(cells) < width
        if len(cells) < 2 or (width and len(cells) != width and not is_short):
            break
        if max(end - start for start, end in cells) > _CELL_CHARACTERS:
            break
        width = width or len(cells)
        rows.append([(lines[number][0] + start, lines[number][0] + end) for start, end in cells])
    if sum(map(bool, rows)) < 2 or (by_space and not _has_column_of_figures(text, rows)):
        return None
    if cut in (_WIDE_SPACE, _SPACE) and not _is_all_figures(text, rows, least=3 if cut is _SPACE else 2):
        return None
    return Grid(rows)


def _with_corner(cells: list[tuple[int, int]], below: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Heads of a table whose upper left corner is empty, which spaces do not show."""
    return [(0, 0), *cells] if len(cells) + 1 == len(below) and len(cells) > 1 else cells


def _under_columns(
    text: str, line: tuple[int, int], cells: list[tuple[int, int]], above: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The cells of a line that misses some, each where it stands on the screen under the columns of a full row."""
    start = text.rfind("\n", 0, above[0][0]) + 1
    columns = [(_columns(text[start:left]), _columns(text[start:right])) for left, right in above]
    own = text[slice(*line)]
    placed = [(cells[0][1], cells[0][1])] * len(columns)
    taken = -1
    for left, right in cells:
        here = (_columns(own[:left]), _columns(own[:right]))
        column = min(range(len(columns)), key=lambda n: min(abs(columns[n][0] - here[0]), abs(columns[n][1] - here[1])))
        if column <= taken:
            return cells
        placed[column] = (left, right)
        taken = column
    return placed if placed[0] == cells[0] else cells


def _columns(text: str) -> int:
    """How many columns of a screen a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def _cells(line: str, cut: re.Pattern[str]) -> list[tuple[int, int]]:
    """Cells of a line, spaces around them left out."""
    start, end = 0, len(line)
    if cut is _BAR:
        start, end = _inside_bars(line)
    elif cut is not _TAB:
        start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    edges = [start]
    for match in cut.finditer(line, start, end):
        edges += match.span()
    edges.append(end)
    return [_trimmed(line, left, right) for left, right in zip(edges[::2], edges[1::2], strict=True)]


def _inside_bars(line: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*[|｜│]?(?P<inside>.*?)[|｜│]?\s*", line)
    return match.span("inside") if match else (0, len(line))


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    text = line[start:end]
    left = start + len(text) - len(text.lstrip())
    return (left, left + len(text.strip())) if text.strip() else (start, start)


def _has_column_of_figures(text: str, rows: list[list[tuple[int, int]]]) -> bool:
    return any(_FIGURE.fullmatch(text[start:end]) for row in rows for start, end in row[1:])


def _is_all_figures(text: str, rows: list[list[tuple[int, int]]], least: int) -> bool:
    """Whether words stand in the first row and the first column alone, as spaces within a sentence do not part them."""
    full = [[text[start:end] for start, end in row] for row in rows if row]
    first = 2 if full and len(full[0]) > 2 and full[0][1] in {"单位", "计量单位"} else 1
    return (
        len(full) >= least
        and len(full[0]) >= 3
        and not any(_FIGURE.fullmatch(cell) for cell in full[0])
        and all(_FIGURE.fullmatch(cell) or _BLANK.fullmatch(cell) for row in full[1:] for cell in row[first:])
    )
