"""What a question asks for: which figure, of what, where, when - told from its words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from index import (
    COUNT_UNITS,
    DURATION_UNITS,
    MONEY_UNITS,
    Period,
    Role,
    Status,
    canonical,
    find_periods,
    normalise,
    tokens,
)
from index.units import BASE_UNITS, UNIT_PATTERN


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


class Task(StrEnum):
    """What is to be done with the figures."""

    LOOKUP = "lookup"
    COMPARE = "compare"
    DIFFERENCE = "difference"
    SUM = "sum"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The figure asked for."""

    measure: Measure
    unit: str = ""
    """Measure word or unit in the question, canonical; empty where none is named."""
    role: Role | None = None
    leg: str = ""
    """`from` or `to` of a change, both where `both`, else empty."""


@dataclass(frozen=True, slots=True)
class Question:
    """One figure or text asked for, with its weighted words."""

    text: str
    """As the user wrote it."""
    view: str
    """Normalised, without politeness."""
    content: str
    """Standard form without interrogatives, places and periods: what the figure must be about."""
    terms: dict[str, float]
    """Token to weight; before rarity is taken into account."""
    wanted: Wanted
    task: Task
    period: Period | None
    status: Status | None
    whole_period: bool = False
    """全年 is said: a figure of some months does not answer."""
    background: dict[str, float] = field(default_factory=dict)
    """Tokens of the rest of the question or of earlier turns, which help but need not be met."""


_DATE_ASKED = re.compile(
    r"什么时候|什么时间|何时|何年|何月|何日|哪一?年|哪个?月|哪一?天|哪一?日|几月|几号|几年几月|哪年哪月|哪个时间|啥时候?|什么日期|哪个日期|时间是(?:什么|何|哪)|日期是|多会儿|年月"
)
_RANK_ASKED = re.compile(
    r"第几|排(?:名)?(?:在)?(?:多少|几|哪|怎|如何)|排名(?!.{0,6}(?:提升|上升|前移|进步)(?:了)?(?:多少|几))|名次|位次(?!.{0,4}(?:提升|上升))|排行|几名(?!.{0,8}(?:人|员|专家|学生|教师|院士))|位居|位列第?(?:多少|几)|居.{0,8}第|排哪|排到|排老几"
)
_POINTS_ASKED = re.compile(r"(?:多少|几)个?百分点|百分点")
_SHARE_ASKED = re.compile(
    r"占比|占.{0,24}(?:多少|几|百分之|比)|百分之[几多]|百分比|几成|几分之几|多大比例|比例|比重|份额|多少%|%是多少"
)
_CHANGE_ASKED = re.compile(
    r"增速|增幅|增长率|降幅|涨幅|跌幅|同比|环比|(?:增长|增加|提高|提升|上升|上涨|下降|减少|降低|下跌|下滑|涨|跌|降|增|升)了?(?:百分之)?(?:多少|几)(?!家|个(?!百分)|项|人|名|件|到|亿|万|元)|(?:增长|下降|提高|上升)(?:了)?(?:多少|几)个?百分点|YoY|变化(?:多少|幅度)|按年|增减"
)
_COMPLETION_ASKED = re.compile(r"完成率|完成(?:了)?(?:目标|任务|计划)?的?(?:百分之|多少%|几成)")
_CONTRIBUTION_ASKED = re.compile(r"拉动|贡献")
_MONEY_ASKED = re.compile(
    r"多少(?:亿|万)?(?:元|钱|块|港元|港币|美元|日元|欧元|台币|新台币|资金|经费)|多少(?:亿|万)(?![家个项人名件亩吨千平立标])|几(?:个)?亿(?:元)?|几(?:千|百)?万元|几块|花了?(?:多少|几)|掏|投(?:入|资)?了?多少|多少(?:投资|收入|产值|奖励|补贴|补助|贷款|税|款)"
    r"|价格|票价|租金|单价|要价|金额"
)
_MONEY_NOUN = re.compile(
    r"(?:金额|投资(?:额)?|总额|产值|收入|支出|费用|经费|资金|交易额|成交额|销售额|利润|营收|税收|余额|投入|增加值|生产总值|GDP|补助|奖励|贷款|融资|市值|估值|消费|出口额|进口额|进出口|预算|价|租金|登记额|授信|注册资本|总资产|工资|薪酬|吸纳额)(?:总额|总量|规模)?(?:达到?|共|约|大概|大约|一共|总共|合计|预计|目标|是|为|有|的|了|要|力争)*(?:多少|几何|多大|多高)?$"
)
_DURATION_ASKED = re.compile(
    r"多久|多长时间|(?:多少|几)(?P<unit>分钟|小时|个小时|天|年|个月|周|个工作日|工作日|秒|个季度)(?!级|度|以?前|来?的)|用时|耗时|工期|有效期|年限|为期"
)
_AGE_ASKED = re.compile(r"多大年纪|多大岁数|几岁|多少岁|年龄|年纪")
_AREA_ASKED = re.compile(
    r"多少(?:万)?(?:平方米|平方公里|平米|平方|公顷|亩|坪)|(?:面积|(?:建筑|建设|用地|占地|载体)规模|占地)(?:有|是|达|为|约|共)*多(?:大|少)|多大(?:面积|的面积|地方|的?场地)|面积"
)
_TIMES_ASKED = re.compile(r"(?:几|多少)倍|翻(?:了)?几番")
_UNIT_ASKED = re.compile(
    rf"(?:多少|几)(?:[万亿千百])*(?P<unit>{UNIT_PATTERN})(?!少|前|级|度假|后|里|间|点)|多少人|几个人|人数"
)
_COUNTABLE_ASKED = re.compile(
    r"(?:多少|几)(?:企业|机构|项目|公司|单位|平台|人才|专利|学校|高校|院校|医院|园区|产品|品牌|游客|旅客|床位|居民|用户|客户|职工|员工|党员|学生|教师|老师|岗位"
    r"|社区|街道|国家|城市|活动|奖项|专家|博士|硕士|载体|实验室|中心|基地|孵化器|高新|科技|国家级|省级|市级|上市|规上|规模以上|雏鹰|瞪羚|小巨人|专精特新|成果|课题|标准|商标|线路|车辆|门店|店)"
    r"|(?:数量|家数|总数|个数|数目)(?:是|有|为|达到?|共)*(?:多少|几何)"
)
_MONEY_NAMED = re.compile(
    r"多少(?:亿|万)?(?:元|钱|块|港元|港币|美元|日元|欧元|台币|新台币)(?!/)|多少[\u4e00-\u9fff]{0,5}(?:资金|经费|奖励|补贴|补助|贷款|投资|产值|税收)|多少(?:亿|万)(?=$|[?的])|几(?:个)?亿(?=元|$|\?|的)|几万元"
)
_INTERROGATIVE = re.compile(
    r"多少(?:亿|万|千|百)*(?:元|钱|个百分点|%)?|第几(?:名|位)?|百分之[几多]少?|几分之几|几成|"
    rf"(?:多少|几)(?:{UNIT_PATTERN})|多大|多高|多久|多长(?:时间)?|多快|什么时候|何时|哪一?年|哪个?月|哪一?天|几月|几号|几|多少|哪些|哪几|哪个|哪家|哪所|哪|谁|什么|怎么样?|如何|为什么|为何|怎样|啥|吗|呢|何"
)
_POLITE = re.compile(
    r"^(?:请问|请教|麻烦问?一?下|想问一?下|我想知道|想知道|想了解一?下|帮我查一?下|帮忙查一?下|查一下|查查|查询一?下|告诉我|能否告知|劳驾|你好|您好|那么|那|哎|嗯|话说|据报道|据材料|根据(?:文档|材料|报道|文章|资料)|文档(?:中|里)|材料(?:中|里)|报道(?:中|里)|文中|按照?(?:文档|材料))[,，:：\s]*|(?:谢谢|多谢)[!。]?$"
)
_FUNCTION_WORD = re.compile(
    r"是多少|有多少|一共|总共|合计|共计|累计|大概|大约|究竟|到底|具体|分别|各自|各有|各是|各为|目前|截[至止]到?|现有|现在|已经|以及|或者?|这个|那个|这些|那些|全年|当年|年度|年底|年末|期间"
    r"|情况|数据|数字|水平|数量|家数|总数|一个|数值|显示|提到|时候|里头|手上|[?,。;:!()]"
)
_FUNCTION_CHARACTERS = frozenset(
    "的了是有为在到于由被把将会能要共就都也还而其该这那之与和跟及或并对从请给约达达吗吧呢啊呀里又再才只"
)
_FUNCTION_WEIGHT = 0.15
_TARGET_ASKED = re.compile(
    r"目标|以后|将来|未来|今后|力争|计划|打算|要(?:达到|实现|突破|新增|完成|建|力争|超过|超)|争取|拟|将(?:达到|突破|实现|新增|安排|完成)|规划|预期|准备(?:新|建|增|完成)|安排(?:新增|完成)|想(?:达到|实现|要)|定为|任务"
)
_STEP_ASKED = re.compile(
    r"(?:净增|增加|减少|增长|提高|提升|上升|上涨|下降|降低|缩短|扩大|压缩|压减|多|少|降|升|涨|节省|节约)了?(?:多少|几)(?!到|倍)|增(?:长|加)?量"
)
_RESULT_ASKED = re.compile(r"实际(?:完成|实现|达到|上|营|收|交|成|支|的)|最终完成|真正")
_ESTIMATE_ASKED = re.compile(r"预计|预期|估计|有望")
_COMPARE_ASKED = re.compile(
    r"(?:哪[\u4e00-\u9fff]{1,2}|谁|孰|何者)[^,。?]{0,22}?(?P<way>更?(?:多(?!少|家|元)|高(?!新|端|校|中|速|标|铁|级|层)|大(?!学|赛|型|连)|快|强(?!化)|长(?!沙|三|江)|早|少(?!年)|低(?!碳|空)|小(?!学|微|巨|升|时)|慢|短|晚|领先|靠前|落后|靠后|便宜|贵|最多|最高))(?:些|一些|一点|呢|吗|\?|,|$)|.(?:多|高|大|少|低|小)还是.{1,20}(?:多|高|大|少|低|小)|(?:比(?![重例])|较|还是|跟|和|与)[^,。?]{1,30}?(?P<way2>更?(?:多|高|大|快|长|(?<!多)少|低|小|慢|短))(?:吗|还是|些|一些|\?|$)|相比(?:谁|哪)?"
)
_DIFFERENCE_ASKED = re.compile(
    r"(?:相差|差(?:了)?(?:多少|几)|(?:多|少|高|低|大|小|快|慢|长|短)(?:了|出)?(?:多少|几)|(?:增加|减少|扩大|缩短|新增|提高|增长|多|少|省|节省|节约|压缩|下降|降低|高出|增多)了?(?:多少|几)(?!到)|差距|差额|差值|净增|距(?:离)?.{0,12}(?:差|还差)|差多少|缺口)"
)
_SUM_ASKED = re.compile(
    r"加起来|加在一起|相加|总和|之和|合起来|合计(?=.{0,10}(?:多少|几))|(?:两|三|四)(?:者|家|项|类|个|笔|区|地|县)(?:一共|总共|合计|共|之和|加)|(?:和|与|跟|加上|加).{1,30}(?:一共|总共|合计|共计)"
)
_TEXT_ASKED = re.compile(
    r"谁|哪|什么|怎么|如何|为什么|为何|怎样|啥|何(?!时|年|月|日)|名字|名称|叫|姓|介绍|简述|概括|措施|举措|做法|原因|内容|是否|有没有|吗\??$|哪些"
)
_BARE_YEAR = re.compile(r"(?<![\dA-Za-z.])((?:19|20)\d\d)(?=[\u4e00-\u9fff])(?![年万亿家个项人元名件多余])")
_NEAR = 6
"""Tokens this near to an interrogative have full weight."""
_FAR = 99
_LEAST_WEIGHT = 0.4
_WAY_LOW = re.compile(r"少|低|小|慢|短|落后|靠后|便宜|晚")


def understand(text: str, *, background: str = "", places: Sequence[str] = ()) -> Question:
    """Read one question.

    `background` is other text of the same question or of earlier turns, which helps to find; `places` are the place
    names in the question, which are matched as places and not as words.
    """
    view = clean_question(text)
    wanted = _wanted(view)
    task = _task(view, wanted)
    period = _period(view)
    content = _content(view)
    place_tokens = frozenset(token for name in places for token in tokens(name))
    status = (
        Status.RESULT
        if _RESULT_ASKED.search(view)
        else Status.TARGET
        if _TARGET_ASKED.search(view)
        else Status.ESTIMATE
        if _ESTIMATE_ASKED.search(view)
        else None
    )
    return Question(
        text,
        view,
        content,
        _weighted(content, place_tokens),
        wanted,
        task,
        period,
        status,
        "全年" in view,
        _plain_terms(background, place_tokens),
    )


def clean_question(text: str) -> str:
    """Normalised question without greeting."""
    view = _BARE_YEAR.sub(r"\1年", normalise(text).strip())
    previous = None
    while previous != view:
        previous = view
        view = _POLITE.sub("", view).strip()
    return view


def wants_low(view: str) -> bool:
    """Whether a comparison asks for the smaller side."""
    match = _COMPARE_ASKED.search(view)
    return bool(match and _WAY_LOW.search(match["way"] or match["way2"] or ""))


def asks_step(view: str) -> bool:
    """Whether the size of a change is asked for: 增加了多少家, 缩短了多少天."""
    return bool(_STEP_ASKED.search(view))


def has_interrogative(view: str) -> bool:
    """Whether a piece of a question asks something by itself."""
    return bool(_INTERROGATIVE.search(view)) or bool(
        re.search(r"占比|比重|增速|排名|增幅|完成率|[率额量值数]\??$", view)
    )


def asks_number(view: str) -> bool:
    """Whether a figure, a rank or a date is asked for, not a name or a description."""
    return bool(
        re.search(
            r"多少|几(?!乎|何|等奖)|多大|多高|多久|多长|多快|第几|百分之|率是|占比|比重|增速|增幅|降幅|排名|名次", view
        )
        or _DATE_ASKED.search(view)
        or re.search(
            r"(?:金额|数量|面积|规模|总额|产值|收入|强度|目标|价|人数|总量|总数|比例|占比|比重|率|额|量|值|数|时间|日期)(?:是|为)?(?:啥|什么)?\??$",
            view,
        )
    )


def _task(view: str, wanted: Wanted) -> Task:
    if _SUM_ASKED.search(view):
        return Task.SUM
    if _DIFFERENCE_ASKED.search(view) and _has_two_sides(view):
        return Task.DIFFERENCE
    if (
        _COMPARE_ASKED.search(view)
        and _has_two_sides(view)
        and not re.search(r"比(?:上年|去年|前一年|上一年|年初|同期|上季)", view)
    ):
        return Task.COMPARE
    if not asks_number(view) and _TEXT_ASKED.search(view):
        return Task.TEXT
    return Task.LOOKUP


def _has_two_sides(view: str) -> bool:
    return bool(re.search(r"和|与|跟|比|较|同|、|还是|从|原来|最初|起初|之间|,|距|哪", view))


def _wanted(view: str) -> Wanted:
    """The measure asked for; what the question names outright goes before what its nouns suggest."""
    leg = _leg(view)
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
    if re.search(r"(?:率|强度|指数|得分)(?:达到?|是|为|约|目标|要|力争|的|预计)*(?:多少|几|多高)?\??$", view):
        return Wanted(Measure.PERCENT, "", None, leg)
    if _MONEY_ASKED.search(view) or _MONEY_NOUN.search(view.rstrip("?。")):
        return Wanted(Measure.MONEY, _currency(view), Role.LEVEL, leg)
    if _AREA_ASKED.search(view):
        return Wanted(Measure.AREA, "平方米", Role.LEVEL, leg)
    match = _DURATION_ASKED.search(view)
    if match:
        return Wanted(Measure.DURATION, match["unit"] or "", None, leg)
    return Wanted(Measure.ANY, "", None, leg)


def _special(view: str, leg: str) -> Wanted | None:
    """Ranks, points, dates, ages, multiples and completion rates, which their own words ask for."""
    if _RANK_ASKED.search(view):
        return Wanted(Measure.RANK, "排名", Role.RANK)
    if _POINTS_ASKED.search(view):
        return Wanted(
            Measure.POINTS, "个百分点", Role.CONTRIBUTION if _CONTRIBUTION_ASKED.search(view) else Role.CHANGE, leg
        )
    if _DATE_ASKED.search(view):
        return Wanted(Measure.DATE, _precision(view), Role.DATE)
    if _AGE_ASKED.search(view):
        return Wanted(Measure.AGE, "岁")
    if _TIMES_ASKED.search(view):
        return Wanted(Measure.TIMES, "倍")
    if _COMPLETION_ASKED.search(view):
        return Wanted(Measure.PERCENT, "%", Role.COMPLETION)
    return None


def _precision(view: str) -> str:
    if re.search(r"哪一?天|哪一?日|几号|何日|什么日期|哪个日期", view):
        return "day"
    return "month" if re.search(r"几月|哪个?月|何月|年月", view) else ""


def _explicit_unit(view: str, leg: str) -> Wanted | None:
    """A unit written right behind the interrogative: 多少家, 几亿元, 多少万吨."""
    if _MONEY_NAMED.search(view):
        return Wanted(Measure.MONEY, _currency(view), Role.LEVEL, leg)
    match = _UNIT_ASKED.search(view)
    if match and match["unit"]:
        return _wanted_unit(match["unit"], view, leg)
    if match or _COUNTABLE_ASKED.search(view):
        return Wanted(Measure.COUNT, "人" if match else "", Role.LEVEL, leg)
    return None


def _wanted_unit(unit: str, view: str, leg: str) -> Wanted:
    base = BASE_UNITS.get(unit, (unit,))[0]
    if unit in COUNT_UNITS:
        role = (
            Role.CHANGE
            if re.search(rf"(?:提升|前移|上升|进步|增加|减少)了?(?:多少|几)(?:{unit})(?!以上)", view)
            else Role.LEVEL
        )
        return Wanted(Measure.COUNT, unit, role, leg)
    if base in MONEY_UNITS:
        return Wanted(Measure.MONEY, base, Role.LEVEL, leg)
    if base in {"平方米", "亩", "坪"}:
        return Wanted(Measure.AREA, base, Role.LEVEL, leg)
    if base in DURATION_UNITS:
        return Wanted(Measure.DURATION, base, None, leg)
    if base == "%":
        return Wanted(Measure.PERCENT, "%", None, leg)
    return Wanted(Measure.OTHER, base, Role.LEVEL, leg)


def _currency(view: str) -> str:
    match = re.search(r"港元|港币|美元|日元|欧元|新台币|台币", view)
    return {"港币": "港元", "台币": "新台币"}.get(match.group(), match.group()) if match else "元"


def _leg(view: str) -> str:
    both = re.search(r"[从由](?:多少|几|多大)[^?]{0,24}(?:到|至|为)(?:了)?(?:多少|几|多大)", view)
    if both:
        return "both"
    if re.search(
        r"原来|原先|最初|起初|最早|刚开始|一开始|初始|当初|起步|之前|以前|此前|改造前|从(?:多少|几)|刚起步|开头|早先",
        view,
    ):
        return "from"
    if re.search(
        r"(?:扩大|提高|增加|增长|发展|缩短|下降|上升|减少|提升|降低|压缩|增|升|降|减|扩|缩|变|拓展|壮大|延长)(?:到|至|成|为)了?|(?<!达)(?:到|至)了?每?(?:晚|次|人)?(?:多少|几)|如今|现在|目前|后来|最后|最终",
        view,
    ):
        return "to"
    return ""


def _period(view: str) -> Period | None:
    mentions = [m for m in find_periods(view, None) if not m.is_base and m.period.text]
    explicit = [m for m in mentions if m.explicit] or mentions
    return explicit[0].period if explicit else None


def _content(view: str) -> str:
    text = view
    for mention in reversed(find_periods(view, None)):
        if mention.explicit:
            text = text[: mention.start] + " " + text[mention.end :]
    return re.sub(r"\s+", " ", _INTERROGATIVE.sub(" ", canonical(text))).strip()


def _plain_terms(text: str, places: frozenset[str]) -> dict[str, float]:
    if not text:
        return {}
    found = tokens(_FUNCTION_WORD.sub(" ", _content(clean_question(text))))
    return {token: 1.0 for token in found if token not in places}


def _weighted(content: str, places: frozenset[str]) -> dict[str, float]:
    """Tokens of the content, those that span function words left out; the nearer to an interrogative, the heavier."""
    weights: dict[str, float] = {}
    pieces = content.split(" ")
    for number, piece in enumerate(pieces):
        found = tokens(_FUNCTION_WORD.sub(" ", piece))
        for position, token in enumerate(found):
            if token in places:
                continue
            behind = len(found) - position if number + 1 < len(pieces) else _FAR
            ahead = position + 2 if number else _FAR
            weight = max(_LEAST_WEIGHT, 1.0 - max(0, min(behind, ahead) - _NEAR) * 0.05)
            if not _FUNCTION_CHARACTERS.isdisjoint(token):
                weight *= _FUNCTION_WEIGHT
            weights[token] = max(weight, weights.get(token, 0.0))
    return weights
