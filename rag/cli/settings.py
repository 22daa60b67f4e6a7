"""`shuzheng settings`: what is in force, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli.shell import note
from rag.cli.table import print_table
from rag.locale_text import tr
from rag.settings import Origin, setting_rows, unknown_variables

HELP = tr("列出生效的设置及其来源。", "List the settings in force and where each comes from.")
_ORIGINS = {
    Origin.FLAG: tr("选项", "flag"),
    Origin.ENVIRONMENT: tr("环境变量", "environment"),
    Origin.FILE: tr("设置文件", "file"),
    Origin.DEFAULT: tr("默认", "default"),
}


def settings_command(
    explain: Annotated[bool, typer.Option("--explain", help=tr("同时说明每项设置。", "Explain each setting."))] = False,
) -> None:
    """Print every setting, its value and where it comes from."""
    header = [tr("名称", "name"), tr("值", "value"), tr("来源", "origin")] + [tr("说明", "meaning")] * explain
    rows = [
        [row.name, row.value, f"{_ORIGINS[row.origin]} {row.where}".strip()] + [row.description] * explain
        for row in setting_rows()
    ]
    print_table(header, rows)
    for name in unknown_variables():
        note(
            tr(
                f"注意：环境变量 {name} 不是已知的设置，没有作用。",
                f"Note: {name} is no known setting and has no effect.",
            )
        )
