"""Write a tiny model in the packed 4-bit format, independently of the code that reads it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS = 32, 1, 2, 64, 16
PIECES = {
    "<s>": 0.0, "<pad>": 0.0, "</s>": 0.0, "<unk>": 0.0, "▁": -3.0, "▁query": -4.0, "▁passage": -4.0, ":": -3.5,
    "税": -5.0, "收": -5.0, "税收": -6.0, "9": -5.5, "%": -5.5, "～": -6.0, "<mask>": 0.0,
}  # fmt: skip
ROWS = len(PIECES) + 3
"""The word embeddings have spare rows, as the real model's have."""
NORMALISER = {"\x01": "", "\t": " ", "９": "9", "％": "%", "\u200b": " ", "㎡": "m2"}


def packed_model() -> tuple[bytes, dict[str, NDArray[np.float32]]]:
    """Return the file's bytes and the tensors it must unpack to, by BERT's names."""
    random = np.random.default_rng(20240101)
    tensors: list[tuple[str, str, tuple[int, ...], bool]] = [
        ("emb.word", "embeddings.word_embeddings.weight", (ROWS, HIDDEN), True),
        ("emb.pos", "embeddings.position_embeddings.weight", (POSITIONS, HIDDEN), False),
        ("emb.type", "embeddings.token_type_embeddings.weight", (2, HIDDEN), False),
        ("emb.ln.w", "embeddings.LayerNorm.weight", (HIDDEN,), False),
        ("emb.ln.b", "embeddings.LayerNorm.bias", (HIDDEN,), False),
    ]
    dense = {
        "q": ("attention.self.query", HIDDEN, HIDDEN),
        "k": ("attention.self.key", HIDDEN, HIDDEN),
        "v": ("attention.self.value", HIDDEN, HIDDEN),
        "ao": ("attention.output.dense", HIDDEN, HIDDEN),
        "fi": ("intermediate.dense", FEED_FORWARD, HIDDEN),
        "fo": ("output.dense", HIDDEN, FEED_FORWARD),
    }
    for short, (name, outputs, inputs) in dense.items():
        tensors.append((f"l0.{short}.w", f"encoder.layer.0.{name}.weight", (outputs, inputs), True))
        tensors.append((f"l0.{short}.b", f"encoder.layer.0.{name}.bias", (outputs,), False))
    for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
        tensors.append((f"l0.{short}.w", f"encoder.layer.0.{name}.weight", (HIDDEN,), False))
        tensors.append((f"l0.{short}.b", f"encoder.layer.0.{name}.bias", (HIDDEN,), False))
    stored, expected = [], {}
    for _, name, shape, is_q4 in tensors:
        raw, values = _q4(random, shape) if is_q4 else _plain(random, shape)
        stored.append(raw)
        expected[name] = values
    head = _header() + _vocabulary() + _normaliser()
    directory_size = 4 + sum(2 + len(short) + 21 for short, *_ in tensors)
    position = len(head) + directory_size
    directory = struct.pack("<i", len(tensors))
    for (short, _, shape, is_q4), raw in zip(tensors, stored, strict=True):
        directory += struct.pack("<H", len(short)) + short.encode()
        directory += struct.pack("<BIQQ", int(is_q4), int(np.prod(shape)), position, len(raw))
        position += len(raw)
    return head + directory + b"".join(stored), expected


def write_packed_model(path: Path) -> dict[str, NDArray[np.float32]]:
    data, expected = packed_model()
    path.write_bytes(data)
    return expected


def _header() -> bytes:
    sizes = (HIDDEN, LAYERS, HEADS, FEED_FORWARD, ROWS, POSITIONS, 2)
    return b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)


def _vocabulary() -> bytes:
    pieces = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, pieces)])
    head = struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, offsets[-1])
    scores = np.array(list(PIECES.values()), dtype="<f4")
    return head + offsets.astype("<u4").tobytes() + scores.tobytes() + b"".join(pieces)


def _normaliser() -> bytes:
    entries = [
        struct.pack(f"<IB{len(out)}I", ord(char), len(out), *map(ord, out)) for char, out in sorted(NORMALISER.items())
    ]
    body = b"".join(entries)
    return struct.pack("<iI", len(entries), len(body)) + body


def _plain(random: np.random.Generator, shape: tuple[int, ...]) -> tuple[bytes, NDArray[np.float32]]:
    values = random.normal(size=shape).astype("<f4")
    return values.tobytes(), values


def _q4(random: np.random.Generator, shape: tuple[int, ...]) -> tuple[bytes, NDArray[np.float32]]:
    raw, values = b"", []
    for _ in range(int(np.prod(shape)) // 32):
        scale = np.float16(random.uniform(0.01, 0.1))
        nibbles = [int(nibble) for nibble in random.integers(0, 16, 32)]
        raw += scale.tobytes() + bytes(nibbles[place] | nibbles[place + 16] << 4 for place in range(16))
        values += [(nibble - 8) * float(scale) for nibble in nibbles]
    return raw, np.array(values, dtype=np.float32).reshape(shape)
