"""Places that the gazetteer does not list, told by how they are written: 云桥县, 柳溪镇人民政府, 河北省青原区."""

from __future__ import annotations

import re
from collections import Counter

_COUNTY = re.compile(
    r"(?:(?<=^)|(?<=[\s,。:;、的在与和]))(?![全我本各该这那外一二三两几某哪城郊都老新]|.[个级座]|[大小省古旧中名]城市|.访|上市|超市|夜市|股市|楼市|门市|集市|城市|地市|县市|直辖)[\u4e00-\u9fff]{2}(?:县|市)(?![场民委值政级域内外况价面城])"
)
_NOT_A_NAME = (
    r"(?![全我本各该这那外一二三两几某每以从对]|上市|超市|夜市|股市|楼市|门市|集市|城市|地市|县市|直辖|乡镇|城镇|村镇)"
)
_DIVISION = (
    _NOT_A_NAME + r"(?:[\u4e00-\u9fff]{2}(?:(?<![区市山访])县"
    r"|(?<![都超股楼门集夜])(?<![大小省古旧县老新中名主乡村商卫星市]城)市"
    r"|(?<![城市新开山园社小校灾地林矿库景街片辖牧港厂贸税商作创展业])区)"
    r"|[\u4e00-\u9fff]{2,3}(?:(?<![城乡村集])镇|(?<![城老家他])乡|街道))"
)
_BODY = (
    r"(?=第[一二三四五六七八九十百\d]{1,4}[届次]|(?:19|20)\d\d年"
    r"|[\u4e00-\u9fff]{0,12}(?:政府|局|委员会|办公室|法院|检察院|总工会|医院|中学|小学|图书馆|博物馆|文化馆|供电公司|中心)(?:[\s,:、(]|关于|工作|年度|第|\d|$)"
    r"|[\u4e00-\u9fff]{0,10}(?:公报|简报|通报|快报|年鉴|年报|概况|要览|报告|总结|通告|通知|公告|纪要))"
)
_OF_A_BODY = re.compile(rf"(?:(?<![\u4e00-\u9fff])|(?<=[在对为于年]))(?P<name>{_DIVISION}){_BODY}", re.MULTILINE)
_INSIDE = re.compile(rf"(?P<name>{_DIVISION})(?![域内外市县区民委场级])")
_OPENING = 400
"""Characters of the first lines, which say where a report is from."""


def unlisted_counties(view: str) -> list[str]:
    """Names that look like a county or city, wherever they stand; listed ones are among them."""
    return [match.group() for match in _COUNTY.finditer(view)]


def names_of_bodies(view: str) -> list[str]:
    """Names of counties and cities that a body or an assembly in a text's first lines is called after."""
    return [match["name"] for match in _OF_A_BODY.finditer(view[:_OPENING])]


def counties_of_opening(view: str) -> list[str]:
    """What looks like a county or city in the first lines, the likeliest place of the report first.

    Likeliest is what a body or an assembly there is named after (云桥县人民政府), then what is named most often; one
    that is named only once in passing is none.
    """
    opening = view[:_OPENING]
    of_bodies = names_of_bodies(opening)
    named = Counter(unlisted_counties(opening))
    repeated = [name for name, count in sorted(named.items(), key=lambda item: (-item[1], item[0])) if count >= 2]
    first = [name for name in named if view.startswith(name)]
    return list(dict.fromkeys([*of_bodies, *repeated, *first]))


def division_behind(view: str, start: int) -> str:
    """The name of a county, district or township that begins there, behind its parents' names; else empty."""
    match = _INSIDE.match(view, start)
    return match["name"] if match else ""


def short_of(name: str) -> str:
    """云桥 for 云桥县; townships and names of two characters stay whole, since 梧桐 is less than 梧桐街道."""
    return name[:-1] if len(name) > 2 and name[-1] in "县市区" else name
