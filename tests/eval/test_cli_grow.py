"""`shuzheng eval add | import | export` as their user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import rag
from eval.candidates import read_candidates
from eval.cli import app
from index.errors import UserError
from rag.contract import Answer, Mode, Turn

Build = Callable[..., Any]
QUOTE = "全年完成工业产值121.3亿元"


def call(*arguments: object) -> int:
    result = get_command(app).main(args=[str(a) for a in arguments], prog_name="shuzheng eval", standalone_mode=False)
    return result if isinstance(result, int) else 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "candidates.jsonl"


def test_add_takes_chosen_answers_once(
    answer: Build, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "a.jsonl"
    lines = [
        {"id": f"q{n}", **answer("121.3亿元[1]", QUOTE, question=f"第{n}问？").model_dump(mode="json")} for n in "12"
    ]
    lines.append({"question": "不对的？", "answer": answer("没有").model_dump(mode="json"), "rating": "down"})
    answers.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    batch = tmp_path / "q.jsonl"
    earlier = [{"question": "先问", "answer": "先答"}]
    batch.write_text(json.dumps({"id": "q2", "question": "第2问？", "history": earlier}) + "\n", encoding="utf-8")

    assert call("add", answers, "--id", "q2", "--batch", batch, "--candidates", file) == 0
    (one,) = read_candidates(file)
    assert (one.draft.question, one.draft.history[0].question) == ("第2问？", "先问")
    assert call("add", answers, "--disliked", "--candidates", file) == 0
    assert [one.draft.question for one in read_candidates(file)] == ["第2问？", "不对的？"]
    call("add", answers, "--disliked", "--candidates", file)
    assert "新增 0 道，已有 1 道，待审 2 道" in capsys.readouterr().err
    with pytest.raises(UserError, match="没有编号 q9"):
        call("add", answers, "--id", "q9", "--candidates", file)
    with pytest.raises(UserError, match="--question"):
        call("add", "--candidates", file)


def test_add_asks_a_question_now(answer: Build, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class OneAnswer:
        def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
            said: Answer = answer("121.3亿元[1]", QUOTE, question=question)
            return said

        def close(self) -> None:
            pass

    monkeypatch.setattr(rag, "open_engine", lambda settings: OneAnswer(), raising=False)
    assert call("add", "--question", "产值多少？", "--candidates", file) == 0
    (one,) = read_candidates(file)
    assert (one.draft.question, one.said, one.origin) == ("产值多少？", "121.3亿元[1]", "question")


def test_import_keeps_good_rows_and_exits_1_on_bad_ones(
    corpus: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "题.csv"
    table.write_text(f"问题,答案,来源\n产值多少？,121.3亿元,{QUOTE}\n空的？,,\n", encoding="utf-8-sig")
    assert call("import", table, "--corpus", corpus, "--candidates", file) == 1
    assert f"{table} 第 3 行“答案”列" in capsys.readouterr().err
    assert len(read_candidates(file)) == 1
    table.write_text("问题,答案\n", encoding="utf-8")
    with pytest.raises(UserError, match="没有题"):
        call("import", table, "--corpus", corpus, "--candidates", file)


def test_export_writes_one_record_an_item(gold: Build, write_gold: Build, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    gold_file = write_gold([gold(), gold(id="t2", question="人口？", category="unanswerable")])
    assert call("export", "--gold", gold_file, "--format", "ragas", "--output", output) == 0
    assert len(output.read_text(encoding="utf-8").splitlines()) == 2
    with pytest.raises(UserError, match="无法写入"):
        call("export", "--gold", gold_file, "--format", "csv", "--output", tmp_path / "no" / "x.csv")
