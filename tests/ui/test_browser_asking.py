"""No question is lost, whenever it is sent: in a real Chromium, over the scripted engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.browser import WAIT_MS, Visit, free_port, scripted_server
from tests.ui.scripted_server import AWAY, FOLLOW_UP, FORGET, SLOW

pytestmark = pytest.mark.browser
GDP = "青河县2023年地区生产总值是多少?"
FIRMS = "青河县有多少家高新技术企业?"
SPENDING = "青河县研发经费投入多少?"
BOX = "#question textarea"
_SEND_ONCE_SEEN = """([wanted, question]) => {
  const look = new MutationObserver(() => {
    const box = document.querySelector('#question textarea');
    if (!box || !document.querySelector(wanted)) return;
    look.disconnect();
    box.value = question;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    for (const kind of ['keydown', 'keypress']) {
      box.dispatchEvent(new KeyboardEvent(kind, { key: 'Enter', bubbles: true, cancelable: true }));
    }
  });
  look.observe(document, { childList: true, subtree: true, attributes: true });
}"""
"""Sends a question in the very task in which something appears; no person is faster."""

_END_STREAMS_LATE = """(() => {
  const plain = window.fetch;
  const late = () => new TransformStream({ async transform(chunk, out) {
    const text = new TextDecoder().decode(chunk);
    const end = text.search(/data: [^\\n]*close_stream/);
    out.enqueue(new TextEncoder().encode(end < 0 ? text : text.slice(0, end)));
    if (end < 0) return;
    await new Promise((resolve) => setTimeout(resolve, 700));
    out.enqueue(new TextEncoder().encode(text.slice(end)));
  } });
  window.fetch = async (input, init) => {
    const reply = await plain(input, init);
    const streams = input instanceof Request && input.url.includes('/queue/data');
    return streams ? new Response(reply.body.pipeThrough(late()), reply) : reply;
  };
})()"""
"""A busy browser: it learns late that the server has closed a stream, and takes it for open until then."""
_NOTE_STREAMS = """(() => {
  window.streams = [];
  const plain = window.fetch;
  window.fetch = (input, init) => {
    if (input instanceof Request && input.url.includes('/queue/data')) streams.push(input);
    return plain(input, init);
  };
})()"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with scripted_server(log) as address:
        yield address
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture
def visit(browser: BrowserContext, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address)
    yield visit
    visit.close()


def send(page: Page, question: str) -> None:
    page.fill(BOX, question)
    page.press(BOX, "Enter")


def send_on_arrival(page: Page, question: str) -> None:
    """Send a question as soon as the page that is opened next has its box."""
    page.add_init_script(f"({_SEND_ONCE_SEEN})({json.dumps([BOX, question])})")


def questions_shown(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".turn .question > span:last-child").all_inner_texts()]


def finished(page: Page, turns: int) -> None:
    """Wait until so many questions are answered, and nothing waits any more."""
    expect(page.locator(".turn:not(.pending)")).to_have_count(turns)
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("#stop")).to_be_hidden()


def test_a_question_sent_as_the_page_arrives_is_answered(browser: BrowserContext, address: str) -> None:
    visit = Visit(browser, address, before=lambda page: send_on_arrival(page, GDP))
    expect(visit.page.locator("#t1 .answer")).to_contain_text("近185.6亿元")
    finished(visit.page, 1)
    assert visit.page.input_value(BOX) == ""
    visit.close()


def test_a_question_sent_while_a_conversation_is_restored_follows_it(visit: Visit) -> None:
    visit.ask(GDP)
    finished(visit.page, 1)
    send_on_arrival(visit.page, FOLLOW_UP)
    visit.page.reload()
    expect(visit.page.locator("#t2 .answer")).to_have_text(f"此前问过1个问题：{GDP}")
    finished(visit.page, 2)
    assert questions_shown(visit.page) == [GDP, FOLLOW_UP]


def test_a_question_sent_as_the_answer_before_appears_is_answered(visit: Visit) -> None:
    visit.page.evaluate(_SEND_ONCE_SEEN, ["#t1:not(.pending)", FIRMS])
    send(visit.page, GDP)
    expect(visit.page.locator("#t2 .answer")).to_contain_text("36家")
    finished(visit.page, 2)
    assert questions_shown(visit.page) == [GDP, FIRMS]


def test_a_question_sent_while_the_browser_takes_a_closed_stream_for_open_is_answered(
    browser: BrowserContext, address: str
) -> None:
    visit = Visit(browser, address, before=lambda page: page.add_init_script(_END_STREAMS_LATE))
    for turn, question in enumerate((GDP, FIRMS, SPENDING), 1):
        send(visit.page, question)
        expect(visit.page.locator(f"#t{turn}.answered")).to_be_visible()
    finished(visit.page, 3)
    visit.close()


def test_questions_sent_one_upon_another_wait_in_sight_and_are_answered_in_order(visit: Visit) -> None:
    for question in (SLOW, GDP, FIRMS, FOLLOW_UP):
        send(visit.page, question)
    expect(visit.page.locator("#waiting li > span")).to_have_text([GDP, FIRMS, FOLLOW_UP])
    assert visit.page.input_value(BOX) == ""
    finished(visit.page, 4)
    assert questions_shown(visit.page) == [SLOW, GDP, FIRMS, FOLLOW_UP]
    assert visit.text("#t4 .answer") == f"此前问过3个问题：{SLOW}；{GDP}；{FIRMS}"
    expect(visit.page.locator("#waiting li")).to_have_count(0)


def test_a_waiting_question_can_be_taken_back_into_the_box(visit: Visit) -> None:
    send(visit.page, SLOW)
    send(visit.page, GDP)
    send(visit.page, FIRMS)
    visit.page.locator("#waiting li").filter(has_text=GDP).get_by_role("button", name="取消").click()
    expect(visit.page.locator(BOX)).to_have_value(GDP)
    finished(visit.page, 2)
    assert questions_shown(visit.page) == [SLOW, FIRMS]
    assert visit.page.input_value(BOX) == GDP


def test_an_example_that_is_clicked_twice_is_asked_once(visit: Visit) -> None:
    visit.page.get_by_role("button", name=FIRMS).dblclick()
    finished(visit.page, 1)
    assert questions_shown(visit.page) == [FIRMS]


def test_a_question_sent_right_after_a_stop_is_answered(visit: Visit) -> None:
    send(visit.page, SLOW)
    visit.page.get_by_role("button", name="停止").click()
    send(visit.page, GDP)
    expect(visit.page.locator("#t1.stopped .notice")).to_have_text("已停止，没有作答。")
    expect(visit.page.locator("#t2 .answer")).to_contain_text("近185.6亿元")
    finished(visit.page, 2)


def test_a_question_sent_right_after_a_retry_is_answered(visit: Visit) -> None:
    visit.ask(GDP)
    visit.page.get_by_role("button", name="重试").click()
    send(visit.page, FIRMS)
    expect(visit.page.locator("#t2 .answer")).to_contain_text("36家")
    finished(visit.page, 2)
    assert questions_shown(visit.page) == [GDP, FIRMS]


def test_an_edited_question_sent_at_once_replaces_its_turn(visit: Visit) -> None:
    visit.ask(GDP)
    visit.ask(FIRMS)
    visit.page.fill(BOX, SPENDING)
    visit.page.locator("#t1").get_by_role("button", name="修改").click()
    send(visit.page, FOLLOW_UP)
    expect(visit.page.locator("#t1 .answer")).to_have_text("此前问过0个问题：")
    finished(visit.page, 1)
    assert questions_shown(visit.page) == [FOLLOW_UP]
    assert visit.page.input_value(BOX) == SPENDING


def test_a_question_sent_right_after_clearing_begins_anew(visit: Visit) -> None:
    visit.ask(GDP)
    send(visit.page, SLOW)
    visit.page.get_by_role("button", name="清空对话").click()
    send(visit.page, FOLLOW_UP)
    expect(visit.page.locator("#t1 .answer")).to_have_text("此前问过0个问题：")
    finished(visit.page, 1)
    assert questions_shown(visit.page) == [FOLLOW_UP]


def test_a_question_that_does_not_reach_the_server_comes_back_into_the_box(visit: Visit) -> None:
    visit.page.route("**/queue/join*", lambda route: route.abort())
    send(visit.page, GDP)
    expect(visit.page.locator(BOX)).to_have_value(GDP)
    expect(visit.page.locator("#ask")).to_be_visible()
    visit.page.unroute("**/queue/join*")
    visit.page.press(BOX, "Enter")
    expect(visit.page.locator("#t1 .answer")).to_contain_text("近185.6亿元")
    finished(visit.page, 1)
    visit.errors[:] = [error for error in visit.errors if "net::ERR_FAILED" not in error]


def test_a_reload_and_nothing_else_puts_unanswered_questions_back_into_the_box(visit: Visit) -> None:
    send(visit.page, SLOW)
    expect(visit.page.locator(".turn.pending")).to_be_visible()
    send(visit.page, GDP)
    visit.page.reload()
    expect(visit.page.locator(BOX)).to_have_value(f"{SLOW}\n{GDP}")
    visit.page.goto(f"{visit.page.url}?lang=zh-CN")
    visit.page.get_by_role("button", name=FIRMS).click()
    finished(visit.page, 1)
    assert questions_shown(visit.page) == [FIRMS]
    assert visit.page.input_value(BOX) == ""


def test_a_kept_conversation_comes_back_once_there_is_an_index_again(visit: Visit) -> None:
    visit.ask(GDP)
    visit.ask(AWAY)
    finished(visit.page, 2)
    visit.page.reload()
    visit.ask(FIRMS)
    assert "索引还在准备" in visit.text("#t1 .error")
    expect(visit.page.locator(".turn")).to_have_count(3)
    assert questions_shown(visit.page) == [GDP, AWAY, FIRMS]
    visit.ask(FOLLOW_UP)
    assert visit.text("#t4 .answer") == f"此前问过2个问题：{GDP}；{AWAY}"
    visit.page.reload()
    expect(visit.page.locator("#t4")).to_be_visible()
    assert questions_shown(visit.page) == [GDP, AWAY, FIRMS, FOLLOW_UP]


def test_a_page_that_the_server_forgot_goes_on_with_its_conversation(visit: Visit, address: str) -> None:
    visit.ask(GDP)
    visit.ask(FIRMS)
    finished(visit.page, 2)
    with urlopen(f"{address}api/facts?place={quote(FORGET)}", timeout=WAIT_MS / 1000) as reply:
        assert reply.status == 200
    send(visit.page, FOLLOW_UP)
    expect(visit.page.locator("#t3 .answer")).to_have_text(f"此前问过2个问题：{GDP}；{FIRMS}")
    finished(visit.page, 3)


@pytest.mark.slow
def test_a_restart_of_the_server_loses_neither_the_conversation_nor_the_question(
    browser: BrowserContext, tmp_path: Path
) -> None:
    port = free_port()
    with scripted_server(tmp_path / "first.txt", port) as address:
        visit = Visit(browser, address)
        visit.ask(GDP)
        finished(visit.page, 1)
    expect(visit.page.get_by_role("alert")).to_contain_text("连接断了")
    expect(visit.page.locator(".toast-wrap")).to_be_hidden()
    send(visit.page, FOLLOW_UP)
    with scripted_server(tmp_path / "second.txt", port):
        expect(visit.page.locator("#t1 .answer")).to_contain_text("近185.6亿元")
        expect(visit.page.locator(BOX)).to_have_value(FOLLOW_UP)
        visit.page.press(BOX, "Enter")
        expect(visit.page.locator("#t2 .answer")).to_have_text(f"此前问过1个问题：{GDP}")
        visit.errors.clear()
        visit.close()


def test_the_streams_of_answers_are_what_the_script_takes_them_for(browser: BrowserContext, address: str) -> None:
    """`outbox.js` waits for the end of Gradio's streams: it has to see each one begin and end."""
    asked: list[str] = []

    def watch(page: Page) -> None:
        page.add_init_script(_NOTE_STREAMS)
        page.on("request", lambda request: asked.append(request.url) if "/queue/data" in request.url else None)

    visit = Visit(browser, address, before=watch)
    for question in (GDP, FIRMS):
        visit.ask(question)
    finished(visit.page, 2)
    visit.page.wait_for_function("streams.every(one => one.signal.aborted)")
    assert visit.page.evaluate("streams.map(one => one.url)") == asked
    assert len(asked) == 2
    visit.close()
