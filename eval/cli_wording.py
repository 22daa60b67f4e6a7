"""`shuzheng eval wording`: what the language model does to the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.goldset import read_gold
from eval.show import progress_bar
from eval.wording import WordedItem, Wording, compare_wording
from rag.cli import shell
from rag.cli.table import print_table
from rag.locale_text import tr
from rag.settings import load_settings

_FAILED = 1
EveryOption = Annotated[int, typer.Option(min=1, help=tr("每几题取一题", "take one item of so many"))]
_DEV_GOLD = Path(__file__).parent / "gold" / "dev.jsonl"


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    help_text = tr("大模型措辞前后逐题比较。", "Compare answers before and after the language model.")
    app.command("wording", cls=shell.Command, help=help_text)(wording_command)


def wording_command(
    gold: Annotated[
        list[Path] | None,
        typer.Option("--gold", metavar=tr("文件", "FILE"), help=tr("评测集，可多次给出", "gold set; may be repeated")),
    ] = None,
    corpus: shell.CorpusOption = None,
    index: shell.IndexOption = None,
    models: shell.ModelsOption = None,
    embedder: shell.EmbedderOption = None,
    dtype: shell.DtypeOption = None,
    llm: shell.LlmOption = None,
    llm_model: shell.LlmModelOption = None,
    llm_artefact: shell.LlmArtefactOption = None,
    every: EveryOption = 1,
    at_least: Annotated[
        float,
        typer.Option(min=0, max=1, help=tr("由大模型措辞的答案至少占这么多", "least share of answers that are worded")),
    ] = 0.0,
) -> None:
    """Exit code 1 where a lead is lost, a figure is stray or too few answers are worded."""
    items = read_gold(gold or [_DEV_GOLD])[::every]
    flags = {"corpus": corpus, "index": index, "models": models, "embedder": embedder, "dtype": dtype}
    settings = load_settings(flags | {"mode": "llm", "llm": llm, "llm_model": llm_model, "llm_artefact": llm_artefact})
    from rag import open_engine  # only here: it loads the models' libraries

    engine = open_engine(settings)
    try:
        with progress_bar(tr("评测", "evaluating")) as progress:
            wording = compare_wording(engine, items, settings.corpus, progress)
    finally:
        engine.close()
    show_wording(wording)
    if not wording.holds(at_least):
        raise typer.Exit(_FAILED)


def show_wording(wording: Wording) -> None:
    """The totals, and each question that is not as it should be."""
    worded = wording.worded
    answered = sum(not item.extract.refused for item in wording.items)
    first = " / ".join(f"{milliseconds:.0f}" for percent in (50, 95) if (milliseconds := wording.first_ms(percent)))
    p50, p95 = (f"{seconds:.1f}" if (seconds := wording.seconds(percent)) else "" for percent in (50, 95))
    rows = [
        (tr("题数", "items"), str(len(wording.items))),
        (tr("答了的", "answered"), str(answered)),
        (tr("由大模型措辞 / 有数字的答案", "worded / answers in figures"), f"{worded.hits}/{worded.total}"),
        (tr("丢了的首数（须为 0）", "leads lost (must be 0)"), str(len(wording.leads_lost))),
        (tr("有无出处数字的题（须为 0）", "answers with stray figures (must be 0)"), str(len(wording.strays))),
        (tr("首个核对过的答案 p50 / p95 毫秒", "first verified answer, p50 / p95 in ms"), first),
        (tr("整个回答 p50 秒", "whole answer, p50 in s"), p50),
        (tr("整个回答 p95 秒", "whole answer, p95 in s"), p95),
    ]
    print_table((tr("指标", "measure"), tr("数", "value")), rows)
    for title, items in (
        (tr("丢了首数", "lead lost"), wording.leads_lost),
        (tr("无出处", "stray"), wording.strays),
        (tr("退回摘录", "fallen back"), wording.fallen_back),
    ):
        for item in items:
            typer.echo(shell.printable(f"[{item.id}] {title}: {_told(item)}"))


def _told(item: WordedItem) -> str:
    said = item.worded.answer if item.is_worded else item.worded.notice or ""
    return f"{item.worded.question} → {said}"
