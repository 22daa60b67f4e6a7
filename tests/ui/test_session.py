"""The page answers at once; the language model joins when it is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import ModelError
from rag import models
from rag.settings import NO_LLM, Settings, load_settings
from ui import session
from ui.demo import ScriptedEngine, demo_engine
from ui.language_model import ModelState, Stage


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The `llm` setting of each engine that was opened."""
    names: list[str] = []

    def open_engine(settings: Settings) -> ScriptedEngine:
        names.append(settings.llm)
        return demo_engine()

    monkeypatch.setattr(session, "open_engine", open_engine)
    return names


def settings_for(tmp_path: Path, **flags: object) -> Settings:
    return load_settings({"models": tmp_path, **flags})


def test_without_a_language_model_nothing_is_fetched(tmp_path: Path, opened: list[str]) -> None:
    ready = session.Session(settings_for(tmp_path, llm=NO_LLM))
    assert ready.fetch_language_model() is None
    assert ready.model.state.stage is Stage.OFF and opened == [NO_LLM]


def test_an_endpoint_is_ready_at_once(tmp_path: Path, opened: list[str]) -> None:
    ready = session.Session(settings_for(tmp_path, llm="http://10.0.0.5:8000/v1"))
    assert ready.model.state == ModelState(Stage.READY, "10.0.0.5")
    assert opened == ["http://10.0.0.5:8000/v1"] and ready.fetch_language_model() is None


def test_the_engine_is_replaced_when_the_model_has_arrived(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[float] = []
    fetching = session.Session(settings_for(tmp_path))
    first = fetching.engine

    def pull(name: str, store: Path, on_progress: Callable[[models.Progress], None]) -> Path:
        for done in (250, 1000):
            on_progress(models.Progress(name, done, 1000))
            shares.append(fetching.model.state.share)
        return store

    monkeypatch.setattr(models, "pull", pull)
    assert fetching.model.state.stage is Stage.FETCHING and opened == [NO_LLM]
    thread = fetching.fetch_language_model()
    assert thread is not None
    thread.join(10)
    assert shares == [0.25, 1.0]
    assert fetching.model.state.stage is Stage.READY
    assert opened == [NO_LLM, "embedded"] and fetching.engine is not first


def test_a_model_that_cannot_be_fetched_leaves_the_extracts(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull(name: str, store: Path, on_progress: object) -> Path:
        raise ModelError("模型下载失败，请检查网络。")

    monkeypatch.setattr(models, "pull", pull)
    failed = session.Session(settings_for(tmp_path))
    first = failed.engine
    thread = failed.fetch_language_model()
    assert thread is not None
    thread.join(10)
    assert failed.model.state == ModelState(Stage.FAILED, "qwen2.5-coder-1.5b", reason="模型下载失败，请检查网络。")
    assert failed.engine is first and opened == [NO_LLM]
