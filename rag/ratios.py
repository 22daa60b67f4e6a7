"""Multiples, shares and growth as two questions, for where no figure states them."""

from __future__ import annotations

import re

from rag.arithmetic import GROWTH, SHARE, TIMES
from rag.decompose import Parts
from rag.places_asked import PlaceIndex, asked_places
from rag.question import Task, clean_question
from rag.sides import YEAR_FIRST, completed

_FILLER = r"(?:大约|大概|约|将近|接近|差不多)?"
_TIMES = re.compile(
    rf"^(?P<part>.+?)(?:的?(?:规模|数量|总量))?{_FILLER}(?:是|为|相当于|达到?了?)(?P<whole>.+?)的?(?:多少|几)倍"
)
_EQUALS = re.compile(rf"^(?P<part>.+?){_FILLER}相当于(?P<whole>.+?)的?(?:百分之[几多]|多少|几成|多大比例|比例|百分比)")
_SHARE = re.compile(
    r"^(?P<part>.+?)(?:总共|一共|大约|大概|约)?(?:在(?P<inside>[^,]{2,20}?)(?:中|里|当中|之中))?(?:所|里)?占(?!比|有|地|用)(?:到|了|据)?(?P<whole>[^,]*?)的?"
    r"(?:百分之[几多]|百分比|多大(?:的)?(?:比例|比重|份额)|(?:比例|比重|份额)|几成|多少)"
)
_SHARE_WITHIN = re.compile(
    r"^(?P<whole>.{2,}?)(?:中|里头?|里面|当中|之中|内),?(?P<part>[^,]{2,}?)(?:所|能|约|大约|大概)*占(?!比|有|地|用)(?:到|了|据)?(?:全部|总数)?的?(?:百分之[几多]少?|百分比|多大(?:的)?(?:比例|比重|份额)|(?:比例|比重|份额)|几成|多少)"
)
_GROWN = re.compile(
    r"^(?P<part>.+?)(?<![同环占])(?:比|较|相比)(?P<whole>.+?)(?:,)?(?:增长|提高|增加|上升|上涨|下降|减少|降低|增|涨|降)了?(?:百分之[几多]少?|多少%|多少个?百分比|几成)"
)
_GROWTH = re.compile(
    r"^(?P<part>.*?(?:19|20)\d\d年.+?)的?(?:比上年|比去年|较上年|较去年|同比|年)?(?:的)?(?:增速|增长率|增幅|涨幅|降幅|增长|上升|下降|减少)(?:了|是|为|有|达到?)*(?:百分之[几多]少?|多少%?|几成|多[快大高])?[?]?$"
)
_YEAR_BEFORE = re.compile(r"^(?:上年|去年|上一年|前一年)(?:同期)?$")
_WHOLE_PLACE = re.compile(r"^(?:全|该|本|我|整个)(?:[市省国区县镇园]|园区|集团|公司)(?:的)?")
_PART_ONLY = re.compile(r"^其中的?")
_DEFINITE = re.compile(r"^(?:整个|全部|总的|所有)")


def ratio_of(text: str, places: PlaceIndex) -> Parts | None:
    """The two figures whose ratio a question asks for, the second completed from the first; None where it asks none."""
    view = clean_question(text)
    within = _SHARE_WITHIN.match(view)
    if within:
        whole, part = within["whole"].strip("的,"), within["part"].strip("的,")
        return Parts(Task.RATIO, (f"{whole}中{part}是多少", f"{whole}是多少"), (part, whole), SHARE)
    for pattern, way in ((_TIMES, TIMES), (_EQUALS, SHARE), (_SHARE, SHARE), (_GROWN, GROWTH)):
        match = pattern.match(view)
        if match:
            whole = (match.groupdict().get("inside") or match["whole"]).strip("的,")
            return _parts(match["part"].strip("的,在"), whole, way, places)
    match = _GROWTH.match(view)
    return _parts(match["part"].strip("的,"), "上年", GROWTH, places) if match else None


def _parts(part: str, whole: str, way: str, places: PlaceIndex) -> Parts | None:
    part = _PART_ONLY.sub("", part)
    second = _year_before(part) if _YEAR_BEFORE.match(whole) else _whole(part, whole, places)
    if len(part) < 2 or not second or second == part:
        return None
    return Parts(Task.RATIO, (f"{part}是多少", f"{second}是多少"), (part, second), way)


def _year_before(phrase: str) -> str:
    """The same of the year before; empty where the phrase names no single year."""
    years = YEAR_FIRST.findall(phrase)
    if len(years) != 1:
        return ""
    return YEAR_FIRST.sub(lambda year: f"{int(year.group()[:4]) - 1}{year.group()[4:]}", phrase)


def _whole(part: str, whole: str, places: PlaceIndex) -> str:
    """What the part is measured against, with the place and the year that it leaves to the part."""
    whole = _DEFINITE.sub("", whole)
    bare = _WHOLE_PLACE.sub("", whole)
    if len(bare) < 2:
        return ""
    if len(bare) < len(whole) and whole[1] in "市省国":
        return ""
    year = YEAR_FIRST.search(part)
    own = asked_places(part, places)
    if asked_places(bare, places) or YEAR_FIRST.search(bare):
        return completed(bare, part, places)
    cut = part.rfind("的")
    end = max([year.end() if year else 0, *(_end_of(place.names, part) for place in own)])
    return f"{part[: end or cut + 1]}{bare}"


def _end_of(names: tuple[str, ...], text: str) -> int:
    return max((text.find(name) + len(name) for name in names if name in text), default=0)
