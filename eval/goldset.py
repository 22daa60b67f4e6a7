"""Gold items: the typed form of one JSON line of a gold set, and the reading of gold files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, field_validator, model_validator

from index.errors import UserError
from rag.contract import Turn

MAX_QUOTE_CHARACTERS = 120
DATE_UNIT = "date"
RANK_UNIT = "排名"

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_FRACTION = re.compile(r"\d+/[1-9]\d*")


class Category(StrEnum):
    """What makes a question hard."""

    LOOKUP = "lookup"
    MULTI = "multi"
    PARAPHRASE = "paraphrase"
    TRADITIONAL = "traditional"
    TIME = "time"
    ENTITY = "entity"
    CONFLICT = "conflict"
    RANGE = "range"
    OCR = "ocr"
    COMPARE = "compare"
    ARITHMETIC = "arithmetic"
    FOLLOW_UP = "follow_up"
    TEXT = "text"
    UNANSWERABLE = "unanswerable"


COMPUTED_CATEGORIES = frozenset({Category.ARITHMETIC, Category.COMPARE})
"""Categories whose gold value may be computed, so that no quote holds it."""


class _GoldRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GoldValue(_GoldRecord):
    """One value an answer must hold, as written in the source."""

    value: Decimal | str
    """A number; a string only for a date (`2023`, `2023-10`, `2023-10-01`) or a fraction (`1/5`)."""
    unit: str
    """With its magnitude (`亿元`), `%`, `个百分点`, a measure word, `date`, `排名`, or empty."""

    @field_validator("value", mode="before")
    @classmethod
    def _number_stays_exact(cls, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise ValueError("须是数字，或写成字符串的日期、分数")
        return value if isinstance(value, str) else Decimal(str(value))

    @model_validator(mode="after")
    def _string_only_for_date_or_fraction(self) -> Self:
        if self.unit == DATE_UNIT:
            if not isinstance(self.value, str) or not _DATE.fullmatch(self.value):
                raise ValueError(f"日期须写成 2023、2023-10 或 2023-10-01，现为 {self.value}")
        elif isinstance(self.value, str) and not _FRACTION.fullmatch(self.value):
            raise ValueError(f"数值须是数字或 1/5 这样的分数，现为 {self.value}")
        return self

    def __str__(self) -> str:
        """As a user would write it: `121.3亿元`, `2023-10`, `第4`."""
        if self.unit == RANK_UNIT:
            return f"第{self.value}"
        return str(self.value) if self.unit == DATE_UNIT else f"{self.value}{self.unit}"


class GoldSource(_GoldRecord):
    """Where the documents say it."""

    doc: str
    """Path relative to the corpus folder."""
    quote: str = Field(min_length=1)
    """Verbatim in the document, at most 120 characters (`lint` checks both)."""


class GoldItem(_GoldRecord):
    """One question with what a right answer must hold."""

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    history: tuple[Turn, ...] = ()
    category: Category
    answers: tuple[GoldValue, ...] = ()
    """All of them must appear."""
    any_of: tuple[tuple[GoldValue, ...], ...] = ()
    """Conflict only: the sides, one of which must appear whole."""
    text_answers: tuple[str, ...] = ()
    """One of them must appear."""
    refuse: bool = False
    sources: tuple[GoldSource, ...] = ()
    must_pass: StrictBool = False
    """Losing this item is a regression by itself."""

    @model_validator(mode="after")
    def _fields_fit_together(self) -> Self:
        expected = bool(self.answers or self.any_of or self.text_answers)
        if self.refuse != (self.category is Category.UNANSWERABLE):
            raise ValueError("refuse 为 true 当且仅当 category 为 unanswerable")
        if self.refuse and (expected or self.sources):
            raise ValueError("应拒答的题不能有 answers、any_of、text_answers 或 sources")
        if not self.refuse and not expected:
            raise ValueError("可回答的题须有 answers、any_of 或 text_answers")
        if not self.refuse and not self.sources:
            raise ValueError("可回答的题须有 sources")
        if self.any_of and (self.category is not Category.CONFLICT or self.answers or not all(self.any_of)):
            raise ValueError("any_of 只用于 conflict，各项非空，且 answers 须为 []")
        if any(not text.strip() for text in self.text_answers):
            raise ValueError("text_answers 不能有空字符串")
        return self

    @property
    def sides(self) -> tuple[tuple[GoldValue, ...], ...]:
        """Lists of values one of which must appear whole; a single empty list where only text is asked for."""
        return self.any_of or (self.answers,)

    @property
    def values(self) -> tuple[GoldValue, ...]:
        """Every gold value, over all sides."""
        return tuple(value for side in self.sides for value in side)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of question and expected answer, however the line was formatted; `must_pass` is no part of it."""
        return hashlib.sha256(self.model_dump_json(exclude={"must_pass"}).encode("utf-8")).hexdigest()

    @property
    def docs(self) -> tuple[str, ...]:
        """The gold documents, each once, in order."""
        return tuple(dict.fromkeys(source.doc for source in self.sources))


def read_gold(files: Sequence[Path]) -> list[GoldItem]:
    """Read gold files into one set.

    Raises:
        UserError: a file cannot be read, a line is malformed, an id is used twice, or there is no item at all.
    """
    items: list[GoldItem] = []
    seen: dict[str, str] = {}
    for file in files:
        for number, line in numbered_lines(file):
            item = parse_line(line, file, number)
            if item.id in seen:
                raise UserError(f"{file} 第 {number} 行：字段 id：{item.id} 已在 {seen[item.id]} 用过，请换一个编号。")
            seen[item.id] = f"{file} 第 {number} 行"
            items.append(item)
    if not items:
        named = "、".join(str(file) for file in files) or "（未指定文件）"
        raise UserError(f"评测集是空的：{named}。请用 --gold 指定至少有一道题的 JSONL 文件。")
    return items


def numbered_lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the non-blank lines of a UTF-8 file with their numbers from 1.

    Raises:
        UserError: the file is missing or is not UTF-8.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"读不了文件 {file}：{error.strerror}。请检查路径和权限。") from error
    except UnicodeDecodeError as error:
        raise UserError(f"文件 {file} 不是 UTF-8 文本，请另存为 UTF-8。") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def parse_line(line: str, file: Path, number: int) -> GoldItem:
    """Turn one JSON line into an item.

    Raises:
        UserError: naming file, line and field.
    """
    try:
        data = json.loads(line, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise UserError(
            f"{file} 第 {number} 行：不是合法的 JSON（第 {error.colno} 列附近），请一行写一个完整的对象。"
        ) from error
    try:
        return GoldItem.model_validate(data)
    except ValidationError as error:
        raise UserError(f"{file} 第 {number} 行：{describe_invalid(error)}") from error


def describe_invalid(error: ValidationError) -> str:
    """Say in Chinese which field of a record is wrong and why (the first fault only)."""
    fault = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in fault["loc"] if part not in {"decimal", "str"}) or "整行"
    if fault["type"] == "missing":
        reason = "缺少这个字段，请补上"
    elif fault["type"] == "extra_forbidden":
        reason = "未知字段，请删去或改正拼写"
    elif fault["type"] == "value_error":
        reason = str(fault["ctx"]["error"])
    elif fault["type"] == "enum":
        reason = f"值 {fault['input']} 不在允许之列（{'、'.join(Category)}）"
    else:
        reason = f"值 {fault['input']!r} 的类型或内容不对"
    return f"字段 {field}：{reason}。"


def gold_hash(items: Iterable[GoldItem]) -> str:
    """SHA-256 of the items, whatever files they came from and however those were formatted."""
    digest = hashlib.sha256()
    for item in sorted(items, key=lambda item: item.id):
        digest.update(item.fingerprint.encode("ascii"))
    return digest.hexdigest()
