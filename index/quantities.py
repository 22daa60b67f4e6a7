"""Figures in Chinese text: number, scale, unit and qualifier, as exact decimals in base units.

Two doors: `find_quantities` for any text, `quantities_in_view` for text that `index.view` has already normalised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from index.numerals import CHINESE_NUMERAL, DIGITS, LARGE_SCALES, SMALL_SCALES, plain_number, value_of
from index.ordinals import dates, quantity_at, ranks
from index.records import Quantity
from index.units import COUNT_UNITS, UNIT_PATTERN, base_of
from index.view import make_view

_BEFORE = r"不低于|不少于|不超过|不高于|不足|不到|不满|将近|接近|大约|大概|(?<![节签预违履合续契制集简公条])约|近|超过|超|逾|突破|至少|最多|最高达|高达|达到?近|达到?超"
_AFTER = r"以上|以下|以内|之内|左右|上下|多|余"
_MIDDLE = r"[余多来几]"
_SCALE = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?![瓦伏卡])|百)"
_NUMBER = r"(?<![A-Za-z\d.第])(?<![A-Za-z]-)(?<![A-Za-z]\+)\d+(?:\.\d+)?(?![\d])"
_LOWER_PART = r"(?P<low>\d{1,4})(?P<lowscale>千万|百万|十万|万|千|百)(?![瓦米克伏卡])"
"""What follows a scale in 1亿3千万元 and 3万5千人; in 1万6000元 no scale follows."""
_FRACTION = re.compile(
    rf"(?P<before>{_BEFORE})?(?:(?<![\d/.])(?P<num>\d{{1,3}})/(?P<den>\d{{1,3}})(?![\d/])"
    rf"|(?P<cden>{CHINESE_NUMERAL}{{1,3}}|\d+)分之(?P<cnum>{CHINESE_NUMERAL}{{1,5}}(?:点{CHINESE_NUMERAL}{{1,3}})?|\d+(?:\.\d+)?))(?P<after>{_AFTER})?"
)
_TENTHS = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<num>[一二两三四五六七八九]|\d(?:\.\d)?)成(?P<half>[半一二三四五六七八九](?![家个项人名]))?(?![立功为员果长本就型熟效品都交渝分绩])(?P<after>{_AFTER})?"
)
_AND_A_HALF = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<num>{CHINESE_NUMERAL}{{1,2}}|\d+)个半(?P<unit>小时|月)(?P<after>{_AFTER})?"
)
_ARABIC = re.compile(
    rf"(?P<before>{_BEFORE})?(?P<currency>US\$|HK\$|NT\$|[¥$])?(?P<sign>(?<![0-9A-Za-z%)])-)?(?P<num>{_NUMBER})"
    rf"(?:(?P<lowunit>{_SCALE}?(?:{UNIT_PATTERN}|%)?)(?:-|~|至|到)(?P<num2>{_NUMBER}))?"
    rf"(?P<mid>{_MIDDLE})?(?:(?P<special>个?多?百分点|‰|%)|(?P<scale>{_SCALE})?(?:(?<=[亿万]){_LOWER_PART}|(?<=万)(?P<rest>[1-9]\d{{3}})(?={UNIT_PATTERN}))?(?P<mid2>{_MIDDLE})?(?P<unit>{UNIT_PATTERN})?)"
    rf"(?P<after>{_AFTER})?"
)
_SHARED_UNIT = re.compile(rf"(?:[、,和与]\s*\d+(?:\.\d+)?)+(?P<scale>{_SCALE})?(?P<unit>个百分点|%|{UNIT_PATTERN})")
"""The unit behind a list of numbers belongs to all of them: 12.5、13.6和14.7亿元."""
_SHARED_POINTS = re.compile(r"(?:[、,和与]\s*\d+(?:\.\d+)?个?)*[、,和与]\s*\d+(?:\.\d+)?个百分点")
"""分别高2.1个和1.2个百分点."""
_CHINESE = re.compile(
    rf"(?P<before>{_BEFORE})?(?<!第)(?<!每)(?!(?<=新)一[轮代批届年季])(?:(?<=唯一)|(?<![唯统同单专之数几好这那每零〇一二两三四五六七八九十百千万亿])(?<![零〇一二两三四五六七八九十]点))(?P<num>{CHINESE_NUMERAL}+(?:点[零〇一二三四五六七八九]+)?)(?P<mid>{_MIDDLE})?"
    rf"(?:(?P<special>个?百分点)|(?P<scale>[万亿])?(?P<mid2>{_MIDDLE})?(?P<unit>{UNIT_PATTERN}|大(?=[\u4e00-\u9fff])))(?P<after>{_AFTER})?"
)
_CURRENCIES = {"US$": "美元", "$": "美元", "HK$": "港元", "NT$": "新台币", "¥": "元"}
_NAMED_NOT_COUNTED = {
    "行动": {"年", "大"},
    "计划": {"年"},
    "产业": {"次"},
    "规定": {"项"},
    "发明": {"大"},
    "级评": {"星"},
    "级酒": {"星"},
    "级饭": {"星"},
}
_ENDS_PLACE_NAMES = frozenset("股门台口张道")
"""Measure words that stand in the name of a place: 三门县, 五台县, 七股区."""
_ONE_AS_ARTICLE = {
    "个",
    "批",
    "种",
    "次",
    "项",
    "位",
    "名",
    "步",
    "条",
    "件",
    "类",
    "份",
    "代",
    "款",
    "天",
    "场",
    "层",
    "座",
    "对",
    "支",
    "大",
    "部",
    "片",
    "组",
    "套",
    "期",
    "线",
    "流",
    "日",
    "年",
    "度",
    "处",
    "点",
    "面",
    "方",
    "道",
    "股",
    "手",
    "口",
    "门",
    "章",
    "张",
    "节",
    "级",
    "带",
    "路",
    "段",
    "台",
    "分",
    "些",
    "直",
    "定",
    "周",
    "元",
    "起",
    "首",
}


def find_quantities(text: str) -> list[Quantity]:
    """All figures of any text in order of appearance; spans point into `text`."""
    view = make_view(text)
    found = []
    for quantity in quantities_in_view(view.text):
        start, end = view.original_span(quantity.start, quantity.end)
        found.append(replace(quantity, start=start, end=end))
    return found


_CLOCK_OR_LINK = re.compile(
    r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)|[A-Za-z][\w.-]*\.(?:com|cn|net|org|cc|gov|edu)[\w./-]*|\d{5,}-\d{3,}|(?<!\d)1[3-9]\d{9}(?!\d)"
)


def quantities_in_view(view: str) -> list[Quantity]:
    """All figures of a normalised text in order of appearance; spans point into `view`.

    Sources of doubt are left out: list numbers, ordinals that name things (第二批), model numbers (D3000), and 一 used
    as an article (一批).
    """
    taken = bytearray(len(view))
    for match in _CLOCK_OR_LINK.finditer(view):
        taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    found: list[Quantity] = []
    for finder in (dates, ranks, _fractions, _arabic_figures, _chinese_figures):
        for quantity in finder(view):
            if not any(taken[quantity.start : quantity.end]):
                taken[quantity.start : quantity.end] = b"\x01" * (quantity.end - quantity.start)
                found.append(quantity)
    return sorted(found, key=lambda quantity: quantity.start)


def _fractions(view: str) -> Iterator[Quantity]:
    for match in _FRACTION.finditer(view):
        qualifier = (match["before"] or "") + (match["after"] or "")
        if match["cden"] in {"百", "千"}:
            value = plain_number(match["cnum"])
            unit = "%" if match["cden"] == "百" else "‰"
        else:
            numerator = plain_number(match["num"] or match["cnum"])
            denominator = plain_number(match["den"] or match["cden"])
            if numerator is None or not denominator or numerator >= denominator:
                continue
            value, unit = numerator / denominator, ""
        if value is not None:
            yield quantity_at(match, value, unit, qualifier)
    for match in _AND_A_HALF.finditer(view):
        whole = plain_number(match["num"])
        if whole is not None:
            unit = "小时" if match["unit"] == "小时" else "个月"
            yield quantity_at(match, whole + Decimal("0.5"), unit, (match["before"] or "") + (match["after"] or ""))
    for match in _TENTHS.finditer(view):
        tenths = plain_number(match["num"])
        if tenths is not None and view[max(0, match.start() - 1) : match.start()] not in {
            "第",
            "构",
            "组",
            "完",
            "形",
        }:
            value = tenths * 10 + _half(match["half"])
            yield quantity_at(match, value, "%", (match["before"] or "") + (match["after"] or ""))


def _half(text: str | None) -> Decimal:
    """What follows 成: 九成一 is 91, 七成半 is 75."""
    return Decimal(0) if not text else Decimal(5) if text == "半" else Decimal(DIGITS[text])


def _arabic_figures(view: str) -> Iterator[Quantity]:
    for match in _ARABIC.finditer(view):
        unit_text = _stated_unit(match, view)
        scale = match["scale"] or ""
        if _names_first_ones(match, view, unit_text):
            continue
        if not unit_text and not scale:
            is_list_number = (
                re.search(r"(?:^|[。;:!?])\s*$", view[: match.start()]) and view[match.end() : match.end() + 1] == "、"
            )
            shared = None if is_list_number else _SHARED_UNIT.match(view, match.end())
            if shared:
                scale, unit_text = shared["scale"] or "", shared["unit"]
            elif not _stands_alone(view, match):
                continue
        qualifier = "".join(match[name] or "" for name in ("before", "mid", "mid2", "after"))
        value, unit = in_base_unit(Decimal((match["sign"] or "") + match["num"]), scale, unit_text)
        if low := match["low"] or match["rest"]:
            value += in_base_unit(Decimal(low), match["lowscale"] or "", unit_text)[0]
        upper = None
        if match["num2"]:
            upper = in_base_unit(Decimal(match["num2"]), scale, unit_text)[0]
            low_scale, low_unit = _split_scale(match["lowunit"] or "")
            if low_scale or low_unit:
                value = in_base_unit(Decimal(match["num"]), low_scale, low_unit or unit_text)[0]
            if upper <= value:
                yield from _separate(match, view)
                continue
        yield quantity_at(match, value, unit, qualifier, upper=upper)


def _stated_unit(match: re.Match[str], view: str) -> str:
    """The unit of a figure by itself, or of points in a list of them; empty where none is written."""
    if match["special"]:
        return match["special"].replace("多", "")
    if match["unit"] == "个" and _SHARED_POINTS.match(view, match.end()):
        return "个百分点"
    return (match["unit"] or "").strip() or _CURRENCIES.get(match["currency"] or "", "")


def _separate(match: re.Match[str], view: str) -> Iterator[Quantity]:
    """The figures of a from-to that is no range (从30分钟到10分钟), each on its own."""
    second = match.start("num2")
    first_end = match.end("lowunit")
    for part_start, part_end in ((match.start(), first_end), (second, match.end())):
        for quantity in _arabic_figures(view[part_start:part_end]):
            yield replace(quantity, start=quantity.start + part_start, end=quantity.end + part_start)


def _split_scale(text: str) -> tuple[str, str]:
    match = re.match(rf"({_SCALE})?(.*)", text)
    return (match[1] or "", match[2]) if match else ("", "")


def in_base_unit(number: Decimal, scale: str, unit: str) -> tuple[Decimal, str]:
    """Value and canonical unit of a number written with a scale word and a unit: 121.3, 亿, 元 is 12130000000 元."""
    multiplier = Decimal(1)
    for character in scale:
        multiplier *= SMALL_SCALES.get(character) or LARGE_SCALES[character]
    base, factor = base_of(unit)
    return number * multiplier * factor, base


def _stands_alone(view: str, match: re.Match[str]) -> bool:
    """Whether a bare number is a figure: an index or score (指数为150.6), a table cell, not a name or a list number."""
    left = view[max(0, match.start() - 8) : match.start()]
    right = view[match.end() : match.end() + 2]
    if re.search(r"[\t|]\s*$", left) or re.match(r"\s*[\t|]", right):
        return True
    if right[:1] in {")", '"', "”", "号", "+", "-", "/", ":"} or re.match(r"[A-Za-z]", right):
        return False
    if re.search(r"(?:为|达到?|至|是|到|得分|指数|分别为|比|突破|超过?|[:=])$", left + (match["before"] or "")):
        return not re.match(r"\s*[\u4e00-\u9fff]", right) or "." in match["num"]
    return (
        "." in match["num"]
        and not re.match(r"[\u4e00-\u9fffA-Za-z]", right)
        and not re.match(r"[Vv]?$", left[-1:] or "x")
    )


def _chinese_figures(view: str) -> Iterator[Quantity]:
    for match in _CHINESE.finditer(view):
        numeral, unit_text = match["num"], match["special"] or match["unit"] or ""
        if _is_article(match, view, unit_text):
            continue
        value = plain_number(numeral)
        if value is None:
            continue
        qualifier = "".join(match[name] or "" for name in ("before", "mid", "mid2", "after"))
        number, unit = in_base_unit(value, match["scale"] or "", unit_text)
        yield quantity_at(match, number, unit, qualifier)


def _names_first_ones(match: re.Match[str], view: str, unit: str) -> bool:
    """Whether the figure says which (前五名客户), not how many."""
    return unit in {"名", "位", "大", "家"} and view[max(0, match.start() - 1) : match.start()] == "前"


def _is_article(match: re.Match[str], view: str, unit: str) -> bool:
    numeral = match["num"]
    if _names_first_ones(match, view, unit):
        return True
    if (
        numeral in {"一", "零"}
        and unit in _ONE_AS_ARTICLE
        and not re.search(r"(?:唯|仅|共|只有)$", view[: match.start()])
    ):
        return True
    if (numeral[0] in "万亿" and not match["mid"]) or view[match.start() :].startswith(("千人口", "百人口")):
        return True
    is_place = unit in _ENDS_PLACE_NAMES and view[match.end() : match.end() + 1] in set("县区镇乡")
    if is_place or unit in _NAMED_NOT_COUNTED.get(view[match.end() : match.end() + 2], set()):
        return True
    if numeral == "一" and unit == "家" and re.search(r"(?:是|为|成为|另|作为|某|那|这|每|有)$", view[: match.start()]):
        return True
    if view[match.end() : match.end() + 1] == "数" and unit == "位":
        return True
    if unit == "届" or (
        unit == "大" and (value_of(numeral) > 12 or view[max(0, match.start() - 2) : match.start()] in {"党的", "届的"})
    ):
        return True
    if numeral == "一" and unit in {"国", "省", "市", "县", "区", "镇", "村", "站", "班", "例", "校"}:
        return True
    if (
        numeral in {"一二", "三三", "百", "十", "千"}
        and not match["mid"]
        and unit not in {"家", "元", "人", "名", "项", "余"}
    ):
        return numeral != "十"
    return bool(
        unit in {"点", "分", "方", "线", "度", "面", "道", "级", "季度", "周", "层", "期", "段", "号", "本", "代", "日"}
        and not match["before"]
    )


def is_count(unit: str) -> bool:
    """Whether the unit is a measure word of countable things (家, 项, 人 ...)."""
    return unit in COUNT_UNITS
