"""What an index generation says about itself: how it was made, from which files, and the hashes of its own parts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from index.embedding import EmbedderIdentity
from index.errors import IndexDamagedError, IndexMismatchError

FORMAT_VERSION: Final = 1
"""Raised whenever an older program could misread the files; an index of another version is refused."""
MANIFEST_NAME: Final = "manifest.json"
REBUILD: Final = "请运行 shuzheng index build 重建索引"
_HASHED_ON_OPEN: Final = 64 * 1024 * 1024
"""Bytes; up to this size opening an index checks every hash (0.1 s), above it the sizes only."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndexedFile(_Record):
    """A document of the index."""

    path: str
    sha256: str


class FailedFile(_Record):
    """A file of the corpus that is not in the index."""

    path: str
    sha256: str
    """Empty where the bytes could not be read."""
    reason: str
    """One Chinese sentence for the user."""


class StoredFile(_Record):
    """A part of the generation."""

    name: str
    """Relative to the generation's folder, with forward slashes."""
    size: int
    """Bytes."""
    sha256: str


class Counts(_Record):
    """How much the index holds."""

    documents: int
    passages: int
    sentences: int
    facts: int


class Manifest(_Record):
    """The recipe and the inventory of one generation."""

    format_version: int
    created: datetime
    product_version: str
    recipe: str
    """SHA-256 of the program text that makes an index: another recipe may find other facts in the same files."""
    embedder: EmbedderIdentity
    corpus: str
    documents: tuple[IndexedFile, ...]
    failed: tuple[FailedFile, ...]
    counts: Counts
    files: tuple[StoredFile, ...]


def write_manifest(generation: Path, manifest: Manifest) -> None:
    """Write the manifest into the generation's folder."""
    (generation / MANIFEST_NAME).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")


def read_manifest(generation: Path) -> Manifest:
    """The manifest of a generation.

    Raises:
        IndexDamagedError: it is missing or malformed.
        IndexMismatchError: a program with another index format wrote it.
    """
    try:
        content = json.loads((generation / MANIFEST_NAME).read_bytes())
        version = content["format_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(f"索引的清单文件 {MANIFEST_NAME} 丢失或损坏，{REBUILD}。") from error
    if version != FORMAT_VERSION:
        raise IndexMismatchError(f"索引的格式版本是 {version}，本程序需要 {FORMAT_VERSION}，{REBUILD}。")
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        raise IndexDamagedError(f"索引的清单文件 {MANIFEST_NAME} 内容不完整，{REBUILD}。") from error


def describe_files(generation: Path) -> tuple[StoredFile, ...]:
    """Size and hash of every file in the generation's folder except the manifest, sorted by name."""
    files = sorted(file for file in generation.rglob("*") if file.is_file() and file.name != MANIFEST_NAME)
    return tuple(
        StoredFile(name=file.relative_to(generation).as_posix(), size=file.stat().st_size, sha256=_hash(file))
        for file in files
    )


def check_files(generation: Path, manifest: Manifest, *, thorough: bool = False) -> None:
    """Compare the generation's files with the manifest: sizes always, hashes if `thorough` or if the index is small.

    Raises:
        IndexDamagedError: a file is missing, unreadable, of another size or of other content.
    """
    hashed = thorough or sum(stored.size for stored in manifest.files) <= _HASHED_ON_OPEN
    for stored in manifest.files:
        file = generation / stored.name
        try:
            intact = file.stat().st_size == stored.size and (not hashed or _hash(file) == stored.sha256)
        except OSError as error:
            raise IndexDamagedError(f"索引文件 {stored.name} 丢失或无法读取，{REBUILD}。") from error
        if not intact:
            raise IndexDamagedError(f"索引文件 {stored.name} 已损坏，{REBUILD}。")


def check_embedder(manifest: Manifest, wanted: EmbedderIdentity) -> None:
    """Refuse an index whose vectors another embedder made.

    Raises:
        IndexMismatchError: model, revision, dtype, dimension, prompts or length limit differ.
    """
    built = asdict(manifest.embedder)
    differing = [
        f"{name} 为 {built[name]!r}（现为 {value!r}）" for name, value in asdict(wanted).items() if built[name] != value
    ]
    if differing:
        raise IndexMismatchError(f"索引由另一套向量模型设置建立：{'、'.join(differing)}，{REBUILD}，或改回原来的设置。")


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
