"""Progress on stderr: bars on a terminal, one line a stage elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.cli.shell import note

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Report = Callable[[str, int, int], None]
"""Takes a stage's title, how much of it is done, and how much there is (0 where nothing is to do)."""


@contextmanager
def progress(*, in_bytes: bool = False) -> Iterator[Report]:
    """Show the stages reported while the block runs; amounts are bytes or a count."""
    if sys.stderr.isatty():
        with _bars(in_bytes) as bars:
            yield _drawing(bars)
    else:
        yield _lines()


def _lines() -> Report:
    seen: set[str] = set()

    def report(title: str, done: int, total: int) -> None:
        if title not in seen:
            seen.add(title)
            note(f"{title} …")

    return report


def _bars(in_bytes: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    amount = DownloadColumn() if in_bytes else MofNCompleteColumn()
    columns = TextColumn("{task.description}", markup=False), BarColumn(), amount, TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True))


def _drawing(bars: Progress) -> Report:
    tasks: dict[str, TaskID] = {}

    def report(title: str, done: int, total: int) -> None:
        if title not in tasks:
            tasks[title] = bars.add_task(title, total=total)
        bars.update(tasks[title], completed=done, total=total)

    return report
