"""One question of an HTTP request: answered for as long as somebody waits for the answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from rag.contract import Answer, Mode, Turn

_LOOK_SECONDS = 0.25
"""How often it is looked whether the client has gone."""


class AskedEngine(Protocol):
    """What is needed of `rag.pipeline.Engine`."""

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
    ) -> Iterator[Answer]:
        """Yield the extract, then its wording, which `cancelled` ends."""


async def answer_while_wanted(
    engine: AskedEngine, request: Request, question: str, history: Sequence[Turn], mode: Mode
) -> Answer:
    """The last answer; a client that goes away ends the wording at once and frees the language model.

    Raises:
        ShuzhengError: as the engine does.
    """
    cancelled = threading.Event()

    def last() -> Answer:
        *_, answer = engine.answers(question, history, mode, cancelled)
        return answer

    asking = asyncio.ensure_future(run_in_threadpool(last))
    try:
        while not (await asyncio.wait({asking}, timeout=_LOOK_SECONDS))[0]:
            if await request.is_disconnected():
                cancelled.set()
        return await asking
    finally:
        cancelled.set()
