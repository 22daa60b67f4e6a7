"""Load a sentence-transformers model into little memory; importing this module imports torch (3 s, 450 MB)."""

from __future__ import annotations

import json
import logging
import os
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

# Threads that spin while they wait take the processor from everything else: a question took 0.6-1.9 s instead of 0.08 s
# on two busy cores. OpenMP reads this when torch loads it, so it stands before the import.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import transformers
from safetensors import SafetensorError
from sentence_transformers import SentenceTransformer
from torch.nn.functional import pad

from index.errors import ModelError
from index.lean_tokenizer import LeanTokenizer, lean_tokenizer
from index.packed_layers import pack_layers

if TYPE_CHECKING:
    from index.embedding import Dtype

_WORD_EMBEDDINGS: Final = "embeddings.word_embeddings.weight"
_WORDS_LEFT_OUT: Final[dict[str, Any]] = {"vocab_size": 2}
"""Of the word embeddings, what is left in memory."""
_ROWS_KEPT: Final = 4096
"""3 MB."""
_WIDTH: Final = 16
"""Tokens. Attention over 128 takes 0.8 ms, over 120 1.25; and each width leaves compiled kernels in memory."""
_BY_TOKEN: Final = frozenset({"input_ids", "attention_mask", "token_type_ids"})
_STORED_DTYPES: Final[dict[str, np.dtype[np.floating]]] = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}


@dataclass(frozen=True, eq=False)
class SharedModel:
    """A loaded model, one for all who use it at the same time; several threads may compute at once."""

    model: SentenceTransformer
    dtype: Literal["float32", "bfloat16"]
    """What it computes in."""
    lean: LeanTokenizer | None
    """Gives the model's tokenizer its pieces; None where it has them all."""
    tokenizing: threading.RLock = field(default_factory=threading.RLock)
    """Held while the tokenizer works, which cannot be used by two threads at once."""

    def encode(self, texts: list[str], prompt: str) -> NDArray[np.float32]:
        """Return vectors of shape (texts, dimension), computed as one batch."""
        with self.tokenizing:
            whole = [prompt, *(prompt + text for text in texts)]
            features = self._padded(whole, lambda: self.model.preprocess(texts, prompt=prompt))
        with torch.inference_mode():
            vectors: NDArray[np.float32] = self.model(features)["sentence_embedding"].numpy()
        return vectors

    def pairs(self, first: str, second: list[str], max_tokens: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return token ids and mask of shape (pairs, tokens), of one text beside each of the others."""
        with self.tokenizing:
            features = self._padded(
                [first, *second],
                lambda: self.model.tokenizer(
                    [first] * len(second),
                    second,
                    padding=True,
                    truncation="longest_first",
                    max_length=max_tokens,
                    return_tensors="pt",
                ),
            )
        return features["input_ids"], features["attention_mask"]

    def vocabulary(self) -> Mapping[str, int]:
        """Return the token ids by piece."""
        with self.tokenizing:
            return self.lean.numbers if self.lean else self.model.tokenizer.get_vocab()

    def _padded(self, texts: list[str], tokenize: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        """Tokens in tensors whose width is a multiple of `_WIDTH`; the mask hides what is added."""
        true_ids = self.lean.prepare(texts) if self.lean else None
        features = dict(tokenize())
        if true_ids is not None:
            features["input_ids"] = torch.from_numpy(true_ids)[features["input_ids"]]
        missing = -features["input_ids"].shape[1] % _WIDTH
        return {name: pad(value, (0, missing)) if name in _BY_TOKEN else value for name, value in features.items()}


_in_use: WeakValueDictionary[tuple[str, str, int], SharedModel] = WeakValueDictionary()
_loading = threading.Lock()


def shared_sentence_model(source: Path | str, dtype: Dtype) -> SharedModel:
    """Return the model, loaded only where nobody has it yet; `auto` is the faster type on this processor.

    Raises:
        ModelError: as `load_sentence_model`.
    """
    chosen: Literal["float32", "bfloat16"]
    chosen = ("bfloat16" if _processor_has_bfloat16() else "float32") if dtype == "auto" else dtype
    weights = Path(source) / "model.safetensors"
    key = (str(source), chosen, weights.stat().st_mtime_ns if weights.is_file() else 0)
    with _loading:
        shared = _in_use.get(key)
        if shared is None:
            shared = _in_use[key] = _load(source, chosen)
    return shared


@dataclass(frozen=True, slots=True)
class _Table:
    """Where the word embeddings lie in a weights file."""

    weights: Path
    start: int
    """Of the first row, in bytes."""
    columns: int
    stored: np.dtype[np.floating]


class _RowsOnDisk(torch.nn.Module):
    """Word embeddings read from the weights file when they occur.

    A question needs twenty of the 250,000 rows; keeping them on disk saves 190 MB in bfloat16 and 380 MB in float32.
    The rows used last stay in memory.
    Reading, not mapping: the kernel maps neighbours too, and soon the whole table would count as memory of the process.
    """

    def __init__(self, table: _Table, dtype: torch.dtype) -> None:
        super().__init__()
        self._table = table
        self._dtype = dtype
        self._row = lru_cache(_ROWS_KEPT)(self._read)

    def forward(self, token_ids: torch.Tensor) -> torch.Tensor:
        """Map ids of shape (texts, tokens) to vectors of shape (texts, tokens, hidden)."""
        ids, places = torch.unique(token_ids, return_inverse=True)
        rows = np.frombuffer(b"".join(map(self._row, ids.tolist())), dtype=self._table.stored)
        found = rows.reshape(len(ids), self._table.columns).astype(np.float32)
        return torch.from_numpy(found).to(self._dtype)[places]

    def _read(self, number: int) -> bytes:
        table = self._table
        size = table.columns * table.stored.itemsize
        with table.weights.open("rb", buffering=0) as stream:
            stream.seek(table.start + number * size)
            return stream.read(size)


class _TokensToFloat32(torch.nn.Module):
    """Pool and normalise in float32 whatever the encoder computes in."""

    def forward(self, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        features["token_embeddings"] = features["token_embeddings"].float()
        return features


def _processor_has_bfloat16() -> bool:
    """Tell whether bfloat16 is computed by the processor itself; elsewhere it is slower than float32."""
    abilities = torch.cpu.get_capabilities()
    return bool(abilities.get("avx512_bf16") or abilities.get("amx_bf16"))


def _load(source: Path | str, dtype: Literal["float32", "bfloat16"]) -> SharedModel:
    """Load a folder (without any network) or a name of a model hub, for the processor, ready to encode.

    Raises:
        ModelError: it is missing, incomplete, or no sentence-transformers model.
    """
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(
        logging.ERROR
    )  # warns of float16, which is only how it is stored
    torch.set_num_threads(1)  # two take 1.3 times the processor time, and questions can be read side by side
    torch_dtype = getattr(torch, dtype)
    local = isinstance(source, Path)
    try:
        table = _find_table(source) if isinstance(source, Path) else None
        words_left_out = _WORDS_LEFT_OUT if table else {}
        lean = lean_tokenizer(source) if isinstance(source, Path) else None
        model = SentenceTransformer(
            str(source),
            device="cpu",
            local_files_only=local,
            config_kwargs=words_left_out,
            model_kwargs={"dtype": "auto" if table else torch_dtype, "ignore_mismatched_sizes": table is not None},
            processor_kwargs={"tokenizer_object": lean.tokenizer} if lean else {},
        )
    except (OSError, ValueError, KeyError, RuntimeError, struct.error, SafetensorError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)[:200]
        raise ModelError(
            f"嵌入模型 {source} 无法加载（{reason}），请检查名称或重新运行 shuzheng models pull。"
        ) from error
    if table is not None:
        encoder: Any = model[0]
        encoder.auto_model.set_input_embeddings(_RowsOnDisk(table, torch_dtype))
        model.to(torch_dtype)
        pack_layers(encoder.auto_model)
    model.insert(1, _TokensToFloat32())
    if lean is not None:
        lean.tokenizer = model.tokenizer.backend_tokenizer
    return SharedModel(model.eval(), dtype, lean)


def load_encoder(folder: Path, dtype: Literal["float32", "bfloat16"]) -> Any:  # noqa: ANN401 - untyped in transformers
    """Load the encoder of a folder alone, as `_load` does, but not packed: for who changes its weights.

    Raises:
        OSError, ValueError: it is missing, incomplete, or no BERT model.
    """
    table = _find_table(folder)
    if table is None:
        raise ValueError(folder)
    encoder: Any = transformers.BertModel.from_pretrained(
        str(folder), local_files_only=True, dtype="auto", ignore_mismatched_sizes=True, **_WORDS_LEFT_OUT
    )
    encoder.set_input_embeddings(_RowsOnDisk(table, getattr(torch, dtype)))
    return encoder.to(getattr(torch, dtype)).eval()


def _find_table(folder: Path) -> _Table | None:
    """Return the place of the word embeddings of a BERT model; None for any other, which is loaded as a whole."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    weights = folder / "model.safetensors"
    if config.get("architectures") != ["BertModel"] or not weights.is_file():
        return None
    with weights.open("rb") as stream:
        (header_length,) = struct.unpack("<Q", stream.read(8))
        if header_length > weights.stat().st_size:
            raise ValueError(weights.name)
        entry = json.loads(stream.read(header_length)).get(_WORD_EMBEDDINGS)
    if entry is None or entry["dtype"] not in _STORED_DTYPES:
        return None
    start = 8 + header_length + entry["data_offsets"][0]
    return _Table(weights, start, entry["shape"][1], _STORED_DTYPES[entry["dtype"]])
