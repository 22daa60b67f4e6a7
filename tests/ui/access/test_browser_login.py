"""Logging in with a real Chromium, and what the browser may load and send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.browser import Visit, free_port, running_server
from tests.ui.scripted_server import HOSTILE_QUESTION
from ui.access.users import Users

pytestmark = [pytest.mark.slow, pytest.mark.browser]
GDP = "青河县2023年地区生产总值是多少?"
PASSWORD = "correct horse 电池"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("access")
    Users(folder).add("王芳", PASSWORD, manage=False)
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    port = free_port()
    settings = [f"access={folder}", "login=password", "rate_limit=3/hour"]
    log = folder / "log.txt"
    with running_server(["-m", "tests.ui.access.guarded_server", str(port), *settings], port, log) as address:
        yield address
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_a_person_logs_in_asks_is_audited_and_limited_and_logs_out(
    browser: BrowserContext, address: str, folder: Path
) -> None:
    page = browser.new_page()
    page.goto(f"{address}?embed=1")
    assert page.url == f"{address}login?next=%3Fembed%3D1"
    page.get_by_label("用户名").fill("王芳")
    page.get_by_label("密码").fill("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("用户名或密码不对。")
    page.get_by_label("用户名").fill("王芳")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_selector("#question textarea")
    assert page.url == f"{address}?embed=1"
    page.close()

    visit = Visit(browser, address)
    visit.ask(GDP)
    assert visit.text(".answer").startswith("近185.6亿元")
    visit.ask(HOSTILE_QUESTION)
    assert visit.page.title() == "数证"
    visit.ask(GDP)
    visit.ask(GDP)
    assert "提问太频繁" in visit.text("#t4")
    visit.close()
    lines = (folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["user"] for line in lines] == ["王芳"] * 3

    page = browser.new_page()
    page.goto(f"{address}login")
    expect(page.locator("main")).to_contain_text("您是 王芳")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(f"{address}login")
    page.goto(address)
    assert page.url == f"{address}login"
    page.close()


@pytest.fixture(scope="module")
def open_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, log = free_port(), tmp_path_factory.mktemp("open") / "log.txt"
    with running_server(["-m", "tests.ui.access.guarded_server", str(port)], port, log) as address:
        yield address


@pytest.mark.parametrize("path", ["", "?embed=1", "login", "docs", "demo", "nothing"])
def test_no_page_asks_another_host_for_anything(browser: BrowserContext, open_address: str, path: str) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(open_address + path)
    page.wait_for_load_state("networkidle" if path in {"docs", "login", "nothing"} else "load")
    page.wait_for_timeout(500)
    page.close()
    assert asked
    assert [url for url in asked if not url.startswith((open_address, "data:", "blob:", "ws://127.0.0.1"))] == []


def test_a_page_that_does_ask_another_host_is_stopped_and_noticed(browser: BrowserContext, open_address: str) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.goto(open_address)
    page.on("console", lambda line: asked.append(line.text) if "Content Security Policy" in line.text else None)
    fetched = page.evaluate("fetch('http://192.0.2.1/').then(() => 'reached', () => 'stopped')")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://192.0.2.1/x.png'}))")
    page.wait_for_timeout(300)
    page.close()
    assert fetched == "stopped" and len(asked) >= 2


def test_another_sites_page_can_neither_ask_nor_frame(browser: BrowserContext, open_address: str) -> None:
    page = browser.new_page()
    page.route("http://evil.test/", lambda route: route.fulfill(body="<p>evil</p>", content_type="text/html"))
    page.goto("http://evil.test/")
    send = """async address => {
        const options = {method: 'POST', mode: 'no-cors', body: '{"question": "x"}'}
        await fetch(address + 'api/ask', options).catch(() => 0)
        const frame = Object.assign(document.createElement('iframe'), {src: address})
        document.body.append(frame)
        await new Promise(done => frame.onload = done)
    }"""
    replies: list[int] = []
    page.on("response", lambda reply: replies.append(reply.status) if reply.url.endswith("/api/ask") else None)
    page.evaluate(send, open_address)
    framed = [frame for frame in page.frames if frame.parent_frame]
    assert len(framed) == 1 and "数证" not in framed[0].content()
    assert set(replies) <= {403}
    page.close()
