"""The promise kept: no figure in an answer that its quotes do not prove, and no computation that does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from index import COUNT_UNITS, DURATION_UNITS, Quantity, added_in, find_quantities, normalise
from rag.arithmetic import time_between

CITATION_MARK = re.compile(r"\[\d{1,3}\]")
_CELL_BORDER = re.compile(r"[\t|｜│\u3000]|\s{2,}")
_ROW_OF_FIGURES = re.compile(r"\S+(?: [+\-−]?\d[\d.,]*%?){2,}\s*")
"""A row whose cells only single spaces part: a name and nothing but figures."""
_PIECE = re.compile(r"(?P<operand>(?<=\()-\d[^()+\-÷×]*|\d[^()+\-÷×]*)|(?P<operator>[()+\-÷×])")
_FALL = re.compile(r"下降|降低|减少|下跌|回落|下滑|衰退|负增长|跌|降|减|亏损")
_FALL_REACH = 12
"""How many characters in front of a figure may say that it is a fall."""


@dataclass(frozen=True, slots=True)
class Unproved:
    """A figure of a draft that no quote holds."""

    text: str
    unit: str


def unproved_figures(draft: str, quotes: Iterable[str], question: str, computed: Sequence[str] = ()) -> list[Unproved]:
    """Figures of `draft` found in no quote, not in the question and not among the checked results `computed`."""
    grounds = [*quotes, question, *computed]
    proofs = [quantity for text in grounds for quantity in find_quantities(text)]
    cells = [normalise(cell).strip() for text in grounds for cell in _cells_of(text)]
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


def computation_holds(expression: str, quotes: Sequence[str]) -> bool:
    """Whether every input of `95亿元-91亿元=4亿元` stands in a quote and the result follows, exactly or as ≈ rounds it.

    Units are never mixed: a total has the unit of its parts (percentage points between two percentages), a ratio of
    two like amounts is 倍 or %. A total is divided by the number of its parts only; an amount by a count or a duration
    (which gives 每家0.79亿元), by a multiple, or by 1 plus or minus a growth. An amount times a percentage is a part of
    it; two dates have a time between them. A negative input, in brackets or behind 1, is a fall that the quote says.
    """
    left, equals, right = expression.partition("≈" if "≈" in expression else "=")
    results = find_quantities(right)
    if not equals or len(results) != 1:
        return False
    dates = [find_quantities(side) for side in left.split("-")]
    if len(dates) == 2 and all(len(side) == 1 and side[0].unit == "date" for side in dates):
        return _time_holds(dates[0][0], dates[1][0], results[0], quotes)
    try:
        total = _Reader(left, quotes).total()
    except _UnsoundError:
        return False
    result = results[0]
    value = total.value
    if total.unit == _RATIO:
        if result.unit not in {"倍", "%"}:
            return False
        value = value * 100 if result.unit == "%" else value
    elif added_in(result.unit) != total.unit and (total.unit, result.unit) != ("%", "个百分点"):
        return False
    each = right[: result.start].removeprefix("每")
    if added_in(each) != total.each or right.startswith("每") is not bool(total.each):
        return False
    return abs(value - result.value) <= (_half_last_digit(result) if equals == "≈" else 0)


def _time_holds(later: Quantity, earlier: Quantity, result: Quantity, quotes: Sequence[str]) -> bool:
    if any(unproved_figures(date.text, quotes, "") for date in (later, earlier)):
        return False
    return time_between(int(earlier.value), int(later.value), result.unit[-1]) == result.value


_RATIO = "ratio"
_GROWN = "1+growth"
_COUNTED = COUNT_UNITS | DURATION_UNITS
_MULTIPLES = frozenset({_GROWN, "倍"})


class _UnsoundError(ValueError):
    """A computation that cannot be followed or whose input nothing proves."""


@dataclass(frozen=True, slots=True)
class _Amount:
    value: Decimal
    unit: str
    parts: int = 1
    """How many quoted figures a total is made of."""
    each: str = ""
    """Unit of what it is the amount of one of."""


class _Reader:
    """Follows one computation from left to right, brackets and division first."""

    def __init__(self, text: str, quotes: Sequence[str]) -> None:
        pieces = list(_PIECE.finditer(text))
        if "".join(piece.group() for piece in pieces) != text:
            raise _UnsoundError(text)
        self._pieces = [piece.group() for piece in pieces]
        self._quotes = quotes

    def total(self) -> _Amount:
        amount = self._sum()
        if self._pieces:
            raise _UnsoundError(self._pieces[0])
        return amount

    def _sum(self) -> _Amount:
        if self._pieces[:1] == ["1"] and self._pieces[1:2] in (["+"], ["-"]):
            return self._growth()
        amount = self._quotient()
        while self._pieces and self._pieces[0] in {"+", "-"}:
            sign = 1 if self._pieces.pop(0) == "+" else -1
            other = self._quotient()
            if amount.unit != other.unit and (amount.unit, other.unit) != ("%", "个百分点"):
                raise _UnsoundError(other.unit)
            amount = _Amount(amount.value + sign * other.value, amount.unit, amount.parts + other.parts)
        return amount

    def _growth(self) -> _Amount:
        """What 1+25% multiplies, or 1-3% where a quote says the fall."""
        self._pieces.pop(0)
        sign = self._pieces.pop(0).replace("+", "")
        if not self._pieces:
            raise _UnsoundError(sign)
        growth = self._quoted(f"{sign}{self._pieces.pop(0)}")
        if growth.unit != "%":
            raise _UnsoundError(growth.unit)
        return _Amount(1 + growth.value / 100, _GROWN)

    def _quotient(self) -> _Amount:
        amount = self._factor()
        while self._pieces and self._pieces[0] in {"÷", "×"}:
            if self._pieces.pop(0) == "×":
                amount = _share_of(amount, self._factor())
                continue
            if self._pieces and self._pieces[0] == str(amount.parts) and amount.parts > 1:
                self._pieces.pop(0)
                amount = _Amount(amount.value / amount.parts, amount.unit)
                continue
            amount = _divided(amount, self._factor())
        return amount

    def _factor(self) -> _Amount:
        if not self._pieces:
            raise _UnsoundError("")
        piece = self._pieces.pop(0)
        if piece == "(":
            amount = self._sum()
            if not self._pieces or self._pieces.pop(0) != ")":
                raise _UnsoundError(piece)
            return amount
        return self._quoted(piece)

    def _quoted(self, piece: str) -> _Amount:
        falls = piece.startswith("-")
        found = find_quantities(piece.removeprefix("-"))
        if len(found) != 1 or found[0].end - found[0].start != len(piece.removeprefix("-")):
            raise _UnsoundError(piece)
        claim = found[0]
        if not any(_says(quote, claim, falls=falls) for quote in self._quotes):
            raise _UnsoundError(piece)
        return _Amount(-claim.value if falls else claim.value, added_in(claim.unit))


def _divided(amount: _Amount, other: _Amount) -> _Amount:
    if not other.value:
        raise _UnsoundError(other.unit)
    if amount.unit == other.unit:
        return _Amount(amount.value / other.value, _RATIO)
    if amount.unit in {_RATIO, _GROWN, "%", "个百分点"} or other.unit not in _COUNTED | _MULTIPLES:
        raise _UnsoundError(other.unit)
    return _Amount(amount.value / other.value, amount.unit, each="" if other.unit in _MULTIPLES else other.unit)


def _share_of(amount: _Amount, share: _Amount) -> _Amount:
    if share.unit != "%" or amount.unit in {_RATIO, _GROWN, "%", "个百分点"}:
        raise _UnsoundError(share.unit)
    return _Amount(amount.value * share.value / 100, amount.unit)


def _says(quote: str, claim: Quantity, *, falls: bool) -> bool:
    """Whether a quote holds the figure, said to be a fall or written negative where `falls`."""
    view = normalise(quote)
    for one in find_quantities(view):
        negative = one.value < 0
        lead = view[max(0, one.start - _FALL_REACH) : one.start]
        if falls and not negative and not _FALL.search(lead):
            continue
        if one.unit == claim.unit and claim.value in {abs(one.value) if falls else one.value, one.upper}:
            return True
    return not falls and not unproved_figures(claim.text, [quote], "")


def _half_last_digit(result: Quantity) -> Decimal:
    """Half a unit of the last digit that is written, in the result's base unit."""
    number = re.search(r"\d+(?:\.(\d+))?", result.text)
    if number is None or not Decimal(number.group()):
        return Decimal(0)
    scale = abs(result.value / Decimal(number.group()))
    return scale * Decimal(10) ** -len(number[1] or "") / 2


def _cells_of(text: str) -> list[str]:
    """Cells of a table row; none where the text is no row."""
    if _CELL_BORDER.search(text):
        return _CELL_BORDER.split(text)
    return text.split(" ") if _ROW_OF_FIGURES.fullmatch(text) else []


def _cell_proves(cells: Sequence[str], claim: Quantity) -> bool:
    """Whether a table row holds the claimed number in a cell of its own; the unit may stand in its heading."""
    number = re.search(r"-?\d+(?:\.\d+)?", claim.text)
    if number is None:
        return False
    figure = rf"[(]?[+\-↑↓▼]?{re.escape(number.group().lstrip('-'))}0*%?[)]?(?:[*#†‡]+|[(]\d{{1,2}}[)])?"
    return any(re.fullmatch(figure, cell) for cell in cells)


def _date_proves(proof: int, claim: int) -> bool:
    for scale in (10000, 100, 1):
        wanted = claim // scale % 100 if scale < 10000 else claim // 10000
        stated = proof // scale % 100 if scale < 10000 else proof // 10000
        if wanted and wanted != stated:
            return False
    return True
