"""Commands of the rooms above this one (`ui`, `eval`): found as entry points and loaded only when they are called."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points

import typer
from typer.main import get_command

from rag.cli.shell import Command
from rag.locale_text import tr

ENTRY_POINT_GROUP = "shuzheng.commands"
_PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
_SUMMARIES = {
    "eval": tr("用标准问题集检查回答（运行 shuzheng eval --help 看详情）", "Check answers against a gold set."),
    "keys": tr("管理程序提问用的密钥", "Manage API keys."),
    "users": tr("管理能用密码登录的用户", "Manage users."),
    "ui": tr("打开问答网页（运行 shuzheng ui --help 看详情）", "Serve the chat page."),
}


def room_entries() -> list[EntryPoint]:
    """Return the commands that installed rooms offer, sorted by name; nothing is imported."""
    return sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name)


def load_room(entry: EntryPoint) -> typer.Typer:
    """Import a room's command; a plain function becomes an application of one command."""
    room = entry.load()
    if isinstance(room, typer.Typer):
        return room
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(cls=Command)(room)
    return single


def add_room_commands(app: typer.Typer) -> None:
    """Add one command for each room."""
    for entry in room_entries():
        summary = _SUMMARIES.get(entry.name, entry.value)
        app.command(entry.name, cls=Command, help=summary, context_settings=_PASS_ON)(_runner(entry))


def _runner(entry: EntryPoint) -> Callable[[typer.Context], int]:
    def run(ctx: typer.Context) -> int:
        command = get_command(load_room(entry))
        result = command.main(args=ctx.args, prog_name=f"shuzheng {entry.name}", standalone_mode=False)
        return result if isinstance(result, int) else 0

    return run
