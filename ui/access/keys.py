"""API keys: shown once, stored as SHA-256 (they are 256 random bits, so a slow hash would add nothing)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.errors import UserError
from ui.access.identity import Identity, Right, Via
from ui.access.private_files import PrivateTable, Table
from ui.access.users import check_name

KEY_PREFIX = "sz_"


@dataclass(frozen=True, slots=True)
class Key:
    """One line of `shuzheng keys list`."""

    name: str
    scopes: tuple[Right, ...]
    added: str
    """Date, ISO."""


class Keys:
    """The keys of one file."""

    def __init__(self, folder: Path) -> None:
        self._table = PrivateTable(folder / "keys.json")

    def add(self, name: str, scopes: Iterable[Right]) -> str:
        """Make a key and return it; it cannot be shown again.

        Raises:
            UserError: the name is refused or taken, or no scope was given.
        """
        check_name(name)
        granted = sorted(set(scopes))
        if not granted:
            raise UserError("密钥至少要有一项权限：ask（提问）或 manage（管理）。")
        key = KEY_PREFIX + secrets.token_urlsafe(32)

        def edit(rows: Table) -> None:
            if name in rows:
                raise UserError(f"已有密钥“{name}”；请换个名字，或先运行 shuzheng keys revoke {name}。")
            rows[name] = {"hash": _digest(key), "scopes": granted, "added": datetime.now(UTC).date().isoformat()}

        self._table.change(edit)
        return key

    def revoke(self, name: str) -> None:
        """Make a key useless at once.

        Raises:
            UserError: there is no such key.
        """

        def edit(rows: Table) -> None:
            if rows.pop(name, None) is None:
                raise UserError(f"没有密钥“{name}”；用 shuzheng keys list 查看。")

        self._table.change(edit)

    def all(self) -> list[Key]:
        """Return the keys, by name."""
        rows = sorted(self._table.rows().items())
        return [Key(name, tuple(_scopes(row["scopes"])), str(row.get("added", ""))) for name, row in rows]

    def find(self, key: str) -> Identity | None:
        """Return who holds the key; None where it is none of ours."""
        digest = _digest(key)
        for name, row in self._table.rows().items():
            if hmac.compare_digest(str(row["hash"]), digest):
                return Identity(name, Via.KEY, frozenset(_scopes(row["scopes"])))
        return None


def _scopes(names: Iterable[str]) -> list[Right]:
    return [right for right in Right if right.value in names]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
