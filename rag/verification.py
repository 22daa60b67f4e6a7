"""The promise kept: no figure in an answer that its quotes do not prove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index import Quantity, find_quantities, normalise

CITATION_MARK = re.compile(r"\[\d{1,3}\]")
_CELL_BORDER = re.compile(r"[\t|]|\s{2,}")


@dataclass(frozen=True, slots=True)
class Unproved:
    """A figure of a draft that no quote holds."""

    text: str
    unit: str


def unproved_figures(draft: str, quotes: Iterable[str], question: str, computed: Sequence[str] = ()) -> list[Unproved]:
    """Figures of `draft` found in no quote, not in the question and not among the checked results `computed`."""
    grounds = [*quotes, question, *computed]
    proofs = [quantity for text in grounds for quantity in find_quantities(text)]
    cells = [
        normalise(cell).strip() for text in grounds if _CELL_BORDER.search(text) for cell in _CELL_BORDER.split(text)
    ]
    return [
        Unproved(quantity.text, quantity.unit)
        for quantity in find_quantities(CITATION_MARK.sub(" ", draft))
        if not any(proves(proof, quantity) for proof in proofs) and not _cell_proves(cells, quantity)
    ]


def proves(proof: Quantity, claim: Quantity) -> bool:
    """Whether a quoted figure proves a claimed one: same value in the same unit; a finer date proves a coarser one."""
    if claim.unit != proof.unit:
        return False
    if claim.unit == "date":
        return _date_proves(int(proof.value), int(claim.value))
    return proof.value == claim.value or (proof.upper is not None and proof.upper == claim.value)


def _cell_proves(cells: Sequence[str], claim: Quantity) -> bool:
    """Whether a table row holds the claimed number in a cell of its own; the unit may stand in its heading."""
    number = re.search(r"-?\d+(?:\.\d+)?", claim.text)
    if number is None:
        return False
    return any(re.fullmatch(rf"[+-]?{re.escape(number.group().lstrip('-'))}0*%?", cell) for cell in cells)


def _date_proves(proof: int, claim: int) -> bool:
    for scale in (10000, 100, 1):
        wanted = claim // scale % 100 if scale < 10000 else claim // 10000
        stated = proof // scale % 100 if scale < 10000 else proof // 10000
        if wanted and wanted != stated:
            return False
    return True
