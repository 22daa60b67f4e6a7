"""Made-up corpora get the model's vectors without asking it for every copy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.copied_vectors import CopiedVectors
from index import HashEmbedder
from index.embedding import Progress

TEXTS = ["东丽区高新技术企业598家", "东丽区高新技术企业612家", "西青区产值1850亿元", "东丽区高新技术企业598家"]


class CountingEmbedder(HashEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> NDArray[np.float32]:
        self.asked += texts
        return super().encode_passages(texts, on_progress)


def test_the_model_is_asked_once_for_texts_that_differ_in_digits() -> None:
    model = CountingEmbedder()
    embedder = CopiedVectors(model)

    embedder.encode_passages(TEXTS)
    embedder.encode_passages(["东丽区高新技术企业700家"])

    assert model.asked == [TEXTS[0], TEXTS[2]]


def test_copies_are_unit_vectors_near_the_original_and_none_is_equal() -> None:
    vectors = CopiedVectors(HashEmbedder()).encode_passages(TEXTS)

    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[3])
    assert not np.array_equal(vectors[0], vectors[1])
    assert vectors[0] @ vectors[1] > 0.7 > vectors[0] @ vectors[2]


def test_questions_are_the_models_own() -> None:
    model = HashEmbedder()
    embedder = CopiedVectors(model)

    assert embedder.identity == model.identity
    assert np.array_equal(embedder.encode_question("产值多少"), model.encode_question("产值多少"))
