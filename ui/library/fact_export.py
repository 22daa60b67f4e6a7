"""Facts as files for a spreadsheet, with no cell that it would run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from index.catalogue import FactEntry
from rag.spreadsheet_cells import harmless
from ui.library.view import ROLE_TITLES, STATUS_TITLES

EXCEL_ROWS_MAX: Final = 100_000
"""A sheet takes ten times as many, but writing them takes minutes."""
_EXCEL_CELL_MAX: Final = 32_767
_COLUMNS: Final = (
    ("指标", 24), ("数字", 14), ("值", 16), ("单位", 8), ("限定词", 8), ("地区", 22), ("时间", 14), ("类别", 8),
    ("状态", 8), ("标题", 30), ("发布", 12), ("文档", 28), ("起", 8), ("止", 8), ("原文", 80),
)  # fmt: skip
"""Titles with the width of the column in characters."""
_NOT_IN_EXCEL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CSV_BATCH: Final = 200

_Cell = str | int | float


def csv_pieces(entries: Iterable[FactEntry]) -> Iterator[bytes]:
    """Yield a CSV file, UTF-8 with a byte order mark; text that would be a formula is led by an apostrophe."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    stream.write("\ufeff")
    writer.writerow([title for title, _ in _COLUMNS])
    for number, entry in enumerate(entries, 1):
        writer.writerow([harmless(cell) for cell in _row(entry)])
        if number % _CSV_BATCH == 0:
            yield _taken(stream)
    yield _taken(stream)


def write_xlsx(entries: Iterable[FactEntry], file: Path) -> None:
    """Write an Excel file; every text is a text cell, which is never run as a formula whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("数字")
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(_COLUMNS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    head = [WriteOnlyCell(sheet, title) for title, _ in _COLUMNS]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for entry in entries:
        sheet.append([_excel_cell(sheet, cell) for cell in _row(entry)])
    book.save(file)


def _row(entry: FactEntry) -> tuple[_Cell, ...]:
    fact = entry.fact
    return (
        fact.indicator, fact.text, _number(fact.value), fact.unit, fact.qualifier, fact.place, fact.period,
        ROLE_TITLES[fact.role], STATUS_TITLES[fact.status], entry.title, entry.published or "", fact.doc,
        entry.quote_start, entry.quote_end, entry.quote,
    )  # fmt: skip


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _excel_cell(sheet: object, value: _Cell) -> object:
    if not isinstance(value, str):
        return value
    text = _NOT_IN_EXCEL.sub("", value)[:_EXCEL_CELL_MAX]
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _taken(stream: io.StringIO) -> bytes:
    data = stream.getvalue().encode("utf-8")
    stream.seek(0)
    stream.truncate()
    return data
