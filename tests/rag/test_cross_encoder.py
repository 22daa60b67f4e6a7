from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import ModelError, SentenceTransformerEmbedder
from rag import models
from rag.cross_encoder import BASE, AdaptedCrossEncoder
from rag.matching import FEATURE_NAMES
from rag.ranking import READ_TOGETHER, weigh_fit
from rag.reader import search
from rag.statements import figure_in_context
from tests.conftest import REAL_STORE
from tests.rag.evidence import Opened, needs_the_model

QUESTION = "这家厂里有多少工人?"
STAFF = "宏远纺织2023年 : 宏远纺织投资6.8亿元建成数字化车间,现有员工【1260人】,用工减少三成"
INVESTMENT = "宏远纺织2023年 : 宏远纺织投资【6.8亿元】建成数字化车间"


class WordCount:
    """Stands for the cross-encoder where only the use made of its logits matters."""

    def __init__(self, wanted: str, logit: float) -> None:
        self.wanted = wanted
        self.logit = logit
        self.read: list[str] = []

    def fit(self, question: str, statements: Sequence[str]) -> NDArray[np.float32]:
        self.read += statements
        return np.array([self.logit if self.wanted in one else -self.logit for one in statements], dtype=np.float32)


@pytest.fixture(scope="module")
def cross_encoder() -> AdaptedCrossEncoder:
    return AdaptedCrossEncoder(models.path(BASE, REAL_STORE), "float32")


@needs_the_model
def test_the_figure_asked_for_fits_better_though_no_word_is_shared(cross_encoder: AdaptedCrossEncoder) -> None:
    staff, investment = cross_encoder.fit(QUESTION, [STAFF, INVESTMENT])

    assert staff > investment
    assert investment < 0


@needs_the_model
def test_embedder_and_cross_encoder_use_one_model_at_the_same_time() -> None:
    base = models.path(BASE, REAL_STORE)
    embedder, cross_encoder = SentenceTransformerEmbedder(base, "float32"), AdaptedCrossEncoder(base, "float32")
    vector, logits = embedder.encode_question(QUESTION), cross_encoder.fit(QUESTION, [STAFF, INVESTMENT])
    both: list[Callable[[], NDArray[np.float32]]] = [
        lambda: embedder.encode_passages([QUESTION, STAFF * 3]),
        lambda: cross_encoder.fit(QUESTION, [STAFF, INVESTMENT]),
    ]

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda number: both[number % 2](), range(16)))

    assert all(np.allclose(result, logits, atol=1e-4) for result in results[1::2])
    assert np.array_equal(vector, SentenceTransformerEmbedder(base, "float32").encode_question(QUESTION))


@needs_the_model
def test_the_company_others_are_read_with_changes_nothing(cross_encoder: AdaptedCrossEncoder) -> None:
    alone = cross_encoder.fit(QUESTION, [STAFF])
    together = cross_encoder.fit(QUESTION, [INVESTMENT, STAFF, "很长的一句话" * 60 + "【3人】"])

    assert alone.dtype == np.float32
    assert together.shape == (3,)
    assert together[1] == pytest.approx(alone[0], abs=0.05)
    assert np.array_equal(alone, cross_encoder.fit(QUESTION, [STAFF]))


@needs_the_model
def test_text_beyond_the_limit_is_no_error(cross_encoder: AdaptedCrossEncoder) -> None:
    assert np.isfinite(cross_encoder.fit("多少" * 2000, [STAFF])).all()


def test_missing_base_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="shuzheng models pull"):
        AdaptedCrossEncoder(tmp_path / "nothing").fit("问", ["答"])


@needs_the_model
def test_damaged_base_model_is_one_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "model"
    shutil.copytree(models.path(BASE, REAL_STORE), damaged)
    weights = damaged / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100_000])

    with pytest.raises(ModelError, match="无法加载"):
        AdaptedCrossEncoder(damaged).fit("问", ["答"])


def test_figure_is_shown_in_brackets_with_what_it_inherits(county: Opened) -> None:
    best = search(county.library, "东丽区2023年规上工业总产值是多少亿元？").ranked[0]
    shown = figure_in_context(best.candidate)

    before, figure, after = shown.partition(f"【{best.fact.text}】")
    assert figure
    assert "东丽区" in before
    assert "2023年" in before
    assert "工业总产值" in before
    assert "【" not in before + after


def test_what_the_cross_encoder_reads_highest_comes_first(county: Opened) -> None:
    found = search(county.library, "东丽区2023年有多少家企业？")
    other = found.ranked[1]
    favoured = WordCount(f"【{other.candidate.sentence.view[other.fact.view_start : other.fact.view_end]}】", 1000.0)
    weighed = weigh_fit(found.ranked, favoured, found.question.view, {**dict.fromkeys(FEATURE_NAMES, 0.0), "fit": 1.0})

    assert len(favoured.read) == min(READ_TOGETHER, len(found.ranked))
    assert weighed[0].fact.text == other.fact.text
    assert weighed[0].features.fit == 1.0
    assert {one.features.fit for one in weighed[READ_TOGETHER:]} <= {0.0}
    assert sorted(one.fact.id for one in weighed) == sorted(one.fact.id for one in found.ranked)


def test_no_figure_needs_no_reading(county: Opened) -> None:
    silent = WordCount("", 1.0)

    assert weigh_fit([], silent, "问") == []
    assert silent.read == []


def test_what_can_no_longer_win_is_not_read(county: Opened) -> None:
    found = search(county.library, "东丽区2023年有多少家企业？")
    sure = WordCount(f"【{found.ranked[0].fact.text}】", 1000.0)
    weights = {**dict.fromkeys(FEATURE_NAMES, 0.0), "fit": 1.0}
    behind = [replace(one, relevance=-1.0) for one in found.ranked[2:]]

    weighed = weigh_fit([*found.ranked[:2], *behind], sure, "问", weights)

    assert len(sure.read) == 2
    assert [one.fact.id for one in weighed[2:]] == [one.fact.id for one in behind] != []

    everything = WordCount("", 0.0)
    weigh_fit(found.ranked, everything, "问", weights, READ_TOGETHER)
    assert len(everything.read) == min(READ_TOGETHER, len(found.ranked))
