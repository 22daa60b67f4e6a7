"""The folder of an index: generations side by side and a pointer to the one in use.

    <index>/current                 the id of the generation in use, replaced atomically
    <index>/generations/<id>/       one complete index
    <index>/build.lock              held by the one builder

A generation is written beside the one in use, checked, and only then pointed to, so that a crash at any moment leaves
the last good one answering. What a crash left half written is removed by the next build.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from index.errors import IndexDamagedError, UserError
from index.manifest import REBUILD

_POINTER: Final = "current"
_GENERATIONS: Final = "generations"
_ID: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")

_log = logging.getLogger(__name__)


@contextmanager
def only_builder(folder: Path) -> Iterator[None]:
    """Hold the index folder for building, creating it where it is missing.

    Raises:
        UserError: another process builds here, or the folder cannot be written.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "build.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise UserError(f"另一个进程正在索引文件夹“{folder}”里建立索引，请等它结束后再试。") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def new_generation(folder: Path) -> Iterator[Path]:
    """An empty folder for one generation; it is removed again unless the index was switched to it."""
    generation = folder / _GENERATIONS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    with writing(folder):
        generation.mkdir(parents=True)
    try:
        yield generation
    finally:
        if _read_pointer(folder) != generation.name:
            _remove(generation)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Tell the user of a full disk or missing permission met while writing below the index folder.

    Raises:
        UserError: the disk or the database refused a write.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise UserError(f"无法写入索引文件夹“{folder}”（{error}），请检查磁盘空间和权限。") from error


def current_generation(folder: Path) -> Path:
    """The generation in use.

    Raises:
        IndexDamagedError: there is no index here, or its pointer is broken.
    """
    pointer = _read_pointer(folder)
    if pointer is None:
        raise IndexDamagedError(f"索引不存在（文件夹“{folder}”里没有索引），请先运行 shuzheng index build 建立索引。")
    generation = folder / _GENERATIONS / pointer
    if not _ID.fullmatch(pointer) or not generation.is_dir():
        raise IndexDamagedError(f"索引文件夹“{folder}”已损坏（找不到正在使用的那一份），{REBUILD}。")
    return generation


def switch_to(folder: Path, generation: Path) -> None:
    """Point to a finished generation and remove all others but the one in use before."""
    for path in (*generation.rglob("*"), generation, generation.parent):
        _flush(path)
    previous = _read_pointer(folder)
    draft = folder / f"{_POINTER}.new"
    draft.write_text(generation.name + "\n", encoding="utf-8")
    _flush(draft)
    draft.replace(folder / _POINTER)
    _flush(folder)
    for other in (folder / _GENERATIONS).iterdir():
        if other.name not in {generation.name, previous}:
            _remove(other)


def _read_pointer(folder: Path) -> str | None:
    try:
        return (folder / _POINTER).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def _remove(generation: Path) -> None:
    try:
        shutil.rmtree(generation)
    except OSError as error:
        _log.warning("generation %s is still in use, left for the next build: %s", generation.name, error)


def _flush(path: Path) -> None:
    """Have the system write a file or, where it can, a folder's entries to the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
