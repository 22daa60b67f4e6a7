"""The call to the embedded LLM: the real llama.cpp, killed, starved of memory, asked by several at once."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import time
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from index import ModelError
from rag.llm import EmbeddedLlm, chat_model
from rag.llm_client import CancelledAskError, LlmClient, LlmError, Patience
from rag.prompt import opening, schema

QUICK = Patience(connect_seconds=1, retries=2, first_wait_seconds=0.01, breaker_failures=100)
MESSAGES = [HumanMessage("你好")]
MODEL = "qwen2.5-coder-0.5b"


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
def test_embedded_llm_says_the_same_whatever_was_asked_before(model_store: Path) -> None:
    opening = [SystemMessage("你是数据助手，用一句话回答。"), HumanMessage("有几所小学?"), AIMessage("有3所小学。")]
    questions = [[*opening, HumanMessage(f"东丽区有{n}所中学,说说看。")] for n in (12, 13)]
    replies: list[list[str]] = []
    for order in ((0, 1, 0), (1, 0)):
        with EmbeddedLlm(model_store / f"{MODEL}.gguf", threads=2, context_tokens=1024) as llm:
            client = LlmClient(llm, QUICK, [*opening, HumanMessage("")])
            said: dict[int, str] = {}
            for number in order:
                reply, _ = client.ask(questions[number], schema(1), 250, threading.Event())
                assert said.setdefault(number, reply) == reply
            replies.append([said[0], said[1]])

    assert replies[0] == replies[1]
    assert "12" in replies[0][0]


def test_embedded_llm_serves_one_question_at_a_time(tmp_path: Path) -> None:
    client = LlmClient(EmbeddedLlm(tmp_path / "no.gguf", 1, 512), Patience(breaker_failures=1))
    with client._own_turn(1, threading.Event()):
        with pytest.raises(LlmError, match="正忙"):
            client.ask(MESSAGES, schema(1), 0.1, threading.Event())
        cancelled = threading.Event()
        cancelled.set()
        with pytest.raises(CancelledAskError):
            client.ask(MESSAGES, schema(1), 10, cancelled)

    with pytest.raises(ModelError, match="不存在"):
        client.ask(MESSAGES, schema(1), 10, threading.Event())


def test_a_start_that_takes_long_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    python.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    client = LlmClient(EmbeddedLlm(tmp_path / "m.gguf", 1, 512), Patience(breaker_failures=1))
    cancelled = threading.Event()

    for _ in range(2):  # the second finds no open circuit
        with pytest.raises(LlmError, match="还在启动"):
            client.ask(MESSAGES, schema(1), 0.2, cancelled)
    threading.Timer(0.2, cancelled.set).start()
    with pytest.raises(CancelledAskError):
        client.ask(MESSAGES, schema(1), 60, cancelled)
    client.close()


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
def test_warm_llm_has_read_the_opening(model_store: Path) -> None:
    start = opening(as_json=False)
    with EmbeddedLlm(model_store / f"{MODEL}.gguf", threads=2, context_tokens=1024) as llm:
        LlmClient(llm, QUICK, start).warm_up(250)
        told = chat_model(llm.endpoint(), 120, max_tokens=1).invoke(start).usage_metadata

    assert told is not None
    assert told["input_token_details"]["cache_read"] > 0.9 * told["input_tokens"] > 200


def _processor_seconds(llm: EmbeddedLlm) -> float:
    """Of the server so far."""
    assert llm._process is not None
    fields = Path(f"/proc/{llm._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
@pytest.mark.parametrize("streamed", [True, False])
def test_cancel_frees_the_model(model_store: Path, streamed: bool) -> None:
    messages = [HumanMessage("把1到500的数字一个一个全部写出来，用逗号隔开，不要省略。")]
    with EmbeddedLlm(model_store / f"{MODEL}.gguf", threads=2, context_tokens=1024) as llm:
        client = LlmClient(llm, QUICK)
        client.warm_up(120)
        cancelled = threading.Event()
        if not streamed:
            threading.Timer(2, cancelled.set).start()
        with pytest.raises(CancelledAskError):
            client.ask(messages, schema(1), 250, cancelled, (lambda _: cancelled.set()) if streamed else None)

        stopped = _processor_seconds(llm)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            before = _processor_seconds(llm)
            time.sleep(1)
            if _processor_seconds(llm) - before < 0.03:
                break
        assert _processor_seconds(llm) - before < 0.03, "it computes no more"
        assert _processor_seconds(llm) - stopped < 3, "and soon after the cancel"


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
def test_embedded_llm_killed_while_it_writes_is_told_and_started_again(model_store: Path) -> None:
    """As the kernel does where memory runs out."""
    messages = [HumanMessage("请用五句话介绍春天。")]
    with EmbeddedLlm(model_store / f"{MODEL}.gguf", threads=2, context_tokens=1024) as llm:
        client = LlmClient(llm, QUICK)

        def kill(_: str) -> None:
            assert llm._process is not None
            llm._process.kill()
            llm._process.wait()

        with pytest.raises(LlmError, match=r"中途断了|连不上"):
            client.ask(messages, schema(1), 120, threading.Event(), kill)
        assert client.ask(messages, schema(1), 120, threading.Event())[0]


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
def test_too_little_memory_for_the_model_is_told(
    model_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = tmp_path / "python"
    limited.write_text(f'#!/bin/sh\nulimit -v 400000\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    limited.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(limited))

    llm = EmbeddedLlm(model_store / f"{MODEL}.gguf", 1, 1024)
    with llm, pytest.raises(ModelError, match=r"内置大模型无法启动.*请检查内存"):
        LlmClient(llm, QUICK).ask(MESSAGES, schema(1), 60, threading.Event())
