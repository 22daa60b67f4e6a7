"""The answer contract: what `ask --json`, a batch line and `POST /api/ask` return."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Mode(StrEnum):
    """How the answer was worded."""

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    LLM = "llm"


class RefusalReason(StrEnum):
    """Why the documents do not answer."""

    NOTHING_FOUND = "nothing_found"
    NO_FIGURE = "no_figure"
    OTHER_PERIOD = "other_period"
    OTHER_PLACE = "other_place"
    UNVERIFIED = "unverified"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(_Record):
    """One earlier exchange of a conversation."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    answer: str


class Citation(_Record):
    """A quote; `text[start:end] == quote` for the document's text, offsets in code points."""

    n: int = Field(ge=1)
    doc: str
    title: str
    published: str | None
    section: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    quote: str


class Figure(_Record):
    """One figure of the answer and where it is proved."""

    text: str
    value: float
    """In base units; a date is year*10000 + month*100 + day."""
    unit: str
    indicator: str
    place: str
    period: str
    qualifier: str
    citation: int
    """`Citation.n`; 0 for a computed figure, whose inputs are cited instead."""
    verified: bool
    subject: str = ""
    """Which side of a comparison or computation it is (东丽区, 2023年); empty otherwise."""


class Conflict(_Record):
    """A figure of another source for the same indicator, place and period whose value differs."""

    text: str
    value: float
    unit: str
    indicator: str
    place: str
    period: str
    citation: int


class Answer(_Record):
    """One answered (or refused) question."""

    question: str
    answer: str
    refused: bool
    refusal_reason: RefusalReason | None
    mode: Mode
    model: str | None
    citations: list[Citation]
    figures: list[Figure]
    conflicts: list[Conflict]
    timings_ms: dict[str, float]
    notice: str | None = None
    """One sentence for the user where something fell back, for example the LLM being down."""
    computation: str | None = None
    """How the first figure was computed: `95亿元-91亿元=4亿元`, ≈ where the result is rounded; null otherwise."""
    missing: list[str] = Field(default_factory=list)
    """Parts of the question that the documents do not answer, in its own words."""
