"""Files of JSON lines that grow to a limit and are then followed by new ones; only the operator may read them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock

from ui.access.private_files import FILE_MODE, FOLDER_MODE

FILES_KEPT = 10
_MEGABYTE = 1_000_000


class LineFile:
    """Appends to `NAME.jsonl`; older files are `NAME.1.jsonl` (newest) to `NAME.9.jsonl`. Several processes may."""

    def __init__(self, folder: Path, name: str, megabytes: float) -> None:
        """Remember where; nothing is made before the first line."""
        self._folder = folder
        self._name = name
        self._max_bytes = int(megabytes * _MEGABYTE)

    @property
    def path(self) -> Path:
        """The file that is written to now."""
        return self._folder / f"{self._name}.jsonl"

    def append(self, record: Mapping[str, object]) -> None:
        """Write one line.

        Raises:
            OSError: it cannot be written.
        """
        self._folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        line = (json.dumps(record, ensure_ascii=False) + "\n").encode()
        with FileLock(self._folder / f"{self._name}.lock", mode=FILE_MODE):
            if self.path.exists() and self.path.stat().st_size + len(line) > self._max_bytes:
                self._rotate()
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FILE_MODE)
            with os.fdopen(handle, "ab") as file:
                file.write(line)

    def _rotate(self) -> None:
        for number in range(FILES_KEPT - 2, -1, -1):
            file = self._numbered(number)
            if file.exists():
                file.replace(self._numbered(number + 1))

    def _numbered(self, number: int) -> Path:
        return self._folder / f"{self._name}.{number}.jsonl" if number else self.path
