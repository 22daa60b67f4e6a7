"""The layers of a BERT encoder in bfloat16, computed in one piece; importing this module imports torch.

transformers asks oneDNN to lay out each weight anew for each text, 42 MB a text, and takes Python's lock between some
four hundred operations. Here the weights are laid out once, and all layers are one call that leaves the lock to others.
The operations and their results are the same, bit for bit.
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import torch
from torch.nn.functional import gelu, layer_norm, scaled_dot_product_attention
from transformers.modeling_outputs import BaseModelOutputWithPastAndCrossAttentions

_OPERATIONS: Final = ("_linear_pointwise", "_reorder_linear_weight", "_is_mkldnn_bf16_supported")
"""Of oneDNN, as torch knows it; not part of what torch promises to keep."""


class PackedLayers(torch.nn.Module):
    """Stands in the place of the layers of `transformers.BertModel`, for reading texts only."""

    def __init__(self, layers: Any, config: Any) -> None:  # noqa: ANN401 - untyped in transformers
        """Lay out the weights of the layers, which are not needed afterwards."""
        super().__init__()
        self._layers = [_packed(layer) for layer in layers]
        self._heads: int = config.num_attention_heads
        self._epsilon: float = config.layer_norm_eps

    def forward(
        self, hidden_states: torch.Tensor, attention_mask: torch.Tensor | None = None, **_unused: object
    ) -> BaseModelOutputWithPastAndCrossAttentions:
        """Map vectors of shape (texts, tokens, hidden) to such vectors; the mask, where given, is as transformers'."""
        hidden = _run(hidden_states, attention_mask, self._layers, self._heads, self._epsilon)
        return BaseModelOutputWithPastAndCrossAttentions(last_hidden_state=hidden)


def pack_layers(bert: Any) -> None:  # noqa: ANN401 - untyped in transformers
    """Pack the layers of a `transformers.BertModel` where it computes in bfloat16 and oneDNN can; else do nothing."""
    if bert.dtype is torch.bfloat16 and bert.config.hidden_act == "gelu" and _can_pack():
        with torch.inference_mode():
            bert.encoder = PackedLayers(bert.encoder.layer, bert.config)
        bert.pooler = None  # what it makes of the first token, nobody reads


def _can_pack() -> bool:
    known = all(hasattr(torch.ops.mkldnn, name) for name in _OPERATIONS)
    return known and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _packed(layer: Any) -> list[torch.Tensor]:  # noqa: ANN401 - untyped in transformers
    """Return weight and bias of the four linear maps of a layer, with those of the norms between them."""
    own, joined, inner, outer = layer.attention.self, layer.attention.output, layer.intermediate, layer.output
    asked = (own.query, own.key, own.value)
    weight, bias = torch.cat([one.weight for one in asked]), torch.cat([one.bias for one in asked])
    return [
        *(_laid_out(weight), bias),
        *(_laid_out(joined.dense.weight), joined.dense.bias.clone(), *_norm(joined)),
        *(_laid_out(inner.dense.weight), inner.dense.bias.clone()),
        *(_laid_out(outer.dense.weight), outer.dense.bias.clone(), *_norm(outer)),
    ]


def _laid_out(weight: torch.Tensor) -> torch.Tensor:
    laid_out: torch.Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), None)
    return laid_out


def _norm(part: Any) -> tuple[torch.Tensor, torch.Tensor]:  # noqa: ANN401 - untyped in transformers
    return part.LayerNorm.weight.clone(), part.LayerNorm.bias.clone()


def _run_layers(
    hidden: torch.Tensor, mask: torch.Tensor | None, layers: list[list[torch.Tensor]], heads: int, epsilon: float
) -> torch.Tensor:
    texts, tokens, size = hidden.shape
    for layer in layers:
        three = torch.ops.mkldnn._linear_pointwise(hidden, layer[0], layer[1], "none", [], "")
        query, key, value = three.view(texts, tokens, 3, heads, size // heads).permute(2, 0, 3, 1, 4).unbind(0)
        seen = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(texts, tokens, size)
        joined = torch.ops.mkldnn._linear_pointwise(seen, layer[2], layer[3], "none", [], "")
        hidden = layer_norm(joined + hidden, [size], layer[4], layer[5], epsilon)
        inner = gelu(torch.ops.mkldnn._linear_pointwise(hidden, layer[6], layer[7], "none", [], ""))
        outer = torch.ops.mkldnn._linear_pointwise(inner, layer[8], layer[9], "none", [], "")
        hidden = layer_norm(outer + hidden, [size], layer[10], layer[11], epsilon)
    return hidden


with warnings.catch_warnings():
    # torch.compile, which is to take its place, needs a C++ compiler where it runs.
    warnings.simplefilter("ignore", DeprecationWarning)
    _run = torch.jit.script(_run_layers)
