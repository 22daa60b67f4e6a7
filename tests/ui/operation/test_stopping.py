"""A real process that is told to stop finishes what it answers, and takes nothing more."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.conftest import find_browser
from tests.ui.browser import ROOT, Visit, free_port, running_browser
from tests.ui.scripted_server import SLOW
from ui.operation.stopping import Running


@contextmanager
def running_process(*settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    command = [sys.executable, "-m", "tests.ui.access.guarded_server", str(port), *settings]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8") as process:
        address = f"http://127.0.0.1:{port}/"
        while not answers(f"{address}readyz"):
            assert process.poll() is None
            time.sleep(0.2)
        yield process, address
        process.kill()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.URLError:
        return False


def ask_slowly(address: str, replies: list[str]) -> None:
    body = json.dumps({"question": SLOW}).encode()
    request = urllib.request.Request(f"{address}api/ask", data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            replies.append(json.load(reply)["answer"])
    except (urllib.error.URLError, ConnectionError) as error:
        replies.append(repr(error))


@pytest.mark.slow
@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_running_answers_are_finished_and_new_ones_refused(order: signal.Signals) -> None:
    replies: list[str] = []
    with running_process() as (process, address):
        asking = [threading.Thread(target=ask_slowly, args=(address, replies)) for _ in range(3)]
        for thread in asking:
            thread.start()
        time.sleep(0.7)
        process.send_signal(order)
        time.sleep(0.4)
        assert not answers(f"{address}readyz")
        for thread in asking:
            thread.join()
        assert process.wait(20) == 0
        assert process.stderr and "Traceback" not in process.stderr.read()
    assert replies == ["等到了。"] * 3


@pytest.mark.slow
def test_a_stop_does_not_wait_longer_than_it_is_allowed_to() -> None:
    replies: list[str] = []
    with running_process("stop_seconds=0") as (process, address):
        thread = threading.Thread(target=ask_slowly, args=(address, replies))
        thread.start()
        time.sleep(0.5)
        process.terminate()
        process.wait(20)
        thread.join()
        assert process.stderr and "还有 1 个问题没有答完" in process.stderr.read()


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_gets_its_answer_before_the_server_ends() -> None:
    chromium = find_browser()
    assert chromium
    with running_process() as (process, address), running_browser(chromium) as browser:
        visit = Visit(browser, address)
        visit.page.fill("#question textarea", SLOW)
        visit.page.press("#question textarea", "Enter")
        visit.page.wait_for_selector("#t1.pending")
        visit.page.wait_for_timeout(500)
        process.terminate()
        expect(visit.page.locator("#t1 .answer")).to_have_text("等到了。", timeout=10_000)
        assert process.wait(20) == 0


def test_waiting_ends_when_nothing_runs() -> None:
    running = Running()
    assert asyncio.run(running.finish(10, lambda: False)) == 0
    assert running.stopping
    with running.one(), running.one():
        assert asyncio.run(running.finish(0.1, lambda: False)) == 2
        assert asyncio.run(running.finish(60, lambda: True)) == 2
    assert running.count == 0
