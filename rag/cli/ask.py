"""`shuzheng ask`: one question, or a file of them."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from index.errors import UserError
from rag.ask_request import AskRequest, answer_json, parse_request
from rag.cli.answer_text import render_answer
from rag.cli.shell import (
    DtypeOption,
    EmbedderOption,
    IndexOption,
    LlmModelOption,
    LlmOption,
    ModelsOption,
    ModeOption,
    note,
    os_reason,
)
from rag.locale_text import tr
from rag.settings import Settings, load_settings

HELP = tr(
    "提一个问题，或用 --batch 提一批问题。文档没有答案时会拒答，这也算成功（退出码 0）。",
    "Ask a question, or many with --batch. A refusal is a success too (exit code 0).",
)

_QuestionArgument = Annotated[
    str | None,
    typer.Argument(metavar="QUESTION", help=tr("要问的问题。", "The question."), show_default=False),
]
_JsonOption = Annotated[bool, typer.Option("--json", help=tr("输出一行 JSON。", "Print one line of JSON."))]
_BatchOption = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        metavar="FILE",
        show_default=False,
        help=tr(
            '问题文件，每行一个 JSON 对象：{"id", "question", "history": [{"question", "answer"}]}。',
            'File with one JSON object a line: {"id", "question", "history": [{"question", "answer"}]}.',
        ),
    ),
]
_OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        show_default=False,
        help=tr(
            "--batch 的答案写入的文件，每行一个；不给则输出到屏幕。",
            "Where --batch puts its answers, one a line; else stdout.",
        ),
    ),
]


def ask_command(
    question: _QuestionArgument = None,
    as_json: _JsonOption = False,
    batch: _BatchOption = None,
    output: _OutputOption = None,
    mode: ModeOption = None,
    index: IndexOption = None,
    models: ModelsOption = None,
    embedder: EmbedderOption = None,
    dtype: DtypeOption = None,
    llm: LlmOption = None,
    llm_model: LlmModelOption = None,
) -> None:
    """Answer a question on stdout, or a batch into a file."""
    flags = {"mode": mode, "index": index, "models": models, "embedder": embedder, "dtype": dtype}
    settings = load_settings({**flags, "llm": llm, "llm_model": llm_model})
    if (question is None) == (batch is None):
        raise UserError("请给出一个问题，或用 --batch 给出问题文件，两者只能选一个。")
    if output is not None and batch is None:
        raise UserError("--output 只能和 --batch 一起用；单个问题请把输出重定向到文件。")
    if batch is not None:
        answer_batch(batch, output, settings)
    else:
        answer_one(question or "", settings, as_json=as_json)


def answer_one(question: str, settings: Settings, *, as_json: bool) -> None:
    """Print the answer to one question.

    Raises:
        ShuzhengError: the question cannot be asked, or index or model are not in order.
    """
    from rag.pipeline import check_question, open_engine

    check_encoding(question)
    check_question(question, settings.question_max_chars)
    with closing(open_engine(settings, warm_up=True)) as engine:
        answer = engine.ask(question, mode=settings.mode)
    typer.echo(answer_json(answer) if as_json else render_answer(answer))
    if answer.notice:
        note(answer.notice)


def check_encoding(question: str) -> None:
    """Refuse a question whose bytes were no text in the terminal's encoding.

    Raises:
        UserError: as said.
    """
    try:
        question.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UserError("问题的编码不对，无法读成文字；请把终端的编码设为 UTF-8 后再问。") from error


def answer_batch(batch: Path, output: Path | None, settings: Settings) -> None:
    """Answer each line of `batch`, in order, into `output` (stdout where None).

    All lines are checked before the first is answered and before `output` is touched; each answer is written out
    as soon as it is made, so an interrupted run keeps what it has.

    Raises:
        ShuzhengError: a line is no question (the text names it), a file cannot be read or written, or the index or
            the model are not in order.
    """
    requests = read_batch(batch, settings.question_max_chars)
    if output is not None:
        check_output(output, batch)
    from rag.pipeline import open_engine

    with (
        closing(open_engine(settings, warm_up=True)) as engine,
        _writer(output) as stream,
        _interruption() as interrupted,
    ):
        for request in requests:
            if interrupted.is_set():
                raise KeyboardInterrupt
            answer = engine.ask(request.question, request.history or [], request.mode or settings.mode)
            stream.write(answer_json(answer, request.id) + "\n")
            stream.flush()


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """Ctrl-C interrupts at once and sets this, since Python drops an interruption that meets it in a callback."""
    interrupted = threading.Event()

    def interrupt(_signal: int, _frame: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def read_batch(path: Path, question_max_chars: int) -> list[AskRequest]:
    """Return the questions of a batch file; blank lines are skipped.

    Raises:
        UserError: the file cannot be read, or a line is no question that can be asked; lines are counted from 1.
    """
    from rag.pipeline import check_question

    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UserError(f"问题文件不存在：{path}；请检查路径。") from error
    except UnicodeDecodeError as error:
        raise UserError(f"问题文件 {path} 不是 UTF-8 编码，请另存为 UTF-8 后再试。") from error
    except OSError as error:
        raise UserError(f"问题文件 {path} 无法读取：{os_reason(error)}。") from error
    requests = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            request = parse_request(line)
            check_question(request.question, question_max_chars)
        except UserError as error:
            raise UserError(f"{path} 第 {number} 行不能用：{error}") from error
        requests.append(request)
    return requests


def check_output(output: Path, batch: Path) -> None:
    """Refuse an output that cannot be written or that would overwrite the questions.

    Raises:
        UserError: as said.
    """
    if not output.parent.is_dir():
        raise UserError(f"输出文件夹不存在：{output.parent}；请先建立它或改用别的路径。")
    if output.is_dir():
        raise UserError(f"--output 是一个文件夹：{output}；请给出文件名。")
    if output.exists() and output.samefile(batch):
        raise UserError(f"--output 和 --batch 是同一个文件：{output}；请换一个文件名。")


@contextmanager
def _writer(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        stream = output.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UserError(f"无法写入 {output}：{os_reason(error)}；请检查权限或改用别的路径。") from error
    with stream:
        yield stream
