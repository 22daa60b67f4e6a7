"""The records every room shares: what a document holds and where each piece stands in it.

All `start`/`end` pairs are half-open offsets in code points. Unless a field's docstring says otherwise they point into
`Document.text`, which is the file's content decoded and otherwise untouched (a byte order mark is not part of it).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """How far a figure is a fact."""

    RESULT = "result"
    ESTIMATE = "estimate"
    """Expected for a period that is ending: 预计."""
    TARGET = "target"
    """Aimed at: 力争, 目标, 计划, or a bare statement about a year still to come."""


class Role(StrEnum):
    """What a figure says about its indicator."""

    LEVEL = "level"
    """How much or how many there is."""
    CHANGE = "change"
    """By how much it changed: 增长9.9%, 提高了3个百分点."""
    SHARE = "share"
    """What part of a whole it is: 占…比重12.3%."""
    RANK = "rank"
    """Where it stands among others: 居全市第4."""
    COMPLETION = "completion"
    """What part of a task is done: 完成率160%."""
    CONTRIBUTION = "contribution"
    """What it adds to a larger whole: 拉动…增长3.2个百分点."""
    DATE = "date"
    """When it happened."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus."""

    path: str
    """Relative to the corpus folder, with forward slashes."""
    text: str
    """Decoded content; every quote is a slice of it."""
    title: str
    published: str | None
    """ISO date (`2024-03-31`, `2024-03` or `2024`), where the page says it."""
    encoding: str
    """The codec the file was decoded with."""
    sha256: str
    """Of the file's bytes, hexadecimal."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure as it is written in a text."""

    start: int
    """Offset in the text that was searched, including the qualifier in front where there is one."""
    end: int
    text: str
    value: Decimal
    """In base units: 121.3亿元 is 12130000000 (元), 3.83% is 3.83 (%), a date is year*10000 + month*100 + day."""
    unit: str
    """Canonical Simplified unit: 元, %, 个百分点, 家, 平方米, 排名, date, 倍 ...; empty for a bare number."""
    qualifier: str
    """约, 近, 超, 余, 不足, 以上 ... as written; empty where there is none."""
    precision: str = ""
    """Of a date: `year`, `month` or `day`; empty otherwise."""
    upper: Decimal | None = None
    """Upper end of a written range (5-8家, 2至3倍, 1-9月), same unit; None for a single figure."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or a part of a long one cut at sentence ends: what is embedded and retrieved."""

    id: int
    doc: str
    """`Document.path`."""
    start: int
    end: int
    paragraph_start: int
    """The whole paragraph this passage is part of."""
    paragraph_end: int
    title: str
    section: str
    """Headings above it, joined with ' / '."""
    place: str
    """Inherited place (`天津市东丽区`), empty where the text gives none."""
    period: str
    """Inherited period as text (`2023年`), empty where the text gives none."""
    view: str
    """Normalised text for search: Simplified, half width, decimals repaired, page furniture dropped."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, page furniture left out."""

    id: int
    passage: int
    start: int
    end: int
    view: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of a document with what it measures."""

    id: int
    sentence: int
    passage: int
    doc: str
    start: int
    end: int
    """`Document.text[start:end]` is the figure with unit and qualifier."""
    view_start: int
    """The same span in `Sentence.view`."""
    view_end: int
    segment_start: int
    """The part of `Sentence.view` that belongs to this figure alone."""
    segment_end: int
    text: str
    """The figure in normalised form: 72.5万元 for 72。5万元."""
    value: Decimal
    unit: str
    qualifier: str
    role: Role
    status: Status
    indicator: str
    """The noun phrase the figure measures, in normalised form."""
    place: str
    period: str
    """Absolute where it can be resolved: 2023年, 2023年1-9月, 2019-2024年; else as written."""
    period_start: int
    """First month as year*12+month-1; 0 where unknown."""
    period_end: int
    """Last month, inclusive; 0 where unknown."""
