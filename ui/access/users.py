"""The password file: names, Argon2 hashes, and who has the manage right."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from index.errors import UserError
from ui.access.identity import Identity, Right, Via
from ui.access.private_files import PrivateTable, Table

PASSWORD_MIN_CHARS = 8
PASSWORD_MAX_CHARS = 256
_NAME = re.compile(r"[\w.@-]{1,64}")
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class User:
    """One line of `shuzheng users list`."""

    name: str
    manage: bool
    added: str
    """Date, ISO."""


class Users:
    """The users of one password file."""

    def __init__(self, folder: Path) -> None:
        self._table = PrivateTable(folder / "users.json")

    def add(self, name: str, password: str, *, manage: bool) -> None:
        """Add a user, or give one that is there a new password and right; their sessions end.

        Raises:
            UserError: name or password are refused, or the file cannot be written.
        """
        check_name(name)
        if not PASSWORD_MIN_CHARS <= len(password) <= PASSWORD_MAX_CHARS:
            raise UserError(f"密码应有 {PASSWORD_MIN_CHARS} 到 {PASSWORD_MAX_CHARS} 个字，请换一个。")
        row = {"hash": _hasher.hash(password), "manage": manage, "added": datetime.now(UTC).date().isoformat()}
        self._table.change(lambda rows: rows.__setitem__(name, row))

    def remove(self, name: str) -> None:
        """Remove a user; their sessions end at once.

        Raises:
            UserError: there is no such user.
        """

        def edit(rows: Table) -> None:
            if rows.pop(name, None) is None:
                raise UserError(f"没有用户“{name}”；用 shuzheng users list 查看。")

        self._table.change(edit)

    def all(self) -> list[User]:
        """Return the users, by name."""
        rows = sorted(self._table.rows().items())
        return [User(name, bool(row.get("manage")), str(row.get("added", ""))) for name, row in rows]

    def verify(self, name: str, password: str) -> bool:
        """Tell whether the password is the user's; takes as long for a user that is not there."""
        row = self._table.rows().get(name)
        stored = str(row["hash"]) if row else _nobody()
        try:
            return _hasher.verify(stored, password[: PASSWORD_MAX_CHARS + 1]) and row is not None
        except (VerificationError, InvalidHashError):
            return False

    def fingerprint(self, name: str) -> str | None:
        """Return what changes with the user's password, for sessions; None where there is no such user."""
        row = self._table.rows().get(name)
        return hashlib.sha256(str(row["hash"]).encode()).hexdigest()[:16] if row else None

    def identity(self, name: str) -> Identity:
        """Return a user who has logged in."""
        manage = bool(self._table.rows().get(name, {}).get("manage"))
        return Identity(name, Via.PASSWORD, frozenset(Right) if manage else frozenset({Right.ASK}))


def check_name(name: str) -> None:
    """Refuse what is no name for a user or a key.

    Raises:
        UserError: it is empty, too long or holds other characters.
    """
    if not _NAME.fullmatch(name):
        raise UserError(f"名字“{name}”不能用：只能有汉字、字母、数字和 . @ - _，最多 64 个字。")


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
