"""Figures of table rows: each cell carries its row's label, its column's head and the unit named in either.

A label or a head may be a place (当涂县) or a period (2023年); then it says where or when, and what is measured stands
in the other of the two or in the caption.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from index.facts import facts_in_sentence
from index.frames import SentenceFact, Setting
from index.headings import CHANGE, CHANGE_AMOUNT, COMPLETION, RANK, Heading, combined, heading_of, heads_of
from index.parallels import MEASURE
from index.quantities import in_base_unit, quantities_in_view
from index.records import Quantity, Role, Status
from index.scopes import chain_of_scope
from index.table_units import CaptionUnits, caption_units, unit_of_cell, unit_parts

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_CELL = re.compile(
    r"(?P<open>[(](?=[\d.]{3}))?(?P<sign>[+\-↑↓▼])?(?P<number>\d+(?:\.\d+)?)(?(open)[)])(?:[*#†‡]+|[(]\d{1,2}[)])?"
)
"""A figure, perhaps with an arrow, in the brackets that accounts set a loss in, or with the mark of a note."""
_UNIT_HEADS = frozenset({"单位", "计量单位"})
_BRACKETED = re.compile(r"[(][^()]*[)]$")
_MEASURE_HEADS = re.compile(r"(?:主要)?(?:指标|项目)(?:名称)?|内容|科目|")
_NUMBER_HEADS = frozenset({"序号", "编号", "代码", "行次"})
_TIME_HEAD = re.compile(r"(?:.*(?:年|时间|时期|期间|日期|报告期|[Yy]ear|[Pp]eriod|[Dd]ate|指标|项目).*)?", re.DOTALL)
"""Head of a column in which 2000 is a year; in others (Concurrency) it is a number."""
_SHARE = re.compile(r"比重|占")
_RATE = re.compile(r"[率速幅%]")
_OPEN_CHANGE = re.compile(r"增减|变动|变化|同比|环比|增长|[比较]上")
_FORECAST = re.compile(r"预测")
_AIMS = re.compile(r"(?:预期|发展)目标|(?:目标|任务)(?:分解|清单)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=\D|$)年?(?:度|末)?")
_CAPTION_NOISE = re.compile(
    r"^附?表\s?[\d一二三四五六七八九十]*(?:-\d+)?[:、.\s]*|^(?:[一二三四五六七八九十]{1,3}|\d{1,2}|P\d{1,2})[、.\s]"
    r"|^Table \d+\.?"
    r"|[(][^()]*[)]|单位:.*|[:,]?(?:列示)?(?:具体)?(?:如下|见下表)?[:]?$|(?:主要|经济|运行|完成)?(?:指标|情况|统计|一览|数据|明细|汇总|构成|分布)?表?\s*$"
)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """What a row has from the table around it."""

    parent: str = ""
    """Label of the row it is a part of: 货物吞吐量 above 其中：外贸."""
    label: str = ""
    """Its label where that takes more than its first cell; empty where it does not."""
    label_columns: int = 1


ALONE = RowPlace()
"""A row that has nothing from the rows around it."""


def row_facts(
    view: str, header: tuple[str, ...], caption: str, setting: Setting, place: RowPlace = ALONE
) -> list[SentenceFact]:
    """Facts of one row view, whose cells are set apart by tabs or bars and whose columns are headed by `header`."""
    cells = _cells(view)
    if len(cells) < 2 or len(cells) > len(header):
        return facts_in_sentence(view, setting)[0]
    label_column = 1 if header[0] in _NUMBER_HEADS and len(cells) > 2 else 0
    label = _label(place.label or cells[label_column][1], header[label_column], place.parent, setting)
    rows_unit = next((text for (_, text), head in zip(cells, header, strict=False) if head in _UNIT_HEADS), "")
    units = caption_units(caption)
    heads = heads_of(header, setting)
    columns = range(label_column + place.label_columns, len(cells))
    found: list[SentenceFact] = []
    measured = ""
    for column in columns:
        (start, text), head = cells[column], heads[column]
        if not head.is_aside:
            measured = head.measure or measured * bool(not label.measure)
        indicator = _indicator(label, head, measured, caption, header[label_column])
        period = combined(label.period, head.period)
        own = replace(
            setting,
            place=label.place or head.place or chain_of_scope(label.text, setting.place) or setting.place,
            period=period or setting.period,
            carried=period or setting.carried,
        )
        status = _status(head, caption, own)
        cell = _CELL.fullmatch(text)
        if cell is not None:
            default = rows_unit or _unit_above(units, head, measured, f"{place.parent}{label.text}")
            before = [cells[number][1] for number in columns if number < column and not heads[number].is_aside]
            quantity = _quantity(cell, start, label, head, default, _told_by_figures(_number(cell), before))
            role = _role(f"{label.text}{head.text}", quantity.unit)
            found.append(SentenceFact(quantity, 0, len(view), role, status, indicator, own.place, own.period))
        else:
            found += _facts_in_cell(text, start, len(view), indicator, head, own, status)
    return found


def _unit_above(units: CaptionUnits, head: Heading, measured: str, label: str) -> str:
    """The unit that the caption gives a cell; a change has that of what changes, unless it is named itself."""
    if head.is_aside:
        return unit_of_cell(CaptionUnits((), units.named), head.measure, "") or unit_of_cell(units, measured, label)
    return unit_of_cell(units, head.measure or ("" if head.period else head.text), label)


def _cells(view: str) -> list[tuple[int, str]]:
    """Start and text of each cell, empty ones too."""
    cells = []
    position = 0
    for text in re.split(r"[\t|]", view):
        cells.append((position + len(text) - len(text.lstrip()), text.strip()))
        position += len(text) + 1
    return cells


def _label(text: str, head: str, parent: str, setting: Setting) -> Heading:
    """The label of a row, with the row it is a part of; a bare number is one of what its column counts."""
    if _NUMBER.fullmatch(text) and not (re.fullmatch(r"(?:19|20)\d\d", text) and _TIME_HEAD.fullmatch(head)):
        text = _joined(head, text)
        own = Heading(text, text, "", None, None)
    else:
        own = heading_of(text, head, setting)
    if not parent:
        return own
    above = heading_of(parent, head, setting)
    measure = own.measure if own.measure.endswith(above.measure) else _joined(above.measure, own.measure)
    return replace(own, measure=measure, unit=own.unit or above.unit, place=own.place or above.place)


def _joined(*parts: str) -> str:
    """Parts of a name in a row; a space keeps Latin words and numbers apart."""
    text = ""
    for part in parts:
        gap = " " if text and part and text[-1].isascii() and part[0].isascii() else ""
        text += gap + part
    return text


def _indicator(label: Heading, head: Heading, measured: str, caption: str, label_head: str) -> str:
    """What a cell measures; the caption says it where neither label nor head does."""
    change = head.measure if head.measure != measured else ""
    named = re.sub(rf"主要|[分各按]{re.escape(label_head or '-')}分?", "", noun_of_caption(caption))
    if not label.measure:
        return _joined(measured or named, change)
    says_measure = _MEASURE_HEADS.fullmatch(label_head) and (
        MEASURE.search(_BRACKETED.sub("", label.measure)) or not MEASURE.search(named)
    )
    is_told_above = head.period is not None and not says_measure and named not in label.measure
    return _joined(label.measure, measured or (named if is_told_above else ""), change)


def noun_of_caption(caption: str) -> str:
    """What a table is about, told by its caption: 高新技术企业数 of 表1 2023年高新技术企业数(单位:家)."""
    text = _YEAR.sub("", caption)
    previous = None
    while text != previous:
        previous, text = text, _CAPTION_NOISE.sub("", text).strip()
    return text


def _number(cell: re.Match[str]) -> str:
    """The number of a cell with its sign."""
    is_negative = cell["open"] or (cell["sign"] or "") in set("-↓▼")
    sign = "-" if is_negative else "+" if cell["sign"] == "+" else ""
    return f"{sign}{cell['number']}"


def _told_by_figures(text: str, before: Sequence[str]) -> str:
    """Whether a change is an amount or a percentage, told by the two figures before it; empty where they do not."""
    numbers = [Decimal(cell) for cell in before if _NUMBER.fullmatch(cell)]
    if len(numbers) < 2:
        return ""
    change, step = Decimal(text), Decimal(1).scaleb(min(0, int(Decimal(text).as_tuple().exponent)))
    now, then = numbers[-2:]
    if then and abs((now - then) / abs(then) * 100 - change) <= step:
        return "%"
    return "amount" if abs(now - then - change) <= step / 2 else ""


def _quantity(cell: re.Match[str], start: int, label: Heading, head: Heading, default_unit: str, told: str) -> Quantity:
    headings = f"{label.text}{head.text}"
    unit = head.unit or label.unit
    if RANK.search(headings):
        unit = "排名"
    elif head.is_aside and not head.unit and _OPEN_CHANGE.search(head.text) and not _RATE.search(head.text) and told:
        unit = "%" if told == "%" else (label.unit or default_unit).replace("%", "个百分点")
    elif not unit or (head.is_aside and not head.unit):
        is_rate = (
            (CHANGE.search(headings) and not CHANGE_AMOUNT.search(headings))
            or COMPLETION.search(head.text)
            or _SHARE.search(head.text)
        )
        is_amount = head.is_aside and default_unit and not _RATE.search(head.text) and "增减" in head.text
        unit = "%" if is_rate and not is_amount else unit or default_unit
    scale, name = unit_parts(unit) or ("", unit if unit == "排名" else "")
    text = _number(cell)
    value, base = in_base_unit(Decimal(text), scale, name)
    return Quantity(
        start, start + len(cell.group()), f"{text}{scale}{name}" if name != "排名" else text, value, base, ""
    )


def _role(headings: str, unit: str) -> Role:
    if unit == "排名":
        return Role.RANK
    if COMPLETION.search(headings) and unit == "%":
        return Role.COMPLETION
    if CHANGE.search(headings) or CHANGE_AMOUNT.search(headings) or unit == "个百分点":
        return Role.CHANGE
    return Role.SHARE if _SHARE.search(headings) and unit == "%" else Role.LEVEL


def _status(head: Heading, caption: str, own: Setting) -> Status:
    if head.status is not Status.RESULT:
        return head.status
    if _FORECAST.search(caption):
        return Status.ESTIMATE
    is_ahead = own.period.known and own.report_end and own.period.start > own.report_end
    return Status.TARGET if is_ahead or _AIMS.search(caption) else Status.RESULT


def _facts_in_cell(
    text: str, start: int, row_end: int, indicator: str, head: Heading, setting: Setting, status: Status
) -> list[SentenceFact]:
    """Facts of a cell that holds words: a figure with its unit, or a sentence."""
    if len(text) > 12 and re.search(r"[\u4e00-\u9fff]{5}", text):
        inside = facts_in_sentence(text, setting)[0]
        return [
            replace(
                fact,
                quantity=replace(fact.quantity, start=fact.quantity.start + start, end=fact.quantity.end + start),
                segment_start=fact.segment_start + start,
                segment_end=fact.segment_end + start,
                indicator=fact.indicator or indicator,
            )
            for fact in inside
        ]
    found = []
    for quantity in quantities_in_view(text):
        if quantity.unit:
            moved = replace(quantity, start=quantity.start + start, end=quantity.end + start)
            role = Role.DATE if quantity.unit == "date" else _role(head.text, quantity.unit)
            found.append(SentenceFact(moved, 0, row_end, role, status, indicator, setting.place, setting.period))
    return found
