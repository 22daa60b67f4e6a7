"""Which place a question asks about, and whether a figure is of that place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

import rjieba

from index import Fact, Passage, Sentence, aliases, canonical, find_parks, named_divisions
from index.places import Place, short_name, unlisted_places

_NAMED_ELSEWHERE = 0.4
"""`place_fit` of a figure whose document names the place, but not around it."""


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
    base: str = ""
    """Of a park: short name of the division it is named after."""
    documents: frozenset[str] = frozenset()
    """Of a county or park that is no figure's: the documents that name it all the same."""

    def may_be_of(self, doc: str, place: str) -> bool:
        """Whether a figure of `doc` and `place` may be this one's, since the document names it.

        A document that is of another place may name a listed one in passing.
        """
        return doc in self.documents and not (self.parents and place)


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
    for start, end, place in _named(view, corpus):
        if not any(start < other_end and other_start < end for other_start, other_end, _ in found):
            found.append((start, end, place))
    found.sort(key=lambda item: item[0])
    return _without_parents([place for _, _, place in found])


def with_documents(places: list[AskedPlace], naming: Callable[[str], frozenset[str]]) -> list[AskedPlace]:
    """The same places; those that no figure is of have the documents that `naming` tells."""
    return [
        replace(place, documents=frozenset().union(*map(naming, place.names))) if _is_no_figures(place) else place
        for place in places
    ]


def _is_no_figures(place: AskedPlace) -> bool:
    return not (place.known or place.is_wide or place.base)


def _named(view: str, corpus: PlaceIndex) -> Iterator[tuple[int, int, AskedPlace]]:
    """Everything that names a place, what is surest first; spans may overlap."""
    for park in find_parks(view):
        yield park.start, park.end, _park(park.place, corpus)
    for names in corpus.names.values():
        for name in names:
            position = view.find(name)
            if position >= 0:
                yield position, position + len(name), AskedPlace(names, True)
                break
    for start, end, places in named_divisions(view, short=False):
        yield start, end, _division(places[0], corpus)
    words = set(accumulate(map(len, rjieba.cut(view)), initial=0))
    for start, end, places in named_divisions(view, short=True):
        if not words.issuperset((start, end)):
            continue
        if places[0].level <= 2 or any(_near_by(place, corpus) for place in places):
            yield start, end, _division(places[0], corpus)
    for name in unlisted_places(view):
        position = view.find(name)
        yield position, position + len(name), AskedPlace((name, name[:-1]), False)


def _near_by(place: Place, corpus: PlaceIndex) -> bool:
    """Whether a district called by its short name lies beside the places of the corpus, in the same city."""
    return bool(place.parents) and any(place.parents[-1] in chain for chain in corpus.chains)


def _park(place: Place, corpus: PlaceIndex) -> AskedPlace:
    names = {place.name}
    base = short_name(named_divisions(place.name, short=True)[0][2][0].name)
    for chain_names in corpus.names.values():
        if any(_same_park(canonical(place.name), canonical(name)) for name in chain_names):
            names.update(chain_names)
    known = len(names) > 1
    return AskedPlace(tuple(sorted(names, key=lambda name: -len(name))), known, place.parents, base=base)


def _same_park(left: str, right: str) -> bool:
    return left == right or (min(len(left), len(right)) > 4 and (left.endswith(right) or right.endswith(left)))


def _division(place: Place, corpus: PlaceIndex) -> AskedPlace:
    names = (place.name, short_name(place.name))
    known = any(name in chain for chain in corpus.chains for name in names)
    return AskedPlace(names, known, place.parents, is_wide=place.level <= 2)


def _without_parents(places: list[AskedPlace]) -> list[AskedPlace]:
    narrow = [place for place in places if not place.is_wide]
    return narrow or places


def place_fit(asked: list[AskedPlace], fact: Fact, sentence: Sentence, passage: Passage) -> float:
    """1 a place asked for, 0.8 named in the sentence, 0.6 around it, 0.4 or 0.5 unknown, 0 another place."""
    if not asked:
        return 0.5
    return max(_fit(place, fact, sentence, passage) for place in asked)


def _fit(place: AskedPlace, fact: Fact, sentence: Sentence, passage: Passage) -> float:
    names = [_canonical(name) for name in place.names]
    own = _canonical(fact.place)
    if any(name in own for name in names):
        return 0.7 if place.is_wide else 1.0
    if any(name in _canonical(sentence.view) for name in names):
        return 0.8
    around = _canonical(f"{passage.title} {passage.section} {passage.view}")
    if any(name in around for name in names):
        return 0.6
    if place.may_be_of(passage.doc, fact.place):
        return _NAMED_ELSEWHERE
    if not fact.place and place.known and not place.is_wide:
        return 0.0
    if not fact.place or (place.base and place.base in fact.place):
        return 0.4
    if place.is_wide and not any(character in fact.place for character in "省市"):
        return 0.4
    return 0.0


_canonical = lru_cache(maxsize=1024)(canonical)
"""Of a question's passages and sentences, which each of their figures asks for again."""
