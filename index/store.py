"""A finished index, opened for reading: dense search, keyword search and the records, behind one door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property, reduce
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.database import Database
from index.embedding import EmbedderIdentity
from index.errors import IndexDamagedError
from index.generations import current_generation
from index.keywords import Keywords
from index.manifest import REBUILD, check_embedder, check_files, read_manifest
from index.records import Document, Fact, Passage, Sentence
from index.tokens import tokens as tokens_of
from index.vectors import Vectors

DATABASE_NAME: Final = "content.sqlite3"
VECTORS_NAME: Final = "vectors.faiss"
KEYWORDS_NAME: Final = "bm25"


class Index:
    """One generation of an index, read-only; threads may share it. Close it, or use it in a `with` statement.

    Any method raises IndexDamagedError where a file turns out to be corrupt.
    """

    def __init__(self, generation: Path) -> None:
        """Open one generation's folder; `open_index` finds the one in use.

        Raises:
            IndexDamagedError: a file is missing or corrupt, or the files do not belong together.
            IndexMismatchError: it has another format.
        """
        self.generation = generation.name
        self.manifest = read_manifest(generation)
        check_files(generation, self.manifest)
        self._vectors = Vectors(generation / VECTORS_NAME)
        self._keywords = Keywords(generation / KEYWORDS_NAME)
        self._database = Database(generation / DATABASE_NAME)
        self.catalogue = Catalogue(Database(generation / DATABASE_NAME))
        """The same documents and facts to look through; it may be used for as long as it is held."""
        with ExitStack() as on_failure:
            on_failure.callback(self.close)
            self._check_agreement()
            on_failure.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; index and catalogue cannot be used afterwards."""
        self._database.close()
        self.catalogue.close()

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """The `k` passages nearest to a unit vector, float32 of shape (dimension,), as (id, similarity).

        Nearest first, equal ones by id; the similarity is the cosine, -1 to 1, exact.
        """
        return self._vectors.nearest(vector, k)

    def keyword(self, tokens: Sequence[str], k: int) -> list[tuple[int, float]]:
        """Up to `k` passages that hold any of the tokens (`index.tokens`), as (id, relevance).

        Best first, equal ones by id; a relevance is above 0, without upper bound, and compares within one search only.
        """
        return self._keywords.search(tokens, k)

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """Inverse document frequency of each token, above 0; the rarer the higher, an unknown token highest."""
        return self._keywords.idf(tokens)

    def known_idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """As `idf`, for those tokens only that stand somewhere in the corpus."""
        return self._keywords.known_idf(tokens)

    def documents_naming(self, name: str) -> frozenset[str]:
        """Documents of which a passage or its headings hold the name, told by the tokens of it."""
        holders = [self._keywords.holders(token) for token in set(tokens_of(name))]
        return frozenset(self._documents_of(reduce(np.intersect1d, holders)) if holders else ())

    def passages_naming(self, name: str, doc: str) -> list[int]:
        """Ids of the passages of a document that hold the name or whose headings do, as `documents_naming` tells it."""
        holders = [self._keywords.holders(token) for token in set(tokens_of(name))]
        own = self.passage_ids(doc)
        found = reduce(np.intersect1d, holders) if holders else ()
        return [int(number) for number in found if number in own]

    def passage_ids(self, doc: str) -> range:
        """Ids of a document's passages, in reading order; empty where the index holds no such document."""
        first_ids, paths = self._first_passages
        if doc not in paths:
            return range(0)
        number = paths.index(doc)
        end = int(first_ids[number + 1]) if number + 1 < len(paths) else self._keywords.passage_count
        return range(int(first_ids[number]), end)

    def _documents_of(self, passages: NDArray[np.int32]) -> list[str]:
        first_ids, paths = self._first_passages
        numbers = np.searchsorted(first_ids, passages, side="right") - 1
        return [paths[number] for number in np.unique(numbers)]

    @cached_property
    def _first_passages(self) -> tuple[NDArray[np.int64], list[str]]:
        """The first passage's id of each document, ascending, and the documents."""
        found = self._database.first_passages()
        return np.array([first for first, _ in found], np.int64), [path for _, path in found]

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Passages in the order asked.

        Raises:
            KeyError: there is no passage of such an id.
        """
        return self._database.passages(ids)

    def paragraph_passages(self, doc: str, paragraph_start: int) -> list[Passage]:
        """The passages that the paragraph starting there was cut into, in reading order."""
        return self._database.paragraph_passages(doc, paragraph_start)

    def sentences_of(self, passage_ids: Sequence[int]) -> list[Sentence]:
        """Sentences of these passages: passages in the order asked, sentences in reading order."""
        return self._database.sentences_of(passage_ids)

    def facts_of(self, passage_ids: Sequence[int]) -> list[Fact]:
        """Facts of these passages: passages in the order asked, facts in reading order."""
        return self._database.facts_of(passage_ids)

    def facts(
        self,
        doc: str | None = None,
        place: str | None = None,
        period: str | None = None,
        indicator: str | None = None,
        unit: str | None = None,
    ) -> Iterator[Fact]:
        """All facts, or those whose fields contain every given text, in reading order."""
        wanted = {"doc": doc, "place": place, "period": period, "indicator": indicator, "unit": unit}
        return self._database.facts({column: text for column, text in wanted.items() if text})

    def document(self, path: str) -> Document:
        """One document.

        Raises:
            KeyError: the index holds no document of this path.
        """
        return self._database.document(path)

    def documents(self) -> list[Document]:
        """All documents, sorted by path."""
        return self._database.documents()

    def places(self) -> list[str]:
        """Every place that a fact or a passage is of, sorted."""
        return self._database.places()

    def paragraph_span(self, doc: str, start: int, end: int) -> tuple[int, int]:
        """Span of the whole paragraphs that hold `start`..`end` of a document; the span itself where none does."""
        return self._database.paragraph_span(doc, start, end)

    def vectors_by_text(self) -> dict[str, NDArray[np.float32]]:
        """The vector of every embedded text, by the text's SHA-256."""
        return dict(zip(self._database.embedded_hashes(), self._vectors.all(), strict=True))

    def _check_agreement(self) -> None:
        counts = self.manifest.counts
        expected = (counts.passages, self.manifest.embedder.dimension), counts.passages, counts.documents
        if (self._vectors.shape, self._keywords.passage_count, self._database.document_count()) != expected:
            raise IndexDamagedError(f"索引的几个文件互不一致，{REBUILD}。")


def open_index(folder: Path, embedder_identity: EmbedderIdentity | None) -> Index:
    """Open the generation in use; without an identity the vectors' origin is not checked.

    Raises:
        IndexDamagedError: there is no index, or it is incomplete or corrupt.
        IndexMismatchError: another embedder, or a program with another index format, built it.
    """
    generation = current_generation(folder)
    if embedder_identity is not None:
        check_embedder(read_manifest(generation), embedder_identity)
    return Index(generation)


def verify_index(folder: Path) -> None:
    """Check every byte of the generation in use against its hashes.

    Raises:
        IndexDamagedError: there is no index, or it is incomplete or corrupt.
        IndexMismatchError: it has another format.
    """
    generation = current_generation(folder)
    check_files(generation, read_manifest(generation), thorough=True)
    Index(generation).close()
