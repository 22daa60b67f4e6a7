"""What a question asks for that documents may only imply: the rest of a whole, the gap to a target, the year before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import rjieba

from rag.arithmetic import GROWTH, TIMES
from rag.question import LONGEST_OF_A_FORM, clean_question


class Derivation(StrEnum):
    """How the figure asked for follows from others."""

    REST = "rest"
    """A whole without a part or several: 不是国家级的有多少."""
    GAP = "gap"
    """How far a result is from its target: 离目标还差多少."""
    EACH = "each"
    """An amount divided by a number of things or years: 平均每户多少."""
    BEFORE = "before"
    """The same a year earlier: 上年是多少."""
    SPAN = "span"
    """The time between two events: 从动工到合龙用了多少个月."""
    STEP = "step"
    """How far one end of a from-to pair is from the other: 增长了百分之几, 扩大到原来的几倍."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A derived figure as a question asks for it."""

    kind: Derivation
    text: str
    """The question for the figure that is stated: of the whole, of the result, of the amount."""
    parts: tuple[str, ...] = ()
    """`REST`: a question for each part that is taken away."""
    names: tuple[str, ...] = ()
    """`REST`: what those parts are called."""
    thing: str = ""
    """`EACH`: what the amount is divided by: 年, 户, 个项目; `SPAN`: what the time is counted in: 年, 月, 天."""
    target: str = ""
    """`GAP`: the question for the target; `SPAN`: for the other event."""
    way: str = ""
    """`STEP`: as `Parts.way`; empty for a difference."""


_ASKED = r"(?:多少|几)"
_TAKEN = (
    r"(?:除(?:了|去|开|掉)?|扣(?:掉|除|去)|去(?:掉|除)|减(?:去|掉)|剔除|刨(?:去|掉|除)|撇开|不(?:算|含|包括|计算?))"
)
_TAKEN_AWAY = re.compile(
    rf"^(?P<whole>.*?){_TAKEN}(?P<parts>[^,?]{{2,}}?)(?:之外|以外|外|以后|之后|后|的话)?(?:,|(?=还|其余|其他|剩))"
    rf"(?P<ask>[^?]*{_ASKED}[^?]*)"
)
_IS_NOT = re.compile(
    r"^(?P<whole>.+?)(?:的[人企业]{1,2})?(?:当中|之中|中|里面|里头|里)?,?(?:的)?(?:既)?(?:并?不是|不属于|并非|不在|不住在?)(?P<parts>[^,?]+?)的"
    rf"[家个项人户件所]?(?:还|又|总共|一共|大约|大概|能)?(?:有|占)?(?P<ask>{_ASKED}[^?]*)"
)
_NOT_DONE = re.compile(
    rf"^(?P<whole>.{{2,}}?)(?:中|里面|里头?|当中)?,?(?:还|尚|仍)?(?:有)?(?:没有?|未|尚未)(?:能)?(?P<parts>[^,?多几]{{1,6}}?)的(?:还)?(?:有|剩)?(?:下)?(?P<ask>{_ASKED}[^?]*)"
)
_LEFT_UNDONE = re.compile(
    rf"^(?P<whole>.{{2,}}?)(?:中|里面|里头?|当中)?,?(?:还|尚|仍)(?:剩下?|有)(?P<ask>{_ASKED}[^?没未]{{0,8}}?)(?:没有?|未|尚未)(?P<parts>[^?]{{1,6}}?)[?]?$"
)
_LISTED_PART = re.compile(r"(?:也|又)?(?:不是|不属于|并非)|、|以及|还有|和|与|跟|或者?")
_COUNTED_PARTS = re.compile(r"(?:这|那)?[两二三四五]?(?:块|项|类|家|个|者|部分|笔|种)$|部分$|类$")
_REST_SAID = re.compile(r"其余|其他|其它|另外|剩下|剩余|余下|还剩|自己|还|得|的(?=有)|总共|一共|又")
_EACH = re.compile(
    r"平均(?:下来|算下来)?,?(?:给|到|在|分给|分到|摊到)?(?:每|一(?=[家个户所座项名位条支件年]))|(?:均摊|平摊|摊|分)[到给]每"
)
_EACH_BEFORE = re.compile(r"每(?P<thing>(?!个?(?:月|天|日|周|星期|小时))[\u4e00-\u9fff]{1,4}?)(?:平均|均摊)")
MEASURES = frozenset("家个户所座项名位条支件张台辆亩")
"""Measure words that may stand in front of what an amount is divided by."""
_ON_EACH = re.compile(r"^(?:头上|身上|名下)")
_PER = re.compile(r"(?<![\d月日])(?P<thing>年)均(?=[增新净完接投培产发])")
_YEARS_IN_QUESTION = re.compile(
    r"(?:在?(?:这|过去|近)?[两三四五六七八九十\d]{1,2}年(?:间|里|来|内|时间|期间)?|以来)[,的]?"
)
_GOAL = r"(?:目标|计划|规划|任务|指标|要求|[定想]的数|力争)"
_SHORT_OF = re.compile(
    rf"^(?P<head>.*?)(?:离|距离?|比起?)(?P<goal>[^?]*?{_GOAL}?[^?]*?)(?:还|尚|仍)?(?:相?差|缺|欠|少)(?:多少|几|多远)(?P<unit>[^?]*)"
)
_STILL_TO_DO = re.compile(
    r"^(?P<head>.*?)(?:还|仍)(?:要|得|需要?|须|应)(?:再)?(?P<verb>[^,?]{0,6}?)(?:多少|几)(?P<unit>[^?]*?)才(?:能|算)?(?:[^?]*)(?:完成|达到|实现|够|达标|到)"
)
_TO_REACH = re.compile(
    rf"^(?P<head>.*?)(?:要想?|若要|想要?)(?:完成|达到|够上|够到|实现|赶上)(?P<goal>[^,?]*?{_GOAL}[^,?]*),?(?:还|仍)(?:要|得|需要?|须|差|缺)(?:再)?(?P<verb>[^,?]{{0,6}}?)(?:多少|几)(?P<unit>[^?]*)"
)
_YEAR_LEFT = re.compile(r"(?:剩下|余下|剩余|后面|接下来)的?[一两三四五六七八九十\d]{1,2}个?(?:月|季度)(?:里|内)?,?")
_EARLIER = re.compile(
    r"(?<![比较于跟和])(?<!比起)(?:再?往前一年|前一年(?:度)?|前一届|上一年(?:度)?|上年(?:度|同期)?|上一?个?(?:财政?|会计)年度|上一?届"
    r"|去年同(?:期|一?季度?))(?:[,的]|也就是[^,]{2,8},)?"
)
_COMPARED_WITH_EARLIER = re.compile(
    r"[比较于跟和](?:起)?(?:去年|上年|前一年|上一年|上届|上一届)|增(?!加值)|减|同比|下降|上升|变化|多了|少了|又是"
)
_BEFORE_THE_RISE = re.compile(r"(?:同比)?(?:提高|增长|上升|提升|增加|下降|降低|减少)(?:之|以)?前的?(?=前一年|上一?年)")
_SPENT = re.compile(
    r"^(?P<head>.*?)从(?P<left>[^,]{2,16}?)到(?P<right>[^,?]{2,16}?),?(?:中间|前后|一共|总共|大约|大概|要|需要|共|又|整整)*"
    r"(?:用了?|花了?|隔了?|相隔|间隔|历时|经过了?|相差)(?:多少|几)个?(?P<unit>年|月|天)"
)
_EARLIER_THAN = re.compile(
    r"^(?P<left>.+?)比(?P<right>[^,?]+?)(?:要|还)?[早晚](?P<verb>[^,?多几]{0,5}?)了?(?:多少|几)个?(?P<unit>年|月|天)"
)
_NET_STEP = re.compile(
    r"^(?P<what>.{4,}?)(?:(?:这|过去|近)?[一二三四五六七八九十\d]{1,2}年(?:间|来|里|内))?(?:又|共|总共|一共|大约|大概)?(?:净增加?|净减少?|多出来|少掉)了?"
    r"(?:多少|几)(?P<unit>[^?,。]{0,6})[?]?$"
)
"""The step of a pair from ... to ..., which hardly any document states in these words."""
_STEP = re.compile(
    r"^(?P<what>.+?)(?:又|共|总共|一共|大约|大概|要|将)?(?:增长|提高|增加|提升|上升|扩大|延长|下降|减少|降低|缩短|缩小|压缩|压减|涨|降|升|翻|扩充|扩展)"
    r"(?:到|为|成)?(?:了|过)?(?:原来的|之前的|原先的)?(?P<ask>百分之[几多]少?|多少%|几成|(?:多少|几)倍|(?:多少|几)个?百分点|(?:多少|几)个?点)"
)


def derivation_of(text: str) -> Asked | None:
    """Read what a question asks for as a figure that follows from others; None where it asks for none."""
    view = clean_question(text)
    if len(view) > LONGEST_OF_A_FORM:
        return None
    return next(filter(None, (read(view) for read in (_rest, _gap, _span, _each, _before, _step))), None)


def _rest(view: str) -> Asked | None:
    undone = _NOT_DONE.match(view) or _LEFT_UNDONE.match(view)
    match = undone or _IS_NOT.match(view) or _TAKEN_AWAY.match(view)
    if match is None:
        return None
    whole, ask = match["whole"].strip(",的在 "), match["ask"]
    names = [match["parts"].removeprefix("有")] if undone else _parts_named(match["parts"])
    asked = _REST_SAID.sub("", ask).strip(", ")
    number = re.search(rf"{_ASKED}.*$", asked)
    if not names or number is None:
        return None
    text = f"{whole}有{number.group()}" if len(whole) > 2 else asked
    owner = whole or re.split(_ASKED, asked)[0]
    parts = tuple(f"{owner}中{name}有{number.group()}" for name in names)
    return Asked(Derivation.REST, text, parts, tuple(names))


def _parts_named(listed: str) -> list[str]:
    """教育 and 社会保障和就业 of 教育、社会保障和就业这两块: as many as the question says they are."""
    said = re.search(r"[这那]([两三四五])[块项类家个者种]", listed)
    names = [_COUNTED_PARTS.sub("", name).strip("的, ") for name in _LISTED_PART.split(listed)]
    names = [name for name in names if name]
    if said and len(names) != "两三四五".index(said[1]) + 2:
        names = [_COUNTED_PARTS.sub("", name).strip("的, ") for name in listed.split("、")]
    return names


def _gap(view: str) -> Asked | None:
    match = _TO_REACH.match(view) or _STILL_TO_DO.match(view) or _SHORT_OF.match(view)
    if match is None:
        return None
    groups = match.groupdict()
    goal = groups.get("goal") or ""
    if match.re is _SHORT_OF and not re.search(rf"{_GOAL}|(?:19|20)\d\d年|明年", goal):
        return None
    what = _YEAR_LEFT.sub("", f"{match['head']}{groups.get('verb') or ''}").strip(",的 ")
    unit = groups["unit"].strip("的, ")
    year = re.search(r"(?:19|20)\d\d年|明年|全年|年度", goal)
    if not year:
        named = re.sub(rf"{_GOAL}|[的定]", "", goal).strip(", ")
        what = f"{what}{named}" if named not in what else what
    if len(what) < 2:
        return None
    done = f"{what}了" if groups.get("verb") else f"{what}是"
    aimed = f"{what}{year.group() if year else ''}目标是多少{unit}"
    return Asked(Derivation.GAP, f"{done}多少{unit}", target=aimed)


def _each(view: str) -> Asked | None:
    if re.search(r"哪|谁|比(?![例重])|差", view):
        return None
    match = _EACH.search(view) or _EACH_BEFORE.search(view) or _PER.search(view)
    if match is None:
        return None
    thing = match.groupdict().get("thing") or _thing_in_front(view[match.end() :])
    if not thing:
        return None
    end = match.end() + (0 if "thing" in match.groupdict() else len(thing))
    text = f"{view[: match.start()]}{_ON_EACH.sub('', view[end:])}".replace("平均", "")
    if thing == "年":
        text = _YEARS_IN_QUESTION.sub("", text)
    return Asked(Derivation.EACH, text.strip(",的"), thing=thing)


def _thing_in_front(text: str) -> str:
    """个项目 of 个项目投了多少: a measure word, a noun, or both."""
    words = rjieba.tag(text[:10])
    if not words:
        return ""
    first, tag = words[0]
    if first in MEASURES and len(words) > 1 and words[1][1].startswith("n"):
        return f"{first}{words[1][0]}"
    return first if first in MEASURES or first == "年" or tag.startswith("n") else ""


def _span(view: str) -> Asked | None:
    match = _SPENT.match(view)
    if match:
        events = [f"{match['head']}{match[side]}" for side in ("left", "right")]
    else:
        match = _EARLIER_THAN.match(view)
        if match is None:
            return None
        events = [f"{match[side]}{match['verb']}" for side in ("left", "right")]
    first, second = (f"{event.strip(',的')}是什么时候" for event in events)
    return Asked(Derivation.SPAN, first, target=second, thing=match["unit"])


def _before(view: str) -> Asked | None:
    view = _BEFORE_THE_RISE.sub("", view)
    match = _EARLIER.search(view)
    if match is None or _COMPARED_WITH_EARLIER.search(view):
        return None
    text = f"{view[: match.start()]}{view[match.end() :]}"
    return Asked(Derivation.BEFORE, text) if len(text) > 4 else None


def _step(view: str) -> Asked | None:
    net = _NET_STEP.match(view)
    if net is not None:
        return Asked(Derivation.STEP, f"{net['what'].strip(',的 ')}是多少{net['unit']}")
    match = _STEP.match(view)
    if match is None or re.search(r"(?<![同环])比(?![例重])|较|同比|环比", view):
        return None
    ask = match["ask"]
    way = TIMES if "倍" in ask else "" if "点" in ask else GROWTH
    return Asked(Derivation.STEP, f"{match['what'].strip(',的 ')}是多少{'%' if way == '' else ''}", way=way)
