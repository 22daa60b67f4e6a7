"""One patient, bounded call to the LLM: retries with backoff, one deadline for all, a circuit breaker, cancelling.

Each call runs in an event loop of its own, so that the deadline and a cancel end it at once, whatever the server does,
and close the connection, on which llama.cpp stops computing.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from tenacity import (
    AsyncRetrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential_jitter,
)

from index import ShuzhengError
from rag.breaker import CircuitBreaker
from rag.llm import EmbeddedLlm, Endpoint, async_http_client, chat_model
from rag.llm_failures import failures, may_pass, reason, server_hint
from rag.llm_stream import Listener, newest, streamed, text_of

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_openai import ChatOpenAI

_log = logging.getLogger(__name__)

_ANSWER_TOKENS = 320
_LOOK_SECONDS = 0.05
"""How often it is looked whether the call was cancelled."""


class LlmError(ShuzhengError):
    """The LLM gave no usable reply."""


class CancelledAskError(LlmError):
    """Who asked no longer wants the answer."""


class NotReadyError(LlmError):
    """The embedded LLM is still starting, which is no failure of it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the LLM is waited for; all in seconds but the counts."""

    connect_seconds: float = 5.0
    retries: int = 2
    first_wait_seconds: float = 0.5
    breaker_failures: int = 3
    breaker_seconds: float = 60.0


class LlmClient:
    """Asks one LLM; threads may share it."""

    def __init__(self, source: Endpoint | EmbeddedLlm, patience: Patience, opening: Sequence[BaseMessage] = ()) -> None:
        """Remember the LLM; nothing is started or called before the first question.

        The embedded LLM keeps `opening`, with which every question begins, computed.
        """
        self._source = source
        self._opening = list(opening)
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._patience = patience
        self._breaker = CircuitBreaker(patience.breaker_failures, patience.breaker_seconds)
        self.as_json = not isinstance(source, EmbeddedLlm)
        """Whether replies are asked for in JSON: the embedded models repeat the question then (measured)."""
        self._knows_schemas = self.as_json
        self._streams = True

    def ask(
        self,
        messages: Sequence[BaseMessage],
        schema: dict[str, Any],
        seconds: float,
        cancelled: threading.Event,
        on_text: Listener | None = None,
    ) -> tuple[str, str]:
        """The text of the reply and the name of the model; JSON of `schema` where the server can hold to one.

        `on_text` is called in this thread while the reply is written, unless the server cannot stream. A call that
        fails is not repeated once text has come.

        Raises:
            CancelledAskError: `cancelled` was set.
            ShuzhengError: no reply within `seconds`; the text says why.
        """
        if not self._breaker.allows():
            raise LlmError(f"大模型连续出错，暂停使用 {self._patience.breaker_seconds:g} 秒")
        with self._own_turn(seconds, cancelled) as left:
            try:
                reply = self._ask(messages, schema, left, cancelled, on_text)
            except (CancelledAskError, NotReadyError):
                raise
            except ShuzhengError:
                self._breaker.failed()
                raise
            self._breaker.succeeded()
            return reply

    def warm_up(self, seconds: float) -> None:
        """Start the embedded LLM and let it read the opening, so that the first question finds that done.

        Another endpoint is not called before there is a question.

        Raises:
            ShuzhengError: it does not start, or not within `seconds`, or was closed meanwhile.
        """
        if isinstance(self._source, EmbeddedLlm):
            with self._own_turn(seconds, self._closed) as left:
                self._ask([], {}, left, self._closed, None)

    def close(self) -> None:
        """Stop an embedded LLM that was started."""
        self._closed.set()
        if isinstance(self._source, EmbeddedLlm):
            self._source.close()

    @contextmanager
    def _own_turn(self, seconds: float, cancelled: threading.Event) -> Iterator[float]:
        """The seconds that are left when nobody else has the LLM; the embedded one serves one question at a time."""
        if not isinstance(self._source, EmbeddedLlm):
            yield seconds
            return
        deadline = time.monotonic() + seconds
        while not self._turn.acquire(timeout=_LOOK_SECONDS):
            if cancelled.is_set():
                raise CancelledAskError("提问已取消")
            if time.monotonic() >= deadline:
                raise LlmError("大模型正忙于别的问题")
        try:
            yield max(_LOOK_SECONDS, deadline - time.monotonic())
        finally:
            self._turn.release()

    def _ask(
        self,
        messages: Sequence[BaseMessage],
        schema: dict[str, Any],
        seconds: float,
        cancelled: threading.Event,
        on_text: Listener | None,
    ) -> tuple[str, str]:
        deadline = time.monotonic() + seconds
        endpoint = self._endpoint(seconds, cancelled)
        abandoned = threading.Event()
        texts: SimpleQueue[str | None] = SimpleQueue()
        say = texts.put if on_text else None

        async def bounded() -> str:
            call = asyncio.ensure_future(self._reply(endpoint, messages, schema, seconds, say))
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    while not call.done():
                        await asyncio.wait({call}, timeout=_LOOK_SECONDS)
                        if cancelled.is_set() or abandoned.is_set():
                            raise CancelledAskError("提问已取消")
                return call.result()
            finally:
                call.cancel()

        with ThreadPoolExecutor(1, "llm-call") as pool:
            try:
                running = pool.submit(lambda: asyncio.run(bounded()))
                running.add_done_callback(lambda _: texts.put(None))
                for text in newest(texts):
                    if on_text:
                        on_text(text)
                error = running.exception()
            finally:
                abandoned.set()
        if isinstance(error, failures()):
            _log.warning("the language model failed: %r", error)
            raise LlmError(reason(error, seconds)) from error
        return running.result(), endpoint.model

    def _endpoint(self, seconds: float, cancelled: threading.Event) -> Endpoint:
        if not isinstance(self._source, EmbeddedLlm):
            return self._source
        endpoint = self._source.awaited_endpoint(seconds, cancelled.is_set)
        if endpoint is None:
            raise CancelledAskError("提问已取消") if cancelled.is_set() else NotReadyError("内置大模型还在启动")
        return endpoint

    async def _reply(
        self,
        endpoint: Endpoint,
        messages: Sequence[BaseMessage],
        schema: dict[str, Any],
        seconds: float,
        say: Listener | None,
    ) -> str:
        begun = asyncio.Event()

        def heard(text: str) -> None:
            begun.set()
            if say:
                say(text)

        async with async_http_client(endpoint) as http:
            model = chat_model(endpoint, seconds, _ANSWER_TOKENS, self._patience.connect_seconds, http)
            first_wait = self._patience.first_wait_seconds
            backoff = wait_exponential_jitter(multiplier=first_wait, max=8 * first_wait, jitter=first_wait)
            async for attempt in AsyncRetrying(
                stop=stop_after_attempt(self._patience.retries + 1) | stop_before_delay(seconds),
                wait=lambda state: max(backoff(state), server_hint(state)),
                retry=retry_if_exception(lambda error: not begun.is_set() and may_pass(error)),
                reraise=True,
            ):
                with attempt:
                    return await self._once(model, messages, schema, heard if say else None)
        raise AssertionError("tenacity ends with a reply or an exception")

    async def _once(
        self, model: ChatOpenAI, messages: Sequence[BaseMessage], schema: dict[str, Any], heard: Listener | None
    ) -> str:
        """Ask for JSON of the schema, and in plain text where the server refuses to know schemas."""
        from openai import BadRequestError, UnprocessableEntityError

        if self._opening and isinstance(self._source, EmbeddedLlm):
            # llama.cpp reuses what two prompts in a row share, rounded otherwise than what it computes afresh: after
            # this one it is always the opening, whatever was asked before.
            await model.ainvoke(self._opening, max_tokens=1)
        if not messages:
            return ""
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
        if self._knows_schemas:
            try:
                return await self._received(model, messages, {"response_format": wanted}, heard)
            except (BadRequestError, UnprocessableEntityError) as error:
                _log.info("asking without a schema: %s", error)
        reply = await self._received(model, messages, {}, heard)
        self._knows_schemas = False
        return reply

    async def _received(
        self, model: ChatOpenAI, messages: Sequence[BaseMessage], body: dict[str, Any], heard: Listener | None
    ) -> str:
        """The whole text; heard while it is written, unless the server answers a stream with anything but one."""
        if heard and self._streams:
            reply = await streamed(model, messages, body, heard)
            if reply is not None:
                return reply
        whole = await model.ainvoke(list(messages), extra_body=body)
        self._streams = self._streams and not heard
        return text_of(str(whole.text))
