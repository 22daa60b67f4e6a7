"""Computations shown in an answer (`121家-21家=100家`), checked so that their results need no quote of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from eval.amounts import Amount, amounts_in
from index.view import normalise

_PLAIN = r"\d+(?:\.\d+)?[^\d\s+\-−×*÷/=≈()（）,，。;；、减加乘除等为]{0,8}"
_OPERAND = rf"(?:{_PLAIN}|\(-{_PLAIN}\))"
_OPERATOR = r"\s*(?:-|−|–|\+|×|\*|÷|/|减去?|加上?|乘以?|除以)\s*"
_EQUALS = r"\s*(?:=|≈|等于|约等于)\s*"
_CHAIN = rf"\(*{_OPERAND}(?:{_OPERATOR}\(*{_OPERAND}\)*)+"
_COMPUTATION = re.compile(
    rf"(?P<left>{_CHAIN}){_EQUALS}(?:每(?P<each>[\u4e00-\u9fff]{{1,3}}))?(?P<result>{_PLAIN})|(?P<first>{_PLAIN}){_EQUALS}(?P<right>{_CHAIN})"
)
_PIECE = re.compile(rf"(?P<operand>{_OPERAND})|(?P<operator>{_OPERATOR})|(?P<bracket>[()])")
_MIXED_SHARES = frozenset({"%", "个百分点"})
_ALLOWED_RESULTS = frozenset({("%", "个百分点"), ("个百分点", "%"), ("", "%"), ("", "倍")})


@dataclass(frozen=True, slots=True)
class Computation:
    """A computation that is numerically right."""

    inputs: tuple[Amount, ...]
    result: Amount


def shown_computations(answer: str) -> list[Computation]:
    """Every computation of the answer whose result follows from its inputs, units included."""
    found = []
    for match in _COMPUTATION.finditer(normalise(answer)):
        chain, result_text = _balanced(match["left"] or match["right"]), match["result"] or match["first"]
        pieces = [piece.group().strip() for piece in _PIECE.finditer(chain)]
        inputs = [_single_amount(piece) for piece in pieces if re.match(r"\d|\(-", piece)]
        result = _single_amount(result_text)
        if result is not None and match["each"]:
            result = replace(result, unit=f"{result.unit}/{match['each']}")
        known = tuple(amount for amount in inputs if amount is not None)
        if result is not None and len(known) == len(inputs) and _follows(pieces, result):
            stated = replace(result, unit=result.unit.partition("/")[0]) if match["each"] else result
            found.append(Computation(_quoted_inputs(known, pieces), stated))
    return found


def _balanced(chain: str) -> str:
    """The chain without brackets that the sentence around it opened or closed."""
    while chain.count("(") > chain.count(")") and chain.startswith("("):
        chain = chain[1:]
    while chain.count(")") > chain.count("(") and chain.endswith(")"):
        chain = chain[:-1]
    return chain


def _single_amount(text: str) -> Amount | None:
    amounts = amounts_in(text.strip("()"))
    return amounts[0] if amounts else None


def _quoted_inputs(inputs: Sequence[Amount], pieces: Sequence[str]) -> tuple[Amount, ...]:
    """The inputs that a quote must hold: falls by their size, without the number of parts that a mean divides by.

    Nor the 1 that a growth is added to.
    """
    inputs = [amount for amount in inputs if amount.unit or amount.value != 1 or "1" not in pieces]
    is_mean = len(pieces) > 2 and pieces[-2] in {"÷", "/"} and pieces[-3] == ")" and inputs[-1].unit == ""
    kept = inputs[:-1] if is_mean and inputs[-1].value == len(inputs) - 1 else inputs
    return tuple(replace(amount, value=abs(amount.value)) for amount in kept)


def _follows(pieces: Sequence[str], result: Amount) -> bool:
    try:
        value, unit, rest = _sum(list(pieces))
    except (ArithmeticError, IndexError, ValueError):
        return False
    if rest or (unit != result.unit and (unit, result.unit) not in _ALLOWED_RESULTS):
        return False
    if (unit, result.unit) == ("", "%"):
        value *= 100
    return abs(value - result.value) <= _half_last_place(result)


def _sum(pieces: list[str]) -> tuple[Decimal, str, list[str]]:
    """Value and unit of the pieces up to a closing bracket or the end, and what is left."""
    value, unit, pieces = _product(pieces)
    while pieces and pieces[0] != ")":
        step = _step(pieces[0])
        other, other_unit, pieces = _product(pieces[1:])
        if value == 1 and (unit, other_unit) == ("", "%"):
            value = step(value, other / 100)
            continue
        if unit != other_unit and {unit, other_unit} != _MIXED_SHARES:
            raise ValueError(other_unit)
        value = step(value, other)
    return value, unit, pieces


def _product(pieces: list[str]) -> tuple[Decimal, str, list[str]]:
    value, unit, pieces = _factor(pieces)
    while pieces and pieces[0] != ")" and _step(pieces[0]) in (_multiply, _divide):
        step = _step(pieces[0])
        other, other_unit, pieces = _factor(pieces[1:])
        if step is _multiply and other_unit == "%" and unit not in {"", "%"}:
            value *= other / 100
            continue
        value = step(value, other)
        if other_unit == "倍" and unit:
            continue
        if step is _divide and other_unit and unit not in {"", other_unit}:
            unit = f"{unit}/{other_unit}"
        elif other_unit:
            unit = "" if step is _divide and unit == other_unit else other_unit if not unit else "?"
    return value, unit, pieces


def _factor(pieces: list[str]) -> tuple[Decimal, str, list[str]]:
    if pieces[0] == "(":
        value, unit, rest = _sum(pieces[1:])
        if rest[0] != ")":
            raise ValueError(rest[0])
        return value, unit, rest[1:]
    amount = _single_amount(pieces[0])
    if amount is None:
        raise ValueError(pieces[0])
    return amount.value, amount.unit, pieces[1:]


def _half_last_place(result: Amount) -> Decimal:
    """Half a unit of the last digit written, in the result's base unit."""
    number = re.search(r"\d+(?:\.(\d+))?", result.text)
    if number is None or Decimal(number.group()) == 0:
        return Decimal(0)
    scale = abs(result.value / Decimal(number.group()))
    return scale * Decimal(10) ** -len(number[1] or "") / 2


def _step(operator: str) -> Callable[[Decimal, Decimal], Decimal]:
    symbol = operator.strip()
    if symbol in {"-", "−", "–"} or symbol.startswith("减"):
        return _subtract
    if symbol == "+" or symbol.startswith("加"):
        return _add
    return _multiply if symbol in {"×", "*"} or symbol.startswith("乘") else _divide


def _add(left: Decimal, right: Decimal) -> Decimal:
    return left + right


def _subtract(left: Decimal, right: Decimal) -> Decimal:
    return left - right


def _multiply(left: Decimal, right: Decimal) -> Decimal:
    return left * right


def _divide(left: Decimal, right: Decimal) -> Decimal:
    return left / right
