"""Words that exclude each other (城镇, 农村), from `data/contrasts.txt`."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from index.synonyms import canonical


def contradicts(asked: str, stated: str) -> bool:
    """Whether `stated` names other sides of a contrast and not the one that `asked` names; both in standard form."""
    for own, others in _sides_named(asked):
        if any(word in stated for word in others) and not any(word in stated for word in own):
            return True
    return False


@lru_cache(maxsize=64)
def _sides_named(text: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """For each contrast of which a text names one side: the words of that side, and those of all others."""
    found = []
    for group in _groups():
        named = [side for side in group if any(word in text for word in side)]
        if len(named) == 1:
            found.append((named[0], tuple(word for side in group if side is not named[0] for word in side)))
    return tuple(found)


def contrasted(phrase: str, word: str) -> str:
    """The word at the end of a phrase that `word` excludes (支出 for 收入); empty where there is none."""
    for group in _groups():
        sides = [side for side in group if word not in side]
        if len(sides) < len(group):
            found = [other for side in sides for other in side if phrase.endswith(other)]
            if found:
                return max(found, key=len)
    return ""


@lru_cache(maxsize=4096)
def contrasts_between(phrase: str, other: str) -> tuple[str, ...]:
    """Words of `other` that a word of `phrase` excludes: 周末 of 周末均价 for 平日."""
    found = []
    for group in _groups():
        own = [side for side in group if any(word in phrase for word in side)]
        if len(own) == 1:
            found += [word for side in group if side is not own[0] for word in side if word in other]
    return tuple(found)


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[tuple[str, ...], ...], ...]:
    lines = files("index").joinpath("data/contrasts.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(tuple(canonical(word) for word in side.split("/")) for side in line.split())
        for line in lines
        if line and not line.startswith("#")
    )
