"""Which place a question asks about, and whether a figure is of that place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index import Fact, Passage, Sentence, aliases, find_parks, named_divisions
from index.places import Place, short_name


@dataclass(frozen=True, slots=True)
class AskedPlace:
    """A place named in the question."""

    names: tuple[str, ...]
    """Every name it goes by."""
    known: bool
    """Whether the corpus speaks of it at all."""
    parents: tuple[str, ...] = ()
    is_wide: bool = False
    """A province or city, inside which places of the corpus may lie."""


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """All places of a corpus with the names they go by."""

    chains: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    """Place as stored to its names, longest first."""


def place_index(chains: Iterable[str]) -> PlaceIndex:
    """Index of the places that facts and passages of a corpus are of."""
    unique = tuple(sorted({chain for chain in chains if chain}))
    return PlaceIndex(unique, {chain: tuple(sorted(aliases(chain), key=lambda name: -len(name))) for chain in unique})


def asked_places(view: str, corpus: PlaceIndex) -> list[AskedPlace]:
    """Places named in a normalised question, in order, the narrower of two nested ones only."""
    found: list[tuple[int, int, AskedPlace]] = []
    for park in find_parks(view):
        found.append((park.start, park.end, _park(park.place, corpus)))
    for chain, names in corpus.names.items():
        for name in names:
            position = view.find(name)
            if position >= 0 and not any(start <= position < end for start, end, _ in found):
                found.append((position, position + len(name), AskedPlace(names, True)))
                break
        del chain
    for start, end, places in named_divisions(view, short=False):
        if not any(start < other_end and other_start < end for other_start, other_end, _ in found):
            found.append((start, end, _division(places[0], corpus)))
    for start, end, places in named_divisions(view, short=True):
        if any(start < other_end and other_start < end for other_start, other_end, _ in found):
            continue
        if places[0].level <= 2:
            found.append((start, end, _division(places[0], corpus)))
    found.sort(key=lambda item: item[0])
    return _without_parents([place for _, _, place in found])


def _park(place: Place, corpus: PlaceIndex) -> AskedPlace:
    names = {place.name}
    known = False
    for chain, chain_names in corpus.names.items():
        if place.name in chain_names or any(place.name.endswith(name) or name.endswith(place.name) for name in chain_names if len(name) > 3):
            names.update(chain_names)
            known = True
        del chain
    return AskedPlace(tuple(sorted(names, key=lambda name: -len(name))), known, place.parents)


def _division(place: Place, corpus: PlaceIndex) -> AskedPlace:
    names = (place.name, short_name(place.name))
    known = any(place.name in chain for chain in corpus.chains)
    return AskedPlace(names, known, place.parents, is_wide=place.level <= 2)


def _without_parents(places: list[AskedPlace]) -> list[AskedPlace]:
    narrow = [place for place in places if not place.is_wide]
    return narrow or places


def place_fit(asked: list[AskedPlace], fact: Fact, sentence: Sentence, passage: Passage) -> float:
    """1 a place asked for, 0.75 named in the sentence, 0.5 not asked or unknown, 0 another place."""
    if not asked:
        return 0.5
    best = 0.0
    for place in asked:
        if any(name in fact.place for name in place.names):
            best = max(best, 0.7 if place.is_wide else 1.0)
        elif any(name in sentence.view for name in place.names):
            best = max(best, 0.8)
        elif any(name in passage.view or name in passage.section or name in passage.title for name in place.names):
            best = max(best, 0.6)
        elif not fact.place or (place.is_wide and place.parents == () and not place.known):
            best = max(best, 0.4)
    return best
