"""Files that only the user who runs shuzheng may read: JSON tables and the secret that signs sessions."""

from __future__ import annotations

import json
import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from index.errors import UserError

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_SECRET_BYTES = 32
_SECRET_NAME = "session-secret"

Table = dict[str, dict[str, Any]]
"""Rows by name."""


def private_folder(folder: Path) -> Path:
    """Return the folder, made so that nobody else can look into it.

    Raises:
        UserError: it cannot be made.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"文件夹 {folder} 建不了：{error.strerror}；请改正权限，或用设置 access 换一个文件夹。"
        ) from error
    return folder


class PrivateTable:
    """A JSON file of named rows, written whole and read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._rows: Table = {}

    def rows(self) -> Table:
        """Return the rows as they are on disk now; none where there is no file.

        Raises:
            UserError: the file cannot be read.
        """
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return {}
        version = (state.st_mtime_ns, state.st_ino, state.st_size)
        if version != self._seen:
            self._rows = self._read()
            self._seen = version
        return self._rows

    def change(self, edit: Callable[[Table], None]) -> None:
        """Apply `edit` to the rows and write them, one writer at a time; a crash leaves the old file.

        Raises:
            UserError: the file cannot be read or written, or `edit` refuses.
        """
        private_folder(self._path.parent)
        with FileLock(f"{self._path}.lock", mode=FILE_MODE):
            rows = {name: dict(row) for name, row in self.rows().items()}
            edit(rows)
            _write_whole(self._path, json.dumps(rows, ensure_ascii=False, indent=1).encode())

    def _read(self) -> Table:
        try:
            rows = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(f"文件 {self._path} 读不出来：{error}；请改正权限，或从备份恢复。") from error
        if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
            raise UserError(f"文件 {self._path} 的内容不对；请从备份恢复，或删掉后重新添加。")
        return rows


def session_secret(folder: Path) -> str:
    """Return the secret that signs sessions, made on first use.

    Raises:
        UserError: it cannot be written or read, or others could read it.
    """
    path = private_folder(folder) / _SECRET_NAME
    if not path.exists():
        with FileLock(f"{path}.lock", mode=FILE_MODE):
            if not path.exists():
                _write_whole(path, secrets.token_urlsafe(_SECRET_BYTES).encode("ascii"))
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        secret = path.read_text(encoding="ascii")
    except OSError as error:
        raise UserError(f"文件 {path} 读不出来：{error.strerror}；请改正权限。") from error
    if mode & 0o077:
        raise UserError(f"文件 {path} 别的用户也能读，会话可能被伪造；请删除它后重新启动（大家要重新登录）。")
    if len(secret) < _SECRET_BYTES:
        raise UserError(f"文件 {path} 是空的或不完整；请删除它后重新启动（大家要重新登录）。")
    return secret


def _write_whole(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise UserError(f"文件 {path} 写不了：{error.strerror}。") from error
