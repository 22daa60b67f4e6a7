from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import UserError
from rag.contract import Mode
from rag.settings import (
    CONFIG_FILE,
    Origin,
    Settings,
    load_settings,
    setting_rows,
    unknown_variables,
)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_config(folder: Path, text: str) -> Path:
    path = folder / CONFIG_FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_need_no_file() -> None:
    settings = load_settings()

    assert settings.corpus.name == "seeds"
    assert settings.index == settings.corpus.parent / ".index"
    assert settings.models == Path.home() / ".cache" / "shuzheng"
    assert (settings.host, settings.port, settings.mode, settings.llm) == ("127.0.0.1", 7860, Mode.AUTO, "embedded")


def test_flag_beats_environment_beats_file_beats_default(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_config(empty_folder, "port = 1111\ntop_k = 11\nquestion_max_chars = 111\n")
    monkeypatch.setenv("SHUZHENG_PORT", "2222")
    monkeypatch.setenv("SHUZHENG_TOP_K", "22")

    rows = {row.name: row for row in setting_rows({"port": 3333, "host": None})}

    assert (rows["port"].value, rows["port"].origin) == ("3333", Origin.FLAG)
    assert (rows["top_k"].value, rows["top_k"].origin, rows["top_k"].where) == (
        "22", Origin.ENVIRONMENT, "SHUZHENG_TOP_K",
    )  # fmt: skip
    assert (rows["question_max_chars"].value, rows["question_max_chars"].origin) == ("111", Origin.FILE)
    assert rows["question_max_chars"].where == path.name
    assert rows["host"].origin is Origin.DEFAULT


def test_rows_cover_every_setting_and_explain_it() -> None:
    rows = setting_rows()

    assert [row.name for row in rows] == list(Settings.model_fields)
    assert all(row.description for row in rows)


def test_named_config_file_is_read_and_its_folders_are_beside_it(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / "conf").mkdir()
    path = empty_folder / "conf" / "mine.toml"
    path.write_text('corpus = "docs"\nindex = "~/idx"\n', encoding="utf-8-sig")
    monkeypatch.setenv("SHUZHENG_CONFIG", str(path))

    settings = load_settings()

    assert settings.corpus == empty_folder / "conf" / "docs"
    assert settings.index == Path.home() / "idx"


def test_folders_from_flags_are_relative_to_the_current_folder(empty_folder: Path) -> None:
    assert load_settings({"corpus": "docs"}).corpus == empty_folder / "docs"


def test_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUZHENG_PORT", "")

    assert load_settings().port == 7860


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("port", 0, "不小于 1"),
        ("port", 65_536, "不大于 65535"),
        ("port", "eighty", "应是整数"),
        ("top_k", 1.5, "应是整数"),
        ("llm_timeout_seconds", 0, "大于 0"),
        ("llm_timeout_seconds", float("nan"), "应是数字"),
        ("llm_timeout_seconds", float("inf"), "应是数字"),
        ("dtype", "float16", "只能是 auto、float32、bfloat16"),
        ("mode", "magic", "只能是 auto、extractive、llm"),
        ("llm", "qwen", "http://"),
        ("llm", "http://[", "http://"),
        ("llm", "ftp://host/v1", "http://"),
        ("embedder", "", "不能为空"),
    ],
)
def test_refused_value_names_setting_value_and_what_is_allowed(name: str, value: object, said: str) -> None:
    with pytest.raises(UserError) as caught:
        load_settings({name: value})

    assert f"--{name.replace('_', '-')}" in str(caught.value)
    assert str(value) in str(caught.value)
    assert said in str(caught.value)


def test_refused_value_names_its_origin(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(empty_folder, 'dtype = "half"\n')
    with pytest.raises(UserError, match=r"设置文件 shuzheng.toml 里的 dtype 的值“half”"):
        load_settings()

    monkeypatch.setenv("SHUZHENG_DTYPE", "double")
    with pytest.raises(UserError, match="环境变量 SHUZHENG_DTYPE 的值“double”"):
        load_settings()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"prot = 1\n", "没有“prot”这项设置"),
        (b"port == 1\n", "不是正确的 TOML"),
        ("corpus = '文档'".encode("gb18030"), "不是 UTF-8"),
    ],
)
def test_bad_config_file_is_refused(empty_folder: Path, content: bytes, said: str) -> None:
    (empty_folder / CONFIG_FILE).write_bytes(content)

    with pytest.raises(UserError, match=said):
        load_settings()


def test_missing_named_config_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUZHENG_CONFIG", "nowhere.toml")

    with pytest.raises(UserError, match=r"设置文件不存在：nowhere.toml"):
        load_settings()


def test_unknown_flag_is_refused() -> None:
    with pytest.raises(UserError, match="没有“corpse”这项设置"):
        load_settings({"corpse": "x"})


def test_mistyped_variable_is_reported_and_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUZHENG_PROT", "1")
    monkeypatch.setenv("SHUZHENG_PORT", "1")

    assert unknown_variables() == ["SHUZHENG_PROT"]
    assert load_settings().port == 1


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUZHENG_LLM_API_KEY", "sk-very-secret")

    assert "sk-very-secret" not in repr(load_settings()) + repr(setting_rows())
    with pytest.raises(UserError) as caught:
        load_settings({"llm": "http://me:sk-very-secret@host/v1"})
    assert "sk-very-secret" not in str(caught.value)
    assert "llm_api_key" in str(caught.value)
