"""Runs: stored, resumed, repeatable, blind where asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.fingerprint import Fingerprint
from eval.goldset import GoldItem, gold_hash
from eval.replay import ReplayedEvidence, ReplayEngine
from eval.run import run_gold
from eval.scores import Stage
from eval.store import find_run, open_run_folder, read_outcomes, read_run, run_folders
from index.errors import CorpusError, ModelError, UserError
from index.records import Passage
from rag.contract import Answer, Mode, Turn

Build = Callable[..., Any]
QUOTE = "全年完成工业产值121.3亿元"


def _items(gold: Build, count: int = 6) -> list[GoldItem]:
    return [gold(id=f"t{n}", question=f"第{n}次问：工业产值是多少？") for n in range(count)]


def _fingerprint(items: Sequence[GoldItem], **changes: Any) -> Fingerprint:
    fields: dict[str, Any] = {
        "commit": None,
        "scorer": "s",
        "code": "c",
        "settings": {},
        "models": {},
        "index": "i",
        "gold": gold_hash(items),
        "mode": "extractive",
    }
    return Fingerprint.model_validate(fields | changes)


class _FailingEngine(ReplayEngine):
    """Replays some answers, then the model breaks."""

    def __init__(self, *recorded: Any, answers_left: int) -> None:
        super().__init__(*recorded)
        self.answers_left = answers_left
        self.asked: list[str] = []

    def ask(self, question: str, history: Sequence[Turn], mode: Mode) -> Answer:
        if not self.answers_left:
            raise ModelError("模型坏了。")
        self.answers_left -= 1
        self.asked.append(question)
        return super().ask(question, history, mode)


def test_a_run_is_stored_with_its_fingerprint_and_measures(
    gold: Build, answer: Build, corpus: Path, tmp_path: Path
) -> None:
    items = _items(gold)
    engine = ReplayEngine(items, {item.id: answer("121.3亿元[1]", QUOTE) for item in items})
    seen: list[tuple[int, int]] = []
    fingerprint = _fingerprint(items)
    run = run_gold(
        engine,
        items,
        corpus,
        tmp_path / "runs",
        fingerprint,
        mode=Mode.EXTRACTIVE,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(done, 6) for done in range(7)]
    stored = read_run(tmp_path / "runs" / run.id / "run.json")
    assert stored == run
    assert stored.fingerprint.key == fingerprint.key
    assert stored.measures["overall"]["lead"]["hits"] == 6
    assert {"retrieve", "wall"} <= set(stored.measures["latency_ms"])
    summary = (tmp_path / "runs" / run.id / "summary.md").read_text(encoding="utf-8")
    assert "lead 首数正确（主指标） | 6/6 | 100.0%" in summary
    assert find_run(run.id[:12], tmp_path / "runs") == run


def test_an_interrupted_run_goes_on_where_it_stopped(gold: Build, answer: Build, corpus: Path, tmp_path: Path) -> None:
    items, runs = _items(gold), tmp_path / "runs"
    answers = {item.id: answer("121.3亿元", QUOTE) for item in items}
    broken = _FailingEngine(items, answers, answers_left=4)
    with pytest.raises(ModelError):
        run_gold(broken, items, corpus, runs, _fingerprint(items), mode=Mode.EXTRACTIVE)
    (folder,) = run_folders(runs)
    with (folder / "outcomes.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"id": "t4", "answ')
    assert set(read_outcomes(folder)) == {"t0", "t1", "t2", "t3"}
    with pytest.raises(UserError, match="还没有做完"):
        find_run(folder.name, runs)
    mended = _FailingEngine(items, answers, answers_left=9)
    run = run_gold(mended, items, corpus, runs, _fingerprint(items), mode=Mode.EXTRACTIVE)
    assert mended.asked == [item.question for item in items[4:]]
    assert (run.id, len(run.items)) == (folder.name, 6)
    assert [score.id for score in run.items] == [item.id for item in items]


def test_another_fingerprint_or_a_finished_run_starts_anew(
    gold: Build, answer: Build, corpus: Path, tmp_path: Path
) -> None:
    items, runs = _items(gold), tmp_path / "runs"
    answers = {item.id: answer("121.3亿元", QUOTE) for item in items}
    with pytest.raises(ModelError):
        broken = _FailingEngine(items, answers, answers_left=1)
        run_gold(broken, items, corpus, runs, _fingerprint(items, code="old"), mode=Mode.EXTRACTIVE)
    engine = ReplayEngine(items, answers)
    first = run_gold(engine, items, corpus, runs, _fingerprint(items), mode=Mode.EXTRACTIVE)
    second = run_gold(engine, items, corpus, runs, _fingerprint(items), mode=Mode.EXTRACTIVE)
    assert len(run_folders(runs)) == 3
    assert [score.answer for score in first.items] == [score.answer for score in second.items]


def test_fresh_leaves_an_unfinished_run_alone(gold: Build, tmp_path: Path) -> None:
    fingerprint = _fingerprint(_items(gold))
    with open_run_folder(tmp_path, fingerprint) as first:
        pass
    with open_run_folder(tmp_path, fingerprint) as again:
        assert again == first
        with pytest.raises(UserError, match="另一个进程"), open_run_folder(tmp_path, fingerprint):
            pass
    with open_run_folder(tmp_path, fingerprint, fresh=True) as other:
        assert other != first


def test_the_commit_alone_does_not_change_the_key(gold: Build) -> None:
    items = _items(gold)
    assert _fingerprint(items, commit="a", scorer="x").key == _fingerprint(items, commit="b", scorer="y").key
    assert _fingerprint(items, index="a").key != _fingerprint(items, index="b").key


def test_several_jobs_give_the_same_scores(gold: Build, answer: Build, corpus: Path, tmp_path: Path) -> None:
    items = _items(gold, 20)
    engine = ReplayEngine(items, {item.id: answer("121.3亿元", QUOTE) for item in items})
    runs = [
        run_gold(engine, items, corpus, tmp_path / str(jobs), _fingerprint(items), mode=Mode.EXTRACTIVE, jobs=jobs)
        for jobs in (1, 4)
    ]
    assert [(score.id, score.stage) for score in runs[0].items] == [(score.id, score.stage) for score in runs[1].items]


def test_a_refused_question_is_an_outcome_not_the_end(gold: Build, answer: Build, corpus: Path, tmp_path: Path) -> None:
    items = _items(gold, 2)
    engine = ReplayEngine(items, {"t0": answer("121.3亿元", QUOTE)})
    run = run_gold(engine, items, corpus, tmp_path / "runs", _fingerprint(items), mode=Mode.EXTRACTIVE)
    assert [score.stage for score in run.items] == [Stage.PASSED, Stage.ERROR]


def test_a_totals_only_run_leaves_no_text_on_disk(gold: Build, answer: Build, corpus: Path, tmp_path: Path) -> None:
    items = _items(gold)
    engine = ReplayEngine(items, {item.id: answer("9亿元，121.3亿元", QUOTE) for item in items})
    fingerprint = _fingerprint(items)
    run = run_gold(
        engine, items, corpus, tmp_path / "runs", fingerprint, mode=Mode.EXTRACTIVE, totals_only=True
    )  # fmt: skip
    for file in (tmp_path / "runs" / run.id).iterdir():
        content = file.read_text(encoding="utf-8")
        assert not any(secret in content for secret in ("工业产值", "121.3", "9亿元")), file.name
    assert run.measures["overall"]["stray"]["hits"] == 6


def test_retrieval_is_measured(gold: Build, answer: Build, corpus: Path, tmp_path: Path) -> None:
    items = _items(gold, 2)
    near, far = (
        Passage(1, "report.txt", 0, 50, 0, 50, "", "", "", "", ""),
        Passage(2, "other.txt", 0, 20, 0, 20, "", "", "", "", ""),
    )
    evidence: dict[str, ReplayedEvidence] = {
        "t0": ReplayedEvidence(passages=[near]),
        "t1": ReplayedEvidence(passages=[far, near]),
    }
    engine = ReplayEngine(items, {item.id: answer("121.3亿元", QUOTE) for item in items}, evidence)
    run = run_gold(engine, items, corpus, tmp_path / "runs", _fingerprint(items), mode=Mode.EXTRACTIVE)
    passages = run.measures["overall"]["passages"]
    assert passages["mrr"] == 0.75
    assert [passages["recall"][depth]["hits"] for depth in ("1", "3", "5", "10")] == [1, 2, 2, 2]


def test_an_unknown_document_or_quote_stops_before_any_question(
    gold: Build, answer: Build, corpus: Path, tmp_path: Path
) -> None:
    for source, error, said in (
        ({"doc": "none.txt", "quote": "x"}, CorpusError, "none.txt"),
        ({"doc": "report.txt", "quote": "并无此句"}, UserError, "eval lint"),
    ):
        items = [gold(sources=[source])]
        engine = _FailingEngine(items, {"t1": answer("121.3亿元", QUOTE)}, answers_left=9)
        with pytest.raises(error, match=said):
            run_gold(engine, items, corpus, tmp_path / "runs", _fingerprint(items), mode=Mode.EXTRACTIVE)
        assert engine.asked == []


def test_a_damaged_run_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"format": 1}), encoding="utf-8")
    with pytest.raises(UserError, match="不是完好的运行文件"):
        find_run(str(tmp_path), tmp_path)
    with pytest.raises(UserError, match="找不到"):
        find_run("nothing", tmp_path)
