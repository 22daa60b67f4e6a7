"""From settings to something to serve: models, index, engine, and the language model that may arrive later."""

from __future__ import annotations

import logging
import threading
from urllib.parse import urlsplit

from index.errors import ShuzhengError
from rag import models
from rag.cli.index import build, render_report
from rag.cli.models import pull, wanted_models
from rag.cli.shell import note
from rag.locale_text import tr
from rag.pipeline import open_engine
from rag.settings import EMBEDDED, NO_LLM, Settings
from ui.engine import Engine
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
        self.model = LanguageModel(_first_state(settings))
        waits = self.model.state.stage is not Stage.READY
        self.engine: Engine = open_engine(settings.model_copy(update={"llm": NO_LLM}) if waits else settings)

    def fetch_language_model(self) -> threading.Thread | None:
        """Fetch and start the embedded language model in a thread of its own; None where there is nothing to do."""
        if self.model.state.settled:
            return None
        thread = threading.Thread(target=self._fetch, name="language-model", daemon=True)
        thread.start()
        return thread

    def _fetch(self) -> None:
        name, store = self._settings.llm_artefact, self._settings.models
        try:
            models.pull(name, store, lambda state: self._arrived(state.done_bytes / state.total_bytes))
            self.model.update(ModelState(Stage.STARTING, name, 1.0))
            self.engine = open_engine(self._settings)
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
        return ModelState(Stage.STARTING if ready else Stage.FETCHING, settings.llm_artefact)
    return ModelState(Stage.READY, settings.llm_model or (urlsplit(settings.llm).hostname or ""))
