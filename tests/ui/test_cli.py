"""`shuzheng ui`: one sentence where it cannot start, a page where it can, a quiet end."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from rag.cli import REFUSED_INPUT, main
from tests.ui.browser import ROOT, free_port, running_server
from ui.cli import ui_command

COMMAND = ("-c", "import sys; from rag.cli import main; sys.exit(main())")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in ("000_d8bb9e28fa796d63.txt", "003_88bc0e9778391355.txt"):
        shutil.copy(ROOT / "seeds" / name, folder)
    return folder


def arguments(port: int, tmp_path: Path, corpus: Path) -> list[str]:
    folders = ["--corpus", str(corpus), "--index", str(tmp_path / "index")]
    return ["ui", "--port", str(port), *folders, "--embedder", "hash", "--llm", "none"]


def test_a_taken_port_is_one_sentence_and_nothing_is_built(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(arguments(port, tmp_path, corpus)) == REFUSED_INPUT
    assert capsys.readouterr().err == f"端口 {port} 已被占用，请用 --port 换一个端口，或先停掉占用它的程序。\n"
    assert not (tmp_path / "index").exists()


def test_a_missing_corpus_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(free_port(), tmp_path, tmp_path / "nowhere")) == REFUSED_INPUT
    [sentence] = capsys.readouterr().err.splitlines()
    assert "nowhere" in sentence and sentence.endswith("。")


def test_listening_for_others_without_login_is_refused_before_anything_is_built(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*arguments(free_port(), tmp_path, corpus), "--host", "0.0.0.0"]
    assert main(command) == REFUSED_INPUT
    [sentence] = capsys.readouterr().err.splitlines()
    assert "0.0.0.0" in sentence and "login" in sentence and "--allow-anyone" in sentence
    assert not (tmp_path / "index").exists()


def test_listening_for_anyone_warns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*arguments(free_port(), tmp_path, tmp_path / "nowhere"), "--host", "0.0.0.0", "--allow-anyone"]
    assert main(command) == REFUSED_INPUT
    assert "没有设置登录" in capsys.readouterr().err.splitlines()[0]


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ui", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "用法：shuzheng ui" in shown
    for name in ui_command.__annotations__:
        assert name == "return" or f"--{name.replace('_', '-')}" in shown


@pytest.mark.slow
def test_page_and_api_are_served_on_one_port_and_stop_quietly(tmp_path: Path, corpus: Path) -> None:
    port, log = free_port(), tmp_path / "log.txt"
    with running_server([*COMMAND, *arguments(port, tmp_path, corpus)], port, log) as address:
        with urllib.request.urlopen(address, timeout=10) as page:
            assert "数证" in page.read().decode("utf-8")
        request = urllib.request.Request(
            f"{address}api/ask",
            data='{"question": "东丽区国家高新技术企业有多少家?"}'.encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            assert "598家" in response.read().decode("utf-8")
    said = log.read_text(encoding="utf-8")
    assert "索引建好" in said and f"网页已打开：{address}" in said
    assert said.endswith("已停止。\n") and "Traceback" not in said


@pytest.mark.slow
@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM])
def test_an_order_to_stop_ends_with_code_0(tmp_path: Path, corpus: Path, order: signal.Signals) -> None:
    command = [sys.executable, *COMMAND, *arguments(free_port(), tmp_path, corpus)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr
        for line in process.stderr:
            if "网页已打开" in line:
                break
        process.send_signal(order)
        assert process.wait(20) == 0
