"""Runs on disk: one folder each, resumable while unfinished, one JSON file that says it all once finished.

- `.runs/<id>/fingerprint.json`: written first
- `.runs/<id>/outcomes.jsonl`: one line as each question is answered
- `.runs/<id>/run.json`: written last, at once: the run is finished
- `.runs/<id>/summary.md`: the same for people
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from eval.engine import Outcome
from eval.fingerprint import Fingerprint
from eval.measures import as_json
from eval.scores import ItemScore
from eval.summary import summary_markdown
from index.errors import UserError

RUN_FILE = "run.json"
_FINGERPRINT_FILE = "fingerprint.json"
_OUTCOMES_FILE = "outcomes.jsonl"
_SUMMARY_FILE = "summary.md"
_LOCK_FILE = "run.lock"


class Run(BaseModel):
    """A finished run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    id: str
    created: datetime
    fingerprint: Fingerprint
    totals_only: bool
    """Whether the items are stored without their text, as for a blind set."""
    items: tuple[ItemScore, ...]
    measures: dict[str, Any]
    """For people and other programs; this program computes them from the items."""


def finished_run(
    run_id: str, created: datetime, fingerprint: Fingerprint, scores: Sequence[ItemScore], *, totals_only: bool
) -> Run:
    """Put a run together; with `totals_only` nothing of it gives away an item."""
    return Run(
        id=run_id,
        created=created,
        fingerprint=fingerprint,
        totals_only=totals_only,
        items=tuple(score.without_text() if totals_only else score for score in scores),
        measures=as_json(scores),
    )


@contextmanager
def open_run_folder(runs: Path, fingerprint: Fingerprint, *, fresh: bool = False) -> Iterator[Path]:
    """The folder of an unfinished run of the same fingerprint, or else a new one; held while in use.

    Raises:
        UserError: another process works on the same run, or the folder cannot be written.
    """
    folder = None if fresh else _unfinished(runs, fingerprint)
    if folder is None:
        folder = runs / new_run_id()
        try:
            folder.mkdir(parents=True)
            (folder / _FINGERPRINT_FILE).write_text(fingerprint.model_dump_json(indent=2), encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"写不了运行文件夹 {folder}：{error.strerror}。请检查磁盘空间和权限，或改用 --runs。"
            ) from error
    lock = FileLock(folder / _LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise UserError(f"另一个进程正在做同一个运行 {folder.name}，请等它结束，或加 --fresh 另起一个。") from error
    try:
        yield folder
    finally:
        lock.release()


def read_outcomes(folder: Path) -> dict[str, Outcome]:
    """Outcomes kept so far, by id; a line that an interruption cut short does not count."""
    file = folder / _OUTCOMES_FILE
    if not file.exists():
        return {}
    complete = file.read_text(encoding="utf-8").split("\n")[:-1]
    return {outcome.id: outcome for outcome in map(Outcome.model_validate_json, filter(None, complete))}


def keep_outcomes(folder: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the outcomes anew, which drops a line cut short."""
    lines = "".join(outcome.model_dump_json() + "\n" for outcome in outcomes)
    write_at_once(folder / _OUTCOMES_FILE, lines)


def append_outcome(folder: Path, outcome: Outcome) -> None:
    """Keep one more outcome."""
    with (folder / _OUTCOMES_FILE).open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(outcome.model_dump_json() + "\n")


def write_run(folder: Path, run: Run) -> None:
    """Finish a run: the summary, then the file that says all; the outcomes of a totals-only run are removed.

    Raises:
        UserError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        summary = summary_markdown(run.id, run.created, run.fingerprint.model_dump(), run.items)
        (folder / _SUMMARY_FILE).write_text(summary, encoding="utf-8")
        if run.totals_only:
            (folder / _OUTCOMES_FILE).unlink(missing_ok=True)
        write_at_once(folder / RUN_FILE, run.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise UserError(f"写不了文件夹 {folder}：{error.strerror}。请检查磁盘空间和权限。") from error


def find_run(named: str, runs: Path) -> Run:
    """A finished run by its file, its folder, or the beginning of its id.

    Raises:
        UserError: there is none or more than one, or it is unfinished or unreadable.
    """
    path = Path(named)
    if path.is_file():
        return read_run(path)
    if (path / RUN_FILE).is_file():
        return read_run(path / RUN_FILE)
    matches = [folder for folder in run_folders(runs) if folder.name.startswith(named)]
    if len(matches) != 1:
        problem = "找不到" if not matches else "不止一个"
        raise UserError(f"运行“{named}”{problem}，请用 shuzheng eval list 查看编号，或给出 run.json 的路径。")
    if not (matches[0] / RUN_FILE).is_file():
        raise UserError(f"运行 {matches[0].name} 还没有做完，请再运行一次同样的 shuzheng eval run 接着做。")
    return read_run(matches[0] / RUN_FILE)


def read_run(file: Path) -> Run:
    """A finished run from its file.

    Raises:
        UserError: the file is unreadable, or no run.
    """
    try:
        return Run.model_validate_json(file.read_bytes())
    except OSError as error:
        raise UserError(f"读不了运行文件 {file}：{error.strerror}。") from error
    except ValidationError as error:
        raise UserError(f"{file} 不是完好的运行文件，请重新运行 shuzheng eval run。") from error


def run_folders(runs: Path) -> list[Path]:
    """Folders of all runs, oldest first."""
    return sorted(file.parent for file in runs.glob(f"*/{_FINGERPRINT_FILE}"))


def read_finished_runs(runs: Path, gold: str) -> list[Run]:
    """Finished runs of one gold set, oldest first; runs that another version of the program wrote are left out."""
    found = []
    for folder in run_folders(runs):
        stored = _stored_fingerprint(folder)
        if stored is not None and stored.gold == gold and (folder / RUN_FILE).is_file():
            try:
                found.append(read_run(folder / RUN_FILE))
            except UserError:
                continue
    return found


def new_run_id() -> str:
    """UTC time and a random part: sorts by age."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def _unfinished(runs: Path, fingerprint: Fingerprint) -> Path | None:
    for folder in reversed(run_folders(runs)):
        if not (folder / RUN_FILE).exists():
            stored = _stored_fingerprint(folder)
            if stored is not None and stored.key == fingerprint.key:
                return folder
    return None


def _stored_fingerprint(folder: Path) -> Fingerprint | None:
    try:
        return Fingerprint.model_validate_json((folder / _FINGERPRINT_FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def write_at_once(file: Path, content: str) -> None:
    """Replace a UTF-8 file in one step, so that no reader meets half of it."""
    draft = file.with_name(file.name + ".new")
    draft.write_text(content, encoding="utf-8", newline="\n")
    draft.replace(file)
