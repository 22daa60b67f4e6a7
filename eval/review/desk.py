"""What a reviewer can do, without the page around it; every action is on the disk when it returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.candidates import Candidate, Draft, Status, read_candidates
from eval.corpus import occurrences
from eval.goldset import GoldItem
from eval.lint import Problem
from eval.promotion import accept, check_draft, gold_id, read_gold_or_none, reject, save_draft, settle

CONTEXT_CHARACTERS = 400
"""How much of a long paragraph is shown on either side of a quote."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The paragraph of a document around a quote."""

    text: str
    start: int
    """Of the quote in `text`, code points."""
    end: int
    places: int
    """How often the document says it."""
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One candidates file, the gold file it feeds, and the documents."""

    candidates: Path
    gold: Path
    texts: Mapping[str, str]
    """Document path to text."""

    def start(self) -> None:
        """Take up where a crash left off.

        Raises:
            UserError: a file cannot be read or written.
        """
        settle(self.candidates, self.gold)

    def pending(self) -> list[Candidate]:
        """What waits for a decision, in the file's order."""
        return [one for one in read_candidates(self.candidates) if one.status is Status.PENDING]

    def counts(self) -> dict[Status, int]:
        """How many candidates there are of each status."""
        found = Counter(one.status for one in read_candidates(self.candidates))
        return {status: found[status] for status in Status}

    def neighbour(self, candidate_id: str, step: int) -> Candidate | None:
        """The pending candidate `step` places on, from the first where the given one is decided; None where none is."""
        pending = self.pending()
        if not pending:
            return None
        ids = [one.id for one in pending]
        place = ids.index(candidate_id) + step if candidate_id in ids else 0
        return pending[place % len(pending)]

    def after(self, candidate_id: str) -> str:
        """The id of the pending candidate behind the given one; empty where there is none."""
        following = self.neighbour(candidate_id, 1)
        return "" if following is None or following.id == candidate_id else following.id

    def problems(self, candidate_id: str, draft: Draft) -> list[Problem]:
        """What keeps a draft from being gold, and what is doubtful about it."""
        return check_draft(draft, gold_id(candidate_id), self.texts, read_gold_or_none(self.gold))

    def save(self, candidate_id: str, draft: Draft) -> None:
        """Keep what was typed."""
        save_draft(self.candidates, candidate_id, draft)

    def accept(self, candidate_id: str, draft: Draft) -> GoldItem:
        """Make the draft gold."""
        return accept(self.candidates, candidate_id, draft, self.gold, self.texts)

    def reject(self, candidate_id: str, draft: Draft, reason: str) -> Candidate:
        """Keep the candidate out of gold."""
        return reject(self.candidates, candidate_id, draft, reason)

    def paragraph(self, doc: str, quote: str) -> Shown | None:
        """The line of the document that holds the quote; None where it stands nowhere."""
        text = self.texts.get(doc, "")
        spans = occurrences(text, quote)
        if not spans:
            return None
        start, end = spans[0]
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        first, last = max(line_start, start - CONTEXT_CHARACTERS), min(line_end, end + CONTEXT_CHARACTERS)
        return Shown(text[first:last], start - first, end - first, len(spans), first > line_start, last < line_end)
