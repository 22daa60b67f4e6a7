"""What follows from quoted figures: differences, sums, averages, ratios, growth and its undoing; exact and shown."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from index import COUNT_UNITS, DURATION_UNITS, Fact, Status, added_in
from rag.question import Task

_WRITTEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<middle>[余多来几]?)(?P<unit>[^\d]*)$")
_AFTER = re.compile(r"(?:以上|以下|以内|左右|上下|多|余)$")
_RANGE = re.compile(r"\d[^\d]{0,3}[-~至到]\d")
_NOT_COMPUTED = frozenset({"排名", "date"})
_SHARES = frozenset({"%", "‰", "个百分点"})
_DECIMALS = Decimal("0.01")
_WHOLE = Decimal(100)
"""Per cent."""
_MYRIAD = Decimal(10000)
_FIRST_YEAR = 10000
"""A date without a year is below it."""
TIMES = "倍"
SHARE = "%"
GROWTH = "增长"
EACH = "平均每"
PART = "其中"
BEFORE = "之前"
"""What a ratio is asked as: `Parts.way` of a question of that task. `EACH` divides an amount by a count or by a number
of years, `PART` takes a share of a whole, `BEFORE` undoes a growth."""
REST = "其余"
SPAN = "相隔"
"""`Parts.way` of a difference: of a whole and parts of it; of two dates, with 年, 月 or 天 behind it."""


@dataclass(frozen=True, slots=True)
class Computation:
    """A result with the computation that gives it."""

    result: str
    value: Decimal
    """In base units."""
    unit: str
    expression: str
    """`95亿元-91亿元=4亿元`; with ≈ where the result is rounded."""
    wording: str = ""
    """The computation in words where its expression holds a number that is no figure; empty elsewhere."""


def compute(task: Task, facts: Sequence[Fact], way: str = "") -> Computation | None:
    """The difference (larger minus smaller), sum, average or ratio (first by second) of the facts.

    `way` says how a ratio is asked for (`TIMES`, `SHARE`, `GROWTH`, `EACH`, `PART` or `BEFORE`), or that a difference
    is a `REST` or a `SPAN`; a fall has a negative value. None where the task asks for nothing to be computed, or where
    the figures cannot be set against each other: other units, ranges, ranks, dates, a ratio of what is not above zero,
    a part larger than its whole.
    """
    if task is Task.DIFFERENCE and way.startswith(SPAN) and len(facts) == 2:
        earlier, later = sorted(facts, key=lambda fact: fact.value)
        return _span(earlier, later, way[-1])
    if len(facts) < 2 or any(fact.unit in _NOT_COMPUTED or _RANGE.search(fact.text) for fact in facts):
        return None
    if task is Task.DIFFERENCE:
        return _difference(facts, way)
    if task is Task.SUM:
        if len({added_in(fact.unit) for fact in facts}) > 1 and [fact.unit for fact in facts] != ["%", "个百分点"]:
            return None
        return _total("+", list(facts), sum((fact.value for fact in facts), Decimal(0)))
    if task is Task.RATIO and way in _OF_TWO_UNITS and len(facts) == 2:
        return _OF_TWO_UNITS[way](*facts)
    if len({added_in(fact.unit) for fact in facts}) > 1:
        return None
    if task is Task.AVERAGE:
        return _average(facts)
    if task is Task.RATIO and len(facts) == 2 and min(fact.value for fact in facts) > 0:
        return _ratio(facts[0], facts[1], way)
    return None


def _span(earlier: Fact, later: Fact, unit: str) -> Computation | None:
    if {earlier.unit, later.unit} != {"date"}:
        return None
    count = time_between(int(earlier.value), int(later.value), unit)
    if count is None:
        return None
    unit = "个月" if unit == "月" else unit
    return Computation(f"{count}{unit}", Decimal(count), unit, f"{later.text}-{earlier.text}={count}{unit}")


def time_between(earlier: int, later: int, unit: str) -> int | None:
    """Years (年), months (月) or days (天) between two dates, each year*10000 + month*100 + day.

    None where a date is too coarse, has no year or is no day of the calendar.
    """
    if min(earlier, later) < _FIRST_YEAR:
        return None
    years = later // 10000 - earlier // 10000
    if unit == "年":
        return years
    months = [date // 100 % 100 for date in (earlier, later)]
    if not all(months):
        return None
    if unit == "月":
        return 12 * years + months[1] - months[0]
    if not earlier % 100 or not later % 100:
        return None
    try:
        first, last = (datetime.date(date // 10000, date // 100 % 100, date % 100) for date in (earlier, later))
    except ValueError:
        return None
    return (last - first).days


def _difference(facts: Sequence[Fact], way: str) -> Computation | None:
    if way == REST:
        return _rest(*facts)
    if len(facts) != 2:
        return None
    larger, smaller = sorted(facts, key=lambda fact: fact.value, reverse=True)
    if facts[1].unit == "个百分点" and facts[0].unit == "%":
        larger, smaller = facts
    elif added_in(larger.unit) != added_in(smaller.unit):
        return None
    return _total("-", [larger, smaller], larger.value - smaller.value)


def _rest(whole: Fact, *parts: Fact) -> Computation | None:
    value = whole.value - sum((part.value for part in parts), Decimal(0))
    if value < 0 or any(added_in(part.unit) != added_in(whole.unit) for part in parts):
        return None
    scale, unit_text = _scale(whole)
    taken = "+".join(_bare(part) for part in parts)
    left = f"{_bare(whole)}-{f'({taken})' if len(parts) > 1 else taken}"
    return _computation(left, (whole, *parts), value, scale, whole.unit, unit_text)


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


def _each(amount: Fact, count: Fact) -> Computation | None:
    same = added_in(count.unit) == added_in(amount.unit)
    if count.unit not in COUNT_UNITS | DURATION_UNITS or same or count.value <= 0:
        return None
    if amount.unit in _SHARES:
        return None
    scale, unit_text = _scale(amount)
    value = amount.value / count.value
    if value < scale:
        scale, unit_text = (_MYRIAD, f"万{amount.unit}") if value >= _MYRIAD else (Decimal(1), amount.unit)
    found = _computation(f"{_bare(amount)}÷{_bare(count)}", (amount, count), value, scale, amount.unit, unit_text)
    each = f"每{count.unit}"
    return replace(found, result=f"平均{each}{found.result}", expression=re.sub(r"(?<=[=≈])", each, found.expression))


def _part(whole: Fact, share: Fact) -> Computation | None:
    if share.unit != "%" or whole.unit in _SHARES or not 0 < share.value <= _WHOLE:
        return None
    return _of_rate(f"{_bare(whole)}×{_bare(share)}", whole, share, whole.value * share.value / _WHOLE)


def _before(level: Fact, growth: Fact) -> Computation | None:
    if growth.unit == TIMES and growth.value > 0 and level.unit not in _SHARES:
        return _of_rate(f"{_bare(level)}÷{_bare(growth)}", level, growth, level.value / growth.value)
    if growth.unit != "%" or level.unit in _SHARES or growth.value <= -_WHOLE:
        return None
    sign = "-" if growth.value < 0 else "+"
    grown = f"1{sign}{_bare(replace(growth, value=abs(growth.value)))}"
    found = _of_rate(f"{_bare(level)}÷({grown})", level, growth, level.value * _WHOLE / (_WHOLE + growth.value))
    change = f"{'下降' if growth.value < 0 else '增长'}{_bare(replace(growth, value=abs(growth.value)))}"
    return replace(found, wording=f"由{_bare(level)}、{change}倒推{re.split('(?=[=≈])', found.expression)[-1]}")


_OF_TWO_UNITS = {EACH: _each, PART: _part, BEFORE: _before}


def _of_rate(left: str, level: Fact, rate: Fact, value: Decimal) -> Computation:
    """What a level and a rate, itself rounded, give about; a number of things is whole."""
    scale, unit_text = _scale(level)
    digits = Decimal(1) if level.unit in COUNT_UNITS and scale == 1 else _DECIMALS
    about = _computation(left, (level, rate), value, scale, level.unit, unit_text, digits)
    return replace(about, result=f"约{about.result.removeprefix('约')}")


def _computation(
    left: str,
    facts: Sequence[Fact],
    value: Decimal,
    scale: Decimal,
    unit: str,
    unit_text: str,
    digits: Decimal = _DECIMALS,
) -> Computation:
    """The result rounded to `digits`, or with as many as its inputs have where it is a total."""
    amount = value / scale
    shown = _rounded(amount, digits) if "÷" in left or "×" in left else amount
    result = f"{_plain(shown)}{unit_text}"
    equals = "=" if shown == amount else "≈"
    vague = any(fact.qualifier or fact.status is Status.ESTIMATE for fact in facts) or shown != amount
    return Computation(f"约{result}" if vague else result, shown * scale, unit, f"{left}{equals}{result}")


def _rounded(amount: Decimal, digits: Decimal) -> Decimal:
    """To so many digits, a small one to two significant ones."""
    return Decimal(f"{amount:.2g}") if 0 < abs(amount) < digits else amount.quantize(digits, ROUND_HALF_UP)


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
