"""Which side has more: comparisons, in whatever order they name sides and indicator, as one question a side."""

from __future__ import annotations

import re

from index import find_periods
from rag.asked_nouns import noun_at_end
from rag.places_asked import PlaceIndex, asked_places
from rag.question import LONGEST_OF_A_FORM
from rag.sides import YEAR_FIRST, YEAR_ONLY, completed, sides_of

_CLASSIFIER = r"(?:个|家|里|边|所|地|方|年|项|类|种|只|支|座|条|块|些|位|季度|半年|处|片|间|样|款|头)"
_OF_WHICH_KIND = r"(?:区县|区|县|市|园区|地区|地方|企业|公司|单位|园|产业|行业|部分|业务|工程|项目|镇|厂|校|院)"
_WHICH = rf"(?:谁家?|孰|何者|哪(?:[一两]?{_CLASSIFIER}|儿)?{_OF_WHICH_KIND}?)(?:的|那里|那边)?"
WAY = (
    r"(?:多(?!少|家|元)|高(?!新|端|校|中|速|标|铁|级|层)|大(?!学|赛|型|连|厅|数)|快(?!递|速)|强(?!化)|(?<!增)长(?!沙|三|江|度)"
    r"|早|少(?!年|儿)|低(?!碳|空|保)|小(?!学|微|巨|升|时|型)|慢|短|晚|领先|靠前|猛|好|足|满|充分|旺|重|轻|贵|便宜|远|近|久)"
)
_MORE = r"(?:最|更加?|较为?|比较|相对|还|要)*"
_FEW = r"[两三四五六七八九十几\d]{1,2}"
_TOGETHER = re.compile(
    rf"(?:(?:这|那|该)?{_FEW}(?:个|家|地|者|条|种|类|支|座|所|项|片|名|样|款|大|间|只)[\u4e00-\u9fff]{{0,4}}?)?"
    r"(?:相比较?|相较|比较|比一比|对比|之间|当中|中间|之中|中|里头?|里面|比起来|比|来看|而言)?$"
)
_CLASS_SAID = re.compile(rf"^(?P<lead>[^,]*?{_FEW}{_CLASSIFIER}[^,、和与跟]{{1,8}}?(?:当中|之中|中|里头?|里面)?),")
_RANKED = re.compile(
    rf"^(?P<sides>.+?),(?P<indicator>[^,]+?)(?:{_MORE}(?P<not>不)?(?P<way>{WAY})|(?P<last>垫底|最末|倒数第一)|(?P<first>居首|排第一|最靠前|排(?:名|在)?前[两二三四\d][位名]?))的(?:又|分别)?(?:是|为|有)?(?:谁|哪|何)"
)
_RANKED_LIST = re.compile(
    rf"^(?P<sides>.+?(?:、|和|与|跟).+?{_FEW}{_CLASSIFIER}[\u4e00-\u9fff]{{0,4}}?(?:当中|之中|中|里头?|里面)?)(?P<indicator>[^,]*?){_MORE}(?P<way>{WAY})的(?:是|为)?(?:谁|哪|何)"
)
_YEAR = r"(?P<middle>(?:(?:19|20)\d\d年[末底初]?(?:上半年|下半年)?)?)"
_COMPARED = re.compile(
    rf"^(?P<sides>.+?)(?:这?[两三几](?:个|家|地|者|所|区|县|类|种|项|条)?(?:产业链|链|园区|企业|公司|地方|区县|区|县)?)?(?:相比较?|相较|比较|比一比|对比|之间|当中|中间|之中|中|里头?|里面|比起来|比)?[,:\s]*"
    rf"{_YEAR}{_WHICH}(?P<indicator>[^?]*?){_MORE}(?P<way>{WAY})"
)
_APART = re.compile(
    rf"^(?P<sides>[^,]{{2,30}}?(?:和|与|跟|、|同)[^,]{{2,16}}?)(?:相比较?|相较|比较|对比|之间|比)?,(?P<middle>[^,]+?){_WHICH}(?P<indicator>[^?]*?){_MORE}(?P<way>{WAY})"
)
_TAIL = re.compile(
    rf"^{_YEAR}{_WHICH}(?P<indicator>[^?]*?){_MORE}(?P<way>{WAY})(?:一?些|一点)?[,:?\s]*(?:是)?(?P<sides>.+?(?:还是|和|与|、).+?)\??$"
)
_IS_OR_IS = re.compile(
    rf"^(?P<indicator>[^?]*?),?是(?P<left>[^,]+?){_MORE}{WAY}(?:些|一些|一点)?,?还是(?P<right>[^,?]+?){_MORE}(?P<way>{WAY})(?:些|一些|一点)?[呢呀]?\??$"
)
_EITHER_OR = re.compile(
    rf"^(?P<indicator>.+?)[,:](?:是)?(?P<left>[^,]+?){_MORE}{WAY}(?:一?些|一点)?,?还是(?P<right>[^,?]+?){_MORE}(?P<way>{WAY})"
)
_EACH_WITH_WAY = re.compile(
    rf"^(?P<left>[^,?]{{4,30}}?){_MORE}{WAY}(?:些|一些|一点)?,?还是(?P<right>[^,?]{{2,8}}?){_MORE}(?P<way>{WAY})[呢呀]?\??$"
)
_OF_TWO = re.compile(
    rf"^(?P<indicator>[^?]*?){_MORE}(?P<way>{WAY})的(?:那[个家座条])?(?:,)?(?:是|为)(?P<left>[^,?]+?),?还是(?P<right>[^,?]+?)\??$"
)
_WHETHER = re.compile(
    rf"^(?P<left>.+?),?(?:是不是|是否|有没有|有无|会不会)(?:已经|也|都|还)?(?:(?:超过|高过|多过|大过|高于|多于|大于)了?(?P<over>[^,?]+?)|比(?P<right>.+?)(?:还|更|要)*(?P<way>{WAY}))[吗了]?\??$"
)
_YES_NO = re.compile(
    r"^(?P<left>.+?)(?:(?<![同环占])比(?![重例上去前较]|年[初末底]|同期)|有没有)(?P<right>.+?)(?:还|更|要)*(?P<way>更?(?:多|高|大|快|少|低|小))(?:吗|\?|$)"
)
_RISING = re.compile(r"^(?P<noun>.*?)(?:的)?(?P<change>增长|增(?=得)|涨|升(?=得)|下降|降(?=得)|跌)得?$")
_TOPIC = re.compile(r"^(?:要?论起?|说到|讲到|比起?|要比)(?P<topic>[^,]{2,14}?)(?:来说|而言|来看|来讲)?,(?=.*(?:谁|哪))")
_WHO_IN_FRONT = re.compile(rf"{_WHICH}(?:的)?")


def contest_of(view: str, places: PlaceIndex) -> tuple[tuple[str, ...], tuple[str, ...], str] | None:
    """Questions, one a side, the sides' names, and what is looked for (多, 高, 少 ...); None for no comparison."""
    if len(view) > LONGEST_OF_A_FORM:
        return None
    topic = _TOPIC.match(view)
    if topic:
        view = _WHO_IN_FRONT.sub(lambda who: f"{who.group()}{topic['topic']}", view[topic.end() :], count=1)
    for pattern in (_IS_OR_IS, _EITHER_OR, _OF_TWO):
        match = pattern.match(view)
        if match:
            lead = _CLASS_SAID.match(match["indicator"])
            indicator = (match["indicator"][lead.end() :] if lead else match["indicator"]).strip("的, ")
            names = tuple(match[side].strip("的, ") for side in ("left", "right"))
            return tuple(_question(name, indicator) for name in names), names, match["way"]
    match = _EACH_WITH_WAY.match(view)
    name = _place_at_end(match["left"], places) if match else ""
    if match and name:
        indicator = match["left"].removesuffix(name).strip("的, ")
        sides = (name, match["right"].strip("的, "))
        return tuple(_question(side, indicator) for side in sides), sides, match["way"]
    match = _WHETHER.match(view)
    if match:
        left = match["left"].strip(", ").replace(",", "的", 1)
        right = completed(match["over"] or match["right"], left, places)
        return (f"{left}是多少", f"{right}是多少"), (left, right), match["way"] or "高"
    for pattern in (_RANKED, _RANKED_LIST, _APART, _COMPARED, _TAIL):
        found = _listed(pattern.match(view), places)
        if found is not None:
            return found
    match = _YES_NO.match(view)
    if match:
        left, right = str(match["left"]), completed(match["right"], match["left"], places)
        return (f"{left}是多少", f"{right}是多少"), (left, right), match["way"]
    return None


def _place_at_end(text: str, places: PlaceIndex) -> str:
    """The place whose name ends a text: 台中 of 大杯奶茶台中; empty where none does."""
    names = [name for place in asked_places(text, places) for name in place.names if text.endswith(name)]
    return max(names, key=len, default="")


def _listed(match: re.Match[str] | None, places: PlaceIndex) -> tuple[tuple[str, ...], tuple[str, ...], str] | None:
    if match is None:
        return None
    groups = match.groupdict()
    listed = _TOGETHER.sub("", match["sides"].rstrip(", ")).rstrip(", ")
    indicator = f"{groups.get('middle') or ''}{match['indicator']}".strip("的,是 ")
    sides, indicator = _topic_first(listed, indicator, places) or (sides_of(listed, places), indicator)
    if len(sides) < 2 or _is_period_among_others([name for name, _ in sides]):
        return None
    way = "低" if groups.get("last") or groups.get("not") else groups.get("way") or "多"
    return tuple(_question(side, indicator) for _, side in sides), tuple(name for name, _ in sides), way


def _is_period_among_others(names: list[str]) -> bool:
    """Whether some sides are bare times and some are none, so that they are no sides: 五个领域,上半年."""
    bare = [any((one.start, one.end) == (0, len(name)) for one in find_periods(name, None)) for name in names]
    return any(bare) and not all(bare)


def _topic_first(listed: str, indicator: str, places: PlaceIndex) -> tuple[list[tuple[str, str]], str] | None:
    """Sides and indicator where a topic stands in front: 技术合同额,东丽区和当涂县谁更高; None where none does."""
    topic, comma, rest = listed.rpartition(",")
    if not comma or (indicator and not indicator.endswith("得")):
        return None
    sides = sides_of(rest, places)
    names = [name for name, _ in sides]
    if len(sides) < 2:
        return None
    if all(YEAR_FIRST.match(name) for name in names):
        return [(name, f"{topic}{name}") for name in names], ""
    are_places = all(asked_places(name, places) and noun_at_end(name) is None for name in names)
    if are_places and not asked_places(topic, places) and not YEAR_ONLY.fullmatch(topic):
        return [(name, name) for name in names], topic.strip("的")
    return None


def _question(side: str, indicator: str) -> str:
    """The question for one side: how many of a thing, by how many per cent of a change, how much of a quantity."""
    if not indicator:
        return f"{side}是多少"
    period = YEAR_FIRST.match(indicator)
    if period and period.end() < len(indicator) and not YEAR_FIRST.match(side):
        side, indicator = f"{period.group()}{side}", indicator[period.end() :].lstrip("的")
    rising = _RISING.match(indicator)
    if rising:
        fall = rising["change"] in {"下降", "降", "跌"}
        return f"{side}{rising['noun']}{'下降' if fall else '增长'}了百分之几"
    if indicator.endswith("得"):
        return f"{side}{indicator[:-1]}了多少"
    noun = noun_at_end(indicator)
    if noun is not None and not noun.is_quantity and noun.unit != "%":
        return f"{side}有多少{indicator}"
    return f"{side}{'' if '的' in (side[-1], *indicator) else '的'}{indicator}是多少"
