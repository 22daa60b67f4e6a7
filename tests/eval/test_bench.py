"""The benchmark runs and its arithmetic is right; how fast anything is, no test decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.main import get_command

from eval.bench import app
from eval.speed import Latency, latency_of, sizes_up_to, spread, write_made_up_corpus
from index.errors import CorpusError
from tests.eval.conftest import DOC

Build = Callable[..., Any]


def call(*arguments: object) -> int:
    """Exit code of one command line."""
    result = get_command(app).main(args=[str(a) for a in arguments], prog_name="bench", standalone_mode=False)
    return result if isinstance(result, int) else 0


def test_percentiles_of_a_known_series() -> None:
    assert latency_of([50.0, 10.0, 40.0, 20.0, 30.0]) == Latency(count=5, p50=30.0, p95=48.0, longest=50.0)
    assert latency_of([7.25]) == Latency(count=1, p50=7.25, p95=7.25, longest=7.25)


def test_percentiles_are_those_of_numpy() -> None:
    durations = np.random.default_rng(7).lognormal(4, 1, 267).tolist()

    latency = latency_of(durations)

    assert [latency.p50, latency.p95, latency.longest] == pytest.approx(
        np.percentile(durations, [50, 95, 100]), abs=0.005
    )


def test_no_durations_have_no_percentiles() -> None:
    with pytest.raises(ValueError, match="no values"):
        latency_of([])


def test_fewer_questions_are_spread_over_all(gold: Build) -> None:
    items = [gold(id=f"t{n}") for n in range(10)]

    assert [item.id for item in spread(items, 4)] == ["t0", "t2", "t5", "t7"]
    assert spread(items, 0) == spread(items, 10) == spread(items, 99) == items


@pytest.mark.parametrize(("paragraphs", "sizes"), [(0, []), (1, [1]), (30, [3, 30]), (20_000, [200, 2000, 20_000])])
def test_sizes_grow_tenfold(paragraphs: int, sizes: list[int]) -> None:
    assert sizes_up_to(paragraphs) == sizes


def test_made_up_corpus_keeps_words_and_changes_figures(corpus: Path, tmp_path: Path) -> None:
    write_made_up_corpus(corpus, tmp_path / "first", 250)
    write_made_up_corpus(corpus, tmp_path / "second", 250)

    first = [file.read_text(encoding="utf-8") for file in sorted((tmp_path / "first").iterdir())]
    second = [file.read_text(encoding="utf-8") for file in sorted((tmp_path / "second").iterdir())]
    paragraphs = [paragraph for text in first for paragraph in text.split("\n\n")]
    assert first == second
    assert (len(first), len(paragraphs)) == (3, 250)
    assert all("东丽区" in text for text in first)
    assert len(set(paragraphs)) > 200


def test_corpus_without_paragraphs_cannot_be_varied(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / DOC).write_text("太短。\n", encoding="utf-8")

    with pytest.raises(CorpusError, match="30 字以上"):
        write_made_up_corpus(source, tmp_path / "target", 10)


def test_bench_measures_a_tiny_corpus(
    corpus: Path, gold: Build, write_gold: Build, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    questions = write_gold([gold(id="t1"), gold(id="t2", question="入孵企业有多少家？"), gold(id="t3")])
    result = tmp_path / "bench.json"

    code = call("--corpus", corpus, "--gold", questions, "--embedder", "hash", "--questions", 2, "--scale", 30,
                "--json", result)  # fmt: skip

    report = json.loads(result.read_text(encoding="utf-8"))
    assert code == 0
    assert (report["embedder"], report["questions"]) == ("hash", 2)
    assert [latency["count"] for latency in report["rounds"]] == [2, 2]
    assert all(0 < latency["p50"] <= latency["p95"] <= latency["longest"] for latency in report["rounds"])
    assert report["stages"]["total"]["longest"] <= report["rounds"][0]["longest"] + 0.01
    assert [row["paragraphs"] for row in report["scale"]] == [3, 30]
    assert [row["passages"] for row in report["scale"]] == sorted(row["passages"] for row in report["scale"])
    assert report["build_seconds"] > 0
    assert 10 < report["build_peak_mb"] < 100_000
    assert 10 < report["answering_peak_mb"] <= report["scale"][-1]["peak_mb"] < 100_000
    assert "p95" in capfd.readouterr().out


def test_bench_leaves_the_users_index_alone(
    corpus: Path, gold: Build, write_gold: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    monkeypatch.setenv("SHUZHENG_INDEX", str(index))

    assert call("--corpus", corpus, "--gold", write_gold([gold()]), "--embedder", "hash", "--rounds", 1) == 0

    assert not index.exists()


def test_missing_corpus_is_told_in_one_sentence(
    gold: Build, write_gold: Build, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = call("--corpus", tmp_path / "none", "--gold", write_gold([gold()]), "--embedder", "hash")

    told = capfd.readouterr().err
    assert code == 2
    assert "找不到文档文件夹" in told
    assert "Traceback" not in told
