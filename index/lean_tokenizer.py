"""A unigram tokenizer in 40 MB instead of 290: the library is given only the pieces that a text can be made of.

The library keeps the 250,000 pieces of a multilingual vocabulary in a tree of hash maps. Here one dictionary has them;
before each call the library gets those that occur in the text, and finds what it would find with all of them.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import Unigram


class LeanTokenizer:
    """Holds the pieces of a vocabulary, and the tokenizer that is given some of them; not for two threads at once."""

    def __init__(self, content: dict[str, Any]) -> None:
        """Take over a parsed `tokenizer.json` whose model is unigram.

        Raises:
            KeyError, ValueError: it is not complete.
        """
        model, added = content["model"], content["added_tokens"]
        self.numbers: dict[str, int] = {}
        """Piece to token id."""
        self._scores = array("d")
        self._longest: dict[str, int] = {}
        for number, (piece, score) in enumerate(model["vocab"]):
            self.numbers[piece] = number
            self._scores.append(score)
            self._longest[piece[:1]] = max(self._longest.get(piece[:1], 0), len(piece))
        self._pieces = list(self.numbers)
        rarest = min(range(len(self._scores)), key=self._scores.__getitem__)
        self._always = list(dict.fromkeys([model["unk_id"], rarest, *(token["id"] for token in added)]))
        """What is unknown first; its score depends on that of the rarest piece."""
        self._special = re.compile("|".join(re.escape(token["content"]) for token in added) or r"(?!)")
        for token in content["post_processor"]["special_tokens"].values():
            token["ids"] = [self._always.index(number) for number in token["ids"]]
        model["vocab"], model["unk_id"] = self._some(self._always), 0
        self.tokenizer = Tokenizer.from_str(json.dumps(content))

    def prepare(self, texts: Iterable[str]) -> NDArray[np.int64]:
        """Make the tokenizer ready for these texts; return the true id of each that it will give."""
        found = dict.fromkeys(self._always)
        normalise, split = self.tokenizer.normalizer.normalize_str, self.tokenizer.pre_tokenizer.pre_tokenize_str
        for text in texts:
            for part in self._special.split(text):
                for word, _ in split(normalise(part)):
                    found.update(dict.fromkeys(self._within(word)))
        numbers = list(found)
        self.tokenizer.model = Unigram(self._some(numbers), 0, byte_fallback=False)
        return np.array(numbers)

    def _within(self, word: str) -> list[int]:
        numbers = self.numbers
        return [
            numbers[piece]
            for start, letter in enumerate(word)
            for end in range(start + 1, min(start + self._longest.get(letter, 0), len(word)) + 1)
            if (piece := word[start:end]) in numbers
        ]

    def _some(self, numbers: Iterable[int]) -> list[tuple[str, float]]:
        return [(self._pieces[number], self._scores[number]) for number in numbers]


def lean_tokenizer(folder: Path) -> LeanTokenizer | None:
    """Load the tokenizer of a model's folder; None where it is of another kind.

    Raises:
        OSError, KeyError, ValueError: it is damaged.
    """
    file = folder / "tokenizer.json"
    if not file.is_file():
        return None
    content = json.loads(file.read_text(encoding="utf-8"))
    return LeanTokenizer(content) if _can_be_lean(content) else None


def _can_be_lean(content: dict[str, Any]) -> bool:
    """Tell whether the pieces that a text is made of can be told from its words."""
    model, after = content["model"], content["post_processor"] or {}
    return (
        model["type"] == "Unigram"
        and model["unk_id"] is not None
        and not model.get("byte_fallback")
        and after.get("type") == "TemplateProcessing"
        and None not in (content["normalizer"], content["pre_tokenizer"])
        and not any(token["normalized"] for token in content["added_tokens"])
    )
