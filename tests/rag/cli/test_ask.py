from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.cli import INTERRUPTED, OK, REFUSED_INPUT, main
from rag.contract import Answer
from tests.conftest import ROOT
from tests.rag.cli.conftest import QUESTION, REPORT, refused


def test_ask_prints_answer_figures_and_quotes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION]) == OK

    printed = capsys.readouterr().out
    assert "121.3亿元" in printed.splitlines()[0]
    assert "✓ 121.3亿元" in printed
    assert "donglixian.txt:" in printed


def test_ask_json_is_one_line_of_the_contract(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--json", "--mode", "extractive"]) == OK

    lines = capsys.readouterr().out.splitlines()
    answer = Answer.model_validate_json(lines[0])
    assert len(lines) == 1
    assert answer.question == QUESTION
    assert all(REPORT[quote.start : quote.end] == quote.quote for quote in answer.citations)
    assert answer.citations


def test_refusal_is_a_success(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "火星基地的氧气产量是多少？", "--json"]) == OK
    assert json.loads(capsys.readouterr().out)["refused"] is True


@pytest.mark.parametrize("question", ["", " \u3000\n", "\x00\x07\x1b", "长" * 100_000])
def test_question_that_cannot_be_asked(here: Path, question: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "ask", question)

    assert len(said) < 200
    assert said.endswith("。")


def test_question_that_is_no_text(here: Path) -> None:
    command = [sys.executable.encode(), b"-m", b"rag", b"ask", b"\xff\xfe"]
    result = subprocess.run(command, cwd=here, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)

    assert result.returncode == REFUSED_INPUT
    assert "编码不对" in result.stderr.decode("utf-8")
    assert b"Traceback" not in result.stderr


def batch_file(folder: Path, *lines: object) -> Path:
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def test_batch_answers_in_order_and_copies_ids(here: Path) -> None:
    lines: list[dict[str, object]] = [
        {"id": "a", "question": QUESTION, "category": "lookup", "answers": []},
        {"question": "高新技术企业有多少家？", "history": [{"question": "甲", "answer": "乙"}]},
        {"id": 7, "question": "增长多少？", "history": None},
    ]

    assert main(["ask", "--batch", str(batch_file(here, *lines)), "--output", str(here / "out.jsonl")]) == OK

    answers = [json.loads(line) for line in (here / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [answer["question"] for answer in answers] == [line["question"] for line in lines]
    assert [answer.pop("id", None) for answer in answers] == ["a", None, 7]
    assert all(Answer.model_validate(answer) for answer in answers)


def test_batch_without_output_goes_to_stdout(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "--batch", str(batch_file(here, {"question": QUESTION}))]) == OK
    assert json.loads(capsys.readouterr().out)["question"] == QUESTION


def test_batch_may_have_byte_order_mark_blank_lines_and_crlf(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "in.jsonl").write_bytes(("\ufeff" + json.dumps({"question": QUESTION}) + "\r\n\r\n").encode("utf-8"))

    assert main(["ask", "--batch", "in.jsonl"]) == OK
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"question": "a"}\n\n{"question": \n', "第 3 行"),
        (b'{"question": "a"}\n{"id": 1}\n', "第 2 行不能用：缺少字段 question"),
        (b'{"question": "a"}\n["b"]\n', "第 2 行不能用：应是一个 JSON 对象"),
        (b'{"question": "a"}\n{"question": " "}\n', "第 2 行不能用：问题是空的"),
        (b'{"question": "' + b"a" * 2001 + b'"}\n', "第 1 行不能用：问题有 2001 个字"),
        ("问题".encode("gb18030"), "不是 UTF-8"),
    ],
)
def test_bad_batch_is_refused_before_anything_is_written(
    here: Path, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "in.jsonl").write_bytes(content)
    (here / "out.jsonl").write_text("earlier answers", encoding="utf-8")

    assert said in refused(capsys, "ask", "--batch", "in.jsonl", "--output", "out.jsonl")
    assert (here / "out.jsonl").read_text(encoding="utf-8") == "earlier answers"


def test_batch_files_that_cannot_be_used(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(batch_file(here, {"question": QUESTION}))
    questions = Path(path).read_bytes()

    assert "问题文件不存在" in refused(capsys, "ask", "--batch", "nowhere.jsonl", "--output", "out.jsonl")
    assert "无法读取" in refused(capsys, "ask", "--batch", str(here), "--output", "out.jsonl")
    assert "输出文件夹不存在" in refused(capsys, "ask", "--batch", path, "--output", "no/out.jsonl")
    assert "是一个文件夹" in refused(capsys, "ask", "--batch", path, "--output", str(here))
    assert "同一个文件" in refused(capsys, "ask", "--batch", path, "--output", path)
    assert Path(path).read_bytes() == questions


@pytest.mark.slow
def test_interrupted_batch_keeps_what_it_has(here: Path) -> None:
    path = batch_file(here, *({"id": number, "question": QUESTION} for number in range(200_000)))
    output = here / "out.jsonl"
    command = [sys.executable, "-m", "rag", "ask", "--batch", str(path), "--output", str(output)]
    process = subprocess.Popen(
        command, cwd=here, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, encoding="utf-8"
    )
    deadline = time.monotonic() + 60
    while not (output.exists() and output.read_bytes().count(b"\n") > 3) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)

    assert process.returncode == INTERRUPTED
    assert "Traceback" not in said
    kept = output.read_text(encoding="utf-8").split("\n")
    assert len(kept) > 3
    assert [json.loads(line)["id"] for line in kept[:-1]] == list(range(len(kept) - 1))
