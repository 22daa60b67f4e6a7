"""What a clipped question leaves to the one before it: its place, period, owner, indicator or unit."""

from __future__ import annotations

import re

import rjieba

from index import find_periods
from index.units import UNIT_PATTERN
from rag.asked_nouns import noun_at_end, noun_behind
from rag.places_asked import PlaceIndex, asked_places
from rag.question import Measure, understand

_NUMBER_ASKED = (
    rf"(?:(?:多少|几)(?:[万亿千百])*(?:个百分点|%|{UNIT_PATTERN})?|"
    r"多[大高长远]|第几[名位]?|什么时候|何时|哪一?年|哪天|谁|百分之[几多]少?)"
)
_ASKING = re.compile(rf"(?:总共|一共|各自|分别|[是有为达到共约各])*{_NUMBER_ASKED}")
_ATTRIBUTE = re.compile(
    r"(?:在|居|位居|位列)?(?:全[省市区县国园]|同类|行业)(?:中|里|内)?(?:排|居|位|第几|名次)|(?:同比|环比|按年|同期相比)(?:变化|增减|呢)?$|变化|增减|(?:全年|年度|年初)?目标|(?:同比|环比|比上年|比去年|较上年|比上?一年|比前一年|又|还)?(?:增速|增长|增幅|涨幅|下降|降幅|跌幅|提高|占比|占|比重|排名|排第|排在|排|居|位次|位列|完成率|目标|增加|减少|其中|与|和|涨|跌|掉|降|升|增|成长|衰退|多了|少了|拉动|贡献|平均|人均|具体|涉及|惠及)"
)
_END_OF_CHANGE = re.compile(r"(?:之前|以前|原来|原先|最初|起初|过去|现在|如今|目前|眼下|后来|最后|最终)")
_REACHED = re.compile(r"^[^,]{0,3}(?:[加增提升降减压涨跌扩缩]|提高|增加|降低|减少|调[高低整])?[到至成为]?了?$")
_SUBJECT_AND_ASKING = re.compile(r"^(?P<subject>[^,?]+?)的?呢[,?](?P<asking>.*(?:多少|几|何时|什么时候|多[大高长]).*)$")
_OWNER = re.compile(r"^[^,的]{2,14}?(?:科学园区?|园区|公司|集团|银行|农商行|医学中心|大学|学院)(?=[^,的有是]{2})")
_MODIFIER = re.compile(
    r"(?:日均|月均|年均|平均|人均|户均|加权|累计|新增|当年|全年|设计|最高|最低|净|总|(?<!\d)[年月日])*$"
)
_CLASS_CHARACTERS = frozenset("链类区县市园厂矿线号版级部院校行店站岗组产期省镇村层")
_PART_OF_YEAR = re.compile(r"(?:1-\d{1,2}月|前[一二三]季度|[上下]半年|[一二三四首]季度?)")
_LONGEST_TAIL = 10


def carried(core: str, earlier: str, places: PlaceIndex) -> str:
    """`core` (雏鹰企业, 产值多少, 占几成) as a question of its own, completed from the whole question `earlier`."""
    divided = _SUBJECT_AND_ASKING.match(core)
    if divided:
        whole = _about_another(divided["subject"], earlier, places)
        asking = _ASKING.search(whole)
        return f"{whole[: asking.start() if asking else None]}{divided['asking']}"
    if _says_other_end(core, earlier):
        return _other_end(core, earlier)
    wanted = understand(core).wanted
    asks_itself = wanted.measure is not Measure.ANY or wanted.role is not None or bool(_ASKING.search(core))
    if (asks_itself and _ATTRIBUTE.match(core)) or asks_attribute(core):
        subject = without_asking(earlier)
        if core.startswith("全年"):
            subject = _PART_OF_YEAR.sub("", subject)
        return f"{subject}{'' if core.startswith('的') else '的'}{core}"
    named = noun_at_end(without_asking(core))
    if asks_itself or (named is not None and named.is_quantity):
        figure = f"{_owner(core, earlier, places)}{core}"
        return figure if _ASKING.search(core) else f"{figure}是多少"
    return _about_another(core, earlier, places)


def asks_attribute(core: str) -> bool:
    """Whether a follow-up asks for the growth, the share, the rank or the target of what was asked about before."""
    return bool(_ATTRIBUTE.match(core)) and (understand(core).wanted.measure is not Measure.ANY or "目标" in core)


def without_asking(text: str) -> str:
    """What is asked about: the question without its interrogative."""
    return _ASKING.sub("", text).rstrip(",的是有 ?")


def _says_other_end(core: str, earlier: str) -> bool:
    """Whether `core` only names the other end of the change that was asked about: 现在压到多少 after 原来多少."""
    rest = _END_OF_CHANGE.sub("", _ASKING.sub("", core)).strip("的,? ")
    changed = bool(_END_OF_CHANGE.match(core)) or bool(_END_OF_CHANGE.search(earlier) and rest)
    return changed and bool(_REACHED.match(rest))


def _other_end(core: str, earlier: str) -> str:
    """The earlier subject with the end of its change that `core` names."""
    subject = _ASKING.sub("", _END_OF_CHANGE.sub("", earlier)).rstrip(",? ")
    return f"{subject}{core}"


def _frame_end(text: str, places: PlaceIndex) -> int:
    """Where place, period and what stands in front of them end."""
    owner = _OWNER.match(text)
    end = owner.end() if owner else 0
    for place in asked_places(text, places):
        for name in place.names:
            position = text.find(name)
            if position >= 0:
                end = max(end, position + len(name))
                break
    mentions = [mention for mention in find_periods(text, None) if not mention.is_base]
    return max([end, *(mention.end for mention in mentions if mention.explicit or mention.period.text)])


def _owner(core: str, earlier: str, places: PlaceIndex) -> str:
    """Whose figure `core` is: what the earlier question counted or measured, or that one's own owner."""
    own = core.split("的")[0][:_LONGEST_TAIL] if "的" in core else core[:2]
    if len(own) > 1 and earlier.find(own) >= 0:
        return earlier[: earlier.find(own)]
    asking = _ASKING.search(earlier)
    head = (earlier[: asking.start()] if asking else earlier).rstrip(",的是有 ?")
    head = _without_verb(_MODIFIER.sub("", head))
    named, asked = noun_at_end(head), noun_at_end(without_asking(core))
    if named is not None and named.is_quantity:
        measured = _MODIFIER.sub("", head[: named.start]).rstrip("的")
        return f"{measured}的" if len(measured) > 1 else ""
    counts_behind = bool(asking and earlier[asking.end() :].strip("?。,的 "))
    if counts_behind or (asked is not None and asked.is_quantity):
        return f"{head}的" if head else ""
    cut = head.rfind("的")
    if cut > 1:
        return head[: cut + 1]
    frame = head[: _frame_end(head, places)]
    return frame if frame or asked is not None else head


def _without_verb(head: str) -> str:
    """管理局 of 管理局发了: what a question's head says was done does not belong to its owner."""
    words = rjieba.cut(head)
    if words and words[-1] == "了":
        words = words[:-2]
    elif words and words[-1].endswith("了"):
        words = words[:-1]
    return "".join(words)


def _about_another(core: str, earlier: str, places: PlaceIndex) -> str:
    """The earlier question about another thing: 家居链 in the place of 绿色食品产业链."""
    asking = _ASKING.search(earlier)
    start, end = asking.span() if asking else (len(earlier), len(earlier))
    alike = _of_the_same_kind(core, earlier, start, end, places)
    counted = noun_behind(earlier)
    thing = noun_at_end(core)
    if alike is not None:
        whole = alike
    elif counted is not None and counted.start >= end and thing is not None and not thing.is_quantity:
        whole = f"{earlier[:start]}多少{core}"
    elif core.endswith("的") and len(rjieba.cut(earlier[end:].strip("?。 "))) > 1:
        whole = f"{earlier[:end]}{core[:-1]}{rjieba.cut(earlier[end:].strip('?。 '))[-1]}"
    else:
        core = core.rstrip("的")
        head = earlier[:start]
        frame = head[: min(_frame_end(head, places), len(head))]
        whole = f"{frame}{core}{_predicate(head[len(frame) :])}{earlier[start:]}"
    return whole if _ASKING.search(whole) else f"{whole}是多少"


def in_place_of_its_like(core: str, phrase: str, places: PlaceIndex) -> str | None:
    """`phrase` with `core` where it names a thing that ends alike: 贷款余额 for 存款余额; None where nothing does."""
    named = noun_at_end(core)
    if named is None or not phrase.endswith(named.text):
        return None
    return _of_the_same_kind(core, phrase, len(phrase), len(phrase), places)


def _of_the_same_kind(core: str, earlier: str, start: int, end: int, places: PlaceIndex) -> str | None:
    """`core` in the place of what ends alike (企业, 链, 号线) in the earlier question; None where nothing does."""
    for length in range(len(core) - 1, 0, -1):
        suffix = core[-length:]
        if length == 1 and suffix not in _CLASS_CHARACTERS:
            return None
        position = earlier.rfind(suffix)
        if position <= 0 or start < position + length <= end:
            continue
        run_end = position + length
        numbered = re.search(r"\d+$", earlier[:position]) if core[0].isdigit() else None
        bounds = [_frame_end(earlier[:position], places), earlier.rfind("的", 0, position) + 1]
        bounds += [end] if end <= position else []
        run_start = numbered.start() if numbered else max(bounds)
        return f"{earlier[:run_start]}{core}{earlier[run_end:]}"
    return None


def _predicate(head: str) -> str:
    """The end of a question's head that is not its subject: 的安家补贴标准, 日均客流, 录用了."""
    cut = head.rfind("的")
    if cut >= 0 and len(head) - cut <= _LONGEST_TAIL:
        return head[cut:]
    named = noun_at_end(head)
    if named is not None and named.is_quantity:
        modifier = _MODIFIER.search(head[: named.start])
        return head[modifier.start() if modifier else named.start :]
    tail = ""
    for word in reversed(rjieba.cut(head)):
        tail = word + tail
        if len(tail.strip("了过着到")) >= 1 and len(tail) >= 2:
            break
    return tail
