"""`shuzheng eval`: run gold sets, compare runs, check gold files. Exit codes: 0 fine, 1 regression, 2 could not run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from eval import cli_grow, cli_wording
from eval.baselines import find_reference, write_baseline
from eval.compare import Comparison, Reference, compare_runs
from eval.corpus import read_all_texts
from eval.coverage import coverage
from eval.fingerprint import fingerprint_of, fingerprint_of_answers
from eval.goldset import GoldItem, read_gold
from eval.lint import lint
from eval.replay import outcomes_of, read_answers
from eval.run import run_gold, score_outcomes
from eval.show import progress_bar, show_comparison, show_items, show_lint, show_totals
from eval.store import Run, find_run, finished_run, read_run, run_folders, write_run
from eval.trend import trend_of
from index.errors import UserError
from rag.cli import shell
from rag.cli.table import print_table
from rag.locale_text import tr
from rag.settings import load_settings

REGRESSION = 1
DEV_GOLD = Path(__file__).parent / "gold" / "dev.jsonl"

app = shell.new_group(
    tr("评测：在评测集上运行、比较、检查。", "Evaluation: run gold sets, compare runs, check gold files.")
)
cli_grow.register(app)
cli_wording.register(app)

_FILE, _FOLDER, _RUN = tr("文件", "FILE"), tr("文件夹", "DIR"), tr("运行", "RUN")
GoldOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--gold", metavar=_FILE, help=tr("评测集，可多次给出；默认 eval/gold/dev.jsonl", "gold set; may be repeated")
    ),
]
RunsOption = Annotated[
    Path, typer.Option("--runs", metavar=_FOLDER, help=tr("存放运行结果的文件夹", "folder of the stored runs"))
]
ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar=_FOLDER,
        help=tr("把报告（网页、JSON、JUnit、CSV）写到这里", "write reports (HTML, JSON, JUnit, CSV) here"),
    ),
]
BaselineOption = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar=_RUN,
        help=tr("与它比较：运行编号、run.json 或基线文件；有退步则退出码为 1", "run or baseline file to compare with"),
    ),
]
TotalsOption = Annotated[
    bool,
    typer.Option(
        "--totals-only", help=tr("只显示汇总，不显示也不保存题目文字（用于盲测集）", "totals only: for blind sets")
    ),
]
RUNS = Path(".runs")


@app.command("run", cls=shell.Command, help=tr("在评测集上运行并打分。", "Answer a gold set and score it."))
def run_command(
    gold: GoldOption = None,
    corpus: shell.CorpusOption = None,
    index: shell.IndexOption = None,
    models: shell.ModelsOption = None,
    embedder: shell.EmbedderOption = None,
    dtype: shell.DtypeOption = None,
    mode: shell.ModeOption = None,
    llm: shell.LlmOption = None,
    llm_model: shell.LlmModelOption = None,
    llm_artefact: shell.LlmArtefactOption = None,
    every: cli_wording.EveryOption = 1,
    baseline: BaselineOption = None,
    report: ReportOption = None,
    jobs: Annotated[
        int,
        typer.Option(
            min=1, max=64, help=tr("同时提问的个数；要量每题的用时，用 1", "questions at a time; 1 to time each one")
        ),
    ] = 2,
    totals_only: TotalsOption = False,
    fresh: Annotated[bool, typer.Option("--fresh", help=tr("不接着做没做完的运行", "do not resume"))] = False,
    runs: RunsOption = RUNS,
) -> None:
    """Run a gold set through the engine that the settings describe."""
    items = read_gold(gold or [DEV_GOLD])[::every]
    before = find_reference(baseline, runs) if baseline else None
    flags = {"corpus": corpus, "index": index, "models": models, "embedder": embedder, "dtype": dtype}
    settings = load_settings(flags | {"mode": mode, "llm": llm, "llm_model": llm_model, "llm_artefact": llm_artefact})
    fingerprint = fingerprint_of(settings, items, settings.mode)
    from rag import open_engine  # only here: it loads the models' libraries

    engine = open_engine(settings)
    with progress_bar(tr("评测", "evaluating")) as progress:
        run = run_gold(
            engine,
            items,
            settings.corpus,
            runs,
            fingerprint,
            mode=settings.mode,
            jobs=jobs,
            totals_only=totals_only,
            fresh=fresh,
            progress=progress,
        )
    _conclude(run, before, report, runs, totals_only=totals_only)


@app.command("score", cls=shell.Command, help=tr("给已有的回答（ask --batch 的输出）打分。", "Score recorded answers."))
def score_command(
    answers: Annotated[Path, typer.Argument(metavar=_FILE, help=tr("ask --batch 的输出", "output of ask --batch"))],
    gold: GoldOption = None,
    corpus: shell.CorpusOption = None,
    baseline: BaselineOption = None,
    report: ReportOption = None,
    totals_only: TotalsOption = False,
    runs: RunsOption = RUNS,
) -> None:
    """Score an existing JSONL of answers."""
    items = read_gold(gold or [DEV_GOLD])
    before = find_reference(baseline, runs) if baseline else None
    run = score_answers(answers, items, load_settings({"corpus": corpus}).corpus, totals_only=totals_only)
    _conclude(run, before, report, runs, totals_only=totals_only)


def score_answers(answers_file: Path, items: list[GoldItem], corpus: Path, *, totals_only: bool) -> Run:
    """Score recorded answers without any engine.

    Raises:
        UserError: an answer is missing or malformed, or gold and corpus do not fit.
    """
    answers = read_answers(answers_file)
    outcomes = {outcome.id: outcome for outcome in outcomes_of(items, answers)}
    scores = score_outcomes(items, outcomes, corpus)
    models = sorted({answer.model for answer in answers.values() if answer.model})
    fingerprint = fingerprint_of_answers(answers_file, items, models)
    return finished_run(answers_file.stem, datetime.now(UTC), fingerprint, scores, totals_only=totals_only)


@app.command("compare", cls=shell.Command, help=tr("比较两次运行，列出变化的题。", "Compare two runs."))
def compare_command(
    before: Annotated[
        str, typer.Argument(metavar=_RUN, help=tr("前一次：编号、run.json 或基线文件", "earlier run or baseline file"))
    ],
    after: Annotated[str, typer.Argument(metavar=_RUN, help=tr("后一次：编号或 run.json", "later run"))],
    totals_only: TotalsOption = False,
    runs: RunsOption = RUNS,
) -> None:
    """List what flipped from one run to the other; exit code 1 on a regression."""
    comparison = compare_runs(find_reference(before, runs), find_run(after, runs))
    show_comparison(comparison, totals_only=totals_only)
    if comparison.is_regression:
        raise typer.Exit(REGRESSION)


@app.command("report", cls=shell.Command, help=tr("把一次运行写成报告。", "Write the report of a run."))
def report_command(
    run_id: Annotated[str, typer.Argument(metavar=_RUN, help=tr("编号或 run.json", "id or run.json"))],
    output: Annotated[
        Path, typer.Option("--output", metavar=_FOLDER, help=tr("报告写到这个文件夹", "folder of the report"))
    ],
    baseline: BaselineOption = None,
    runs: RunsOption = RUNS,
) -> None:
    """Write the reports of a stored run; exit code 1 where it is a regression against the baseline."""
    run = find_run(run_id, runs)
    comparison = compare_runs(find_reference(baseline, runs), run) if baseline else None
    _write_report(output, run, comparison, runs)
    if comparison is not None and comparison.is_regression:
        raise typer.Exit(REGRESSION)


@app.command(
    "baseline",
    cls=shell.Command,
    help=tr("把一次运行存成可以提交的基线文件。", "Keep a run as a baseline file to commit."),
)
def baseline_command(
    run_id: Annotated[str, typer.Argument(metavar=_RUN, help=tr("编号或 run.json", "id or run.json"))],
    output: Annotated[Path, typer.Option("--output", metavar=_FILE, help=tr("基线文件", "baseline file"))],
    runs: RunsOption = RUNS,
) -> None:
    """Write the verdicts of a stored run, one item a line."""
    baseline = write_baseline(output, find_run(run_id, runs))
    lead, count = baseline.totals["lead"], len(baseline.items)
    shell.note(tr(f"基线 {output}：{count} 题，lead {lead}。", f"baseline {output}: {count} items, lead {lead}."))


@app.command("list", cls=shell.Command, help=tr("列出已有的运行。", "List stored runs."))
def list_command(runs: RunsOption = RUNS) -> None:
    """List stored runs, oldest first."""
    rows = []
    for folder in run_folders(runs):
        if (folder / "run.json").is_file():
            run = read_run(folder / "run.json")
            overall = run.measures["overall"]
            shares = [_percent(overall[name]["share"]) for name in ("lead", "right", "stray")]
            rows.append((run.id, str(len(run.items)), run.fingerprint.mode, *shares))
        else:
            rows.append((folder.name, "", tr("未做完", "unfinished"), "", "", ""))
    header = (tr("编号", "id"), tr("题数", "items"), tr("方式", "mode"), "lead", "right", "stray")
    print_table(header, rows)


@app.command("show", cls=shell.Command, help=tr("显示一次运行：指标和未通过的题。", "Show a run and its failures."))
def show_command(
    run_id: Annotated[str, typer.Argument(metavar=_RUN, help=tr("编号或 run.json", "id or run.json"))],
    item: Annotated[
        list[str] | None, typer.Option("--item", help=tr("只看这道题，可多次给出", "only these items"))
    ] = None,
    all_items: Annotated[bool, typer.Option("--all", help=tr("也列出通过的题", "list passed items too"))] = False,
    totals_only: TotalsOption = False,
    runs: RunsOption = RUNS,
) -> None:
    """Show the measures of a run and the items that failed."""
    run = find_run(run_id, runs)
    if item:
        chosen = [score for score in run.items if score.id in item]
        if not chosen:
            raise UserError(f"运行 {run.id} 里没有题 {'、'.join(item)}，请检查编号。")
        show_items(chosen)
        return
    show_totals(run.items)
    if not totals_only:
        show_items([score for score in run.items if all_items or not score.passed])


@app.command("lint", cls=shell.Command, help=tr("检查评测集的格式、引文和覆盖面。", "Check gold files."))
def lint_command(
    files: Annotated[list[Path] | None, typer.Argument(metavar=_FILE, help=tr("评测集", "gold sets"))] = None,
    corpus: shell.CorpusOption = None,
    with_dates: Annotated[bool, typer.Option("--with-dates", help=tr("覆盖面也算日期", "count dates too"))] = False,
    totals_only: TotalsOption = False,
) -> None:
    """Check gold files; exit code 1 where they have errors."""
    texts = read_all_texts(load_settings({"corpus": corpus}).corpus)
    report = lint(files or [DEV_GOLD], texts)
    show_lint(report, coverage(report.items, texts, with_dates=with_dates), totals_only=totals_only)
    if report.has_errors:
        raise typer.Exit(REGRESSION)


def _conclude(run: Run, before: Reference | None, report: Path | None, runs: Path, *, totals_only: bool) -> None:
    show_totals(run.items)
    comparison = compare_runs(before, run) if before is not None else None
    if report is not None:
        write_run(report, run)
        _write_report(report, run, comparison, runs)
    shell.note(tr(f"运行编号：{run.id}", f"run id: {run.id}"))
    if comparison is not None:
        show_comparison(comparison, totals_only=totals_only)
        if comparison.is_regression:
            raise typer.Exit(REGRESSION)


def _write_report(folder: Path, run: Run, comparison: Comparison | None, runs: Path) -> None:
    from eval.report import HTML_FILE, Report, write_report  # only here: it loads the libraries that draw

    write_report(folder, Report(run, comparison, trend_of(run, runs)))
    shell.note(tr(f"报告：{folder / HTML_FILE}", f"report: {folder / HTML_FILE}"))


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"
