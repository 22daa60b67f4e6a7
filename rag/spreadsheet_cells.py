"""Text in spreadsheet cells, which must never be run as a formula."""

from __future__ import annotations

from typing import TypeVar

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


Cell = TypeVar("Cell")


def harmless(cell: Cell) -> Cell | str:
    """What to write: text is led by an apostrophe where a spreadsheet would run it as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell


def as_meant(cell: str) -> str:
    """The text without that apostrophe."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_STARTS_A_FORMULA) else cell
