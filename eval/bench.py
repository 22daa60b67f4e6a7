"""How fast and how large: `python -m eval.bench` (`make bench`); no language model, no network.

Builds an index of the corpus in a temporary folder, asks the questions of a gold set in extractive mode, and reports
seconds, percentiles and peak memory. `--scale` adds made-up corpora of growing size: the corpus' own paragraphs with
other digits, embedded by the model once each and a little off for every copy. Exit codes: 0 measured, 2 could not run.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from eval.goldset import read_gold
from eval.speed import Latency, ScaleRow, SpeedReport, measure, spread
from index.errors import ShuzhengError, UserError
from rag.cli import shell
from rag.cli.table import print_table
from rag.locale_text import tr
from rag.settings import load_settings

DEV_GOLD = Path(__file__).parent / "gold" / "dev.jsonl"
CANNOT_RUN = 2


def show(report: SpeedReport) -> None:
    """Print the tables on stdout."""
    print_table((tr("项目", "measure"), tr("数值", "value")), _summary_rows(report))
    typer.echo("")
    rounds = {tr(f"第 {n} 遍", f"round {n}"): latency for n, latency in enumerate(report.rounds, start=1)}
    stages = {tr(f"其中 {name}", f"of it {name}"): latency for name, latency in report.stages.items()}
    header = (tr("回答", "answers"), tr("次数", "count"), "p50 ms", "p95 ms", tr("最长 ms", "longest ms"))
    print_table(header, [_latency_cells(name, latency) for name, latency in (rounds | stages).items()])
    if report.scale:
        typer.echo("")
        print_table(_scale_header(), [_scale_cells(row) for row in report.scale])


def _summary_rows(report: SpeedReport) -> list[tuple[str, str]]:
    return [
        (tr("机器", "machine"), "，".join(f"{name} {value}" for name, value in report.machine.items())),
        (tr("嵌入模型", "embedder"), report.embedder),
        (tr("问题", "questions"), str(report.questions)),
        (tr("建索引（新进程）", "index build, new process"), f"{report.build_seconds:.1f} s"),
        (tr("建索引内存峰值", "its peak memory"), f"{report.build_peak_mb:.0f} MB"),
        (tr("打开引擎", "engine open"), f"{report.open_seconds:.1f} s"),
        (tr("第一个回答", "first answer"), f"{report.first_answer_ms:.0f} ms"),
        (tr("回答进程内存峰值", "peak memory of answering"), f"{report.answering_peak_mb:.0f} MB"),
    ]


def _latency_cells(name: str, latency: Latency) -> tuple[str, ...]:
    milliseconds = (latency.p50, latency.p95, latency.longest)
    return name, str(latency.count), *(f"{value:.1f}" for value in milliseconds)


def _scale_header() -> tuple[str, ...]:
    return (
        tr("编出的段数", "made-up paragraphs"),
        tr("索引段落", "passages"),
        tr("建索引 s", "build s"),
        tr("索引 MB", "index MB"),
        tr("打开 s", "open s"),
        tr("检索 p50 ms", "retrieve p50 ms"),
        tr("检索 p95 ms", "retrieve p95 ms"),
        tr("回答 p50 ms", "answer p50 ms"),
        tr("回答 p95 ms", "answer p95 ms"),
        tr("内存峰值 MB", "peak MB"),
    )


def _scale_cells(row: ScaleRow) -> tuple[str, ...]:
    spans = (row.retrieve.p50, row.retrieve.p95, row.answer.p50, row.answer.p95)
    amounts = (row.build_seconds, row.index_mb, row.open_seconds, *spans)
    return (str(row.paragraphs), str(row.passages), *(f"{amount:.1f}" for amount in amounts), f"{row.peak_mb:.0f}")


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command(cls=shell.Command, help=tr("测速：建索引、打开、回答和内存。", "Measure speed and memory."))
def bench_command(
    questions: Annotated[int, typer.Option(min=0, help=tr("问题个数，0 为全部", "how many questions, 0 for all"))] = 0,
    rounds: Annotated[int, typer.Option(min=1, help=tr("问几遍；从第 2 遍起是重复的问题", "how many rounds"))] = 2,
    scale: Annotated[
        int, typer.Option(min=0, help=tr("另用多少段编出的文档测规模，0 为不测", "made-up paragraphs, 0 for none"))
    ] = 0,
    gold: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help=tr("问题所在的评测集", "gold set to ask"), show_default="eval/gold/dev.jsonl"
        ),
    ] = DEV_GOLD,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help=tr("结果另存为 JSON", "write the result as JSON too"))
    ] = None,
    corpus: shell.CorpusOption = None,
    models: shell.ModelsOption = None,
    embedder: shell.EmbedderOption = None,
    dtype: shell.DtypeOption = None,
) -> None:
    """Measure, show the tables and, where asked, write the JSON file."""
    try:
        settings = load_settings({"corpus": corpus, "models": models, "embedder": embedder, "dtype": dtype})
        report = measure(settings, spread(read_gold([gold]), questions), rounds, scale)
        show(report)
        if json_file is not None:
            _write_json(json_file, report)
    except ShuzhengError as error:
        shell.note(str(error))
        raise typer.Exit(CANNOT_RUN) from error


def _write_json(file: Path, report: SpeedReport) -> None:
    try:
        file.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"无法写入“{file}”（{shell.os_reason(error)}），请换一个路径。") from error


if __name__ == "__main__":
    shell.prepare_output()
    app()
