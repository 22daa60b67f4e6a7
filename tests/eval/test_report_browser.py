"""The page in a real Chromium: readable, usable, and silent towards the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.conftest import ROOT
from tests.eval.report_runs import good_and_worse, report_of, stored

pytestmark = pytest.mark.browser
Build = Callable[..., Any]
CONTRAST = (ROOT / "tests" / "contrast.js").read_text(encoding="utf-8")


class Visit:
    """The open page; closing it fails the test where it asked for anything but itself or reported an error."""

    def __init__(self, browser: BrowserContext, file: Path) -> None:
        self.page: Page = browser.new_page()
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page.route("**/*", self._check)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text))
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog {dialog.message}"))
        self._address = file.as_uri()
        self.page.goto(self._address)

    def _check(self, route: Route) -> None:
        self.asked.append(route.request.url)
        if route.request.url == self._address:
            route.continue_()
        else:
            route.abort()

    def close(self) -> None:
        self.page.close()
        assert set(self.asked) == {self._address}
        assert self.errors == []


@pytest.fixture
def visit(
    browser: BrowserContext, gold: Build, answer: Build, texts: Mapping[str, str], tmp_path: Path
) -> Iterator[Visit]:
    good, worse = (stored(run, tmp_path / "runs") for run in good_and_worse(gold, answer, texts))
    visit = Visit(browser, report_of(good, worse, tmp_path / "runs", tmp_path / "report") / "report.html")
    yield visit
    visit.close()


def test_the_verdict_and_the_headline_come_first(visit: Visit) -> None:
    expect(visit.page.locator("#verdict h2")).to_contain_text("有退步")
    expect(visit.page.locator("#verdict")).to_contain_text("失去必过题：t0")
    hero = visit.page.locator(".tile.hero")
    expect(hero).to_contain_text("首数正确")
    expect(hero.locator(".value")).to_have_text("33.3%")
    expect(hero).to_contain_text("3/9 · 95% 区间 12.1%–64.6%")
    assert visit.page.locator("#verdict").bounding_box()["y"] < 300  # type: ignore[index]


def test_a_lost_item_shows_both_answers_and_the_quote_in_its_line(visit: Visit) -> None:
    item = visit.page.locator("#flip-t3")
    assert item.locator(".said").all_inner_texts() == ["121.3亿元[1]", "34.9%"]
    expect(item.locator("section[aria-label=本次] mark")).to_have_text("同比增长34.9%")
    expect(item.locator("section[aria-label=本次] blockquote")).to_contain_text("产值121.3亿元，同比增长34.9%，占全区")
    inexact = visit.page.locator("#flip-t0 .quote.inexact")
    expect(inexact).to_contain_text("与原文不符")
    expect(inexact).to_contain_text("该位置的原文")


def test_hostile_text_stays_text(visit: Visit) -> None:
    expect(visit.page.get_by_text('<script>alert("x")</script>').first).to_be_visible()
    assert visit.page.locator(".injected, img, main b:not(nav b)").count() == 0


def test_a_stage_leads_to_its_items_and_the_filters_work(visit: Visit) -> None:
    shown = visit.page.locator("#failures .item:visible")
    assert shown.count() == 6
    visit.page.locator("a[data-stage=not_cited]").click()
    assert shown.count() == 1
    expect(visit.page.locator("output")).to_have_text("1 / 6 题")
    visit.page.locator("select[name=stage]").select_option("")
    visit.page.locator("input[name=words]").fill("T4")
    assert shown.count() == 1
    visit.page.locator("input[name=words]").fill("")
    visit.page.locator("button[name=toggle]").click()
    assert visit.page.locator("#failures .item[open]").count() == 6


def test_a_link_to_an_item_opens_it(visit: Visit) -> None:
    visit.page.locator("#must-pass a").click()
    expect(visit.page.locator("#item-t0")).to_have_attribute("open", "")
    expect(visit.page.locator("#item-t0 .said").first).to_be_in_viewport()


def test_every_chart_has_a_name_and_a_table_beside_it(visit: Visit) -> None:
    for section in ("categories", "documents", "stages", "ranking", "latency", "trend"):
        part = visit.page.locator(f"#{section}")
        expect(part.locator("svg.chart:visible")).to_have_count(1)
        assert part.locator("svg.chart:visible").get_attribute("aria-label")
        expect(part.locator("table")).to_have_count(1)
        assert part.locator("th:not([scope])").count() == 0
    assert visit.page.evaluate("document.documentElement.lang") == "zh-CN"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_themes_are_readable(visit: Visit, scheme: Any) -> None:
    visit.page.emulate_media(color_scheme=scheme)
    background = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(246, 244, 238)", "dark": "rgb(23, 25, 28)"}[scheme]
    contrast = visit.page.evaluate(CONTRAST, "body")
    assert len(contrast) > 20
    assert {name: ratio for name, ratio in contrast.items() if ratio < 4.5} == {}


def test_a_phone_shows_it_without_sideways_scrolling(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 780})
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.page.locator(".wide:visible").count() == 0
    assert visit.page.locator("#categories .narrow svg").bounding_box()["width"] >= 280  # type: ignore[index]
