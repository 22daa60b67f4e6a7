"""The torch part of the cross-encoder; importing this module imports torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch.nn.functional import gelu, linear, normalize

from index.embedding import Dtype
from index.errors import ModelError
from index.packed_layers import pack_layers
from index.sentence_model import SharedModel, load_encoder, shared_sentence_model

LORA_SCALE: Final = 2.0
"""Factor of the low-rank product that is added to a weight."""
COSINE_CENTRE: Final = 0.8
"""Cosines of the base model lie around it."""
SPREAD: Final = 8.0
"""Factor that brings the products of unit vectors to the size a linear layer likes."""
FIGURE_OPENS: Final = "【"
FIGURE_CLOSES: Final = "】"
SHARPNESS: Final = 12.0
"""How much more than the others the word of the question that is covered worst counts."""
USUAL_COVERAGE: Final = (0.7, 0.5)
"""Around which the mean and the worst coverage lie."""
COVERAGE_SCALE: Final = 4.0
IMPORTANCE_SCALE: Final = 0.4
_SEPARATOR: Final = 2
_INT8_MOST: Final = 127


class AdaptedEncoder(torch.nn.Module):
    """An encoder that reads question and statement together, and a head that compares what it made of their parts.

    The parts are the mean vectors of the question, of the statement and of the figure between the brackets.
    """

    def __init__(
        self, encoder: torch.nn.Module, head: dict[str, torch.Tensor], marks: tuple[list[int], list[int]]
    ) -> None:
        """Take a transformers encoder, the head's tensors by name, and the token ids that hold each bracket."""
        super().__init__()
        self._encoder = encoder
        self._head = head
        self._opens, self._closes = (torch.tensor(ids) for ids in marks)

    def forward(self, token_ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Map ids and mask of shape (pairs, tokens) to float32 logits of shape (pairs,)."""
        hidden = self._encoder(input_ids=token_ids, attention_mask=mask).last_hidden_state.float()
        parts = part_masks(token_ids, mask, self._opens, self._closes)
        return score_hidden(hidden, parts, self._head)


def part_masks(
    token_ids: torch.Tensor, mask: torch.Tensor, opens: torch.Tensor, closes: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Masks of shape (pairs, tokens), float32, of the question, the statement and the figure with its brackets."""
    places = torch.arange(token_ids.shape[1])[None]
    present = mask > 0
    first_end = (token_ids == _SEPARATOR).int().argmax(1, keepdim=True)
    question = (places < first_end) & (places > 0) & present
    statement = (places > first_end + 1) & present & (token_ids != _SEPARATOR)
    opening = (torch.isin(token_ids, opens).int() * places).max(1, keepdim=True).values
    closing = torch.where(torch.isin(token_ids, closes), places, token_ids.shape[1]).min(1, keepdim=True).values
    figure = (places >= opening) & (places <= closing) & present
    return question.float(), statement.float(), figure.float()


def score_parts(
    question: torch.Tensor, statement: torch.Tensor, figure: torch.Tensor, head: dict[str, torch.Tensor]
) -> torch.Tensor:
    """Logits of shape (pairs,) from unit vectors of shape (pairs, hidden), float32."""
    compared = [question, figure, (question - figure).abs(), question * figure, question * statement]
    inner = gelu(linear(SPREAD * torch.cat(compared, 1), head["inner.weight"], head["inner.bias"]))
    cosines = torch.stack([(question * figure).sum(1), (question * statement).sum(1)], 1)
    outer = linear(inner, head["outer.weight"], head["outer.bias"]).squeeze(-1)
    return outer + (cosines - COSINE_CENTRE) @ head["cosine.weight"] + head["cosine.bias"]


def score_coverage(
    hidden: torch.Tensor, question: torch.Tensor, statement: torch.Tensor, head: dict[str, torch.Tensor]
) -> torch.Tensor:
    """Logits of shape (pairs,): how well each token of the question finds one of the statement that means the same.

    Late interaction (Khattab and Zaharia 2020, arXiv:2004.12832), but besides the weighted mean the worst token counts:
    a word of the question that nothing covers (女生, 电视机) makes the figure another thing. `hidden` has shape (pairs,
    tokens, hidden), the masks (pairs, tokens).
    """
    vectors = normalize(hidden @ head["coverage.projection"].T, dim=2)
    nothing = torch.finfo(hidden.dtype).min / 2
    cosines = (vectors @ vectors.transpose(1, 2)).masked_fill(statement[:, None, :] == 0, -1.0).amax(2)
    importance = IMPORTANCE_SCALE * hidden @ head["coverage.importance"]
    outside = question == 0
    mean = (importance.masked_fill(outside, nothing).softmax(1) * cosines).sum(1)
    worst = ((importance - SHARPNESS * cosines).masked_fill(outside, nothing).softmax(1) * cosines).sum(1)
    both = torch.stack([mean - USUAL_COVERAGE[0], worst - USUAL_COVERAGE[1]], 1)
    return COVERAGE_SCALE * both @ head["coverage.weight"]


def score_hidden(
    hidden: torch.Tensor, parts: tuple[torch.Tensor, torch.Tensor, torch.Tensor], head: dict[str, torch.Tensor]
) -> torch.Tensor:
    """Logits of shape (pairs,) from hidden vectors, shape (pairs, tokens, hidden), and the masks of `part_masks`."""
    question, statement, figure = (normalize(mean_of_part(hidden, part), dim=1) for part in parts)
    return score_parts(question, statement, figure, head) + score_coverage(hidden, parts[0], parts[1], head)


def bracket_ids(vocabulary: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """Token ids that hold the opening and the closing bracket."""
    return (
        [number for token, number in vocabulary.items() if FIGURE_OPENS in token],
        [number for token, number in vocabulary.items() if FIGURE_CLOSES in token],
    )


def load_adapted_encoder(base: Path, adapters: Path, dtype: Dtype) -> tuple[SharedModel, AdaptedEncoder]:
    """Return the base model, whose tokenizer serves both, and the adapted one, ready to run.

    Raises:
        ModelError: the base model cannot be loaded, or the adapters do not fit it.
    """
    shared = shared_sentence_model(base, dtype)
    try:
        tensors = _unpacked(load_file(adapters))
        encoder = load_encoder(base, shared.dtype)
        _add_adapters(encoder.encoder, tensors)
        pack_layers(encoder)
    except SafetensorError as error:
        raise ModelError(f"随附的权重 {adapters.name} 已损坏，请重新安装 shuzheng。") from error
    except (AttributeError, OSError, RuntimeError, ValueError) as error:
        raise ModelError(f"模型 {base} 不是随附权重所属的模型，请重新运行 shuzheng models pull。") from error
    head = {name.removeprefix("head."): tensor for name, tensor in tensors.items() if name.startswith("head.")}
    return shared, AdaptedEncoder(encoder, head, bracket_ids(shared.vocabulary())).eval()


def packed(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same tensors a quarter as large: matrices as int8, with `NAME.scale`, float32 of shape (rows, 1)."""
    small = {}
    for name, tensor in tensors.items():
        if tensor.dim() < 2:
            small[name] = tensor.float().clone()
            continue
        scale = tensor.float().abs().amax(1, keepdim=True).clamp(min=1e-8) / _INT8_MOST
        small[name] = (tensor / scale).round().to(torch.int8).contiguous()
        small[f"{name}.scale"] = scale
    return small


def _unpacked(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Undo `packed`; all float32."""
    return {
        name: tensor.float() * tensors[f"{name}.scale"] if f"{name}.scale" in tensors else tensor
        for name, tensor in tensors.items()
        if not name.endswith(".scale")
    }


@torch.no_grad()
def _add_adapters(layers: torch.nn.Module, tensors: dict[str, torch.Tensor]) -> None:
    """Add up @ down to each adapted weight: down of shape (rank, in), up of shape (out, rank)."""
    for name, down in tensors.items():
        if name.endswith(".down"):
            target = name.removesuffix(".down")
            weight: Any = layers.get_submodule(target).weight
            weight.copy_(weight.float() + LORA_SCALE * tensors[f"{target}.up"] @ down)


def mean_of_part(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of the hidden vectors, shape (pairs, tokens, hidden), where the mask, shape (pairs, tokens), is 1."""
    return (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
