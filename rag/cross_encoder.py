"""How well a figure answers a question, read together by one small model: a cross-encoder.

The model is the pinned multilingual-e5-small with low-rank adapters (LoRA, Hu et al. 2021) and a linear head, both in
`data/cross_encoder.safetensors`; `python -m eval.training.fit_cross_encoder` makes that file from the questions in
`eval/training`. It reads the question beside the figure in its context and returns a logit.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedding import Dtype
from index.errors import ModelError

if TYPE_CHECKING:
    from index.sentence_model import SharedModel
    from rag.adapted_encoder import AdaptedEncoder

BASE = "e5-small"
"""Name in the model store of the model the adapters belong to."""
MAX_TOKENS = 160


class CrossEncoder(Protocol):
    """What the reader needs of the model."""

    def fit(self, question: str, statements: Sequence[str]) -> NDArray[np.float32]:
        """Return logits of shape (statements,): above 0 the statement rather answers the question."""


class AdaptedCrossEncoder:
    """The shipped adapters on the encoder of a sentence-transformers folder; loaded at first use, safe to share."""

    def __init__(self, base: Path, dtype: Dtype = "auto") -> None:
        """Remember what to load."""
        self._base = base
        self._dtype = dtype
        self._loaded: tuple[SharedModel, AdaptedEncoder] | None = None
        self._lock = threading.Lock()

    def fit(self, question: str, statements: Sequence[str]) -> NDArray[np.float32]:
        """Return logits of shape (statements,).

        Raises:
            ModelError: the model is missing or cannot be loaded.
        """
        import torch

        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            shared, model = self._loaded
        with torch.inference_mode():
            logits: NDArray[np.float32] = model(*shared.pairs(question, list(statements), MAX_TOKENS)).numpy()
        return logits

    def _load(self) -> tuple[SharedModel, AdaptedEncoder]:
        if not (self._base / "modules.json").is_file():
            raise ModelError(f"模型文件夹 {self._base} 不存在或不完整，请先运行 shuzheng models pull。")
        from rag.adapted_encoder import load_adapted_encoder

        with as_file(files("rag") / "data" / "cross_encoder.safetensors") as adapters:
            return load_adapted_encoder(self._base, adapters, self._dtype)
