import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray

from index.build import BuildProgress, Stage, build_index, embedded_text, index_is_current, index_status
from index.embedding import EmbedderIdentity, HashEmbedder, Progress
from index.errors import CorpusError, IndexDamagedError, UserError
from index.generations import current_generation
from index.store import open_index
from index.tokens import tokens
from index.vectors import write_vectors

FIRST = "东丽区2023年科技创新工作总结\n\n2023年,东丽区工业总产值达到1205亿元,同比增长9.9%。\n"
SECOND = "西青区2022年高质量发展情况\n\n2022年,西青区社会消费品零售总额为38.6亿元。\n"
ROOT = Path(__file__).resolve().parents[2]


class CountingEmbedder(HashEmbedder):
    def __init__(self, revision: str = "1") -> None:
        self.embedded: list[str] = []
        self._revision = revision

    @property
    def identity(self) -> EmbedderIdentity:
        return replace(super().identity, revision=self._revision)

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> NDArray[np.float32]:
        self.embedded += texts
        return super().encode_passages(texts, on_progress)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(FIRST, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def paths_in(folder: Path) -> list[str]:
    with open_index(folder, None) as index:
        return [document.path for document in index.documents()]


def test_report_counts_what_the_index_holds(corpus: Path, folder: Path) -> None:
    (corpus / "b.txt").write_bytes(SECOND.encode("gb18030"))
    report = build_index(corpus, folder, HashEmbedder())
    with open_index(folder, HashEmbedder().identity) as index:
        assert report.counts == index.manifest.counts
        assert report.counts.documents == len(index.documents()) == 2
        assert report.counts.facts == len(list(index.facts())) > 2
        assert [passage.id for passage in index.passages(range(report.counts.passages))]
        assert index.document("b.txt").encoding == "gb18030"
        assert index.manifest.embedder == HashEmbedder().identity
    assert report.generation == current_generation(folder).name
    assert report.failed == ()
    assert report.embedded == report.counts.passages


def test_progress_runs_through_every_stage(corpus: Path, folder: Path) -> None:
    (corpus / "b.txt").write_text(SECOND, encoding="utf-8")
    seen: list[BuildProgress] = []
    report = build_index(corpus, folder, HashEmbedder(), seen.append)
    assert list(dict.fromkeys(progress.stage for progress in seen)) == [Stage.READ, Stage.EMBED, Stage.CHECK]
    for stage, total in ((Stage.READ, 2), (Stage.EMBED, report.embedded), (Stage.CHECK, 1)):
        steps = [progress for progress in seen if progress.stage is stage]
        assert {step.total for step in steps} == {total}
        assert [step.done for step in steps] == sorted(step.done for step in steps)
        assert (steps[0].done, steps[-1].done) == (0, total)


def test_unchanged_passages_are_not_embedded_again(corpus: Path, folder: Path) -> None:
    embedder = CountingEmbedder()
    first = build_index(corpus, folder, embedder)
    assert len(embedder.embedded) == first.counts.passages
    (corpus / "b.txt").write_text(SECOND, encoding="utf-8")
    (corpus / "0 copy.txt").write_text(FIRST, encoding="utf-8")
    embedder.embedded.clear()
    second = build_index(corpus, folder, embedder)
    assert len(embedder.embedded) == second.embedded > 0
    assert all("西青" in text for text in embedder.embedded)
    with open_index(folder, embedder.identity) as index:
        for passage in index.passages(range(second.counts.passages)):
            similarities = dict(index.nearest(embedder.encode_question(embedded_text(passage)), 1000))
            assert similarities[passage.id] == pytest.approx(1.0, abs=1e-6)


def test_texts_that_occur_twice_are_embedded_once(corpus: Path, folder: Path) -> None:
    (corpus / "b.txt").write_text(FIRST, encoding="utf-8")
    embedder = CountingEmbedder()
    report = build_index(corpus, folder, embedder)
    assert len(embedder.embedded) == len(set(embedder.embedded)) == report.embedded == report.counts.passages // 2


def test_another_embedder_embeds_everything_again(corpus: Path, folder: Path) -> None:
    build_index(corpus, folder, CountingEmbedder())
    other = CountingEmbedder(revision="2")
    report = build_index(corpus, folder, other)
    assert len(other.embedded) == report.counts.passages
    open_index(folder, other.identity).close()


def test_a_damaged_index_is_built_anew(corpus: Path, folder: Path) -> None:
    build_index(corpus, folder, HashEmbedder())
    (current_generation(folder) / "vectors.faiss").write_bytes(b"")
    assert build_index(corpus, folder, HashEmbedder()).embedded > 0
    assert paths_in(folder) == ["a.txt"]


def test_context_is_embedded_and_found_by_keyword(corpus: Path, folder: Path) -> None:
    (corpus / "a.txt").write_text("東麗區2023年科技創新工作總結\n\n完成投資38.6億元。\n", encoding="utf-8")
    build_index(corpus, folder, HashEmbedder())
    with open_index(folder, None) as index:
        passage = next(p for p in index.passages(range(index.manifest.counts.passages)) if "38.6" in p.view)
        assert "创新" not in passage.view
        assert embedded_text(passage).endswith(f"\n{passage.view}")
        assert "创新" in embedded_text(passage).splitlines()[0]
        assert passage.id in dict(index.keyword(tokens("创新"), 10))


def test_a_bad_file_is_left_out_and_reported(corpus: Path, folder: Path) -> None:
    (corpus / "bad.txt").write_bytes(b"\x89PNG\0\0")
    (corpus / "empty.md").write_bytes(b"")
    report = build_index(corpus, folder, HashEmbedder())
    assert paths_in(folder) == ["a.txt"]
    assert [file.path for file in report.failed] == ["bad.txt", "empty.md"]
    assert "bad.txt" in report.failed[0].reason
    assert "空的" in report.failed[1].reason
    assert index_status(folder).manifest.failed == report.failed


def test_all_files_bad_is_an_error_that_names_them_and_keeps_the_index(corpus: Path, folder: Path) -> None:
    build_index(corpus, folder, HashEmbedder())
    (corpus / "a.txt").write_bytes(b"\0")
    with pytest.raises(CorpusError, match=r"a\.txt"):
        build_index(corpus, folder, HashEmbedder())
    with open_index(folder, None) as index:
        assert index.document("a.txt").text == FIRST
    assert len(list((folder / "generations").iterdir())) == 1


def test_text_without_a_word_is_an_error(corpus: Path, folder: Path) -> None:
    (corpus / "a.txt").write_text("——\n……\n", encoding="utf-8")
    (corpus / "a.txt").rename(corpus / "——.txt")
    with pytest.raises(CorpusError):
        build_index(corpus, folder, HashEmbedder())


@pytest.mark.parametrize("stage", list(Stage))
def test_a_failing_build_leaves_the_last_index_in_use(corpus: Path, folder: Path, stage: Stage) -> None:
    build_index(corpus, folder, HashEmbedder())
    before = current_generation(folder)
    (corpus / "b.txt").write_text(SECOND, encoding="utf-8")

    def fail(progress: BuildProgress) -> None:
        if progress.stage is stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(corpus, folder, HashEmbedder(), fail)
    assert current_generation(folder) == before
    assert paths_in(folder) == ["a.txt"]
    assert list((folder / "generations").iterdir()) == [before]
    build_index(corpus, folder, HashEmbedder())
    assert paths_in(folder) == ["a.txt", "b.txt"]


KILLED_BUILD = """
import os, signal, sys
from pathlib import Path
from index.build import Stage, build_index
from index.embedding import HashEmbedder

def die(progress):
    if progress.stage == Stage(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

build_index(Path(sys.argv[1]), Path(sys.argv[2]), HashEmbedder(), die)
"""


@pytest.mark.parametrize("stage", [Stage.EMBED, Stage.CHECK])
def test_a_killed_build_leaves_the_last_index_answering(corpus: Path, folder: Path, stage: Stage) -> None:
    build_index(corpus, folder, HashEmbedder())
    before = current_generation(folder)
    (corpus / "b.txt").write_text(SECOND, encoding="utf-8")
    command = [sys.executable, "-c", KILLED_BUILD, str(corpus), str(folder), stage.value]
    killed = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list((folder / "generations").iterdir())) == 2
    assert current_generation(folder) == before
    assert paths_in(folder) == ["a.txt"]
    report = build_index(corpus, folder, HashEmbedder())
    assert paths_in(folder) == ["a.txt", "b.txt"]
    kept = {generation.name for generation in (folder / "generations").iterdir()}
    assert kept == {before.name, report.generation}


def test_only_the_generation_before_is_kept(corpus: Path, folder: Path) -> None:
    names = [build_index(corpus, folder, HashEmbedder()).generation for _ in range(3)]
    assert len(set(names)) == 3
    assert {generation.name for generation in (folder / "generations").iterdir()} == set(names[1:])


def test_an_open_index_answers_while_newer_ones_replace_it(corpus: Path, folder: Path) -> None:
    build_index(corpus, folder, HashEmbedder())
    with open_index(folder, None) as index:
        for _ in range(3):
            build_index(corpus, folder, HashEmbedder())
        hits = index.keyword(tokens("工业总产值"), 1)
        assert "1205亿元" in index.passages([hits[0][0]])[0].view
        assert index.nearest(HashEmbedder().encode_question("工业"), 1)


def test_a_second_builder_is_told_to_wait(corpus: Path, folder: Path) -> None:
    build_index(corpus, folder, HashEmbedder())
    with FileLock(folder / "build.lock"), pytest.raises(UserError, match="另一个进程"):
        build_index(corpus, folder, HashEmbedder())
    build_index(corpus, folder, HashEmbedder())


def test_an_index_folder_that_is_a_file_is_refused(corpus: Path, folder: Path) -> None:
    folder.write_text("", encoding="utf-8")
    with pytest.raises(UserError, match="无法写入索引文件夹"):
        build_index(corpus, folder, HashEmbedder())


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 2000, 20_000])
def test_a_full_disk_is_told_and_keeps_the_index(corpus: Path, folder: Path, size: int) -> None:
    build_index(corpus, folder, HashEmbedder())
    (corpus / "b.txt").write_text(SECOND * 200, encoding="utf-8")
    with largest_file(size), pytest.raises(UserError, match=r"无法写入索引文件夹.*磁盘空间"):
        build_index(corpus, folder, HashEmbedder())
    assert paths_in(folder) == ["a.txt"]
    assert len(list((folder / "generations").iterdir())) == 1


def test_vectors_that_cannot_be_written_are_an_os_error(tmp_path: Path) -> None:
    vectors = HashEmbedder().encode_passages(["一", "二", "三"])
    with largest_file(1000), pytest.raises(OSError, match=r"v\.faiss|write"):
        write_vectors(tmp_path / "v.faiss", vectors)


def test_missing_corpus_creates_nothing(corpus: Path, folder: Path) -> None:
    with pytest.raises(CorpusError):
        build_index(corpus / "nowhere", folder, HashEmbedder())
    assert not folder.exists()


def test_status_tells_what_the_manifest_says(corpus: Path, folder: Path) -> None:
    with pytest.raises(IndexDamagedError, match="索引不存在"):
        index_status(folder)
    report = build_index(corpus, folder, HashEmbedder())
    status = index_status(folder)
    assert status.generation == report.generation
    assert status.manifest.counts == report.counts
    assert status.size == sum(f.stat().st_size for f in current_generation(folder).rglob("*") if f.is_file()) - (
        (current_generation(folder) / "manifest.json").stat().st_size
    )


def test_index_is_current_until_something_changes(corpus: Path, folder: Path) -> None:
    identity = HashEmbedder().identity
    assert not index_is_current(corpus, folder, identity)
    (corpus / "bad.txt").write_bytes(b"\0")
    build_index(corpus, folder, HashEmbedder())
    assert index_is_current(corpus, folder, identity)
    assert not index_is_current(corpus, folder, replace(identity, revision="2"))
    (corpus / "a.txt").write_text(FIRST.replace("1205", "1206"), encoding="utf-8")
    assert not index_is_current(corpus, folder, identity)
    (corpus / "a.txt").write_text(FIRST, encoding="utf-8")
    assert index_is_current(corpus, folder, identity)
    (corpus / "bad.txt").write_text(SECOND, encoding="utf-8")
    assert not index_is_current(corpus, folder, identity)
    (corpus / "bad.txt").unlink()
    assert not index_is_current(corpus, folder, identity)


def test_a_damaged_index_is_not_current(corpus: Path, folder: Path) -> None:
    build_index(corpus, folder, HashEmbedder())
    (current_generation(folder) / "content.sqlite3").write_bytes(b"")
    assert not index_is_current(corpus, folder, HashEmbedder().identity)


def test_another_program_makes_the_index_stale(corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index(corpus, folder, HashEmbedder())
    monkeypatch.setattr("index.build._recipe", lambda: "other")
    assert not index_is_current(corpus, folder, HashEmbedder().identity)
