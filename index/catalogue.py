"""What people browse: the figures and documents of one index generation, filtered, sorted and paged by SQLite.

It reads through a connection of its own, so that a slow filter over a large corpus never keeps a question waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from index.database import Database
from index.records import Document, Fact, Role, Status
from index.view import normalise

_BATCH: Final = 500
"""Facts fetched at a time when all are read."""
_DOCUMENTS_CACHED: Final = 8
_MOST_WORDS: Final = 20
"""Words of a search that are looked at."""
_SEARCHED: Final = " || ' ' || ".join(
    ("facts.indicator", "facts.place", "facts.period", "facts.text", "documents.title", "sentences.view")
)
_JOINS: Final = "JOIN documents ON documents.path = facts.doc JOIN sentences ON sentences.id = facts.sentence"


class FactOrder(StrEnum):
    """What facts are sorted by; equal ones stay in reading order."""

    READING = "reading"
    INDICATOR = "indicator"
    VALUE = "value"
    """In base units, whatever the unit."""
    PLACE = "place"
    PERIOD = "period"
    """By first month; facts without a period come last."""
    TITLE = "title"


class DocumentOrder(StrEnum):
    """What documents are sorted by; equal ones stay in the order of their paths."""

    PATH = "path"
    TITLE = "title"
    PUBLISHED = "published"
    FACTS = "facts"


_FACT_ORDERS: Final = {
    FactOrder.READING: "facts.id {direction}",
    FactOrder.INDICATOR: "facts.indicator {direction}",
    FactOrder.VALUE: "facts.value_real {direction}",
    FactOrder.PLACE: "facts.place = '', facts.place {direction}",
    FactOrder.PERIOD: "facts.period_start = 0, facts.period_start {direction}, facts.period_end {direction}",
    FactOrder.TITLE: "documents.title {direction}",
}
"""What is not known stays last in both directions."""
_DOCUMENT_ORDERS: Final = {
    DocumentOrder.PATH: "path {direction}",
    DocumentOrder.TITLE: "title {direction}",
    DocumentOrder.PUBLISHED: "published IS NULL, published {direction}",
    DocumentOrder.FACTS: "facts {direction}",
}
_DIRECTIONS: Final = {False: "ASC", True: "DESC"}


@dataclass(frozen=True, slots=True)
class FactFilter:
    """Which facts are wanted; an empty field asks for nothing, texts are compared in normalised form."""

    search: str = ""
    """Words that must all stand in the fact's fields, its sentence or its document's title."""
    place: str = ""
    """Part of the place; likewise the next two."""
    period: str = ""
    indicator: str = ""
    doc: str = ""
    """Path of a document, or a part of paths and titles where no document has this path."""
    status: Status | None = None
    role: Role | None = None
    with_dates: bool = True
    """Whether days and years count as figures, where `role` asks for nothing."""
    unit: str = ""
    """The whole canonical unit."""


@dataclass(frozen=True, slots=True)
class FactEntry:
    """A fact with the sentence that proves it."""

    fact: Fact
    title: str
    """Of its document."""
    published: str | None
    quote_start: int
    quote_end: int
    quote: str
    """The whole sentence: `Document.text[quote_start:quote_end]`."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document without its text."""

    path: str
    title: str
    published: str | None
    characters: int
    facts: int
    places: tuple[str, ...]
    """The places its passages are of, the most frequent first, at most three."""


class Catalogue:
    """Facts and documents to look through, read-only; threads may share it.

    Any method raises IndexDamagedError where the database turns out to be corrupt.
    """

    def __init__(self, database: Database) -> None:
        """Take the connection over: closing the catalogue closes it."""
        self._database = database
        self._counted: dict[str, list[tuple[str, int]]] = {}

    def close(self) -> None:
        """Close the database; the catalogue cannot be used afterwards."""
        self._database.close()

    def count_facts(self, wanted: FactFilter) -> int:
        """How many facts there are of this kind."""
        source, values = self._source(wanted)
        return int(self._database.rows(f"SELECT count(*) FROM {source}", values)[0][0])

    def facts(
        self,
        wanted: FactFilter,
        order: FactOrder = FactOrder.READING,
        *,
        descending: bool = False,
        limit: int = -1,
        offset: int = 0,
    ) -> Iterator[FactEntry]:
        """Facts in order, fetched in batches; a negative limit means all."""
        source, values = self._source(wanted, with_documents=order is FactOrder.TITLE)
        by = _FACT_ORDERS[order].format(direction=_DIRECTIONS[descending])
        query = f"SELECT facts.id FROM {source} ORDER BY {by}, facts.id LIMIT ? OFFSET ?"
        ids = [row[0] for row in self._database.rows(query, [*values, limit, offset])]
        documents: dict[str, Document] = {}
        for first in range(0, len(ids), _BATCH):
            yield from self._entries(ids[first : first + _BATCH], documents)

    def facts_within(self, doc: str, start: int, end: int) -> list[Fact]:
        """Facts that stand in `start`..`end` of a document, in reading order."""
        query = 'SELECT id FROM facts WHERE doc = ? AND start >= ? AND "end" <= ? ORDER BY id'
        return self._database.facts_by_id([row[0] for row in self._database.rows(query, [doc, start, end])])

    def values(self, column: FactOrder, limit: int) -> list[tuple[str, int]]:
        """The most frequent indicators, places or periods, each with the number of its facts."""
        name = {FactOrder.INDICATOR: "indicator", FactOrder.PLACE: "place", FactOrder.PERIOD: "period"}[column]
        if name not in self._counted:
            query = f"SELECT {name}, count(*) FROM facts WHERE {name} != '' GROUP BY 1 ORDER BY 2 DESC, 1"
            self._counted[name] = [(str(text), int(count)) for text, count in self._database.rows(query)]
        return self._counted[name][:limit]

    def kinds(self, wanted: FactFilter) -> list[tuple[Role, str, int]]:
        """Roles and units of the facts wanted, the most frequent first: (role, unit, number of facts)."""
        source, values = self._source(wanted)
        query = f"SELECT role, unit, count(*) FROM {source} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
        return [(Role(role), str(unit), int(count)) for role, unit, count in self._database.rows(query, values)]

    def count_documents(self, search: str = "") -> int:
        """How many documents have all words of the search in path or title."""
        condition, values = _document_condition(search)
        return int(self._database.rows(f"SELECT count(*) FROM documents WHERE {condition}", values)[0][0])

    def documents(
        self,
        search: str = "",
        order: DocumentOrder = DocumentOrder.PATH,
        *,
        descending: bool = False,
        limit: int = -1,
        offset: int = 0,
    ) -> list[DocumentEntry]:
        """Documents with all words of the search in path or title, in order; a negative limit means all."""
        condition, values = _document_condition(search)
        by = _DOCUMENT_ORDERS[order].format(direction=_DIRECTIONS[descending])
        query = (
            "SELECT path, title, published, coalesce(counted, 0) AS facts FROM documents"
            " LEFT JOIN (SELECT doc, count(*) AS counted FROM facts GROUP BY doc) ON doc = path"
            f" WHERE {condition} ORDER BY {by}, path LIMIT ? OFFSET ?"
        )
        found = self._database.rows(query, [*values, limit, offset])
        return [self._document_entry(path, title, published, facts) for path, title, published, facts in found]

    def entry(self, path: str) -> DocumentEntry:
        """One document without its text.

        Raises:
            KeyError: the index holds no document of this path.
        """
        counted = "SELECT count(*) FROM facts WHERE doc = path"
        found = self._database.rows(f"SELECT path, title, published, ({counted}) FROM documents WHERE path = ?", [path])
        if not found:
            raise KeyError(path)
        return self._document_entry(*found[0])

    def document(self, path: str) -> Document:
        """One document with its text.

        Raises:
            KeyError: the index holds no document of this path.
        """
        return self._database.document(path)

    def _document_entry(self, path: str, title: str, published: str | None, facts: int) -> DocumentEntry:
        characters = self._database.rows("SELECT length(text) FROM documents WHERE path = ?", [path])[0][0]
        places = self._database.rows(
            "SELECT place FROM passages WHERE doc = ? AND place != '' GROUP BY place ORDER BY count(*) DESC, place"
            " LIMIT 3",
            [path],
        )
        return DocumentEntry(path, title, published, int(characters), facts, tuple(row[0] for row in places))

    def _source(self, wanted: FactFilter, *, with_documents: bool = False) -> tuple[str, list[object]]:
        """What stands after FROM, up to the ordering, and the values of its marks."""
        parts = {"place": wanted.place, "period": wanted.period, "indicator": wanted.indicator}
        whole = {"status": wanted.status, "role": wanted.role, "unit": wanted.unit}
        words = [normalise(word) for word in wanted.search.split()[:_MOST_WORDS]]
        clauses: list[tuple[str, Sequence[object]]] = [
            *((f"facts.{column} = ?", [str(text)]) for column, text in whole.items() if text),
            *((f"instr(facts.{column}, ?)", [normalise(text.strip())]) for column, text in parts.items() if text),
            *([self._doc_condition(wanted.doc)] if wanted.doc else []),
            *([("facts.role != ?", [str(Role.DATE)])] if not (wanted.with_dates or wanted.role) else []),
            *((f"instr({_SEARCHED}, ?)", [word]) for word in words if word),
        ]
        joins = f" {_JOINS}" if words or with_documents else ""
        condition = " AND ".join(clause for clause, _ in clauses) or "true"
        return f"facts{joins} WHERE {condition}", [value for _, values in clauses for value in values]

    def _doc_condition(self, doc: str) -> tuple[str, Sequence[object]]:
        if self._database.rows("SELECT 1 FROM documents WHERE path = ?", [doc]):
            return "facts.doc = ?", [doc]
        condition, values = _document_condition(doc)
        return f"facts.doc IN (SELECT path FROM documents WHERE {condition})", values

    def _entries(self, ids: Sequence[int], documents: dict[str, Document]) -> Iterator[FactEntry]:
        facts = self._database.facts_by_id(ids)
        spans = self._database.sentence_spans([fact.sentence for fact in facts])
        for fact in facts:
            document = self._cached(fact.doc, documents)
            start, end = spans[fact.sentence]
            yield FactEntry(fact, document.title, document.published, start, end, document.text[start:end])

    def _cached(self, path: str, documents: dict[str, Document]) -> Document:
        if path not in documents:
            if len(documents) == _DOCUMENTS_CACHED:
                del documents[next(iter(documents))]
            documents[path] = self._database.document(path)
        return documents[path]


def _document_condition(search: str) -> tuple[str, list[object]]:
    """Paths are compared as they are, titles in normalised form."""
    words = search.split()[:_MOST_WORDS]
    condition = " AND ".join(["(instr(path, ?) OR instr(title, ?))"] * len(words))
    return condition or "true", [form for word in words for form in (word, normalise(word))]
