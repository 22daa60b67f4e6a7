"""From settings to something to serve: models, index, engine, and the language model that may arrive later."""

from __future__ import annotations

import logging
import threading
from urllib.parse import urlsplit

from index import open_index
from index.errors import ShuzhengError
from rag import models
from rag.cli.index import build, render_report
from rag.cli.models import pull, wanted_models
from rag.cli.shell import note
from rag.embedders import open_embedder
from rag.generation import open_generator
from rag.locale_text import tr
from rag.pipeline import Engine
from rag.settings import EMBEDDED, NO_LLM, Settings
from ui.language_model import LanguageModel, ModelState, Stage

log = logging.getLogger(__name__)


def prepare(settings: Settings) -> None:
    """Fetch the embedding model and build the index where they are missing, with progress on stderr.

    Raises:
        ShuzhengError: corpus, model or index folder are not in order.
    """
    for name in wanted_models(settings, with_llm=False):
        if not models.is_ready(name, settings.models):
            pull(name, settings)
    report = build(settings, force=False)
    if report is not None:
        for file in report.failed:
            note(tr(f"没有收入索引：{file.reason}", f"Not indexed: {file.reason}"))
        note(render_report(report))


class Session:
    """The engine that answers now, replaced once by one with the language model."""

    def __init__(self, settings: Settings) -> None:
        """Open the index without waiting for the language model.

        Raises:
            ShuzhengError: index or embedding model are not in order.
        """
        self._settings = settings
        self._embedder = open_embedder(settings)
        self._index = open_index(settings.index, self._embedder.identity)
        self.model = LanguageModel(_first_state(settings))
        self.engine = self._new_engine()

    def _new_engine(self) -> Engine:
        """Join index and embedder, which are opened once, with the language model as far as it is there."""
        return Engine(self._settings, self._index, self._embedder, open_generator(self._settings))

    def fetch_language_model(self) -> threading.Thread | None:
        """Fetch the embedded language model in a thread of its own; None where there is nothing to fetch."""
        if self.model.state.settled:
            return None
        thread = threading.Thread(target=self._fetch, name="language-model", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Release the index and stop a language model that was started."""
        self.engine.close()

    def _fetch(self) -> None:
        name, store = self._settings.llm_artefact, self._settings.models
        try:
            models.pull(name, store, lambda state: self._arrived(state.done_bytes / state.total_bytes))
            self.engine = self._new_engine()
        except ShuzhengError as error:
            log.warning("no language model: %s", error)
            self.model.update(ModelState(Stage.FAILED, name, reason=str(error)))
            return
        self.model.update(ModelState(Stage.READY, name, 1.0))

    def _arrived(self, share: float) -> None:
        self.model.update(ModelState(Stage.FETCHING, self._settings.llm_artefact, share))


def _first_state(settings: Settings) -> ModelState:
    if settings.llm == NO_LLM:
        return ModelState(Stage.OFF)
    if settings.llm == EMBEDDED:
        ready = models.is_ready(settings.llm_artefact, settings.models)
        return ModelState(Stage.READY if ready else Stage.FETCHING, settings.llm_artefact)
    return ModelState(Stage.READY, settings.llm_model or (urlsplit(settings.llm).hostname or ""))
