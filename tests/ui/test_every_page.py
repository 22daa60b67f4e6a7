"""Every page on a wide screen, in the dark and on a phone: fits, shuts nobody out, and leaves a picture to look at.

The pictures go to the folder that SHUZHENG_SCREENSHOTS names (`make screenshots`), else to pytest's temporary folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.conftest import ROOT
from tests.ui.browser import Visit, free_port, running_server, serious_problems
from tests.ui.library.pieces import BULLETIN, write_corpus
from ui.access.users import Users

pytestmark = [pytest.mark.slow, pytest.mark.browser]
COMMAND: Final = ("-c", "import sys; from rag.cli import main; sys.exit(main())", "ui")
SCREENS: Final = {"wide": (1280, False), "dark": (1280, True), "phone": (390, False)}
FIRMS: Final = "青河县2023年高新技术企业有多少家?"
BOTH: Final = "西青区和东丽区瞪羚企业各有多少家?"
OTHER_YEAR: Final = "2025年东丽区高端装备产业链产值是多少?"
BOX: Final = "#question textarea"
PASSWORD: Final = "correct horse 电池"


def ask(*questions: str) -> Callable[[Visit], None]:
    def prepare(visit: Visit) -> None:
        for question in questions:
            visit.ask(question)
        expect(visit.page.locator("#ask")).to_be_visible()

    return prepare


def nothing(_visit: Visit) -> None:
    pass


def answer_all(visit: Visit) -> None:
    """A conversation with a form open and a question being edited."""
    ask(BOTH, OTHER_YEAR)(visit)
    visit.page.get_by_role("button", name="回答得不对").last.click()
    visit.page.locator("#t1").get_by_role("button", name="修改").click()
    expect(visit.page.locator("#banner .banner")).to_be_visible()


def open_bubble(visit: Visit) -> None:
    visit.page.get_by_role("button", name="打开问问数证").click()
    frame = visit.page.locator("[data-shuzheng-bubble]").frame_locator("iframe")
    frame.locator(BOX).fill(FIRMS)
    frame.locator(BOX).press("Enter")
    expect(frame.locator("#t1.answered")).to_be_visible()


def ask_the_interface(visit: Visit) -> None:
    visit.page.get_by_label("问题", exact=True).fill(FIRMS)
    visit.page.get_by_role("button", name="提问").click()
    expect(visit.page.locator("#reply")).to_contain_text("36家")


def upload(visit: Visit) -> None:
    text = "新河县公告\n\n2024年新河县瞪羚企业达到77家。\n".encode()
    names = (f"新{token_hex(2)}.txt", "坏.exe")
    visit.page.locator(".pick input").set_input_files([FilePayload(name=n, mimeType="", buffer=text) for n in names])
    expect(visit.page.locator("#library-job")).to_contain_text("索引已更新")
    expect(visit.page.get_by_text("已上传")).to_be_visible()
    expect(visit.page.get_by_text("类型不支持")).to_be_visible()


def fail_to_log_in(visit: Visit) -> None:
    visit.page.get_by_label("用户名").fill("王芳")
    visit.page.get_by_label("密码").fill("wrong password")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("alert")).to_be_visible()
    visit.errors[:] = [error for error in visit.errors if "status of 401" not in error]


@dataclass(frozen=True, slots=True)
class Case:
    """One page in one state."""

    path: str = ""
    first: str = BOX
    """What shows that the page is there."""
    prepare: Callable[[Visit], None] = nothing


CASES: Final = {
    "chat": Case("", "button.example"),
    "answer": Case(prepare=ask("2023年东丽区高端装备产业链全年完成工业产值多少?")),
    "conflict": Case(prepare=ask(FIRMS)),
    "comparison": Case(prepare=ask(BOTH)),
    "refusal": Case(prepare=ask(OTHER_YEAR)),
    "editing": Case(prepare=answer_all),
    "english": Case("?lang=en", prepare=ask(BOTH)),
    "facts": Case("facts", ".facts"),
    "chart": Case("facts?indicator=高新技术企业&chart=place", "#fact-chart figure"),
    "facts-english": Case("facts?lang=en&indicator=高新技术企业&chart=place", "#fact-chart figure"),
    "documents": Case("documents", ".documents"),
    "upload": Case("documents", ".documents", upload),
    "document": Case(f"documents/{BULLETIN}?start=14&end=36#quote", "#quote"),
    "embedded": Case("?embed=1", prepare=ask(FIRMS)),
    "demo": Case("demo", "#form", ask_the_interface),
    "bubble": Case("demo", "#form", open_bubble),
    "login": Case("login", "input[type=password]", fail_to_log_in),
}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("SHUZHENG_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, folder = free_port(), tmp_path_factory.mktemp("pages")
    corpus = write_corpus(folder / "corpus")
    for seed in (ROOT / "seeds").iterdir():
        shutil.copy(seed, corpus)
    flags = ["--corpus", str(corpus), "--index", str(folder / "index"), "--models", str(folder / "models")]
    command = [*COMMAND, *flags, "--embedder", "hash", "--llm", "none", "--port", str(port), "--demo-page"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHUZHENG_ACCESS", str(folder / "access"))
        with running_server(command, port, folder / "log.txt") as address:
            yield address


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, folder = free_port(), tmp_path_factory.mktemp("guarded")
    Users(folder).add("王芳", PASSWORD, manage=False)
    command = ["-m", "tests.ui.access.guarded_server", str(port), f"access={folder}", "login=password"]
    with running_server(command, port, folder / "log.txt") as address:
        yield address


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", CASES)
def test_a_page_fits_and_shuts_nobody_out(
    browser: BrowserContext, address: str, request: pytest.FixtureRequest, pictures: Path, name: str, screen: str
) -> None:
    case, (width, dark) = CASES[name], SCREENS[screen]
    server = request.getfixturevalue("guarded") if name == "login" else address
    visit = Visit(browser, server + case.path, width=width, dark=dark, first=case.first)
    case.prepare(visit)
    serious = serious_problems(visit.page)
    picture = pictures / f"{name}-{screen}.png"
    visit.page.screenshot(path=picture, full_page=_is_long(visit.page))
    fits = visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.close()
    assert fits
    assert serious == []


def _is_long(page: Page) -> bool:
    """Whether the whole page is worth a picture: what is fixed to the screen would be painted in the middle of it."""
    return bool(page.evaluate("document.documentElement.scrollHeight < 4000"))
