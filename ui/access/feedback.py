"""What readers say of answers: one JSON line for each 👍 or 👎, which `shuzheng eval add` takes as it is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from index.errors import UserError
from rag.contract import Answer, Turn
from ui.access.identity import Identity
from ui.access.line_file import LineFile
from ui.access.rates import Rates

RATE = "30/minute"
"""Ratings of one account, so that nobody can push the others' out of the files."""
NOT_WRITTEN = "评价没有记下来，请告诉管理员。"

log = logging.getLogger(__name__)


class Feedback:
    """Writes `feedback.jsonl` and the files it is rotated into."""

    def __init__(self, folder: Path, megabytes: float) -> None:
        """Remember where; nothing is made before the first rating."""
        self._file = LineFile(folder, "feedback", megabytes)
        self._rates = Rates(RATE)

    @property
    def path(self) -> Path:
        """The file that is written to now."""
        return self._file.path

    def write(self, who: Identity | None, answer: Answer, history: Sequence[Turn], rating: str, reason: str) -> None:
        """Write one rating, `up` or `down`.

        Raises:
            UserError: this account rates too often, or the file cannot be written.
        """
        wait = self._rates.take(who.account if who else "")
        if wait:
            raise UserError(f"评价太频繁，请过 {wait} 秒再试。")
        record = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "user": who.name if who else None,
            "via": who.via if who else None,
            "rating": rating,
            "reason": reason,
            "question": answer.question,
            "history": [turn.model_dump() for turn in history],
            "answer": answer.model_dump(mode="json"),
        }
        try:
            self._file.append(record)
        except OSError as error:
            log.error("评价写不了：%s：%s", self.path, error.strerror)
            raise UserError(NOT_WRITTEN) from error
