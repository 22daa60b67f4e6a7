"""What is kept of one scored item: the verdict a gate compares, and all that a report shows."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from eval.goldset import Category


class Stage(StrEnum):
    """Where an item was lost, the first cause in the way of a question."""

    PASSED = "passed"
    ERROR = "error"
    """The engine gave an error instead of an answer."""
    WRONGLY_ANSWERED = "wrongly_answered"
    NOT_RETRIEVED = "not_retrieved"
    """No gold quote among the retrieved paragraphs."""
    WRONGLY_REFUSED = "wrongly_refused"
    WRONG_UNIT = "wrong_unit"
    WRONG_PLACE = "wrong_place"
    WRONG_PERIOD = "wrong_period"
    RETRIEVED_NOT_CHOSEN = "retrieved_not_chosen"
    NOT_CHOSEN = "not_chosen"
    """Something else was chosen; what was retrieved is not recorded."""
    NOT_CITED = "not_cited"
    CHOSEN_NOT_FIRST = "chosen_not_first"
    STRAY = "stray"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Quoted(_Record):
    """A quote as a report shows it, with what stands around it."""

    doc: str
    start: int
    end: int
    quote: str
    exact: bool
    """Whether the document's text at the offsets is the quote."""
    before: str = ""
    """The document's text in front of `start`, up to the line's beginning or `…`."""
    after: str = ""
    """The document's text from `end` on, up to the line's end or `…`."""
    found: str = ""
    """Where it is not exact: what stands at the offsets."""


class Verdict(_Record):
    """How one item did: what two runs are compared by, and what a baseline keeps."""

    id: str
    gold: str
    """SHA-256 of the gold item: verdicts of one id are comparable only where it is equal."""
    must_pass: bool = False
    should_refuse: bool = False
    refused: bool = False
    right: bool = False
    cited: bool = False
    """Never true for an item that should be refused."""
    lead: bool = False
    """Never true for an item that should be refused."""
    stray_count: int = 0
    """Figures of the answer that nothing proves."""
    inexact_citations: int = 0
    passed: bool = False
    """Lead, or refused where it should be; nothing stray and every citation exact."""
    stage: Stage
    answer: str = ""


class ItemScore(Verdict):
    """A verdict with what a reader needs to judge it."""

    category: Category
    docs: tuple[str, ...]
    stray: tuple[str, ...]
    """The stray figures as written."""
    all_sides: bool | None
    """Conflict only: whether every side is in the answer."""
    passage_rank: int | None
    """From 1; 0 where no gold quote was retrieved; None where it does not apply or was not recorded."""
    fact_rank: int | None
    """As `passage_rank`."""
    timings_ms: dict[str, float]
    question: str = ""
    """With the earlier questions of the conversation in front."""
    expected: str = ""
    quotes: tuple[Quoted, ...] = ()
    """What the answer cites."""
    sources: tuple[Quoted, ...] = ()
    """What gold cites, each at its first place in the document."""

    @property
    def verdict(self) -> Verdict:
        """The verdict alone."""
        return Verdict.model_validate(self.model_dump(include=set(Verdict.model_fields)))

    def without_text(self) -> Self:
        """The same score with nothing that gives away the item."""
        hidden = {"question": "", "expected": "", "answer": "", "quotes": (), "sources": (), "stray": ()}
        return self.model_copy(update=hidden)
