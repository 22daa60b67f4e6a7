"""The page in a real Chromium, over the real engine and the five seed documents, as `shuzheng ui` serves them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.conftest import ROOT
from tests.ui.browser import Visit, free_port, running_server

pytestmark = [pytest.mark.slow, pytest.mark.browser]
COMMAND = ("-c", "import sys; from rag.cli import main; sys.exit(main())", "ui")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("seeds"), free_port()
    flags = ["--corpus", str(ROOT / "seeds"), "--index", str(folder / "index"), "--models", str(folder / "models")]
    command = [*COMMAND, *flags, "--embedder", "hash", "--llm", "none", "--port", str(port)]
    with running_server(command, port, folder / "log.txt") as address:
        yield address


@pytest.fixture
def visit(browser: BrowserContext, address: str) -> Iterator[Visit]:
    visit = Visit(browser, address)
    yield visit
    visit.close()


def seed(visit: Visit) -> str:
    """The text of the document that the newest card names, read from the seeds themselves."""
    path: Path = ROOT / "seeds" / visit.text(".locator .path")
    return path.read_text(encoding="utf-8-sig")


def test_a_figure_is_answered_and_proved_by_its_paragraph(visit: Visit) -> None:
    visit.ask("2023年东丽区高端装备产业链全年完成工业产值多少?")
    assert visit.text(".answer").startswith("121.3亿元")
    assert "✓" in visit.text(".figure.verified") and "121.3亿元" in visit.text(".figure .amount")
    quote, paragraph = visit.text(".source mark"), visit.text(".source blockquote")
    assert "121.3亿元" in quote and quote in paragraph and paragraph in seed(visit)
    start, end = visit.text(".locator span:last-child").removeprefix("第 ").removesuffix(" 字").split("–")
    assert seed(visit)[int(start) : int(end)] == quote


def test_traditional_text_is_quoted_as_it_is_written(visit: Visit) -> None:
    visit.ask("西青区5条重点产业链增加值增速是多少?")
    assert visit.text(".answer").startswith("4.3%")
    assert "重點產業鏈增加值增速4.3%" in visit.text(".source mark")


def test_every_example_is_answered_with_a_mark(visit: Visit) -> None:
    examples = visit.page.locator("button.example").all_inner_texts()
    assert examples
    for number, question in enumerate(examples, 1):
        visit.ask(question)
        expect(visit.page.locator(f"#t{number}.answered .figure.verified").first).to_be_visible()
        expect(visit.page.locator(f"#t{number} .source mark").first).to_be_visible()


def test_a_follow_up_is_understood(visit: Visit) -> None:
    visit.ask("2023年东丽区高端装备产业链全年完成工业产值多少?")
    visit.ask("同比增长多少?")
    assert visit.text("#t2 .answer").startswith("34.9%")


def test_what_the_documents_do_not_hold_is_refused(visit: Visit) -> None:
    visit.ask("2025年东丽区高端装备产业链产值是多少?")
    assert "资料中只有其他时间的数字" in visit.text(".refused .refusal")
    assert "不是答案" in visit.text(".refused .answer")


@pytest.mark.parametrize(
    ("question", "part"), [("  ", "空"), ("长" * 100_000, "100000"), ("产值\x00多少?", "控制字符")]
)
def test_what_is_no_question_is_one_sentence(visit: Visit, question: str, part: str) -> None:
    visit.ask(question)
    assert part in visit.text(".turn.failed .error")
