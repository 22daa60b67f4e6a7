"""What the page needs from an engine, so that it can be driven by the real one or by the scripted one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from rag.api import AnswerEngine
from rag.contract import Answer, Citation, Mode, Turn


class Engine(AnswerEngine, Protocol):
    """Answers questions about one index and shows where a quote stands; called from several threads at once."""

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
        on_draft: Callable[[str], None] | None = None,
    ) -> Iterator[Answer]:
        """Yield the verified extract, then, where a language model words it, the wording; `cancelled` ends that one.

        `on_draft` hears all of the wording so far while it is written.
        """
        ...

    def follow_ups(
        self, answer: Answer, history: Sequence[Turn], others_wait: Callable[[], bool] = lambda: False
    ) -> list[str]:
        """Return questions to ask next, which it can answer; `history` ends with the answer's own turn.

        It stops looking for more once `others_wait`.
        """
        ...

    def paragraph(self, citation: Citation) -> tuple[int, int, str]:
        """Start, end (code points of the document's text) and raw text of the whole paragraphs holding the quote."""
        ...

    def examples(self) -> list[str]:
        """Return questions drawn from the corpus, which it can answer."""
        ...


EngineProvider = Callable[[], Engine | None]
"""Returns the engine, or None while it is loading; raises ShuzhengError where loading failed."""
