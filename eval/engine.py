"""What the evaluation needs of an engine, and the records in which it keeps what an engine said."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, Self

from pydantic import BaseModel, ConfigDict

from index.records import Fact, Passage
from rag.contract import Answer, Mode, Turn


class RetrievedEvidence(Protocol):
    """What an engine found for a question, best first."""

    @property
    def passages(self) -> Sequence[Passage]:
        """Ranked paragraphs."""
        ...

    @property
    def facts(self) -> Sequence[Fact]:
        """Ranked facts."""
        ...


class Engine(Protocol):
    """The part of the product under evaluation."""

    def ask(self, question: str, history: Sequence[Turn], mode: Mode) -> Answer:
        """Answer one question."""
        ...

    def retrieve(self, question: str, history: Sequence[Turn]) -> RetrievedEvidence:
        """Find evidence for one question, without answering it."""
        ...


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Record):
    """A piece of a document, offsets in code points."""

    doc: str
    start: int
    end: int

    def overlaps(self, start: int, end: int) -> bool:
        """Whether at least one character is shared."""
        return self.start < end and start < self.end

    def lies_in(self, start: int, end: int) -> bool:
        """Whether the whole span is inside."""
        return start <= self.start and self.end <= end


class FactSpan(Span):
    """A retrieved fact: where it stands and what it says."""

    text: str
    value: Decimal
    unit: str
    indicator: str
    place: str
    period: str


class Retrieval(_Record):
    """What was retrieved for one item, best first."""

    passages: tuple[Span, ...]
    facts: tuple[FactSpan, ...]

    @classmethod
    def of(cls, found: RetrievedEvidence) -> Self:
        """Keep what the measures need."""
        return cls(
            passages=tuple(Span(doc=passage.doc, start=passage.start, end=passage.end) for passage in found.passages),
            facts=tuple(
                FactSpan(
                    doc=fact.doc, start=fact.start, end=fact.end, text=fact.text, value=fact.value, unit=fact.unit,
                    indicator=fact.indicator, place=fact.place, period=fact.period,
                )
                for fact in found.facts
            ),
        )  # fmt: skip


class Outcome(_Record):
    """What the engine said to one gold item."""

    id: str
    answer: Answer | None
    """None where the engine refused the question itself with an error."""
    error: str | None = None
    """The engine's message, where there is no answer."""
    retrieval: Retrieval | None = None
    """None where only answers were recorded."""
    wall_ms: float | None = None
    """Of the answer alone, retrieval for the measures not included."""
