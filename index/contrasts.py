"""Words that exclude each other (城镇, 农村), from `data/contrasts.txt`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from index.synonyms import canonical

_MUST = "!"


def contradicts(asked: str, stated: str) -> bool:
    """Whether `stated` names other sides of a contrast and not the one that `asked` names; both in standard form."""
    for own, others in _sides_named(asked):
        if any(word in stated for word in others) and not any(word in stated for word in own):
            return True
    return False


def side_unsaid(asked: str, said: str, around: str, heading: str = "") -> bool:
    """Whether a question, normalised, names a side that a statement leaves open; the rest in standard form.

    That is one that neither the statement (`said`) nor its `heading` names, where the statement names other sides of
    the contrast, or one that must be said and stands nowhere `around` the statement either. Other sides in a heading
    say nothing: 医疗与生育保险 heads both.
    """
    for number in _contrasts_named(asked):
        group, worded = _groups()[number], _worded()[number]
        side = next(place for place, words in enumerate(worded) if _names(words, asked))
        own = {*group[side], *worded[side]}
        if _names(own, said) or _names(own, heading):
            continue
        others = [word for place, words in enumerate(group) if place != side for word in words]
        if _names(others, said) or (_lines()[number].startswith(_MUST) and not _names(own, around)):
            return True
    return False


def names_side(asked: str, stated: str) -> bool:
    """Whether a statement in standard form names a side that must be said (女), the one that a question names."""
    for number in _contrasts_named(asked):
        if _lines()[number].startswith(_MUST):
            group, worded = _groups()[number], _worded()[number]
            if any(_names(words, asked) and _names(own, stated) for words, own in zip(worded, group, strict=True)):
                return True
    return False


@lru_cache(maxsize=64)
def _contrasts_named(text: str) -> tuple[int, ...]:
    """Numbers of the contrasts of which a text, as it is worded, names exactly one side."""
    return tuple(number for number, group in enumerate(_worded()) if sum(_names(words, text) for words in group) == 1)


def _names(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


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
    """Contrasts, their sides, the words of each in standard form."""
    return tuple(tuple(tuple(canonical(word) for word in side) for side in group) for group in _worded())


@lru_cache(maxsize=1)
def _worded() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The same with the words as the file has them."""
    return tuple(tuple(tuple(side.split("/")) for side in line.removeprefix(_MUST).split()) for line in _lines())


@lru_cache(maxsize=1)
def _lines() -> tuple[str, ...]:
    lines = files("index").joinpath("data/contrasts.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def sides_named_last(asked: str, stated: str) -> tuple[int, ...]:
    """For each contrast of which `asked` names one side, what `stated` names last of it; both in standard form.

    1 for that side, -1 for another, 0 where it names none.
    """
    verdicts = []
    for own, others in _sides_named(asked):
        mine, theirs = (max((stated.rfind(word) for word in words), default=-1) for words in (own, others))
        verdicts.append(0 if mine == theirs else 1 if mine > theirs else -1)
    return tuple(verdicts)
