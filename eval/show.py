"""What the `eval` commands print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from eval.compare import Comparison, Flip
from eval.coverage import Coverage
from eval.lint import LintReport, Severity
from eval.run import Progress as ProgressCallback
from eval.scores import ItemScore, Verdict
from eval.summary import (
    GROUP_HEADER,
    LATENCY_HEADER,
    STAGE_HEADER,
    STAGE_TITLES,
    TOTALS_HEADER,
    Row,
    group_rows,
    latency_rows,
    stage_rows,
    totals_rows,
)
from rag.cli.shell import printable
from rag.cli.table import print_table
from rag.locale_text import tr


@contextmanager
def progress_bar(title: str) -> Iterator[ProgressCallback]:
    """A bar on stderr that shows counts and times, and nothing of any question."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show_totals(scores: Sequence[ItemScore]) -> None:
    """Every measure; no text of any item."""
    tables: tuple[tuple[Row, list[Row]], ...] = (
        (TOTALS_HEADER, totals_rows(scores)),
        (GROUP_HEADER, group_rows(scores)),
        (STAGE_HEADER, stage_rows(scores)),
        (LATENCY_HEADER, latency_rows(scores)),
    )
    for header, rows in tables:
        if rows:
            print_table(header, rows)
            typer.echo("")


def show_items(scores: Sequence[ItemScore]) -> None:
    """Each item with its answer and its quotes."""
    for score in scores:
        _echo(f"[{score.id}] {STAGE_TITLES[score.stage]} ({score.stage}) · {score.category}")
        if not score.question:
            continue
        _echo(f"  {tr('问', 'question')}: {score.question}")
        _echo(f"  {tr('应答', 'expected')}: {score.expected}")
        _show_answer(score)
        if score.stray:
            _echo(f"  {tr('无出处', 'stray')}: {'；'.join(score.stray)}")


def show_comparison(comparison: Comparison, *, totals_only: bool) -> None:
    """The verdict, the tests, and each question that flipped."""
    rows = [
        (
            test.measure,
            str(test.lost),
            str(test.won),
            f"{test.p_value:.4f}",
            tr("变差", "worse") if test.is_worse else "",
        )
        for test in comparison.tests
    ]
    print_table((tr("指标", "measure"), tr("失去", "lost"), tr("新得", "won"), "p", ""), rows)
    _show_pairing(comparison)
    if not totals_only:
        for flip in comparison.flips:
            _show_flip(flip)
    if comparison.must_pass_lost:
        _echo(f"{tr('必过题失去', 'must-pass items lost')}: {'、'.join(comparison.must_pass_lost)}")
    verdict = tr("有退步", "regression") if comparison.is_regression else tr("没有退步", "no regression")
    _echo(f"{comparison.before} -> {comparison.after}: {verdict}")


def show_lint(report: LintReport, figures: Coverage, *, totals_only: bool) -> None:
    """The findings, then the figures that no question covers; with `totals_only` kinds and places without text."""
    for problem in report.problems:
        text = "" if totals_only else f" {problem.message}"
        level = tr("错误", "error") if problem.severity is Severity.ERROR else tr("提醒", "warning")
        _echo(f"{level} {problem.kind} [{problem.where}]{text}")
    if not totals_only:
        for figure in figures.uncovered:
            _echo(f"{tr('未覆盖', 'uncovered')} {figure.doc}:{figure.start} {figure.text} · {figure.context}")
    covered = figures.total - len(figures.uncovered)
    errors = sum(problem.severity is Severity.ERROR for problem in report.problems)
    warnings, items = len(report.problems) - errors, len(report.items)
    must_pass = sum(item.must_pass for item in report.items)
    _echo(
        tr(
            f"{items} 道题（必过 {must_pass} 道），{errors} 个错误，{warnings} 个提醒；"
            f"数字 {figures.total} 个，已覆盖 {covered} 个。",
            f"{items} items ({must_pass} must pass), {errors} errors, {warnings} warnings; "
            f"{covered} of {figures.total} figures covered.",
        )
    )


def _show_pairing(comparison: Comparison) -> None:
    counts = len(comparison.changed), len(comparison.removed), len(comparison.added)
    _echo(
        tr(
            f"相同的题 {comparison.pairs} 道；改过 {counts[0]} 道，"
            f"只在前一次 {counts[1]} 道，只在后一次 {counts[2]} 道。",
            f"{comparison.pairs} items compared; {counts[0]} changed, {counts[1]} only before, {counts[2]} only after.",
        )
    )
    for title, ids in (
        (tr("题目改过，未比较", "gold changed, not compared"), comparison.changed),
        (tr("必过题没能比较", "must-pass items not compared"), comparison.must_pass_unpaired),
    ):
        if ids:
            _echo(f"{title}: {'、'.join(ids)}")
    if not comparison.same_scorer:
        _echo(tr("注意：两次运行的评分程序不同。", "Note: the two runs were scored by different versions."))


def _show_flip(flip: Flip) -> None:
    change = tr("失去", "lost") if flip.is_lost else tr("新得", "won")
    mark = tr("（必过）", " (must pass)") if flip.is_must_pass else ""
    _echo(f"{change}{mark} [{flip.after.id}] {flip.before.stage} -> {flip.after.stage}: {flip.after.question}")
    for score in (flip.before, flip.after):
        _show_answer(score)


def _show_answer(score: Verdict) -> None:
    _echo(f"  {tr('答', 'answer')}: {score.answer}")
    for quoted in score.quotes if isinstance(score, ItemScore) else ():
        mark = "" if quoted.exact else tr("（与原文不符）", " (not verbatim)")
        _echo(f"    {quoted.doc}:{quoted.start}-{quoted.end} “{quoted.quote}”{mark}")


def _echo(line: str) -> None:
    typer.echo(printable(line))
