"""A spreadsheet of questions and answers, CSV or xlsx, as rows of text with the place of every cell."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from index.errors import UserError
from index.reading import read_document
from rag.spreadsheet_cells import as_meant

MAX_ROWS = 100_000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
"""Of an xlsx file, which is a zip archive."""
MAX_CELL_CHARACTERS = 32_767
"""What a spreadsheet holds in one cell."""

_NAMES = {
    "question": ("问题", "question", "提问", "user_input"),
    "answer": ("答案", "answer", "标准答案", "参考答案", "reference", "ground_truth"),
    "source": ("来源", "source", "出处", "引文", "原文"),
    "category": ("类别", "category"),
}
_REQUIRED = ("question", "answer")
_DELIMITERS = (",", "\t", ";", "，")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row."""

    text: str
    """Without blanks at the ends; empty where the cell or the column is missing."""
    place: str
    """For messages: `第 3 行“答案”列`."""
    fault: str = ""
    """Why the cell cannot be read, one sentence without full stop."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question."""

    question: Cell
    answer: Cell
    source: Cell
    category: Cell


def read_table(file: Path) -> list[Row]:
    """The rows below the header that hold anything, in order.

    Raises:
        UserError: the file cannot be read, is neither CSV nor xlsx, or has no columns 问题 and 答案.
    """
    if not file.is_file():
        raise UserError(f"找不到文件 {file}，请检查路径。")
    suffix = file.suffix.lower()
    if suffix == ".xlsx":
        rows = _xlsx_rows(file)
    elif suffix in {".csv", ".tsv", ".txt"}:
        rows = _csv_rows(read_document(file, file.parent).text)
    else:
        raise UserError(f"{file} 不是 .csv 或 .xlsx 文件，请在表格软件里另存为其中一种。")
    return list(_named(file, rows))


def _named(file: Path, rows: Iterator[Sequence[tuple[str, str]]]) -> Iterator[Row]:
    header = [text for text, _ in next(rows, [])]
    columns = {name: _find(header, names) for name, names in _NAMES.items()}
    missing = [f"“{_NAMES[name][0]}”（{name}）" for name in _REQUIRED if columns[name] is None]
    if missing:
        present = "、".join(text for text in header if text) or "空的"
        raise UserError(f"{file} 第 1 行缺少{'和'.join(missing)}列（现为：{present}），请把列名写在第一行。")
    for number, row in enumerate(rows, start=2):
        if number > MAX_ROWS:
            raise UserError(f"{file} 超过 {MAX_ROWS} 行，请拆成几个文件。")
        cells = {
            name: _cell(row, column, f"第 {number} 行“{header[column] if column is not None else name}”列")
            for name, column in columns.items()
        }
        if any(text for text, _ in row):
            yield Row(**cells)


def _find(header: Sequence[str], names: Sequence[str]) -> int | None:
    lowered = [text.casefold() for text in header]
    return next((lowered.index(name) for name in names if name in lowered), None)


def _cell(row: Sequence[tuple[str, str]], column: int | None, place: str) -> Cell:
    text, fault = row[column] if column is not None and column < len(row) else ("", "")
    if len(text) > MAX_CELL_CHARACTERS:
        return Cell("", place, f"有 {len(text)} 个字，太长")
    return Cell(text, place, fault)


def _csv_rows(text: str) -> Iterator[Sequence[tuple[str, str]]]:
    first_line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield [(as_meant(cell.strip()), "") for cell in row]
    except csv.Error as error:
        raise UserError(f"CSV 第 {reader.line_num} 行读不了（{error}），请在表格软件里重新另存为 CSV。") from error


def _xlsx_rows(file: Path) -> Iterator[Sequence[tuple[str, str]]]:
    import openpyxl  # only here: most commands read no spreadsheet

    try:
        with zipfile.ZipFile(file) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise UserError(f"{file} 展开后超过 {MAX_UNPACKED_BYTES // 1024**2} MB，请拆成几个文件。")
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            try:
                for row in book.worksheets[0].iter_rows():
                    yield [_xlsx_cell(cell.value, str(cell.number_format or "")) for cell in row]
            finally:
                book.close()
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, IndexError, SyntaxError) as error:
        raise UserError(f"{file} 不是完好的 xlsx 文件，请在表格软件里打开后另存为 xlsx 或 CSV。") from error


def _xlsx_cell(value: Any, number_format: str) -> tuple[str, str]:  # noqa: ANN401 - whatever a cell holds
    if value is None:
        return "", ""
    if isinstance(value, str) and re.fullmatch(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)", value):
        return "", f"是公式错误 {value}"
    if isinstance(value, bool):
        return ("是" if value else "否"), ""
    if isinstance(value, int | float):
        return _number(value, number_format), ""
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日", ""
    return str(value).strip(), ""


def _number(value: float, number_format: str) -> str:
    if "%" in number_format:
        return f"{value * 100:.10g}%"
    return f"{value:.15g}"
