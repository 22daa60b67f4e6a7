"""Names, passwords and keys: stored hashed, in files only the owner reads, ended at once when removed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from index.errors import UserError
from ui.access.identity import Identity, Right, Via
from ui.access.keys import Keys
from ui.access.private_files import session_secret
from ui.access.users import Users

PASSWORD = "一个好密码123"


def test_a_password_is_hashed_and_only_the_right_one_is_taken(tmp_path: Path) -> None:
    users = Users(tmp_path)
    users.add("王芳", PASSWORD, manage=True)

    stored = (tmp_path / "users.json").read_text(encoding="utf-8")
    assert PASSWORD not in stored and "$argon2id$" in stored
    assert users.verify("王芳", PASSWORD)
    assert not users.verify("王芳", PASSWORD + "4")
    assert not users.verify("王芳", "")
    assert not users.verify("nobody", PASSWORD)
    assert users.identity("王芳").rights == {Right.ASK, Right.MANAGE}


def test_there_is_no_default_user(tmp_path: Path) -> None:
    assert Users(tmp_path).all() == []
    assert not Users(tmp_path).verify("nobody", "nobody has this password")


def test_a_new_password_changes_the_mark_of_sessions(tmp_path: Path) -> None:
    users, elsewhere = Users(tmp_path), Users(tmp_path)
    users.add("li", PASSWORD, manage=False)
    before = elsewhere.fingerprint("li")
    users.add("li", PASSWORD, manage=False)
    assert before and elsewhere.fingerprint("li") not in {before, None}
    users.remove("li")
    assert elsewhere.fingerprint("li") is None


@pytest.mark.parametrize("name", ["", "a b", "a/../b", "<b>", "x" * 65, "a\nb"])
def test_strange_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="名字"):
        Users(tmp_path).add(name, PASSWORD, manage=False)
    with pytest.raises(UserError, match="名字"):
        Keys(tmp_path).add(name, [Right.ASK])


@pytest.mark.parametrize("password", ["", "1234567", "x" * 257])
def test_short_and_endless_passwords_are_refused(tmp_path: Path, password: str) -> None:
    with pytest.raises(UserError, match="密码应有 8 到 256 个字"):
        Users(tmp_path).add("li", password, manage=False)


def test_what_is_not_there_cannot_be_removed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有用户“li”"):
        Users(tmp_path).remove("li")
    with pytest.raises(UserError, match="没有密钥“li”"):
        Keys(tmp_path).revoke("li")


def test_a_key_opens_what_it_was_made_for_until_it_is_revoked(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    key = keys.add("报表", [Right.ASK])

    assert key not in (tmp_path / "keys.json").read_text(encoding="utf-8")
    found = Keys(tmp_path).find(key)
    assert found == Identity("报表", Via.KEY, frozenset({Right.ASK}))
    assert keys.find(key[:-1]) is None
    assert keys.find("") is None
    with pytest.raises(UserError, match="已有密钥“报表”"):
        keys.add("报表", [Right.MANAGE])
    keys.revoke("报表")
    assert Keys(tmp_path).find(key) is None


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "access"
    Users(folder).add("li", PASSWORD, manage=False)
    Keys(folder).add("k", [Right.ASK])
    session_secret(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_the_session_secret_is_made_once_and_is_long(tmp_path: Path) -> None:
    secret = session_secret(tmp_path)
    assert len(secret) >= 32
    assert session_secret(tmp_path) == secret
    assert session_secret(tmp_path / "other") != secret


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    session_secret(tmp_path)
    (tmp_path / "session-secret").chmod(0o644)
    with pytest.raises(UserError, match="别的用户也能读"):
        session_secret(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", '{"li": 1}'])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "users.json").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"users\.json"):
        Users(tmp_path).all()


def test_a_change_keeps_the_other_rows(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        Users(tmp_path).add(name, PASSWORD, manage=False)
    Users(tmp_path).remove("b")
    rows = json.loads((tmp_path / "users.json").read_text(encoding="utf-8"))
    assert sorted(rows) == ["a", "c"]
    assert [user.name for user in Users(tmp_path).all()] == ["a", "c"]
