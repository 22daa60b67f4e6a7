"""What a question asks for: which figure, of what, where, when - told from its words alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from index import Period, Status, canonical, find_periods, normalise, tokens
from index.units import UNIT_PATTERN
from rag.spoken import standard_wording
from rag.wanted import Measure, Wanted, asks_date, wanted_of

__all__ = [
    "LONGEST_OF_A_FORM",
    "Measure",
    "Question",
    "Task",
    "Wanted",
    "asks_number",
    "asks_step",
    "clean_question",
    "has_interrogative",
    "understand",
    "wants_low",
]


LONGEST_OF_A_FORM = 200
"""Characters; a longer text is no one question of a known form, and to look for one in it would take seconds."""


class Task(StrEnum):
    """What is to be done with the figures."""

    LOOKUP = "lookup"
    COMPARE = "compare"
    DIFFERENCE = "difference"
    SUM = "sum"
    AVERAGE = "average"
    """The mean of listed figures; a stated average is a lookup."""
    RATIO = "ratio"
    """How many times another figure one is, what share of it, or by how many per cent it grew from it."""
    RANKING = "ranking"
    """Which of all places, firms or years of the corpus have the most, the least, or more than a threshold."""
    TEXT = "text"


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


_INTERROGATIVE = re.compile(
    r"多少(?:亿|万|千|百)*(?:元|钱|个百分点|%)?|第几(?:名|位)?|百分之[几多]少?|几分之几|几成|"
    rf"(?:多少|几)(?:{UNIT_PATTERN})|多长(?:时间)?|多[大高久快远重深宽厚满猛]|什么时候|何时|哪一?年|哪个?月|哪一?天|几月|几号|(?<![这那近前好])几|多少|哪些|哪几|哪个|哪家|哪所|哪|谁|什么|怎么样?|如何|为什么|为何|怎样|啥|吗|呢|何"
)
_POLITE = re.compile(
    r"^(?:请问|请教|麻烦问?一?下|想问一?下|我想知道|想知道|想了解一?下|帮我查一?下|帮忙查一?下|查一下|查查|查询一?下|告诉我|能否告知|劳驾|你好|您好|那么|那|哎|嗯|话说|据报道|据材料|根据(?:文档|材料|报道|文章|资料)|文档(?:中|里)|材料(?:中|里)|报道(?:中|里)|文中|按照?(?:文档|材料))[,，:：\s]*|(?:谢谢|多谢)[!。]?$"
    r"|^(?:算一?算|算一下|计算一下|(?:请|麻烦)?(?:帮我|帮忙)算一?下)[,，:：]?|^(?:按|按照|根据|由|从|用|依)[^,?]{2,24}?(?:推算|倒推|反推|测算)(?:一下|出)?,"
    r"|[,。]?不分[\u4e00-\u9fff]{2,8}[?。]?$|,[^,?]{2,12}不(?:要|用)?算(?:进来|进去|在内)[?。]?$|[,。;?!]?(?:结果)?(?:请)?保留[一两二三四\d]位小数[。!]?$|(?<=[?,。;])请?(?:给出|列出|写出|说明|注明|回答)[^?,]{0,16}[。!?]?$"
)
_PERIOD_LAST = re.compile(
    r"^(?P<topic>[^,?多几]{4,}),(?P<period>(?:(?:19|20)\d\d年|[去今前]年|上年)(?:上半年|下半年|年?[末底])?)(?:的?时候?)?"
    r"(?P<ask>(?:是|为|有|达到?)?(?:多[少大高]|几)[^,?]{0,8}[?]?)$"
)
"""A quantity, then the period: X占Y的比重,2022年是多少."""
_FUNCTION_WORD = re.compile(
    r"是多少|有多少|一共|总共|合计|共计|累计|大概|大约|究竟|到底|具体|分别|各自|各有|各是|各为|目前|截[至止]到?|现有|现在|已经|以及|或者?|这个|那个|这些|那些|全年|当年|年度|年底|年末|期间"
    r"|情况|数据|数字|水平|数量|家数|总数|一个|数值|显示|提到|时候|里头|手上|[?,。;:!()]"
)
_FUNCTION_CHARACTERS = frozenset(
    "的了是有为在到于由被把将会能要共就都也还而其该这那之与和跟及或并对从请给约达达吗吧呢啊呀里又再才只"
)
_FUNCTION_WEIGHT = 0.15
_TARGET_ASKED = re.compile(
    r"目标|以后|将来|未来|今后|力争|计划|打算|要(?:达到|实现|突破|新增|完成|建|力争|超过|超|保住|做到|增加到|提高到|提到)|争取|拟|将(?:达到|突破|实现|新增|安排|完成)|规划|预期|准备(?:新|建|增|完成|(?=什么时候|何时|几|哪))|安排(?:新增|完成)|(?<!请|我|你)想(?!知道|问|了解|咨询|请教)|定为|任务"
)
_STEP_ASKED = re.compile(
    r"(?:净增|增加|减少|增长|提高|提升|上升|上涨|下降|降低|缩短|扩大|压缩|压减|多|少|降|升|涨|节省|节约|贵|便宜|省下?|[多少][用花付交])了?(?:多少|几)(?!到|倍)|增(?:长|加)?量"
)
_RESULT_ASKED = re.compile(r"实际(?:完成|实现|达到|上|营|收|交|成|支|的)|最终完成|真正")
_ESTIMATE_ASKED = re.compile(r"预计|预期|预估|估计|有望")
_COMPARE_ASKED = re.compile(
    r"(?:哪[\u4e00-\u9fff]{1,2}|谁|孰|何者)[^,。?]{0,22}?(?P<way>更?(?:多(?!少|家|元)|高(?!新|端|校|中|速|标|铁|级|层)|大(?!学|赛|型|连)|快|强(?!化)|长(?!沙|三|江)|早|少(?!年)|低(?!碳|空)|小(?!学|微|巨|升|时)|慢|短|晚|领先|靠前|落后|靠后|便宜|贵|最多|最高))(?:些|一些|一点|呢|吗|\?|,|$)|.(?:多|高|大|少|低|小)还是.{1,20}(?:多|高|大|少|低|小)|(?:比(?![重例])|较|还是|跟|和|与)[^,。?]{1,30}?(?P<way2>更?(?:多|高|大|快|长|(?<!多)少|低|小|慢|短))(?:吗|还是|些|一些|\?|$)|相比(?:谁|哪)?"
)
_DIFFERENCE_ASKED = re.compile(
    r"(?:相差|差(?:了)?(?:多少|几)|(?:多|少|高|低|大|小|快|慢|长|短|贵|便宜|重|轻)(?:了|出)?(?:多少|几)|(?:增加|减少|扩大|缩短|新增|提高|增长|多|少|省|节省|节约|压缩|下降|降低|高出|增多)了?(?:多少|几)(?!到)|差距|差额|差值|净增|距(?:离)?.{0,12}(?:差|还差)|差多少|缺口)"
)
_SUM_ASKED = re.compile(
    r"加起来|加在一起|加到?一块儿?|加一起|相加|总和|之和|合起来|合计(?=.{0,10}(?:多少|几))|(?:两|三|四)(?:者|家|项|类|个|笔|区|地|县)(?:一共|总共|合计|共|之和|加)|(?:和|与|跟|、|加上|加).{1,30}(?:一共|总共|合计|共计|合共)"
)
_TEXT_ASKED = re.compile(
    r"谁|哪|什么|怎么|如何|为什么|为何|怎样|啥|何(?!时|年|月|日)|名字|名称|叫|姓|介绍|简述|概括|措施|举措|做法|原因|内容|是否|有没有|吗\??$|哪些"
)
_RANGE_ASKED = re.compile(
    r"(?:在|是|为)(?:什么|哪个?|多大的?)(?:范围|区间)(?:内|里|之间)?[?。]?$|(?:多大|多少)的?(?:范围|区间)"
)
_BARE_YEAR = re.compile(r"(?<![\dA-Za-z.])((?:19|20)\d\d)(?=[\u4e00-\u9fff])(?![年万亿家个项人元名件多余])")
_LISTED_YEAR = re.compile(r"(?<![\dA-Za-z.])((?:19|20)\d\d)(?=[、,和与及](?:19|20)\d\d(?!\d))")
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
    wanted = wanted_of(view)
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
    view = _LISTED_YEAR.sub(r"\1年", _BARE_YEAR.sub(r"\1年", normalise(text).strip()))
    view = standard_wording(view)
    previous = None
    while previous != view:
        previous = view
        view = _POLITE.sub("", view).strip()
    return _PERIOD_LAST.sub(r"\g<period>\g<topic>\g<ask>", view)


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
            r"多少|几(?!乎|何|等奖)|多[大高久长快远重深宽厚满猛]|第几|百分之|率是|占比|比重|增速|增幅|涨幅|降幅|排名|名次",
            view,
        )
        or asks_date(view)
        or _RANGE_ASKED.search(view)
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
