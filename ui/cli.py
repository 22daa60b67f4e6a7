"""`shuzheng ui`: models, index and chat page in one command."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.shell import (
    Command,
    CorpusOption,
    DtypeOption,
    EmbedderOption,
    IndexOption,
    LlmModelOption,
    LlmOption,
    ModelsOption,
    ModeOption,
    note,
    setting,
)
from rag.locale_text import tr
from rag.settings import Settings, load_settings
from ui.server import is_loopback, open_port, page_address, serve

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command(
    cls=Command,
    help=tr(
        "打开问答网页：缺少的模型会先下载，索引不是最新的会先建立；大模型在后台下载，不用等它就能提问。",
        "Serve the chat page. Missing models are fetched and the index is built first; the LLM is fetched meanwhile.",
    ),
)
def ui_command(
    host: Annotated[str | None, setting("host", tr("地址", "ADDRESS"))] = None,
    port: Annotated[int | None, setting("port", tr("端口", "PORT"))] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    models: ModelsOption = None,
    embedder: EmbedderOption = None,
    dtype: DtypeOption = None,
    mode: ModeOption = None,
    llm: LlmOption = None,
    llm_model: LlmModelOption = None,
) -> None:
    """Serve the chat page until interrupted."""
    flags = {"host": host, "port": port, "corpus": corpus, "index": index, "models": models}
    more = {"embedder": embedder, "dtype": dtype, "mode": mode, "llm": llm, "llm_model": llm_model}
    run(load_settings({**flags, **more}))


def run(settings: Settings) -> None:
    """Prepare what is missing, then serve until interrupted.

    Raises:
        ShuzhengError: the port is taken, or corpus, model or index are not in order.
    """
    with open_port(settings.host, settings.port) as listener:
        if not is_loopback(settings.host):
            note(_open_to_others(settings.host))
        from ui.session import Session, prepare

        prepare(settings)
        session = Session(settings)
        from ui.app import create_app

        page = create_app(lambda: session.engine, session.model)
        session.fetch_language_model()
        address = page_address(settings.host, settings.port)
        serve(page, listener, on_start=lambda: note(tr("网页已打开：", "The page is open: ") + address))
        session.close()
        note(tr("已停止。", "Stopped."))


def _open_to_others(host: str) -> str:
    return tr(
        f"注意：网页还没有登录功能，监听 {host} 后，能连到这台机器的人都可以提问和查看原文。",
        f"Warning: there is no login yet; listening on {host} lets everyone who reaches this machine ask and read.",
    )
