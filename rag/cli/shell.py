"""What every command shares: localised help, options made from settings, messages, safe output."""

from __future__ import annotations

import errno
import re
import sys
import unicodedata
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from rag.locale_text import speaks_chinese, tr
from rag.settings import Settings

_HELP_WORDS = {
    "Usage: ": "用法：",
    "Arguments:": "参数：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "Show this message and exit.": "显示本帮助。",
    "[default: ": "[默认：",
    "[required]": "[必填]",
}
_USAGE_MISTAKES = (
    (r"No such option: (\S+?)\.?( .*)?", "没有选项 {0}"),
    (r"No such command '(.*)'\.( .*)?", "没有命令 {0}"),
    (r"Missing command\.", "缺少命令"),
    (r"Missing (?:argument|parameter) '(.*)'\.", "缺少参数 {0}"),
    (r"Missing option '(.*)'\.", "缺少选项 {0}"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", "多余的参数 {0}"),
    (r"Option '(.*)' requires (?:an argument|\d+ arguments)\.", "选项 {0} 缺少值"),
    (r"Option '(.*)' does not take a value\.", "选项 {0} 不能带值"),
    (r"Invalid value for '(.*)': '(.*)' is not one of (.*)\.", "{0} 的值 {1} 不能用，只能是 {2}"),
    (r"Invalid value for '(.*)': (.*)", "{0} 的值不能用：{1}"),
)
_OS_REASONS = {
    errno.ENOENT: tr("文件夹或文件不存在", "no such file or folder"),
    errno.EACCES: tr("没有权限", "permission denied"),
    errno.EISDIR: tr("它是一个文件夹", "it is a folder"),
    errno.ENOTDIR: tr("路径中有一段不是文件夹", "part of the path is no folder"),
    errno.ENOSPC: tr("磁盘已满", "the disk is full"),
}


class Command(TyperCommand):
    """A command whose help speaks the user's language."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - typer's context class is private
        """Return the help text."""
        return localise_help(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands whose help speaks the user's language."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401 - typer's context class is private
        """Return the help text."""
        return localise_help(super().get_help(ctx))


def new_group(help_text: str) -> typer.Typer:
    """Return an empty group that prints its help where no command is given."""
    group = typer.Typer(
        cls=Group,
        help=help_text,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
        context_settings={"max_content_width": 100},
    )

    @group.callback()
    def show_help(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    return group


def localise_help(text: str) -> str:
    """Translate the words typer itself puts into a help text, where the user reads Chinese."""
    if not speaks_chinese():
        return text
    for english, chinese in _HELP_WORDS.items():
        text = text.replace(english, chinese)
    return text


def localise_usage_mistake(message: str, command: str) -> str:
    """Say in one sentence, in the user's language, what is wrong with a command line of `command`."""
    if not speaks_chinese():
        return f"{message.rstrip('.')}; see {command} --help."
    for pattern, sentence in _USAGE_MISTAKES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return f"{sentence.format(*found.groups())}；用法见 {command} --help。"
    return f"命令用法不对：{message}；用法见 {command} --help。"


def setting(name: str, metavar: str) -> Any:  # noqa: ANN401 - what typer.Option returns
    """Return the option that overrides one setting, explained by the setting's own text."""
    return typer.Option(
        f"--{name.replace('_', '-')}",
        help=Settings.model_fields[name].description,
        metavar=metavar,
        show_default=False,
    )


_FOLDER = "DIR"
_NAME = "NAME"
CorpusOption = Annotated[Path | None, setting("corpus", _FOLDER)]
IndexOption = Annotated[Path | None, setting("index", _FOLDER)]
ModelsOption = Annotated[Path | None, setting("models", _FOLDER)]
EmbedderOption = Annotated[str | None, setting("embedder", _NAME)]
DtypeOption = Annotated[str | None, setting("dtype", "auto|float32|bfloat16")]
ModeOption = Annotated[str | None, setting("mode", "auto|extractive|llm")]
LlmOption = Annotated[str | None, setting("llm", "embedded|none|URL")]
LlmModelOption = Annotated[str | None, setting("llm_model", _NAME)]
LlmArtefactOption = Annotated[str | None, setting("llm_artefact", "NAME")]


def note(message: str) -> None:
    """Show one line to the user on stderr, so that stdout holds nothing but the result."""
    typer.echo(printable(message), err=True)


def os_reason(error: OSError) -> str:
    """Return why the system refused a file, in the user's language where the reason is a common one."""
    return _OS_REASONS.get(error.errno or 0) or error.strerror or str(error)


def printable(text: str) -> str:
    """Return `text` with the control characters replaced that could steer a terminal; line ends and tabs stay."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" else char
        for char in text
    )


def prepare_output() -> None:
    """Write UTF-8 into files and pipes whatever the locale; a terminal that lacks a character shows `?` for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
