"""The figure a question asks for: its unit, its role and its end of a change, told from its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from index import COUNT_UNITS, DURATION_UNITS, MONEY_UNITS, Role
from index.units import UNIT_PATTERN, base_of
from rag.asked_nouns import (
    ANY_COUNT,
    ANY_UNIT,
    THINGS,
    AskedNoun,
    begins_with_noun,
    noun_at_end,
    noun_behind,
    noun_in_front,
)


class Measure(StrEnum):
    """The kind of unit an answer must have."""

    ANY = "any"
    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    RANK = "rank"
    DATE = "date"
    DURATION = "duration"
    AGE = "age"
    AREA = "area"
    TIMES = "times"
    OTHER = "other"
    """A physical unit named in the question."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The figure asked for."""

    measure: Measure
    unit: str = ""
    """Measure word or unit in the question, canonical; empty where none is named."""
    role: Role | None = None
    leg: str = ""
    """`from` or `to` of a change, both where `both`, else empty."""


_DATE_ASKED = re.compile(
    r"什么时候|什么时间|何时|何年|何月|何日|哪一?年|哪个?月|哪一?天|哪一?日|几月|几号(?!线)|几年几月|哪年哪月|哪个时间|啥时候?|什么日期|哪个日期|时间是(?:什么|何|哪)|日期是|多会儿|年月"
    r"|(?:日期|年份|月份)(?:是|为|在)?[?。]?$|(?:精确|具体)到(?:[年月日天])"
    r"|(?:揭牌|挂牌|开业|开馆|开园|开幕|开工|动工|完工|竣工|投产|投用|投运|通车|通航|成立|签约|发布|启动|召开|举行|举办|截止|到期|上市|交付|验收|落地|入驻|获批)的?时间(?:是|为|在)?[?。]?$"
)
_RANK_ASKED = re.compile(
    r"第几|(?<!安)排(?:名)?(?:在)?(?:多少|几|哪|怎|如何)|排名(?!.{0,6}(?:提升|上升|前移|进步)(?:了)?(?:多少|几))|名次|位次(?!.{0,4}(?:提升|上升))|排行|(?:评价|排行|榜|考核|排名)[^,。?]{0,10}多少名(?![\u4e00-\u9fff])|几名(?!.{0,8}(?:人|员|专家|学生|教师|院士))|位居|位列第?(?:多少|几)|居.{0,8}第|排哪|排到|排老几"
)
_COUNT_OF_RANKED = re.compile(
    r"(?:排名|名次|位次|排行|位居)[^?,]*(?<!第)(?:多少|几)[个家项件所座](?![\u4e00-\u9fff]{0,3}(?:名|位))"
)
"""参加排名的有多少个: they are counted, no rank is asked for."""
_MORE_BY_NAMES = re.compile(r"(?:增加|减少|多|少|招|录用?|聘用?|收|派|配备?|新增)了?几名")
_POINTS_ASKED = re.compile(
    r"(?:多少|几)个?百分点|百分点|比(?!去年|上年|前|上一|上半|年初|同期|重|例).{1,20}[高快低慢多少涨跌]了?(?:多少|几)个?点"
)
_SHARE_ASKED = re.compile(
    r"占比|占(?!地(?!区|方)|多大一?[块片]?地).{0,24}(?:多少|几|百分之|多大|比)|百分比|几成|几分之几|多大比例|比例|比重|份额|多少%|%是多少|(?:多少|几)个?点(?![位头])"
)
_CHANGE_WORD = (
    r"(?:增长|增加|提高|提升|上升|上涨|成长|下降|减少|降低|下跌|下滑|衰退|缩水|萎缩|回落|涨|跌|降|增|升"
    r"|(?<![用喝卖花吃砍换耗烧关扔丢处拆租走])掉)"
)
_CHANGE_ASKED = re.compile(
    r"增速|增幅|增长率|降幅|涨幅|跌幅|同比|环比|YoY|变化(?:多少|幅度)|按年|增减"
    rf"|{_CHANGE_WORD}(?:了|得|掉了)?有?(?:百分之)?(?:多少|几|多快|多猛|多大|多高)(?!家|个(?!百分|点)|项|人|名|件|到|亿|万|元|倍)"
    r"|(?:[多少]|[砍削压缩减][掉减缩])[\u4e00-\u9fff]?了?(?:几成|百分之[几多])"
)
_PERCENT_ASKED = re.compile(r"百分之[几多]")
_COMPLETION_ASKED = re.compile(
    r"完成率|(?:完成|干完|做完|达成)了?(?:目标|任务|计划)*的?(?:百分之|多少%|几成)|完成了?.{0,6}(?:任务|目标|计划)的(?:多少|几)"
)
_CONTRIBUTION_ASKED = re.compile(r"拉动|贡献")
_MONEY_NAMED = re.compile(
    r"多少(?:亿|万)?(?:元|钱|块钱?(?![\u4e00-\u9fff])|港元|港币|美元|日元|欧元|台币|新台币)(?!/)|多少个?(?:亿|万)(?=$|[?的,])|几(?:个)?亿(?=元|$|\?|的)|几(?:千|百)?万元|什么价|几块(?:钱|$|\?)"
)
_MONEY_SPENT = re.compile(
    r"(?:花|掏|砸|投|赔|赚|挣|亏|借|欠|捐|奖|罚|贴|补|拨|融|筹|募|存|交|缴|进账|便宜|报销|资助|补助|补贴|奖励|投资|投入|出资|耗资|斥资)(?:到|进去?|出去?|掉|给)?了?(?:多少|几何)(?=$|[?,。;])"
)
_DURATION_ASKED = re.compile(
    r"多久|多长时间|(?:多少|(?<![那这前头近后好过])几)(?P<unit>分钟|小时|个小时|天|年|个月|周|个工作日|工作日|秒|个季度)(?!级|度|以?前|来?的)|用时|耗时|工期|有效期|年限|为期"
)
_AGE_ASKED = re.compile(r"多大年纪|多大岁数|几岁|多少岁|年龄|年纪")
_AREA_ASKED = re.compile(
    r"多少(?:万)?(?:平方米|平方公里|平米|平方|公顷|亩|坪)|(?:面积|(?:建筑|建设|用地|占地|载体)规模|占地)(?:有|是|达|为|约|共)*多(?:大|少)|多大(?:面积|的面积|一?[块片]?地|的?场地)|面积"
)
_LENGTH_ASKED = re.compile(r"多(?:远|深|宽|厚)|多长(?!时间)")
_TIMES_ASKED = re.compile(r"(?:几|多少)倍|翻(?:了)?几番")
_PERSONS_ASKED = re.compile(r"(?:多少|几)[个号名位口]?人(?![家民次年均口物])|人数")
_UNIT_ASKED = re.compile(
    rf"(?:多少|(?<![那这前头近后好过])几)(?:[万亿千百])*(?P<unit>{UNIT_PATTERN})"
    r"(?!少|前|级|度假|后|里|间|点|(?<=大)[米豆棚桥楼学奖])"
)
_COUNTABLE_ASKED = re.compile(
    r"(?:多少|几)(?:高新|科技|国家级|省级|市级|区级|上市|规上|规模以上|专精特新)|(?:数量|家数|总数|个数|数目)(?:是|有|为|达到?|共)*(?:多少|几何)"
)
_RATE_ASKED = re.compile(
    r"(?:率|强度|指数|得分)(?:达到?|是|为|有|约|目标|要|力争|的|预计|以前|原来|现在|目前|最高)*(?:多少|几|多高|多大)?\??$"
)
_ASKS = re.compile(r"[多几哪谁何]|什么|怎|如何|啥|吗|是否|比|占")
_NUMBER = r"(?:多少|几|多[大长高久]|哪一?[天日年月]|哪个月|什么时候|何时|何[年月日])"
_FROM_TO = re.compile(rf"[从由][^?,]{{0,8}}?{_NUMBER}[^?]{{0,24}}?(?:到|至|为|成)了?(?P<last>{_NUMBER})")
_OF_PEOPLE = frozenset("位名口")
_NEVER_PEOPLE = MONEY_UNITS | {"%", "平方米", "亩", "米"}
"""What no one counts by those: 给多少名工人追回工资 asks for people."""
_STANDING_FOR_NOUN = frozenset("个位名号口")


def wanted_of(view: str) -> Wanted:
    """The measure asked for; what the question names outright goes before what its nouns suggest."""
    leg = _leg(view)
    view = _FROM_TO.sub(r"\g<last>", view) if leg == "both" else view
    special = _special(view, leg)
    if special is not None:
        return special
    explicit = _explicit_unit(view, leg)
    if explicit is not None:
        return explicit
    if _CHANGE_ASKED.search(view):
        return Wanted(Measure.PERCENT, "", Role.CHANGE)
    if _SHARE_ASKED.search(view):
        return Wanted(Measure.PERCENT, "", Role.SHARE)
    if _PERCENT_ASKED.search(view):
        return Wanted(Measure.PERCENT, "", None, leg)
    if _RATE_ASKED.search(view):
        return Wanted(Measure.PERCENT, "", None, leg)
    noun = noun_in_front(view) or _noun_alone(view)
    return _of_noun(noun, view, leg) if noun is not None else _suggested(view, leg)


def _noun_alone(view: str) -> AskedNoun | None:
    """The quantity that a question without an interrogative ends in: 上游站洪峰流量."""
    noun = None if _ASKS.search(view) else noun_at_end(view.rstrip("?。"))
    return noun if noun is not None and noun.is_quantity else None


def _suggested(view: str, leg: str) -> Wanted:
    """What verbs and adjectives around the interrogative suggest: 砸了多少, 多远, 多久."""
    if _MONEY_SPENT.search(view):
        return Wanted(Measure.MONEY, _currency(view), Role.LEVEL, leg)
    if _AREA_ASKED.search(view):
        return Wanted(Measure.AREA, "平方米", Role.LEVEL, leg)
    match = _DURATION_ASKED.search(view)
    if match:
        return Wanted(Measure.DURATION, match["unit"] or "", None, leg)
    if _LENGTH_ASKED.search(view):
        return Wanted(Measure.OTHER, "米", Role.LEVEL, leg)
    return Wanted(Measure.ANY, "", None, leg)


def asks_date(view: str) -> bool:
    """Whether a day, a month or a year is asked for."""
    return bool(_DATE_ASKED.search(view))


def _special(view: str, leg: str) -> Wanted | None:
    """Ranks, points, dates, ages, multiples and completion rates, which their own words ask for."""
    if _RANK_ASKED.search(view) and not _MORE_BY_NAMES.search(view) and not _COUNT_OF_RANKED.search(view):
        return Wanted(Measure.RANK, "排名", Role.RANK)
    if _POINTS_ASKED.search(view):
        return Wanted(
            Measure.POINTS, "个百分点", Role.CONTRIBUTION if _CONTRIBUTION_ASKED.search(view) else Role.CHANGE, leg
        )
    if _DATE_ASKED.search(view):
        return Wanted(Measure.DATE, _precision(view), Role.DATE, leg if leg == "both" else "")
    if _AGE_ASKED.search(view):
        return Wanted(Measure.AGE, "岁")
    if _TIMES_ASKED.search(view):
        return Wanted(Measure.TIMES, "倍")
    if _COMPLETION_ASKED.search(view):
        return Wanted(Measure.PERCENT, "%", Role.COMPLETION)
    return None


def _precision(view: str) -> str:
    if re.search(r"哪一?天|哪一?日|几号|几日|何日|什么日期|哪个日期|到[日天]", view):
        return "day"
    return "month" if re.search(r"几月|哪个?月|何月|年月|月份|到月", view) else ""


def _explicit_unit(view: str, leg: str) -> Wanted | None:
    """A unit or a noun right behind the interrogative: 多少家, 几亿元, 多少万吨, 多少工人."""
    if _MONEY_NAMED.search(view):
        return Wanted(Measure.MONEY, _currency(view), Role.LEVEL, leg)
    if _PERSONS_ASKED.search(view):
        return _wanted_unit("人", view, leg)
    noun = noun_behind(view)
    match = _UNIT_ASKED.search(view)
    if match and begins_with_noun(view[match.start("unit") :], len(match["unit"])):
        match = None
    told_by_noun = noun is not None and noun.unit != THINGS
    if (
        match is not None
        and match["unit"] in _OF_PEOPLE
        and noun is not None
        and base_of(noun.unit)[0] in _NEVER_PEOPLE
    ):
        told_by_noun = False
    if match is not None and not (told_by_noun and match["unit"] in _STANDING_FOR_NOUN):
        return _wanted_unit(match["unit"], view, leg)
    if noun is not None and noun.unit != "%":
        return _of_noun(noun, view, leg)
    return Wanted(Measure.COUNT, "", Role.LEVEL, leg) if _COUNTABLE_ASKED.search(view) else None


def _of_noun(noun: AskedNoun, view: str, leg: str) -> Wanted:
    if noun.unit in {ANY_COUNT, THINGS}:
        return Wanted(Measure.COUNT, "", Role.LEVEL, leg)
    if noun.unit == ANY_UNIT:
        return Wanted(Measure.ANY, "", None, leg)
    if noun.unit == "%":
        return Wanted(Measure.PERCENT, "", None, leg)
    return _wanted_unit(noun.unit, view, leg)


def _wanted_unit(unit: str, view: str, leg: str) -> Wanted:
    base = base_of(unit)[0]
    if unit in COUNT_UNITS:
        role = (
            Role.CHANGE
            if re.search(rf"(?:提升|前移|上升|进步|增加|减少)了?(?:多少|几)(?:{unit})(?!以上)", view)
            else Role.LEVEL
        )
        return Wanted(Measure.COUNT, unit, role, leg)
    if base in MONEY_UNITS:
        return Wanted(Measure.MONEY, base if base != "元" else _currency(view), Role.LEVEL, leg)
    if base in {"平方米", "亩", "坪"}:
        return Wanted(Measure.AREA, base, Role.LEVEL, leg)
    if base in DURATION_UNITS:
        return Wanted(Measure.DURATION, base, None, leg)
    if base == "%":
        return Wanted(Measure.PERCENT, "%", None, leg)
    return Wanted(Measure.OTHER, base, Role.LEVEL, leg)


def _currency(view: str) -> str:
    match = re.search(r"(?:多少|几)(?:[万亿千百])*(港元|港币|美元|日元|欧元|新台币|台币|英镑)", view)
    return {"港币": "港元", "台币": "新台币"}.get(match[1], match[1]) if match else "元"


def _leg(view: str) -> str:
    if _FROM_TO.search(view):
        return "both"
    if re.search(
        r"原来|原先|最初|起初|最早|刚开始|一开始|初始|当初|起步|之前|以前|此前|早前|过去|原本|原有|改造?之?前|从(?:多少|几)|刚(?:起步|开张|成立|创办|开业|建成|起家|入驻)|开张时|那会儿|开头|早先",
        view,
    ):
        return "from"
    if re.search(
        r"(?:扩大|提高|增加|增长|发展|缩短|下降|上升|减少|提升|降低|压缩|增|升|降|减|扩|缩|变|拓展|壮大|延长)(?:到|至|成|为)了?|(?<!达)(?:到|至)了?每?(?:晚|次|人)?(?:多少|几)|如今|现在|目前|后来|最后|最终",
        view,
    ):
        return "to"
    return ""
