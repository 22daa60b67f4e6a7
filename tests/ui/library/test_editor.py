"""Documents come and go whole, nothing outside the corpus is touched, and the index follows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import BuildProgress, BuildReport, Stage
from index.errors import CorpusError, DocumentError, UserError
from index.manifest import Counts, FailedFile
from index.reading import MAX_FILE_BYTES
from rag.settings import Settings
from tests.ui.library.pieces import BULLETIN, TEXTS, write_corpus
from ui.library.editor import DocumentExistsError, Editor, Job, JobStage, document_file

TEXT = "新的文档\n\n2024年青河县高新技术企业45家。\n".encode()
FAILED = FailedFile(path="x", sha256="", reason="坏")
REPORT = BuildReport("g", Counts(documents=3, passages=4, sentences=5, facts=6), (FAILED,), 1, 0.1)


class Builds:
    """Counts the builds, and what the corpus held at each."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.seen: list[set[str]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.error: Exception | None = None

    def __call__(self, tell: Callable[[BuildProgress], None]) -> BuildReport:
        self.seen.append({file.name for file in self.corpus.rglob("*") if file.is_file()})
        tell(BuildProgress(Stage.EMBED, 3, 7))
        assert self.may_go_on.wait(10)
        if self.error:
            raise self.error
        return REPORT


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def builds(corpus: Path) -> Builds:
    return Builds(corpus)


@pytest.fixture
def editor(corpus: Path, builds: Builds) -> Editor:
    return Editor(corpus, builds)


def finished(editor: Editor) -> Job:
    deadline = time.monotonic() + 10
    while editor.job.stage is JobStage.RUNNING and time.monotonic() < deadline:
        time.sleep(0.005)
    return editor.job


def files(corpus: Path) -> dict[str, bytes]:
    return {file.relative_to(corpus).as_posix(): file.read_bytes() for file in corpus.rglob("*") if file.is_file()}


def test_a_document_is_saved_byte_for_byte_and_indexed(editor: Editor, corpus: Path, builds: Builds) -> None:
    editor.save("新/文档.txt", TEXT)
    assert files(corpus)["新/文档.txt"] == TEXT
    assert finished(editor) == Job(JobStage.DONE, "索引已更新：3 个文档，6 个数字，1 个文件没有收入。")
    assert "文档.txt" in builds.seen[-1]


def test_a_document_of_the_same_name_is_replaced_only_when_told(editor: Editor, corpus: Path) -> None:
    with pytest.raises(DocumentExistsError, match="已有同名文档"):
        editor.save(BULLETIN, TEXT)
    assert files(corpus)[BULLETIN] == TEXTS[BULLETIN].encode()
    editor.save(BULLETIN, TEXT, replace=True)
    assert files(corpus)[BULLETIN] == TEXT


@pytest.mark.parametrize(
    "path",
    [
        "../外面.txt", "a/../../外面.txt", "/etc/外面.txt", "..\\外面.txt", "", ".txt", ".隐藏.txt",
        ".git/a.txt", "a//b.txt",
        "a/./b.txt", "空\0.txt", "换\n行.txt", "a:b.txt", "长" * 100 + ".txt", "/".join("abcdefghi") + ".txt", " a.txt",
        "a.txt ", "坏\ud800.txt", "右\u202eto.txt", "表.pdf", "表.txt.exe", "没有后缀", "年报",
    ],
)  # fmt: skip
def test_no_path_leads_out_or_to_what_is_no_document(editor: Editor, corpus: Path, builds: Builds, path: str) -> None:
    before = {file: file.stat().st_mtime_ns for file in corpus.parent.rglob("*")}
    changes: list[Callable[[], None]] = [lambda: editor.save(path, TEXT, replace=True), lambda: editor.remove(path)]
    for change in changes:
        with pytest.raises(UserError) as refused:
            change()
        assert str(refused.value).endswith("。") and "\n" not in str(refused.value)
    assert {file: file.stat().st_mtime_ns for file in corpus.parent.rglob("*")} == before
    assert builds.seen == []


def test_links_out_of_the_corpus_are_not_followed(editor: Editor, corpus: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "秘密.txt").write_bytes(TEXT)
    (corpus / "link").symlink_to(outside)
    (corpus / "link.txt").symlink_to(outside / "秘密.txt")
    for path in ("link/秘密.txt", "link/新.txt", "link.txt"):
        with pytest.raises(UserError, match="不能用"):
            editor.save(path, b"changed " * 9, replace=True)
        with pytest.raises(UserError, match="不能用"):
            editor.remove(path)
    assert files(outside) == {"秘密.txt": TEXT}


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "是空的"), (b" \n", "只有空白"), (b"%PDF-1.7\0\0", "控制字符"), (b"\xff\xfe\xff", "编码")],
)
def test_what_is_no_text_is_refused_and_leaves_nothing(
    editor: Editor, corpus: Path, builds: Builds, data: bytes, reason: str
) -> None:
    before = files(corpus)
    with pytest.raises(DocumentError, match=reason):
        editor.save("坏.txt", data)
    assert files(corpus) == before and builds.seen == []


def test_a_file_above_the_limit_is_refused(editor: Editor, corpus: Path) -> None:
    with pytest.raises(UserError, match="20 MB"):
        editor.save("大.txt", b"a" * (MAX_FILE_BYTES + 1))
    assert "大.txt" not in files(corpus)


def test_a_document_is_removed_but_not_the_last_one(editor: Editor, corpus: Path, builds: Builds) -> None:
    editor.remove(BULLETIN)
    assert BULLETIN not in files(corpus)
    finished(editor)
    [last] = files(corpus)
    with pytest.raises(UserError, match="最后一个"):
        editor.remove(last)
    with pytest.raises(UserError, match="不在文档文件夹里"):
        editor.remove(BULLETIN)
    assert len(builds.seen) == 1


def test_changes_during_a_build_are_indexed_once_after_it(editor: Editor, builds: Builds) -> None:
    builds.may_go_on.clear()
    editor.save("一.txt", TEXT)
    deadline = time.monotonic() + 10
    while editor.job.total != 7 and time.monotonic() < deadline:
        time.sleep(0.005)
    assert editor.job == Job(JobStage.RUNNING, "计算向量", 3, 7)
    for name in ("二.txt", "三.txt", "四.txt"):
        editor.save(name, TEXT)
    builds.may_go_on.set()
    assert finished(editor).stage is JobStage.DONE
    assert len(builds.seen) == 2 and {"二.txt", "三.txt", "四.txt"} <= builds.seen[-1]


@pytest.mark.parametrize(
    ("error", "text"),
    [(CorpusError("没有一个文件能读。"), "索引没有更新：没有一个文件能读。"), (ZeroDivisionError(), "程序出了意外")],
)
def test_a_build_that_fails_is_one_sentence_and_the_next_one_runs(
    editor: Editor, builds: Builds, error: Exception, text: str
) -> None:
    builds.error = error
    editor.update_index()
    job = finished(editor)
    assert job.stage is JobStage.FAILED and text in job.text
    builds.error = None
    editor.update_index()
    assert finished(editor).stage is JobStage.DONE


def test_the_sample_documents_are_never_changed(builds: Builds) -> None:
    seeds: Path = Settings.model_fields["corpus"].get_default(call_default_factory=True)
    before = files(seeds)
    editor = Editor(seeds, builds)
    assert "示例文档" in editor.refusal
    changes: list[Callable[[], None]] = [
        lambda: editor.save("新.txt", TEXT),
        lambda: editor.remove(next(iter(before))),
    ]
    for change in changes:
        with pytest.raises(UserError, match="示例文档"):
            change()
    assert files(seeds) == before and builds.seen == []


def test_a_folder_that_cannot_be_written_says_so(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(UserError, match="只读"):
        editor.save("新.txt", TEXT)


def test_ordinary_names_are_taken(corpus: Path) -> None:
    for path in ("a.txt", "2023年 公报（终稿）.MD", "一/二/三.text", "a..b.txt", "…….txt"):
        assert document_file(corpus, path) == corpus.resolve() / path
