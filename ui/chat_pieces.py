"""The small pieces of HTML around the conversation, and what ties them to the page's script."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import Any, Final, Literal

import gradio as gr

from rag.contract import Mode
from ui.conversation import Conversation
from ui.export import MARKDOWN_TYPE, WORD_TYPE, to_markdown, to_word
from ui.language_model import ModelState, status_text
from ui.markup import escape
from ui.messages import say

TALKS: Final = """
element.addEventListener('shuzheng', (event) => trigger(event.detail.act, event.detail));
element.dispatchEvent(new CustomEvent('shuzheng-ready', { bubbles: true }));
"""
"""Hands what the page's script (`talk.js`) sends to the server."""
TELLS: Final = "watch('value', () => document.dispatchEvent(new CustomEvent('shuzheng-told', { detail: element })));\n"
"""Tells that script that the server has written something."""
ENDED: Final = "() => { document.dispatchEvent(new CustomEvent('shuzheng-ended', { detail: 'done' })); }"
FAILED: Final = ENDED.replace("'done'", "'failed'")
"""Tell that script (`outbox.js`) that Gradio has ended what it was sent last."""
Update = dict[Any, Any]
"""What an event changes, by component."""
_FORMATS: Final = {"docx": "Word", "md": "Markdown"}


def html(content: str, name: str, *, talks: bool = False) -> gr.HTML:
    """Return a piece of HTML of ours; one that `talks` sends events to the server."""
    script = TELLS + (TALKS if talks else "")
    return gr.HTML(content, elem_id=name, apply_default_css=False, js_on_load=script)


def quiet() -> dict[str, Any]:
    """Return the options of events that show no spinner over the page and are no public endpoint."""
    return {"show_progress": "hidden", "api_visibility": "private"}


def put(changes: Update) -> Update:
    """Return the changes with every new content as an update: for components that another event leaves as they are.

    Where an event leaves one, Gradio makes it anew under another number; a bare string that comes next would be kept
    under that number in the page's session, beside all earlier ones, for as long as the session is.

    A generator says again all that it has changed so far: the browser may still hold the last update when the next one
    takes out of it what is not said again.
    """
    return {part: gr.update(value=new) if isinstance(new, str) else new for part, new in changes.items()}


def welcome_title() -> str:
    """Return what stands above the example questions."""
    return f'<h2 class="examples-title">{say("可以这样问")}</h2>'


def mode_choices() -> list[tuple[str, str]]:
    """Return the ways to answer, with their names."""
    return [
        (say("自动"), Mode.AUTO.value),
        (say("摘录原文"), Mode.EXTRACTIVE.value),
        (say("模型表述"), Mode.LLM.value),
    ]


def status_line(state: ModelState) -> str:
    """Return how answers are worded now."""
    text = escape(status_text(state))
    return f'<p class="status {state.stage}"><span class="lamp" aria-hidden="true"></span>{text}</p>'


def before_ask() -> str:
    """Return the room above the box for what waits and what is being changed, with the words that the script needs."""
    words = {
        "label": say("问题"),
        "placeholder": say("请输入问题"),
        "cancel": say("取消"),
        "last": say("正在修改第 {turn} 个问题；重新提问会替换它的回答。"),
        "more": say("正在修改第 {turn} 个问题；重新提问会替换它和它后面的回答。"),
    }
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in words.items())
    lost = say("和服务器的连接断了，正在重新连接；连上以后接着原来的对话。")
    return (
        f'<div data-words{data}><p class="lost" role="alert">{lost}</p>'
        f'<ol id="waiting" aria-label="{say("等着问的问题")}"></ol><div id="banner"></div></div>'
    )


def follow_up_buttons(questions: Sequence[str], turn: int) -> str:
    """Return questions to ask next as buttons; `turn` is the number of the turn that they follow."""
    if not questions:
        return ""
    buttons = "".join(
        f'<button type="button" data-act="submit" data-question="{escape(question)}">{escape(question)}</button>'
        for question in questions
    )
    return (
        f'<div class="follow-ups" role="group" aria-label="{say("接着问")}" data-turn="{turn}">'
        f"<span>{say('接着问')}</span>{buttons}</div>"
    )


def export_menu() -> str:
    """Return the menu of the file formats."""
    items = "".join(
        f'<button type="button" data-act="download" data-format="{suffix}">{name}</button>'
        for suffix, name in _FORMATS.items()
    )
    return f'<details class="menu"><summary>{say("导出")}</summary><div>{items}</div></details>'


def download(conversation: Conversation, suffix: str) -> str:
    """Return a link that holds the whole file, which the page's script follows; empty for a format there is not."""
    if suffix not in _FORMATS or not conversation:
        return ""
    is_word = suffix == "docx"
    content = to_word(conversation) if is_word else to_markdown(conversation).encode()
    address = f"data:{WORD_TYPE if is_word else MARKDOWN_TYPE};base64,{base64.b64encode(content).decode('ascii')}"
    name = f"{say('问答记录')}.{suffix}"
    return f'<a href="{escape(address)}" download="{name}" data-at="{secrets.token_hex(4)}" hidden></a>'


def keep(text: str, *, came_back: bool = False) -> str:
    """Return what the page's script puts into the browser's storage; an empty text empties it.

    While the page still misses what the browser kept, only that is taken which holds it: it `came_back`.
    """
    came = ' data-came="back"' if came_back else ""
    return f'<span data-keep="{escape(text)}"{came} data-at="{secrets.token_hex(4)}"></span>'


def tell_keeper(outcome: Literal["later", "forgotten"]) -> str:
    """Tell the page's script that what it kept cannot come back yet, or has to before its question is answered."""
    return f'<span data-came="{outcome}" data-at="{secrets.token_hex(4)}"></span>'


def thanks(said: str, turn: int = 0, rating: str = "") -> str:
    """Return the line that follows a rating; `turn` is the one whose rating was written."""
    data = f'data-turn="{turn}" data-rating="{rating}" data-at="{secrets.token_hex(4)}"'
    return f'<p class="said" role="status" {data}>{escape(said)}</p>'
