"""One search: everything found for one part of a question, the figures in order of how well they fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial

from index import Embedder, Index
from rag.contract import RefusalReason
from rag.cross_encoder import CrossEncoder
from rag.entities import EntityQuestion
from rag.places_asked import AskedPlace, PlaceIndex, asked_places, with_documents
from rag.question import Question, Task, clean_question, understand
from rag.ranking import READ_FIRST, Ranked, candidates_of, possible_first, rank, weigh_fit
from rag.retriever import Hit, retrieve
from rag.siblings import sibling_first
from rag.subgroups import part_first

_SEARCHES_KEPT = 32
_COMMON_WEIGHT = 0.4


@dataclass(frozen=True, slots=True)
class Search:
    """One part of a question with everything found for it."""

    question: Question
    places: list[AskedPlace]
    hits: list[Hit]
    ranked: list[Ranked]
    """Figures, best first."""

    @property
    def best(self) -> Ranked | None:
        """The figure that fits best, good enough or not."""
        return self.ranked[0] if self.ranked else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found for a whole question."""

    task: Task
    searches: tuple[Search, ...]
    chosen: tuple[Ranked, ...]
    """The figures that answer, in the order asked; empty where the documents do not answer."""
    names: tuple[str, ...] = ()
    """For comparisons and computations the side of each chosen figure."""
    way: str = ""
    """多, 高, 少 ... for what a comparison looks for; for a ratio as in `rag.arithmetic`."""
    refusal: RefusalReason | None = None
    nearest: Ranked | None = None
    """Where refused: the nearest thing the documents say, which is not the answer."""
    missing: tuple[str, ...] = ()
    """Parts of the question that were not found; the rest is in `chosen`, or in `partial` where refused."""
    partial: tuple[tuple[str, Ranked], ...] = ()
    """Where a computation is refused: the sides that were found."""
    entity_question: EntityQuestion | None = None
    """What `Task.RANKING` was asked."""


@dataclass(frozen=True, eq=False)
class Library:
    """What is searched; a search is remembered, since the parts of a question and its retrieval repeat each other."""

    index: Index
    embedder: Embedder
    places: PlaceIndex
    top_k: int
    cross_encoder: CrossEncoder | None = None
    read_first: int = READ_FIRST
    """How many figures the cross-encoder reads even where they can hardly win; to fit weights, all it may read."""

    @cached_property
    def searched(self) -> Callable[[str, str, frozenset[str]], Search]:
        """`search` for this library, the latest results remembered."""
        return lru_cache(_SEARCHES_KEPT)(partial(_search, self))


def search(library: Library, text: str, background: str = "", common: frozenset[str] = frozenset()) -> Search:
    """Retrieve for one part and rank the figures found; tokens `common` to all parts of a question count less."""
    return library.searched(text, background, common)


def survey(library: Library, text: str, breadth: int) -> Search:
    """As `search`, over `breadth` times as many passages and by words alone: to see who has such a figure."""
    return _ranked_by_words(library, text, "", frozenset(), breadth)


def _search(library: Library, text: str, background: str, common: frozenset[str]) -> Search:
    found = _ranked_by_words(library, text, background, common, 1)
    if library.cross_encoder is None:
        return replace(found, ranked=_in_order(found.question, found.ranked))
    weighed = weigh_fit(found.ranked, library.cross_encoder, found.question.view, read_first=library.read_first)
    return replace(found, ranked=_in_order(found.question, possible_first(weighed, found.question)))


def _in_order(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """Ranked figures, the part before its whole and the one meant before those like it."""
    return sibling_first(question, part_first(question, ranked))


def _ranked_by_words(library: Library, text: str, background: str, common: frozenset[str], breadth: int) -> Search:
    view = clean_question(text)
    places = with_documents(asked_places(view, library.places), library.index.documents_naming)
    names = sorted((name for place in places for name in place.names), key=lambda name: -len(name))
    question = understand(text, background=background, places=names)
    if common:
        terms = {term: weight * (_COMMON_WEIGHT if term in common else 1.0) for term, weight in question.terms.items()}
        question = replace(question, terms=terms)
    hits = retrieve(library.index, library.embedder, view, library.top_k * breadth)
    ids = [hit.passage.id for hit in hits]
    candidates = candidates_of(hits, library.index.sentences_of(ids), library.index.facts_of(ids))
    idf = library.index.known_idf([*question.terms, *question.background])
    return Search(question, places, hits, rank(question, candidates, idf, places))
