"""A conversation, without the page around it: ask the engine, keep what came of it, show it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import ShuzhengError, UserError
from rag.api import LOADING
from rag.contract import Answer, Mode, Turn
from ui.engine import EngineProvider
from ui.render import REFUSAL_REASONS, render_conversation, render_error, render_pending, render_turn
from ui.sources import find_sources

REWORDING = "以上是摘录的回答，语言模型正在组织语言…"
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
    final: bool = True
    """False for an extract that a language model is about to word."""


Conversation = tuple[Exchange, ...]


def answer_question(
    get_engine: EngineProvider, question: str, conversation: Conversation, mode: Mode
) -> Iterator[Exchange]:
    """Yield the outcome; where a language model will word it, the verified extract comes first, in milliseconds."""
    if mode is not Mode.EXTRACTIVE and _has_model(get_engine):
        extract = _ask(get_engine, question, conversation, Mode.EXTRACTIVE, REWORDING)
        yield extract
        if extract.final:
            return
    yield _ask(get_engine, question, conversation, mode)


def _has_model(get_engine: EngineProvider) -> bool:
    try:
        engine = get_engine()
    except ShuzhengError:
        return False
    return engine is not None and Mode.LLM in engine.modes


def _ask(
    get_engine: EngineProvider, question: str, conversation: Conversation, mode: Mode, notice: str | None = None
) -> Exchange:
    """Ask the engine and render what it says; an error becomes one sentence."""
    number = len(conversation) + 1
    history = [exchange.turn for exchange in conversation if exchange.turn]
    try:
        engine = get_engine()
        if engine is None:
            raise UserError(LOADING)
        answer = engine.ask(question, history, mode)
        final = answer.refused or notice is None
        shown = answer if final else answer.model_copy(update={"notice": notice})
        html = render_turn(shown, find_sources(answer.citations, engine), number)
    except ShuzhengError as error:
        return Exchange(render_error(question, str(error), number), str(error), None)
    except Exception:
        log.exception("a question could not be answered")
        return Exchange(render_error(question, UNEXPECTED, number), UNEXPECTED, None)
    return Exchange(html, _announcement(answer), Turn(question=question, answer=answer.answer), final)


def show(conversation: Conversation, pending_question: str | None = None) -> str:
    """Return the conversation's HTML, with the question that is being answered below it."""
    turns = [exchange.html for exchange in conversation]
    if pending_question is None:
        return render_conversation(turns, conversation[-1].announcement if conversation else "")
    return render_conversation([*turns, render_pending(pending_question, len(turns) + 1)], "正在查阅资料")


def _announcement(answer: Answer) -> str:
    reason = f"不作答：{REFUSAL_REASONS[answer.refusal_reason]}。" if answer.refusal_reason else ""
    return reason + answer.answer
