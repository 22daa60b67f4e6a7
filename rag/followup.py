"""Follow-up questions made whole from the conversation, by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index import find_periods
from rag.carrying import asks_attribute, carried, without_asking
from rag.contract import Turn
from rag.decompose import Parts
from rag.pairing import together
from rag.places_asked import PlaceIndex, asked_places
from rag.question import clean_question

_OPENING = re.compile(
    r"^(?:那么?|那|咁|换成|改成|换作|换到|如果是|要是|然后|还有|另外|再问|接着|其中|它|他们|它们|该区|该县|该市|该园区|该企业|该公司|这个区|这家企业|这个|这里|那里|上面说的|刚才说的|同期|同样)[,的]?"
)
_POINTING = re.compile(
    r"^(?:它|他们|它们|其|该|这|那|此|上述|同期|同样|其中)|(?:它|他们|该区|该县|该市|该园|该企业|该公司|该项|该产业|这个|这家|这项|这些|那个|那家|上述|同期|其中)|呢\??$"
)
_TAIL = re.compile(r"(?:的)?(?:情况|数据)?(?:又)?(?:呢|如何|怎么样|怎样|是多少呢)?\??$")
_ATTRIBUTE_ALONE = re.compile(
    r"^(?:所?占(?:了|到)?(?:全|整个)|(?:在|居|位居|位列)?(?:全[省市区县国园]|同类|行业)(?:中|里|内)?(?:排|居|位|第几|名次))"
)
_UNIT_ASKED = re.compile(r"^(?:它的|其|这个|数字的|计量)?单位(?:是什么|是啥|是多少|呢|是)?[?]?$")
_GOES_ON = re.compile(
    r"^(?:离|距离?|还(?:剩|没|有多少没|差|缺)|剩下|没|未|不(?:是|属于|在|住)|除(?:了|去)|扣(?:掉|除))"
)
"""Openings of what is asked of the last figure itself."""
_PART_OF_IT = re.compile(
    r"^(?P<part>[^,?占]{2,16}?)(?:所)?占(?:了)?(?:全部|总数)?的?(?:多少|几成|百分之[几多]少?|比例|比重)"
)
_RANK_WITHIN = re.compile(
    r"^(?:在|居|位居|位列)[^,?]{2,8}?(?:里|中|内|范围内)?(?:能|可以)?(?:排|居|位居|位列)(?:在)?(?:第几|多少|几|老几)"
)
_YEAR_EARLIER = r"(?:上年|去年|上一?届|上一年|前一年|同期|年初)"
_AGAINST_EARLIER = re.compile(rf"^(?:比{_YEAR_EARLIER}|[跟和与]{_YEAR_EARLIER}相?比)$")
_NOW = re.compile(r"[去今]年|现在|目前|如今|已经")
_WHY = re.compile(r"^(?:为什么|为何|什么原因|原因|怎么回事|咋回事)")
_YEARS_AWAY = {-1: ("去年", "上年", "上一年", "前一年"), -2: ("前年",), 1: ("明年", "下一年", "次年", "第二年")}
_RELATIVE_YEAR = re.compile("|".join(words for several in _YEARS_AWAY.values() for words in several))
_AIM_ALONE = re.compile(
    r"^(?:想|要|打算|计划|力争|准备|预计|争取|能|会|将)*(?:做到|达到|增加到|增至|提高到|提到|升到|扩大到|突破|有|到)"
    r"(?:多少|几)[\u4e00-\u9fff%]{0,3}$"
)
"""An aim without its subject: 想做到几家."""
_HAS = re.compile(r"(?:累计|一共|总共|目前|现在|现)?有(?=[\u4e00-\u9fff]{2})")
_AVERAGE_OF = re.compile(r"^[^,?]{2,8}平均(?:水平|值)?$")
_OCCASION = re.compile(r"[那这该]一?[次回届轮期场](?:[\u4e00-\u9fff]{2}(?=$|[是的呢有]))?")
"""那次调查 behind a year: the same of that year's."""
_POSSESSIVE = re.compile(r"的呢\??$")
_MODEL = re.compile(r"(?<![A-Za-z\d])(?:[A-Za-z]{1,6}\d{1,5}|\d{1,4}[A-Za-z]{1,2})(?![A-Za-z\d])")
"""Models and measures named by letters and a number."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A follow-up that can stand alone."""

    text: str
    background: str
    """Earlier wording that helps to find but need not be met."""
    is_follow_up: bool
    parts: Parts | None = None
    """Earlier questions as the sides of what is asked of them together (哪个更多); None otherwise."""


def resolve(question: str, history: Sequence[Turn], places: PlaceIndex) -> Resolved:
    """The question as it would read without the conversation; unchanged where it stands alone.

    The last turn that was itself whole gives what is missing: place, period, subject or indicator.
    """
    view = clean_question(question)
    if not history:
        return Resolved(question, "", False)
    talk = _Talk()
    for turn in history:
        talk.hear(clean_question(turn.question), places)
    parts = together(view, talk.wholes, places, _of_another)
    if parts is not None:
        return Resolved(f"{','.join(without_asking(text) for text in parts.texts)},{view}", "", True, parts)
    if not _depends(view, places):
        return Resolved(question, "", False)
    return Resolved(talk.whole(view, places), "", True)


@dataclass(slots=True)
class _Talk:
    """The questions of a conversation, each made whole."""

    wholes: list[str] = field(default_factory=list)
    """All that ask for a figure by themselves, the latest last."""
    base: str = ""
    """The latest that asks for more than an attribute (增速呢) of the one before."""

    def hear(self, view: str, places: PlaceIndex) -> None:
        """Take in one question."""
        if together(view, self.wholes, places, _of_another) is not None:
            return
        follows = bool(self.wholes) and _depends(view, places)
        whole = self.whole(view, places) if follows else view
        if not (follows and asks_attribute(_core(view))):
            self.base = whole
        self.wholes.append(whole)

    def whole(self, view: str, places: PlaceIndex) -> str:
        """A question completed from the latest one where it names another place or time, else from `base`."""
        core = _core(view)
        subject = without_asking(_TAIL.sub("", self.wholes[-1]))
        if _GOES_ON.match(core):
            return f"{subject}{',' if core[0] in '离距' else '中'}{core}"
        if _AGAINST_EARLIER.match(core):
            return f"{subject}{core}提高了多少"
        if _RANK_WITHIN.match(core):
            return f"{subject}{core}"
        if _PART_OF_IT.match(core) and not asked_places(core, places):
            return f"{subject}中{core}"
        if core.lstrip("的") == "目标":
            return f"{_NOW.sub('', subject)}的{core.lstrip('的')}是多少"
        return _replaced(view, self.wholes[-1], places) or _merged(view, self.base, places)


def _depends(view: str, places: PlaceIndex) -> bool:
    """Whether the question leans on what was said before."""
    if _OPENING.match(view) or _POINTING.search(view) or _ATTRIBUTE_ALONE.match(view) or _RANK_WITHIN.match(view):
        return True
    return len(view) <= 14 and not asked_places(view, places)


def _core(view: str) -> str:
    core = _TAIL.sub("", _OPENING.sub("", view)).strip(",的 ") or view
    return core.removeprefix("在") if _ATTRIBUTE_ALONE.match(core) else core


def _replaced(view: str, earlier: str, places: PlaceIndex) -> str | None:
    """The earlier question about another place or time; None where the follow-up names neither."""
    if _UNIT_ASKED.search(view):
        return earlier
    if _ATTRIBUTE_ALONE.match(view):
        return None
    earlier_stem = _TAIL.sub("", earlier)
    core = _absolute(_core(view), earlier_stem)
    return (
        _with_average(core, earlier_stem, places)
        or _with_model(core, earlier_stem)
        or _with_place(core, earlier_stem, places)
        or _with_period(core, earlier_stem)
    )


def _with_average(core: str, earlier: str, places: PlaceIndex) -> str | None:
    """The earlier question of what its place is set against (周边各市平均); None where none is named."""
    if not _AVERAGE_OF.match(core) or asked_places(core, places):
        return None
    names = [name for place in asked_places(earlier, places) for name in place.names if name in earlier]
    return earlier.replace(max(names, key=len), core, 1) if names else None


def _with_model(core: str, earlier: str) -> str | None:
    """The earlier question of another of its models or measures of one kind: P99 for P50, 34B for 7B."""
    if not _MODEL.fullmatch(core):
        return None
    kind = re.sub(r"\d+", "0", core)
    alike = [one for one in _MODEL.finditer(earlier) if re.sub(r"\d+", "0", one.group()) == kind]
    return f"{earlier[: alike[0].start()]}{core}{earlier[alike[0].end() :]}" if len(alike) == 1 else None


def _merged(view: str, earlier: str, places: PlaceIndex) -> str:
    """Earlier question with what the follow-up names put in the place of its like."""
    core, earlier_stem = _core(view), _TAIL.sub("", earlier)
    if _WHY.search(core):
        return f"{without_asking(earlier_stem)}的原因是什么"
    return carried(f"{core}的" if _POSSESSIVE.search(view) else core, earlier_stem, places)


def _absolute(core: str, earlier: str) -> str:
    """去年 as the year before the one the earlier question names."""
    year = re.search(r"((?:19|20)\d\d)年", earlier)
    said = _RELATIVE_YEAR.search(core)
    if year is None or said is None:
        return core
    away = next(number for number, words in _YEARS_AWAY.items() if said.group() in words)
    return _RELATIVE_YEAR.sub(f"{int(year[1]) + away}年", core)


def _with_place(core: str, earlier: str, places: PlaceIndex) -> str | None:
    """那西青区呢: the earlier question about another place."""
    named, before = asked_places(core, places), asked_places(earlier, places)
    if not named:
        return None
    rest = core
    own = next((name for name in named[0].names if name in core), "")
    rest = rest.replace(own, "", 1).strip(",的 ")
    if len(rest) > 6 and not find_periods(rest, None):
        return None
    if not before and not rest and re.search(rf"[\u4e00-\u9fff]{{2}}{own[-1:]}", earlier) and own[-1:] in "区县市镇园":
        return None
    for place in before:
        for name in place.names:
            if name in earlier:
                swapped = _swapped(earlier, name, own)
                return _with_period(rest, swapped) or swapped if rest else swapped
    return f"{own}{earlier}" if not before else None


def _of_another(side: str, earlier: str, places: PlaceIndex) -> str | None:
    """The earlier question about another place or time that a comparison names as its other side."""
    return _with_place(side, earlier, places) or _with_period(_absolute(side, earlier), earlier)


def _swapped(earlier: str, name: str, own: str) -> str:
    """The earlier question with the whole name around `name` (天开西青园 around 西青) replaced."""
    around = re.search(rf"^[\u4e00-\u9fff]{{0,3}}?{re.escape(name)}(?:高新区|经开区|开发区|园区|区|县|市|园)?", earlier)
    if around:
        return own + earlier[around.end() :]
    return earlier.replace(name, own, 1)


def _without_time(earlier: str) -> str:
    """What an earlier question counts or measures, without its time: 某县上市企业 of 某县2023年有多少家上市企业."""
    subject = without_asking(earlier)
    for mention in reversed([one for one in find_periods(earlier, None) if one.explicit and not one.is_base]):
        subject = subject.replace(earlier[mention.start : mention.end], "", 1)
    return _HAS.sub("", subject, count=1)


def _with_period(core: str, earlier: str) -> str | None:
    """2022年呢: the earlier question about another year."""
    mentions = [mention for mention in find_periods(core, None) if mention.period.text and not mention.is_base]
    if not mentions:
        return None
    said = (core[: mentions[0].start] + core[mentions[0].end :]).strip(",的 ?")
    if _AIM_ALONE.match(said):
        return f"{_without_time(earlier)}{core[mentions[0].start : mentions[0].end]}{said}"
    rest = _OCCASION.sub("", core[: mentions[0].start] + core[mentions[0].end :]).strip(",的 目标是多少呢?")
    if len(rest) > 3:
        return None
    own = core[mentions[0].start : mentions[0].end]
    tail = core[mentions[0].end :].strip(",的? ")
    for mention in find_periods(earlier, None):
        if mention.explicit or mention.period.text:
            swapped = earlier[: mention.start] + own + earlier[mention.end :]
            return f"{without_asking(swapped)}目标是多少" if "目标" in tail else swapped
    return own + earlier
