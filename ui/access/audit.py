"""The audit log: one JSON line for each question, in files that only the operator may read."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from rag.contract import Answer
from ui.access.identity import Identity
from ui.access.line_file import LineFile
from ui.access.private_files import private_folder

log = logging.getLogger(__name__)


class Audit:
    """Writes `audit.jsonl` and the files it is rotated into."""

    def __init__(self, folder: Path, megabytes: float) -> None:
        """Make the folder where it is missing.

        Raises:
            UserError: it cannot be made.
        """
        self._file = LineFile(private_folder(folder), "audit", megabytes)

    @property
    def path(self) -> Path:
        """The file that is written to now."""
        return self._file.path

    def write(self, who: Identity | None, answer: Answer) -> None:
        """Write one question; where that fails the question is answered all the same and the failure is logged."""
        try:
            self._file.append(_record(who, answer))
        except OSError as error:
            log.error("审计记录写不了：%s：%s", self.path, error.strerror)


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
