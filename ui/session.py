"""From settings to something to serve: models, index, engine, and the language model that may arrive later."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from index import BuildProgress, BuildReport, Catalogue, build_index, open_index
from index.errors import ShuzhengError
from index.generations import current_generation
from index.manifest import Manifest
from rag import models
from rag.cli.index import build, render_report
from rag.cli.models import pull, wanted_models
from rag.cli.shell import note
from rag.contract import Mode
from rag.embedders import open_cross_encoder, open_embedder
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
    """The engine that answers now: replaced when the language model arrives and when the index gets a new generation.

    An engine that was replaced is closed when its last question is answered.
    """

    def __init__(self, settings: Settings) -> None:
        """Open the index without waiting for the language model.

        Raises:
            ShuzhengError: index or embedding model are not in order.
        """
        self._settings = settings
        self._embedder = open_embedder(settings)
        self._cross_encoder = open_cross_encoder(settings)
        self._index = open_index(settings.index, self._embedder.identity)
        self._seen = self._index.generation
        self._reopening = threading.Lock()
        self.model = LanguageModel(_first_state(settings))
        self._generator = open_generator(settings)
        self._engine = self._new_engine()

    @property
    def engine(self) -> Engine:
        """The engine over the newest generation, whoever built it."""
        self._follow_index()
        return self._engine

    @property
    def catalogue(self) -> Catalogue:
        """The documents and facts of the newest generation."""
        self._follow_index()
        return self._index.catalogue

    @property
    def manifest(self) -> Manifest:
        """What the index in use says about itself."""
        return self._index.manifest

    def build_index(self, on_progress: Callable[[BuildProgress], None]) -> BuildReport:
        """Index the corpus as it is now and answer from the new generation.

        Raises:
            ShuzhengError: nothing can be read, or another process builds; the old generation stays in use.
        """
        report = build_index(self._settings.corpus, self._settings.index, self._embedder, on_progress)
        self._follow_index()
        return report

    def _follow_index(self) -> None:
        """Open the generation that the index folder points to, where it is another one; else leave all as it is."""
        try:
            newest = current_generation(self._settings.index).name
        except ShuzhengError:
            return
        if newest == self._seen or not self._reopening.acquire(blocking=False):
            return
        try:
            self._seen = newest
            self._index = open_index(self._settings.index, self._embedder.identity)
            self._engine = self._new_engine()
        except ShuzhengError as error:
            log.warning("the new index generation %s cannot be used: %s", newest, error)
        finally:
            self._reopening.release()

    def _new_engine(self) -> Engine:
        """Join what is open: index, embedder and, as far as it is there, the language model."""
        return Engine(self._settings, self._index, self._embedder, self._generator, self._cross_encoder)

    def fetch_language_model(self) -> threading.Thread | None:
        """Fetch the embedded language model in a thread of its own; None where there is nothing to fetch."""
        if self.model.state.settled:
            return None
        thread = threading.Thread(target=self._fetch, name="language-model", daemon=True)
        thread.start()
        return thread

    def warm_up(self) -> threading.Thread | None:
        """Get a language model that is there ready in a thread of its own; None where answers are to be extracts."""
        if self._generator is None or self._settings.mode is Mode.EXTRACTIVE:
            return None
        return self._generator.warm_up()

    def close(self) -> None:
        """Release the index and stop a language model that was started."""
        self._engine.close()

    def _fetch(self) -> None:
        name, store = self._settings.llm_artefact, self._settings.models
        try:
            models.pull(name, store, lambda state: self._arrived(state.done_bytes / state.total_bytes))
            with self._reopening:
                self._generator = open_generator(self._settings)
                self._engine = self._new_engine()
            self.warm_up()
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
