"""Keyword search: BM25 over the tokens of `index.tokens`, stored as plain arrays and memory-mapped."""

from __future__ import annotations

import logging
import math
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError
from index.manifest import REBUILD
from index.tokens import is_han_character

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it asks for DEBUG itself


class KeywordWriter:
    """Collects the tokens of passages in the order of their ids and writes the index."""

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._passages: list[array[int]] = []

    def add(self, tokens: Iterable[str]) -> None:
        """Add the next passage."""
        number = self._vocabulary.setdefault
        self._passages.append(array("i", [number(token, len(self._vocabulary)) for token in tokens]))

    @property
    def has_tokens(self) -> bool:
        """Whether there is anything to search."""
        return bool(self._vocabulary)

    def write(self, folder: Path) -> None:
        """Write the index; needs at least one token."""
        bm25 = bm25s.BM25(method="lucene", backend="numpy")
        bm25.index((self._passages, self._vocabulary), create_empty_token=False, show_progress=False)
        bm25.save(folder, allow_pickle=False, show_progress=False)


class Keywords:
    """The stored keyword index."""

    def __init__(self, folder: Path) -> None:
        """Map the files.

        Raises:
            IndexDamagedError: a file is missing or malformed.
        """
        try:
            self._bm25: Any = bm25s.BM25.load(folder, mmap=True, allow_pickle=False, show_progress=False)
            self.passage_count = int(self._bm25.scores["num_docs"])
            self._starts = np.asarray(self._bm25.scores["indptr"])
            self._holders = self._bm25.scores["indices"]
            self._characters: dict[str, int] = {}
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise IndexDamagedError(f"索引的关键词文件（{folder.name}）丢失或损坏，{REBUILD}。") from error

    def search(self, tokens: Sequence[str], k: int) -> list[tuple[int, float]]:
        """Up to `k` passages holding any token, as (id, relevance); higher is better, equal ones by id.

        Relevance is a BM25 sum above 0 without upper bound, to be compared within one search only.
        """
        known = self._bm25.get_tokens_ids(tokens)
        if not known or k < 1:
            return []
        relevances = self._bm25.get_scores_from_ids(known)
        k = min(k, len(relevances))
        least = np.partition(relevances, -k)[-k]
        ids = np.flatnonzero((relevances >= least) & (relevances > 0))
        ranked = ids[np.lexsort((ids, -relevances[ids]))][:k]
        return [(int(i), float(relevances[i])) for i in ranked]

    def holders(self, token: str) -> NDArray[np.int32]:
        """Ids of the passages that hold the token, each once, in no order; empty where none does."""
        number = self._bm25.vocab_dict.get(token)
        if number is None:
            return np.empty(0, np.int32)
        return np.asarray(self._holders[self._starts[number] : self._starts[number + 1]], np.int32)

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """How rare each token is: ln(1 + (N - n + 0.5) / (n + 0.5)) for n of N passages; an unknown token is rarest.

        A character by itself, which documents hold only in pairs, is as rare as the commonest pair with it.
        """
        return {token: self._idf(token) for token in tokens}

    def known_idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """As `idf`, unknown tokens left out."""
        return {token: self._idf(token) for token in tokens if self._holding(token)}

    def _idf(self, token: str) -> float:
        holding = self._holding(token)
        return math.log(1 + (self.passage_count - holding + 0.5) / (holding + 0.5))

    def _holding(self, token: str) -> int:
        """How many passages hold the token."""
        number = self._bm25.vocab_dict.get(token)
        if number is not None:
            return int(self._starts[number + 1] - self._starts[number])
        return self._holding_character(token) if is_han_character(token) else 0

    def _holding_character(self, character: str) -> int:
        if character not in self._characters:
            pairs = (number for token, number in self._bm25.vocab_dict.items() if character in token)
            counts = (int(self._starts[number + 1] - self._starts[number]) for number in pairs)
            self._characters[character] = max(counts, default=0)
        return self._characters[character]
