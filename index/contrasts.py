"""Words that exclude each other (城镇, 农村), from `data/contrasts.txt`."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from index.synonyms import canonical


def contradicts(asked: str, stated: str) -> bool:
    """Whether `stated` names other sides of a contrast and not the one that `asked` names; both in standard form."""
    for group in _groups():
        wanted = {number for number, side in enumerate(group) if any(word in asked for word in side)}
        if len(wanted) != 1:
            continue
        found = {number for number, side in enumerate(group) if any(word in stated for word in side)}
        if found and not found & wanted:
            return True
    return False


def contrasted(phrase: str, word: str) -> str:
    """The word at the end of a phrase that `word` excludes (支出 for 收入); empty where there is none."""
    for group in _groups():
        sides = [side for side in group if word not in side]
        if len(sides) < len(group):
            found = [other for side in sides for other in side if phrase.endswith(other)]
            if found:
                return max(found, key=len)
    return ""


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[tuple[str, ...], ...], ...]:
    lines = files("index").joinpath("data/contrasts.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        tuple(tuple(canonical(word) for word in side.split("/")) for side in line.split())
        for line in lines
        if line and not line.startswith("#")
    )
