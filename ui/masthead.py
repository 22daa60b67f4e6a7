"""The head of every page: the name, the way to the other pages, and the language."""

from __future__ import annotations

from ui.markup import escape
from ui.messages import NAMES, language_in_force, say

PAGES = (("", "提问"), ("facts", "数字"), ("documents", "文档"))
"""Address of each page relative to the root, with its name."""


def masthead(current: str | None = None, root: str = "./", *, linked: bool = True) -> str:
    """Return the head of the page at the address `current`; `root` leads to the first page."""
    return (
        f'<header class="masthead" data-spoken="{language_in_force()}" data-root="{escape(root)}">'
        f'<h1><span class="seal" aria-hidden="true">{say("证")}</span>{say("数证")}</h1>'
        f"<p>{say('每个数字，都有原文为证')}</p>{page_links(current, root) if linked else ''}{_languages()}</header>"
    )


def page_links(current: str | None, root: str) -> str:
    """Return the links between the pages, with the one that is open marked."""
    marks = {current: ' aria-current="page"'}
    links = [f'<a href="{escape(root + address)}"{marks.get(address, "")}>{say(name)}</a>' for address, name in PAGES]
    return f'<nav class="pages" aria-label="{say("页面")}">{"".join(links)}</nav>'


def _languages() -> str:
    """Return the choice of language; each name stands in its own language."""
    spoken = language_in_force()
    buttons = "".join(
        f'<button type="button" data-language="{language}" lang="{language}" '
        f'aria-pressed="{str(language is spoken).lower()}">{name}</button>'
        for language, name in NAMES.items()
    )
    return f'<div class="languages" role="group" aria-label="{say("界面语言")}">{buttons}</div>'
