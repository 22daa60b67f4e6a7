"""The pages of figures and documents in a real Chromium, as `shuzheng ui` serves them over documents of the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.ui.browser import WAIT_MS, Visit, free_port, running_server
from tests.ui.library.pieces import BULLETIN, NEWS, TEXTS, write_corpus

pytestmark = [pytest.mark.slow, pytest.mark.browser]
COMMAND = ("-c", "import sys; from rag.cli import main; sys.exit(main())", "ui")
YEARBOOK = "年鉴.txt"
ROWS = 60
NEW = "东丽区公告\n\n2024年东丽区瞪羚企业达到77家。\n"
SHOWN = "#fact-results .summary"


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Indexing in the background takes longer than a page."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_corpus(tmp_path_factory.mktemp("library") / "corpus")
    lines = [f"{2000 + number % 20}年,丁河县第{number}产业产值{number}.5亿元。" for number in range(ROWS)]
    (folder / YEARBOOK).write_text("丁河县历年产值年鉴\n\n" + "\n\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(corpus: Path) -> Iterator[str]:
    port, folder = free_port(), corpus.parent
    flags = ["--corpus", str(corpus), "--index", str(folder / "index"), "--models", str(folder / "models")]
    command = [*COMMAND, *flags, "--embedder", "hash", "--llm", "none", "--port", str(port)]
    with running_server(command, port, folder / "log.txt") as address:
        yield address


def opened(browser: BrowserContext, address: str, *, width: int = 1280, dark: bool = False) -> Visit:
    return Visit(browser, address, width=width, dark=dark, first=".summary, .documents, .problem")


@pytest.fixture
def facts(browser: BrowserContext, address: str) -> Iterator[Visit]:
    visit = opened(browser, f"{address}facts")
    yield visit
    visit.close()


@pytest.fixture
def documents(browser: BrowserContext, address: str) -> Iterator[Visit]:
    visit = opened(browser, f"{address}documents")
    yield visit
    visit.close()


def count(page: Page) -> int:
    found = re.search(r"共 ([\d,]+) 个数字", page.locator(SHOWN).inner_text())
    assert found
    return int(found[1].replace(",", ""))


def choose(page: Page, label: str, text: str) -> None:
    """Type into a filter that offers choices, and leave it."""
    page.get_by_label(label, exact=True).fill(text)
    page.get_by_label(label, exact=True).press("Enter")


def sent(name: str, text: str) -> FilePayload:
    """A file as a reader picks it."""
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def test_the_pages_lead_to_each_other(facts: Visit) -> None:
    page = facts.page
    expect(page.locator(".pages a[aria-current]")).to_have_text("数字")
    page.get_by_role("link", name="文档", exact=True).click()
    expect(page.locator(".documents tbody tr")).to_have_count(3)
    page.get_by_role("link", name="提问", exact=True).click()
    expect(page.locator("#question textarea")).to_be_visible()
    expect(page.locator(".nav-holder")).to_be_hidden()


def test_filters_narrow_the_table_and_stand_in_the_address(facts: Visit) -> None:
    page = facts.page
    whole = count(page)
    choose(page, "指标", "高新技术企业")
    expect(page.locator(".page-number")).to_have_count(0)
    assert {"36家", "38家"} <= set(page.locator(".facts .amount").all_inner_texts())
    assert ROWS < whole > count(page) and "indicator=" in page.url
    page.get_by_label("搜索").fill("加速键")
    page.get_by_label("搜索").press("Enter")
    expect(page.locator(".facts .amount")).to_have_text(["38家"])
    page.reload()
    expect(page.locator(".facts .amount")).to_have_text(["38家"])
    expect(page.get_by_label("搜索")).to_have_value("加速键")


def test_heads_sort_and_the_focus_stays(facts: Visit) -> None:
    page = facts.page
    choose(page, "地区", "丁河")
    expect(page).to_have_url(re.compile("place="))
    expect(page.locator(SHOWN)).to_contain_text("这里是第 1–50 个")
    head = page.get_by_role("button", name="数字", exact=True)
    head.focus()
    page.keyboard.press("Enter")
    expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("数字")
    expect(page.locator("button[data-sort=value]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('th[aria-sort="descending"]')).to_contain_text("数字")
    expect(page.locator(".facts .amount").first).to_have_text(f"{ROWS - 1}.5亿元")


def test_pages_are_turned_and_never_hold_more_than_fifty_rows(facts: Visit) -> None:
    page = facts.page
    expect(page.locator(".facts tbody tr")).to_have_count(50)
    page.get_by_role("button", name="下一页").click()
    expect(page.locator(".page-number")).to_contain_text("第 2 /")
    expect(page.locator(".facts tbody tr")).not_to_have_count(0)
    page.get_by_role("button", name="首页").click()
    expect(page.locator(".page-number")).to_contain_text("第 1 /")


def test_a_row_opens_the_document_at_its_highlighted_quote(facts: Visit) -> None:
    page = facts.page
    page.set_viewport_size({"width": 1280, "height": 500})
    choose(page, "指标", f"第{ROWS - 3}产业")
    expect(page.locator(SHOWN)).to_contain_text("共 1 个数字")
    page.locator("a.quote").click()
    mark = page.locator("mark#quote")
    expect(mark).to_be_in_viewport()
    assert f"第{ROWS - 3}产业产值{ROWS - 3}.5亿元" in "".join(page.locator(".text mark").all_inner_texts())
    assert page.evaluate("scrollY") > 500


def test_charts_are_drawn_and_their_marks_lead_to_the_quote(facts: Visit) -> None:
    page = facts.page
    page.get_by_label("各地区").check()
    expect(page.locator("#fact-chart")).to_contain_text("先填一个指标")
    choose(page, "指标", "产业产值")
    expect(page.locator("#fact-chart .wide .bar")).to_have_count(1)
    page.get_by_label("各时期").check()
    expect(page.locator("#fact-chart .wide .dot")).to_have_count(20)
    expect(page.locator("#fact-chart .legend")).to_contain_text("丁河县")
    page.locator("#fact-chart .wide a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("mark#quote")).to_be_in_viewport()


def test_exports_hold_what_is_shown(facts: Visit) -> None:
    page = facts.page
    page.get_by_label("搜索").fill("加速键 高新技术企业")
    page.get_by_label("搜索").press("Enter")
    expect(page.locator(SHOWN)).to_contain_text("共 1 个数字")
    for name in ("CSV", "Excel"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == f"数字.{ {'CSV': 'csv', 'Excel': 'xlsx'}[name] }"
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    table = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert len(table.splitlines()) == 2 and "38家" in table


def test_hostile_text_runs_nowhere(facts: Visit, address: str) -> None:
    page = facts.page
    page.get_by_label("搜索").fill("备注")
    page.get_by_label("搜索").press("Enter")
    expect(page.locator("a.quote").first).to_contain_text("<script>alert(2)</script>")
    assert page.locator("#fact-results :is(img, script)").count() == 0
    page.locator("a.quote").first.click()
    expect(page.locator(".text")).to_contain_text("<script>alert(2)</script>")
    assert page.locator(":is(img, script)").count() == 0
    assert page.locator(".text").evaluate("e => e.textContent") == TEXTS[NEWS]


def test_what_was_cleaned_away_is_grey(documents: Visit) -> None:
    page = documents.page
    page.get_by_role("link", name="青河县2023年统计公报").click()
    expect(page.locator(".text .furniture").first).to_contain_text("相关阅读")
    expect(page.locator("dl")).to_contain_text("清理掉")
    assert page.locator(".text").evaluate("e => e.textContent") == TEXTS[BULLETIN]
    page.locator("dl a").click()
    expect(page.locator(".facts tbody tr").first).to_contain_text("青河县2023年统计公报")


def test_documents_are_uploaded_replaced_and_removed(documents: Visit, browser: BrowserContext, address: str) -> None:
    page = documents.page
    chooser = page.locator(".pick input")
    chooser.set_input_files([sent("公告.txt", NEW), sent("坏.txt", "\0\1"), sent("表.pdf", NEW)])
    lines = page.locator(".uploads li")
    expect(lines.nth(0)).to_contain_text("已上传")
    expect(lines.nth(0).locator(".said")).to_be_visible()
    expect(lines.nth(1)).to_contain_text("控制字符")
    expect(lines.nth(2)).to_contain_text("类型不支持")
    expect(page.locator("#library-job")).to_contain_text("索引已更新：4 个文档")
    expect(page.locator(".documents")).to_contain_text("公告.txt")
    chat = Visit(browser, address)
    chat.ask("东丽区瞪羚企业有多少家?")
    assert chat.text(".answer").startswith("77家")
    chat.page.get_by_role("link", name="在全文中查看").first.click()
    expect(chat.page.locator("mark#quote")).to_be_in_viewport()
    chat.close()

    chooser.set_input_files([sent("公告.txt", NEW.replace("77", "78"))])
    expect(lines.nth(0)).to_contain_text("已有同名文档")
    page.get_by_role("button", name="替换").click()
    expect(lines.nth(0)).to_contain_text("已上传")
    expect(page.locator("#library-job")).to_contain_text("索引已更新")

    remove = page.get_by_role("button", name="删除 公告.txt")
    remove.click()
    expect(remove).to_have_text("确定删除？")
    remove.click()
    expect(page.locator(".documents")).not_to_contain_text("公告.txt")
    expect(page.locator("#library-job")).to_contain_text("索引已更新：3 个文档")
    documents.errors[:] = [error for error in documents.errors if "Failed to load resource" not in error]


@pytest.mark.parametrize("path", ["facts?indicator=高新技术企业&chart=place", "documents"])
def test_a_row_is_a_card_on_a_phone(browser: BrowserContext, address: str, path: str) -> None:
    visit = opened(browser, address + path, width=390)
    cell = visit.page.locator(":is(.facts, .documents) tbody td").first
    assert cell.evaluate("c => getComputedStyle(c, '::before').content").strip('"') == cell.get_attribute("data-label")
    visit.close()
