"""A server process and a browser page that notices what must never happen: outside requests, script errors, dialogs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Frame, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
START_SECONDS = 90
WAIT_MS = 15_000
"""How long a test waits for what a reader should see, on a busy machine, too."""
expect.set_options(timeout=WAIT_MS)


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_server(command: Sequence[str], port: int, log: Path) -> Iterator[str]:
    """Run a server process, wait until it serves the page, yield its address, stop it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_until_served(f"http://127.0.0.1:{port}/healthz", process, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def scripted_server(log: Path, port: int = 0) -> Iterator[str]:
    """Run the server with the scripted engine, on a free port where none is given, and yield its address."""
    port = port or free_port()
    with running_server(["tests/ui/scripted_server.py", str(port)], port, log) as address:
        yield address


def wait_until_served(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the address answers; fail with the log where the process ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {address}: {log.read_text(encoding='utf-8')}")


@contextmanager
def running_browser(chromium: str) -> Iterator[BrowserContext]:
    """Start a headless Chromium with a fresh profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(FLAGS))
        context = browser.new_context(locale="zh-CN", permissions=["clipboard-read", "clipboard-write"])
        context.set_default_timeout(WAIT_MS)
        yield context
        browser.close()


def serious_problems(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds in a page that shuts people out, once nothing moves any more: rule and elements."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_function("document.getAnimations().every(one => one.playState === 'finished')")
    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]])
        for one in Axe().run(page).response["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


_FORGET = "if (!sessionStorage.getItem('visiting')) { localStorage.clear(); sessionStorage.setItem('visiting', '1'); }"
"""Pages of one context share their storage: a visit begins without what an earlier one left, and keeps its own."""


_LEFT = ("AbortError: signal is aborted without reason", "Unexpected error Connection errored out.")
"""What Gradio's own client logs where a page is left while its stream is open; counts only then."""


class Visit:
    """One open page, and what it did that it must not do."""

    def __init__(
        self,
        browser: BrowserContext,
        address: str,
        *,
        width: int = 1280,
        dark: bool = False,
        first: str = "#question textarea",
        before: Callable[[Page], object] | None = None,
    ) -> None:
        self.page = browser.new_page()
        self.page.set_viewport_size({"width": width, "height": 860})
        self.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        self.page.add_init_script(_FORGET)
        self.outside: list[str] = []
        self.errors: list[str] = []
        host = urlsplit(address).netloc
        self.page.on("request", lambda request: self._check(request.url, host))
        self.page.on("websocket", lambda socket: self._check(socket.url, host))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog {dialog.message}"))
        if before is not None:
            before(self.page)
        self.page.goto(address)
        self.page.wait_for_selector(first)
        self.left = False
        self.page.on("framenavigated", self._leave)

    def _check(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != host:
            self.outside.append(url)

    def _leave(self, _frame: Frame) -> None:
        self.left = True

    def ask(self, question: str) -> None:
        """Type a question, send it, wait for what comes of it."""
        turn = self.page.locator(".turn").count() + 1
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")
        self.page.wait_for_selector(f"#t{turn}:not(.pending)")

    def text(self, selector: str) -> str:
        """Return the text a reader sees, of the last match."""
        return self.page.locator(selector).last.inner_text()

    def close(self) -> None:
        """Close the page; it must have stayed on its host and free of script errors."""
        self.page.close()
        assert self.outside == [], self.outside
        errors = [error for error in self.errors if not (self.left and error.startswith(_LEFT))]
        assert errors == [], errors
