"""A server of one's own to measure: `shuzheng ui` without a language model, on a free port of this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx2

_COMMAND: Final = ("-c", "import sys; from rag.cli import main; sys.exit(main())", "ui")
_FLAGS: Final = ("--host", "127.0.0.1", "--mode", "extractive", "--llm", "none")
_START_SECONDS: Final = 600.0
"""Fetching the embedding model and indexing, too, where that was not done before."""
_STOP_SECONDS: Final = 40.0


class StartError(Exception):
    """The server did not come up; it has said why on stderr."""


@contextmanager
def own_server() -> Iterator[str]:
    """Start a server with the settings in force, yield its address once it can answer, and stop it.

    Raises:
        StartError: the server ended, or could not answer within ten minutes.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, *_COMMAND, *_FLAGS, "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(process, f"{address}/readyz")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=_STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx2.get(address).status_code == httpx2.codes.OK:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.2)
    raise StartError("the server did not start")
