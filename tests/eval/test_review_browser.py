"""The review page in a real Chromium: accept one, correct it first, reject another."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from eval.candidates import Candidate, Draft, DraftSource, Origin, Status, add_candidates, read_candidates
from eval.goldset import Category, read_gold
from tests.conftest import ROOT
from tests.eval.conftest import DOC
from tests.ui.browser import Visit, free_port

pytestmark = [pytest.mark.slow, pytest.mark.browser]
HOSTILE = "<img src=x onerror=\"document.title='hacked'\">"
QUOTE = "全年完成工业产值121.3亿元"
START_SECONDS = 90


@pytest.fixture
def candidates(tmp_path: Path) -> Path:
    file = tmp_path / "candidates.jsonl"
    first = Draft(
        question="东丽区高端装备产业链的工业产值是多少？",
        values=("34.9%",),
        sources=(DraftSource(doc=DOC, quote=QUOTE),),
    )
    second = Draft(question=f"洞头区人口多少？{HOSTILE}", category=Category.UNANSWERABLE)
    comment = f"增速不是我问的{HOSTILE}"
    add_candidates(
        file,
        [
            Candidate.new(Origin.FEEDBACK, first, f"34.9%[1]{HOSTILE}", rating="down", comment=comment),
            Candidate.new(Origin.BATCH, second, "资料中没有。"),
        ],
    )
    return file


@pytest.fixture
def address(candidates: Path, corpus: Path, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    code = "from typer.main import get_command; from eval.cli import app; get_command(app)()"
    arguments = ["review", "--candidates", candidates, "--gold", tmp_path / "gold.jsonl", "--corpus", corpus]
    command = [sys.executable, "-c", code, *map(str, arguments), "--port", str(port)]
    process = subprocess.Popen(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        _wait(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.URLError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {address}")


def until(holds: Callable[[], Any]) -> None:
    """Wait for something on the disk, which the page writes while the test goes on."""
    deadline = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_one_is_corrected_and_accepted_and_one_rejected(
    browser: BrowserContext, address: str, candidates: Path, tmp_path: Path
) -> None:
    visit = Visit(browser, address)
    page = visit.page
    expect(page.locator(".progress .place")).to_have_text("第 1 / 2 题")
    assert "增速不是我问的" in visit.text(".opinion.down")
    assert visit.text("#source-1 mark") == QUOTE
    expect(page.locator("#problems .error")).to_contain_text("答案 34.9% 不在任何一条引文里")
    page.click("#accept")
    expect(page.locator(".message.failed")).to_contain_text("还不能接受")
    assert not (tmp_path / "gold.jsonl").exists()

    page.fill("#values textarea", "12.3亿元")
    expect(page.locator("#problems .error")).to_contain_text("12.3亿元")
    page.fill("#source-1 .quote textarea", "工业产值122亿元")
    expect(page.locator("#source-1 .absent.wrong")).to_be_visible()
    expect(page.locator("#problems")).to_contain_text("引文不是原文")
    page.fill("#values textarea", "121.3亿元")
    page.fill("#source-1 .quote textarea", QUOTE)
    expect(page.locator(".problems.fine")).to_be_visible()
    until(lambda: read_candidates(candidates)[0].draft.values == ("121.3亿元",))
    page.click("#must-pass input")
    page.click("#accept")
    expect(page.locator(".progress .place")).to_have_text("第 1 / 1 题")
    (item,) = read_gold([tmp_path / "gold.jsonl"])
    assert (str(item.answers[0]), item.sources[0].quote, item.must_pass) == ("121.3亿元", QUOTE, True)

    assert "洞头区人口多少？<img" in page.locator("#question textarea").input_value()
    page.click("#reject")
    expect(page.locator(".message.failed")).to_have_text("请写明拒绝的原因，以后好查。")
    page.fill("#reason textarea", "不像真实的问题")
    page.click("#reject")
    expect(page.locator(".about.none")).to_have_text("全部审完了。")
    accepted, rejected = read_candidates(candidates)
    assert (accepted.status, accepted.gold_id) == (Status.ACCEPTED, item.id)
    assert (rejected.status, rejected.rejection) == (Status.REJECTED, "不像真实的问题")
    assert len((tmp_path / "gold.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert page.title() == "数证 · 审题"
    visit.close()


def test_a_closed_page_loses_nothing_that_was_pasted(browser: BrowserContext, address: str, candidates: Path) -> None:
    visit = Visit(browser, address)
    expect(visit.page.locator("#values textarea")).to_have_value("34.9%")
    visit.page.fill("#values textarea", "121.3亿元\n说不准")
    until(lambda: read_candidates(candidates)[0].draft.values == ("121.3亿元", "说不准"))
    visit.close()
    again = Visit(browser, address)
    expect(again.page.locator("#values textarea")).to_have_value("121.3亿元\n说不准")
    assert read_candidates(candidates)[0].status is Status.PENDING
    again.close()
