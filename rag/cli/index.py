"""`shuzheng index build` and `shuzheng index status`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.progress import progress
from rag.cli.shell import Command, CorpusOption, DtypeOption, EmbedderOption, IndexOption, ModelsOption, new_group, note
from rag.locale_text import tr
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from index.build import BuildReport, IndexStatus

app = new_group(tr("建立索引，查看索引。", "Build and inspect the index."))


@app.command(
    "build",
    cls=Command,
    help=tr(
        "为文档建立索引；文档和模型都没变时什么也不做。建立过程中旧索引照常可用。",
        "Index the documents; does nothing where nothing changed. The old index stays in use meanwhile.",
    ),
)
def build_command(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    models: ModelsOption = None,
    embedder: EmbedderOption = None,
    dtype: DtypeOption = None,
    force: Annotated[
        bool, typer.Option("--force", help=tr("没有变化也重建。", "Build even if nothing changed."))
    ] = False,
) -> None:
    """Build the index where it is not current and tell what was done."""
    flags = {"corpus": corpus, "index": index, "models": models, "embedder": embedder, "dtype": dtype}
    report = build(load_settings(flags), force=force)
    if report is None:
        typer.echo(tr("索引已是最新。", "The index is current."))
        return
    for file in report.failed:
        note(tr(f"没有收入索引：{file.reason}", f"Not indexed: {file.reason}"))
    typer.echo(render_report(report))


def build(settings: Settings, *, force: bool) -> BuildReport | None:
    """Build the index; None where it was current and `force` is not set.

    Raises:
        ShuzhengError: corpus, model or index folder are not in order.
    """
    from index.build import BuildProgress, Stage, build_index, index_is_current
    from rag.embedders import open_embedder

    titles = {
        Stage.READ: tr("读取文档", "Reading documents"),
        Stage.EMBED: tr("计算向量", "Embedding passages"),
        Stage.CHECK: tr("检查索引", "Checking the index"),
    }
    embedder = open_embedder(settings)
    if not force and index_is_current(settings.corpus, settings.index, embedder.identity):
        return None
    with progress() as report:

        def on_progress(state: BuildProgress) -> None:
            report(titles[state.stage], state.done, state.total)

        return build_index(settings.corpus, settings.index, embedder, on_progress)


def render_report(report: BuildReport) -> str:
    """Return one line that says what was built."""
    counts = report.counts
    return tr(
        f"索引建好：{counts.documents} 个文档，{counts.passages} 个段落，{counts.facts} 个数字，"
        f"新算 {report.embedded} 个向量，用时 {report.seconds:.1f} 秒。",
        f"Indexed {counts.documents} documents, {counts.passages} passages, {counts.facts} figures; "
        f"{report.embedded} embedded anew, {report.seconds:.1f} s.",
    )


@app.command("status", cls=Command, help=tr("显示正在使用的索引。", "Show the index in use."))
def status_command(index: IndexOption = None) -> None:
    """Print what the index says about itself."""
    from index.build import index_status

    typer.echo(render_status(index_status(load_settings({"index": index}).index)))


def render_status(status: IndexStatus) -> str:
    """Return what the index says about itself, one fact a line."""
    manifest, counts, embedder = status.manifest, status.manifest.counts, status.manifest.embedder
    lines = [
        (tr("文件夹", "folder"), str(status.folder)),
        (tr("版本", "generation"), status.generation),
        (tr("建立时间", "built"), f"{manifest.created.astimezone():%Y-%m-%d %H:%M:%S}"),
        (tr("文档文件夹", "corpus"), manifest.corpus),
        (tr("文档", "documents"), str(counts.documents)),
        (tr("未收入的文件", "files left out"), str(len(manifest.failed))),
        (tr("段落", "passages"), str(counts.passages)),
        (tr("数字", "figures"), str(counts.facts)),
        (tr("嵌入模型", "embedder"), f"{embedder.model} {embedder.revision} {embedder.dtype} {embedder.dimension}"),
        (tr("大小", "size"), f"{status.size / 1e6:.1f} MB"),
    ]
    failed = [f"  {file.path}{tr('：', ': ')}{file.reason}" for file in manifest.failed]
    return "\n".join([f"{name}{tr('：', ': ')}{value}" for name, value in lines] + failed)
