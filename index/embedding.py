"""Text in, vectors out: one protocol, the sentence-transformers embedder, and a small one that needs no model.

All vectors are float32 and of unit length, so that their dot product is the cosine.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.sentence_model import SharedModel

Dtype = Literal["auto", "float32", "bfloat16"]
Progress = Callable[[int], None]
"""Called with the number of texts done so far."""

_CHARACTERS_AT_ONCE: Final = 4000
"""Padded characters of one batch: 15,000 characters/s here; half of it 13,400, double 12,500 and 90 MB more."""
_QUESTIONS_KEPT: Final = 256
_SAMPLE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """What two sets of vectors must share to be compared."""

    model: str
    revision: str
    """Fingerprint of a folder, or commit of a model hub."""
    dtype: str
    dimension: int
    question_prompt: str
    passage_prompt: str
    max_tokens: int
    """Text beyond it is not seen by the model."""


class Embedder(Protocol):
    """What the index needs of a model."""

    @property
    def identity(self) -> EmbedderIdentity:
        """What the vectors are made with; may load the model."""

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> NDArray[np.float32]:
        """Return unit vectors of shape (texts, dimension), in the order of `texts`."""

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of shape (dimension,); the same text gives the same vector. Not to be written to."""


class SentenceTransformerEmbedder:
    """Any sentence-transformers model: a folder (nothing is ever fetched for it) or a name of a model hub.

    Constructing is free; the model is loaded by `warm_up` or by the first use. Safe to share between threads.
    """

    def __init__(
        self,
        source: Path | str,
        dtype: Dtype = "auto",
        question_prompt: str | None = None,
        passage_prompt: str | None = None,
    ) -> None:
        """Remember what to load; a prompt that is None is taken from the model's own configuration."""
        self._source = source
        self._dtype = dtype
        self._question_prompt = question_prompt
        self._passage_prompt = passage_prompt
        self._loaded: tuple[SharedModel, EmbedderIdentity] | None = None
        self._lock = threading.RLock()
        self._encode_question_once = lru_cache(_QUESTIONS_KEPT)(self._encode_question)

    @property
    def identity(self) -> EmbedderIdentity:
        """What the vectors are made with; loads the model."""
        return self._load()[1]

    def warm_up(self) -> None:
        """Load the model and run it once, so that the first question is as fast as the next.

        Raises:
            ModelError: the model is missing or cannot be loaded.
        """
        self.encode_question("预热")

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> NDArray[np.float32]:
        """Return unit vectors of shape (texts, dimension), in the order of `texts`.

        Raises:
            ModelError: the model is missing or cannot be loaded.
        """
        shared, identity = self._load()
        vectors = np.empty((len(texts), identity.dimension), dtype=np.float32)
        done = 0
        for batch in _batches_by_length(texts):
            vectors[batch] = _unit(shared.encode([texts[number] for number in batch], identity.passage_prompt))
            done += len(batch)
            if on_progress is not None:
                on_progress(done)
        return vectors

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of shape (dimension,), remembered for the latest questions; read-only.

        Raises:
            ModelError: the model is missing or cannot be loaded.
        """
        vector: NDArray[np.float32] = self._encode_question_once(text)
        return vector

    def _encode_question(self, text: str) -> NDArray[np.float32]:
        shared, identity = self._load()
        vector: NDArray[np.float32] = _unit(shared.encode([text], identity.question_prompt))[0]
        vector.setflags(write=False)
        return vector

    def _load(self) -> tuple[SharedModel, EmbedderIdentity]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load_now()
            return self._loaded

    def _load_now(self) -> tuple[SharedModel, EmbedderIdentity]:
        if isinstance(self._source, Path) and not (self._source / "modules.json").is_file():
            raise ModelError(f"嵌入模型文件夹 {self._source} 不存在或不完整，请先运行 shuzheng models pull。")
        from index.sentence_model import shared_sentence_model

        shared = shared_sentence_model(self._source, self._dtype)
        model = shared.model
        prompts = model.prompts
        question_prompt = prompts.get("query") or ""
        passage_prompt = prompts.get("passage") or prompts.get("document") or ""
        identity = EmbedderIdentity(
            model=self._source.name if isinstance(self._source, Path) else self._source,
            revision=_fingerprint(self._source) if isinstance(self._source, Path) else _commit(model),
            dtype=shared.dtype,
            dimension=int(model.get_embedding_dimension() or 0),
            question_prompt=question_prompt if self._question_prompt is None else self._question_prompt,
            passage_prompt=passage_prompt if self._passage_prompt is None else self._passage_prompt,
            max_tokens=int(model.max_seq_length or 0),
        )
        return shared, identity


class HashEmbedder:
    """Character pairs hashed into 384 numbers: no model, no download; texts that share wording are near each other."""

    _DIMENSION: Final = 384
    _MASK: Final = (1 << 64) - 1

    @property
    def identity(self) -> EmbedderIdentity:
        """Always the same."""
        return EmbedderIdentity("hash", "1", "float32", self._DIMENSION, "", "", 0)

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> NDArray[np.float32]:
        """Return unit vectors of shape (texts, 384)."""
        vectors = np.zeros((len(texts), self._DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for first, second in zip(f"^{text}", f"{text}$", strict=True):
                mixed = (ord(first) * 0x9E3779B97F4A7C15 ^ ord(second) * 0xC2B2AE3D27D4EB4F) & self._MASK
                mixed ^= mixed >> 29
                vectors[row, mixed % self._DIMENSION] += 1.0 if mixed >> 40 & 1 else -1.0
            if on_progress is not None:
                on_progress(row + 1)
        return _unit(vectors)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of shape (384,)."""
        vector: NDArray[np.float32] = self.encode_passages([text])[0]
        return vector


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to length 1 in place; a row of zeros becomes the first axis, so that every vector can be compared."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[lengths[:, 0] == 0, 0] = 1.0
    lengths[lengths == 0] = 1.0
    vectors /= lengths
    return vectors


def _batches_by_length(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the numbers of texts of like length, longest first, so that little is padded and memory peaks at once."""
    batch: list[int] = []
    for number in sorted(range(len(texts)), key=lambda number: -len(texts[number])):
        if batch and (len(batch) + 1) * len(texts[batch[0]]) > _CHARACTERS_AT_ONCE:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _fingerprint(folder: Path) -> str:
    """Hash names, sizes, heads and tails of the model's files: cheap, and different for other weights or settings."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.suffix not in {".json", ".safetensors", ".bin", ".txt", ".model"}:
            continue
        size = file.stat().st_size
        digest.update(f"{file.relative_to(folder).as_posix()} {size}\n".encode())
        with file.open("rb") as stream:
            digest.update(stream.read(_SAMPLE_BYTES))
            stream.seek(max(0, size - _SAMPLE_BYTES), os.SEEK_SET)
            digest.update(stream.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:16]


def _commit(model: SentenceTransformer) -> str:
    config = getattr(model[0], "config", None)
    return str(getattr(config, "_commit_hash", None) or "")
