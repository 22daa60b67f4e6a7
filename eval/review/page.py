"""The Gradio page of `shuzheng eval review`: one candidate at a time, on this machine only."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from eval.candidates import Draft, DraftSource
from eval.goldset import Category
from eval.review import markup
from eval.review.desk import Desk
from eval.summary import CATEGORY_TITLES
from index.errors import ShuzhengError, UserError
from rag.contract import Turn

SOURCES = 8
"""Quotes a question can have on the page."""

_HOST = "127.0.0.1"
_ASSETS = Path(__file__).parent / "assets"
_CATEGORIES = [(f"{CATEGORY_TITLES[category]}（{category}）", category.value) for category in Category]
_VALUES_HELP = "一行一个，照原文写：121.3亿元、5.6个百分点、第4、2023年10月。说法冲突时，两种说法之间单独一行写“或”。"

Field = str | bool | None
"""What a component of the form holds."""
Updates = list[Any] | dict[Any, Any]
"""One value an output, or only those that change."""


def serve_review(desk: Desk, port: int, on_start: Callable[[str], None]) -> None:
    """Serve the page on loopback until interrupted; `on_start` gets its address.

    Raises:
        UserError: the port is taken, or a file cannot be read.
    """
    desk.start()
    page = build_page(desk)
    try:
        page.launch(
            server_name=_HOST,
            server_port=port,
            prevent_thread_lock=True,
            share=False,
            quiet=True,
            inbrowser=False,
            show_error=False,
            ssr_mode=False,
            footer_links=[],
            max_file_size=1,
            favicon_path=str(_ASSETS / "favicon.png"),
            css_paths=[_ASSETS / "review.css"],
            head=f"<script>{(_ASSETS / 'review.js').read_text(encoding='utf-8')}</script>",
            theme=_theme(),
        )
    except OSError as error:
        raise UserError(f"端口 {port} 已被占用，请用 --port 换一个端口，或先停掉占用它的程序。") from error
    on_start(f"http://{_HOST}:{port}/")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        page.close(verbose=False)


class _Form:
    """The components of the page, and the two ways between them and a draft."""

    def __init__(self, docs: Sequence[str]) -> None:
        """Lay the page out; must be called inside `gr.Blocks`."""
        self.current = gr.State("")
        self.history = gr.State(())
        self.progress = _html("progress")
        self.message = _html("message")
        self.about = _html("about")
        with gr.Row(elem_id="desk", visible=False) as self.desk:
            with gr.Column(scale=11, elem_id="evidence"):
                self.question = gr.Textbox(label="问题", lines=1, max_lines=4, elem_id="question")
                slots = [_source_slot(number, docs) for number in range(1, SOURCES + 1)]
                self.groups, self.docs, self.quotes, self.views = (list(part) for part in zip(*slots, strict=True))
                self.more = gr.Button("再加一条来源", size="sm", elem_id="more", scale=0)
            with gr.Column(scale=9, elem_id="verdict"):
                self.category = gr.Dropdown(_CATEGORIES, label="类别", elem_id="category")
                self.values = gr.Textbox(label="数值答案", info=_VALUES_HELP, lines=3, max_lines=12, elem_id="values")
                self.texts = gr.Textbox(
                    label="文字答案", info="一行一个，答出其中一个就算对", lines=1, max_lines=8, elem_id="texts"
                )
                self.must_pass = gr.Checkbox(label="必过题：答错一次就算退步", elem_id="must-pass")
                self.problems = _html("problems")
                self.check = gr.Button("检查", elem_id="check")
                self.accept = gr.Button("接受", variant="primary", elem_id="accept")
                with gr.Row(elem_id="reject-row"):
                    self.reason = gr.Textbox(
                        show_label=False, label="拒绝的原因", placeholder="拒绝的原因", lines=1, container=False,
                        elem_id="reason", scale=1,
                    )  # fmt: skip
                    self.reject = gr.Button("拒绝", elem_id="reject", scale=0, min_width=88)
                with gr.Row(elem_id="walk"):
                    self.back = gr.Button("上一题", size="sm", elem_id="back")
                    self.skip = gr.Button("下一题", size="sm", elem_id="skip")

    @property
    def edited(self) -> list[Any]:
        """What a person types into, in the order `draft` takes it."""
        return [self.question, self.category, self.values, self.texts, self.must_pass, *self.docs, *self.quotes]

    @property
    def chosen(self) -> list[Any]:
        """What is picked rather than typed; typing is heard by `review.js`, which presses `check`."""
        return [self.category, self.must_pass, *self.docs]

    @property
    def inputs(self) -> list[Any]:
        """What every action needs: the candidate, its history, the form."""
        return [self.current, self.history, *self.edited]

    @property
    def checked(self) -> list[Any]:
        """What follows from the form."""
        return [self.problems, *self.views]

    @property
    def outputs(self) -> list[Any]:
        """Everything that another candidate changes."""
        shown = [self.progress, self.message, self.about, self.desk, self.reason, *self.groups]
        return [*shown, *self.inputs, *self.checked]


def build_page(desk: Desk) -> gr.Blocks:
    """Lay the page out and wire it."""
    page: gr.Blocks
    with gr.Blocks(title="数证 · 审题", analytics_enabled=False) as page:
        gr.HTML(markup.masthead(), elem_id="masthead", apply_default_css=False, js_on_load=None)
        form = _Form(list(desk.texts))
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        typing = gr.on(
            [form.check.click, *(component.input for component in form.chosen)],
            partial(_check, desk),
            inputs=form.inputs,
            outputs=form.checked,
            trigger_mode="always_last",
            **quiet,
        )
        decisive: dict[str, Any] = {"outputs": form.outputs, "cancels": [typing], "trigger_mode": "once", **quiet}
        form.accept.click(partial(_accept, desk, form), inputs=form.inputs, **decisive)
        form.reject.click(partial(_reject, desk, form), inputs=[form.reason, *form.inputs], **decisive)
        for button, step in ((form.skip, 1), (form.back, -1)):
            button.click(partial(_walk, desk, form, step), inputs=form.inputs, **decisive)
        form.more.click(_one_more, inputs=form.quotes, outputs=form.groups, **quiet)
        page.load(lambda: _open(desk, "", ""), outputs=form.outputs, **quiet)
    return page


def _check(desk: Desk, candidate_id: str, history: Sequence[Turn], *fields: Field) -> list[Any]:
    draft = draft_of(history, fields)
    try:
        desk.save(candidate_id, draft)
    except ShuzhengError as error:
        return [markup.message(str(error), "failed"), *(gr.skip() for _ in range(SOURCES))]
    return _checked(desk, candidate_id, draft)


def _accept(desk: Desk, form: _Form, candidate_id: str, history: Sequence[Turn], *fields: Field) -> Updates:
    following = desk.after(candidate_id)
    try:
        item = desk.accept(candidate_id, draft_of(history, fields))
    except ShuzhengError as error:
        return {form.message: markup.message(str(error), "failed")}
    return _open(desk, following, f"已接受：{item.id} 写入 {desk.gold.name}。")


def _reject(
    desk: Desk, form: _Form, reason: str, candidate_id: str, history: Sequence[Turn], *fields: Field
) -> Updates:
    following = desk.after(candidate_id)
    try:
        desk.reject(candidate_id, draft_of(history, fields), reason)
    except ShuzhengError as error:
        return {form.message: markup.message(str(error), "failed")}
    return _open(desk, following, "已拒绝，连同原因留在候选题文件里。")


def _walk(desk: Desk, form: _Form, step: int, candidate_id: str, history: Sequence[Turn], *fields: Field) -> Updates:
    try:
        desk.save(candidate_id, draft_of(history, fields))
    except ShuzhengError as error:
        return {form.message: markup.message(str(error), "failed")}
    chosen = desk.neighbour(candidate_id, step)
    return _open(desk, chosen.id if chosen else "", "")


def draft_of(history: Sequence[Turn], fields: Sequence[Field]) -> Draft:
    """The draft that the form's fields hold, in the order of `_Form.edited`."""
    question, category, values, texts, must_pass, *sources = (field or "" for field in fields)
    pairs = zip(map(str, sources[:SOURCES]), map(str, sources[SOURCES:]), strict=True)
    return Draft(
        question=str(question),
        history=tuple(history),
        category=Category(str(category)),
        values=tuple(str(values).splitlines()),
        text_answers=tuple(str(texts).splitlines()),
        sources=tuple(DraftSource(doc=doc, quote=quote) for doc, quote in pairs if quote or doc),
        must_pass=bool(must_pass),
    )


def _fields(draft: Draft) -> list[Any]:
    sources = [*draft.sources, *(DraftSource() for _ in range(SOURCES))][:SOURCES]
    return [
        draft.question,
        draft.category.value,
        "\n".join(draft.values),
        "\n".join(draft.text_answers),
        draft.must_pass,
        *(source.doc or None for source in sources),
        *(source.quote for source in sources),
    ]


def _open(desk: Desk, candidate_id: str, said: str) -> list[Any]:
    """Updates that show a pending candidate: the one named, else the first."""
    pending = desk.pending()
    chosen = next((one for one in pending if one.id == candidate_id), pending[0] if pending else None)
    counts = desk.counts()
    head = [
        markup.progress(counts, pending.index(chosen) + 1 if chosen else 0),
        markup.message(said, "done"),
        markup.about(chosen) if chosen else markup.nothing_left(counts),
        gr.update(visible=chosen is not None),
        "",
    ]
    draft = chosen.draft if chosen else Draft(question="")
    groups = [gr.update(visible=number <= max(1, len(draft.sources))) for number in range(1, SOURCES + 1)]
    state = [chosen.id if chosen else "", draft.history]
    return [*head, *groups, *state, *_fields(draft), *_checked(desk, chosen.id if chosen else "", draft)]


def _checked(desk: Desk, candidate_id: str, draft: Draft) -> list[Any]:
    sources = [*draft.sources, *(DraftSource() for _ in range(SOURCES))][:SOURCES]
    views = [
        markup.source_view(source.doc, source.quote, desk.paragraph(source.doc, source.quote)) for source in sources
    ]
    return [markup.problem_list(desk.problems(candidate_id, draft)), *views]


def _one_more(*quotes: str) -> list[Any]:
    """Show one slot more than hold a quote."""
    last = max((number for number, quote in enumerate(quotes, start=1) if quote), default=0)
    return [gr.update(visible=number <= last + 1) for number in range(1, SOURCES + 1)]


def _source_slot(number: int, docs: Sequence[str]) -> tuple[gr.Group, gr.Dropdown, gr.Textbox, gr.HTML]:
    with gr.Group(visible=number == 1, elem_classes="source", elem_id=f"source-{number}") as group:
        doc = gr.Dropdown(docs, label=f"来源 {number}：文档", allow_custom_value=True, elem_classes="doc")
        quote = gr.Textbox(label="引文（逐字，最多 120 字）", lines=2, max_lines=6, elem_classes="quote")
        view = _html(f"view-{number}")
    return group, doc, quote, view


def _html(name: str) -> gr.HTML:
    return gr.HTML("", elem_id=name, apply_default_css=False, js_on_load=None)


def _theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=gr.themes.colors.red,
        neutral_hue=gr.themes.colors.stone,
        font=["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
