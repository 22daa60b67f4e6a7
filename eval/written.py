"""Gold values the way people write them: `121.3亿元`, `第4`, `2023年10月`, one a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from pydantic import ValidationError

from eval.amounts import CITATION_MARK, gold_amount
from eval.goldset import DATE_UNIT, RANK_UNIT, GoldValue
from index.errors import UserError
from index.quantities import quantities_in_view
from index.records import Quantity
from index.view import normalise

OR_LINE = "或"
"""A line of its own between two sides, one of which has to appear."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_RANK = re.compile(r"第(\d+)[名位]?")
_FRACTION = re.compile(r"\d+/[1-9]\d*")
_NUMBER_AND_UNIT = re.compile(r"(-?\d+(?:\.\d+)?)(\D.*)?")
_DATE_MARKS = "年月日"


def write_value(value: GoldValue) -> str:
    """The value as a document would say it; `parse_value` reads it back."""
    if value.unit != DATE_UNIT:
        return str(value)
    parts = str(value.value).split("-")
    return "".join(f"{int(part)}{mark}" for part, mark in zip(parts, _DATE_MARKS, strict=False))


def write_sides(sides: Iterable[Sequence[GoldValue]]) -> tuple[str, ...]:
    """One line a value, with a line `或` between sides."""
    lines: list[str] = []
    for side in sides:
        lines += [OR_LINE] if lines else []
        lines += [write_value(value) for value in side]
    return tuple(lines)


def parse_sides(lines: Iterable[str]) -> tuple[tuple[GoldValue, ...], ...]:
    """The sides of a list of lines; blank lines are skipped, empty sides left out.

    Raises:
        UserError: a line is no value; the text quotes the line.
    """
    sides: list[list[GoldValue]] = [[]]
    for line in lines:
        if line.strip() == OR_LINE:
            sides.append([])
        elif line.strip():
            sides[-1].extend(parse_value(line))
    return tuple(tuple(side) for side in sides if side)


def parse_value(text: str) -> tuple[GoldValue, ...]:
    """The value that a text consists of: two for a range, else one.

    Raises:
        UserError: the text is no value, or holds more than one.
    """
    view = re.sub(r"\s+", "", normalise(text))
    try:
        if _ISO_DATE.fullmatch(view):
            return (GoldValue(value=view, unit=DATE_UNIT),)
        if rank := _RANK.fullmatch(view):
            return (GoldValue(value=Decimal(rank[1]), unit=RANK_UNIT),)
        whole = [quantity for quantity in quantities_in_view(view) if quantity.end - quantity.start == len(view)]
        if whole:
            return _values_of(whole[0])
        if plain := _NUMBER_AND_UNIT.fullmatch(view):
            unit = plain[2] or ""
            if not re.search(r"\d", unit):
                return (GoldValue(value=Decimal(plain[1]), unit=unit),)
    except ValidationError as error:
        raise UserError(f"答案“{text.strip()}”不是合法的日期或数值，请照原文改正。") from error
    raise UserError(f"答案“{text.strip()}”不是一个数值；请一行写一个，例如 121.3亿元、第4、2023年10月。")


def values_in(text: str) -> tuple[GoldValue, ...]:
    """Every figure of a running text, as written there, each once, citation marks left out."""
    found = [
        value
        for quantity in quantities_in_view(normalise(CITATION_MARK.sub(" ", text)))
        for value in _values_of(quantity)
    ]
    return tuple(dict.fromkeys(found))


def _values_of(quantity: Quantity) -> tuple[GoldValue, ...]:
    if quantity.upper is not None:
        return tuple(_in_base_units(value, quantity.unit) for value in (quantity.value, quantity.upper))
    if quantity.unit == DATE_UNIT:
        number = int(quantity.value)
        parts = (f"{number // 10000:04d}", f"{number // 100 % 100:02d}", f"{number % 100:02d}")
        return (GoldValue(value="-".join(part for part in parts if int(part)), unit=DATE_UNIT),)
    return (_as_written(quantity) or _in_base_units(quantity.value, quantity.unit),)


def _as_written(quantity: Quantity) -> GoldValue | None:
    """Number and unit as they stand in the text; None where that would be another quantity."""
    bare = quantity.text.replace(quantity.qualifier, "", 1)
    if _FRACTION.fullmatch(bare):
        return GoldValue(value=bare, unit="")
    parts = _NUMBER_AND_UNIT.fullmatch(bare)
    if parts is None or quantity.unit == RANK_UNIT:
        return None
    written = GoldValue(value=Decimal(parts[1]), unit=parts[2] or "")
    return written if _agrees(written, quantity) else None


def _agrees(written: GoldValue, quantity: Quantity) -> bool:
    base = gold_amount(_in_base_units(quantity.value, quantity.unit))
    amount = gold_amount(written)
    return (amount.value, amount.unit) == (base.value, base.unit)


def _in_base_units(value: Decimal, unit: str) -> GoldValue:
    whole = value == value.to_integral_value()
    return GoldValue(value=value.quantize(Decimal(1)) if whole else value.normalize(), unit=unit)
