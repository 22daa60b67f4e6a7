"""`shuzheng models pull`, `list` and `verify`."""

from __future__ import annotations

from typing import Annotated

import typer

from index.errors import UserError
from rag.cli.progress import progress
from rag.cli.shell import Command, ModelsOption, new_group
from rag.cli.table import print_table
from rag.locale_text import tr
from rag.settings import EMBEDDED, Settings, load_settings

app = new_group(tr("下载、列出、校验模型。", "Fetch, list and check models."))

_NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="MODEL", help=tr("模型名称，见 models list。", "Names, see models list.")),
]


@app.command(
    "pull",
    cls=Command,
    help=tr(
        "下载并校验模型；已经有的不再下载，中断后接着下载。不给名称就下载设置所用的模型。",
        "Fetch and check missing models, where it was interrupted before. Without names: those the settings use.",
    ),
)
def pull_command(
    names: _NamesArgument = None,
    no_llm: Annotated[bool, typer.Option("--no-llm", help=tr("不下载大模型。", "Leave the LLM out."))] = False,
    models: ModelsOption = None,
) -> None:
    """Fetch models into the store and tell where they are."""
    settings = load_settings({"models": models})
    for name in names or wanted_models(settings, with_llm=not no_llm):
        pull(name, settings)


def pull(name: str, settings: Settings) -> None:
    """Fetch one model and print where it is.

    Raises:
        ModelError: no such model, or it cannot be fetched, checked or stored.
    """
    from rag import models

    title = tr(f"下载 {name}", f"Fetching {name}")
    with progress(in_bytes=True) as report:
        path = models.pull(name, settings.models, lambda state: report(title, state.done_bytes, state.total_bytes))
    typer.echo(tr(f"{name} 已就绪：{path}", f"{name} is ready: {path}"))


def wanted_models(settings: Settings, *, with_llm: bool) -> list[str]:
    """Return the models of the store that the settings use."""
    from rag import models
    from rag.cross_encoder import BASE
    from rag.embedders import HASH

    known = {artefact.name for artefact in models.artefacts()}
    wanted = [settings.embedder] if settings.embedder in known else []
    if settings.embedder != HASH and BASE not in wanted:
        wanted.append(BASE)
    if with_llm and settings.llm == EMBEDDED:
        wanted.append(settings.llm_artefact)
    return wanted


@app.command("list", cls=Command, help=tr("列出模型及其状态。", "List the models and whether they are there."))
def list_command(models: ModelsOption = None) -> None:
    """Print every model the store can hold."""
    from rag import models as store

    states = {
        store.State.PRESENT: tr("已下载", "present"),
        store.State.MISSING: tr("未下载", "missing"),
        store.State.DAMAGED: tr("不完整", "damaged"),
    }
    folder = load_settings({"models": models}).models
    header = [
        tr("名称", "name"), tr("用途", "kind"), tr("大小", "size"),
        tr("许可证", "licence"), tr("状态", "state"), tr("来源", "source"),
    ]  # fmt: skip
    rows = [
        [
            artefact.name, artefact.kind.value, f"{artefact.size / 1e6:.0f} MB",
            artefact.licence, states[store.status(artefact.name, folder)], artefact.source,
        ]
        for artefact in store.artefacts()
    ]  # fmt: skip
    print_table(header, rows)


@app.command(
    "verify",
    cls=Command,
    help=tr(
        "逐字节校验模型；不给名称就校验所有已下载的。",
        "Compare every byte of models with their hashes; without names, of all that are there.",
    ),
)
def verify_command(names: _NamesArgument = None, models: ModelsOption = None) -> None:
    """Check models and name those that are sound."""
    from rag import models as store

    folder = load_settings({"models": models}).models
    there = [
        artefact.name for artefact in store.artefacts() if store.status(artefact.name, folder) != store.State.MISSING
    ]
    if not names and not there:
        raise UserError(f"模型库 {folder} 里还没有模型，请先运行 shuzheng models pull。")
    for name in names or there:
        store.verify(name, folder)
        typer.echo(tr(f"{name} 完好。", f"{name} is sound."))
