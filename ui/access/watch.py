"""Every question passes here, whichever door it came through: limits, audit log, numbers, count of the running."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from index.errors import ShuzhengError, UserError
from rag.contract import Answer, Mode, Turn
from ui.access.identity import Identity, current_identity, identity_of
from ui.access.policy import Access
from ui.access.rates import too_many
from ui.engine import Engine, EngineProvider
from ui.operation import metrics
from ui.operation.stopping import Running


class Watch:
    """An engine provider whose engines are watched. Called as one, it serves the API: who asks is in the context."""

    def __init__(self, get_engine: EngineProvider, access: Access, running: Running) -> None:
        self._get_engine = get_engine
        self._access = access
        self._running = running

    def __call__(self) -> Engine | None:
        """Return the engine for one request."""
        return self._watched(_Question(self._access, current_identity()))

    @contextmanager
    def asking(self, who: Identity | None) -> Iterator[EngineProvider]:
        """Count one question of the page."""
        question = _Question(self._access, who)
        wait = self._access.rates.take(who.account) if who else 0

        def provide() -> Engine | None:
            if wait:
                metrics.count_refused_request("rate")
                raise UserError(too_many(wait))
            return self._watched(question)

        with self._running.one():
            yield provide

    def _watched(self, question: _Question) -> Engine | None:
        engine = self._get_engine()
        return None if engine is None else cast("Engine", _WatchedEngine(engine, question, self._running))


@contextmanager
def asking(get_engine: EngineProvider, request: object) -> Iterator[EngineProvider]:
    """Return the engine for one question of the page; where nobody watches, the provider itself."""
    if not isinstance(get_engine, Watch):
        yield get_engine
        return
    with get_engine.asking(identity_of(request)) as provide:
        yield provide


class _Question:
    """One question, written down once, though extract and wording are two answers to it."""

    def __init__(self, access: Access, who: Identity | None) -> None:
        self._access = access
        self._who = who
        self._written = False

    def took(self, answer: Answer) -> None:
        """Note how long the last answer took, whose time holds that of the ones before it."""
        metrics.observe_stages(answer)

    def answered(self, answer: Answer) -> None:
        """Note an answer as soon as it can be seen."""
        if self._written:
            return
        self._written = True
        metrics.count_answer(answer)
        if self._access.audit is not None:
            self._access.audit.write(self._who, answer)


class _WatchedEngine:
    """The engine itself, but for asking."""

    def __init__(self, engine: Engine, question: _Question, running: Running) -> None:
        self._engine = engine
        self._question = question
        self._running = running

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the engine has
        return getattr(self._engine, name)

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        """Answer one question."""
        *_, answer = self.answers(question, history, mode)
        return answer

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
        on_draft: Callable[[str], None] | None = None,
    ) -> Iterator[Answer]:
        """Answer one question, extract first."""
        last: Answer | None = None
        try:
            with self._running.one():
                for last in self._engine.answers(question, history, mode, cancelled, on_draft):
                    self._question.answered(last)
                    yield last
        except ShuzhengError:
            metrics.count_failure()
            raise
        finally:
            if last is not None:
                self._question.took(last)
