"""Computations shown in an answer (`121家-21家=100家`), checked so that their results need no quote of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from eval.amounts import Amount, amounts_in
from index.view import normalise

_OPERAND = r"(?:\d+(?:\.\d+)?[^\d\s+\-−×*÷/=≈()（）,，。;；、减加乘除等为]{0,8})"
_OPERATOR = r"\s*(?:-|−|–|\+|×|\*|÷|/|减去?|加上?|乘以?|除以)\s*"
_EQUALS = r"\s*(?:=|≈|等于|约等于)\s*"
_CHAIN = rf"{_OPERAND}(?:{_OPERATOR}{_OPERAND})+"
_COMPUTATION = re.compile(
    rf"(?P<left>{_CHAIN}){_EQUALS}(?P<result>{_OPERAND})|(?P<first>{_OPERAND}){_EQUALS}(?P<right>{_CHAIN})"
)
_SPLIT = re.compile(rf"({_OPERATOR})")
_MIXED_SHARES = frozenset({"%", "个百分点"})


@dataclass(frozen=True, slots=True)
class Computation:
    """A computation that is numerically right."""

    inputs: tuple[Amount, ...]
    result: Amount


def shown_computations(answer: str) -> list[Computation]:
    """Every computation of the answer whose result follows from its inputs, units included."""
    found = []
    for match in _COMPUTATION.finditer(normalise(answer)):
        chain, result_text = match["left"] or match["right"], match["result"] or match["first"]
        pieces = _SPLIT.split(chain)
        inputs = [_single_amount(piece) for piece in pieces[::2]]
        result = _single_amount(result_text)
        known = tuple(amount for amount in inputs if amount is not None)
        if result is not None and len(known) == len(inputs) and _follows(known, pieces[1::2], result):
            found.append(Computation(known, result))
    return found


def _single_amount(text: str) -> Amount | None:
    amounts = amounts_in(text)
    return amounts[0] if amounts else None


def _follows(inputs: Sequence[Amount], operators: Sequence[str], result: Amount) -> bool:
    steps = [_step(operator) for operator in operators]
    additive = all(step in (_add, _subtract) for step in steps)
    units = {amount.unit for amount in (*inputs, result)}
    if additive and len(units) > 1 and units != _MIXED_SHARES:
        return False
    total = inputs[0].value
    for step, amount in zip(steps, inputs[1:], strict=True):
        if step is _divide and amount.value == 0:
            return False
        total = step(total, amount.value)
    same_units = len({amount.unit for amount in inputs}) == 1
    if not additive and result.unit == "%" and same_units:
        total *= 100
    return abs(total - result.value) <= _half_last_place(result)


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
