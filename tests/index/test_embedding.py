"""Embedders: order, length, prompts, identity; a tiny real BERT made here, and the pulled model where it is."""

from __future__ import annotations

import gc
import json
import shutil
import threading
import weakref
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embedding import Embedder, EmbedderIdentity, HashEmbedder, SentenceTransformerEmbedder
from index.errors import ModelError
from index.sentence_model import shared_sentence_model

TEXTS = ["全县地区生产总值增长百分之九", "税", "", "高新技术企业数量" * 40, "税收收入", "税"]


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ordinary sentence-transformers folder: one layer, 32 numbers, one token a character."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    letters = ["<unk>", "<pad>", "<s>", "</s>", *sorted({*"".join(TEXTS), *"passage: query"})]
    tokenizer = Tokenizer(models.WordLevel({letter: number for number, letter in enumerate(letters)}, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 3)]
    )
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(letters),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        pad_token_id=1,
    )
    folder = tmp_path_factory.mktemp("models") / "tiny"
    BertModel(config).save_pretrained(folder)
    fast: Any = PreTrainedTokenizerFast
    fast(tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>", model_max_length=64).save_pretrained(folder)
    modules = [Transformer(str(folder)), Pooling(32, "mean")]
    prompts = {"query": "query: ", "passage": "passage: "}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder), create_model_card=False)
    return folder


@pytest.fixture(scope="module")
def tiny(tiny_model: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(tiny_model, "float32")


@pytest.fixture(params=["hash", "tiny"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hash":
        return HashEmbedder()
    chosen: Embedder = request.getfixturevalue("tiny")
    return chosen


def test_vectors_are_of_unit_length_in_the_order_of_the_texts(embedder: Embedder) -> None:
    vectors = embedder.encode_passages(TEXTS)

    assert vectors.shape == (len(TEXTS), embedder.identity.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    for number, text in enumerate(TEXTS):
        np.testing.assert_allclose(embedder.encode_passages([text])[0], vectors[number], atol=1e-5)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.encode_passages([]).shape == (0, embedder.identity.dimension)


def test_progress_counts_up_to_all_texts(embedder: Embedder) -> None:
    seen: list[int] = []

    embedder.encode_passages(TEXTS * 30, seen.append)

    assert seen == sorted(set(seen))
    assert seen[-1] == len(TEXTS) * 30


def test_same_question_same_vector(embedder: Embedder) -> None:
    first = embedder.encode_question(TEXTS[0])

    assert first.shape == (embedder.identity.dimension,)
    assert np.array_equal(first, embedder.encode_question(TEXTS[0]))


def test_hash_embedder_puts_shared_wording_nearer() -> None:
    question = HashEmbedder().encode_question("2023年地区生产总值是多少")
    near, far = HashEmbedder().encode_passages(["2023年全县地区生产总值达到121亿元", "新增绿化面积三千亩"])

    assert near @ question > far @ question + 0.2


HASH_OF_SHUZHENG = {54: -1.0, 256: 1.0, 354: -1.0}


def test_hash_embedder_is_the_same_everywhere() -> None:
    vector = HashEmbedder().encode_question("数证")

    assert {int(place): float(np.sign(vector[place])) for place in np.flatnonzero(vector)} == HASH_OF_SHUZHENG


def test_identity_survives_json(tiny: SentenceTransformerEmbedder) -> None:
    identity = tiny.identity

    assert EmbedderIdentity(**json.loads(json.dumps(asdict(identity)))) == identity
    assert (identity.model, identity.dtype, identity.dimension, identity.max_tokens) == ("tiny", "float32", 32, 64)
    assert (identity.question_prompt, identity.passage_prompt) == ("query: ", "passage: ")


def test_identity_tells_other_weights_apart(tiny_model: Path, tmp_path: Path) -> None:
    other = tmp_path / "tiny"
    shutil.copytree(tiny_model, other)
    weights = bytearray((other / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (other / "model.safetensors").write_bytes(weights)

    assert SentenceTransformerEmbedder(other, "float32").identity.revision != (
        SentenceTransformerEmbedder(tiny_model, "float32").identity.revision
    )


def test_prompts_belong_to_the_vector(tiny: SentenceTransformerEmbedder, tiny_model: Path) -> None:
    bare = SentenceTransformerEmbedder(tiny_model, "float32", question_prompt="", passage_prompt="")
    text = TEXTS[0]

    assert tiny.encode_question(text) @ tiny.encode_passages([text])[0] < 0.9999
    np.testing.assert_allclose(bare.encode_question(f"query: {text}"), tiny.encode_question(text), atol=1e-6)


def test_rows_read_from_disk_are_the_models_own(tiny: SentenceTransformerEmbedder, tiny_model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(tiny_model), device="cpu", local_files_only=True)
    expected = plain.encode(TEXTS[0], prompt="passage: ", normalize_embeddings=True)

    np.testing.assert_allclose(tiny.encode_passages([TEXTS[0]])[0], expected, atol=1e-6)


def test_a_model_of_another_architecture_loads_as_a_whole(
    tiny: SentenceTransformerEmbedder, tiny_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(tiny_model, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"architectures": ["Other"]}), encoding="utf-8")

    whole = SentenceTransformerEmbedder(folder, "float32")

    np.testing.assert_allclose(whole.encode_passages(TEXTS), tiny.encode_passages(TEXTS), atol=1e-6)


def test_bfloat16_is_near_float32(tiny: SentenceTransformerEmbedder, tiny_model: Path) -> None:
    half = SentenceTransformerEmbedder(tiny_model, "bfloat16")

    assert half.identity.dtype == "bfloat16"
    assert (half.encode_passages(TEXTS) * tiny.encode_passages(TEXTS)).sum(axis=1).min() > 0.999


def test_a_remembered_question_cannot_be_spoilt(tiny: SentenceTransformerEmbedder) -> None:
    vector = tiny.encode_question("税收收入")

    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 0


def test_threads_may_share_one_embedder(tiny_model: Path) -> None:
    shared = SentenceTransformerEmbedder(tiny_model, "float32")
    results: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda text=text: results.append(shared.encode_question(text))) for text in TEXTS * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == len(threads)


def test_a_model_is_loaded_once_and_freed_when_nobody_uses_it(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "copy")
    shared = shared_sentence_model(folder, "float32")
    assert shared_sentence_model(folder, "float32") is shared
    assert shared_sentence_model(folder, "bfloat16") is not shared

    gone = weakref.ref(shared)
    del shared
    gc.collect()
    assert gone() is None


def test_missing_folder_is_told_in_chinese(tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder(tmp_path / "nowhere")

    with pytest.raises(ModelError, match=r"nowhere 不存在或不完整，请先运行 shuzheng models pull"):
        embedder.warm_up()


@pytest.mark.parametrize("content", [b"{", b"", b"\xff" * 100])
@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model.safetensors"])
def test_broken_file_is_told_in_chinese(tiny_model: Path, tmp_path: Path, file: str, content: bytes) -> None:
    shutil.copytree(tiny_model, tmp_path / "broken")
    (tmp_path / "broken" / file).write_bytes(content)

    with pytest.raises(ModelError, match="无法加载"):
        SentenceTransformerEmbedder(tmp_path / "broken").warm_up()


def test_a_name_that_cannot_be_fetched_is_told_in_one_sentence() -> None:
    with pytest.raises(ModelError, match="嵌入模型 nobody/no-such-model 无法加载") as caught:
        SentenceTransformerEmbedder("nobody/no-such-model").warm_up()

    assert "\n" not in str(caught.value)


@pytest.mark.needs_models("e5-small")
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_pulled_model_finds_the_paragraph(model_store: Path, dtype: str) -> None:
    embedder = SentenceTransformerEmbedder(model_store / "e5-small", "float32" if dtype == "float32" else "bfloat16")
    passages = embedder.encode_passages(
        [
            "全年实现地区生产总值121.3亿元，同比增长5.8%。",
            "新建幼儿园3所，新增学位900个。",
            "空气质量优良天数达到310天。",
        ]
    )

    assert int(np.argmax(passages @ embedder.encode_question("GDP有多少？"))) == 0
    assert int(np.argmax(passages @ embedder.encode_question("一年里好天气有几天？"))) == 2
