"""Documents in, one new index generation out; what the last generation already embedded is not embedded again."""

from __future__ import annotations

import hashlib
import importlib.metadata
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analysis, Ids, analyse
from index.database import DatabaseWriter
from index.embedding import Embedder, EmbedderIdentity
from index.errors import CorpusError, DocumentError, IndexDamagedError, IndexMismatchError
from index.generations import current_generation, new_generation, only_builder, switch_to, writing
from index.keywords import KeywordWriter
from index.manifest import (
    FORMAT_VERSION,
    Counts,
    FailedFile,
    IndexedFile,
    Manifest,
    check_embedder,
    check_files,
    describe_files,
    read_manifest,
    write_manifest,
)
from index.reading import fingerprint, list_corpus, printable, read_document, relative_path
from index.records import Passage
from index.store import DATABASE_NAME, KEYWORDS_NAME, VECTORS_NAME, Index, open_index
from index.tokens import tokens
from index.vectors import write_vectors
from index.view import normalise


class Stage(StrEnum):
    """What a build is busy with, in this order."""

    READ = "read"
    EMBED = "embed"
    CHECK = "check"
    """Everything is written; the old generation is still in use."""


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """How far a stage has come."""

    stage: Stage
    done: int
    """Files read, or passages embedded."""
    total: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    generation: str
    counts: Counts
    failed: tuple[FailedFile, ...]
    """Files of the corpus that are not in the index."""
    embedded: int
    """Passages embedded by this build; the vectors of the others were at hand."""
    seconds: float


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The index in use, from its manifest."""

    folder: Path
    generation: str
    manifest: Manifest
    size: int
    """Bytes on disk."""


@dataclass(slots=True)
class _Content:
    """What has been read so far."""

    database: DatabaseWriter
    keywords: KeywordWriter = field(default_factory=KeywordWriter)
    texts: list[str] = field(default_factory=list)
    """What is embedded, by passage id."""
    digests: list[str] = field(default_factory=list)
    """SHA-256 of `texts`."""
    documents: list[IndexedFile] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)
    sentences: int = 0
    facts: int = 0

    @property
    def counts(self) -> Counts:
        return Counts(
            documents=len(self.documents), passages=len(self.texts), sentences=self.sentences, facts=self.facts
        )


def build_index(
    corpus: Path,
    folder: Path,
    embedder: Embedder,
    on_progress: Callable[[BuildProgress], None] | None = None,
) -> BuildReport:
    """Index all documents of `corpus` into a new generation of `folder` and put it into use.

    A file that cannot be read is left out and reported. Whatever fails, the generation in use before stays in use.

    Raises:
        CorpusError: the corpus is missing, or nothing in it can be read.
        UserError: another build is running, or the index folder cannot be written.
    """
    started = time.perf_counter()
    tell = on_progress or _tell_nobody
    files, identity = list_corpus(corpus), embedder.identity
    with only_builder(folder), new_generation(folder) as generation:
        content = _read_all(files, corpus, folder, generation, tell)
        vectors, embedded = _vectors_of(content, embedder, _known_vectors(folder, identity), tell)
        with writing(folder):
            write_vectors(generation / VECTORS_NAME, vectors)
            content.keywords.write(generation / KEYWORDS_NAME)
            write_manifest(generation, _manifest(content, corpus, identity, generation))
        tell(BuildProgress(Stage.CHECK, 0, 1))
        Index(generation).close()
        with writing(folder):
            switch_to(folder, generation)
        tell(BuildProgress(Stage.CHECK, 1, 1))
    return BuildReport(generation.name, content.counts, tuple(content.failed), embedded, time.perf_counter() - started)


def index_status(folder: Path) -> IndexStatus:
    """What the index in use says about itself; only its manifest is read.

    Raises:
        IndexDamagedError: there is no index, or its manifest is damaged.
        IndexMismatchError: it has another format.
    """
    generation = current_generation(folder)
    manifest = read_manifest(generation)
    return IndexStatus(folder, generation.name, manifest, sum(stored.size for stored in manifest.files))


def index_is_current(corpus: Path, folder: Path, identity: EmbedderIdentity) -> bool:
    """Whether a build would only repeat the index in use: same files, same embedder, same program, nothing damaged.

    Raises:
        CorpusError: the corpus is missing or holds no document.
    """
    try:
        generation = current_generation(folder)
        manifest = read_manifest(generation)
        check_embedder(manifest, identity)
        check_files(generation, manifest)
    except (IndexDamagedError, IndexMismatchError):
        return False
    present = {printable(relative_path(file, corpus)): fingerprint(file) for file in list_corpus(corpus)}
    indexed = {file.path: file.sha256 for file in manifest.documents}
    failed = {file.path: file.sha256 for file in manifest.failed}
    return manifest.recipe == _recipe() and indexed | failed == present


def embedded_text(passage: Passage) -> str:
    """What is embedded and searched by keyword: one line of title, section, place and period, then the passage."""
    context = _context(passage.title, passage.section, passage.place, passage.period)
    return f"{context}\n{passage.view}" if context else passage.view


@lru_cache(maxsize=4096)
def _context(*parts: str) -> str:
    return normalise(" ".join(dict.fromkeys(part for part in parts if part)))


def _read_all(
    files: list[Path], corpus: Path, folder: Path, generation: Path, tell: Callable[[BuildProgress], None]
) -> _Content:
    with writing(folder), closing(DatabaseWriter(generation / DATABASE_NAME)) as database:
        content = _Content(database)
        for done, file in enumerate(files):
            tell(BuildProgress(Stage.READ, done, len(files)))
            try:
                analysis = _analyse(file, corpus, content)
            except DocumentError as error:
                path = printable(relative_path(file, corpus))
                content.failed.append(FailedFile(path=path, sha256=fingerprint(file), reason=str(error)))
            else:
                _add(analysis, content)
        tell(BuildProgress(Stage.READ, len(files), len(files)))
        if not content.keywords.has_tokens:
            raise CorpusError(_nothing_readable(corpus, content.failed))
        database.finish()
    return content


def _analyse(file: Path, corpus: Path, content: _Content) -> Analysis:
    raw = read_document(file, corpus)
    counts = content.counts
    first_ids = Ids(passage=counts.passages, sentence=counts.sentences, fact=counts.facts)
    return analyse(raw.path, raw.text, raw.encoding, raw.sha256, first_ids)


def _add(analysis: Analysis, content: _Content) -> None:
    texts = [embedded_text(passage) for passage in analysis.passages]
    digests = [hashlib.sha256(text.encode("utf-8")).hexdigest() for text in texts]
    content.database.add_document(analysis.document)
    content.database.add_passages(analysis.passages, digests)
    content.database.add_sentences(analysis.sentences)
    content.database.add_facts(analysis.facts)
    for text in texts:
        content.keywords.add(tokens(text))
    content.texts += texts
    content.digests += digests
    content.documents.append(IndexedFile(path=analysis.document.path, sha256=analysis.document.sha256))
    content.sentences += len(analysis.sentences)
    content.facts += len(analysis.facts)


def _nothing_readable(corpus: Path, failed: list[FailedFile]) -> str:
    reasons = "".join(f"\n- {file.reason}" for file in failed)
    return f"文件夹“{corpus}”里没有一个文件能建立索引，请检查这些文件。{reasons}"


def _known_vectors(folder: Path, identity: EmbedderIdentity) -> dict[str, NDArray[np.float32]]:
    try:
        with open_index(folder, identity) as index:
            return index.vectors_by_text()
    except (IndexDamagedError, IndexMismatchError):
        return {}


def _vectors_of(
    content: _Content,
    embedder: Embedder,
    known: dict[str, NDArray[np.float32]],
    tell: Callable[[BuildProgress], None],
) -> tuple[NDArray[np.float32], int]:
    """Vectors by passage id, float32 of shape (passages, dimension), and how many texts had to be embedded."""
    missing = {digest: text for digest, text in zip(content.digests, content.texts, strict=True) if digest not in known}
    total = len(missing)
    tell(BuildProgress(Stage.EMBED, 0, total))
    if missing:
        made = embedder.encode_passages(
            list(missing.values()), on_progress=lambda done: tell(BuildProgress(Stage.EMBED, done, total))
        )
        known |= zip(missing, made, strict=True)
    return np.stack([known[digest] for digest in content.digests]), total


def _manifest(content: _Content, corpus: Path, identity: EmbedderIdentity, generation: Path) -> Manifest:
    return Manifest(
        format_version=FORMAT_VERSION,
        created=datetime.now(UTC),
        product_version=_product_version(),
        recipe=_recipe(),
        embedder=identity,
        corpus=printable(str(corpus.resolve())),
        documents=tuple(content.documents),
        failed=tuple(content.failed),
        counts=content.counts,
        files=describe_files(generation),
    )


def _product_version() -> str:
    try:
        return importlib.metadata.version("shuzheng")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


@lru_cache(maxsize=1)
def _recipe() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*")):
        if source.is_file() and source.suffix != ".pyc":
            digest.update(source.read_bytes())
    return digest.hexdigest()


def _tell_nobody(progress: BuildProgress) -> None:
    """Where nobody asked for progress."""
