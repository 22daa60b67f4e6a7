"""Ratings: written line by line for the operator only, bounded, and taken by the evaluation as candidates."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from eval.answered import read_answered
from index.errors import UserError
from rag.contract import Turn
from rag.settings import load_settings
from ui.access.feedback import NOT_WRITTEN, Feedback
from ui.access.identity import Identity, Right, Via
from ui.access.policy import open_access
from ui.demo import demo_engine

LI = Identity("li", Via.PASSWORD, frozenset({Right.ASK}))
FIRMS = "青河县有多少家高新技术企业?"
ANSWER = demo_engine().script[FIRMS]


def test_a_rating_says_who_when_what_and_why_and_becomes_a_candidate(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "new", 1)
    feedback.write(LI, ANSWER, [Turn(question="先前?", answer="有。")], "down", "数字不对：应是38家")
    [line] = feedback.path.read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert (record["user"], record["via"], record["rating"]) == ("li", "password", "down")
    assert record["time"].endswith("+00:00") and record["answer"]["citations"][0]["quote"]
    assert stat.S_IMODE(feedback.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(feedback.path.parent.stat().st_mode) == 0o700

    [answered] = read_answered(feedback.path)
    candidate = answered.candidate()
    assert candidate.rating == "down" and candidate.comment == "数字不对：应是38家"
    assert candidate.draft.question == FIRMS and candidate.draft.history[0].question == "先前?"


def test_nobody_can_fill_the_files(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path, 0.01)
    for _ in range(30):
        feedback.write(LI, ANSWER, [], "up", "")
    with pytest.raises(UserError, match="评价太频繁"):
        feedback.write(LI, ANSWER, [], "up", "")
    assert all(file.stat().st_size <= 10_000 for file in tmp_path.glob("feedback*.jsonl"))
    assert len(list(tmp_path.glob("feedback*.jsonl"))) > 1


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "feedback.jsonl").mkdir()
    with pytest.raises(UserError, match=NOT_WRITTEN):
        Feedback(tmp_path, 1).write(LI, ANSWER, [], "up", "")


def test_ratings_can_be_switched_off_and_make_nothing_by_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "access"
    assert open_access(load_settings({"access": folder})).feedback is not None
    assert open_access(load_settings({"access": folder, "feedback": False})).feedback is None
    assert not folder.exists()
