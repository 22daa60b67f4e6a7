"""A question with several parts becomes several questions; comparisons and sums become their sides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import find_periods
from rag.carrying import carried, in_place_of_its_like
from rag.places_asked import PlaceIndex, asked_places
from rag.question import Task, clean_question, has_interrogative, understand
from rag.sides import YEAR_FIRST, YEAR_ONLY, sides_of

_EACH = re.compile(r"(?:各自|分别|各)(?:是|有|为|达到?|占)?")
_QUESTION_BREAK = re.compile(
    r"[,;、?。]|以及|和(?=[^,?]{0,20}(?:多少|几|什么|谁|哪))|(?<=[家个项元人%])(?:并|又|与|及)"
)
_OPENING = re.compile(r"^(?:其中|里面|里头|当中|那么?|又|还|另外|同时|并且?|而|一共|总共)的?[,]?")
_WHO = r"(?:谁家?|哪(?:一)?(?:个|家|里|边|所|地|方|年|项|类|种|只|支|座|条|块|些|位|季度|半年|处|片)?(?:区县|区|县|市|园区|地区|地方|企业|公司|单位|园|产业|行业|部分|业务)?)(?:的)?"
_WAY = r"[更最]?(?:多(?!少|家|元)|高(?!新|端|校|中|速|标|铁|级|层)|大(?!学|赛|型|连|厅|数)|快(?!递|速)|强(?!化)|长(?!沙|三|江|度)|早|少(?!年|儿)|低(?!碳|空|保)|小(?!学|微|巨|升|时|型)|慢|短|晚|领先|靠前)"
_COMPARED = re.compile(
    rf"^(?P<sides>.+?)(?:这?[两三几](?:个|家|地|者|所|区|县|类|种|项)?(?:园区|企业|公司|地方|区县)?)?(?:相比较?|相较|比较|比一比|对比|之间|当中|中间|之中|中|里|比起来|比)?[,:\s]*"
    rf"(?P<middle>(?:(?:19|20)\d\d年[末底初]?(?:上半年|下半年)?)?)(?P<who>{_WHO})(?P<indicator>.*)(?P<way>{_WAY})"
)
_COMPARED_APART = re.compile(
    rf"^(?P<sides>[^,]{{2,30}}?(?:和|与|跟|、|同)[^,]{{2,16}}?)(?:相比较?|相较|比较|对比|之间|比)?,(?P<middle>[^,]+?)(?P<who>{_WHO})(?P<indicator>.*)(?P<way>{_WAY})"
)
_COMPARED_TAIL = re.compile(
    rf"^(?P<middle>(?:(?:19|20)\d\d年[末底初]?(?:上半年|下半年)?)?)(?P<who>{_WHO})(?P<indicator>.*?)(?P<way>{_WAY})(?:一?些|一点)?[,:?\s]*(?:是)?(?P<sides>.+?(?:还是|和|与|、).+?)\??$"
)
_EITHER_OR = re.compile(
    rf"^(?P<indicator>.+?)[,:](?:是)?(?P<left>[^,]+?){_WAY}(?:一?些|一点)?,?还是(?P<right>[^,]+?)(?P<way>{_WAY})"
)
_YES_NO = re.compile(
    r"^(?P<left>.+?)(?:(?<![同环占])比(?![重例上去前较])|有没有比)(?P<right>.+?)(?P<way>更?(?:多|高|大|快|少|低|小))(?:吗|\?|$)"
)
_MORE_BY = re.compile(
    r"^(?P<left>.+?)(?:(?<![同环占])比(?![重例上去前较])|较(?!为|上年|去年|前)|相比(?:于)?)(?P<right>.+?)(?:,)?(?:多|少|高|低|大|小|快|慢|长|短|贵|便宜|重|轻|增加|减少|提高|下降|增长|高出|多出|增|减|降|升)(?:了|出|出了)?(?:多少|几)(?P<unit>.*)$"
)
_GAP = re.compile(
    r"^(?P<sides>.+?)(?:之间)?(?:的)?(?:差距|差额|差值|相差|差了?|缺口)(?:是|有|为|了)?(?:多少|几)?(?P<unit>.*)$"
)
_TOTAL = re.compile(
    r"^(?P<sides>.+?)(?:这?[两三四](?:者|家|项|类|个|种|笔|部分)?)?(?:加起来|加在一起|相加|合起来|总和|之和|合计|一共|总共|共计|加总|累加)(?P<ask>.*)$"
)
_MEAN = re.compile(
    r"^(?P<sides>.+?)(?:的)?(?:年均|平均(?:值|数|下来)?)(?P<indicator>[^,?]{0,16}?)(?:每(?:个|家|年|区|县|市|镇|园|季度))?"
    r"(?:大约|大概|约)?(?:是|有|为|达到?)?(?:多少|几|多[大高])(?P<unit>[^?]*)[?]?$"
)
_YEAR_SPAN = re.compile(r"(?P<first>(?:19|20)\d\d)年?(?:-|~|至|到)(?P<last>(?:19|20)\d\d)年")


@dataclass(frozen=True, slots=True)
class Parts:
    """A question taken apart."""

    task: Task
    texts: tuple[str, ...]
    """One question for each part; each can stand alone."""
    names: tuple[str, ...]
    """For comparisons the side each part is about; else empty strings."""
    way: str = ""
    """多, 高, 少 ...: what a comparison looks for; of a ratio see `rag.arithmetic`."""
    asked_before: bool = False
    """Whether the parts are earlier questions, so that no one figure of the text can state the whole."""


def decompose(text: str, places: PlaceIndex) -> Parts:
    """Parts of one question, the question itself where it has one part only."""
    view = clean_question(text)
    task = understand(text).task
    for attempt in (_average, *_ATTEMPTS.get(task, ())):
        parts = attempt(view, places)
        if parts is not None:
            return parts
    if task is Task.TEXT:
        return Parts(Task.TEXT, (view,), ("",))
    pieces = _several_questions(view, places) or _each(view, places)
    if pieces:
        return Parts(Task.LOOKUP, tuple(pieces), ("",) * len(pieces))
    return Parts(Task.LOOKUP, (view,), ("",))


def _compare(view: str, places: PlaceIndex) -> Parts | None:
    match = _EITHER_OR.match(view)
    if match:
        either = (str(match["left"]), str(match["right"]))
        return Parts(Task.COMPARE, tuple(f"{name}{match['indicator']}是多少" for name in either), either, match["way"])
    for pattern in (_COMPARED_APART, _COMPARED, _COMPARED_TAIL):
        match = pattern.match(view)
        sides = sides_of(match["sides"], places) if match else []
        if match and len(sides) >= 2:
            indicator = f"{match['middle']}{match['indicator']}".strip("的,是 更最")
            names = tuple(name for name, _ in sides)
            texts = tuple(_joined(side, indicator) for _, side in sides)
            return Parts(Task.COMPARE, texts, names, match["way"].lstrip("最"))
    match = _YES_NO.match(view)
    if match:
        left, right = str(match["left"]), completed(match["right"], match["left"], places)
        return Parts(Task.COMPARE, (f"{left}是多少", f"{right}是多少"), (left, right), match["way"])
    return None


def _difference(view: str, places: PlaceIndex) -> Parts | None:
    match = _MORE_BY.match(view)
    if match and not re.search(
        r"(?:最初|原来|起初|开始|当初|成立|上年|去年|前一年|上一年|同期|年初)[^,]{0,4}$", match["right"]
    ):
        right = completed(match["right"], match["left"], places)
        unit = match["unit"].rstrip("?。")
        return Parts(
            Task.DIFFERENCE, (f"{match['left']}是多少{unit}", f"{right}是多少{unit}"), (match["left"], match["right"])
        )
    match = _GAP.match(view)
    if match:
        sides = sides_of(match["sides"], places)
        if len(sides) == 2:
            unit = match["unit"].rstrip("?。")
            return Parts(
                Task.DIFFERENCE, tuple(f"{side}是多少{unit}" for _, side in sides), tuple(name for name, _ in sides)
            )
    return None


def _sum(view: str, places: PlaceIndex) -> Parts | None:
    match = _TOTAL.match(view)
    if not match:
        return None
    sides = sides_of(match["sides"], places)
    if len(sides) < 2:
        return None
    ask = match["ask"].strip(",") or "是多少"
    return Parts(Task.SUM, tuple(f"{side}{ask}" for _, side in sides), tuple(name for name, _ in sides))


def _average(view: str, places: PlaceIndex) -> Parts | None:
    """The mean of listed figures; None for 平均工资 and other averages that the documents state."""
    match = _MEAN.match(view)
    if not match or re.search(r"各|分别|哪|谁|差|比", view):
        return None
    listed = _YEAR_SPAN.sub(_years_listed, match["sides"])
    sides = sides_of(listed, places)
    of_years = len(sides) > 1 and all(YEAR_ONLY.fullmatch(name) for name, _ in sides)
    if len(sides) < 2 or (match["indicator"] and not of_years):
        return None
    texts = tuple(f"{side}{match['indicator']}是多少{match['unit']}" for _, side in sides)
    return Parts(Task.AVERAGE, texts, tuple(name for name, _ in sides))


def _years_listed(span: re.Match[str]) -> str:
    """2021年、2022年、2023年 for 2021-2023年."""
    first, last = int(span["first"]), int(span["last"])
    return "、".join(f"{year}年" for year in range(first, last + 1)) if first < last <= first + 9 else span.group()


_ATTEMPTS = {Task.COMPARE: (_compare, _difference), Task.DIFFERENCE: (_difference, _compare), Task.SUM: (_sum,)}


def _joined(side: str, indicator: str) -> str:
    if not indicator:
        return f"{side}是多少"
    return f"{side}{'' if side.endswith('的') else '的'}{indicator}是多少"


def _several_questions(view: str, places: PlaceIndex) -> list[str]:
    """Pieces that each ask something, the first one's subject put before the later ones."""
    pieces: list[str] = []
    position = 0
    for match in _QUESTION_BREAK.finditer(view):
        left, right = view[position : match.start()], view[match.end() :]
        if (
            has_interrogative(left)
            and has_interrogative(right)
            and re.search(r"多[少大高长久远]|几|谁|什么|哪|何", right)
            and _asks(left)
        ):
            pieces.append(left)
            position = match.end()
    if not pieces:
        return []
    pieces.append(view[position:])
    first = pieces[0].strip(",; ")
    return [
        first,
        *(piece if _has_own_subject(piece) else _completed_piece(piece, first, places) for piece in pieces[1:]),
    ]


def _completed_piece(piece: str, first: str, places: PlaceIndex) -> str:
    core = _OPENING.sub("", piece).rstrip("?。 ")
    return f"{carried(core, first, places)}?"


def _asks(piece: str) -> bool:
    return bool(re.search(r"多[少大高长久远]|几(?!乎)|谁|什么|哪|何|占比|比重|增速|排名", piece))


def _has_own_subject(piece: str) -> bool:
    return len(re.split(r"多[少大高长久远]|几(?!乎)|谁|什么|哪", piece)[0]) > 14


def _each(view: str, places: PlaceIndex) -> list[str]:
    """A和B各有多少 becomes two questions with the same end."""
    match = _EACH.search(view)
    if not match or match.start() < 4:
        return []
    sides = sides_of(view[: match.start()].rstrip(",的"), places)
    if len(sides) < 2:
        return []
    rest = view[match.end() :]
    if not has_interrogative(rest):
        rest = f"是多少{rest}"
    return [f"{side}{rest}" for _, side in sides]


def completed(right: str, left: str, places: PlaceIndex) -> str:
    """The second side of a comparison with what it leaves to the first: its place and its noun."""
    if YEAR_ONLY.fullmatch(right) and YEAR_FIRST.search(left):
        return YEAR_FIRST.sub(right, left, count=1)
    if not asked_places(right, places) and not find_periods(right, None):
        swapped = in_place_of_its_like(right, left, places)
        if swapped is not None:
            return swapped
    result = right
    if not asked_places(right, places):
        for place in asked_places(left, places):
            name = next((name for name in place.names if name in left), "")
            result = f"{name}{result}"
    noun = left[left.rfind("的") + 1 :] if "的" in left else ""
    if noun and len(right) <= 10 and noun not in right:
        result = f"{result.rstrip('的')}的{noun}"
    elif "的" not in left and asked_places(right, places) and len(right) <= 8:
        result = f"{result}{_without_place(left, places)}"
    return result


def _without_place(text: str, places: PlaceIndex) -> str:
    for place in asked_places(text, places):
        for name in place.names:
            if name in text:
                return text.replace(name, "", 1)
    return text
