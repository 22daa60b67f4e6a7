"""A committed baseline: the verdicts of one run, one item a line, small enough to read in a diff."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.fingerprint import Fingerprint
from eval.scores import Verdict
from eval.store import Run, find_run, write_at_once
from index.errors import UserError

_KIND = "shuzheng-eval-baseline"


class Baseline(BaseModel):
    """What later runs must not fall behind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["shuzheng-eval-baseline"] = "shuzheng-eval-baseline"
    format: Literal[1] = 1
    id: str
    """Of the run it was taken from."""
    created: datetime
    """When that run was finished."""
    fingerprint: Fingerprint
    totals: dict[str, str]
    """Measure to `hits/total`, for people; this program computes them from the items."""
    items: tuple[Verdict, ...]

    @classmethod
    def of(cls, run: Run) -> Self:
        """Keep the verdicts of a run."""
        overall = run.measures["overall"]
        totals = {name: f"{share['hits']}/{share['total']}" for name, share in overall.items() if _is_share(share)}
        items = tuple(score.verdict for score in run.items)
        return cls(id=run.id, created=run.created, fingerprint=run.fingerprint, totals=totals, items=items)


def write_baseline(file: Path, run: Run) -> Baseline:
    """Write the baseline of a run.

    Raises:
        UserError: the run has no item, or the file cannot be written.
    """
    if not run.items:
        raise UserError(f"运行 {run.id} 里没有题，不能作为基线；请先运行 shuzheng eval run。")
    baseline = Baseline.of(run)
    header = baseline.model_dump(mode="json", exclude={"items"})
    lines = [
        json.dumps(item.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
        for item in sorted(baseline.items, key=lambda item: item.id)
    ]
    start = json.dumps(header, ensure_ascii=False, indent=1).removesuffix("\n}")
    content = start + ',\n "items": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_at_once(file, content)
    except OSError as error:
        raise UserError(f"写不了基线文件 {file}：{error.strerror}。请检查路径、磁盘空间和权限。") from error
    return baseline


def find_reference(named: str, runs: Path) -> Run | Baseline:
    """A baseline file, or a finished run by its file, its folder, or the beginning of its id.

    Raises:
        UserError: there is none or more than one, or it is unfinished, unreadable or empty.
    """
    file = Path(named)
    reference = _read_baseline(file) if file.is_file() and _is_baseline(file) else find_run(named, runs)
    if not reference.items:
        raise UserError(f"基线 {named} 里没有题，无法比较；请用 shuzheng eval baseline 重新生成。")
    return reference


def _is_baseline(file: Path) -> bool:
    try:
        data: Any = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and data.get("kind") == _KIND


def _read_baseline(file: Path) -> Baseline:
    try:
        return Baseline.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise UserError(f"{file} 不是完好的基线文件，请用 shuzheng eval baseline 重新生成。") from error


def _is_share(value: object) -> bool:
    return isinstance(value, dict) and "hits" in value
