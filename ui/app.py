"""The chat page on the port of the HTTP API."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from rag.api import create_api
from rag.contract import Mode
from rag.mcp_server import add_mcp_endpoint
from rag.openai_api import add_openai_routes
from ui.access.watch import asking
from ui.chat import Conversation, answer_question, show
from ui.embedding import add_embedding_routes
from ui.engine import EngineProvider
from ui.language_model import LanguageModel, ModelState, Stage, status_text
from ui.library.documents_page import add_documents_page
from ui.library.facts_page import add_facts_page
from ui.library.routes import Library, add_library_routes
from ui.markup import escape
from ui.masthead import masthead

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("chat.js", "embedded.js", "library.js")
_STYLES = ("chat.css", "library.css", "embedded.css")
_POLL_SECONDS = 2.0
_EXAMPLES_SHOWN = 6
_ASKING_AT_ONCE = 4
"""Questions answered at the same time; the others wait their turn."""
_UPLOAD_BYTES = 1
"""The page takes no files, but Gradio always has a route for them."""
_MODES = [("自动", Mode.AUTO.value), ("摘录原文", Mode.EXTRACTIVE.value), ("模型表述", Mode.LLM.value)]


def create_app(
    get_engine: EngineProvider,
    model: LanguageModel | None = None,
    default_mode: Mode = Mode.AUTO,
    *,
    library: Library | None = None,
    root_path: str = "",
    demo_page: bool = False,
) -> FastAPI:
    """Return the API (`/api/`, `/v1/`, `/mcp`, `/healthz`), with the chat page mounted at `/`.

    `get_engine` is called for every question, so the engine may be replaced while the page is open. With a
    `library` there are pages of the figures and documents, too. `root_path` is the
    sub-path of a proxy, for the links of the page; `ui.sub_path` makes the application answer there.
    """
    api = create_api(get_engine, default_mode)
    add_openai_routes(api, get_engine, default_mode)
    add_mcp_endpoint(api, get_engine, default_mode)
    add_embedding_routes(api, demo_page=demo_page)
    page = build_page(get_engine, model or LanguageModel(ModelState(Stage.OFF)), linked=library is not None)
    if library is not None:
        add_library_routes(api, library)
        add_facts_page(page, library)
        add_documents_page(page, library)
    page.queue(default_concurrency_limit=_ASKING_AT_ONCE)
    with warnings.catch_warnings():
        # Gradio says so of every application with several pages, whether the mode was asked for or not.
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        app: FastAPI = gr.mount_gradio_app(
            api,
            page,
            path="/",
            root_path=root_path,
            footer_links=[],
            run_history=False,
            show_error=False,
            ssr_mode=False,
            pwa=False,
            max_file_size=_UPLOAD_BYTES,
            favicon_path=str(_ASSETS / "favicon.png"),
            theme=_theme(),
            css_paths=[_ASSETS / name for name in _STYLES],
            head=_head(root_path),
        )
    return app


def _head(root_path: str) -> str:
    scripts = "".join(f"<script>{(_ASSETS / name).read_text(encoding='utf-8')}</script>" for name in _SCRIPTS)
    return f'<link rel="icon" href="{root_path}/favicon.ico">{scripts}'


def build_page(get_engine: EngineProvider, model: LanguageModel, *, linked: bool = False) -> gr.Blocks:
    """Lay the page out and wire it; `linked` where there are other pages to go to."""
    engine = get_engine()
    questions = engine.examples()[:_EXAMPLES_SHOWN] if engine else []
    page: gr.Blocks
    with gr.Blocks(title="数证", analytics_enabled=False) as page:
        exchanges = gr.State(())
        timer = gr.Timer(_POLL_SECONDS, active=not model.state.settled)
        _html(masthead("", linked=linked), "masthead")
        conversation = _html(show(()), "conversation")
        with gr.Column(elem_id="examples", visible=bool(questions)) as welcome:
            _html('<h2 class="examples-title">可以这样问</h2>', "examples-title")
            examples = [gr.Button(question, elem_classes="example", size="sm") for question in questions]
        with gr.Column(elem_id="composer"):
            with gr.Row(elem_id="ask-row"):
                box = _question_box()
                ask = gr.Button("提问", variant="primary", elem_id="ask", min_width=88, scale=0)
            with gr.Row(elem_id="foot-row"):
                status = _html(_status(model.state), "status")
                mode = _mode_choice(model.state)
                clear = gr.Button("清空对话", variant="secondary", size="sm", elem_id="clear", scale=0, min_width=88)
        asking = _wire_asking(get_engine, examples, (box, mode, exchanges), (conversation, welcome, ask))
        clear.click(
            lambda: ("", show(()), (), gr.update(visible=bool(questions)), gr.update(interactive=True)),
            outputs=[box, conversation, exchanges, welcome, ask],
            cancels=[asking],
            **_quiet(),
        )
        gr.on([timer.tick, page.load], partial(_refresh, model), outputs=[status, mode, timer], queue=False, **_quiet())
    return page


def _wire_asking(
    get_engine: EngineProvider,
    examples: Sequence[gr.Button],
    inputs: tuple[gr.Textbox, gr.Radio, gr.State],
    shown: tuple[gr.HTML, gr.Column, gr.Button],
) -> Any:  # noqa: ANN401 - the event, as Gradio's `cancels` takes it
    """Make button, box and examples one event, so that a page asks one question at a time."""
    box, _, exchanges = inputs
    conversation, welcome, ask = shown

    def answer(
        typed: str, mode: str, so_far: Conversation, event: gr.EventData, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        clicked = event.target
        question = clicked.value if isinstance(clicked, gr.Button) and clicked in examples else typed
        yield "", show(so_far, question), so_far, gr.update(visible=False), gr.update(interactive=False)
        with asking(get_engine, request) as engines:
            for exchange in answer_question(engines, question, so_far, Mode(mode)):
                now = (*so_far, exchange)
                yield gr.skip(), show(now), now, gr.skip(), gr.update(interactive=exchange.final)

    triggers = [ask.click, box.submit, *(example.click for example in examples)]
    outputs = [box, conversation, exchanges, welcome, ask]
    return gr.on(triggers, answer, inputs=list(inputs), outputs=outputs, trigger_mode="once", **_quiet())


def _quiet() -> dict[str, Any]:
    """Events that show no spinner over the page and are no public endpoint."""
    return {"show_progress": "hidden", "api_visibility": "private"}


def _refresh(model: LanguageModel) -> tuple[str, Any, Any]:
    state = model.state
    return (
        _status(state),
        gr.update(visible=state.stage is Stage.READY),
        gr.update(active=not state.settled),
    )


def _html(content: str, name: str) -> gr.HTML:
    return gr.HTML(content, elem_id=name, apply_default_css=False, js_on_load=None)


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="问题",
        show_label=False,
        placeholder="请输入问题",
        lines=1,
        max_lines=6,
        autofocus=True,
        container=False,
        scale=1,
        elem_id="question",
    )


def _mode_choice(state: ModelState) -> gr.Radio:
    return gr.Radio(
        _MODES,
        value=Mode.AUTO.value,
        label="回答方式",
        show_label=False,
        container=False,
        visible=state.stage is Stage.READY,
        elem_id="mode",
    )


def _status(state: ModelState) -> str:
    return (
        f'<p class="status {state.stage}"><span class="lamp" aria-hidden="true"></span>{escape(status_text(state))}</p>'
    )


def _theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=gr.themes.colors.red,
        neutral_hue=gr.themes.colors.stone,
        font=["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
