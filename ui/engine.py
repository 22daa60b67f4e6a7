"""What the page needs from an engine, so that it can be driven by the real one or by the scripted one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rag.api import AnswerEngine
from rag.contract import Citation


class Engine(AnswerEngine, Protocol):
    """Answers questions about one index and shows where a quote stands; called from several threads at once."""

    def paragraph(self, citation: Citation) -> tuple[int, int, str]:
        """Start, end (code points of the document's text) and raw text of the whole paragraphs holding the quote."""
        ...

    def examples(self) -> list[str]:
        """Return questions drawn from the corpus, which it can answer."""
        ...


EngineProvider = Callable[[], Engine | None]
"""Returns the engine, or None while it is loading; raises ShuzhengError where loading failed."""
