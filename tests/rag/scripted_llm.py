"""A real HTTP server on this machine that plays an LLM: it says what the script says, or misbehaves as told."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rag.llm import Endpoint

Reply = Callable[[http.server.BaseHTTPRequestHandler, dict[str, Any]], object]


@dataclass(slots=True)
class ScriptedLlm:
    """The server's script and what it was asked."""

    endpoint: Endpoint
    replies: list[Reply]
    """One for each request, the last one for all that follow."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Set at the end, so that no reply keeps the server waiting."""


def completion(content: object) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return json.dumps(body).encode()


def send(handler: http.server.BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Type": "application/json"} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def says(content: object) -> Reply:
    """A whole reply; in pieces of some characters where a stream is asked for."""

    def reply(handler: http.server.BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        if asked.get("stream"):
            text = str(content or "")
            streams(*(text[start : start + 6] for start in range(0, len(text), 6)))(handler, asked)
        else:
            send(handler, 200, completion(content))

    return reply


def streams(*pieces: str, finish: str | None = "stop", wait: Callable[[], object] = lambda: None) -> Reply:
    """A stream of pieces, `wait` called after each; without a `finish` it breaks off."""

    def reply(handler: http.server.BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(event({"role": "assistant", "content": ""}))
        for piece in pieces:
            handler.wfile.write(event({"content": piece}))
            handler.wfile.flush()
            wait()
        if finish:
            handler.wfile.write(event({}, finish) + b"data: [DONE]\n\n")
        handler.close_connection = True

    return reply


def event(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "finish_reason": finish, "delta": delta}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def words(*sentences: str, citations: tuple[int, ...] = (1,)) -> Reply:
    """A reply as the schema wants it."""
    found = [{"text": sentence, "citations": list(citations)} for sentence in sentences]
    return says(json.dumps({"sentences": found}, ensure_ascii=False))


def fails(status: int, **headers: str) -> Reply:
    return lambda handler, _: send(handler, status, b'{"error": {"message": "no"}}', **headers)


def body(content: bytes, content_type: str = "application/json") -> Reply:
    return lambda handler, _: send(handler, 200, content, Content_Type=content_type)


@contextmanager
def scripted_llm(*replies: Reply) -> Iterator[ScriptedLlm]:
    script = ScriptedLlm(Endpoint("", ""), list(replies))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = len(script.requests)
            script.requests.append(asked)
            try:
                script.replies[min(number, len(script.replies) - 1)](self, asked)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    script.endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "scripted", "sk-secret")
    try:
        yield script
    finally:
        script.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
