"""Dates and ranks: figures that say when and where in an order, not how much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from index.numerals import CHINESE_NUMERAL, chinese_number, plain_number
from index.records import Quantity

_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TO_DAY = rf"(?:-|~|至|到)(?P<{{}}>{_DAY.replace('{', '{{').replace('}', '}}')})[日号](?![内以之常均])"
"""The rest of 7月9日至12日."""
_DATE = re.compile(
    rf"(?<!\d)(?P<year>{_YEAR})年(?:(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>{_DAY})[日号]?{_TO_DAY.format('to')}|(?P<only>{_DAY})[日号]|[上中下]旬)?)?"
    rf"|(?<![\d.])(?P<iyear>{_YEAR})[-/.](?P<imonth>1[0-2]|0?[1-9])(?:[-/.](?P<iday>3[01]|[12]\d|0?[1-9]))?(?![\d.%])"
    rf"|(?<![\d.])(?P<pmonth>1[0-2]|0?[1-9])月(?:(?P<pday>{_DAY})[日号]?{_TO_DAY.format('pto')}|(?P<ponly>{_DAY})[日号]|[上中下]旬)?(?!以上)"
)
_MONTH_RANGE = re.compile(
    rf"(?:(?<!\d)(?P<year>{_YEAR})年)?(?<![\d.])(?P<from>1[0-2]|0?[1-9])月?(?:-|~|至|到)(?P<to>1[0-2]|0?[1-9])月"
)
_YEAR_RANGE = re.compile(rf"(?<!\d)(?P<from>{_YEAR})年?(?:-|~|至|到)(?P<to>{_YEAR})年")
_DAY_RANGE = re.compile(rf"(?<![\d.月年第/:-])(?P<from>{_DAY})日?(?:-|~|至|到)(?P<to>{_DAY})日(?![内以之常均])")
_DAY_ALONE = re.compile(
    rf"(?:(?<=[本当同次上下]月)|(?<=截[至止])|(?<=[^低高位大小少多优等]于)|(?<![\d.月年第/:-])(?={_DAY}[日号](?:\d{{1,2}}(?:时|:\d\d)|[上下]午|凌晨|早[上晨]|傍晚|晚[上间]?|夜[里间]?|中午|清晨|深夜|零时)))"
    rf"(?P<day>{_DAY})[日号](?![内以之常均])"
)
"""A day whose month stands elsewhere: 11日22时, 截至8日, 9-12日; 30日内 is a length of time."""
_CHINESE_YEAR = re.compile(r"(?P<year>[一二][零〇一二三四五六七八九]{3})年")

_RANK_LEAD = (
    r"(?:排名?|排行|位列|位居|位次|位于|位|居|列|名列|跃居|升至|跃升至|上升到|跻身|进位至|提升至|保持|稳居|取得|获得?)"
    r"(?:\d{4}年以来)?[^,。;、:\d]{0,14}$"
)
_RANK_AREA = r"(?:全[国省市区县州球行]|世界|行业|各[区县市省州]|同[类行]|[省市区县国]内?|地区|榜单?)[^,。;、:\d]{0,4}$"
_RANK = re.compile(
    rf"第(?P<rank>\d{{1,4}}|{CHINESE_NUMERAL}{{1,4}})(?P<tail>名|位(?!书记|副|领导))?"
    rf"|(?P<first>首位|榜首|头名)|(?P<top>前(?P<topn>\d{{1,4}}|{CHINESE_NUMERAL}{{1,3}})(?:名|位|强))"
)
_ORDINAL_NOUN = re.compile(
    r"[次届批期代个季节任条章篇年天张步时产轮卷大三者一二方部类线课]|人民|中[学医心]|小学|实验|附属|医院|幼儿|职业|师范|机床|产业"
)


def date_value(year: int, month: int = 0, day: int = 0) -> Decimal:
    """A date as one number: year*10000 + month*100 + day, zero for what is not given."""
    return Decimal(year * 10000 + month * 100 + day)


def quantity_at(match: re.Match[str], value: Decimal, unit: str, qualifier: str = "", **more: object) -> Quantity:
    """The figure that a whole match spells."""
    return Quantity(match.start(), match.end(), match.group(), value, unit, qualifier, **more)  # type: ignore[arg-type]


def dates(view: str) -> Iterator[Quantity]:
    """Years, months, days and ranges of them."""
    for match in _YEAR_RANGE.finditer(view):
        low, high = date_value(int(match["from"])), date_value(int(match["to"]))
        yield quantity_at(match, low, "date", precision="year", upper=high)
    for match in _MONTH_RANGE.finditer(view):
        if int(match["from"]) < int(match["to"]):
            base = int(match["year"] or 0)
            low, high = date_value(base, int(match["from"])), date_value(base, int(match["to"]))
            yield quantity_at(match, low, "date", precision="month", upper=high)
    for match in _DATE.finditer(view):
        year_text = match["year"] or match["iyear"]
        month_text = match["month"] or match["imonth"] or match["pmonth"]
        day_text = match["day"] or match["only"] or match["iday"] or match["pday"] or match["ponly"]
        last_day = match["to"] or match["pto"]
        if match["iyear"] and not match["iday"] and "." in match.group():
            continue
        precision = "day" if day_text else "month" if month_text else "year"
        value = date_value(int(year_text or 0), int(month_text or 0), int(day_text or 0))
        upper = value - int(day_text or 0) + int(last_day) if last_day else None
        yield quantity_at(match, value, "date", precision=precision, upper=upper)
    yield from _days_alone(view)
    for match in _CHINESE_YEAR.finditer(view):
        year = chinese_number(match["year"])
        if year is not None and 1900 <= year < 2100:
            yield quantity_at(match, date_value(int(year)), "date", precision="year")


def _days_alone(view: str) -> Iterator[Quantity]:
    """Days whose month is not written with them."""
    for match in _DAY_RANGE.finditer(view):
        if int(match["from"]) < int(match["to"]):
            low, high = date_value(0, 0, int(match["from"])), date_value(0, 0, int(match["to"]))
            yield quantity_at(match, low, "date", precision="day", upper=high)
    for match in _DAY_ALONE.finditer(view):
        yield quantity_at(match, date_value(0, 0, int(match["day"])), "date", precision="day")


def ranks(view: str) -> Iterator[Quantity]:
    """Places among others: 第4名, 首位, 前10强; not 第二批, which is a name."""
    for match in _RANK.finditer(view):
        left = view[max(0, match.start() - 18) : match.start()]
        led = bool(re.search(_RANK_LEAD, left) or re.search(_RANK_AREA, left))
        if match["first"]:
            if led:
                yield quantity_at(match, Decimal(1), "排名")
            continue
        if match["top"]:
            if led or re.search(r"(?:进入|跻身|入围|挤进|闯入|名列|位居|居)[^,。;]{0,10}$", left):
                value = plain_number(match["topn"])
                if value is not None:
                    yield quantity_at(match, value, "排名", "前")
            continue
        value = plain_number(match["rank"])
        if value is None or (not match["tail"] and (not led or _ORDINAL_NOUN.match(view, match.end()))):
            continue
        if match["tail"] == "位" and not led and not match["rank"].isascii():
            continue
        yield quantity_at(match, value, "排名")
