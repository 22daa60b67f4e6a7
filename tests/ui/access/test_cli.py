"""`shuzheng users` and `shuzheng keys`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from index.errors import UserError
from ui.access.cli import keys_app, users_app
from ui.access.identity import Right
from ui.access.keys import Keys
from ui.access.users import Users

PASSWORD = "一个好密码123"


def run(app: object, *arguments: str) -> None:
    get_command(app).main(args=list(arguments), standalone_mode=False)  # type: ignore[arg-type]


def test_users_are_added_listed_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ("--access", str(tmp_path))
    for name, options in (("王芳", ["--manage"]), ("li", [])):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        run(users_app, "add", name, "--stdin", *options, *folder)
    run(users_app, "list", *folder)

    shown = capsys.readouterr()
    assert [line.split("\t")[:2] for line in shown.out.splitlines()[1:]] == [["li", "ask"], ["王芳", "ask, manage"]]
    assert PASSWORD not in shown.out + shown.err
    assert Users(tmp_path).verify("王芳", PASSWORD)
    run(users_app, "remove", "li", *folder)
    assert [user.name for user in Users(tmp_path).all()] == ["王芳"]


def test_a_password_is_asked_for_twice_and_never_shown(tmp_path: Path) -> None:
    runner = CliRunner()
    command = ["add", "li", "--access", str(tmp_path)]
    asked = runner.invoke(users_app, command, input=f"{PASSWORD}\nanother one\n{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0 and PASSWORD not in asked.output
    assert Users(tmp_path).verify("li", PASSWORD)


def test_a_short_password_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(UserError, match="密码应有"):
        run(users_app, "add", "li", "--stdin", "--access", str(tmp_path))
    assert Users(tmp_path).all() == []


def test_keys_are_shown_once_listed_and_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ("--access", str(tmp_path))
    run(keys_app, "add", "报表", "--scope", "ask", "--scope", "manage", *folder)
    key = capsys.readouterr().out.strip()
    found = Keys(tmp_path).find(key)
    assert found and found.rights == set(Right)

    run(keys_app, "list", *folder)
    listed = capsys.readouterr().out
    assert listed.splitlines()[1].split("\t")[:2] == ["报表", "ask, manage"] and key not in listed
    run(keys_app, "revoke", "报表", *folder)
    assert Keys(tmp_path).find(key) is None
