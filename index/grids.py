"""Where the lines of a table are cut into cells: at bars, at tabs, or at runs of spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_BAR = re.compile(r"[|｜│]")
_TAB = re.compile(r"\t")
_GAP = re.compile(r"\t+|[^\S\t]{2,}")
_RULE = re.compile(r"[\s|｜│:：+\-—─┼├┤=]*")
_FIGURE = re.compile(r"[+\-−－]?[\d０-９][\d０-９.,．，%％]*")
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
    return bool(re.search(r"[|｜│\t]|\S[^\S\t]{2,}\S", line.strip()))


def grid_at(text: str, lines: Sequence[tuple[int, int]], first: int) -> Grid | None:
    """The table whose first row is line `first`; None where fewer than two lines are rows of as many cells.

    `lines` are spans of `text`.
    """
    found = [grid for cut in (_BAR, _TAB, _GAP) if (grid := _grid(text, lines, first, cut)) is not None]
    return max(found, key=lambda grid: grid.line_count, default=None)


def _grid(text: str, lines: Sequence[tuple[int, int]], first: int, cut: re.Pattern[str]) -> Grid | None:
    rows: list[list[tuple[int, int]]] = []
    width = 0
    for number in range(first, len(lines)):
        line = text[slice(*lines[number])]
        if width and _RULE.fullmatch(line):
            rows.append([])
            continue
        cells = _cells(line, cut)
        is_short = cut is not _GAP and 2 <= len(cells) < width
        if len(cells) < 2 or (width and len(cells) != width and not is_short):
            break
        if max(end - start for start, end in cells) > _CELL_CHARACTERS:
            break
        width = width or len(cells)
        rows.append([(lines[number][0] + start, lines[number][0] + end) for start, end in cells])
    if sum(map(bool, rows)) < 2 or (cut is _GAP and not _has_column_of_figures(text, rows)):
        return None
    return Grid(rows)


def _cells(line: str, cut: re.Pattern[str]) -> list[tuple[int, int]]:
    """Cells of a line, spaces around them left out."""
    start, end = 0, len(line)
    if cut is _BAR:
        start, end = _inside_bars(line)
    elif cut is _GAP:
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
