"""The embedded LLM as a real process, and the chat model that talks to it."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import ModelError
from rag.llm import EmbeddedLlm, Endpoint, chat_model

MODEL = "qwen2.5-coder-0.5b"


class _Recorder(http.server.BaseHTTPRequestHandler):
    """Answers every chat request with one word and keeps what was asked."""

    requests: list[dict]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append({"path": self.path, "key": self.headers["Authorization"], **body})
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "好"}}
        reply = json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(reply.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[tuple[str, list[dict]]]:
    _Recorder.requests = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Recorder)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1", _Recorder.requests
    server.shutdown()
    thread.join()
    server.server_close()


def test_chat_model_asks_for_the_same_words_each_time(
    recorder: tuple[str, list[dict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, requests = recorder
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    answer = chat_model(Endpoint(url, "some-model", "sk-secret"), timeout_seconds=10, max_tokens=33).invoke("你好")

    assert answer.content == "好"
    assert requests[0]["path"] == "/v1/chat/completions"
    assert requests[0]["key"] == "Bearer sk-secret"
    assert (requests[0]["model"], requests[0]["temperature"]) == ("some-model", 0)
    assert isinstance(requests[0]["seed"], int)
    assert 33 in {requests[0].get("max_tokens"), requests[0].get("max_completion_tokens")}


def test_the_key_is_not_shown() -> None:
    assert "sk-secret" not in repr(Endpoint("http://127.0.0.1/v1", "m", "sk-secret"))


def test_missing_model_is_told_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no\.gguf 不存在，请先运行 shuzheng models pull"):
        EmbeddedLlm(tmp_path / "no.gguf", threads=1, context_tokens=512).endpoint()


def test_a_file_that_is_no_model_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + bytes(64))

    with EmbeddedLlm(tmp_path / "bad.gguf", 1, 512) as llm, pytest.raises(ModelError, match="内置大模型无法启动"):
        llm.endpoint()


@pytest.fixture
def slow_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedLlm:
    """A server that takes a minute to start."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    python.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    return EmbeddedLlm(tmp_path / "m.gguf", 1, 512)


def test_a_start_is_waited_for_no_longer_than_wanted_and_ends_with_close(slow_start: EmbeddedLlm) -> None:
    started = time.monotonic()

    assert slow_start.awaited_endpoint(0.2, lambda: False) is None
    assert slow_start.awaited_endpoint(60, lambda: True) is None
    threading.Timer(0.5, slow_start.close).start()
    with pytest.raises(ModelError, match="内置大模型无法启动"):
        slow_start.awaited_endpoint(60, lambda: False)

    assert time.monotonic() - started < 20


def test_a_process_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    (tmp_path / "m.gguf").write_bytes(b"GGUF")

    with pytest.raises(ModelError, match="内置大模型无法启动"):
        EmbeddedLlm(tmp_path / "m.gguf", 1, 512).endpoint()


@pytest.fixture
def embedded(model_store: Path) -> Iterator[EmbeddedLlm]:
    with EmbeddedLlm(model_store / f"{MODEL}.gguf", threads=2, context_tokens=1024) as llm:
        yield llm


def _status(url: str, key: str) -> int:
    request = urllib.request.Request(f"{url}/models", headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
def test_embedded_llm_answers_in_chinese_and_the_same_twice(embedded: EmbeddedLlm) -> None:
    endpoint = embedded.endpoint()
    prompt = [("system", "你只用中文回答，只答一句话。"), ("user", "资料：全县小学有12所。问题：全县有多少所小学？")]

    answers = [str(chat_model(endpoint, 120, max_tokens=48).invoke(prompt).content) for _ in range(2)]

    assert "12" in answers[0]
    assert any("一" <= char <= "鿿" for char in answers[0])
    assert answers[0] == answers[1]
    assert endpoint.model == MODEL
    assert _status(endpoint.base_url, endpoint.api_key) == 200
    assert _status(endpoint.base_url, "wrong") == 401


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
def test_embedded_llm_is_kept_restarted_and_stopped(embedded: EmbeddedLlm) -> None:
    first = embedded.endpoint()
    assert embedded.endpoint() is first
    process = embedded._process
    assert process is not None
    process.kill()
    process.wait()

    second = embedded.endpoint()
    assert _status(second.base_url, second.api_key) == 200
    embedded.close()

    with pytest.raises(OSError, match="refused"):
        _status(second.base_url, second.api_key)


def _weights_in_memory(llm: EmbeddedLlm) -> int:
    """Bytes of the child's memory."""
    assert llm._process is not None
    status = Path(f"/proc/{llm._process.pid}/status").read_text(encoding="utf-8")
    return 1024 * int(status.split("VmRSS:")[1].split()[0])


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
def test_idle_llm_gives_its_memory_back_and_wakes_at_the_next_question(model_store: Path) -> None:
    prompt = [("system", "你只用中文回答，只答一句话。"), ("user", "资料：全县小学有12所。问题：全县有多少所小学？")]
    with EmbeddedLlm(model_store / f"{MODEL}.gguf", threads=2, context_tokens=1024, idle_seconds=2) as llm:
        endpoint = llm.endpoint()
        before = str(chat_model(endpoint, 120, max_tokens=48).invoke(prompt).content)
        awake = _weights_in_memory(llm)

        deadline = time.monotonic() + 60
        while _weights_in_memory(llm) > awake / 2 and time.monotonic() < deadline:
            time.sleep(0.2)

        assert _weights_in_memory(llm) < awake / 2
        assert str(chat_model(endpoint, 120, max_tokens=48).invoke(prompt).content) == before


@pytest.mark.slow
@pytest.mark.needs_models(MODEL)
def test_embedded_llm_dies_with_its_parent(model_store: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from rag.llm import EmbeddedLlm\n"
        f"e = EmbeddedLlm(Path({str(model_store / f'{MODEL}.gguf')!r}), 2, 512).endpoint()\n"
        "print(e.base_url, e.api_key, flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, encoding="utf-8", cwd=Path(__file__).parents[2]
    ) as parent:
        assert parent.stdout is not None
        url, key = parent.stdout.readline().split()
        assert _status(url, key) == 200
        parent.kill()

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            _status(url, key)
        except OSError:
            return
        time.sleep(0.1)
    pytest.fail("the server outlived its parent")
