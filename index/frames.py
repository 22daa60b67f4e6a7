"""What a figure of one sentence inherits from the text above it, and what is found about it."""

from __future__ import annotations

from dataclasses import dataclass

from index.periods import UNKNOWN, Period
from index.records import Quantity, Role, Status


@dataclass(frozen=True, slots=True)
class Setting:
    """What a sentence inherits from the text above it."""

    place: str
    period: Period
    section: str
    reference_year: int | None
    report_end: int
    """Last month the report looks back on (year*12+month-1), 0 where unknown; later periods are targets."""
    carried: Period = UNKNOWN
    """Period stated by the sentence before in the same paragraph."""
    heading_year: int | None = None
    """The one year that the nearest heading with a year names; None where the report's own counts."""
    above: tuple[SentenceFact, ...] = ()
    """Figures of the sentence before in the same paragraph."""
    told_year: Period = UNKNOWN
    """The last year, now over, that the paragraphs above spoke of: whose 全年 it is where the report names none."""
    topic: str = ""
    """The noun that opens the paragraph as a sentence of its own (1.地区生产总值。), for figures that name none."""
    asked: str = ""
    """The question that the paragraph answers, in an interview."""
    opens_answer: bool = False
    """Whether the sentence is the first of that answer with a figure."""


@dataclass(frozen=True, slots=True)
class SentenceFact:
    """A figure of one sentence view, before it gets ids and original offsets."""

    quantity: Quantity
    segment_start: int
    segment_end: int
    role: Role
    status: Status
    indicator: str
    place: str
    period: Period
    measure: str = ""
    """What it took from the figures before it, as an item of their list."""
