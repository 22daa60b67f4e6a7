"""The embedding model that the settings name, and the cross-encoder beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.embedding import Embedder
    from rag.cross_encoder import CrossEncoder
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


def open_cross_encoder(settings: Settings) -> CrossEncoder | None:
    """Return the cross-encoder, loaded at first use; None with the embedder `hash`, which works without any model.

    Raises:
        ModelError: its base model is not in the store.
    """
    from rag import models
    from rag.cross_encoder import BASE, AdaptedCrossEncoder

    if settings.embedder == HASH:
        return None
    return AdaptedCrossEncoder(models.path(BASE, settings.models), settings.dtype)
