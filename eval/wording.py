"""What a language model does to the answers: the same questions as extracts and worded, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.engine import Engine, Outcome
from eval.goldset import GoldItem
from eval.run import score_outcomes
from eval.stats import Share, percentile
from rag.contract import Answer, Mode


@dataclass(frozen=True, slots=True)
class WordedItem:
    """One question, asked both ways."""

    id: str
    extract: Answer
    worded: Answer
    had_lead: bool
    has_lead: bool
    stray: int
    """Figures of the worded answer that nothing proves."""

    @property
    def is_to_be_worded(self) -> bool:
        """Whether there is an answer in figures; a refusal is not worded, nor need whole sentences be."""
        return not self.extract.refused and bool(self.extract.figures)

    @property
    def is_worded(self) -> bool:
        """Whether the model's words were shown."""
        return self.worded.mode is Mode.LLM


@dataclass(frozen=True, slots=True)
class Wording:
    """All questions, asked both ways."""

    items: tuple[WordedItem, ...]

    @property
    def worded(self) -> Share:
        """Of the answers in figures."""
        wanted = [item for item in self.items if item.is_to_be_worded]
        return Share(sum(item.is_worded for item in wanted), len(wanted))

    @property
    def leads_lost(self) -> list[WordedItem]:
        """Questions that the extract answered and the wording does not."""
        return [item for item in self.items if item.had_lead and not item.has_lead]

    @property
    def strays(self) -> list[WordedItem]:
        """Questions whose worded answer holds a figure that nothing proves."""
        return [item for item in self.items if item.stray]

    @property
    def fallen_back(self) -> list[WordedItem]:
        """Questions whose wording was not shown; the notice says why."""
        return [item for item in self.items if item.is_to_be_worded and not item.is_worded]

    def first_ms(self, percent: float) -> float | None:
        """A percentile of the milliseconds to the extract, which is shown first; None where none was timed."""
        times = [item.extract.timings_ms["total"] for item in self.items if "total" in item.extract.timings_ms]
        return percentile(times, percent) if times else None

    def seconds(self, percent: float) -> float | None:
        """A percentile of the whole time of the answers that the model was asked for; None where it never was."""
        times = [item.worded.timings_ms["total"] for item in self.items if "generate" in item.worded.timings_ms]
        return percentile(times, percent) / 1000 if times else None

    def holds(self, least_worded: float) -> bool:
        """Whether no lead is lost, nothing is stray and at least that share, 0 to 1, is worded."""
        share = self.worded.value
        return not self.leads_lost and not self.strays and share is not None and share >= least_worded


def compare_wording(
    engine: Engine, items: Sequence[GoldItem], corpus: Path, progress: Callable[[int, int], None]
) -> Wording:
    """Ask every question as an extract and worded, and score both.

    Raises:
        UserError: a gold quote or document is not in the corpus, or the engine refuses a question as input.
    """
    extracts: dict[str, Outcome] = {}
    worded: dict[str, Outcome] = {}
    for done, item in enumerate(items, 1):
        extracts[item.id] = Outcome(id=item.id, answer=engine.ask(item.question, item.history, Mode.EXTRACTIVE))
        worded[item.id] = Outcome(id=item.id, answer=engine.ask(item.question, item.history, Mode.LLM))
        progress(done, len(items))
    before, after = (score_outcomes(items, outcomes, corpus) for outcomes in (extracts, worded))
    return Wording(
        tuple(
            WordedItem(old.id, extract, said, had_lead=old.lead, has_lead=new.lead, stray=new.stray_count)
            for old, new in zip(before, after, strict=True)
            if (extract := extracts[old.id].answer) and (said := worded[old.id].answer)
        )
    )
