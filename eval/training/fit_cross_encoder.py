"""Train the cross-encoder: `python -m eval.training.fit_cross_encoder OUTPUT [--check INDEX_CORPUS:GOLD ...]`.

Every folder beside this file holds documents and questions about them, none of which is in `seeds` or `tests`. Each
question is read beside the figures that the reader ranks first, or, in `wordings`, beside those of one passage; the
model learns which of them answers it, and that none does where the question has no answer. Only low-rank adapters
(LoRA, Hu et al. 2021, arXiv:2106.09685) and a small head are trained; the base model stays as it is. With one thread
and the same packages the result is the same.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus
from transformers import AutoModel, AutoTokenizer

from eval.training.examples import Example, examples_of, swapped, wordings_of
from rag import models
from rag.adapted_encoder import LORA_SCALE, bracket_ids, packed, part_masks, score_hidden
from rag.cross_encoder import BASE, MAX_TOKENS
from rag.embedders import open_embedder
from rag.settings import load_settings

SETS = Path(__file__).parent
_RANK = 8
_COVERAGE_SIZE = 128
_EPOCHS = 1
"""Later epochs fit these questions better and the development questions worse (docs/log.md)."""
_QUESTIONS_AT_ONCE = 4
_ADAPTER_RATE, _HEAD_RATE = 3e-4, 1e-3
_WARM_UP_STEPS = 100
_RIGHT_WEIGHT = 3.0
"""A right figure counts as much as the three wrong ones beside it."""
_INNER = 32


class _Adapted(nn.Module):
    """A linear layer with a trained low-rank product added."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(_RANK, layer.in_features) / math.sqrt(layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, _RANK))

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.layer(vectors) + (vectors @ self.down.T) @ self.up.T * LORA_SCALE
        return result


class Trainee(nn.Module):
    """The base model with adapters on every linear layer, and the head."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.tokenizer: Any = AutoTokenizer.from_pretrained(base)
        # The fused attention's backward pass takes more than half of the time on a processor.
        self.encoder: Any = AutoModel.from_pretrained(base, dtype=torch.float32, attn_implementation="eager")
        self.encoder.requires_grad_(False)
        hidden = self.encoder.config.hidden_size
        for layer in self.encoder.encoder.layer:
            attention = layer.attention.self
            for owner, name in (
                (attention, "query"), (attention, "key"), (attention, "value"), (layer.attention.output, "dense"),
                (layer.intermediate, "dense"), (layer.output, "dense"),
            ):  # fmt: skip
                setattr(owner, name, _Adapted(getattr(owner, name)))
        inner, outer = nn.Linear(5 * hidden, _INNER), nn.Linear(_INNER, 1)
        self.head = nn.ParameterDict(
            {
                "inner_weight": inner.weight, "inner_bias": inner.bias,
                "outer_weight": outer.weight, "outer_bias": outer.bias,
                "cosine_weight": nn.Parameter(torch.tensor([6.0, 6.0])),
                "cosine_bias": nn.Parameter(torch.tensor(-2.0)),
                "coverage_projection": nn.Parameter(torch.randn(_COVERAGE_SIZE, hidden) / math.sqrt(hidden)),
                "coverage_importance": nn.Parameter(torch.zeros(hidden)),
                "coverage_weight": nn.Parameter(torch.tensor([2.0, 2.0])),
            }
        )  # fmt: skip
        self._opens, self._closes = (torch.tensor(ids) for ids in bracket_ids(self.tokenizer.get_vocab()))

    def forward(self, pairs: Sequence[tuple[str, str]]) -> torch.Tensor:
        """Logits of shape (pairs,), float32."""
        questions, statements = zip(*pairs, strict=True)
        encoded = self.tokenizer(
            list(questions), list(statements), padding=True, truncation="longest_first", max_length=MAX_TOKENS,
            return_tensors="pt",
        )  # fmt: skip
        ids, mask = encoded["input_ids"], encoded["attention_mask"]
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        head = {name.replace("_", ".", 1): tensor for name, tensor in self.head.items()}
        return score_hidden(hidden.float(), part_masks(ids, mask, self._opens, self._closes), head)

    def tensors(self) -> dict[str, torch.Tensor]:
        """What is stored, by name: matrices as int8 with a float32 scale for each row, the rest as float32."""
        adapters = {
            name.removeprefix("encoder.encoder."): tensor.detach()
            for name, tensor in self.named_parameters()
            if name.endswith((".down", ".up"))
        }
        return packed(
            adapters | {f"head.{name.replace('_', '.', 1)}": value.detach() for name, value in self.head.items()}
        )


def train(model: Trainee, examples: Sequence[Example], epochs: int) -> Iterator[float]:
    """Train in place; yield the mean loss of each epoch."""
    chance = random.Random(0)
    adapters = [tensor for name, tensor in model.named_parameters() if name.endswith((".down", ".up"))]
    groups = [{"params": adapters, "peak": _ADAPTER_RATE}, {"params": list(model.head.values()), "peak": _HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, lr=_ADAPTER_RATE, weight_decay=0.01)
    order = list(examples)
    steps = epochs * math.ceil(len(order) / _QUESTIONS_AT_ONCE)
    step = 0
    for _ in range(epochs):
        chance.shuffle(order)
        losses = []
        for batch in _batches(order):
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * min(1.0, (step + 1) / _WARM_UP_STEPS) * max(0.02, 1 - step / steps)
            loss = _loss(model, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([*adapters, *model.head.values()], 1.0)
            optimizer.step()
            losses.append(loss.item())
            step += 1
        yield float(np.mean(losses))


def _batches(order: Sequence[Example]) -> Iterator[Sequence[Example]]:
    for start in range(0, len(order), _QUESTIONS_AT_ONCE):
        yield order[start : start + _QUESTIONS_AT_ONCE]


def _loss(model: Trainee, batch: Sequence[Example]) -> torch.Tensor:
    """Each figure right or wrong, the right ones before the others, and no figure high where none answers."""
    logits = model([(one.question, statement) for one in batch for statement in one.statements])
    right = torch.tensor([float(good) for one in batch for good in one.right])
    weight = torch.where(right > 0, _RIGHT_WEIGHT, 1.0)
    loss = binary_cross_entropy_with_logits(logits, right, weight=weight)
    start = 0
    for one in batch:
        own, good = logits[start : start + len(one.right)], right[start : start + len(one.right)] > 0
        start += len(one.right)
        term = torch.logsumexp(own, 0) - torch.logsumexp(own[good], 0) if good.any() else softplus(own.max())
        loss = loss + term / len(batch)
    return loss


@torch.no_grad()
def check(model: Trainee, examples: Sequence[Example]) -> str:
    """Share of questions whose right figure has the highest logit, and how well logits tell refusals apart."""
    first, answered, unanswerable = [], [], []
    for one in examples:
        logits = model([(one.question, statement) for statement in one.statements])
        best = int(logits.argmax())
        if not one.answerable:
            unanswerable.append(float(logits.max()))
        elif any(one.right):
            first.append(one.right[best])
            answered.append(float(logits.max()))
    above = np.array(answered)[:, None] > np.array(unanswerable)[None]
    return f"first {np.mean(first):.3f} of {len(first)}, area under the curve {above.mean():.3f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in the module's first line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    parser.add_argument("--check", nargs="*", default=[], metavar="CORPUS:GOLD")
    parser.add_argument("--epochs", type=int, default=_EPOCHS)
    options = parser.parse_args(arguments)
    torch.manual_seed(0)
    settings = load_settings()
    embedder = open_embedder(settings)
    folders = sorted(path.parent for path in SETS.glob("*/gold.jsonl"))
    examples = [one for folder in folders for one in examples_of(folder / "corpus", folder / "gold.jsonl", embedder)]
    examples += swapped(examples, random.Random(0))
    examples += wordings_of(sorted((SETS / "wordings").glob("*.txt")), random.Random(0))
    pairs = [(pair, *map(Path, pair.split(":"))) for pair in options.check]
    checked = {name: examples_of(corpus, gold, embedder) for name, corpus, gold in pairs}
    torch.set_num_threads(1)  # twice as fast as two on matrices this small
    model = Trainee(models.path(BASE, settings.models))
    started = time.monotonic()
    sys.stdout.write(f"{len(examples)} questions of {len(folders)} sets\n")
    for epoch, loss in enumerate(train(model, examples, options.epochs), start=1):
        sys.stdout.write(f"epoch {epoch}: loss {loss:.3f}, {time.monotonic() - started:.0f} s\n")
        sys.stdout.writelines(f"  {name}: {check(model, some)}\n" for name, some in checked.items())
        sys.stdout.flush()
        save_file(model.tensors(), options.output)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
