"""The embedding model that the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.embedding import Embedder
    from rag.settings import Settings

HASH = "hash"
"""The shipped embedder without a model, for demonstrations and tests."""


def open_embedder(settings: Settings) -> Embedder:
    """Return the embedder that `settings.embedder` names; the model is loaded at first use.

    In this order: `hash`, a name of the model store, a folder that exists, a sentence-transformers name.

    Raises:
        ModelError: a model of the store is missing.
    """
    from index.embedding import HashEmbedder, SentenceTransformerEmbedder
    from rag import models

    name = settings.embedder
    if name == HASH:
        return HashEmbedder()
    if any(artefact.name == name for artefact in models.artefacts()):
        return SentenceTransformerEmbedder(models.path(name, settings.models), settings.dtype)
    folder = Path(name).expanduser()
    return SentenceTransformerEmbedder(folder if folder.is_dir() else name, settings.dtype)
