"""Figures of table rows: each cell carries its row's label, its column's head and the unit named in either."""

from __future__ import annotations

import re
from dataclasses import replace

from index.facts import SentenceFact, Setting, facts_in_sentence
from index.quantities import in_base_unit, quantities_in_view
from index.records import Role, Status
from index.units import BASE_UNITS, COUNT_UNITS

_CELL = re.compile(r"[^\t|]+?(?=\t|\||\s{3,}|$)")
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
_UNIT_IN_HEAD = re.compile(r"[(（]([^()（）]{1,8})[)）]")
_SCALED_UNIT = re.compile(r"^(万亿|千亿|百亿|亿|千万|百万|万|千|百)?(.*)$")


def row_facts(view: str, header: tuple[str, ...], caption: str, setting: Setting) -> list[SentenceFact]:
    """Facts of one row view whose columns are headed by `header`."""
    cells = [
        (m.start() + len(m.group()) - len(m.group().lstrip()), m.group().strip())
        for m in _CELL.finditer(view)
        if m.group().strip()
    ]
    if len(cells) != len(header):
        return facts_in_sentence(view, setting)[0]
    label = cells[0][1]
    unit_of_row = next(
        (text for (_, text), head in zip(cells, header, strict=True) if head in {"单位", "计量单位"}), ""
    )
    found = []
    for (start, text), head in list(zip(cells, header, strict=True))[1:]:
        fact = _cell_fact(view, start, text, head, label, unit_of_row, caption, setting)
        if fact is not None:
            found.append(fact)
    return found


def _cell_fact(
    view: str, start: int, text: str, head: str, label: str, unit_of_row: str, caption: str, setting: Setting
) -> SentenceFact | None:
    indicator = f"{label}{_UNIT_IN_HEAD.sub('', head)}"
    is_change = bool(re.search(r"增长|增速|增减|同比|比上年|环比|下降", head))
    role = Role.CHANGE if is_change else Role.SHARE if re.search(r"比重|占比|占", head) else Role.LEVEL
    quantities = quantities_in_view(text)
    if len(quantities) == 1 and quantities[0].unit:
        quantity = replace(quantities[0], start=quantities[0].start + start, end=quantities[0].end + start)
    elif _NUMBER.match(text):
        in_head = _UNIT_IN_HEAD.search(head) or _UNIT_IN_HEAD.search(label)
        unit = in_head[1] if in_head else "" if is_change else unit_of_row or _unit_of_caption(caption)
        from decimal import Decimal

        from index.records import Quantity

        match = _SCALED_UNIT.match("%" if is_change and not unit else unit)
        scale, name = (match[1] or "", match[2]) if match else ("", "")
        if name not in BASE_UNITS and name not in COUNT_UNITS:
            name = ""
        value, base = in_base_unit(Decimal(text), scale, name)
        quantity = Quantity(start, start + len(text), f"{text}{scale}{name}", value, base, "")
    else:
        return None
    return SentenceFact(quantity, 0, len(view), role, Status.RESULT, indicator, setting.place, setting.period)


def _unit_of_caption(caption: str) -> str:
    match = re.search(r"单位[:：]\s*([^\s,;)）]{1,6})", caption)
    return match[1] if match else ""
