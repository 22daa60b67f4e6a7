"""The records of an index in SQLite: documents with their text, passages, sentences and facts."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from decimal import Decimal, DecimalException
from enum import StrEnum
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, TypeVar

from index.errors import IndexDamagedError
from index.manifest import REBUILD
from index.records import Document, Fact, Passage, Role, Sentence, Status

_SCHEMA: Final = """
CREATE TABLE documents (
    path TEXT PRIMARY KEY, text TEXT NOT NULL, title TEXT NOT NULL, published TEXT, encoding TEXT NOT NULL,
    sha256 TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, doc TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    paragraph_start INTEGER NOT NULL, paragraph_end INTEGER NOT NULL, title TEXT NOT NULL, section TEXT NOT NULL,
    place TEXT NOT NULL, period TEXT NOT NULL, view TEXT NOT NULL,
    embedded_sha256 TEXT NOT NULL
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, passage INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, view TEXT NOT NULL
);
CREATE TABLE facts (
    id INTEGER PRIMARY KEY, sentence INTEGER NOT NULL, passage INTEGER NOT NULL, doc TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, view_start INTEGER NOT NULL, view_end INTEGER NOT NULL,
    segment_start INTEGER NOT NULL, segment_end INTEGER NOT NULL, text TEXT NOT NULL,
    value TEXT NOT NULL, unit TEXT NOT NULL, qualifier TEXT NOT NULL, role TEXT NOT NULL, status TEXT NOT NULL,
    indicator TEXT NOT NULL, place TEXT NOT NULL, period TEXT NOT NULL,
    period_start INTEGER NOT NULL, period_end INTEGER NOT NULL,
    value_real REAL NOT NULL
);
"""
_INDEXES: Final = """
CREATE INDEX passages_by_paragraph ON passages (doc, paragraph_start);
CREATE INDEX sentences_by_passage ON sentences (passage);
CREATE INDEX facts_by_passage ON facts (passage);
"""
_MAX_VARIABLES: Final = 500
_Row = tuple[Any, ...]

_COLUMNS: Final = {kind: tuple(field.name for field in fields(kind)) for kind in (Document, Passage, Sentence, Fact)}
_document_row: Final[Callable[[Document], _Row]] = attrgetter(*_COLUMNS[Document])
_passage_row: Final[Callable[[Passage], _Row]] = attrgetter(*_COLUMNS[Passage])
_sentence_row: Final[Callable[[Sentence], _Row]] = attrgetter(*_COLUMNS[Sentence])
_fact_values: Final[Callable[[Fact], _Row]] = attrgetter(*_COLUMNS[Fact])
_FACT_TYPES: Final[dict[str, Callable[[Any], object]]] = {"value": Decimal, "role": Role, "status": Status}

_Record = TypeVar("_Record", Passage, Sentence, Fact)
_Part = TypeVar("_Part", Sentence, Fact)


class DatabaseWriter:
    """Writes one new database; a crash leaves a file nobody points to, so nothing is journalled."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEMA}")

    def add_document(self, document: Document) -> None:
        """Add a document."""
        self._insert("documents", [_document_row(document)])

    def add_passages(self, passages: Iterable[Passage], embedded_sha256: Iterable[str]) -> None:
        """Add passages, each with the hash of the text that its vector was made from."""
        rows = zip(passages, embedded_sha256, strict=True)
        self._insert("passages", [(*_passage_row(passage), digest) for passage, digest in rows])

    def add_sentences(self, sentences: Iterable[Sentence]) -> None:
        """Add sentences."""
        self._insert("sentences", [_sentence_row(sentence) for sentence in sentences])

    def add_facts(self, facts: Iterable[Fact]) -> None:
        """Add facts."""
        self._insert("facts", [_fact_row(fact) for fact in facts])

    def finish(self) -> None:
        """Build the lookups and commit."""
        self._connection.executescript(_INDEXES)
        self._connection.commit()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _insert(self, table: str, rows: list[_Row]) -> None:
        if rows:
            marks = ",".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


class Database:
    """A finished database, read-only; threads may share it.

    Every method raises IndexDamagedError where the file turns out to be corrupt. One connection serves all threads in
    turn: a thread that first asks after the file was replaced by newer generations is still answered.
    """

    def __init__(self, file: Path) -> None:
        self._turn = threading.Lock()
        with _corruption_reported():
            self._connection = sqlite3.connect(
                f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
        weakref.finalize(self, self._connection.close)

    def close(self) -> None:
        """Close the file; the object cannot be used afterwards."""
        with self._turn:
            self._connection.close()

    def document_count(self) -> int:
        """Number of documents."""
        return int(self.rows("SELECT count(*) FROM documents")[0][0])

    def documents(self) -> list[Document]:
        """All documents in the order of the corpus."""
        return [Document(*row) for row in self.rows("SELECT * FROM documents ORDER BY rowid")]

    def document(self, path: str) -> Document:
        """One document.

        Raises:
            KeyError: the index holds no document of this path.
        """
        rows = self.rows("SELECT * FROM documents WHERE path = ?", [path])
        if not rows:
            raise KeyError(path)
        return Document(*rows[0])

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Passages in the order asked.

        Raises:
            KeyError: there is no passage of such an id.
        """
        found = {passage.id: passage for passage in self._with(Passage, "id", ids)}
        return [found[i] for i in ids]

    def first_passages(self) -> list[tuple[int, str]]:
        """The first passage's id of each document and the document, in reading order; the others follow it."""
        return [
            (int(first), str(doc))
            for first, doc in self.rows("SELECT min(id), doc FROM passages GROUP BY doc ORDER BY 1")
        ]

    def paragraph_passages(self, doc: str, paragraph_start: int) -> list[Passage]:
        """The passages that a paragraph was cut into, in reading order."""
        condition = "doc = ? AND paragraph_start = ?"
        return list(self._records(Passage, condition, [doc, paragraph_start], order="start"))

    def sentences_of(self, passages: Sequence[int]) -> list[Sentence]:
        """Sentences of these passages: passages in the order asked, sentences in reading order."""
        return _in_order_of(passages, self._with(Sentence, "passage", passages))

    def facts_of(self, passages: Sequence[int]) -> list[Fact]:
        """Facts of these passages: passages in the order asked, facts in reading order."""
        return _in_order_of(passages, self._with(Fact, "passage", passages))

    def facts(self, filters: dict[str, str]) -> Iterator[Fact]:
        """Facts whose columns contain the given texts, in reading order."""
        condition = " AND ".join(f"instr({column}, ?)" for column in filters) or "true"
        yield from self._records(Fact, condition, list(filters.values()))

    def facts_by_id(self, ids: Sequence[int]) -> list[Fact]:
        """Facts in the order asked."""
        found = {fact.id: fact for fact in self._with(Fact, "id", ids)}
        return [found[i] for i in ids]

    def sentence_spans(self, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Start and end of these sentences in their document, by id."""
        return {sentence.id: (sentence.start, sentence.end) for sentence in self._with(Sentence, "id", ids)}

    def places(self) -> list[str]:
        """Every place named by a fact or a passage, sorted."""
        rows = self.rows("SELECT place FROM facts UNION SELECT place FROM passages ORDER BY 1")
        return [row[0] for row in rows if row[0]]

    def paragraph_span(self, doc: str, start: int, end: int) -> tuple[int, int]:
        """Span of the paragraphs of `doc` that overlap `start`..`end`; the span itself where there is none."""
        query = (
            "SELECT min(paragraph_start), max(paragraph_end) FROM passages"
            " WHERE doc = ? AND paragraph_start < ? AND paragraph_end > ?"
        )
        first, last = self.rows(query, [doc, end, start])[0]
        return (start, end) if first is None else (int(first), int(last))

    def embedded_hashes(self) -> list[str]:
        """Hash of each passage's embedded text, in the order of ids."""
        return [row[0] for row in self.rows("SELECT embedded_sha256 FROM passages ORDER BY id")]

    def rows(self, query: str, values: Sequence[object] = ()) -> list[_Row]:
        """Rows of any query; texts of users may stand in `values` only."""
        with _corruption_reported(), self._turn:
            return self._connection.execute(query, values).fetchall()

    def _with(self, kind: type[_Record], column: str, values: Sequence[int]) -> Iterator[_Record]:
        distinct = list(dict.fromkeys(values))
        for first in range(0, len(distinct), _MAX_VARIABLES):
            batch = distinct[first : first + _MAX_VARIABLES]
            yield from self._records(kind, f"{column} IN ({','.join('?' * len(batch))})", batch)

    def _records(
        self, kind: type[_Record], condition: str, values: Sequence[object], order: str = "id"
    ) -> Iterator[_Record]:
        columns = ",".join(f'"{column}"' for column in _COLUMNS[kind])
        table = f"{kind.__name__.lower()}s"
        for row in self.rows(f"SELECT {columns} FROM {table} WHERE {condition} ORDER BY {order}", values):
            yield kind(*_typed(row)) if kind is Fact else kind(*row)


def _in_order_of(passages: Sequence[int], parts: Iterable[_Part]) -> list[_Part]:
    rank = {passage: i for i, passage in reversed(list(enumerate(passages)))}
    return sorted(parts, key=lambda part: (rank[part.passage], part.id))


def _fact_row(fact: Fact) -> _Row:
    row = [str(item) if isinstance(item, Decimal | StrEnum) else item for item in _fact_values(fact)]
    return (*row, float(fact.value))


def _typed(fact_row: _Row) -> list[Any]:
    try:
        return [_FACT_TYPES.get(name, _as_is)(item) for name, item in zip(_COLUMNS[Fact], fact_row, strict=True)]
    except (DecimalException, ValueError) as error:
        raise _damaged() from error


def _as_is(item: object) -> object:
    return item


@contextmanager
def _corruption_reported() -> Iterator[None]:
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.Error as error:
        raise _damaged() from error


def _damaged() -> IndexDamagedError:
    return IndexDamagedError(f"索引的数据库文件已损坏，{REBUILD}。")
