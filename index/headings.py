"""What the head of a column or the label of a row says: a measure, a unit, a time, a place, a plan."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.frames import Setting
from index.periods import Period, find_periods, whole_year
from index.places import find_parks, named_divisions
from index.records import Status
from index.table_units import is_unit

CHANGE = re.compile(r"增长|增速|增减|增幅|降幅|同比|比上年|较上年|环比|下降|涨跌|变动|变化|±|YoY|yoy")
_INCREASE = r"[较比](?:上?年[初末]|上[年月季]末?|去年末?|同期)(?:增加|减少|增减额|新增)"
_ASIDE = re.compile(rf"(?:累计|[当本]月|全年)?(?:{_INCREASE}|(?:[较比与][^,]{{1,8}}?)?(?:{CHANGE.pattern}))")
CHANGE_AMOUNT = re.compile(rf"(?:增减|增加|增长|减少|变动|变化)(?:额|量|数|值)|净增|增量|{_INCREASE}")
COMPLETION = re.compile(r"完成率|完成进度|完成.{0,6}(?:目标|任务|计划)")
RANK = re.compile(r"排名|名次|位次|排位")
_TARGET = re.compile(r"(?<!完成)(?:年度)?(?:目标|计划|预期)(?!.{0,4}(?:完成|进度|%))")
_ESTIMATE = re.compile(r"预计|预测")
_BRACKETS = re.compile(r"[(](?:单位:)?([^()]{1,14})[)]|[,/](?=[^,/]{1,4}$)(.+)$")
_OWN_UNIT = re.compile(r"(?:^|[^A-Za-z])(QPS|TPS|RPS|IOPS|fps|FPS)$")
"""A measure that is named like its unit: MySQL QPS."""
_EMPTY_MEASURE = re.compile(
    r"(?:数量|数值|数据|总量|数额|绝对[数值额量]|指标值?|项目|实绩|实际|完成[值数]?|情况|合计|本[期年月季]|当[年月]|上年|去年|同期|累计|期末|年末|全年"
    r"|年度|(?:计划|目标)[数值]?|[-:,、\s])*"
)
_WHOLE = re.compile(r"全[省市区县州旗盟镇域]|合计|总计|全[省市区县州]合计")
_PLACE_HEADS = re.compile(r"地区|区域|县区|区县|市县|县市|区划|城市|省份|街道|乡镇|园区")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\D|$)年?(?:(?P<sure>[EFAP])(?![A-Za-z])|H(?P<half>[12]))?")
_OF_THE_YEAR = re.compile(r"全年|年度")
_SUB_LABEL = re.compile(
    r"^(?:其中|[#*]|(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.](?!\d)|[(][一二三四五六七八九十\d]{1,3}[)])[:,]?"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a row's label or a column's head says."""

    text: str
    measure: str
    """The noun in it; empty where it only says where, when or in which unit."""
    unit: str
    period: Period | None
    place: str | None
    status: Status = Status.RESULT

    @property
    def is_aside(self) -> bool:
        """Whether it says something about the column before it: its growth, its completion, its rank."""
        return bool(_ASIDE.match(self.measure) or COMPLETION.search(self.measure) or RANK.match(self.measure))


def heading_of(text: str, head_of_column: str, setting: Setting) -> Heading:
    """Read the head of a column, or the label of a row whose column is headed `head_of_column`."""
    unit = ""
    bare = _SUB_LABEL.sub("", text).strip()
    for match in _BRACKETS.finditer(bare):
        inside = match[1] or match[2]
        if is_unit(inside):
            unit, bare = inside, bare.replace(match.group(), "")
            break
    bare = bare.strip()
    if not unit and (own := _OWN_UNIT.search(bare)):
        unit = own[1]
    place = _place(bare, head_of_column, setting)
    if place is not None:
        return Heading(text, "", unit, None, place)
    forecast = next((year["sure"] for year in _YEAR.finditer(bare) if year["sure"]), "")
    status = Status.ESTIMATE if forecast in {"E", "F", "P"} and forecast else _status(text)
    dated = _YEAR.sub(lambda year: f"{year[1]}年{['', '上半年', '下半年'][int(year['half'] or 0)]}", bare)
    own_year = setting.period.years[0] if len(setting.period.years) == 1 else None
    mentions = find_periods(dated, setting.reference_year, setting.heading_year or own_year)
    stated = [mention for mention in mentions if not mention.is_base]
    if not stated:
        return Heading(text, _measure(bare), unit, _told_by_word(bare, setting), None, status)
    last = stated[-1]
    measure = (dated[: last.start] + dated[last.end :]).strip(" ,:、的")
    period = last.period if last.period.known else None
    return Heading(text, _measure(measure), unit, period, None, status)


def heads_of(header: tuple[str, ...], setting: Setting) -> list[Heading]:
    """All heads of a table; one that only says a growth or a completion has the time of the column it belongs to."""
    heads = [heading_of(text, "", setting) for text in header]
    dated = [head for head in heads if head.period is not None and not head.is_aside]
    running = [head for head in dated if "累计" in head.text]
    found = []
    for head in heads:
        own = running if "累计" in head.text or COMPLETION.search(head.text) else []
        known = [one.period for one in own or dated if one.period is not None]
        if head.is_aside and head.period is None and known:
            latest = max(known, key=lambda period: period.end)
            head = replace(head, period=latest)
        elif head.period is None and dated and _OF_THE_YEAR.match(head.text):
            head = replace(head, period=whole_year(max(one.period.end for one in dated if one.period) // 12))
        found.append(head)
    return found


def combined(label: Period | None, head: Period | None) -> Period | None:
    """The time of a row and of a column together: 一季度 in the column 2024年 is 2024年第1季度."""
    if label is None or head is None:
        return label or head
    for whole, part in ((head, label), (label, head)):
        if whole.end - whole.start == 11 and whole.start % 12 == 0 and 0 <= part.end - part.start < 11:
            shift = whole.start - part.start // 12 * 12
            text = part.text.replace(str(part.start // 12), str(whole.start // 12), 1)
            return Period(part.start + shift, part.end + shift, text)
    return label


def _measure(text: str) -> str:
    text = re.sub(r"^(?:累计|当月|本月)(?=同比|增长|增速|环比)", "", text)
    text = re.sub(r"(?<!\d)[±%]+$", "", text)
    return "" if _EMPTY_MEASURE.fullmatch(text) and not COMPLETION.search(text) else text


def _status(text: str) -> Status:
    if _ESTIMATE.search(text):
        return Status.ESTIMATE
    return Status.TARGET if _TARGET.search(text) else Status.RESULT


def _told_by_word(text: str, setting: Setting) -> Period | None:
    """The time of 累计 and 全年 in a report of one month or quarter."""
    own = setting.period
    if not own.known or len(own.years) != 1 or own.end - own.start >= 11 or CHANGE.match(text):
        return None
    year = own.start // 12
    if text.startswith("累计"):
        return Period(year * 12, own.end, f"{year}年1-{own.end % 12 + 1}月")
    return whole_year(year) if _OF_THE_YEAR.match(text) else None


def _place(text: str, head_of_column: str, setting: Setting) -> str | None:
    """The place that a heading names and nothing else."""
    if _WHOLE.fullmatch(text):
        return setting.place
    parks = find_parks(text)
    if parks and (parks[-1].start, parks[-1].end) == (0, len(text)):
        return parks[-1].place.chain
    is_column_of_places = bool(_PLACE_HEADS.search(head_of_column))
    spans = named_divisions(text, short=is_column_of_places)
    if spans and spans[-1][1] == len(text) and spans[0][0] == 0:
        places = spans[-1][2]
        nearest = max(places, key=lambda place: _shared_length(place.chain, setting.place))
        is_elsewhere = nearest.level == 3 and not _shared_length(nearest.chain, setting.place)
        if is_column_of_places and is_elsewhere and setting.place.endswith("市"):
            return f"{setting.place}{text}"
        return nearest.chain
    if is_column_of_places and re.fullmatch(r"[\u4e00-\u9fff]{1,8}[市县区旗镇乡道]", text):
        return f"{setting.place}{text}"
    return None


def _shared_length(left: str, right: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
