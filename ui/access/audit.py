"""The audit log: one JSON line for each question, in files that only the operator may read."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from rag.contract import Answer
from ui.access.identity import Identity
from ui.access.private_files import private_folder

FILES_KEPT = 10
_MEGABYTE = 1_000_000
_FILE_MODE = 0o600

log = logging.getLogger(__name__)


class Audit:
    """Appends to `audit.jsonl`; older files are `audit.1.jsonl` (newest) to `audit.9.jsonl`. Several processes may."""

    def __init__(self, folder: Path, megabytes: float) -> None:
        """Make the folder where it is missing.

        Raises:
            UserError: it cannot be made.
        """
        self._folder = private_folder(folder)
        self._max_bytes = int(megabytes * _MEGABYTE)

    @property
    def path(self) -> Path:
        """The file that is written to now."""
        return self._folder / "audit.jsonl"

    def write(self, who: Identity | None, answer: Answer) -> None:
        """Write one question; where that fails the question is answered all the same and the failure is logged."""
        line = (json.dumps(_record(who, answer), ensure_ascii=False) + "\n").encode()
        try:
            with FileLock(self._folder / "audit.lock", mode=_FILE_MODE):
                if self.path.exists() and self.path.stat().st_size + len(line) > self._max_bytes:
                    self._rotate()
                handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _FILE_MODE)
                with os.fdopen(handle, "ab") as file:
                    file.write(line)
        except OSError as error:
            log.error("审计记录写不了：%s：%s", self.path, error.strerror)

    def _rotate(self) -> None:
        for number in range(FILES_KEPT - 2, -1, -1):
            file = self._numbered(number)
            if file.exists():
                file.replace(self._numbered(number + 1))

    def _numbered(self, number: int) -> Path:
        return self._folder / f"audit.{number}.jsonl" if number else self.path


def _record(who: Identity | None, answer: Answer) -> dict[str, object]:
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": who.name if who else None,
        "via": who.via if who else None,
        "question": answer.question,
        "refused": answer.refused,
        "reason": answer.refusal_reason,
        "citations": [{"doc": cited.doc, "start": cited.start, "end": cited.end} for cited in answer.citations],
    }
