"""Adding and removing documents: files of the corpus folder change at once, the index follows in the background."""

from __future__ import annotations

import logging
import os
import re
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from index.build import BuildProgress, BuildReport, Stage
from index.errors import ShuzhengError, UserError
from index.reading import MAX_FILE_BYTES, SUFFIXES, decode_document, list_corpus
from rag.settings import Settings

NAME_MAX_BYTES: Final = 200
"""Of one part of a path; most file systems take 255, and a draft's name is a little longer."""
DEPTH_MAX: Final = 8
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*]')
SAMPLE: Final = "正在使用自带的示例文档，不能增减；请用 --corpus 指定自己的文档文件夹后再上传。"
READ_ONLY: Final = "文档文件夹是只读的，不能在网页上增减文档；请管理员检查它的权限。"
STARTING: Final = "准备更新索引"
STAGES: Final = {Stage.READ: "读取文档", Stage.EMBED: "计算向量", Stage.CHECK: "检查索引"}
_UNEXPECTED: Final = "索引没有更新：程序出了意外，请管理员查看日志；原来的索引照常可用。"

Build = Callable[[Callable[[BuildProgress], None]], BuildReport]
"""Indexes the corpus as it is now and puts the new generation into use."""

log = logging.getLogger(__name__)


class DocumentExistsError(UserError):
    """A document of this name is there, and nobody said to replace it."""


class JobStage(StrEnum):
    """What the background indexing does."""

    IDLE = "idle"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One moment of the background indexing."""

    stage: JobStage = JobStage.IDLE
    text: str = ""
    """One sentence for the reader."""
    done: int = 0
    total: int = 0
    """Files or passages of the step that is running."""


class Editor:
    """Changes the corpus folder and keeps the index up with it; threads may share it."""

    def __init__(self, corpus: Path, build: Build) -> None:
        self._corpus = corpus
        self._build = build
        self._lock = threading.Lock()
        self._files = threading.Lock()
        self._job = Job()
        self._again = False

    @property
    def refusal(self) -> str:
        """Why documents can be neither added nor removed here; empty where they can."""
        if _is_sample(self._corpus):
            return SAMPLE
        if not os.access(self._corpus, os.W_OK | os.X_OK):
            return READ_ONLY
        return ""

    @property
    def job(self) -> Job:
        """How far the index has followed."""
        with self._lock:
            return self._job

    def check(self, path: str, *, replace: bool = False) -> Path:
        """Return where a document of this path is or would be, so that a bad name is refused before its bytes arrive.

        Raises:
            DocumentExistsError: the file is there already and `replace` is not set.
            UserError: the corpus must not be changed, or the path is not one of a document inside it.
        """
        if self.refusal:
            raise UserError(self.refusal)
        target = document_file(self._corpus, path)
        if target.exists() and not replace:
            raise DocumentExistsError(f"已有同名文档“{path}”；要用新文件代替它，请选择“替换”，否则请改名后再上传。")
        return target

    def save(self, path: str, data: bytes, *, replace: bool = False) -> None:
        """Put a document into the corpus, whole or not at all, and index it in the background.

        Raises:
            DocumentError: the content is empty or no text that can be decoded.
            UserError: as `check`, or the file is too large or cannot be written.
        """
        with self._files:
            target = self.check(path, replace=replace)
            if len(data) > MAX_FILE_BYTES:
                raise UserError(too_large(path))
            decode_document(data, path)
            _write(target, data)
        log.info("document saved: %s, %d bytes", path, len(data))
        self.update_index()

    def remove(self, path: str) -> None:
        """Take a document out of the corpus and index the rest in the background.

        Raises:
            UserError: as `check`, there is no such document, or it is the only one.
        """
        with self._files:
            target = self.check(path, replace=True)
            if not target.is_file():
                raise UserError(f"文档“{path}”不在文档文件夹里，可能已被删除；请刷新页面。")
            if list_corpus(self._corpus) == [self._corpus / path]:
                raise UserError("这是最后一个文档，不能删除；请先上传别的文档。")
            try:
                target.unlink()
            except OSError as error:
                raise UserError(f"文档“{path}”删不了（{error.strerror}），请检查文档文件夹的权限。") from error
        log.info("document removed: %s", path)
        self.update_index()

    def update_index(self) -> None:
        """Index the corpus in the background; changes that come while it runs are indexed after it."""
        with self._lock:
            if self._job.stage is JobStage.RUNNING:
                self._again = True
                return
            self._job = Job(JobStage.RUNNING, STARTING)
        threading.Thread(target=self._run, name="indexing", daemon=True).start()

    def _run(self) -> None:
        while True:
            outcome = self._build_once()
            with self._lock:
                if not self._again:
                    self._job = outcome
                    return
                self._again = False

    def _build_once(self) -> Job:
        try:
            report = self._build(self._tell)
        except ShuzhengError as error:
            log.warning("indexing failed: %s", error)
            return Job(JobStage.FAILED, f"索引没有更新：{error}")
        except Exception:
            log.exception("indexing failed")
            return Job(JobStage.FAILED, _UNEXPECTED)
        counts, failed = report.counts, len(report.failed)
        left_out = f"，{failed} 个文件没有收入" if failed else ""
        return Job(JobStage.DONE, f"索引已更新：{counts.documents} 个文档，{counts.facts} 个数字{left_out}。")

    def _tell(self, progress: BuildProgress) -> None:
        with self._lock:
            self._job = Job(JobStage.RUNNING, STAGES[progress.stage], progress.done, progress.total)


def document_file(corpus: Path, path: str) -> Path:
    """Return the file of a document of the corpus, whether it exists or not.

    Raises:
        UserError: the path leaves the corpus, is hidden, or has a name or suffix that no document may have.
    """
    parts = path.split("/")
    shown = "".join(character if character.isprintable() else "�" for character in path[:80])
    if not all(_is_name(part) for part in parts) or len(parts) > DEPTH_MAX:
        raise UserError(
            f'文件名“{shown}”不能用：不能为空或太长，不能以点开头，不能有 \\ : * ? " < > | 和控制字符；请改名后再上传。'
        )
    if PurePosixPath(path).suffix.lower() not in SUFFIXES:
        raise UserError(f"文件“{shown}”的类型不支持；请上传 {'、'.join(sorted(SUFFIXES))} 文件，其他格式请先转成文本。")
    home = corpus.resolve()
    target = home.joinpath(*parts)
    if not target.resolve().is_relative_to(home) or target.is_symlink() or target.is_dir():
        raise UserError(f"文件名“{shown}”不能用：它不是文档文件夹里的文件；请改名后再上传。")
    return target


def too_large(path: str) -> str:
    """Say that a file is above the limit."""
    return f"文件“{path}”超过每个文件 {MAX_FILE_BYTES // 1024**2} MB 的上限，请拆成几个文件。"


def _is_sample(corpus: Path) -> bool:
    """Whether these are the documents that come with the program, which nothing may change."""
    sample: Path = Settings.model_fields["corpus"].get_default(call_default_factory=True)
    return corpus.resolve() == sample.resolve()


def _is_name(part: str) -> bool:
    return (
        not part.startswith(".")
        and not part.endswith((".", " "))
        and part == part.strip()
        and bool(part)
        and not _FORBIDDEN.search(part)
        and len(part.encode("utf-8", "replace")) <= NAME_MAX_BYTES
        and part.isprintable()
    )


def _write(target: Path, data: bytes) -> None:
    draft = target.with_name(f".{secrets.token_hex(8)}.upload")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        reason = f"文件“{target.name}”无法保存（{error.strerror}），请检查磁盘空间和文档文件夹的权限。"
        raise UserError(reason) from error
