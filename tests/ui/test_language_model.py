"""The status line says how answers are worded now."""

from __future__ import annotations

import pytest

from ui.language_model import LanguageModel, ModelState, Stage, status_text


@pytest.mark.parametrize(
    ("state", "text", "settled"),
    [
        (ModelState(Stage.OFF), "摘录模式：直接引用原文作答", True),
        (ModelState(Stage.FETCHING, "qwen", 0.374), "摘录模式，可以提问；语言模型下载中 37%", False),
        (ModelState(Stage.READY, "qwen"), "语言模型已就绪：qwen", True),
        (ModelState(Stage.FAILED, reason="下载失败。"), "摘录模式：下载失败。", True),
    ],
)
def test_each_stage_has_its_sentence(state: ModelState, text: str, settled: bool) -> None:
    assert status_text(state) == text
    assert state.settled is settled


def test_the_newest_state_is_what_pages_read() -> None:
    model = LanguageModel(ModelState(Stage.FETCHING, "qwen"))
    model.update(ModelState(Stage.READY, "qwen"))
    assert model.state.stage is Stage.READY
