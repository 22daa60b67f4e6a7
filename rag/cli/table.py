"""Tables: drawn on a terminal, tab-separated in a pipe, so that nothing is cut off there."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import typer

from rag.cli.shell import printable


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of text on stdout."""
    if not sys.stdout.isatty():
        for row in (header, *rows):
            typer.echo("\t".join(printable(" ".join(cell.split())) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*header, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(table)
