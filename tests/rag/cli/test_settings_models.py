from __future__ import annotations

from pathlib import Path

import pytest

from rag.cli import OK, main
from tests.rag.cli.conftest import refused


def test_settings_shows_values_and_origins(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHUZHENG_PORT", "8123")
    monkeypatch.setenv("SHUZHENG_LLM_API_KEY", "sk-very-secret")
    monkeypatch.setenv("SHUZHENG_PROT", "1")

    assert main(["settings", "--explain"]) == OK

    printed = capsys.readouterr()
    rows = {line.split("\t")[0]: line.split("\t") for line in printed.out.splitlines()}
    assert rows["port"][1:3] == ["8123", "环境变量 SHUZHENG_PORT"]
    assert rows["embedder"][1:3] == ["hash", "设置文件 shuzheng.toml"]
    assert rows["host"][2] == "默认"
    assert "sk-very-secret" not in printed.out
    assert "SHUZHENG_PROT" in printed.err


def test_bad_settings_file_stops_every_command(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "shuzheng.toml").write_text("prot = 1", encoding="utf-8")

    for arguments in (["settings"], ["facts"], ["ask", "问"], ["index", "status"], ["models", "list"]):
        assert "没有“prot”这项设置" in refused(capsys, *arguments)


def test_models_list_tells_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--models", str(tmp_path)]) == OK

    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("e5-small\t") and "未下载" in line for line in lines)
    assert "还没有模型" in refused(capsys, "models", "verify", "--models", str(tmp_path))
    assert "models pull e5-small" in refused(capsys, "models", "verify", "e5-small", "--models", str(tmp_path))


def test_missing_embedder_says_what_to_run(here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "index", "build", "--embedder", "e5-small", "--models", str(tmp_path / "store"))

    assert "shuzheng models pull e5-small" in said
