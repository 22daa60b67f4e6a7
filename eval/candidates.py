"""Gold candidates: questions on their way into a gold set, one JSON object a line, counted by no run.

A candidate is pending until a person accepts or rejects it. The file is replaced in one step at every change and is
held by a lock meanwhile, so a crash leaves it as it was before or after, and two programs may work on it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.goldset import Category, describe_invalid, numbered_lines
from index.errors import UserError
from rag.contract import Turn

_LOCK_SECONDS = 10


class Status(StrEnum):
    """What people decided."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Origin(StrEnum):
    """Where a candidate came from."""

    BATCH = "batch"
    QUESTION = "question"
    FEEDBACK = "feedback"
    TABLE = "table"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DraftSource(_Record):
    """A quote that is still being worked on, so it may be empty or wrong."""

    doc: str = ""
    quote: str = ""


class Draft(_Record):
    """A gold item as far as it is written: nothing is checked, so that no keystroke is lost."""

    question: str
    history: tuple[Turn, ...] = ()
    category: Category = Category.LOOKUP
    values: tuple[str, ...] = ()
    """One a line as written (`121.3亿元`), all of which must appear; a line `或` parts the sides of a conflict."""
    text_answers: tuple[str, ...] = ()
    sources: tuple[DraftSource, ...] = ()
    must_pass: bool = False


class Candidate(_Record):
    """One line of a candidates file."""

    id: str = Field(min_length=1)
    status: Status = Status.PENDING
    origin: Origin
    created: datetime
    draft: Draft
    said: str
    """The answer it was made from, for the reviewer."""
    rating: Literal["up", "down"] | None = None
    """What the user who asked thought of the answer."""
    comment: str = ""
    """The user's own words."""
    notes: tuple[str, ...] = ()
    """What the reviewer should look at."""
    decided: datetime | None = None
    gold_id: str = ""
    """Of the accepted item."""
    rejection: str = ""
    """Why it was rejected."""

    @classmethod
    def new(
        cls,
        origin: Origin,
        draft: Draft,
        said: str,
        *,
        rating: Literal["up", "down"] | None = None,
        comment: str = "",
        notes: Sequence[str] = (),
    ) -> Self:
        """A pending candidate; the same question with the same answer always gets the same id."""
        parts = [*(turn.question for turn in draft.history), draft.question, said, rating or "", comment]
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return cls(
            id=f"c{digest[:12]}",
            origin=origin,
            created=datetime.now(UTC).replace(microsecond=0),
            draft=draft,
            said=said,
            rating=rating,
            comment=comment,
            notes=tuple(notes),
        )


def read_candidates(file: Path) -> list[Candidate]:
    """Every candidate, in the file's order; none where there is no file.

    Raises:
        UserError: the file cannot be read, or a line is no candidate.
    """
    if not file.exists():
        return []
    return [_parse(line, f"{file} 第 {number} 行") for number, line in numbered_lines(file)]


def add_candidates(file: Path, new: Sequence[Candidate]) -> list[Candidate]:
    """Append the candidates that the file does not hold yet, whatever became of those it holds, and return them.

    Raises:
        UserError: the file cannot be read or written, or another program holds it.
    """
    with hold(file):
        known = read_candidates(file)
        added = {one.id: one for one in new}
        for one in known:
            added.pop(one.id, None)
        if added:
            _write(file, [*known, *added.values()])
        return list(added.values())


def change_candidate(file: Path, candidate_id: str, change: Callable[[Candidate], Candidate]) -> Candidate:
    """Replace one pending candidate by what `change` makes of it; what `change` raises leaves the file alone.

    Raises:
        UserError: there is no such candidate, it is decided already, or the file cannot be read or written.
    """
    with hold(file):
        candidates = read_candidates(file)
        place = next((n for n, one in enumerate(candidates) if one.id == candidate_id), None)
        if place is None:
            raise UserError(f"候选题 {candidate_id} 不在 {file} 里，请刷新网页。")
        if candidates[place].status is not Status.PENDING:
            raise UserError(f"候选题 {candidate_id} 已经处理过了，请看下一题。")
        changed = change(candidates[place])
        if changed != candidates[place]:
            candidates[place] = changed
            _write(file, candidates)
        return changed


@contextmanager
def hold(file: Path) -> Iterator[None]:
    """Keep other programs from changing a file meanwhile.

    Raises:
        UserError: another program holds it for long, or the folder cannot be written.
    """
    lock = FileLock(file.with_name(f".{file.name}.lock"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_LOCK_SECONDS)
    except Timeout as error:
        raise UserError(f"另一个程序正在改 {file}，请等它结束后再试。") from error
    except OSError as error:
        raise UserError(f"写不了文件夹 {file.parent}：{error.strerror}。请检查路径和权限。") from error
    try:
        yield
    finally:
        lock.release()


def replace_file(file: Path, content: str) -> None:
    """Replace a UTF-8 file in one step, on the disk when this returns; a link stays a link.

    Raises:
        UserError: it cannot be written; the file is as it was.
    """
    target = file.resolve()
    draft = target.with_name(f".{target.name}.new")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
        _flush_folder(target.parent)
    except OSError as error:
        raise UserError(f"写不了文件 {file}：{error.strerror}。请检查磁盘空间和权限。") from error


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parse(line: str, place: str) -> Candidate:
    try:
        return Candidate.model_validate_json(line)
    except ValidationError as error:
        raise UserError(f"{place}不是候选题：{describe_invalid(error)}") from error


def _write(file: Path, candidates: Sequence[Candidate]) -> None:
    replace_file(file, "".join(one.model_dump_json() + "\n" for one in candidates))
