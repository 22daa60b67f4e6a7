"""The command `shuzheng`. Exit codes: 0 done (a refusal is an answer), 2 the user can mend it, 130 interrupted."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from typer.main import get_command

from index.errors import ShuzhengError
from rag.cli import ask, facts, index, models, rooms, settings, shell
from rag.locale_text import tr

OK = 0
REFUSED_INPUT = 2
INTERRUPTED = 130

app = shell.new_group(
    tr("数证：就文档提问，每个数字都有原文为证。", "Ask documents in Chinese; a quote proves every figure.")
)


@app.callback()
def _root(
    ctx: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help=tr("显示版本。", "Show the version."))] = False,
) -> None:
    if show_version:
        typer.echo(f"shuzheng {_version()}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


app.add_typer(index.app, name="index")
app.command("ask", cls=shell.Command, help=ask.HELP)(ask.ask_command)
app.command("facts", cls=shell.Command, help=facts.HELP)(facts.facts_command)
app.add_typer(models.app, name="models")
app.command("settings", cls=shell.Command, help=settings.HELP)(settings.settings_command)
rooms.add_room_commands(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (the process's own where None) and return its exit code."""
    shell.prepare_output()
    try:
        result = get_command(app).main(args=arguments, prog_name="shuzheng", standalone_mode=False)
    except ShuzhengError as error:
        shell.note(str(error))
        return REFUSED_INPUT
    except typer.TyperException as error:
        command = getattr(getattr(error, "ctx", None), "command_path", "shuzheng")
        shell.note(shell.localise_usage_mistake(error.format_message(), command))
        return REFUSED_INPUT
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return result if isinstance(result, int) else OK


def _version() -> str:
    try:
        return version("shuzheng")
    except PackageNotFoundError:
        return tr("（未安装）", "(not installed)")
