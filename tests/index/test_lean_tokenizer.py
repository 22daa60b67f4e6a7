"""The lean tokenizer against the library's own with all its pieces: the same token ids for any text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from index.lean_tokenizer import LeanTokenizer, lean_tokenizer
from tests.pieces import PIECES, mixed_text, property_settings

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
WORDS = {letter: -6.0 - place % 7 for place, letter in enumerate(sorted(set("".join(PIECES))))} | {
    "▁": -3.0, "▁2023": -5.0, "2023": -5.0, "20": -4.0, "23年": -8.0, "工业": -7.0, "▁工业": -7.0, "工业产值": -9.5,
    "同比增长": -8.0, "同比": -6.5, "增长": -6.5, "亿元": -4.0, "东丽区": -12.0, "rare": -20.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def full() -> Tokenizer:
    pieces = [(piece, 0.0) for piece in SPECIAL[:4]] + list(WORDS.items()) + [(SPECIAL[4], 0.0)]
    tokenizer = Tokenizer(Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    metaspace = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])
    tokenizer.add_special_tokens([*SPECIAL[:4], AddedToken("<mask>", lstrip=True, special=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


@pytest.fixture(scope="module")
def lean(full: Tokenizer) -> LeanTokenizer:
    return LeanTokenizer(json.loads(full.to_str()))


def ids(lean: LeanTokenizer, text: str, pair: str | None = None) -> list[int]:
    true_ids = lean.prepare([text] if pair is None else [text, pair])
    return [int(true_ids[number]) for number in lean.tokenizer.encode(text, pair).ids]


@given(text=mixed_text, pair=st.one_of(st.none(), mixed_text), special=st.sampled_from(["", *SPECIAL, "＜ｓ＞", "▁"]))
@property_settings(300)
def test_any_text_gives_the_ids_of_the_library(
    full: Tokenizer, lean: LeanTokenizer, text: str, pair: str | None, special: str
) -> None:
    text = f"工业{special}{text}"

    assert ids(lean, text, pair) == full.encode(text, pair).ids


def test_it_is_given_few_pieces(lean: LeanTokenizer) -> None:
    lean.prepare(["2023年工业"])

    assert lean.tokenizer.get_vocab_size() < 20
    assert lean.numbers["▁工业"] > 4


@pytest.mark.needs_models("e5-small")
def test_the_pulled_model_is_tokenized_as_by_the_library(model_store: Path) -> None:
    folder = model_store / "e5-small"
    full, lean = Tokenizer.from_file(str(folder / "tokenizer.json")), lean_tokenizer(folder)
    assert lean is not None

    for text in [*PIECES, "".join(PIECES), "query: Москва，京都 <mask> naïve </s>覈心", "\U0001f600 ﬁ e\u0301"]:
        assert ids(lean, text) == full.encode(text).ids


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("model", {"type": "WordLevel", "vocab": {}, "unk_token": "<unk>"}),
        ("post_processor", None),
        ("normalizer", None),
        ("pre_tokenizer", None),
    ],
)
def test_another_kind_is_left_to_the_library(full: Tokenizer, tmp_path: Path, part: str, content: Any) -> None:
    (tmp_path / "tokenizer.json").write_text(json.dumps(json.loads(full.to_str()) | {part: content}), encoding="utf-8")

    assert lean_tokenizer(tmp_path) is None
    assert lean_tokenizer(tmp_path / "nothing") is None
