"""Broken readers, caught by the gate: the real engine over the seeds, one of its senses taken away at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import rag
from eval.baselines import write_baseline
from eval.fingerprint import fingerprint_of
from eval.goldset import Category, GoldItem, read_gold
from eval.replay import ReplayedEvidence
from eval.run import run_gold
from index import build_index
from index.embedding import Embedder
from rag import Answer, Engine, Mode, Turn, load_settings
from rag.embedders import open_embedder
from rag.matching import unit_fit
from rag.settings import Settings
from tests.conftest import REAL_STORE
from tests.eval.test_cli import call

pytestmark = [pytest.mark.slow, pytest.mark.needs_models("e5-small"), pytest.mark.timeout(900)]
GOLD, SEEDS = Path("eval/gold/dev.jsonl"), Path("seeds")
UNITS = (Category.LOOKUP, Category.PARAPHRASE, Category.ENTITY, Category.TIME, Category.UNANSWERABLE)
PLACES = (Category.ENTITY, Category.COMPARE, Category.ARITHMETIC, Category.FOLLOW_UP, Category.UNANSWERABLE)
PERIODS = (Category.TIME, Category.ARITHMETIC, Category.FOLLOW_UP, Category.UNANSWERABLE)
QUOTES = (Category.TIME,)
"""Only items whose answers a sense can change are asked again; the baseline holds all of them."""


class Answering:
    """An engine that only answers; what it says passes through `alter`. The gate compares answers, not ranks."""

    def __init__(self, engine: Engine, alter: Callable[[Answer], Answer] = lambda answer: answer) -> None:
        self._engine, self._alter = engine, alter

    def ask(self, question: str, history: Sequence[Turn], mode: Mode) -> Answer:
        return self._alter(self._engine.ask(question, history, mode))

    def retrieve(self, question: str, history: Sequence[Turn]) -> ReplayedEvidence:
        return ReplayedEvidence()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    index = tmp_path_factory.mktemp("index")
    settings = load_settings(
        {"corpus": SEEDS, "index": index, "models": REAL_STORE, "llm": "none", "mode": "extractive"}
    )
    embedder: Embedder = open_embedder(settings)
    build_index(SEEDS, index, embedder)
    return settings


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    engine = rag.open_engine(settings)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def baseline(engine: Engine, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The baseline of the reader as it is."""
    folder = tmp_path_factory.mktemp("baseline")
    items = _items({*UNITS, *PLACES, *PERIODS, *QUOTES})
    fingerprint = fingerprint_of(settings, items, Mode.EXTRACTIVE)
    run = run_gold(Answering(engine), items, SEEDS, folder / "runs", fingerprint, mode=Mode.EXTRACTIVE)
    write_baseline(folder / "dev.json", run)
    return folder / "dev.json"


@pytest.fixture
def gate(
    engine: Engine, settings: Settings, baseline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    """Exit code of `shuzheng eval run --baseline` over the items of some categories."""

    def run(categories: Sequence[Category], alter: Callable[[Answer], Answer] = lambda answer: answer) -> int:
        monkeypatch.setattr(rag, "open_engine", lambda settings: Answering(engine, alter), raising=False)
        gold = tmp_path / "gold.jsonl"
        wanted = {item.id for item in _items(categories)}
        lines = [line for line in GOLD.read_text(encoding="utf-8").splitlines() if _id_of(line) in wanted]
        gold.write_text("\n".join(lines), encoding="utf-8")
        folders = ("--corpus", SEEDS, "--index", settings.index, "--models", REAL_STORE, "--runs", tmp_path / "runs")
        return call("run", "--gold", gold, "--mode", "extractive", "--llm", "none", *folders, "--baseline", baseline)

    return run


def _items(categories: Sequence[Category] | set[Category]) -> list[GoldItem]:
    return [item for item in read_gold([GOLD]) if item.category in categories]


def _id_of(line: str) -> str:
    return line.split('"id": "', 1)[1].split('"', 1)[0]


def test_the_reader_as_it_is_passes(gate: Callable[..., int]) -> None:
    assert gate(PERIODS) == 0


def test_a_reader_that_prefers_other_units_is_caught(gate: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.matching.unit_fit", lambda wanted, fact: 1.0 - unit_fit(wanted, fact))
    assert gate(UNITS) == 1


def test_a_reader_that_ignores_places_is_caught(gate: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.searching.asked_places", lambda view, corpus: [])
    monkeypatch.setattr("rag.ranking.place_fit", lambda asked, fact, sentence, passage: 0.5)
    assert gate(PLACES) == 1


def test_a_reader_that_ignores_periods_is_caught(gate: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.matching.period_fit", lambda *_, **__: 0.5)
    assert gate(PERIODS) == 1


def test_citations_one_character_off_are_caught(gate: Callable[..., int]) -> None:
    def shifted(answer: Answer) -> Answer:
        moved = [one.model_copy(update={"start": one.start + 1, "end": one.end + 1}) for one in answer.citations]
        return answer.model_copy(update={"citations": moved})

    assert gate(QUOTES, shifted) == 1
