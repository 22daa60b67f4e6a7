"""The chat page on the port of the HTTP API."""

from __future__ import annotations

import warnings
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from rag.api import create_api
from rag.contract import Mode
from rag.mcp_server import add_mcp_endpoint
from rag.openai_api import add_openai_routes
from ui.access.feedback import Feedback
from ui.chat_page import build_page
from ui.embedding import add_embedding_routes
from ui.engine import EngineProvider
from ui.language_model import LanguageModel, ModelState, Stage
from ui.library.documents_page import add_documents_page
from ui.library.facts_page import add_facts_page
from ui.library.routes import Library, add_library_routes

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("chat.js", "outbox.js", "talk.js", "embedded.js", "library.js")
_STYLES = ("chat.css", "talk.css", "library.css", "embedded.css")
_ASKING_AT_ONCE = 4
"""Questions answered at the same time; the others wait their turn."""
_TOLD_EVERY_SECONDS = 60.0
"""How often all who wait are told their place in the queue, which the page does not show. Gradio would tell each of
them whenever one is answered: with twenty users 14 messages a question, with the next line 10 ms of a processor."""
_LOOK_SECONDS = 0.005
"""How often the queue is looked through; Gradio would look a thousand times a second."""
_PAGES_KEPT = 500
"""Pages whose state is kept, open or closed: those used last. Each takes 0.1 to 0.4 MB; Gradio would keep 10,000.

A page that falls out is still shown; its next question brings back what the browser keeps of the conversation.
"""
_UPLOAD_BYTES = 1
"""The page takes no files, but Gradio always has a route for them."""


def create_app(
    get_engine: EngineProvider,
    model: LanguageModel | None = None,
    default_mode: Mode = Mode.AUTO,
    *,
    library: Library | None = None,
    root_path: str = "",
    demo_page: bool = False,
    feedback: Feedback | None = None,
) -> FastAPI:
    """Return the API (`/api/`, `/v1/`, `/mcp`, `/healthz`), with the chat page mounted at `/`.

    `get_engine` is called for every question, so the engine may be replaced while the page is open. With a
    `library` there are pages of the figures and documents, too; with `feedback` readers may rate answers. `root_path`
    is the sub-path of a proxy, for the links of the page; `ui.sub_path` makes the application answer there.
    """
    api = create_api(get_engine, default_mode)
    add_openai_routes(api, get_engine, default_mode)
    add_mcp_endpoint(api, get_engine, default_mode)
    add_embedding_routes(api, demo_page=demo_page)
    model = model or LanguageModel(ModelState(Stage.OFF))
    page = build_page(get_engine, model, feedback, linked=library is not None)
    if library is not None:
        add_library_routes(api, library)
        add_facts_page(page, library)
        add_documents_page(page, library)
    page.queue(default_concurrency_limit=_ASKING_AT_ONCE, status_update_rate=_TOLD_EVERY_SECONDS)
    page._queue.sleep_when_free = _LOOK_SECONDS
    page.state_session_capacity = _PAGES_KEPT
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


def _theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=gr.themes.colors.red,
        neutral_hue=gr.themes.colors.stone,
        font=["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
