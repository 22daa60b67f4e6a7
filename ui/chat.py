"""Asking within a conversation: the extract first, then drafts of the wording, then the wording that was verified."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from functools import partial
from queue import Empty, SimpleQueue

from index.errors import ShuzhengError, UserError
from rag.api import LOADING
from rag.contract import Mode
from ui.conversation import Conversation, Exchange, Progress, history_of
from ui.engine import Engine, EngineProvider
from ui.sources import find_sources

UNEXPECTED = "出了意外，这个问题没有答成；请换个问法再试，或请管理员查看日志。"
_LOOK_SECONDS = 0.05
"""How often a stop is looked for while nothing comes."""
_PATIENCE_SECONDS = 0.5
"""How long nothing may come before the page is told so. What a page is told costs 10 ms of a processor each time, which
the answers of others wait for; until then the question stands above the box."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a language model has written so far: proved figures and known words, not yet verified as a whole."""

    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing has come for a while."""


class _Finished:
    """The engine has nothing more to say."""


Outcome = Exchange | Draft | Waiting
_Event = Exchange | Draft | _Finished


def answer_question(
    get_engine: EngineProvider, question: str, conversation: Conversation, mode: Mode, stop: threading.Event
) -> Generator[Outcome, None, None]:
    """Yield what comes of a question, as it comes; the last is an exchange that is not `WORDING`.

    The engine works in a thread of its own, so that setting `stop` ends the waiting at once, whatever it is doing; a
    wording ends with it. Leaving the iterator early sets `stop`. `Waiting` comes where nothing else does for a while.
    """
    patient_until: float | None = time.monotonic() + _PATIENCE_SECONDS
    events: SimpleQueue[_Event] = SimpleQueue()
    work = partial(_work, get_engine, question, conversation, mode, stop, events)
    threading.Thread(target=work, name="asking", daemon=True).start()
    shown: Exchange | None = None
    try:
        while not stop.is_set():
            try:
                event = _newest(events)
            except Empty:
                if patient_until is not None and time.monotonic() > patient_until:
                    patient_until = None
                    yield Waiting()
                continue
            patient_until = None
            if isinstance(event, _Finished) or stop.is_set():
                break
            shown = event if isinstance(event, Exchange) else shown
            yield event
    finally:
        stopped = stop.is_set()
        stop.set()
    if shown is None or shown.progress is Progress.WORDING:
        extract = shown or Exchange(question)
        yield replace(extract, progress=Progress.STOPPED if stopped else Progress.DONE)


def _work(
    get_engine: EngineProvider,
    question: str,
    conversation: Conversation,
    mode: Mode,
    stop: threading.Event,
    events: SimpleQueue[_Event],
) -> None:
    """Put everything that comes of a question into the queue; an error becomes one sentence."""
    try:
        engine = get_engine()
        if engine is None:
            raise UserError(LOADING)
        for exchange in _exchanges(engine, question, conversation, mode, stop, lambda text: events.put(Draft(text))):
            events.put(exchange)
    except ShuzhengError as error:
        events.put(Exchange(question, error=str(error)))
    except Exception:
        log.exception("a question could not be answered")
        events.put(Exchange(question, error=UNEXPECTED))
    events.put(_Finished())


def _exchanges(
    engine: Engine,
    question: str,
    conversation: Conversation,
    mode: Mode,
    stop: threading.Event,
    on_draft: Callable[[str], None],
) -> Iterator[Exchange]:
    """Each answer, open where a language model will word it or, after a refused follow-up, may read it otherwise."""
    history = history_of(conversation)
    with_model = mode is not Mode.EXTRACTIVE and Mode.LLM in engine.modes
    refused = True
    for answer in engine.answers(question, history, mode, stop, on_draft):
        waits = with_model and refused and (not answer.refused or bool(history))
        refused = answer.refused
        progress = Progress.WORDING if waits else Progress.DONE
        yield Exchange(question, answer, find_sources(answer.citations, engine), progress=progress)


def _newest(events: SimpleQueue[_Event]) -> _Event:
    """Return the next event; of several drafts the last.

    Raises:
        Empty: none came within the time between two looks for a stop.
    """
    event = events.get(timeout=_LOOK_SECONDS)
    while isinstance(event, Draft):
        try:
            event = events.get_nowait()
        except Empty:
            break
    return event
