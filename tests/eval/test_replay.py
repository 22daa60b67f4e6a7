"""Recorded answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.replay import ReplayEngine, outcomes_of, read_answers
from index.errors import UserError
from rag.contract import Mode, Turn

Build = Callable[..., Any]


def test_a_batch_output_is_read_by_id(answer: Build, tmp_path: Path) -> None:
    said = answer("121.3亿元", "全年完成工业产值121.3亿元", question="产值？")
    file = tmp_path / "out.jsonl"
    line = {"id": "t1", **said.model_dump(mode="json")}
    file.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_answers(file) == {"t1": said}


@pytest.mark.parametrize(
    ("line", "said"),
    [("{", "JSON"), ('{"answer": ""}', "字段 id"), ('{"id": "a"}', "字段 question：缺少"), ("3", "字段 id")],
)
def test_a_malformed_answer_names_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(UserError, match=f"第 2 行.*{said}"):
        read_answers(file)


def test_a_part_of_a_set_is_never_scored_as_all(gold: Build, answer: Build) -> None:
    items = [gold(id="t1"), gold(id="t2")]
    with pytest.raises(UserError, match=r"1 道题没有回答.*t2"):
        outcomes_of(items, {"t1": answer("1家")})


def test_the_same_question_after_other_turns_is_another_question(gold: Build, answer: Build) -> None:
    turn = {"question": "雏鹰企业多少家？", "answer": "77家。"}
    items = [gold(id="t1"), gold(id="t2", category="follow_up", history=[turn])]
    engine = ReplayEngine(items, {"t1": answer("一"), "t2": answer("二")})
    question = items[0].question
    assert engine.ask(question, [], Mode.AUTO).answer == "一"
    assert engine.ask(question, [Turn(**turn)], Mode.AUTO).answer == "二"
    with pytest.raises(UserError, match="没有问题"):
        engine.ask("别的", [], Mode.AUTO)
    assert list(engine.retrieve("别的", []).passages) == []
