"""A tiny corpus indexed with the shipped hash embedder: no model is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.cli import OK, REFUSED_INPUT, main
from tests.conftest import ROOT

REPORT = "天津市东丽区2023年工作总结\n\n2023年，全区规上工业总产值121.3亿元，同比增长9.9%。高新技术企业达到437家。\n"
QUESTION = "东丽区2023年规上工业总产值是多少？"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `corpus` and its `index`; tests do not change it."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "donglixian.txt").write_text(REPORT, encoding="utf-8")
    command = [
        "index",
        "build",
        "--corpus",
        str(folder / "corpus"),
        "--index",
        str(folder / "index"),
        "--embedder",
        "hash",
    ]
    assert main(command) == OK
    return folder


@pytest.fixture
def here(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder whose settings point to the index that was built."""
    monkeypatch.chdir(tmp_path)
    settings = {"corpus": built / "corpus", "index": built / "index", "embedder": "hash", "llm": "none"}
    lines = [f"{name} = {json.dumps(str(value))}\n" for name, value in settings.items()]
    (tmp_path / "shuzheng.toml").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def shuzheng(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-m", "rag", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused, and return its one sentence."""
    assert main(arguments) == REFUSED_INPUT
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert "Traceback" not in printed.err
    return printed.err.strip()
