"""The page in a real Chromium, over the scripted engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.conftest import ROOT
from tests.ui.browser import Visit, scripted_server
from tests.ui.scripted_server import (
    CRASH,
    FOLLOW_UP,
    HOSTILE,
    HOSTILE_DOCUMENT,
    HOSTILE_QUESTION,
    MODEL_ARRIVES,
    SLOW,
    TOO_LONG,
)
from ui.chat import UNEXPECTED
from ui.demo import DOCUMENTS

pytestmark = pytest.mark.browser
GDP = "青河县2023年地区生产总值是多少?"
FIRMS = "青河县有多少家高新技术企业?"
OTHER_YEAR = "青河县2025年地区生产总值是多少?"
EMPTY = "问题是空的，请输入要问的内容。"
CONTRAST = (ROOT / "tests" / "contrast.js").read_text(encoding="utf-8")
PLACES = "parts => parts.map(part => part.getBoundingClientRect())"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with scripted_server(tmp_path_factory.mktemp("server") / "log.txt") as address:
        yield address


@pytest.fixture
def visit(browser: BrowserContext, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address)
    yield visit
    visit.close()


def test_an_answer_shows_figures_and_the_highlighted_quote(visit: Visit) -> None:
    visit.ask(GDP)
    assert visit.text(".answer").startswith("近185.6亿元，同比增长6.2%。")
    chips = visit.page.locator(".figure.verified")
    assert chips.count() == 2 and "✓" in chips.first.inner_text()
    assert visit.text(".qualifier") == "近"
    assert visit.text(".source mark") == "2023年,全县实现地区生产总值近185.6亿元,同比增长6.2%。"
    assert visit.text(".source blockquote") == DOCUMENTS["年报/青河县2023年统计公报.txt"].split("\n")[2]
    assert "年报/青河县2023年统计公报.txt" in visit.text(".locator")


def test_a_clicked_example_is_asked_and_the_examples_go(visit: Visit) -> None:
    visit.page.get_by_role("button", name=FIRMS).click()
    visit.page.wait_for_selector("#t1:not(.pending)")
    assert visit.text(".question span:last-child") == FIRMS
    expect(visit.page.locator("button.example").first).to_be_hidden()
    sides = visit.page.locator(".conflict li .amount").all_inner_texts()
    assert sides == ["36家", "38家"]
    first, second = visit.page.locator(".conflict li").evaluate_all(PLACES)
    assert first["top"] == second["top"] and first["right"] < second["left"]


def test_a_follow_up_carries_the_conversation_and_clearing_forgets_it(visit: Visit) -> None:
    visit.ask(GDP)
    visit.ask(FIRMS)
    visit.ask(FOLLOW_UP)
    assert visit.text("#t3 .answer") == f"此前问过2个问题：{GDP}；{FIRMS}"
    visit.page.get_by_role("button", name="清空对话").click()
    expect(visit.page.locator(".turn")).to_have_count(0)
    expect(visit.page.locator("button.example").first).to_be_visible()
    visit.ask(FOLLOW_UP)
    assert visit.text("#t1 .answer") == "此前问过0个问题："


def test_two_visitors_do_not_share_a_conversation(visit: Visit, browser: BrowserContext, address: str) -> None:
    visit.ask(GDP)
    other = Visit(browser, address)
    other.ask(FOLLOW_UP)
    assert other.text(".answer") == "此前问过0个问题："
    other.close()


def test_a_refusal_looks_different_and_says_why(visit: Visit) -> None:
    visit.ask(OTHER_YEAR)
    assert visit.text(".refused .refusal").split() == ["不作答", "资料中只有其他时间的数字"]
    assert "最接近的是2023年" in visit.text(".refused .answer")
    backgrounds = visit.page.evaluate(
        "() => ['.refused .reply', 'body'].map(s => getComputedStyle(document.querySelector(s)).backgroundColor)"
    )
    assert backgrounds[0] != backgrounds[1]


@pytest.mark.parametrize(
    ("question", "sentence"), [("", EMPTY), (" \n", EMPTY), ("长" * 100_000, TOO_LONG), (CRASH, UNEXPECTED)]
)
def test_what_cannot_be_answered_is_one_sentence(visit: Visit, question: str, sentence: str) -> None:
    visit.ask(question)
    assert visit.text(".turn.failed .error") == sentence
    assert "Traceback" not in visit.text("body") and "内部细节" not in visit.text("body")
    visit.ask(GDP)
    assert "近185.6亿元" in visit.text("#t2 .answer")


def test_nothing_hostile_runs_and_all_of_it_is_shown(visit: Visit) -> None:
    expect(visit.page.get_by_role("button", name=HOSTILE_QUESTION)).to_be_visible()
    visit.ask(HOSTILE_QUESTION)
    assert visit.text(".question span:last-child") == HOSTILE_QUESTION
    assert visit.text(".source mark") == HOSTILE
    assert visit.text(".locator .path") == HOSTILE_DOCUMENT
    assert HOSTILE in visit.text(".answer") and HOSTILE in visit.text(".source h4")
    assert visit.page.locator("#conversation :is(img, script)").count() == 0
    assert visit.page.title() == "数证"


def test_a_reference_brings_its_card_into_view(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 700, "height": 420})
    visit.ask(FIRMS)
    card = visit.page.locator("#t1c2")
    expect(card).not_to_be_in_viewport()
    visit.page.locator(".answer a.ref").last.click()
    expect(card).to_be_in_viewport()


def test_a_long_paragraph_opens_and_folds(visit: Visit) -> None:
    visit.ask(FIRMS)
    paragraph = visit.page.locator("blockquote.long")
    button = visit.page.locator("[data-unfold]")
    mark, folded = paragraph.locator("mark").bounding_box(), paragraph.bounding_box()
    assert mark and folded and folded["y"] <= mark["y"] < folded["y"] + folded["height"]
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert paragraph.evaluate("p => p.scrollHeight <= p.clientHeight + 1")
    button.click()
    assert paragraph.bounding_box() == folded


@pytest.mark.parametrize("secure", [True, False])
def test_answer_and_quotes_are_copied(visit: Visit, secure: bool) -> None:
    if not secure:
        visit.page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
    visit.ask(GDP)
    visit.page.get_by_role("button", name="复制答案与依据").click()
    expect(visit.page.locator("[data-copy]")).to_have_text("已复制")
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("近185.6亿元，同比增长6.2%。[1]\n\n依据：\n[1] 青河县2023年")
    expect(visit.page.locator("[data-copy]")).to_have_text("复制答案与依据")


def test_enter_that_picks_a_candidate_of_an_input_method_does_not_ask(visit: Visit) -> None:
    visit.page.fill("#question textarea", GDP)
    for kind in ("keydown", "keypress"):
        visit.page.dispatch_event(
            "#question textarea", kind, {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
        )
    assert visit.page.input_value("#question textarea") == GDP
    visit.page.press("#question textarea", "Enter")
    expect(visit.page.locator("#t1.answered")).to_be_visible()


def test_while_an_answer_is_awaited_the_question_stands_and_a_second_enter_does_nothing(visit: Visit) -> None:
    visit.page.fill("#question textarea", SLOW)
    visit.page.press("#question textarea", "Enter")
    visit.page.press("#question textarea", "Enter")
    expect(visit.page.locator(".turn.pending .waiting")).to_be_visible()
    expect(visit.page.locator("#ask")).to_be_hidden()
    expect(visit.page.locator(".turn.refused .answer")).to_have_text("等到了。")
    expect(visit.page.locator("#ask")).to_be_visible()
    expect(visit.page.locator(".turn")).to_have_count(1)


def test_clearing_while_an_answer_is_awaited_drops_it(visit: Visit) -> None:
    visit.ask(GDP)
    visit.page.fill("#question textarea", SLOW)
    visit.page.press("#question textarea", "Enter")
    expect(visit.page.locator(".turn.pending")).to_be_visible()
    visit.page.get_by_role("button", name="清空对话").click()
    expect(visit.page.locator(".turn")).to_have_count(0)
    visit.ask(FOLLOW_UP)
    assert visit.text("#t1 .answer") == "此前问过0个问题："


def test_the_box_and_the_outcome_have_names_for_screen_readers(visit: Visit) -> None:
    expect(visit.page.get_by_role("textbox", name="问题")).to_be_visible()
    visit.ask(GDP)
    expect(visit.page.get_by_role("status").first).to_contain_text("近185.6亿元")
    expect(visit.page.get_by_role("article", name=GDP)).to_be_visible()
    expect(visit.page.get_by_role("complementary", name="原文依据")).to_be_visible()
    assert visit.page.evaluate("document.documentElement.lang") == "zh-CN"


def test_sources_stand_beside_the_answer_and_below_it_on_a_phone(
    visit: Visit, browser: BrowserContext, address: str
) -> None:
    visit.ask(GDP)
    reply, sources = visit.page.locator(".reply, .sources").evaluate_all(PLACES)
    assert sources["left"] > reply["right"] and sources["top"] == reply["top"]
    phone = Visit(browser, address, width=390)
    for question in (GDP, FIRMS, OTHER_YEAR, HOSTILE_QUESTION):
        phone.ask(question)
    reply, sources = phone.page.locator("#t1 :is(.reply, .sources)").evaluate_all(PLACES)
    assert sources["top"] > reply["bottom"]
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(phone.page.locator("#ask")).to_be_in_viewport()
    phone.close()


def test_dark_theme_is_dark_and_readable(browser: BrowserContext, address: str) -> None:
    visit = Visit(browser, address, dark=True)
    visit.ask(GDP)
    contrast = visit.page.evaluate(CONTRAST, "main")
    assert min(contrast.values()) >= 4.5, contrast
    visit.close()


def test_light_theme_is_readable(visit: Visit) -> None:
    visit.ask(OTHER_YEAR)
    visit.ask(FIRMS)
    contrast = visit.page.evaluate(CONTRAST, "main")
    assert min(contrast.values()) >= 4.5, contrast


def test_the_model_arrives_while_the_page_is_open(visit: Visit) -> None:
    expect(visit.page.locator("#status")).to_contain_text("语言模型下载中 37%")
    expect(visit.page.get_by_role("radio", name="模型表述")).to_be_hidden()
    visit.ask(MODEL_ARRIVES)
    expect(visit.page.locator("#status")).to_contain_text("语言模型已就绪：测试模型")
    visit.page.get_by_role("radio", name="模型表述").check()
    visit.ask(GDP)
    assert visit.text("#t2 .answer").startswith("近185.6亿元")
    assert "草稿尚未核对" in visit.text("#t2 .draft")
    expect(visit.page.locator("#t2 .answer")).to_contain_text("模型说：近185.6亿元")
    expect(visit.page.locator("#t2 .meta")).to_contain_text("模型表述（测试模型）")
    expect(visit.page.locator("#t2 .draft")).to_have_count(0)
    expect(visit.page.locator("#ask")).to_be_visible()


def test_stopping_shows_the_extract_and_stops_the_model(browser: BrowserContext, address: str) -> None:
    visit = Visit(browser, address)
    visit.ask(MODEL_ARRIVES)
    visit.page.fill("#question textarea", GDP)
    visit.page.press("#question textarea", "Enter")
    expect(visit.page.locator("#t2 .draft")).to_contain_text("草稿尚未核对")
    visit.page.get_by_role("button", name="停止").click()
    expect(visit.page.locator("#t2 .notice")).to_have_text("已停止组织语言，这里是摘录的回答。")
    expect(visit.page.locator("#ask")).to_be_visible()
    assert visit.text("#t2 .answer").startswith("近185.6亿元")
    visit.page.get_by_role("button", name="重试").click()
    expect(visit.page.locator("#t2 .answer")).to_contain_text("停过1次")
    expect(visit.page.locator(".turn")).to_have_count(2)
    visit.close()


def test_stopping_a_search_waits_for_nothing(visit: Visit) -> None:
    visit.page.fill("#question textarea", SLOW)
    visit.page.press("#question textarea", "Enter")
    visit.page.get_by_role("button", name="停止").click()
    expect(visit.page.locator("#t1.stopped .notice")).to_have_text("已停止，没有作答。")
    expect(visit.page.locator("#ask")).to_be_visible()
    visit.ask(GDP)
    assert visit.text("#t2 .answer").startswith("近185.6亿元")
