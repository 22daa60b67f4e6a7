"""A conversation as one open page holds it: what was asked, what came of it, and the HTML that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from rag.contract import Answer, Turn
from ui.messages import say
from ui.render import (
    reason_text,
    render_conversation,
    render_error,
    render_pending,
    render_stopped,
    render_turn,
)
from ui.sources import Source

Rating = Literal["up", "down"]


class Progress(StrEnum):
    """How far an exchange has come."""

    WORDING = "wording"
    """The verified extract stands; a language model is wording it."""
    DONE = "done"
    STOPPED = "stopped"
    """Stopped before anything was found; or, with an answer, before a language model had worded it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with what came of it."""

    question: str
    answer: Answer | None = None
    """None where the question could not be answered at all, or was stopped before."""
    sources: tuple[Source, ...] = ()
    error: str = ""
    """One sentence, where there is no answer because something failed."""
    progress: Progress = Progress.DONE
    rating: Rating | None = None

    @property
    def turn(self) -> Turn | None:
        """What the engine takes as history."""
        return Turn(question=self.question, answer=self.answer.answer) if self.answer else None


Conversation = tuple[Exchange, ...]


def history_of(conversation: Conversation) -> list[Turn]:
    """Return the turns of a conversation that a follow-up may lean on."""
    return [exchange.turn for exchange in conversation if exchange.turn]


def show(conversation: Conversation, pending_question: str | None = None, *, rated: bool = False) -> str:
    """Return the conversation's HTML, with the question that is being answered below it; `rated` offers 👍 and 👎."""
    turns = [_turn(exchange, number, rated=rated) for number, exchange in enumerate(conversation, 1)]
    if pending_question is not None:
        waiting = render_pending(pending_question, len(turns) + 1)
        return render_conversation([*turns, waiting], say("正在查阅资料"))
    return render_conversation(turns, announcement(conversation[-1]) if conversation else "")


def announcement(exchange: Exchange) -> str:
    """Return what a screen reader says of an outcome."""
    answer = exchange.answer
    if answer is None:
        return exchange.error or say("已停止")
    reason = say("不作答：{reason}。", reason=reason_text(answer.refusal_reason)) if answer.refusal_reason else ""
    return reason + answer.answer


def _turn(exchange: Exchange, number: int, *, rated: bool) -> str:
    if exchange.answer is not None:
        drafted = exchange.progress is Progress.WORDING
        rating = exchange.rating or "" if rated and not drafted else None
        return render_turn(_noted(exchange), exchange.sources, number, drafted=drafted, rating=rating)
    if exchange.error:
        return render_error(exchange.question, exchange.error, number)
    return render_stopped(exchange.question, number)


def _noted(exchange: Exchange) -> Answer:
    """Return the answer with one sentence on why it is an extract, where a wording was wanted and stopped."""
    assert exchange.answer is not None
    if exchange.progress is not Progress.STOPPED:
        return exchange.answer
    return exchange.answer.model_copy(update={"notice": say("已停止组织语言，这里是摘录的回答。")})
