"""The call to the embedded LLM: the real llama.cpp, killed, starved of memory, asked by several at once."""

from __future__ import annotations

import shlex
import sys
import threading
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from index import ModelError
from rag.llm import EmbeddedLlm
from rag.llm_client import CancelledAskError, LlmClient, LlmError, Patience
from rag.prompt import schema

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
