"""The call to the LLM against a real server that misbehaves in every way."""

from __future__ import annotations

import http.server
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from index import ModelError, ShuzhengError
from rag.llm import EmbeddedLlm, Endpoint
from rag.llm_client import CancelledAskError, LlmClient, LlmError, Patience
from rag.prompt import schema
from tests.rag.scripted_llm import Reply, ScriptedLlm, body, completion, event, fails, says, scripted_llm, send, streams

QUICK = Patience(connect_seconds=1, retries=2, first_wait_seconds=0.01, breaker_failures=100)
MESSAGES = [HumanMessage("你好")]


def ask(endpoint: Endpoint | EmbeddedLlm, seconds: float = 10.0, patience: Patience = QUICK) -> str:
    return LlmClient(endpoint, patience).ask(MESSAGES, schema(2), seconds, threading.Event())[0]


def stream(endpoint: Endpoint, heard: list[str], seconds: float = 10.0) -> str:
    client = LlmClient(endpoint, QUICK)
    return client.ask(MESSAGES, schema(2), seconds, threading.Event(), heard.append)[0]


def hangs(script: ScriptedLlm) -> Reply:
    return lambda _, __: script.released.wait(20)


def dribbles(handler: http.server.BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    """A byte every now and then, so that no single read is slow."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _byte in range(400):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def hangs_up(handler: http.server.BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def breaks_off(handler: http.server.BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(completion("好")[:20])
    handler.close_connection = True


def test_reply_and_schema() -> None:
    with scripted_llm(says("好")) as script:
        assert ask(script.endpoint) == "好"

    wanted = script.requests[0]["response_format"]
    assert wanted["type"] == "json_schema"
    assert wanted["json_schema"]["schema"] == schema(2)


@pytest.mark.parametrize("reply", [fails(429), fails(500), fails(503), hangs_up, breaks_off])
def test_what_may_pass_is_tried_again(reply: Reply) -> None:
    with scripted_llm(reply, reply, says("好")) as script:
        assert ask(script.endpoint) == "好"

    assert len(script.requests) == 3


@pytest.mark.parametrize(
    ("reply", "requests", "said"),
    [
        (fails(429), 3, "限制了调用次数（HTTP 429）"),
        (fails(500), 3, "出错（HTTP 500）"),
        (fails(502), 3, "出错（HTTP 502）"),
        (fails(401), 1, "不接受这个密钥"),
        (fails(403), 1, "不接受这个密钥"),
        (fails(404), 1, "（HTTP 404）"),
        (fails(400), 2, "（HTTP 400）"),
        (hangs_up, 3, "连不上"),
        (breaks_off, 3, "连不上"),
        (body(b""), 1, "无法读懂"),
        (body(b"{"), 1, "无法读懂"),
        (body(b"null"), 1, "无法读懂"),
        (body(b"[]"), 1, "无法读懂"),
        (body(b"{}"), 1, "无法读懂"),
        (body(b'{"choices": []}'), 1, "无法读懂"),
        (body(b'{"choices": null}'), 1, "无法读懂"),
        (body(b'{"choices": [{"message": null}]}'), 1, "无法读懂"),
        (body(b"[" * 100_000), 1, "无法读懂"),
        (body(b"\xff\xfe\x00"), 1, "无法读懂"),
        (body("<html>请登录</html>".encode(), "text/html"), 1, "无法读懂"),
    ],
)
def test_failure_is_told_in_one_chinese_sentence(reply: Reply, requests: int, said: str) -> None:
    with scripted_llm(reply) as script, pytest.raises(LlmError, match=said) as caught:
        ask(script.endpoint)

    assert len(script.requests) == requests
    assert "sk-secret" not in str(caught.value)


def test_question_is_sent_to_no_other_server() -> None:
    """Not even where the endpoint says so: only what the user set is told anything."""
    with scripted_llm(says("好")) as other:
        moved = fails(307, Location=f"{other.endpoint.base_url}/chat/completions")
        with scripted_llm(moved) as script, pytest.raises(LlmError, match="HTTP 307"):
            ask(script.endpoint)

    assert other.requests == []


def test_endless_stream_ends() -> None:
    heard: list[str] = []
    with scripted_llm(streams(*["产值很高" * 100] * 2000)) as script, pytest.raises(LlmError, match="无法读懂"):
        stream(script.endpoint, heard)

    assert 10_000 < len(max(heard, key=len)) <= 20_000


def test_endpoint_is_not_called_before_there_is_a_question() -> None:
    with scripted_llm(says("好")) as script:
        LlmClient(script.endpoint, QUICK, MESSAGES).warm_up(10)

    assert script.requests == []


def test_empty_reply_is_empty_text() -> None:
    with scripted_llm(says(""), says(None)) as script:
        assert ask(script.endpoint) == ask(script.endpoint) == ""


def test_thoughts_of_a_reasoning_model_are_no_part_of_the_reply() -> None:
    with scripted_llm(says("<think>先想\n一想</think>\n好"), says("<think>没有想完")) as script:
        assert ask(script.endpoint) == "好"
        assert ask(script.endpoint) == ""


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(LlmError, match="连不上"):
        ask(Endpoint(f"http://127.0.0.1:{port}/v1", "m"))


@pytest.mark.parametrize("kind", ["hangs", "dribbles", "limits for an hour"])
def test_one_deadline_holds_for_everything(kind: str) -> None:
    with scripted_llm(fails(429, Retry_After="3600")) as script:
        if kind != "limits for an hour":
            script.replies = [dribbles if kind == "dribbles" else hangs(script)]
        started = time.monotonic()
        with pytest.raises(LlmError, match="429" if kind == "limits for an hour" else r"没有在 0\.5 秒内答完"):
            ask(script.endpoint, seconds=0.5)

        assert time.monotonic() - started < 3
        assert len(script.requests) == 1


def test_cancel_ends_the_call_and_closes_the_connection() -> None:
    closed = threading.Event()

    def waits_for_the_end(handler: http.server.BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.connection.settimeout(10)
        if handler.connection.recv(1) == b"":
            closed.set()
        handler.close_connection = True

    with scripted_llm(waits_for_the_end) as script:
        cancelled = threading.Event()
        threading.Timer(0.3, cancelled.set).start()
        with pytest.raises(CancelledAskError):
            LlmClient(script.endpoint, QUICK).ask(MESSAGES, schema(1), 20, cancelled)
        assert closed.wait(5), "the server learns that nobody waits"


def test_server_that_refuses_schemas_is_asked_in_plain_text_from_then_on() -> None:
    def refuses_schemas(handler: http.server.BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        refused = "response_format" in asked
        send(handler, 400 if refused else 200, json.dumps({"error": "no"}).encode() if refused else completion("好"))

    with scripted_llm(refuses_schemas) as script:
        client = LlmClient(script.endpoint, QUICK)
        replies = [client.ask(MESSAGES, schema(1), 10, threading.Event())[0] for _ in range(2)]

    assert replies == ["好", "好"]
    assert ["response_format" in asked for asked in script.requests] == [True, False, False]


def test_breaker_leaves_a_failing_server_alone() -> None:
    patience = Patience(retries=0, breaker_failures=2, breaker_seconds=0.4)
    with scripted_llm(fails(500), fails(500), says("好")) as script:
        client = LlmClient(script.endpoint, patience)
        for said in ("HTTP 500", "HTTP 500", r"暂停使用 0\.4 秒"):
            with pytest.raises(LlmError, match=said):
                client.ask(MESSAGES, schema(1), 10, threading.Event())
        assert len(script.requests) == 2

        time.sleep(0.45)
        assert client.ask(MESSAGES, schema(1), 10, threading.Event())[0] == "好"


def test_cancelled_question_is_no_failure_of_the_server() -> None:
    with scripted_llm(says("好")) as script:
        client = LlmClient(script.endpoint, Patience(breaker_failures=1))
        cancelled = threading.Event()
        script.replies.insert(0, hangs(script))
        threading.Timer(0.2, cancelled.set).start()
        with pytest.raises(CancelledAskError):
            client.ask(MESSAGES, schema(1), 10, cancelled)
        assert client.ask(MESSAGES, schema(1), 10, threading.Event())[0] == "好"


@pytest.mark.parametrize("content", [None, b"", b"GGUF" + bytes(64)], ids=["missing", "empty", "truncated"])
def test_model_file_missing_or_truncated(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "m.gguf").write_bytes(content)
    client = LlmClient(EmbeddedLlm(tmp_path / "m.gguf", 1, 512), Patience(breaker_failures=1))

    with pytest.raises(ModelError, match=r"不存在|无法启动"):
        client.ask(MESSAGES, schema(1), 10, threading.Event())
    with pytest.raises(ShuzhengError, match="暂停使用"):
        client.ask(MESSAGES, schema(1), 10, threading.Event())
    client.close()


def test_stream_is_heard_in_the_calling_thread_while_it_is_written() -> None:
    heard: list[tuple[str, int]] = []
    told = threading.Semaphore(0)

    def listen(text: str) -> None:
        heard.append((text, threading.get_ident()))
        told.release()

    with scripted_llm(streams("东丽", "区", "有3家", wait=lambda: told.acquire(timeout=5))) as script:
        client = LlmClient(script.endpoint, QUICK)
        reply, model = client.ask(MESSAGES, schema(2), 10, threading.Event(), listen)

    here = threading.get_ident()
    assert heard == [("东丽", here), ("东丽区", here), ("东丽区有3家", here)]
    assert (reply, model) == ("东丽区有3家", "scripted")
    assert script.requests[0]["stream"] is True
    assert script.requests[0]["response_format"]["json_schema"]["schema"] == schema(2)


def test_thoughts_are_not_heard() -> None:
    heard: list[str] = []
    with scripted_llm(streams("<th", "ink>先想", "一想</think>", "好", "的")) as script:
        assert stream(script.endpoint, heard) == "好的"

    assert heard and set(heard) <= {"好", "好的"}


@pytest.mark.parametrize("reply", [fails(429), fails(500), hangs_up, streams(finish=None)])
def test_stream_that_fails_before_its_first_word_is_tried_again(reply: Reply) -> None:
    heard: list[str] = []
    with scripted_llm(reply, reply, says("好")) as script:
        assert stream(script.endpoint, heard) == "好"

    assert len(script.requests) == 3


def error_event(handler: http.server.BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
    streams("产值", finish=None)(handler, asked)
    handler.wfile.write(b'data: {"error": {"message": "out of memory", "code": 500}}\n\n')


def torn_event(handler: http.server.BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
    streams("产值", finish=None)(handler, asked)
    handler.wfile.write(b'data: {"choices": [{"del\n\n')


def torn_chunk(handler: http.server.BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    """A connection lost inside a body whose length was announced."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(event({"content": "产值"}))
    handler.close_connection = True


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (streams("产值", finish=None), "中途断了"),
        (torn_chunk, "中途断了"),
        (error_event, "在应答中报错"),
        (torn_event, "无法读懂"),
    ],
)
def test_stream_that_fails_in_the_middle_is_not_repeated(reply: Reply, said: str) -> None:
    heard: list[str] = []
    with scripted_llm(reply) as script, pytest.raises(LlmError, match=said):
        stream(script.endpoint, heard)

    assert heard == ["产值"]
    assert len(script.requests) == 1


def test_stream_that_stalls_ends_at_the_deadline() -> None:
    heard: list[str] = []
    with scripted_llm() as script:
        script.replies = [streams("产值", wait=lambda: script.released.wait(20))]
        started = time.monotonic()
        with pytest.raises(LlmError, match=r"没有在 0\.5 秒内答完"):
            stream(script.endpoint, heard, seconds=0.5)

    assert time.monotonic() - started < 3
    assert heard == ["产值"]


def test_cancel_ends_a_stream_and_closes_the_connection() -> None:
    closed = threading.Event()
    cancelled = threading.Event()

    def writes_on(handler: http.server.BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        try:
            streams(*"产值很高" * 200, wait=lambda: time.sleep(0.02))(handler, asked)
        except (BrokenPipeError, ConnectionResetError):
            closed.set()

    with scripted_llm(writes_on) as script:
        client = LlmClient(script.endpoint, QUICK)
        with pytest.raises(CancelledAskError):
            client.ask(MESSAGES, schema(1), 20, cancelled, lambda _: cancelled.set())
        assert closed.wait(5), "the server learns that nobody listens"


def test_listener_that_fails_ends_the_call() -> None:
    def listen(_: str) -> None:
        raise KeyError("page is gone")

    with scripted_llm() as script:
        script.replies = [streams("产值", wait=lambda: script.released.wait(20))]
        started = time.monotonic()
        with pytest.raises(KeyError, match="page is gone"):
            LlmClient(script.endpoint, QUICK).ask(MESSAGES, schema(1), 20, threading.Event(), listen)

    assert time.monotonic() - started < 3


def test_server_that_cannot_stream_is_asked_for_the_whole_from_then_on() -> None:
    def never_streams(handler: http.server.BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        send(handler, 200, completion("好"))

    heard: list[str] = []
    with scripted_llm(never_streams) as script:
        client = LlmClient(script.endpoint, QUICK)
        replies = [client.ask(MESSAGES, schema(1), 10, threading.Event(), heard.append)[0] for _ in range(2)]

    assert (replies, heard) == (["好", "好"], [])
    assert [bool(asked.get("stream")) for asked in script.requests] == [True, False, False]
