"""The words of a draft: those that stand in its sources, the plain ones that need none, and the foreign ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import rjieba

from index import find_quantities, normalise
from index.synonyms import canonical


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that a draft may use."""

    text: str
    """Synonyms in one form; a word of two characters or more may stand anywhere in it."""
    single: frozenset[str]


def vocabulary_of(texts: Iterable[str]) -> Vocabulary:
    """The words of some normalised texts."""
    raw = " ".join(texts)
    joined = f"{raw} {canonical(raw)} {_without_quantities(raw)}"
    return Vocabulary(joined, frozenset(word for word in words_of(joined) if len(word) == 1))


def shared_text(text: str, other: str) -> str:
    """The longest pieces of a text, two characters or more, that stand in the other."""
    pieces, start = [], 0
    while start < len(text):
        end = start
        while end < len(text) and text[start : end + 1] in other:
            end += 1
        if end - start > 1:
            pieces.append(text[start:end])
        start = max(end, start + 1)
    return " ".join(pieces)


def foreign_to(text: str, allowed: Vocabulary, also: frozenset[str]) -> Iterator[str]:
    """Words of a draft, its figures aside, that are neither allowed nor plain; synonyms count as one."""
    bare = _without_quantities(text)
    readings = [[word for word in words_of(one) if not _known(word, allowed, also)] for one in (bare, canonical(bare))]
    if all(readings):
        yield from readings[0]


def _known(word: str, allowed: Vocabulary, also: frozenset[str]) -> bool:
    if word in listed("plain") or word in also or not re.search(r"\w", word):
        return True
    if len(word) == 1:
        return word in allowed.single
    return word in allowed.text or (len(word) > 2 and word[0] in listed("plain") and word[1:] in allowed.text)


def _without_quantities(text: str) -> str:
    kept, position = [], 0
    for quantity in find_quantities(text):
        kept.append(text[position : quantity.start])
        position = quantity.end
    return " ".join([*kept, text[position:]])


@lru_cache(maxsize=2)
def listed(kind: str) -> frozenset[str]:
    """The words of `data/draft_words.txt` that are `plain` or `linking`."""
    lines = files("rag").joinpath("data/draft_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line.startswith(f"{kind}:") for word in line.partition(":")[2].split())


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[str, ...]:
    """A text cut into words."""
    return tuple(rjieba.cut(text))


def foreign_words(text: str, sources: Iterable[str]) -> list[str]:
    """Words of a text that stand in no source and are not plain; figures aside, synonyms count as one."""
    return list(foreign_to(normalise(text), vocabulary_of(normalise(source) for source in sources), frozenset()))
