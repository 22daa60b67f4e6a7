"""Which bracket of a rule a question falls into: 18层 into 16层及以上, 82岁 into 80-89岁."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from index import Quantity, quantities_in_view

_CLAUSE = re.compile(r"[,;。!?]")
_REACH = 6
"""Characters beside a number in which its limit may stand."""
_NO_LESS = re.compile(r"^(?:[及或含()]*以上|起)")
_NO_MORE = re.compile(r"^[及或含()]*(?:以下|以内|之内)")
_FROM = re.compile(r"(?:(?<![不未])满|(?<!不)超过|逾|高于|大于|多于|不低于|不少于|至少|达到?|>=?)$")
_UP_TO = re.compile(r"(?:不足|不满|未满|低于|小于|少于|不到|不超过|不高于|至多|<=?)$")
_LIMIT = re.compile(r"以[上下内]|不足|不满|未满|低于|不到|超过|高于|至少|大于|小于")


def conditions_stated(view: str, unit_asked: str) -> list[Quantity]:
    """The plain quantities of a question that are no dates, no limits and not of the unit asked for."""
    return [
        one
        for one in quantities_in_view(view)
        if one.unit not in {"", "date", "排名", unit_asked}
        and one.upper is None
        and not _LIMIT.search(view[max(0, one.start - 2) : one.end + 3])
    ]


def bracket_says(stated: Sequence[Quantity], in_front: str) -> int:
    """1 where the clause nearest in front of a figure that limits such a quantity holds it, -1 where it does not.

    0 where no clause in front of the figure limits it.
    """
    for one in stated:
        for clause in reversed(_CLAUSE.split(in_front)):
            found = [_bounds(clause, each) for each in quantities_in_view(clause) if each.unit == one.unit]
            limits = [limit for limit in found if limit is not None]
            if limits:
                return 1 if all(low <= one.value <= high for low, high in limits) else -1
    return 0


def _bounds(clause: str, limit: Quantity) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest value that a limit allows; None for a quantity that is no limit."""
    if limit.upper is not None:
        return limit.value, limit.upper
    digit = re.search(r"[\d零一二两三四五六七八九十百]", clause[limit.start : limit.end])
    number = limit.start + (digit.start() if digit else 0)
    before, behind = clause[max(0, number - _REACH) : number], clause[limit.end : limit.end + _REACH]
    if _UP_TO.search(before) or _NO_MORE.search(behind) or limit.qualifier in {"以下", "以内", "之内"}:
        return Decimal("-Infinity"), limit.value
    if _FROM.search(before) or _NO_LESS.search(behind) or limit.qualifier == "以上":
        return limit.value, Decimal("Infinity")
    return None
