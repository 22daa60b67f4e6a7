"""The plan of a table: which rows are heads, which columns label the rows, which rows are parts of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.table_units import is_listed

_YEAR = r"(?:19|20)\d\d"
_PERIOD_HEAD = re.compile(
    rf"(?:{_YEAR}[年./-]?)?(?:1[0-2]|0?[1-9])月?(?:-|~|至)(?:1[0-2]|0?[1-9])月(?!\d).{{0,12}}"
    rf"|(?:{_YEAR}年)?(?:1[0-2]|0?[1-9])月(?:份|[底末])?(?!\d)(?:(?:3[01]|[12]\d|0?[1-9])日)?.{{0,12}}"
    rf"|{_YEAR}[年./-](?:1[0-2]|0?[1-9])|{_YEAR}年?(?:[EFAP]|[QH][1-4])?(?:[^\d].{{0,11}})?|[一二三四1-4]季度.{{0,8}}|Q[1-4]"
)
_FIGURE = re.compile(r"[+-]?\d[\d.]*\D{0,4}")
_NO_FIGURE = re.compile(r"(?:[-/]+|无|…+|\.{3,}|N/?A)?", re.IGNORECASE)
_PART = re.compile(r"^(?:其中[:,]?|#)")
_NUMBER_HEADS = frozenset({"序号", "编号", "代码", "行次"})
_CODE_HEAD = re.compile(r"(?P<kind>分?包|标段|标包|包件|品目|楼|幢|栋|组|线路|站|井|道次|批)(?:号|序号|编号)")
"""Head of a column whose numbers name what the next column describes: 包号 1, called 包1."""
_LABEL_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of figures."""

    number: int
    """Its place among the rows of the table that hold cells."""
    header: tuple[str, ...]
    parent: str
    """Label of the row it is a part of; empty where there is none."""
    label: str
    """Its label where that is more than its first cell; else empty."""
    label_columns: int


def planned_rows(rows: Sequence[Sequence[str]], indents: Sequence[int]) -> Iterator[PlannedRow]:
    """Rows of a table that are no heads; `rows` are normalised cells, `indents` the space before each row."""
    head_rows = _head_rows(rows)
    header = joined_heads(head_rows)
    label_columns = _label_columns(header, rows[len(head_rows) :])
    levels = _levels(indents[len(head_rows) :])
    parent = section = filled = ""
    for number in range(len(head_rows), len(rows)):
        cells = rows[number]
        if not header:
            yield PlannedRow(number, ("",) * len(cells), "", "", 1)
            continue
        if _is_new_header(cells, header):
            yield PlannedRow(number, header, "", "", 1)
            header, parent, section = tuple(cells), "", ""
            continue
        if _is_section(cells):
            yield PlannedRow(number, header, "", "", 1)
            section, parent = cells[0], ""
            continue
        filled = cells[0] or (filled if label_columns > 1 else "")
        is_part = bool(levels[number - len(head_rows)] or _PART.match(cells[0])) and parent != ""
        code = _CODE_HEAD.fullmatch(header[0]) if filled.isdecimal() else None
        first = f"{code['kind']}{filled}" if code else filled
        label = "" if label_columns == 1 else " ".join([first, *cells[1:label_columns]]).strip()
        yield PlannedRow(number, header, parent if is_part else section, label, label_columns)
        if not is_part:
            parent = cells[0]


def _head_rows(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The first row, where it holds no figures, and the second, where the first leaves places for it."""
    if _has_figures(rows[0]):
        return []
    if len(rows) > 2 and _is_row_of_units(rows[1]):
        return rows[:2]
    is_upper = "" in rows[0][1:] or len(set(rows[0])) < len(rows[0])
    return rows[:2] if is_upper and len(rows) > 2 and not _has_figures(rows[1]) else rows[:1]


def _is_row_of_units(cells: Sequence[str]) -> bool:
    """Whether a row below the heads gives their units and nothing else."""
    written = [cell.strip("()") for cell in cells if cell]
    return bool(written) and len(written) >= len(cells) - 1 and all(is_listed(unit) for unit in written)


def _has_figures(cells: Sequence[str]) -> bool:
    """Whether a row is no row of column heads; periods alone may stand in a head."""
    return any(_FIGURE.fullmatch(cell) and not _PERIOD_HEAD.fullmatch(cell) for cell in cells[1:])


def joined_heads(header: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Heads of two levels as one: an empty upper cell belongs to the one on its left."""
    if len(header) < 2:
        return tuple(header[0]) if header else ()
    upper, lower = header
    is_row_of_units = _is_row_of_units(lower)
    joined = []
    spanning = ""
    for column in range(max(len(upper), len(lower))):
        own = upper[column] if column < len(upper) else ""
        spanning = own or spanning
        under = lower[column] if column < len(lower) else ""
        if is_row_of_units and under:
            joined.append(f"{own}({under.strip('()')})")
            continue
        joined.append(own if not under or under == own else f"{spanning}{under}")
    return tuple(joined)


def _label_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How many columns name a row: a second one where the first says the same of several rows, or nothing."""
    if not header or header[0] in _NUMBER_HEADS:
        return 1
    full = [cells for cells in rows if len(cells) == len(header) and not _is_section(cells)]
    firsts = [cells[0] for cells in full]
    names_codes = bool(_CODE_HEAD.fullmatch(header[0])) and all(first.isdecimal() for first in firsts)
    if len(header) < 3 or len(full) < 2 or (len(set(firsts) - {""}) == len(firsts) and not names_codes):
        return 1
    seconds = [cells[1] for cells in full]
    is_words = all(
        second
        and len(second) <= _LABEL_CHARACTERS
        and not _FIGURE.fullmatch(second)
        and not _NO_FIGURE.fullmatch(second)
        for second in seconds
    )
    return 2 if is_words and header[1] not in {"单位", "计量单位"} else 1


def _levels(indents: Sequence[int]) -> list[bool]:
    """Whether each row is set in; indents of many widths are no sign of anything."""
    if len(set(indents)) > 3 or not indents:
        return [False] * len(indents)
    return [indent >= min(indents) + 2 for indent in indents]


def _is_new_header(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row in the middle of a table heads what follows: |分地区|营业收入|…| below |分产品|营业收入|…|."""
    repeated = sum(cell == head for cell, head in zip(cells[1:], header[1:], strict=False) if cell)
    return repeated * 2 >= len(header) - 1 and repeated > 0 and not _has_figures(cells) and cells[0] != ""


def _is_section(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and cells[0] != "" and not any(cells[1:])
