"""`shuzheng eval add | import | review | export`: how a gold set grows, and leaves for other tools."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from eval.answered import Answered, read_answered
from eval.candidates import Candidate, Origin, Status, add_candidates, read_candidates
from eval.corpus import read_all_texts
from eval.exporting import Format, export
from eval.goldset import read_gold
from eval.importing import import_table
from eval.replay import read_answers
from index.errors import UserError
from rag.cli import shell
from rag.cli.ask import read_batch
from rag.contract import Turn
from rag.locale_text import tr
from rag.settings import Settings, load_settings

_BAD_ROWS = 1
_CANDIDATES = Path("candidates.jsonl")
_NEW_GOLD = Path("gold.jsonl")
_DEV_GOLD = Path(__file__).parent / "gold" / "dev.jsonl"
_PORT = 7861

_FILE = tr("文件", "FILE")
CandidatesOption = Annotated[
    Path,
    typer.Option("--candidates", metavar=_FILE, help=tr("候选题文件，评测不读它", "candidates; no run reads them")),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    commands = (
        ("add", add_command, tr("把答过的问题变成候选题。", "Make candidates of answered questions.")),
        ("import", import_command, tr("把问答表格（CSV、xlsx）变成候选题。", "Make candidates of a spreadsheet.")),
        ("review", review_command, tr("打开审题网页：接受、改正、拒绝候选题。", "Serve the review page.")),
        ("export", export_command, tr("把评测集导出给 Ragas、LangSmith 或表格。", "Export gold for other tools.")),
    )
    for name, command, help_text in commands:
        app.command(name, cls=shell.Command, help=help_text)(command)


def add_command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar=_FILE, help=tr("ask --batch 的输出，或用户反馈", "output of ask --batch, or feedback")),
    ] = None,
    question: Annotated[
        str | None, typer.Option("--question", help=tr("现在就问这个问题", "ask this question now"), metavar="QUESTION")
    ] = None,
    ids: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="ID", help=tr("只要这些编号，可多次给出", "only these ids; may be repeated")),
    ] = None,
    disliked: Annotated[
        bool, typer.Option("--disliked", help=tr("只要点了👎的反馈", "only feedback with a thumb down"))
    ] = False,
    questions: Annotated[
        Path | None,
        typer.Option(
            "--batch", metavar=_FILE, help=tr("当时的问题文件，追问的上文从这里取", "the batch, for histories")
        ),
    ] = None,
    candidates: CandidatesOption = _CANDIDATES,
    index: shell.IndexOption = None,
    models: shell.ModelsOption = None,
    embedder: shell.EmbedderOption = None,
    dtype: shell.DtypeOption = None,
    mode: shell.ModeOption = None,
    llm: shell.LlmOption = None,
    llm_model: shell.LlmModelOption = None,
) -> None:
    """Append what was answered to the candidates file."""
    flags = {"index": index, "models": models, "embedder": embedder, "dtype": dtype}
    settings = load_settings({**flags, "mode": mode, "llm": llm, "llm_model": llm_model})
    if not files and question is None:
        raise UserError("请给出 ask --batch 的输出或反馈文件，或用 --question 现在问一个问题。")
    histories = _histories(questions, settings) if questions else {}
    answered = [one for file in files or [] for one in read_answered(file, histories)]
    answered = _chosen(answered, ids, disliked=disliked)
    if question is not None:
        answered.append(_ask(question, settings))
    _keep(candidates, [one.candidate() for one in answered])


def import_command(
    file: Annotated[
        Path, typer.Argument(metavar=_FILE, help=tr("列：问题、答案、来源", "columns question, answer, source"))
    ],
    candidates: CandidatesOption = _CANDIDATES,
    corpus: shell.CorpusOption = None,
) -> None:
    """Append the rows of a spreadsheet to the candidates file; exit code 1 where rows were bad."""
    settings = load_settings({"corpus": corpus})
    imported = import_table(file, read_all_texts(settings.corpus), settings.question_max_chars)
    if not imported.candidates and not imported.faults:
        raise UserError(f"{file} 里没有题，请在列名下面写上问题和答案。")
    for fault in imported.faults:
        shell.note(fault)
    _keep(candidates, imported.candidates)
    if imported.faults:
        count = len(imported.faults)
        shell.note(tr(f"{count} 行没有导入，改正后再导入一次即可，不会重复。", f"{count} bad rows; mend and repeat."))
        raise typer.Exit(_BAD_ROWS)


def review_command(
    candidates: CandidatesOption = _CANDIDATES,
    gold: Annotated[
        Path, typer.Option("--gold", metavar=_FILE, help=tr("接受的题追加到这个评测集", "accepted items go here"))
    ] = _NEW_GOLD,
    port: Annotated[int, typer.Option(min=1, max=65535, help=tr("网页端口", "port of the page"))] = _PORT,
    corpus: shell.CorpusOption = None,
) -> None:
    """Serve the review page on this machine until interrupted."""
    texts = read_all_texts(load_settings({"corpus": corpus}).corpus)
    from eval.review import Desk, serve_review  # only here: it loads Gradio

    desk = Desk(candidates, gold, texts)
    serve_review(desk, port, lambda address: shell.note(tr(f"审题网页：{address}", f"The page is open: {address}")))


def export_command(
    form: Annotated[Format, typer.Option("--format", help=tr("格式", "format"))],
    output: Annotated[Path, typer.Option("--output", metavar=_FILE, help=tr("写到这个文件", "file to write"))],
    gold: Annotated[
        list[Path] | None,
        typer.Option("--gold", metavar=_FILE, help=tr("评测集，可多次给出；默认 eval/gold/dev.jsonl", "gold set")),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", metavar=_FILE, help=tr("ask --batch 的输出，一并写给 Ragas", "answers for Ragas")),
    ] = None,
) -> None:
    """Write a gold set in the format of another tool."""
    items = read_gold(gold or [_DEV_GOLD])
    content = export(items, form, read_answers(answers) if answers else None)
    try:
        output.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise UserError(f"无法写入 {output}：{shell.os_reason(error)}；请改正路径或换一个位置。") from error
    shell.note(tr(f"已写入 {output}：{len(items)} 道题。", f"Wrote {output}: {len(items)} items."))


def _chosen(answered: list[Answered], ids: list[str] | None, *, disliked: bool) -> list[Answered]:
    if ids:
        missing = set(ids) - {one.id for one in answered}
        if missing:
            raise UserError(f"文件里没有编号 {'、'.join(sorted(missing))}，请检查 --id。")
        answered = [one for one in answered if one.id in ids]
    return [one for one in answered if one.rating == "down"] if disliked else answered


def _histories(batch: Path, settings: Settings) -> Mapping[str, tuple[Turn, ...]]:
    requests = read_batch(batch, settings.question_max_chars)
    return {str(request.id): tuple(request.history or ()) for request in requests if request.id is not None}


def _ask(question: str, settings: Settings) -> Answered:
    from rag import open_engine  # only here: it loads the models' libraries

    with closing(open_engine(settings)) as engine:
        answer = engine.ask(question, mode=settings.mode)
    return Answered("", Origin.QUESTION, question, (), answer)


def _keep(file: Path, candidates: list[Candidate] | tuple[Candidate, ...]) -> None:
    added = add_candidates(file, candidates)
    pending = sum(one.status is Status.PENDING for one in read_candidates(file))
    known = len(candidates) - len(added)
    shell.note(
        tr(
            f"{file}：新增 {len(added)} 道，已有 {known} 道，待审 {pending} 道；用 shuzheng eval review 审题。",
            f"{file}: {len(added)} added, {known} known, {pending} pending; now run shuzheng eval review.",
        )
    )
