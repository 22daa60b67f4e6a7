from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from rag.cli import OK
from rag.cli.answer_text import render_answer
from rag.cli.progress import progress
from rag.cli.shell import printable
from rag.contract import Answer, Citation, Conflict, Figure, Mode
from tests.conftest import ROOT
from tests.rag.cli.conftest import QUESTION, shuzheng


def test_document_text_cannot_steer_the_terminal() -> None:
    assert printable("甲\x1b[2J乙\x00\n丙\t丁\ud800") == "甲\ufffd[2J乙\ufffd\n丙\t丁\ufffd"


def test_answer_text_shows_marks_sources_differences_and_quotes() -> None:
    figure = Figure(
        text="121.3亿元", value=1.213e10, unit="元", indicator="总产值", place="东丽区", period="2023年",
        qualifier="", citation=1, verified=True,
    )  # fmt: skip
    computed = figure.model_copy(update={"text": "12亿元", "citation": 0, "verified": False})
    conflict = Conflict(
        text="120亿元", value=1.2e10, unit="元", indicator="总产值", place="东丽区", period="2023年", citation=2
    )
    quote = Citation(
        n=1,
        doc="a.txt",
        title="总结",
        published="2024-01",
        section="一、工业",
        start=5,
        end=12,
        quote="121.3\n\x1b亿元",
    )
    answer = Answer(
        question="q", answer="121.3亿元[1]", refused=False, refusal_reason=None, mode=Mode.EXTRACTIVE, model=None,
        citations=[quote], figures=[figure, computed], conflicts=[conflict], timings_ms={},
    )  # fmt: skip

    assert render_answer(answer) == (
        "121.3亿元[1]\n\n"
        "数字：\n"
        "  ✓ 121.3亿元  总产值 · 东丽区 · 2023年  [1]\n"
        "  ✗ 12亿元  总产值 · 东丽区 · 2023年  （由所引数字算出）\n\n"
        "另有不同的数字：\n"
        "  ! 120亿元  总产值 · 东丽区 · 2023年  [2]\n\n"
        "原文：\n"
        "  [1] 总结 / 一、工业（2024-01）\n"
        "      a.txt:5-12\n"
        "      “121.3 \ufffd亿元”"
    )


def test_progress_is_one_line_a_stage_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as report:
        for done in range(3):
            report("读取", done, 2)
        report("计算", 0, 0)

    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "读取 …\n计算 …\n")


def test_progress_is_a_bar_on_a_terminal(here: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rag", "index", "build", "--index", "fresh"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with subprocess.Popen(command, cwd=here, env=environment, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while process.poll() is None or select.select([ours], [], [], 0)[0]:
            try:
                shown += os.read(ours, 65_536)
            except OSError:
                break
    os.close(ours)

    assert process.returncode == OK
    assert "计算向量".encode() in shown
    assert "━".encode() in shown


def test_pipe_closed_early_is_no_traceback(here: Path) -> None:
    command = f"{sys.executable} -m rag settings | head -n 1"
    result = subprocess.run(
        command,
        shell=True,
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )

    assert "Traceback" not in result.stderr


def test_json_in_a_pipe_is_utf8_whatever_the_locale(here: Path) -> None:
    result = shuzheng(here, "ask", QUESTION, "--json", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert result.returncode == OK
    assert json.loads(result.stdout)["question"] == QUESTION
