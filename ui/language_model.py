"""The state of the language model as the page shows it; filled by whoever fetches the model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from ui.messages import say


class Stage(StrEnum):
    """How far the language model is."""

    OFF = "off"
    """Not wanted: answers are extracts."""
    FETCHING = "fetching"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ModelState:
    """One moment of the language model."""

    stage: Stage
    name: str = ""
    share: float = 0.0
    """Of its bytes, how much has arrived: 0 to 1."""
    reason: str = ""
    """Why it failed, one sentence."""

    @property
    def settled(self) -> bool:
        """Whether this state will not change by itself."""
        return self.stage in {Stage.OFF, Stage.READY, Stage.FAILED}


class LanguageModel:
    """Holds the newest `ModelState`; written by the fetching thread, read by every open page."""

    def __init__(self, state: ModelState) -> None:
        self._lock = Lock()
        self._state = state

    @property
    def state(self) -> ModelState:
        """The newest state."""
        with self._lock:
            return self._state

    def update(self, state: ModelState) -> None:
        """Replace the state."""
        with self._lock:
            self._state = state


def status_text(state: ModelState) -> str:
    """Return the one line that says how answers are worded now."""
    match state.stage:
        case Stage.OFF:
            return say("摘录模式：直接引用原文作答")
        case Stage.FETCHING:
            return say("摘录模式，可以提问；语言模型下载中 {share}", share=f"{state.share:.0%}")
        case Stage.READY:
            return say("语言模型已就绪：{name}", name=state.name) if state.name else say("语言模型已就绪")
        case Stage.FAILED:
            return say("摘录模式：{reason}", reason=say(state.reason))
