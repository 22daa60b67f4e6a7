"""Log lines: JSON, one each, with no secret in them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.browser import ROOT
from ui.operation.logs import FIELDS, JsonLines


def line(message: str, *secrets: str, **fields: object) -> str:
    record = logging.LogRecord("ui", logging.INFO, "x.py", 1, message, (), None)
    setattr(record, FIELDS, fields)
    return JsonLines(secrets).format(record)


def test_a_line_is_one_json_object() -> None:
    shown = line("换行\n也是一行", status=200, path="/api/ask")
    assert "\n" not in shown
    assert json.loads(shown) | {"time": ""} == {
        "time": "", "level": "info", "logger": "ui", "message": "换行\n也是一行", "status": 200, "path": "/api/ask",
    }  # fmt: skip


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer sk-abcdefghijkl",
        "bearer eyJhbGciOi.J9.xyz",
        "Basic dXNlcjpwYXNz",
        "sz_" + "a" * 43,
        "$argon2id$v=19$m=1",
    ],
)
def test_what_looks_like_a_secret_is_hidden(secret: str) -> None:
    shown = line(f"got {secret} here", header=secret)
    assert secret.split()[-1] not in shown and json.loads(shown)["message"].startswith("got ")


def test_the_settings_secrets_are_hidden_in_tracebacks_too() -> None:
    try:
        raise ValueError("oidc said s3cret-value")
    except ValueError:
        record = logging.LogRecord("ui", logging.ERROR, "x.py", 1, "failed", (), sys.exc_info())
    shown = JsonLines(["s3cret-value", ""]).format(record)
    assert "s3cret-value" not in shown and "ValueError" in json.loads(shown)["traceback"]


def test_requests_are_logged_without_query_and_with_the_user(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path

from tests.ui.access.site import make_site, ask
from ui.operation.logs import set_up_logs
site = make_site(Path({str(tmp_path)!r}), logs="json")
set_up_logs(site.access.settings)
with site.browser() as client:
    client.get("/readyz?code=hidden-code", headers={{"authorization": "Bearer hidden-key-123"}})
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    [request] = [json.loads(text) for text in done.stderr.splitlines() if '"message": "request"' in text]
    assert (request["method"], request["path"], request["status"]) == ("GET", "/readyz", 200)
    assert request["user"] == "open:127.0.0.1" and request["ms"] >= 0
    assert "hidden" not in done.stderr
