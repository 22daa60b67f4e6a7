"""`shuzheng eval` as its user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import rag
from eval.cli import app
from eval.goldset import GoldItem
from eval.replay import ReplayEngine
from index.build import build_index
from index.embedding import HashEmbedder
from index.errors import IndexDamagedError, UserError
from rag.contract import Answer

Build = Callable[..., Any]
QUOTE = "全年完成工业产值121.3亿元"


def call(*arguments: object) -> int:
    """Exit code of one command line, as `shuzheng` returns it."""
    result = get_command(app).main(args=[str(a) for a in arguments], prog_name="shuzheng eval", standalone_mode=False)
    return result if isinstance(result, int) else 0


@pytest.fixture
def items(gold: Build) -> list[GoldItem]:
    answerable = [gold(id=f"t{n}", question=f"第{n}次问：工业产值是多少？") for n in range(7)]
    return [*answerable, gold(id="u1", question="人口多少？", category="unanswerable")]


@pytest.fixture
def record(tmp_path: Path) -> Build:
    def write(name: str, answers: Mapping[str, Answer]) -> Path:
        file = tmp_path / name
        lines = [{"id": key, **said.model_dump(mode="json")} for key, said in answers.items()]
        file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        return file

    return write


@pytest.fixture
def good(items: Sequence[GoldItem], answer: Build) -> dict[str, Answer]:
    refusal = answer("资料中没有。", refused=True)
    return {item.id: refusal if item.refuse else answer("121.3亿元[1]", QUOTE) for item in items}


@pytest.fixture
def scored(
    items: list[GoldItem], good: dict[str, Answer], record: Build, write_gold: Build, corpus: Path, tmp_path: Path
) -> Build:
    def score(name: str, changed: Mapping[str, Answer], *options: object) -> int:
        gold_file = write_gold(items)
        answers = record(f"{name}.jsonl", {**good, **changed})
        report = tmp_path / "reports" / name
        return call("score", answers, "--gold", gold_file, "--corpus", corpus, "--report", report, *options)

    return score


def test_score_prints_measures_and_writes_the_report(
    scored: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scored("a", {}) == 0
    printed = capsys.readouterr().out
    assert "lead 首数正确（主指标）\t7/7\t100.0%" in printed
    assert "应拒答的拒答率\t1/1" in printed
    report = json.loads((tmp_path / "reports" / "a" / "run.json").read_text(encoding="utf-8"))
    assert report["measures"]["by_category"]["lookup"]["lead"]["hits"] == 7
    assert (tmp_path / "reports" / "a" / "summary.md").is_file()


def test_a_worse_answer_set_exits_1_and_lists_what_flipped(
    scored: Build, answer: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scored("a", {})
    worse = {f"t{n}": answer("34.9%", "同比增长34.9%") for n in range(6)}
    assert scored("b", worse, "--baseline", tmp_path / "reports" / "a") == 1
    printed = capsys.readouterr().out
    assert "失去 [t0] passed -> not_chosen" in printed
    assert "答: 121.3亿元[1]" in printed
    assert "有退步" in printed
    assert call("compare", tmp_path / "reports" / "a" / "run.json", tmp_path / "reports" / "b" / "run.json") == 1
    assert call("compare", tmp_path / "reports" / "b", tmp_path / "reports" / "a") == 0


def test_totals_only_shows_and_stores_no_item(
    scored: Build, answer: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worse = {"t1": answer("34.9%，9项", "同比增长34.9%")}
    scored("a", {}, "--totals-only")
    assert scored("b", worse, "--totals-only", "--baseline", tmp_path / "reports" / "a") == 0
    call("show", tmp_path / "reports" / "b")
    output = capsys.readouterr()
    stored = (tmp_path / "reports" / "b" / "run.json").read_text(encoding="utf-8")
    stored += (tmp_path / "reports" / "b" / "summary.md").read_text(encoding="utf-8")
    for secret in ("工业产值", "121.3", "34.9", "9项", "人口多少"):
        assert secret not in output.out + output.err + stored


def test_show_lists_failed_items_with_answer_and_quote(
    scored: Build, answer: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scored("a", {"t3": answer("34.9%", "同比增长34.9%")})
    capsys.readouterr()
    call("show", tmp_path / "reports" / "a")
    printed = capsys.readouterr().out
    assert "[t3] 未选中 (not_chosen)" in printed
    assert "“同比增长34.9%”" in printed
    assert "[t2]" not in printed
    call("show", tmp_path / "reports" / "a", "--item", "t2")
    assert "[t2] 通过" in capsys.readouterr().out
    with pytest.raises(UserError, match="没有题 zz"):
        call("show", tmp_path / "reports" / "a", "--item", "zz")


def test_an_empty_gold_set_is_an_error_never_a_pass(tmp_path: Path, record: Build, good: dict[str, Answer]) -> None:
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="评测集是空的"):
        call("score", record("a.jsonl", good), "--gold", tmp_path / "empty.jsonl")
    with pytest.raises(UserError, match="评测集是空的"):
        call("run", "--gold", tmp_path / "empty.jsonl")


def test_lint_exits_1_on_errors_and_hides_text_where_asked(
    gold: Build, write_gold: Build, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("lint", write_gold([gold()]), "--corpus", corpus) == 0
    assert "1 道题（必过 0 道），0 个错误" in capsys.readouterr().out
    bad = write_gold([gold(answers=[{"value": 7, "unit": "家"}])], "bad.jsonl")
    assert call("lint", bad, "--corpus", corpus) == 1
    assert "错误 value_not_in_quote [t1] 答案 7" in capsys.readouterr().out
    assert call("lint", bad, "--corpus", corpus, "--totals-only") == 1
    printed = capsys.readouterr().out
    assert "value_not_in_quote [t1]" in printed
    assert "7" not in printed.split("\n")[0]


def test_list_of_no_runs_is_just_the_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("list", "--runs", tmp_path / "none") == 0
    assert capsys.readouterr().out.split() == ["编号", "题数", "方式", "lead", "right", "stray"]


def test_help_is_chinese_and_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    call("--help")
    printed = capsys.readouterr().out
    for name in ("run", "score", "compare", "report", "baseline", "list", "show", "lint"):
        assert f"  {name} " in printed
    assert "在评测集上运行并打分" in printed


@pytest.fixture
def run_flags(
    items: list[GoldItem],
    good: dict[str, Answer],
    write_gold: Build,
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[object]:
    """Options of `eval run` over a real index, with recorded answers in place of the reader."""
    build_index(corpus, tmp_path / "index", HashEmbedder())
    monkeypatch.setattr(rag, "open_engine", lambda settings: ReplayEngine(items, good), raising=False)
    folders = ("--corpus", corpus, "--index", tmp_path / "index", "--runs", tmp_path / "runs")
    return ["run", "--gold", write_gold(items), "--embedder", "hash", "--mode", "extractive", *folders]


def test_a_part_of_a_gold_set_is_run_and_compared(
    run_flags: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*run_flags) == 0
    (folder,) = (tmp_path / "runs").iterdir()
    capsys.readouterr()

    assert call(*run_flags, "--every", 3, "--baseline", folder.name) == 0
    assert "lead 首数正确（主指标）\t3/3" in capsys.readouterr().out


def test_run_stores_a_run_that_list_show_and_baseline_find(
    run_flags: list[object],
    items: list[GoldItem],
    good: dict[str, Answer],
    answer: Build,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert call(*run_flags) == 0
    output = capsys.readouterr()
    assert "lead 首数正确（主指标）\t7/7" in output.out
    (folder,) = (tmp_path / "runs").iterdir()
    assert folder.name in output.err
    assert call("list", "--runs", tmp_path / "runs") == 0
    assert f"{folder.name}\t8\textractive\t100.0%\t100.0%\t0.0%" in capsys.readouterr().out
    fingerprint = json.loads((folder / "run.json").read_text(encoding="utf-8"))["fingerprint"]
    assert str(tmp_path) not in json.dumps(fingerprint)
    assert all(fingerprint[name] for name in ("code", "scorer", "index", "gold", "models", "settings"))

    worse = good | {f"t{n}": answer("34.9%", "同比增长34.9%") for n in range(7)}
    monkeypatch.setattr(rag, "open_engine", lambda settings: ReplayEngine(items, worse))
    assert call(*run_flags, "--baseline", folder.name, "--jobs", 2) == 1
    assert call(*run_flags, "--baseline", folder / "run.json", "--totals-only") == 1


def test_run_without_an_index_says_what_to_do(
    run_flags: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(IndexDamagedError, match="shuzheng index build"):
        call(*run_flags, "--index", tmp_path / "nowhere")
    assert not (tmp_path / "runs").exists()
