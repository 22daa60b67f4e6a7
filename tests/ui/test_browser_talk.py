"""What readers do with a conversation, in a real Chromium over the real engine and the seeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import BrowserContext, expect

from tests.conftest import ROOT
from tests.ui.browser import Visit, free_port, running_server

pytestmark = [pytest.mark.slow, pytest.mark.browser]
COMMAND = ("-c", "import sys; from rag.cli import main; sys.exit(main())", "ui")
OUTPUT = "2023年东丽区高端装备产业链全年完成工业产值多少?"
BOTH = "西青区和东丽区瞪羚企业各有多少家?"
GROWTH = "西青区5条重点产业链增加值增速是多少?"
HOSTILE = "<img src=x onerror=\"document.title='hacked'\">"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("talk")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    port = free_port()
    flags = ["--corpus", str(ROOT / "seeds"), "--index", str(folder / "index"), "--models", str(folder / "models")]
    command = [*COMMAND, *flags, "--embedder", "hash", "--llm", "none", "--port", str(port)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHUZHENG_ACCESS", str(folder / "access"))
        with running_server(command, port, folder / "log.txt") as address:
            yield address
    assert "Traceback" not in (folder / "log.txt").read_text(encoding="utf-8")


@pytest.fixture
def visit(browser: BrowserContext, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address)
    yield visit
    visit.close()


def test_one_types_at_once(visit: Visit) -> None:
    expect(visit.page.locator("#question textarea")).to_be_focused()


def test_a_reload_shows_the_conversation_again_and_clearing_forgets_it(visit: Visit) -> None:
    visit.ask(OUTPUT)
    visit.ask("同比增长多少?")
    visit.page.reload()
    expect(visit.page.locator("#t2 .answer")).to_contain_text("34.9%")
    expect(visit.page.locator("#t1 .source mark")).to_be_visible()
    expect(visit.page.locator("button.example").first).to_be_hidden()
    visit.ask("拉动全区规上工业增速增长多少?")
    expect(visit.page.locator("#t3 .answer")).to_be_visible()
    visit.page.get_by_role("button", name="清空对话").click()
    expect(visit.page.locator(".turn")).to_have_count(0)
    expect(visit.page.locator("#keeper [data-keep='']")).to_have_count(1)
    visit.page.reload()
    expect(visit.page.locator("button.example").first).to_be_visible()
    assert visit.page.evaluate("localStorage.length") == 0


def test_hostile_storage_is_harmless(visit: Visit) -> None:
    visit.ask(GROWTH)
    turns = [{"question": HOSTILE, "error": HOSTILE}]
    for kept in (json.dumps({"version": 1, "who": "", "turns": turns}), "{", HOSTILE):
        visit.page.evaluate("kept => localStorage.setItem(Object.keys(localStorage)[0], kept)", kept)
        visit.page.reload()
        visit.page.wait_for_selector("#question textarea")
        restored = 1 if "turns" in kept else 0
        visit.page.fill("#question textarea", GROWTH)
        visit.page.press("#question textarea", "Enter")
        expect(visit.page.locator(f"#t{restored + 1} .answer")).to_contain_text("4.3%")
        expect(visit.page.locator(".turn")).to_have_count(restored + 1)
        assert visit.page.title() == "数证" and visit.page.locator("#conversation img").count() == 0
        if restored:
            assert visit.text("#t1 .error") == HOSTILE


def test_editing_replaces_a_turn_and_what_follows(visit: Visit) -> None:
    visit.ask(OUTPUT)
    visit.ask("同比增长多少?")
    visit.page.locator("#t1").get_by_role("button", name="修改").click()
    expect(visit.page.locator("#question textarea")).to_have_value(OUTPUT)
    expect(visit.page.locator("#question textarea")).to_be_focused()
    expect(visit.page.locator("#banner")).to_contain_text("正在修改第 1 个问题")
    visit.page.fill("#question textarea", GROWTH)
    visit.page.press("#question textarea", "Enter")
    expect(visit.page.locator("#t1 .question")).to_contain_text(GROWTH)
    expect(visit.page.locator("#t1 .answer")).to_contain_text("4.3%")
    expect(visit.page.locator(".turn")).to_have_count(1)
    expect(visit.page.locator("#banner .banner")).to_have_count(0)


@pytest.mark.parametrize("by_keyboard", [False, True])
def test_an_edit_that_is_cancelled_changes_nothing(visit: Visit, by_keyboard: bool) -> None:
    visit.ask(OUTPUT)
    visit.page.locator("#t1").get_by_role("button", name="修改").click()
    if by_keyboard:
        visit.page.keyboard.press("Escape")
    else:
        visit.page.locator("#banner").get_by_role("button", name="取消").click()
    expect(visit.page.locator("#banner .banner")).to_have_count(0)
    visit.ask(GROWTH)
    assert visit.text("#t1 .answer").startswith("121.3亿元") and visit.text("#t2 .answer").startswith("4.3%")


def test_a_retry_by_keyboard_asks_again_and_keeps_the_focus(visit: Visit) -> None:
    visit.ask(OUTPUT)
    first = visit.page.locator("#t1 .answer").text_content() or ""
    visit.page.get_by_role("button", name="重试").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#t1.pending")).to_have_count(0)
    expect(visit.page.locator("#t1 .answer")).to_have_text(first)
    expect(visit.page.locator(".turn")).to_have_count(1)
    visit.page.wait_for_function("document.activeElement !== document.body")


def test_follow_ups_are_answered(visit: Visit) -> None:
    visit.ask(OUTPUT)
    buttons = visit.page.locator("#suggestions button")
    expect(buttons.first).to_be_visible()
    questions = buttons.all_inner_texts()
    assert 1 <= len(questions) <= 3
    buttons.first.click()
    expect(visit.page.locator("#t2.answered .figure.verified").first).to_be_visible()
    assert visit.text("#t2 .question span:last-child") == questions[0]


def test_a_comparison_is_a_table_with_bars(visit: Visit) -> None:
    visit.ask(BOTH)
    rows = visit.page.locator("table.comparison tbody tr")
    expect(rows).to_have_count(2)
    assert [text.split()[0] for text in rows.all_inner_texts()] == ["天津市西青区", "天津市东丽区"]
    widths = rows.locator("rect.value").evaluate_all("bars => bars.map(bar => bar.getBoundingClientRect().width)")
    assert widths[0] / widths[1] == pytest.approx(5 / 23, rel=0.02)
    assert visit.page.get_by_role("img", name="23家").count() == 1


def test_a_source_opens_the_whole_document_at_the_quote(visit: Visit) -> None:
    visit.ask(OUTPUT)
    quote = visit.text(".source mark")
    visit.page.get_by_role("link", name="在全文中查看").first.click()
    visit.page.wait_for_selector("#quote")
    expect(visit.page.locator("#quote")).to_be_in_viewport()
    assert "".join(visit.page.locator("div.text mark").all_inner_texts()).replace("\n", "") == quote.replace("\n", "")


def test_the_conversation_is_exported(visit: Visit, tmp_path: Path) -> None:
    visit.ask(OUTPUT)
    quote = visit.text(".source mark")
    files = {}
    for name in ("Word", "Markdown"):
        visit.page.locator("#export summary").click()
        with visit.page.expect_download() as download:
            visit.page.get_by_role("button", name=name).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    assert [file.name for file in files.values()] == ["问答记录.docx", "问答记录.md"]
    assert quote in [paragraph.text for paragraph in Document(str(files["Word"])).paragraphs]
    assert OUTPUT in files["Markdown"].read_text(encoding="utf-8")


def test_a_rating_with_its_reason_is_written_down(visit: Visit, folder: Path) -> None:
    visit.ask(GROWTH)
    visit.page.get_by_role("button", name="回答得不对").click()
    form = visit.page.locator("#t1reason")
    form.get_by_text("不是我问的").click()
    form.get_by_role("textbox").fill("问的是2022年")
    form.get_by_role("button", name="提交").click()
    expect(visit.page.locator("#said")).to_contain_text("已记下")
    expect(visit.page.get_by_role("button", name="回答得不对")).to_have_attribute("aria-pressed", "true")
    lines = (folder / "access" / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[-1])
    assert (record["rating"], record["reason"], record["question"]) == ("down", "不是我问的：问的是2022年", GROWTH)
    assert record["answer"]["citations"]


@pytest.mark.parametrize(("name", "ask", "tag"), [("English", "Ask", "en"), ("繁體", "提問", "zh-TW")])
def test_the_language_is_chosen_and_remembered(visit: Visit, name: str, ask: str, tag: str) -> None:
    visit.ask(GROWTH)
    answer = visit.page.locator(".answer").text_content() or ""
    for choose in (name, ""):
        if choose:
            with visit.page.expect_navigation():
                visit.page.get_by_role("button", name=choose).click()
        else:
            visit.page.reload()
        expect(visit.page.locator("#ask")).to_have_text(ask)
        expect(visit.page.locator("#t1 .answer")).to_have_text(answer)
        assert visit.page.evaluate("document.documentElement.lang") == tag
    with visit.page.expect_navigation():
        visit.page.get_by_role("button", name="简体").click()
    expect(visit.page.locator("#ask")).to_have_text("提问")
