"""The conversation as a browser keeps it between visits; the server keeps nothing of it.

What comes back from a browser is input like any other: it is bounded, read into typed records, compared with the
documents as they are now, and escaped when it is shown.
"""

from __future__ import annotations

import json
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from index import find_quantities
from rag.composing import source_label, without_labels
from rag.contract import Answer, Conflict, Figure
from rag.extract_parts import COMPUTATION
from rag.verification import unproved_figures
from ui.conversation import Conversation, Exchange, Progress, Rating
from ui.engine import Engine
from ui.sources import find_sources, stands

VERSION: Final = 1
TURNS_KEPT: Final = 20
"""Newest turns of a conversation that a browser keeps."""
BYTES_KEPT: Final = 400_000
"""Of UTF-8, what a browser keeps at most; a browser gives a site about 5 MB for everything."""
CHANGED: Final = "保存之后，文档变了，原来的回答不再可靠；请重新提问。"


class _Kept(BaseModel):
    """One exchange as it stands in a browser."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    rating: Rating | None = None


class _KeptConversation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    who: str
    """Whose conversation it is, so that the next user of the browser does not see it."""
    turns: tuple[_Kept, ...]


def to_browser(conversation: Conversation, who: str) -> str:
    """Return the JSON that a browser keeps, the newest turns within the bounds; empty for an empty conversation."""
    turns = [_kept(exchange) for exchange in conversation[-TURNS_KEPT:]]
    while turns:
        kept = _KeptConversation(version=VERSION, who=who, turns=tuple(turns))
        text = json.dumps(kept.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) <= BYTES_KEPT:
            return text
        turns = turns[1:]
    return ""


def from_browser(text: str, who: str, engine: Engine) -> Conversation:
    """Return the conversation that a browser kept; empty where it is no such thing or somebody else's.

    An answer whose quotes do not stand in the documents any more, or whose figures its quotes do not prove, comes back
    as its question with the reason.
    """
    if len(text.encode("utf-8", "replace")) > BYTES_KEPT:
        return ()
    try:
        kept = _KeptConversation.model_validate_json(text)
    except ValidationError:
        return ()
    if kept.version != VERSION or kept.who != who:
        return ()
    turns = kept.turns[-TURNS_KEPT:]
    asked = " ".join(one.question for one in turns)
    return tuple(_exchange(one, asked, engine) for one in turns)


def _kept(exchange: Exchange) -> _Kept:
    return _Kept(
        question=exchange.question,
        answer=exchange.answer,
        error=exchange.error,
        stopped=exchange.progress is Progress.STOPPED,
        rating=exchange.rating,
    )


def _exchange(kept: _Kept, asked: str, engine: Engine) -> Exchange:
    progress = Progress.STOPPED if kept.stopped else Progress.DONE
    if kept.answer is None:
        return Exchange(kept.question, error=kept.error, progress=progress)
    if not _is_proved(kept.answer, asked, engine):
        return Exchange(kept.question, error=CHANGED)
    answer = kept.answer.model_copy(update={"question": kept.question})
    return Exchange(
        kept.question, answer, find_sources(answer.citations, engine), progress=progress, rating=kept.rating
    )


def _is_proved(answer: Answer, asked: str, engine: Engine) -> bool:
    """Whether every quote stands in its document and every figure in a quote, as on the day of the answer."""
    numbers = [citation.n for citation in answer.citations]
    if numbers != [*range(1, len(numbers) + 1)] or not all(stands(citation, engine) for citation in answer.citations):
        return False
    entries: list[Figure | Conflict] = [*answer.figures, *answer.conflicts]
    if not {entry.citation for entry in entries} <= {0, *numbers}:
        return False
    grounds = [*(citation.quote for citation in answer.citations), *(figure.period for figure in answer.figures)]
    said = without_labels(answer.answer, map(source_label, answer.citations))
    texts = "\n".join([said, *(entry.text for entry in entries)])
    return not unproved_figures(texts, grounds, asked, [*COMPUTATION.findall(said), *_counts(answer)])


def _counts(answer: Answer) -> list[str]:
    """Return how many figures an answer lists, in each of the ways that it could say so."""
    return [found.text for found in find_quantities(answer.answer) if found.value == len(answer.figures) > 1]
