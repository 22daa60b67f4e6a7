"""Differences and sums of quoted figures, exact and shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from index import Fact, Status
from rag.question import Task

_WRITTEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<middle>[余多来几]?)(?P<unit>[^\d]*)$")
_AFTER = re.compile(r"(?:以上|以下|以内|左右|上下|多|余)$")


@dataclass(frozen=True, slots=True)
class Computation:
    """A result with the computation that gives it."""

    result: str
    value: Decimal
    """In base units."""
    unit: str
    expression: str
    """`95亿元-91亿元=4亿元`."""


def compute(task: Task, facts: Sequence[Fact]) -> Computation | None:
    """The difference (larger minus smaller) or the sum of the facts; None where the task asks for neither."""
    if any(fact.unit in {"排名", "date"} for fact in facts):
        return None
    if task is Task.DIFFERENCE and len(facts) == 2:
        larger, smaller = sorted(facts, key=lambda fact: fact.value, reverse=True)
        if facts[1].unit == "个百分点" and facts[0].unit == "%":
            larger, smaller = facts
        return _written("-", [larger, smaller], larger.value - smaller.value)
    if task is Task.SUM and len(facts) >= 2:
        return _written("+", list(facts), sum((fact.value for fact in facts), Decimal(0)))
    return None


def _written(operator: str, facts: list[Fact], value: Decimal) -> Computation:
    scale, unit_text = _scale(facts[0])
    unit = facts[0].unit
    if unit == "%" and operator == "-" and all(fact.unit == "%" for fact in facts):
        unit, unit_text = "个百分点", "个百分点"
    result = f"{_plain(value / scale)}{unit_text}"
    expression = f"{operator.join(_bare(fact) for fact in facts)}={result}"
    vague = any(fact.qualifier or fact.status is Status.ESTIMATE for fact in facts)
    return Computation(f"约{result}" if vague else result, value, unit, expression)


def _scale(fact: Fact) -> tuple[Decimal, str]:
    """How much one written unit is in base units, and that unit as written: 100000000 and 亿元."""
    match = _WRITTEN.search(_AFTER.sub("", fact.text))
    if match is None or not fact.value:
        return Decimal(1), fact.unit
    return fact.value / Decimal(match["number"]), match["unit"]


def _bare(fact: Fact) -> str:
    """The figure without qualifiers: 95亿元 for 超95亿元."""
    match = _WRITTEN.search(_AFTER.sub("", fact.text))
    return f"{match['number']}{match['unit']}" if match else f"{_plain(fact.value)}{fact.unit}"


def _plain(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
