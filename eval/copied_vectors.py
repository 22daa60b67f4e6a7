"""Vectors of a made-up corpus: the model's own for each paragraph that was written, a little off for its copies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder, EmbedderIdentity, Progress

_DIGIT = re.compile(r"\d")
_NOISE = 0.02
"""Standard deviation of each of a copy's numbers, whose size is about 0.05: copies are near, and none is equal."""


class CopiedVectors:
    """An embedder that asks the model once for all passages that differ in their digits, or in the headings above.

    A hundred thousand paragraphs would take the model an hour; searching among them takes as long whatever they say.
    """

    def __init__(self, model: Embedder) -> None:
        """Take the model that the questions are asked with, too."""
        self._model = model
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def identity(self) -> EmbedderIdentity:
        """The model's, so that its questions may be asked."""
        return self._model.identity

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> NDArray[np.float32]:
        """Unit vectors of shape (texts, dimension)."""
        patterns = [_DIGIT.sub("0", text.partition("\n")[2] or text) for text in texts]
        first = {pattern: text for pattern, text in zip(patterns, texts, strict=True) if pattern not in self._known}
        if first:
            vectors = self._model.encode_passages(list(first.values()), on_progress)
            self._known.update(zip(first, vectors, strict=True))
        return np.stack([_near(self._known[pattern], text) for pattern, text in zip(patterns, texts, strict=True)])

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """The model's."""
        return self._model.encode_question(text)


def _near(vector: NDArray[np.float32], text: str) -> NDArray[np.float32]:
    """A unit vector beside `vector`, the same for the same text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    moved = vector + np.random.default_rng(seed).normal(0.0, _NOISE, vector.shape).astype(np.float32)
    return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)
