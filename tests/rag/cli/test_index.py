from __future__ import annotations

from pathlib import Path

import pytest

from rag.cli import OK, main
from tests.rag.cli.conftest import REPORT, refused


def test_second_build_does_nothing_and_force_does(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = ["--index", str(tmp_path / "i")]

    assert main(["index", "build", *target]) == OK
    assert "索引建好：1 个文档" in capsys.readouterr().out
    assert main(["index", "build", *target]) == OK
    assert "已是最新" in capsys.readouterr().out
    assert main(["index", "build", *target, "--force"]) == OK
    assert "索引建好" in capsys.readouterr().out


def test_unreadable_file_is_named_and_the_rest_is_indexed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "good.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "c" / "empty.txt").write_bytes(b"")

    code = main(
        ["index", "build", "--corpus", str(tmp_path / "c"), "--index", str(tmp_path / "i"), "--embedder", "hash"]
    )

    printed = capsys.readouterr()
    assert code == OK
    assert "没有收入索引" in printed.err
    assert "empty.txt" in printed.err
    assert "索引建好：1 个文档" in printed.out


def test_status_shows_what_the_index_holds(here: Path, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "status"]) == OK

    lines = capsys.readouterr().out.splitlines()
    assert f"文件夹：{built / 'index'}" in lines
    assert "文档：1" in lines
    assert any(line.startswith("嵌入模型：hash") for line in lines)


def test_missing_corpus_and_missing_index_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = str(tmp_path / "nowhere")

    assert "nowhere" in refused(capsys, "index", "build", "--corpus", nowhere, "--index", nowhere, "--embedder", "hash")
    assert "shuzheng index build" in refused(capsys, "index", "status", "--index", nowhere)
    assert "shuzheng index build" in refused(capsys, "facts", "--index", nowhere)
    assert not Path(nowhere).exists()
