"""Logs as JSON lines on stderr, without secrets."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import SecretStr

from rag.settings import Settings

FIELDS = "shuzheng_fields"
"""Name of the `extra` that holds further fields of a line, as a dict."""
_HIDDEN = "［已隐去］"
_SECRET_LIKE = re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{8,}|\bsz_[\w-]{16,}|\$argon2\w+\$[^\s\"']+")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, further fields, and the traceback where there is one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Take the values that must never be shown."""
        super().__init__()
        self._secrets = [secret for secret in secrets if len(secret) >= 4]

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return self._without_secrets(json.dumps(line, ensure_ascii=False, default=str))

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _SECRET_LIKE.sub(_HIDDEN, text)


def set_up_logs(settings: Settings) -> None:
    """Send logs to stderr as JSON lines, requests included; with `text` leave Python's own way: warnings only."""
    if settings.logs == "text":
        return
    values = (getattr(settings, name) for name in type(settings).model_fields)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(value.get_secret_value() for value in values if isinstance(value, SecretStr)))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx", "httpx2", "httpcore", "httpcore2", "faiss", "sentence_transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
