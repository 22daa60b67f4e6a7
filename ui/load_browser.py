"""How fast the chat page is in a real browser; needs Playwright, which comes with the development tools."""

from __future__ import annotations

from statistics import median
from typing import Final

from playwright.sync_api import Browser, sync_playwright

VISITS: Final = 5
_WAIT_MS: Final = 30_000
_ASK: Final = """(question) => new Promise((resolve) => {
  const box = document.querySelector('#question textarea');
  box.value = question;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  const started = performance.now();
  const look = new MutationObserver(() => {
    if (!document.querySelector('#t1 .figure.verified')) return;
    look.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - started));
  });
  look.observe(document.documentElement, { childList: true, subtree: true, attributes: true });
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
})"""
_PAINT: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"


def measure_page(address: str, chromium: str) -> list[tuple[str, float]]:
    """Return milliseconds by name, each the median of several visits with an empty cache."""
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=flags)
        visits = [_visit(browser, address) for _ in range(VISITS)]
        browser.close()
    names = ("first paint", "box ready", "first verified figure after Enter")
    return [(name, median(times)) for name, times in zip(names, zip(*visits, strict=True), strict=True)]


def _visit(browser: Browser, address: str) -> tuple[float, float, float]:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(_WAIT_MS)
    page.goto(address)
    page.wait_for_selector("#question textarea")
    ready = float(page.evaluate("performance.now()"))
    question = page.locator("button.example").first.inner_text()
    answered = float(page.evaluate(_ASK, question))
    painted = float(page.evaluate(_PAINT))
    context.close()
    return painted, ready, answered
