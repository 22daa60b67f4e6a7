"""The command line over a tiny corpus and the shipped hash embedder: no model is needed."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.cli import INTERRUPTED, OK, REFUSED_INPUT, main
from rag.cli.facts import COLUMNS, write_csv
from rag.cli.shell import localise_usage_mistake, printable
from rag.contract import Answer
from tests.conftest import ROOT

REPORT = "天津市东丽区2023年工作总结\n\n2023年，全区规上工业总产值121.3亿元，同比增长9.9%。高新技术企业达到437家。\n"
QUESTION = "东丽区2023年规上工业总产值是多少？"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `corpus` and its `index`; tests do not change it."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "donglixian.txt").write_text(REPORT, encoding="utf-8")
    command = [
        "index",
        "build",
        "--corpus",
        str(folder / "corpus"),
        "--index",
        str(folder / "index"),
        "--embedder",
        "hash",
    ]
    assert main(command) == OK
    return folder


@pytest.fixture
def here(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder whose settings point to the index that was built."""
    monkeypatch.chdir(tmp_path)
    settings = {"corpus": built / "corpus", "index": built / "index", "embedder": "hash", "llm": "none"}
    lines = [f"{name} = {json.dumps(str(value))}\n" for name, value in settings.items()]
    (tmp_path / "shuzheng.toml").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def shuzheng(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-m", "rag", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused, and return its one sentence."""
    assert main(arguments) == REFUSED_INPUT
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert "Traceback" not in printed.err
    return printed.err.strip()


# help, version, usage


def test_help_is_chinese_by_default_and_english_by_locale(tmp_path: Path) -> None:
    chinese = shuzheng(tmp_path, "ask", "--help")
    english = shuzheng(tmp_path, "ask", "--help", LANG="en_US.UTF-8")

    assert (chinese.returncode, english.returncode) == (0, 0)
    assert "用法：shuzheng ask" in chinese.stdout
    assert "Show this message" not in chinese.stdout
    assert "Usage: shuzheng ask" in english.stdout
    assert not any("\u4e00" <= char <= "\u9fff" for char in english.stdout)


def test_no_command_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    for group in ([], ["index"], ["models"]):
        assert main(group) == OK
        assert "用法：" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == OK
    assert capsys.readouterr().out.startswith("shuzheng ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["asq"], "没有命令 asq"),
        (["ask", "--modus", "llm", "问"], "没有选项 --modus"),
        (["ask"], "请给出一个问题"),
        (["ask", "一", "二"], "多余的参数 二"),
        (["ask", "问", "--mode"], "选项 --mode 缺少值"),
        (["ask", "问", "--mode", "magic"], "选项 --mode 的值“magic”不能用"),
        (["ask", "问", "--llm", "qwen"], "选项 --llm 的值“qwen”不能用"),
        (["ask", "问", "--output", "o.jsonl"], "--output 只能和 --batch 一起用"),
        (["ask", "问", "--batch", "b.jsonl"], "只能选一个"),
        (["facts", "--csv", "a.csv", "--json"], "只能选一个"),
        (["models", "pull", "gpt-9"], "没有名为“gpt-9”的模型"),
    ],
)
def test_bad_usage_is_one_sentence(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in refused(capsys, *arguments)


def test_usage_mistake_of_an_unknown_kind_is_still_framed_in_chinese() -> None:
    assert (
        localise_usage_mistake("Odd thing.", "shuzheng ask") == "命令用法不对：Odd thing.；用法见 shuzheng ask --help。"
    )


# index


def test_second_build_does_nothing_and_force_does(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = ["--index", str(tmp_path / "i")]

    assert main(["index", "build", *target]) == OK
    assert "索引建好：1 个文档" in capsys.readouterr().out
    assert main(["index", "build", *target]) == OK
    assert "已是最新" in capsys.readouterr().out
    assert main(["index", "build", *target, "--force"]) == OK
    assert "索引建好" in capsys.readouterr().out


def test_unreadable_file_is_named_and_the_rest_is_indexed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "good.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "c" / "empty.txt").write_bytes(b"")

    code = main(
        ["index", "build", "--corpus", str(tmp_path / "c"), "--index", str(tmp_path / "i"), "--embedder", "hash"]
    )

    printed = capsys.readouterr()
    assert code == OK
    assert "没有收入索引" in printed.err
    assert "empty.txt" in printed.err
    assert "索引建好：1 个文档" in printed.out


def test_status_shows_what_the_index_holds(here: Path, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "status"]) == OK

    lines = capsys.readouterr().out.splitlines()
    assert f"文件夹：{built / 'index'}" in lines
    assert "文档：1" in lines
    assert any(line.startswith("嵌入模型：hash") for line in lines)


def test_missing_corpus_and_missing_index_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = str(tmp_path / "nowhere")

    assert "nowhere" in refused(capsys, "index", "build", "--corpus", nowhere, "--index", nowhere, "--embedder", "hash")
    assert "shuzheng index build" in refused(capsys, "index", "status", "--index", nowhere)
    assert "shuzheng index build" in refused(capsys, "facts", "--index", nowhere)
    assert not Path(nowhere).exists()


# ask


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

    assert result.returncode in {OK, REFUSED_INPUT}
    assert b"Traceback" not in result.stderr


# ask --batch


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
        (b'{"question": "a"}\n{"id": 1}\n', "第 2 行缺少字段 question"),
        (b'{"question": "a"}\n["b"]\n', "第 2 行应是一个 JSON 对象"),
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


def test_unaskable_question_in_a_batch_names_its_line_and_keeps_the_answers_before_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = batch_file(here, {"question": QUESTION}, {"question": "  "}, {"question": QUESTION})

    assert "第 2 行" in refused(capsys, "ask", "--batch", str(path), "--output", "out.jsonl")
    assert len((here / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 1


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


# facts


def test_facts_are_tab_separated_in_a_pipe(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts"]) == OK

    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["文档", "地区", "时间", "指标", "数字"]
    assert "121.3亿元" in {row[-1] for row in rows}
    assert {len(row) for row in rows} == {5}


def test_facts_filters_narrow_together(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "--json", "--unit", "家", "--doc", "dongli"]) == OK

    (record,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (record["text"], record["value"], record["unit"]) == ("437家", 437, "家")
    assert REPORT[record["start"] : record["end"]] == record["quote"]
    assert main(["facts", "--json", "--unit", "家", "--place", "火星"]) == OK
    assert capsys.readouterr().out == ""


def test_facts_csv_opens_in_excel(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "--csv", "facts.csv"]) == OK

    assert (here / "facts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (here / "facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    output = next(row for row in rows if row["quote"] == "121.3亿元")
    assert (output["value"], output["unit"], output["doc"]) == ("12130000000", "元", "donglixian.txt")
    assert str(len(rows)) in capsys.readouterr().out


def test_csv_runs_no_formula(tmp_path: Path) -> None:
    record: dict[str, str | int | float] = dict.fromkeys(COLUMNS, "plain")
    write_csv([{**record, "indicator": "=1+1", "value": -5}], tmp_path / "f.csv")

    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["indicator"], row["value"]) == ("'=1+1", "-5")


def test_csv_into_a_missing_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "文件夹或文件不存在" in refused(capsys, "facts", "--csv", "no/facts.csv")


# settings, models


def test_settings_shows_values_and_origins(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHUZHENG_PORT", "8123")
    monkeypatch.setenv("SHUZHENG_LLM_API_KEY", "sk-very-secret")
    monkeypatch.setenv("SHUZHENG_PROT", "1")

    assert main(["settings", "--explain"]) == OK

    printed = capsys.readouterr()
    rows = {line.split("\t")[0]: line.split("\t") for line in printed.out.splitlines()}
    assert rows["port"][1:3] == ["8123", "环境变量 SHUZHENG_PORT"]
    assert rows["embedder"][1:3] == ["hash", "设置文件 shuzheng.toml"]
    assert rows["host"][2] == "默认"
    assert "sk-very-secret" not in printed.out
    assert "SHUZHENG_PROT" in printed.err


def test_bad_settings_file_stops_every_command(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "shuzheng.toml").write_text("prot = 1", encoding="utf-8")

    for arguments in (["settings"], ["facts"], ["ask", "问"], ["index", "status"], ["models", "list"]):
        assert "没有“prot”这项设置" in refused(capsys, *arguments)


def test_models_list_tells_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--models", str(tmp_path)]) == OK

    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("e5-small\t") and "未下载" in line for line in lines)
    assert "还没有模型" in refused(capsys, "models", "verify", "--models", str(tmp_path))
    assert "models pull e5-small" in refused(capsys, "models", "verify", "e5-small", "--models", str(tmp_path))


def test_missing_embedder_says_what_to_run(here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "index", "build", "--embedder", "e5-small", "--models", str(tmp_path / "store"))

    assert "shuzheng models pull e5-small" in said


# output


def test_document_text_cannot_steer_the_terminal() -> None:
    assert printable("甲\x1b[2J乙\x00\n丙\t丁\ud800") == "甲\ufffd[2J乙\ufffd\n丙\t丁\ufffd"


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
