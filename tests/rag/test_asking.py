"""A client that goes away, on a real server: the wording ends and the language model is free."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence

import pytest
import uvicorn

from rag.api import create_api
from rag.contract import Answer, Mode, Turn
from rag.openai_api import add_openai_routes
from tests.rag.test_api import EchoEngine


class WordingEngine(EchoEngine):
    """Words its answer until it is told to stop."""

    def __init__(self) -> None:
        self.waited = threading.Event()
        self.stopped = threading.Event()

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
    ) -> Iterator[Answer]:
        yield self.ask(question, history, mode)
        assert cancelled is not None
        self.waited.set()
        if cancelled.wait(20):
            self.stopped.set()
        yield self.ask(question, history, mode)


@pytest.fixture
def served() -> Iterator[tuple[WordingEngine, int]]:
    engine = WordingEngine()
    api = create_api(lambda: engine)
    add_openai_routes(api, lambda: engine)
    server = uvicorn.Server(uvicorn.Config(api, log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield engine, listener.getsockname()[1]
        server.should_exit = True
        thread.join(30)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", {"question": "甲?"}),
        ("/v1/chat/completions", {"model": "shuzheng", "messages": [{"role": "user", "content": "甲?"}]}),
    ],
)
def test_client_that_goes_away_ends_the_wording(
    served: tuple[WordingEngine, int], path: str, body: dict[str, object]
) -> None:
    engine, port = served
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(content)}"
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(head.encode() + b"\r\n\r\n" + content)
        assert engine.waited.wait(10)
        time.sleep(0.6)
        assert not engine.stopped.is_set(), "somebody waits"

    assert engine.stopped.wait(5)
