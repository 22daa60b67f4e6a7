"""Candidates survive crashes, other programs, and being added twice."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

from eval import candidates as store
from eval.candidates import Candidate, Draft, Origin, Status, add_candidates, change_candidate, read_candidates
from eval.goldset import read_gold
from index.errors import UserError


@cache
def candidate(question: str = "工业产值是多少？") -> Candidate:
    """One and the same for one question: it holds the second it was made in."""
    return Candidate.new(Origin.QUESTION, Draft(question=question, values=("121.3亿元",)), "121.3亿元[1]")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "candidates.jsonl"


def test_candidates_are_read_back_as_they_were_added(file: Path) -> None:
    new = [candidate(), candidate("增长多少？")]
    assert add_candidates(file, new) == new
    assert read_candidates(file) == new
    assert '"status":"pending"' in file.read_text(encoding="utf-8")


def test_what_is_there_is_not_added_again_whatever_became_of_it(file: Path) -> None:
    first = candidate()
    add_candidates(file, [first, first])
    change_candidate(file, first.id, lambda one: one.model_copy(update={"status": Status.REJECTED}))
    assert add_candidates(file, [candidate(), candidate("新的？")]) == [candidate("新的？")]
    assert [one.status for one in read_candidates(file)] == [Status.REJECTED, Status.PENDING]


def test_a_decided_candidate_does_not_change_any_more(file: Path) -> None:
    first = candidate()
    add_candidates(file, [first])
    change_candidate(file, first.id, lambda one: one.model_copy(update={"status": Status.ACCEPTED}))
    with pytest.raises(UserError, match=f"{first.id} 已经处理过"):
        change_candidate(file, first.id, lambda one: one)
    with pytest.raises(UserError, match="候选题 c0 不在"):
        change_candidate(file, "c0", lambda one: one)


def test_a_crash_while_writing_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_candidates(file, [candidate()])

    def crash(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("eval.candidates.os.fsync", crash)
    with pytest.raises(UserError, match=r"写不了文件 .*candidates\.jsonl"):
        add_candidates(file, [candidate("第二题？")])
    assert read_candidates(file) == [candidate()]


def test_a_file_held_by_another_program_is_one_sentence(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LOCK_SECONDS", 0.1)
    with FileLock(file.with_name(f".{file.name}.lock")), pytest.raises(UserError, match="另一个程序正在改"):
        add_candidates(file, [candidate()])


def test_a_malformed_line_names_file_line_and_field(file: Path) -> None:
    add_candidates(file, [candidate()])
    good = file.read_text(encoding="utf-8")
    file.write_text(good + good.replace('"status":"pending"', '"status":"maybe"'), encoding="utf-8")
    with pytest.raises(UserError, match=r"candidates\.jsonl 第 2 行不是候选题：字段 status"):
        read_candidates(file)


def test_no_run_takes_candidates_for_gold(file: Path) -> None:
    add_candidates(file, [candidate()])
    with pytest.raises(UserError, match="第 1 行"):
        read_gold([file])
