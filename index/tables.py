"""Figures of table rows: each cell carries its row's label, its column's head and the unit named in either.

A label or a head may be a place (当涂县) or a period (2023年); then it says where or when, and what is measured stands
in the other of the two or in the caption.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from index.facts import facts_in_sentence
from index.frames import SentenceFact, Setting
from index.periods import Period, find_periods
from index.places import find_parks, named_divisions
from index.quantities import in_base_unit, quantities_in_view
from index.records import Quantity, Role, Status
from index.units import BASE_UNITS, COUNT_UNITS

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_BRACKETS = re.compile(r"[(](?:单位:)?([^()]{1,12})[)]|[,/](?=[^,/]{1,4}$)(.+)$")
_UNIT_OF_CAPTION = re.compile(r"单位:\s*([^\s,;)、]{1,8})")
_SCALED_UNIT = re.compile(r"(万亿|千亿|百亿|亿|千万|百万|十万|万|千|百)?(.*)")
_UNIT_HEADS = frozenset({"单位", "计量单位"})
_NUMBER_HEADS = frozenset({"序号", "编号", "代码", "行次"})
_CHANGE = re.compile(r"增长|增速|增减|增幅|降幅|同比|比上年|较上年|环比|下降|涨跌|±")
_CHANGE_AMOUNT = re.compile(r"(?:增减|增加|增长|减少)(?:额|量|数|值)|净增|增量")
_COMPLETION = re.compile(r"完成率|完成进度|完成.{0,6}(?:目标|任务|计划)")
_SHARE = re.compile(r"比重|占")
_RANK = re.compile(r"排名|名次|位次|排位")
_TARGET = re.compile(r"(?<!完成)(?:年度)?(?:目标|计划|预期)(?!.{0,4}(?:完成|进度|%))")
_ESTIMATE = re.compile(r"预计|预测")
_EMPTY_MEASURE = re.compile(
    r"(?:数量|数值|数据|总量|数额|绝对[数值额量]|指标值?|项目|实绩|实际|完成[值数]?|情况|合计|本[期年]|当年|上年|去年|同期|累计|期末|年末|全年|[-:,、\s])*"
)
_WHOLE = re.compile(r"全[省市区县州旗盟镇域]|合计|总计|全[省市区县州]合计")
_PLACE_HEADS = re.compile(r"地区|区域|县区|区县|市县|县市|区划|城市|省份|街道|乡镇|园区")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=\D|$)年?")
_CAPTION_NOISE = re.compile(
    r"^附?表\s?[\d一二三四五六七八九十]*(?:-\d+)?[:、.\s]*|[(][^()]*[)]|单位:.*|(?:主要)?(?:情况|统计|一览)?表?\s*$"
)


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a row's label or a column's head says."""

    text: str
    measure: str
    """The noun in it; empty where it only says where, when or in which unit."""
    unit: str
    period: Period | None
    place: str | None


def row_facts(view: str, header: tuple[str, ...], caption: str, setting: Setting) -> list[SentenceFact]:
    """Facts of one row view, whose cells are set apart by tabs or bars and whose columns are headed by `header`."""
    cells = _cells(view)
    if len(cells) < 2 or len(cells) > len(header):
        return facts_in_sentence(view, setting)[0]
    label_column = 1 if header[0] in _NUMBER_HEADS and len(cells) > 2 else 0
    label = _heading(cells[label_column][1], header[label_column], setting)
    rows_unit = next((text for (_, text), head in zip(cells, header, strict=False) if head in _UNIT_HEADS), "")
    unit_of_caption = _UNIT_OF_CAPTION.search(caption)
    default_unit = rows_unit or (unit_of_caption[1] if unit_of_caption else "")
    found: list[SentenceFact] = []
    measured = ""
    for (start, text), head_text in list(zip(cells, header, strict=False))[label_column + 1 :]:
        head = _heading(head_text, "", setting)
        if not _CHANGE.match(head.measure):
            measured = head.measure or measured * bool(not label.measure)
        indicator = _indicator(label, head, measured, caption)
        own = replace(
            setting,
            place=label.place or head.place or setting.place,
            period=label.period or head.period or setting.period,
            carried=label.period or head.period or setting.carried,
        )
        if _NUMBER.fullmatch(text):
            quantity = _quantity(text, start, label, head, default_unit)
            role = _role(f"{label.text}{head.text}", quantity.unit)
            found.append(
                SentenceFact(quantity, 0, len(view), role, _status(head.text), indicator, own.place, own.period)
            )
        else:
            found += _facts_in_cell(text, start, len(view), indicator, head, own)
    return found


def _cells(view: str) -> list[tuple[int, str]]:
    """Start and text of each cell, empty ones too."""
    cells = []
    position = 0
    for text in re.split(r"[\t|]", view):
        cells.append((position + len(text) - len(text.lstrip()), text.strip()))
        position += len(text) + 1
    return cells


def _heading(text: str, head_of_column: str, setting: Setting) -> _Heading:
    unit = ""
    bare = re.sub(r"^其中[:,]?", "", text)
    for match in _BRACKETS.finditer(bare):
        inside = match[1] or match[2]
        if _unit_parts(inside) is not None:
            unit, bare = inside, bare.replace(match.group(), "")
            break
    bare = bare.strip()
    place = _place(bare, head_of_column, setting)
    if place is not None:
        return _Heading(text, "", unit, None, place)
    dated = _YEAR.sub(lambda year: year.group().rstrip("年") + "年", bare)
    stated = [mention for mention in find_periods(dated, setting.reference_year) if not mention.is_base]
    if not stated:
        return _Heading(text, "" if _EMPTY_MEASURE.fullmatch(bare) else bare, unit, None, None)
    last = stated[-1]
    measure = (dated[: last.start] + dated[last.end :]).strip(" ,:、的")
    period = last.period if last.period.known else None
    return _Heading(text, "" if _EMPTY_MEASURE.fullmatch(measure) else measure, unit, period, None)


def _place(text: str, head_of_column: str, setting: Setting) -> str | None:
    """The place that a heading names and nothing else."""
    if _WHOLE.fullmatch(text):
        return setting.place
    parks = find_parks(text)
    if parks and (parks[-1].start, parks[-1].end) == (0, len(text)):
        return parks[-1].place.chain
    spans = named_divisions(text, short=bool(_PLACE_HEADS.search(head_of_column)))
    if spans and spans[-1][1] == len(text) and spans[0][0] == 0:
        places = spans[-1][2]
        return max(places, key=lambda place: _shared_length(place.chain, setting.place)).chain
    if _PLACE_HEADS.search(head_of_column) and re.fullmatch(r"[\u4e00-\u9fff]{1,8}[市县区旗镇乡道]", text):
        return f"{setting.place}{text}"
    return None


def _shared_length(left: str, right: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def _indicator(label: _Heading, head: _Heading, measured: str, caption: str) -> str:
    """What a cell measures; the caption says it where neither label nor head does."""
    change = head.measure if head.measure != measured else ""
    subject = label.measure or measured or _noun_of_caption(caption)
    return f"{subject}{measured if label.measure else ''}{change}"


def _noun_of_caption(caption: str) -> str:
    text = _YEAR.sub("", caption)
    previous = None
    while text != previous:
        previous, text = text, _CAPTION_NOISE.sub("", text).strip()
    return text


def _unit_parts(text: str) -> tuple[str, str] | None:
    """Scale and name of a unit; None where the text is none."""
    match = _SCALED_UNIT.fullmatch(text.strip())
    if match is None or (match[2] not in BASE_UNITS and match[2] not in COUNT_UNITS):
        return None
    return match[1] or "", match[2]


def _quantity(text: str, start: int, label: _Heading, head: _Heading, default_unit: str) -> Quantity:
    headings = f"{label.text}{head.text}"
    unit = head.unit or label.unit
    if _RANK.search(headings):
        unit = "排名"
    elif not unit:
        is_rate = (
            (_CHANGE.search(headings) and not _CHANGE_AMOUNT.search(headings))
            or _COMPLETION.search(head.text)
            or _SHARE.search(head.text)
        )
        unit = "%" if is_rate else default_unit
    scale, name = _unit_parts(unit) or ("", unit if unit == "排名" else "")
    value, base = in_base_unit(Decimal(text), scale, name)
    return Quantity(start, start + len(text), f"{text}{scale}{name}" if name != "排名" else text, value, base, "")


def _role(headings: str, unit: str) -> Role:
    if unit == "排名":
        return Role.RANK
    if _COMPLETION.search(headings) and unit == "%":
        return Role.COMPLETION
    if _CHANGE.search(headings) or _CHANGE_AMOUNT.search(headings) or unit == "个百分点":
        return Role.CHANGE
    return Role.SHARE if _SHARE.search(headings) and unit == "%" else Role.LEVEL


def _status(head: str) -> Status:
    if _ESTIMATE.search(head):
        return Status.ESTIMATE
    return Status.TARGET if _TARGET.search(head) else Status.RESULT


def _facts_in_cell(
    text: str, start: int, row_end: int, indicator: str, head: _Heading, setting: Setting
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
            found.append(
                SentenceFact(moved, 0, row_end, role, _status(head.text), indicator, setting.place, setting.period)
            )
    return found
