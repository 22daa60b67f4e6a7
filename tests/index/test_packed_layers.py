"""Layers with packed weights: the same bits as transformers' own, and only where they can be computed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import torch
import transformers

from index import packed_layers
from index.packed_layers import PackedLayers, pack_layers

CONFIG = transformers.BertConfig(
    vocab_size=50,
    hidden_size=64,
    num_hidden_layers=3,
    num_attention_heads=2,
    intermediate_size=128,
    max_position_embeddings=64,
    attention_probs_dropout_prob=0.0,
    hidden_dropout_prob=0.0,
)
can_pack = pytest.mark.skipif(not packed_layers._can_pack(), reason="oneDNN computes no bfloat16 here")


def made_bert(dtype: torch.dtype, **changes: object) -> transformers.BertModel:
    torch.manual_seed(1)
    untyped: Any = transformers.BertModel(transformers.BertConfig(**(CONFIG.to_dict() | changes)))
    bert: transformers.BertModel = untyped.to(dtype).eval()
    return bert


def read(bert: transformers.BertModel, lengths: list[int]) -> torch.Tensor:
    """The vectors of texts of these lengths, padded to the longest; what stands on the padding means nothing."""
    torch.manual_seed(2)
    mask = (torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]).long()
    with torch.inference_mode():
        hidden: torch.Tensor = bert(
            input_ids=torch.randint(3, 50, (len(lengths), max(lengths))), attention_mask=mask
        ).last_hidden_state
    return hidden[mask > 0]


@can_pack
@pytest.mark.parametrize("lengths", [[1], [16], [32, 32], [32, 20, 7], [48, 1, 30, 48]])
def test_packed_layers_give_the_same_bits(lengths: list[int]) -> None:
    plain = made_bert(torch.bfloat16)
    packed = deepcopy(plain)
    pack_layers(packed)

    assert isinstance(packed.encoder, PackedLayers)
    assert torch.equal(read(packed, lengths), read(plain, lengths))


@can_pack
def test_packing_keeps_no_weight_of_the_layers_a_second_time() -> None:
    bert = made_bert(torch.bfloat16)
    pack_layers(bert)

    assert not any(name.startswith(("encoder", "pooler")) for name in bert.state_dict())


@pytest.mark.parametrize(("dtype", "activation"), [(torch.float32, "gelu"), (torch.bfloat16, "relu")])
def test_what_would_be_computed_otherwise_is_left_alone(dtype: torch.dtype, activation: str) -> None:
    bert = made_bert(dtype, hidden_act=activation)
    pack_layers(bert)

    assert not isinstance(bert.encoder, PackedLayers)


def test_without_the_operations_all_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_layers, "_OPERATIONS", ("_linear_pointwise", "_no_such_operation"))
    bert = made_bert(torch.bfloat16)
    pack_layers(bert)

    assert not isinstance(bert.encoder, PackedLayers)
