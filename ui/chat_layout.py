"""The components of the chat page and how they are laid out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import gradio as gr

from rag.contract import Mode
from ui.chat_pieces import before_ask, export_menu, html, mode_choices, status_line, welcome_title
from ui.conversation import show
from ui.language_model import ModelState, Stage
from ui.masthead import masthead
from ui.messages import say

_POLL_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the page."""

    head: gr.HTML
    conversation: gr.HTML
    welcome: gr.Column
    welcome_title: gr.HTML
    examples: tuple[gr.Button, ...]
    suggestions: gr.HTML
    said: gr.HTML
    before_ask: gr.HTML
    box: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    status: gr.HTML
    mode: gr.Radio
    export: gr.HTML
    clear: gr.Button
    draft: gr.HTML
    keeper: gr.HTML
    file: gr.HTML
    timer: gr.Timer
    exchanges: gr.State


def lay_out(state: ModelState, questions: Sequence[str], *, linked: bool) -> Parts:
    """Create the components within the open `gr.Blocks`; `questions` are the examples."""
    exchanges = gr.State(())
    timer = gr.Timer(_POLL_SECONDS, active=not state.settled)
    head = html(masthead("", linked=linked), "masthead")
    conversation = html(show(()), "conversation", talks=True)
    with gr.Column(elem_id="examples", visible=bool(questions)) as welcome:
        title = html(welcome_title(), "examples-title")
        examples = tuple(gr.Button(question, elem_classes="example", size="sm") for question in questions)
    with gr.Column(elem_id="composer"):
        suggestions = html("", "suggestions")
        said = html("", "said")
        before = html(before_ask(), "before-ask")
        with gr.Row(elem_id="ask-row"):
            box = _question_box()
            ask = gr.Button(say("提问"), variant="primary", elem_id="ask", min_width=88, scale=0)
            stop = gr.Button(say("停止"), elem_id="stop", min_width=88, scale=0)
        with gr.Row(elem_id="foot-row"):
            status = html(status_line(state), "status")
            mode = gr.Radio(
                mode_choices(),
                value=Mode.AUTO.value,
                label=say("回答方式"),
                show_label=False,
                container=False,
                visible=state.stage is Stage.READY,
                elem_id="mode",
            )
            export = html(export_menu(), "export", talks=True)
            clear = gr.Button(say("清空对话"), variant="secondary", size="sm", elem_id="clear", scale=0, min_width=88)
    draft, file = html("", "draft"), html("", "file")
    keeper = html("", "keeper", talks=True)
    return Parts(
        head, conversation, welcome, title, examples, suggestions, said, before, box, ask, stop, status, mode, export,
        clear, draft, keeper, file, timer, exchanges,
    )  # fmt: skip


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label=say("问题"),
        show_label=False,
        placeholder=say("请输入问题"),
        lines=1,
        max_lines=6,
        container=False,
        scale=1,
        elem_id="question",
    )
