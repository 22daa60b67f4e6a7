"""The committed baseline: small, readable in a diff, and a gate with three exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.baselines import find_reference
from eval.cli import app as eval_app
from eval.goldset import GoldItem
from index.errors import UserError
from rag.cli import app
from rag.cli import main as shuzheng
from rag.contract import Answer

Build = Callable[..., Any]
QUOTE = "全年完成工业产值121.3亿元"
WRONG = ("34.9%", "同比增长34.9%")


@pytest.fixture(autouse=True)
def _with_eval_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands as an installed `shuzheng` has them, whether or not this checkout is installed."""
    monkeypatch.setattr(app, "registered_groups", [*app.registered_groups])
    app.add_typer(eval_app, name="eval")


@pytest.fixture
def items(gold: Build) -> list[GoldItem]:
    answerable = [gold(id=f"t{n}", question=f"第{n}次问：工业产值是多少？", must_pass=n == 0) for n in range(8)]
    return [*answerable, gold(id="u1", question="人口多少？", category="unanswerable")]


@pytest.fixture
def score_run(items: Sequence[GoldItem], answer: Build, write_gold: Build, corpus: Path, tmp_path: Path) -> Build:
    """Exit code of scoring the items, where the named ones are answered with a wrong figure."""

    def score(name: str, *options: object, wrong: Sequence[str] = (), gold: Sequence[GoldItem] = items) -> int:
        answers: Mapping[str, Answer] = {
            item.id: answer("资料中没有。", refused=True)
            if item.refuse
            else answer(*(WRONG if item.id in wrong else ("121.3亿元[1]", QUOTE)))
            for item in gold
        }
        file = tmp_path / f"{name}.jsonl"
        lines = [json.dumps({"id": key, **said.model_dump(mode="json")}) for key, said in answers.items()]
        file.write_text("\n".join(lines), encoding="utf-8")
        flags = ("--gold", write_gold(gold, f"{name}_gold.jsonl"), "--corpus", corpus, "--report", tmp_path / name)
        return shuzheng([str(part) for part in ("eval", "score", file, *flags, *options)])

    return score


@pytest.fixture
def baseline(score_run: Build, tmp_path: Path) -> Path:
    file = tmp_path / "committed" / "dev.json"
    assert score_run("good") == 0
    assert shuzheng(["eval", "baseline", str(tmp_path / "good"), "--output", str(file)]) == 0
    return file


def test_a_baseline_holds_one_verdict_a_line_and_no_quote(baseline: Path, items: Sequence[GoldItem]) -> None:
    lines = baseline.read_text(encoding="utf-8").splitlines()
    verdicts = [json.loads(line.strip().rstrip(",")) for line in lines if line.startswith('  {"id"')]
    assert [verdict["id"] for verdict in verdicts] == sorted(item.id for item in items)
    assert verdicts[0]["answer"] == "121.3亿元[1]"
    assert verdicts[0]["must_pass"] is True
    assert all(verdict["passed"] and "quotes" not in verdict for verdict in verdicts)
    stored = json.loads(baseline.read_text(encoding="utf-8"))
    assert stored["totals"]["lead"] == "8/8"
    assert stored["fingerprint"]["gold"]
    assert len(baseline.read_bytes()) < 400 * (len(items) + 6)


def test_the_same_answers_exit_0(baseline: Path, score_run: Build, capsys: pytest.CaptureFixture[str]) -> None:
    assert score_run("same", "--baseline", baseline) == 0
    assert "没有退步" in capsys.readouterr().out


def test_six_lost_exit_1_and_are_listed_with_both_answers(
    baseline: Path, score_run: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    assert score_run("worse", "--baseline", baseline, wrong=[f"t{n}" for n in range(1, 7)]) == 1
    printed = capsys.readouterr().out
    assert "失去 [t1] passed -> not_chosen" in printed
    assert "答: 121.3亿元[1]" in printed and "答: 34.9%" in printed


def test_one_lost_item_is_chance_unless_it_must_pass(baseline: Path, score_run: Build) -> None:
    assert score_run("ordinary", "--baseline", baseline, wrong=["t1"]) == 0
    assert score_run("must", "--baseline", baseline, wrong=["t0"]) == 1


def test_changed_gold_is_named_and_left_out(
    baseline: Path, score_run: Build, items: Sequence[GoldItem], gold: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = [
        gold(id=item.id, question="改过的问题") if item.id == "t0" else item for item in items if item.id != "t1"
    ]
    assert score_run("changed", "--baseline", baseline, wrong=["t0"], gold=changed) == 0
    printed = capsys.readouterr().out
    assert "相同的题 7 道；改过 1 道，只在前一次 1 道，只在后一次 0 道" in printed
    assert "题目改过，未比较: t0" in printed
    assert "必过题没能比较: t0" in printed


def test_what_cannot_be_compared_exits_2(baseline: Path, score_run: Build, gold: Build, tmp_path: Path) -> None:
    assert score_run("other", "--baseline", baseline, gold=[gold(id="new")]) == 2
    assert score_run("missing", "--baseline", tmp_path / "none.json") == 2
    damaged = tmp_path / "damaged.json"
    damaged.write_text('{"kind": "shuzheng-eval-baseline", "items": 3}', encoding="utf-8")
    assert score_run("damaged", "--baseline", damaged) == 2


def test_an_empty_baseline_is_an_error_never_a_pass(baseline: Path, tmp_path: Path) -> None:
    stored = json.loads(baseline.read_text(encoding="utf-8"))
    baseline.write_text(json.dumps(stored | {"items": []}), encoding="utf-8")
    with pytest.raises(UserError, match="没有题"):
        find_reference(str(baseline), tmp_path)


def test_compare_and_report_take_a_baseline_too(baseline: Path, score_run: Build, tmp_path: Path) -> None:
    score_run("worse", wrong=["t0"])
    worse = str(tmp_path / "worse")
    assert shuzheng(["eval", "compare", str(baseline), worse]) == 1
    assert shuzheng(["eval", "report", worse, "--baseline", str(baseline), "--output", str(tmp_path / "r")]) == 1
    assert shuzheng(["eval", "report", worse, "--output", str(tmp_path / "r2")]) == 0
    assert json.loads((tmp_path / "r" / "report.json").read_text(encoding="utf-8"))["verdict"] == "regression"
    assert json.loads((tmp_path / "r2" / "report.json").read_text(encoding="utf-8"))["verdict"] == "not_compared"
