"""A conversation, without the page around it: ask the engine, keep what came of it, show it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from index.errors import ShuzhengError, UserError
from rag.api import LOADING
from rag.contract import Answer, Mode, Turn
from ui.engine import EngineProvider
from ui.render import REFUSAL_REASONS, render_conversation, render_error, render_pending, render_turn
from ui.sources import find_sources

UNEXPECTED = "出了意外，这个问题没有答成；请换个问法再试，或请管理员查看日志。"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with what came of it, as kept for a page that is open."""

    html: str
    announcement: str
    """For screen readers."""
    turn: Turn | None
    """For the engine's history; None where the question could not be answered at all."""


Conversation = tuple[Exchange, ...]


def answer_question(get_engine: EngineProvider, question: str, conversation: Conversation, mode: Mode) -> Exchange:
    """Ask the engine and render what it says; an error becomes one sentence."""
    number = len(conversation) + 1
    history = [exchange.turn for exchange in conversation if exchange.turn]
    try:
        engine = get_engine()
        if engine is None:
            raise UserError(LOADING)
        answer = engine.ask(question, history, mode)
        html = render_turn(answer, find_sources(answer.citations, engine), number)
    except ShuzhengError as error:
        return Exchange(render_error(question, str(error), number), str(error), None)
    except Exception:
        log.exception("a question could not be answered")
        return Exchange(render_error(question, UNEXPECTED, number), UNEXPECTED, None)
    return Exchange(html, _announcement(answer), Turn(question=question, answer=answer.answer))


def show(conversation: Conversation, pending_question: str | None = None) -> str:
    """Return the conversation's HTML, with the question that is being answered below it."""
    turns = [exchange.html for exchange in conversation]
    if pending_question is None:
        return render_conversation(turns, conversation[-1].announcement if conversation else "")
    return render_conversation([*turns, render_pending(pending_question, len(turns) + 1)], "正在查阅资料")


def _announcement(answer: Answer) -> str:
    reason = f"不作答：{REFUSAL_REASONS[answer.refusal_reason]}。" if answer.refusal_reason else ""
    return reason + answer.answer
