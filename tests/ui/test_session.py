"""The page answers at once; the language model joins when it is there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import ModelError
from rag import models
from rag.contract import Mode
from rag.settings import NO_LLM, Settings, load_settings
from tests.conftest import ROOT
from ui.language_model import ModelState, Stage
from ui.session import Session, prepare

QUESTION = "东丽区高端装备产业链2023年工业产值是多少?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """One seed document, indexed without a model."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(ROOT / "seeds" / "000_d8bb9e28fa796d63.txt", corpus)
    folders = {"corpus": corpus, "index": tmp_path / "index", "models": tmp_path / "models"}
    settings = load_settings({**folders, "embedder": "hash"})
    prepare(settings)
    return settings


def test_preparing_twice_builds_once(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = settings.model_copy(update={"index": settings.index.with_name("another")})
    prepare(elsewhere)
    assert "索引建好：1 个文档" in capsys.readouterr().err
    prepare(elsewhere)
    assert capsys.readouterr().err == ""


def test_without_a_language_model_nothing_is_fetched(settings: Settings) -> None:
    session = Session(settings.model_copy(update={"llm": NO_LLM}))
    assert session.fetch_language_model() is None
    assert session.model.state.stage is Stage.OFF
    assert session.engine.ask(QUESTION).answer.startswith("121.3亿元")


def test_a_model_that_is_there_warms_up_unless_extracts_are_wanted(settings: Settings) -> None:
    endpoint = settings.model_copy(update={"llm": "http://127.0.0.1:9/v1"})
    warming = Session(endpoint).warm_up()

    assert warming is not None
    warming.join(60)
    assert not warming.is_alive()
    assert Session(endpoint.model_copy(update={"mode": Mode.EXTRACTIVE})).warm_up() is None
    assert Session(settings.model_copy(update={"llm": NO_LLM})).warm_up() is None


def test_an_endpoint_is_ready_at_once(settings: Settings) -> None:
    session = Session(settings.model_copy(update={"llm": "http://10.0.0.5:8000/v1"}))
    assert session.model.state == ModelState(Stage.READY, "10.0.0.5")
    assert Mode.LLM in session.engine.modes and session.fetch_language_model() is None


def test_the_language_model_joins_when_it_has_arrived(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(settings)
    assert session.model.state.stage is Stage.FETCHING and Mode.LLM not in session.engine.modes
    assert session.engine.ask(QUESTION).answer.startswith("121.3亿元")
    shares: list[float] = []

    def pull(name: str, store: Path, on_progress: Callable[[models.Progress], None]) -> Path:
        for done in (250, 1000):
            on_progress(models.Progress(name, done, 1000))
            shares.append(session.model.state.share)
        monkeypatch.setattr(models, "status", lambda *_: models.State.PRESENT)
        return store

    monkeypatch.setattr(models, "pull", pull)
    thread = session.fetch_language_model()
    assert thread is not None
    thread.join(10)
    assert shares == [0.25, 1.0]
    finished = session.model.state
    assert finished.stage is Stage.READY and Mode.LLM in session.engine.modes
    assert session.engine.ask(QUESTION, mode=Mode.EXTRACTIVE).answer.startswith("121.3亿元")


def test_a_model_that_cannot_be_fetched_leaves_the_extracts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull(name: str, store: Path, on_progress: object) -> Path:
        raise ModelError("模型下载失败，请检查网络。")

    monkeypatch.setattr(models, "pull", pull)
    session = Session(settings)
    thread = session.fetch_language_model()
    assert thread is not None
    thread.join(10)
    assert session.model.state == ModelState(Stage.FAILED, "qwen2.5-coder-0.5b", reason="模型下载失败，请检查网络。")
    assert session.engine.modes == (Mode.EXTRACTIVE,)
