"""The head of every page: the name, and the way to the other pages."""

from __future__ import annotations

from ui.markup import escape

PAGES = (("", "提问"), ("facts", "数字"), ("documents", "文档"))
"""Address of each page relative to the root, with its name."""


def masthead(current: str | None = None, root: str = "./", *, linked: bool = True) -> str:
    """Return the head of the page at the address `current`; `root` leads to the first page."""
    return (
        f'<header class="masthead"><h1><span class="seal" aria-hidden="true">证</span>数证</h1>'
        f"<p>每个数字，都有原文为证</p>{page_links(current, root) if linked else ''}</header>"
    )


def page_links(current: str | None, root: str) -> str:
    """Return the links between the pages, with the one that is open marked."""
    marks = {current: ' aria-current="page"'}
    links = [f'<a href="{escape(root + address)}"{marks.get(address, "")}>{name}</a>' for address, name in PAGES]
    return f'<nav class="pages" aria-label="页面">{"".join(links)}</nav>'
