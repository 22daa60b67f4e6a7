"""The LLM behind one protocol: an endpoint that speaks OpenAI's chat protocol, the user's own or the embedded one.

The embedded one is llama.cpp in a process of its own, on the loopback address, a free port and a random key: a crash
or its memory goes with it. It starts when it is first needed, sleeps without its weights when nobody asks for a while,
and ends with this process, however that ends.
"""

from __future__ import annotations

import atexit
import json
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from index.errors import ModelError

if TYPE_CHECKING:
    from ssl import SSLContext

    from httpx2 import AsyncClient, Client
    from langchain_openai import ChatOpenAI

_SERVER_SCRIPT: Final = Path(__file__).with_name("llm_server.py")
_SECONDS_TO_START: Final = 180
_SECONDS_TO_STOP: Final = 5
_LOOK_SECONDS: Final = 0.05
"""How often it is looked whether who waits for a start has given up."""
_DOES_NOT_START: Final = "内置大模型无法启动（{reason}），请检查内存与模型文件，或用 --llm none 关闭大模型。"
_SEED: Final = 20240101


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an LLM is reached."""

    base_url: str
    """Up to and including `/v1`."""
    model: str
    api_key: str = field(default="", repr=False)


def chat_model(
    endpoint: Endpoint,
    timeout_seconds: float = 60.0,
    max_tokens: int = 512,
    connect_seconds: float = 5.0,
    async_client: AsyncClient | None = None,
) -> ChatOpenAI:
    """Return a chat model that words the same prompt in the same way each time, as far as the server allows.

    It calls once: who uses it decides on retries. `async_client` is the caller's to close. A server on this machine is
    reached directly, whatever proxy the environment names. Imports langchain-openai (1 s).
    """
    from langchain_openai import ChatOpenAI
    from openai import Timeout

    timeout = Timeout(timeout_seconds, connect=min(connect_seconds, timeout_seconds))
    return ChatOpenAI(
        base_url=endpoint.base_url,
        model=endpoint.model,
        api_key=SecretStr(endpoint.api_key or "none"),
        temperature=0,
        seed=_SEED,
        max_tokens=max_tokens,
        timeout=timeout,
        max_retries=0,
        stream_chunk_timeout=None,  # the caller's one deadline holds for every pause
        default_headers={"Connection": "close"},  # no socket outlives its answer
        http_client=http_client(endpoint),
        http_async_client=async_client,
        use_responses_api=False,
    )


class EmbeddedLlm:
    """A GGUF model served by llama.cpp in a child process; constructing is free."""

    def __init__(self, gguf: Path, threads: int, context_tokens: int, idle_seconds: int = 0) -> None:
        """Remember what to serve; `threads` are processor threads, `context_tokens` prompt and answer together.

        The weights leave the memory when nobody has asked for `idle_seconds`; 0 keeps them.
        """
        self._gguf = gguf
        self._threads = threads
        self._context_tokens = context_tokens
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._beginning = threading.Lock()
        self._starting: Future[Endpoint] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._endpoint: Endpoint | None = None

    def endpoint(self) -> Endpoint:
        """Return where the server is reached; starts it when it is not running, which takes seconds.

        Raises:
            ModelError: the model file is missing, or the server does not start.
        """
        with self._lock:
            if self._process is not None and self._process.poll() is None and self._endpoint is not None:
                return self._endpoint
            self._stop()
            self._endpoint = self._start()
            return self._endpoint

    def awaited_endpoint(self, seconds: float, given_up: Callable[[], bool]) -> Endpoint | None:
        """As `endpoint`; None after `seconds` or once `given_up`, and the server goes on starting for the next one.

        Raises:
            ModelError: as `endpoint`.
        """
        starting = self._begin()
        deadline = time.monotonic() + seconds
        while not wait([starting], _LOOK_SECONDS).done:
            if given_up() or time.monotonic() >= deadline:
                return None
        return starting.result()

    def close(self) -> None:
        """Stop the server, also one that is still starting; a later `endpoint` starts it again."""
        starting = self._process
        if starting is not None:
            starting.terminate()
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> Future[Endpoint]:
        """The start that is under way, or a new one in a thread of its own."""
        with self._beginning:
            if self._starting is None or self._starting.done():
                self._starting = Future()
                threading.Thread(target=self._finish, args=(self._starting,), name="llm-start", daemon=True).start()
            return self._starting

    def _finish(self, starting: Future[Endpoint]) -> None:
        try:
            starting.set_result(self.endpoint())
        except ModelError as error:
            starting.set_exception(error)

    def _start(self) -> Endpoint:
        if not self._gguf.is_file():
            raise ModelError(
                f"大模型文件 {self._gguf} 不存在，请先运行 shuzheng models pull，或用 --llm none 关闭大模型。"
            )
        api_key = secrets.token_urlsafe(24)
        model = self._gguf.stem
        settings = {
            "gguf": str(self._gguf),
            "model": model,
            "api_key": api_key,
            "threads": self._threads,
            "context_tokens": self._context_tokens,
            "idle_seconds": self._idle_seconds,
        }
        atexit.register(self.close)
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", str(_SERVER_SCRIPT)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=complaints,
                    encoding="utf-8",
                )
            except OSError as error:
                raise ModelError(_DOES_NOT_START.format(reason=error.strerror)) from error
            address = _handshake(self._process, json.dumps(settings))
            if not address:
                self._stop()
                raise ModelError(_DOES_NOT_START.format(reason=_last_line(complaints)))
        return Endpoint(base_url=f"{address}/v1", model=model, api_key=api_key)

    def _stop(self) -> None:
        atexit.unregister(self.close)
        process, self._process, self._endpoint = self._process, None, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _handshake(process: subprocess.Popen[str], settings: str) -> str:
    """Hand over the settings and return the address, empty where the process has died or takes too long."""
    assert process.stdin is not None
    assert process.stdout is not None
    alarm = threading.Timer(_SECONDS_TO_START, process.kill)
    alarm.start()
    try:
        process.stdin.write(settings + "\n")
        process.stdin.flush()
        return process.stdout.readline().strip()
    except BrokenPipeError:
        return ""
    finally:
        alarm.cancel()


def _last_line(stream: IO[str]) -> str:
    stream.seek(0)
    lines = [line.strip() for line in stream if line.strip()]
    return lines[-1] if lines else "没有说明原因"


def http_client(endpoint: Endpoint) -> Client:
    """A client that reaches the endpoint and is sent on to no other; whoever takes it closes it."""
    from openai import DefaultHttpxClient

    trust_env = not _is_loopback(endpoint.base_url)
    return DefaultHttpxClient(trust_env=trust_env, verify=_certificates(), follow_redirects=False)


def async_http_client(endpoint: Endpoint) -> AsyncClient:
    """As `http_client`, for one event loop."""
    from openai import DefaultAsyncHttpxClient

    trust_env = not _is_loopback(endpoint.base_url)
    return DefaultAsyncHttpxClient(trust_env=trust_env, verify=_certificates(), follow_redirects=False)


@cache
def _certificates() -> SSLContext:
    """The certificates that are trusted, read once: that takes longer than a call."""
    import httpx2

    return httpx2.create_ssl_context()


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
