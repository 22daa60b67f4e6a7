"""What follows from quoted figures: differences, sums, averages, ratios and growth, exact and shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from index import Fact, Status
from rag.question import Task

_WRITTEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<middle>[余多来几]?)(?P<unit>[^\d]*)$")
_AFTER = re.compile(r"(?:以上|以下|以内|左右|上下|多|余)$")
_RANGE = re.compile(r"\d[^\d]{0,3}[-~至到]\d")
_NOT_COMPUTED = frozenset({"排名", "date"})
_SHARES = frozenset({"%", "‰", "个百分点"})
_DECIMALS = Decimal("0.01")
TIMES = "倍"
SHARE = "%"
GROWTH = "增长"
"""What a ratio is asked as: `Parts.way` of a question of that task."""


@dataclass(frozen=True, slots=True)
class Computation:
    """A result with the computation that gives it."""

    result: str
    value: Decimal
    """In base units."""
    unit: str
    expression: str
    """`95亿元-91亿元=4亿元`; with ≈ where the result is rounded."""


def compute(task: Task, facts: Sequence[Fact], way: str = "") -> Computation | None:
    """The difference (larger minus smaller), sum, average or ratio (first by second) of the facts.

    `way` says how a ratio is asked for: `TIMES`, `SHARE` or `GROWTH`; a fall has a negative value. None where the
    task asks for nothing to be computed, or where the figures cannot be set against each other: other units, ranges,
    ranks, dates, a ratio of what is not above zero.
    """
    if len(facts) < 2 or any(fact.unit in _NOT_COMPUTED or _RANGE.search(fact.text) for fact in facts):
        return None
    if task is Task.DIFFERENCE and len(facts) == 2:
        larger, smaller = sorted(facts, key=lambda fact: fact.value, reverse=True)
        if facts[1].unit == "个百分点" and facts[0].unit == "%":
            larger, smaller = facts
        return _total("-", [larger, smaller], larger.value - smaller.value)
    if task is Task.SUM:
        return _total("+", list(facts), sum((fact.value for fact in facts), Decimal(0)))
    if len({fact.unit for fact in facts}) > 1:
        return None
    if task is Task.AVERAGE:
        return _average(facts)
    if task is Task.RATIO and len(facts) == 2 and min(fact.value for fact in facts) > 0:
        return _ratio(facts[0], facts[1], way)
    return None


def _total(operator: str, facts: Sequence[Fact], value: Decimal) -> Computation:
    scale, unit_text = _scale(facts[0])
    unit = facts[0].unit
    if unit == "%" and operator == "-" and all(fact.unit == "%" for fact in facts):
        unit, unit_text = "个百分点", "个百分点"
    return _computation(operator.join(_bare(fact) for fact in facts), facts, value, scale, unit, unit_text)


def _average(facts: Sequence[Fact]) -> Computation:
    scale, unit_text = _scale(facts[0])
    value = sum((fact.value for fact in facts), Decimal(0)) / len(facts)
    left = f"({'+'.join(_bare(fact) for fact in facts)})÷{len(facts)}"
    return _computation(left, facts, value, scale, facts[0].unit, unit_text)


def _ratio(part: Fact, whole: Fact, way: str) -> Computation | None:
    first, second = _bare(part), _bare(whole)
    if way == SHARE and part.value > whole.value:
        return None
    if way != GROWTH:
        share = part.value / whole.value
        value, unit = (share * 100, "%") if way == SHARE else (share, "倍")
        return _computation(f"{first}÷{second}", (part, whole), value, Decimal(1), unit, unit)
    if part.unit in _SHARES:
        return None
    larger, smaller = (first, second) if part.value >= whole.value else (second, first)
    change = abs(part.value - whole.value) / whole.value * 100
    grown = _computation(f"({larger}-{smaller})÷{second}", (part, whole), change, Decimal(1), "%", "%")
    return grown if part.value >= whole.value else replace(grown, result=f"下降{grown.result}")


def _computation(
    left: str, facts: Sequence[Fact], value: Decimal, scale: Decimal, unit: str, unit_text: str
) -> Computation:
    """The result to two decimals, or to as many as its inputs have where it is a total."""
    amount = value / scale
    shown = _rounded(amount) if "÷" in left else amount
    result = f"{_plain(shown)}{unit_text}"
    equals = "=" if shown == amount else "≈"
    vague = any(fact.qualifier or fact.status is Status.ESTIMATE for fact in facts) or shown != amount
    return Computation(f"约{result}" if vague else result, shown * scale, unit, f"{left}{equals}{result}")


def _rounded(amount: Decimal) -> Decimal:
    """To two decimals, a small one to two digits."""
    return Decimal(f"{amount:.2g}") if 0 < abs(amount) < _DECIMALS else amount.quantize(_DECIMALS, ROUND_HALF_UP)


def _scale(fact: Fact) -> tuple[Decimal, str]:
    """How much one written unit is in base units, and that unit as written: 100000000 and 亿元."""
    match = _WRITTEN.search(_AFTER.sub("", fact.text))
    if match is None or not fact.value:
        return Decimal(1), fact.unit
    return abs(fact.value) / Decimal(match["number"]), match["unit"]


def _bare(fact: Fact) -> str:
    """The figure without qualifiers: 95亿元 for 超95亿元, (-2.3%) for a fall."""
    match = _WRITTEN.search(_AFTER.sub("", fact.text))
    bare = f"{match['number']}{match['unit']}" if match else f"{_plain(abs(fact.value))}{fact.unit}"
    return f"(-{bare})" if fact.value < 0 else bare


def _plain(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
