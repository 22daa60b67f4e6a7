"""Behind a real nginx, under a sub-path, over TLS, with two workers on one index, in a real Chromium."""

from __future__ import annotations

import asyncio
import http.client
import json
import ssl
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect, sync_playwright

from tests.conftest import find_browser, require
from tests.ui.browser import FLAGS, Visit
from tests.ui.deployment import SUB_PATH, Deployment, deployed, find_nginx

pytestmark = [pytest.mark.slow, pytest.mark.browser]
QUESTION = "东丽区国家高新技术企业有多少家?"
FIGURE = "598家"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>办公网</title><h1>办公网</h1>
<button id="own">自己的按钮</button>
<iframe src="{address}?embed=1" title="问答" width="420" height="600"></iframe>
<script src="{address}embed.js" data-title="问问数证" defer></script></html>"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def intranet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, str]]:
    """A folder that two other sites serve: one that may embed the page, one that may not."""
    folder = tmp_path_factory.mktemp("intranet")
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))) for _ in range(2)]
    for server in servers:
        Thread(target=server.serve_forever, daemon=True).start()
    trusted, other = (f"http://127.0.0.1:{server.server_port}" for server in servers)
    yield folder, trusted, other
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, intranet: tuple[Path, str, str]) -> Iterator[Deployment]:
    if find_nginx() is None:
        require("SHUZHENG_REQUIRE_BROWSER", "no nginx found")
    folder, trusted, _ = intranet
    changed = {"https://oa.example.cn": trusted, 'login = "password"': "allow_anyone = true"}
    more = '\nembedder = "hash"\ndemo_page = true\nrate_limit = ""\n'
    with deployed(tmp_path_factory.mktemp("deployment"), changed, more) as running:
        (folder / "index.html").write_text(PAGE.format(address=running.address), encoding="utf-8")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_browser(), headless=True, args=list(FLAGS))
        context = chromium.new_context(locale="zh-CN", ignore_https_errors=True)
        context.set_default_timeout(60_000)
        expect.set_options(timeout=30_000)
        yield context
        chromium.close()


def get(address: str, source: str, path: str = "/healthz") -> int:
    """Fetch from a chosen address of this machine; all of 127.0.0.0/8 is."""
    trusting = ssl._create_unverified_context()
    host = urlsplit(address).netloc
    connection = http.client.HTTPSConnection(host, context=trusting, source_address=(source, 0), timeout=20)
    connection.request("GET", SUB_PATH + path)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_question_is_answered_under_the_sub_path(deployment: Deployment, browser: BrowserContext) -> None:
    visit = Visit(browser, deployment.address)
    visit.ask(QUESTION)
    assert visit.text(".answer").startswith(FIGURE)
    assert FIGURE in visit.text(".source mark")
    visit.close()


def test_the_address_without_its_last_slash_leads_to_the_page(deployment: Deployment, browser: BrowserContext) -> None:
    visit = Visit(browser, f"{deployment.address.removesuffix('/')}?embed=1")
    assert visit.page.url == f"{deployment.address}?embed=1"
    expect(visit.page.locator(".masthead").first).to_be_hidden()
    visit.close()


def test_documentation_is_read_without_another_host(deployment: Deployment, browser: BrowserContext) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{deployment.address}docs")
    expect(page.locator(".opblock-summary-path", has_text="/api/ask")).to_be_visible()
    page.locator(".opblock-summary-control", has_text="/v1/chat/completions").click()
    expect(page.locator(".opblock-body").first).to_contain_text("messages")
    assert all(url.startswith((deployment.address, "data:")) for url in asked)
    page.close()


def test_demo_page_shows_frame_bubble_and_api(deployment: Deployment, browser: BrowserContext) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.goto(f"{deployment.address}demo")
    page.get_by_label("问题", exact=True).fill(QUESTION)
    page.get_by_role("button", name="提问").click()
    expect(page.locator("#reply")).to_contain_text(FIGURE)
    expect(page.frame_locator("#frame").locator("#question textarea")).to_be_visible()
    page.get_by_role("button", name="打开问问数证").click()
    expect(bubble(page).locator("#question textarea")).to_be_focused()
    assert f"{deployment.address}embed.js" in page.locator("pre").nth(1).inner_text()
    assert errors == []
    page.close()


def bubble(page: Page) -> FrameLocator:
    return page.locator("[data-shuzheng-bubble]").frame_locator("iframe")


def test_a_trusted_site_embeds_the_compact_page(
    deployment: Deployment, browser: BrowserContext, intranet: tuple[Path, str, str]
) -> None:
    page = browser.new_page()
    page.goto(intranet[1])
    frame = page.frame_locator("body > iframe")
    frame.locator("#question textarea").fill(QUESTION)
    frame.locator("#question textarea").press("Enter")
    expect(frame.locator("#t1 .answer")).to_contain_text(FIGURE)
    expect(frame.locator(".masthead").first).to_be_hidden()
    assert frame.locator("body").evaluate("body => body.scrollWidth <= innerWidth")
    page.close()


def test_the_frame_leaves_the_focus_of_its_host_alone(
    deployment: Deployment, browser: BrowserContext, intranet: tuple[Path, str, str]
) -> None:
    for _ in range(3):
        page = browser.new_page()
        page.goto(intranet[1])
        own = page.locator("#own")
        own.focus()
        box = page.frame_locator("body > iframe").locator("#question textarea")
        expect(box).to_be_visible()
        box.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        expect(own).to_be_focused()
        page.close()


def test_the_bubble_is_used_by_keyboard_alone(
    deployment: Deployment, browser: BrowserContext, intranet: tuple[Path, str, str]
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(intranet[1])
    button = page.get_by_role("button", name="打开问问数证")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="问问数证")
    expect(dialog).to_be_visible()
    expect(bubble(page).locator("#question textarea")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(bubble(page).locator("#t1 .answer")).to_contain_text(FIGURE)
    expect(page.get_by_role("status")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(bubble(page).locator("#t1 .answer")).to_contain_text(FIGURE)
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(intranet[1]).netloc, urlsplit(deployment.address).netloc}
    page.close()


def test_another_site_cannot_embed_the_page_and_its_bubble_says_why(
    deployment: Deployment, browser: BrowserContext, intranet: tuple[Path, str, str]
) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.clock.install()
    page.goto(intranet[2])
    page.get_by_role("button", name="打开问问数证").click()
    page.clock.run_for(16_000)
    expect(page.get_by_role("status")).to_contain_text("embed_parents")
    assert any("frame-ancestors" in text for text in said)
    assert all(frame.locator("#question").count() == 0 for frame in page.frames)
    page.close()


def test_the_openai_client_streams_through_the_proxy(deployment: Deployment) -> None:
    with openai.DefaultHttpxClient(verify=False) as http_client:
        client = openai.OpenAI(base_url=f"{deployment.address}v1", api_key="none", http_client=http_client)
        messages: list[Any] = [{"role": "user", "content": QUESTION}]
        chunks = list(client.chat.completions.create(model="shuzheng", messages=messages, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text.startswith(FIGURE) and "出处" in text and len(chunks) > 3


def test_the_mcp_client_asks_through_the_proxy(deployment: Deployment) -> None:
    async def ask() -> str:
        async with httpx2.AsyncClient(verify=False, timeout=30) as http_client:
            transport = streamable_http_client(f"{deployment.address}mcp", http_client=http_client)
            async with Client(transport) as client:
                result = await client.call_tool("ask", {"question": QUESTION})
                return json.dumps(result.structured_content, ensure_ascii=False)

    with ThreadPoolExecutor() as beside_playwright:
        assert FIGURE in beside_playwright.submit(asyncio.run, ask()).result()


def test_numbers_for_monitoring_stay_inside(deployment: Deployment) -> None:
    assert get(deployment.address, "127.0.0.1", "/metrics") == 404


def test_a_visitor_stays_with_one_worker_and_all_workers_are_used(deployment: Deployment) -> None:
    for _ in range(2):
        for last in range(2, 22):
            assert get(deployment.address, f"127.0.0.{last}") == 200
    workers: dict[str, set[int]] = defaultdict(set)
    for client, port in deployment.upstreams():
        workers[client].add(port)
    assert all(len(ports) == 1 for ports in workers.values())
    assert set.union(*workers.values()) == set(deployment.workers)


def test_when_a_worker_is_gone_the_other_answers_for_it_and_goes_on_with_its_conversations(
    deployment: Deployment, browser: BrowserContext
) -> None:
    """Last in this file: the worker does not come back."""
    visit = Visit(browser, deployment.address)
    visit.ask(QUESTION)
    worker = deployment.workers[[port for client, port in deployment.upstreams() if client == "127.0.0.1"][-1]]
    worker.terminate()
    assert worker.wait(timeout=60) == 0
    visit.ask("那雏鹰企业呢?")
    expect(visit.page.locator("#t2 .answer")).to_contain_text("467家")
    visit.page.close()
    assert [get(deployment.address, f"127.0.0.{last}") for last in range(2, 22)] == [200] * 20
