"""Figures compared as quantities: what an answer says against what gold, a quote or the question says."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from eval.goldset import DATE_UNIT, RANK_UNIT, GoldValue
from index.quantities import in_base_unit, quantities_in_view
from index.records import Quantity
from index.units import PERSON_UNITS
from index.view import normalise

CITATION_MARK = re.compile(r"\[\d{1,3}\]")

_LONGEST_UNIT = 12
_DIGIT_RUN = re.compile(r"\d+(?:\.\d+)?")
_CELL_BORDER = re.compile(r"[\t|｜│\u3000]|\s{2,}|\S(?: [+\-−]?\d[\d.,]*%?){2,}\s*$")
_LIST_MARKER = re.compile(r"^[ \t]*(\d{1,2}[、.)])(?!\d)", re.MULTILINE)
_SCALE_AND_UNIT = re.compile(r"(?P<scale>[十百千万亿]*)(?P<unit>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure, ready to be compared; a range gives two, one for each end, with the same span."""

    start: int
    """Offset in the normalised text it was read from."""
    end: int
    text: str
    value: Decimal
    """In base units; percent for shares; a date is year*10000 + month*100 + day."""
    unit: str
    loose: bool = False
    """A run of digits that is no figure with a meaning of its own (a list number, a model number)."""
    following: str = ""
    """Of a bare number: what comes next, so that a unit nobody listed can still be compared."""


@lru_cache(maxsize=4096)
def amounts_in(text: str) -> tuple[Amount, ...]:
    """Every figure of a text in order of appearance, citation marks left out, loose digits included."""
    view = normalise(CITATION_MARK.sub(" ", text))
    quantities = quantities_in_view(view)
    found = [_with_following(amount, view) for quantity in quantities for amount in _ends(quantity)]
    found += [
        _with_following(Amount(*match.span(), match.group(), Decimal(match.group()), "", loose=True), view)
        for match in _DIGIT_RUN.finditer(view)
        if not any(quantity.start < match.end() and match.start() < quantity.end for quantity in quantities)
    ]
    return tuple(sorted(found, key=lambda amount: (amount.start, amount.value)))


def list_markers(text: str) -> list[str]:
    """Ordinal list markers at line starts, in half width (`1、`, `2.`)."""
    return _LIST_MARKER.findall(unicodedata.normalize("NFKC", text))


def before_list_marker(text: str) -> str:
    """What stands in front of the first ordinal list marker; everything where there is none."""
    half_width = unicodedata.normalize("NFKC", text)
    marker = _LIST_MARKER.search(half_width)
    return half_width[: marker.start()] if marker else half_width


def is_written_with(amount: Amount, value: GoldValue) -> bool:
    """Whether the amount was written with the gold value's number, whatever the units."""
    return isinstance(value.value, Decimal) and value.value in _numbers(amount.text)


@lru_cache(maxsize=1024)
def gold_amount(value: GoldValue) -> Amount:
    """The gold value as an amount; its span says nothing."""
    if value.unit == DATE_UNIT:
        year, month, day = (*(int(part) for part in str(value.value).split("-")), 0, 0)[:3]
        return Amount(0, 0, str(value), Decimal(year * 10000 + month * 100 + day), DATE_UNIT)
    if value.unit == RANK_UNIT:
        return Amount(0, 0, str(value), Decimal(value.value), RANK_UNIT)
    written = normalise(f"{value.value}{value.unit}")
    whole = [quantity for quantity in quantities_in_view(written) if quantity.end - quantity.start == len(written)]
    if whole:
        return _ends(whole[0])[0]
    parts = _SCALE_AND_UNIT.fullmatch(normalise(value.unit))
    scale, unit = (parts["scale"], parts["unit"]) if parts else ("", value.unit)
    base_value, base_unit = in_base_unit(Decimal(value.value), scale, unit)
    return Amount(0, 0, written, base_value, _same_unit(base_unit))


def amount_of(value: Decimal, unit: str, text: str = "") -> Amount:
    """An amount from a value already in base units, as facts and figures of the answer contract hold it."""
    scaled, canonical = _comparable(value, unit, text)
    return Amount(0, 0, text, scaled, canonical)


def satisfies(figure: Amount, gold: Amount) -> bool:
    """Whether a figure says what gold asks for: the same quantity, or a date at least as fine.

    A unit that the product does not know is compared as written.
    """
    if gold.unit == DATE_UNIT and figure.unit == DATE_UNIT:
        return _dates_agree(coarse=gold.value, fine=figure.value)
    same_unit = figure.unit == gold.unit or (figure.unit == "" and figure.following.startswith(gold.unit))
    return same_unit and figure.value == gold.value


def says(text: str, figure: Amount) -> bool:
    """Whether a text says at least as much as the figure: a day proves its month, a table cell proves its number."""
    if figure.loose:
        return figure.value in _numbers(text)
    if any(satisfies(holder, figure) for holder in amounts_in(text)):
        return True
    number = _DIGIT_RUN.search(figure.text)
    return bool(number and _CELL_BORDER.search(text) and Decimal(number.group()) in _numbers(text))


@lru_cache(maxsize=4096)
def _numbers(text: str) -> frozenset[Decimal]:
    """Every run of digits, whatever it means; citation marks left out."""
    return frozenset(Decimal(run) for run in _DIGIT_RUN.findall(normalise(CITATION_MARK.sub(" ", text))))


def _with_following(amount: Amount, view: str) -> Amount:
    return amount if amount.unit else replace(amount, following=view[amount.end : amount.end + _LONGEST_UNIT])


def _ends(quantity: Quantity) -> list[Amount]:
    values = [quantity.value] if quantity.upper is None else [quantity.value, quantity.upper]
    ends = []
    for value in values:
        scaled, unit = _comparable(value, quantity.unit, quantity.text)
        ends.append(Amount(quantity.start, quantity.end, quantity.text, scaled, unit))
    return ends


def _comparable(value: Decimal, unit: str, text: str) -> tuple[Decimal, str]:
    """Shares in percent, persons under one measure word."""
    if unit == "‰":
        return value / 10, "%"
    if unit == "" and ("/" in text or "分之" in text):
        return value * 100, "%"
    return value, _same_unit(unit)


def _same_unit(unit: str) -> str:
    return "人" if unit in PERSON_UNITS else unit


def _dates_agree(coarse: Decimal, fine: Decimal) -> bool:
    """Whether the fine date gives every part the coarse one gives, with the same value; 0 is a part not given."""
    coarse_parts, fine_parts = _date_parts(coarse), _date_parts(fine)
    return any(coarse_parts) and all(part in (0, other) for part, other in zip(coarse_parts, fine_parts, strict=True))


def _date_parts(value: Decimal) -> tuple[int, int, int]:
    number = int(value)
    return number // 10000, number // 100 % 100, number % 100
