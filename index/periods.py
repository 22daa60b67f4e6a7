"""When a figure holds: absolute and relative periods in Chinese text, as ranges of months."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.numerals import chinese_number

_YEAR = r"(?:(?:19|20)\d\d)"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_PART = (
    r"(?P<months>(?:1[0-2]|0?[1-9])月?(?:-|~|至|到)(?:1[0-2]|0?[1-9])月(?:份)?)|(?P<half>上半年|下半年)"
    rf"|(?P<quarters>前[一二三四两123]个?季度|第?[一二三四1-4]季度|第[一二三四1-4]季(?!度)|Q[1-4]|[1-4]Q)|(?P<month>(?:1[0-2]|0?[1-9])月(?:份)?(?:{_DAY}[日号]?(?:-|~|至|到)(?:(?:1[0-2]|0?[1-9])月)?{_DAY}[日号]|{_DAY}[日号])?)"
    r"|(?P<end>年?[底末初]|年度|全年)"
)
_RELATIVE_YEARS = {
    "今年": 0,
    "本年度": 0,
    "本年": 0,
    "当年": 0,
    "去年": -1,
    "上年": -1,
    "上一年度": -1,
    "上一年": -1,
    "前年": -2,
    "明年": 1,
    "来年": 1,
    "下一年": 1,
    "下年": 1,
}
_PERIOD = re.compile(
    rf"(?P<from>{_YEAR})年?(?:-|~|至|到)(?P<to>{_YEAR})年(?!\d)"
    rf"|(?P<year>(?<!\d){_YEAR})(?:年度?)(?:,?(?:{_PART}))?"
    rf"|(?P<cyear>二[零〇][零〇一二三四五六七八九]{{2}})年"
    rf"|(?P<relative>今年|本年度|本年|当年|去年|上年|上一年度|上一年|前年|明年|来年|下一年)(?:以来)?(?:{_PART.replace('?P<', '?P<r')})?"
    rf"|(?P<span>近?[一二两三四五六七八九十\d]{{1,2}}年(?:多)?来)"
    rf"|(?<![\d.年])(?:{_PART.replace('?P<', '?P<p')})"
)
_BASE_LEFT = re.compile(
    r"(?:较|比|与|同|相比|相较于?|对比|超过|高于|低于|快于|优于|多于|少于|恢复到?|恢复至|[由从](?=[^,;。]{0,3}$))$"
)
_BASE_RIGHT = re.compile(
    r"^(?:相比|的水平|水平|末(?:增|减|提高|下降|上升|降低|翻)|(?:同期|全年)?的(?:近|约|超)?[\d一二两三四五六七八九十.]+多?倍)"
)
_RECORD_SINCE = re.compile(r"[^,;。\d]{0,6}以来(?:的|同期|历史)*(?:最|新[高低]|首[次度]|第[一二三两\d]|少有|罕见)")
"""A record is told by the years it stands out from: 为2016年以来最大."""
_SINCE = re.compile(r"[^,;。\d]{0,14}以来|至今|[到至](?:现在|如今|目前|今[天年])|起(?![点步草诉重降])")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole months; month numbers are year*12 + month-1, both ends inclusive."""

    start: int
    end: int
    text: str
    """Absolute where it could be resolved (2023年1-9月), else as written."""

    @property
    def known(self) -> bool:
        """Whether the months are known."""
        return self.end > 0

    @property
    def years(self) -> range:
        """Calendar years touched; empty where unknown."""
        return range(self.start // 12, self.end // 12 + 1) if self.known else range(0)


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period and where it is written in a view."""

    start: int
    end: int
    period: Period
    is_base: bool
    """The foot of a comparison (较2021年, 比上年), not the time of a figure."""
    explicit: bool
    """A year is written; otherwise it was taken from the reference year or stays unknown."""
    relative: bool = False
    """Said from the writer's year: 今年, 去年, 五年来."""


UNKNOWN = Period(0, 0, "")


def find_periods(view: str, reference_year: int | None, heading_year: int | None = None) -> list[PeriodMention]:
    """Periods written in a normalised text, in order.

    `reference_year` is the year of 今年, None where unknown; `heading_year` that of 上半年 and 一季度 below a heading
    which names a year of its own.
    """
    mentions = []
    for match in _PERIOD.finditer(view):
        period = _resolve(match, reference_year, heading_year)
        if period is None:
            continue
        left, right = view[max(0, match.start() - 4) : match.start()], view[match.end() : match.end() + 16]
        is_base = bool(_BASE_LEFT.search(left) or _BASE_RIGHT.match(right) or _RECORD_SINCE.match(right))
        explicit = bool(match["year"] or match["from"] or match["cyear"])
        if match["year"] and not is_base and _SINCE.match(right):
            period = _since(period, reference_year)
        relative = bool(match["relative"] or match["span"])
        mentions.append(PeriodMention(match.start(), match.end(), period, is_base, explicit, relative))
    return mentions


def whole_year(year: int) -> Period:
    """January to December of one year."""
    return Period(year * 12, year * 12 + 11, f"{year}年")


def compatible(asked: Period, stated: Period) -> bool:
    """Whether a figure of `stated` may answer for `asked`: they overlap, or one of them is unknown."""
    if not asked.known or not stated.known:
        return True
    return asked.start <= stated.end and stated.start <= asked.end


def _resolve(match: re.Match[str], reference_year: int | None, heading_year: int | None) -> Period | None:
    if match["from"]:
        first, last = int(match["from"]), int(match["to"])
        return Period(first * 12, last * 12 + 11, f"{first}-{last}年") if first < last else None
    if match["year"]:
        year = int(match["year"])
        return _part_of(year, match, "")
    if match["cyear"]:
        number = chinese_number(match["cyear"])
        return whole_year(int(number)) if number is not None else None
    if match["relative"]:
        if reference_year is None:
            return Period(0, 0, match.group())
        if heading_year == reference_year + 1:
            reference_year = heading_year
        return _part_of(reference_year + _RELATIVE_YEARS[match["relative"]], match, "r")
    if match["span"]:
        return _years_back(match["span"], reference_year)
    if match["pend"]:
        return None
    part_year = heading_year or reference_year
    return _part_of(part_year, match, "p") if part_year else Period(0, 0, match.group())


def _since(period: Period, reference_year: int | None) -> Period:
    """From a period on to the end of the reference year; until when is unknown without one."""
    text = f"{period.text}以来"
    return (
        Period(period.start, max(reference_year * 12 + 11, period.end), text) if reference_year else Period(0, 0, text)
    )


def _years_back(text: str, reference_year: int | None) -> Period:
    digits = re.sub(r"[近年多来]", "", text)
    count = int(digits) if digits.isdigit() else int(chinese_number(digits) or 0)
    if reference_year is None or not count:
        return Period(0, 0, text)
    return Period((reference_year - count) * 12, reference_year * 12 + 11, text)


def _part_of(year: int, match: re.Match[str], prefix: str) -> Period:
    def group(name: str) -> str | None:
        return match[prefix + name]

    base = year * 12
    if months := group("months"):
        first, last = (int(number) for number in re.findall(r"\d+", months))
        return Period(base + first - 1, base + last - 1, f"{year}年{first}-{last}月")
    if half := group("half"):
        first = 0 if half == "上半年" else 6
        return Period(base + first, base + first + 5, f"{year}年{half}")
    if quarters := group("quarters"):
        return _quarter(year, quarters)
    if month_text := group("month"):
        month = int(re.findall(r"\d+", month_text)[0])
        return Period(base + month - 1, base + month - 1, f"{year}年{month_text.removesuffix('份')}")
    end = group("end")
    suffix = end.removeprefix("年") if end in {"底", "末", "年底", "年末", "初", "年初"} else ""
    return Period(base, base + 11, f"{year}年{suffix}")


def _quarter(year: int, text: str) -> Period:
    digit = next(character for character in text if character in "一二两三四1234")
    number = int(digit) if digit.isdigit() else int(chinese_number(digit) or 1)
    base = year * 12
    if text.startswith("前"):
        return Period(base, base + number * 3 - 1, f"{year}年前{'一二三四'[number - 1]}季度")
    return Period(base + number * 3 - 3, base + number * 3 - 1, f"{year}年第{'一二三四'[number - 1]}季度")
