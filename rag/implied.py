"""What a figure's own sentence implies of another: the year before's value, the other side's rate, a part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from index import Role
from rag.arithmetic import BEFORE, PART
from rag.matching import clauses_of
from rag.question import Task
from rag.ranking import Ranked
from rag.searching import Reading, Search

_YEAR_BEFORE = re.compile(r"比?(?:上年|去年|前一年|上一年|上一?届)|同比|年[增减]|按年|(?:与|和|较)[^,;]{0,4}同期")
_OTHER_BASE = re.compile(r"不变价|可比|(?:[两三四五六七八九十]|\d)年|比(?:19|20)\d\d|环比|以来|累计|年均|[高低快慢]于")
_CONSTANT_PRICES = re.compile(r"不变价|可比价")
_PLAIN_CHANGE = re.compile(r"^[,、]?(?:实现)?(?:增长|下降|增加|减少|增|降|上升|成长|衰退|下滑)(?:了|约|近)*$")
_FALL = re.compile(r"下降|降低|减少|回落|下跌|下滑|衰退|减|降|跌")
_OF_THE_YEAR_BEFORE = re.compile(r"(?:是|为|相当于|达到?)(?:上年|去年|前一年|上一年|上届)[^,;]{0,6}的$")
_SET_AGAINST = re.compile(
    r"(?:比|较|(?P<under>[低慢少])于|[高快多]于|超过?)(?P<other>(?!上年|去年|前年|上一|前一|同期|年初|上月|上季)[^,;。]{2,14}?)(?:平均|总体|整体)?(?:水平)?"
    r"(?:仍|还|也|要|均)?(?P<way>[高低快慢多少]|高出|低了|快了)?(?:了|出|约)*$"
)
_LOW = frozenset("低慢少")
_TAKES = re.compile(r"(?:^[,、]?|[,、])(?:其中)?(?P<part>[^,、]{2,16}?)(?:所)?占(?:比|了)?(?:约|近|超)*$")
_NAMED_WORDS = 0.5
_FUNCTION = frozenset("的了在是有和及与其所被把由向对于")


def follows_from(found: Search) -> Reading | None:
    """What the best figures' own sentences imply of the thing asked about instead of what they state of another."""
    for one in found.ranked[:3]:
        reading = _other_side(found, one) or _part_of(found, one)
        if reading is not None:
            return reading
    return None


def _other_side(found: Search, level: Ranked) -> Reading | None:
    """全市 of 增速6.2%,高于全市0.7个百分点: the level of what a figure is compared with, where that is asked for."""
    if level.fact.unit != "%" or level.features.unit < 0.5 or level.features.role == 0.0:
        return None
    for gap in _followers(found, level):
        view = gap.candidate.sentence.view
        between = view[level.fact.view_end : gap.fact.view_start]
        said = _SET_AGAINST.search(between)
        if gap.fact.unit != "个百分点" or said is None or "%" in between:
            continue
        if not _asks_about(found, said["other"], own_lead(level)):
            return None
        low = bool(said["under"]) or (said["way"] or "")[:1] in _LOW
        return Reading(Task.SUM if low else Task.DIFFERENCE, (found,), (level, gap), ("", ""))
    return None


def _asks_about(found: Search, other: str, known: str = "") -> bool:
    """Whether the question names a side that a figure is set against, or a part, by what is not in `known` anyway."""
    view = found.question.view
    whole = re.fullmatch(r"全([国省市区县])", other)
    if whole:
        return other in view or f"所在的{whole[1]}" in view or f"所在{whole[1]}" in view
    words = [word for word in rjieba.cut(other) if word not in known and word not in _FUNCTION]
    return bool(words) and sum(word in view for word in words) >= _NAMED_WORDS * len(words)


def _part_of(found: Search, whole: Ranked) -> Reading | None:
    """The part that a share makes of a whole: 国货品牌 of 美妆成交325亿元,其中国货品牌占61.2%."""
    if whole.fact.role is not Role.LEVEL or whole.features.unit < 0.5 or whole.fact.unit in {"%", "", "date", "排名"}:
        return None
    for share in _followers(found, whole):
        lead = share.candidate.sentence.view[whole.fact.view_end : share.fact.view_start]
        said = _TAKES.search(lead)
        if share.fact.unit != "%" or share.fact.role is not Role.SHARE or said is None:
            continue
        if _asks_about(found, said["part"], clauses_of(whole.candidate)):
            return Reading(Task.RATIO, (found,), (whole, share), ("", ""), PART)
    return None


def year_before(found: Search, level: Ranked, *, by_rate: bool = True) -> Reading | None:
    """The year before's value from a level and the change that its sentence says of it; None where it says none.

    With `by_rate` it may be undone from a growth rate, which gives it only about.
    """
    if level.fact.role not in {Role.LEVEL, Role.SHARE, Role.COMPLETION}:
        return None
    for change in _followers(found, level):
        lead = change.candidate.sentence.view[level.fact.view_end : change.fact.view_start]
        if change.fact.unit == "倍" and _OF_THE_YEAR_BEFORE.search(lead):
            return Reading(Task.RATIO, (found,), (level, change), ("", ""), BEFORE)
        if change.fact.role is not Role.CHANGE or _OTHER_BASE.search(lead) or _CONSTANT_PRICES.search(_said(change)):
            continue
        if not (_YEAR_BEFORE.search(lead) or _PLAIN_CHANGE.match(lead)):
            continue
        same = (change.fact.unit == "个百分点" and level.fact.unit == "%") or (
            change.fact.unit == level.fact.unit != "%"
        )
        if same:
            task = Task.SUM if _FALL.search(lead) else Task.DIFFERENCE
            return Reading(task, (found,), (level, change), ("", ""))
        if by_rate and change.fact.unit == "%" and level.fact.unit != "%":
            return Reading(Task.RATIO, (found,), (level, change), ("", ""), BEFORE)
    return None


def _followers(found: Search, level: Ranked) -> Iterator[Ranked]:
    """The two figures behind a figure in its sentence."""
    by_id = {one.fact.id: one for one in found.ranked}
    for number in (level.fact.id + 1, level.fact.id + 2):
        one = by_id.get(number)
        if one is not None and one.fact.sentence == level.fact.sentence:
            yield one


def _said(one: Ranked) -> str:
    """What its sentence says in front of a figure, from the last semicolon."""
    return one.candidate.sentence.view[: one.fact.view_start].rpartition(";")[2]


def own_lead(one: Ranked) -> str:
    """The figure's own words up to it."""
    return one.candidate.sentence.view[one.fact.segment_start : one.fact.view_start]
