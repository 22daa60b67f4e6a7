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
from rag.web_settings import sub_path
from ui.access.identity import may_manage
from ui.access.policy import open_access
from ui.access.protect import protect
from ui.access.watch import Watch
from ui.operation.logs import set_up_logs
from ui.operation.memory import share_memory
from ui.operation.stopping import Running
from ui.server import is_loopback, open_port, page_address, serve
from ui.sub_path import under_sub_path

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
    allow_anyone: Annotated[bool, setting("allow_anyone", "")] = False,
    port: Annotated[int | None, setting("port", tr("端口", "PORT"))] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    models: ModelsOption = None,
    embedder: EmbedderOption = None,
    dtype: DtypeOption = None,
    mode: ModeOption = None,
    llm: LlmOption = None,
    llm_model: LlmModelOption = None,
    root_path: Annotated[str | None, setting("root_path", tr("路径", "PATH"))] = None,
    demo_page: Annotated[bool, setting("demo_page", "")] = False,
) -> None:
    """Serve the chat page until interrupted."""
    flags = {"host": host, "port": port, "corpus": corpus, "index": index, "models": models}
    more = {"embedder": embedder, "dtype": dtype, "mode": mode, "llm": llm, "llm_model": llm_model}
    web = {"allow_anyone": allow_anyone or None, "root_path": root_path, "demo_page": demo_page or None}
    run(load_settings({**flags, **more, **web}))


def run(settings: Settings) -> None:
    """Prepare what is missing, then serve until interrupted.

    Raises:
        ShuzhengError: others could ask without login, the port is taken, or corpus, model or index are not in order.
    """
    share_memory()
    access = open_access(settings)
    set_up_logs(settings)
    with open_port(settings.host, settings.port) as listener:
        if not is_loopback(settings.host) and not access.methods:
            note(_open_to_others(settings.host))
        from ui.session import Session, prepare

        prepare(settings)
        session = Session(settings)
        from ui.app import create_app
        from ui.library.editor import Editor
        from ui.library.routes import Library

        running = Running()
        engines = Watch(lambda: session.engine, access, running)
        root_path = sub_path(settings.root_path, settings.public_url)
        editor = Editor(settings.corpus, session.build_index)
        library = Library(lambda: session.catalogue, lambda: session.manifest, editor, may_manage)
        page = create_app(
            engines,
            session.model,
            settings.mode,
            library=library,
            root_path=root_path,
            demo_page=settings.demo_page,
            feedback=access.feedback,
        )
        protect(page, access, engines, session.model, running)
        session.fetch_language_model()
        session.warm_up()
        address = page_address(settings.host, settings.port) + f"{root_path}/".lstrip("/")
        opened = tr("网页已打开：", "The page is open: ") + address
        serve(under_sub_path(page, root_path), listener, lambda: note(opened), running, settings.stop_seconds)
        session.close()
        note(tr("已停止。", "Stopped."))


def _open_to_others(host: str) -> str:
    return tr(
        f"注意：没有设置登录，监听 {host} 后，能连到这台机器的人都可以提问和查看原文。",
        f"Warning: without a login, listening on {host} lets everyone who reaches this machine ask and read.",
    )
