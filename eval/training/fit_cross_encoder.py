"""Train the cross-encoder: `python -m eval.training.fit_cross_encoder OUTPUT [--check INDEX_CORPUS:GOLD ...]`.

Every folder beside this file holds documents and questions about them, none of which is in `seeds` or `tests`. Each
question is read beside the figures that the reader ranks first; the model learns which of them answers it, and that
none does where the question has no answer. Only low-rank adapters (LoRA, Hu et al. 2021, arXiv:2106.09685) and a small
head are trained; the base model stays as it is. With one thread and the same packages the result is the same.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, normalize, softplus
from transformers import AutoModel, AutoTokenizer

from eval.fitting import right_figures
from eval.goldset import GoldItem, read_gold
from index import Embedder, build_index, open_index
from rag import models
from rag.adapted_encoder import LORA_SCALE, bracket_ids, mean_of_part, packed, part_masks, score_parts
from rag.cross_encoder import BASE, MAX_TOKENS
from rag.decompose import decompose
from rag.embedders import open_embedder
from rag.followup import resolve
from rag.matching import figure_in_context
from rag.places_asked import place_index
from rag.question import Task
from rag.ranking import READ_TOGETHER
from rag.reader import Library, search
from rag.settings import load_settings

SETS = Path(__file__).parent
_NOT_TRAINED = frozenset({"text", "arithmetic", "compare"})
_RANK = 4
_EPOCHS = 4
"""The learning rate falls over so many."""
_LAST_EPOCH = 1
"""Where training stops: later epochs fit these questions better and the development questions worse (docs/log.md)."""
_QUESTIONS_AT_ONCE = 4
_ADAPTER_RATE, _HEAD_RATE = 3e-4, 1e-3
_WARM_UP_STEPS = 100
_RIGHT_WEIGHT = 3.0
"""A right figure counts as much as the three wrong ones beside it."""
_SWAPPED_SHARE = 0.2
"""Share of answerable questions that are asked once more about another thing, which the figures do not answer."""
_SHORTEST_WORD = 2
_INNER = 32


@dataclass(frozen=True, slots=True)
class Example:
    """A question beside the figures ranked first."""

    question: str
    statements: tuple[str, ...]
    right: tuple[bool, ...]
    answerable: bool


def examples_of(corpus: Path, gold: Path, embedder: Embedder) -> list[Example]:
    """Read the questions of one gold file about one folder of documents."""
    with tempfile.TemporaryDirectory() as folder:
        build_index(corpus, Path(folder), embedder)
        with open_index(Path(folder), embedder.identity) as index:
            library = Library(index, embedder, place_index(index.places()), load_settings().top_k)
            found = (_example(library, item) for item in read_gold([gold]))
            return [example for example in found if example is not None]


def _example(library: Library, item: GoldItem) -> Example | None:
    resolved = resolve(item.question, item.history, library.places)
    parts = decompose(resolved.text, library.places)
    if item.category in _NOT_TRAINED or parts.task is not Task.LOOKUP or (not item.refuse and len(parts.texts) > 1):
        return None
    found = search(library, resolved.text, resolved.background)
    right = right_figures(library.index, item, [one.fact for one in found.ranked])
    shown = list(range(min(READ_TOGETHER, len(found.ranked))))
    shown += [number for number, good in enumerate(right) if good and number >= READ_TOGETHER][:1]
    if not shown:
        return None
    statements = tuple(figure_in_context(found.ranked[number].candidate) for number in shown)
    return Example(found.question.view, statements, tuple(bool(right[number]) for number in shown), not item.refuse)


def swapped(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """Answerable questions with a word that question and right figure share replaced by such a word of another one."""
    shared = [word for one in examples if (word := _shared_word(one))]
    made = []
    for one in examples:
        word = _shared_word(one)
        if word and chance.random() < _SWAPPED_SHARE:
            other = chance.choice(shared)
            if other not in one.question and not any(other in statement for statement in one.statements):
                question = one.question.replace(word, other)
                made.append(Example(question, one.statements, (False,) * len(one.right), answerable=False))
    return made


def _shared_word(example: Example) -> str:
    """The longest run of Han characters in the question that the right figure's words hold; empty where none."""
    statement = next((text for text, good in zip(example.statements, example.right, strict=True) if good), "")
    question = example.question
    for length in range(min(len(question), 8), _SHORTEST_WORD - 1, -1):
        for start in range(len(question) - length + 1):
            word = question[start : start + length]
            if word in statement and all("\u4e00" <= character <= "\u9fff" for character in word):
                return word
    return ""


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
                "cosine_bias": nn.Parameter(torch.tensor(-1.0)),
            }
        )  # fmt: skip
        self._opens, self._closes = (torch.tensor(ids) for ids in bracket_ids(self.tokenizer))

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
        hidden = hidden.float()
        parts = [
            normalize(mean_of_part(hidden, part), dim=1) for part in part_masks(ids, mask, self._opens, self._closes)
        ]
        head = {name.replace("_", ".", 1): tensor for name, tensor in self.head.items()}
        return score_parts(parts[0], parts[1], parts[2], head)

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
    parser.add_argument("--epochs", type=int, default=_LAST_EPOCH, help=f"of a schedule of {_EPOCHS}")
    options = parser.parse_args(arguments)
    torch.manual_seed(0)
    settings = load_settings()
    embedder = open_embedder(settings)
    folders = sorted(path.parent for path in SETS.glob("*/gold.jsonl"))
    examples = [one for folder in folders for one in examples_of(folder / "corpus", folder / "gold.jsonl", embedder)]
    examples += swapped(examples, random.Random(0))
    pairs = [(pair, *map(Path, pair.split(":"))) for pair in options.check]
    checked = {name: examples_of(corpus, gold, embedder) for name, corpus, gold in pairs}
    torch.set_num_threads(1)  # twice as fast as two on matrices this small
    model = Trainee(models.path(BASE, settings.models))
    started = time.monotonic()
    sys.stdout.write(f"{len(examples)} questions of {len(folders)} sets\n")
    for epoch, loss in enumerate(itertools.islice(train(model, examples, _EPOCHS), options.epochs), start=1):
        sys.stdout.write(f"epoch {epoch}: loss {loss:.3f}, {time.monotonic() - started:.0f} s\n")
        sys.stdout.writelines(f"  {name}: {check(model, some)}\n" for name, some in checked.items())
        sys.stdout.flush()
        save_file(model.tensors(), options.output)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
