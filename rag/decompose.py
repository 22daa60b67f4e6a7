"""A question with several parts becomes several questions; comparisons and sums become their sides."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.carrying import carried
from rag.contests import contest_of
from rag.places_asked import PlaceIndex
from rag.question import Task, clean_question, has_interrogative, understand
from rag.sides import YEAR_ONLY, completed, sides_of

_EACH = re.compile(r"(?:各自|分别|各)(?:是|有|为|达到?|占)?")
_LISTED_APART = re.compile(r"^(?:请|麻烦)?(?:分列|分别列出|分别给出|分别说明|逐一列出)(?P<sides>[^?,。]+)[?。]?$")
_LIST_THEM = re.compile(r"(?:分别|各自)(?:列|说|报|讲|给)(?:一?下|出来?)[?。]?$")
_QUESTION_BREAK = re.compile(
    r"[,;、?。]|以及|和(?=[^,?]{0,20}(?:多少|几|什么|谁|哪))|(?<=[家个项元人%])(?:并|又|与|及)"
)
_OPENING = re.compile(r"^(?:其中|里面|里头|当中|那么?|又|还|另外|同时|并且?|而|一共|总共)的?[,]?")
_CONTEST = re.compile(
    r"的(?:又|分别)?(?:是|为|有)(?:谁|哪|何|[^,?]+还是)|有没有|是不是|是否|多,?(?:还是|又?是)|哪|谁|还是"
)
_MORE_BY = re.compile(
    r"^(?P<left>.+?)(?:(?<![同环占])比(?![重例上去前较]|年[初末底]|同期)|较(?!为|上年|去年|前)|相比(?:于)?)(?P<right>.+?)(?:,)?(?:多|少|高|低|大|小|快|慢|长|短|贵|便宜|重|轻|增加|减少|提高|下降|增长|高出|多出|增|减|降|升)(?P<verb>[花收交付投卖拿用耗占产赚领招])?(?:了|出|出了)?(?:多少|几)(?P<unit>.*)$"
)
_GAP = re.compile(
    r"^(?P<sides>.+?)(?:之间)?(?:的)?(?:差距|差额|差值|相差|差了?|缺口)(?:是|有|为|了)?(?:多少|几)?(?P<unit>.*)$"
)
_GAP_APART = re.compile(
    r"^(?P<sides>[^,]{2,40}?),(?P<indicator>[^,]{2,16}?)(?:的)?(?:差距|差额|差值|相差|差了?)(?:是|有|为|了)?(?:多少|几)(?P<unit>.*)$"
)
_TOTAL = re.compile(
    r"^(?P<sides>.+?)(?:这?[两三四](?:者|家|项|类|个|种|笔|部分)?)?(?:加起来|加在一起|加到?一块儿?|加一起|相加|合起来|总和|之和|合计|合共|一共|总共|共计|加总|累加)(?P<ask>.*)$"
)
_MEAN = re.compile(
    r"^(?P<sides>.+?)(?:的)?(?:年均|平均(?:值|数|下来)?)(?P<indicator>[^,?]{0,16}?)(?:每(?:个|家|年|区|县|市|镇|园|季度))?"
    r"(?:大约|大概|约)?(?:是|有|为|达到?)?(?:多少|几|多[大高])(?P<unit>[^?]*)[?]?$"
)
_YEAR_SPAN = re.compile(r"(?P<first>(?:19|20)\d\d)年?(?:-|~|至|到)(?P<last>(?:19|20)\d\d)年")


_IT = r"(?:它们?的?|其|(?:这|那|该)(?:家|个|所|座|条|款)?(?:企业|公司|单位|机构|项目|园区|地方|产品)?的?|(?:具体|大概|大约)?(?:是|有|为)?)"
_HOW_MUCH = r"(?P<ask>[^?,]{0,14}(?:多少|几(?!家|个是)|多[大高长久])[^?,]{0,6})[?。]?$"
_WHICH_ONE = r"哪一?(?:家|个|所|座|间|支|款|位)"
_WHO_THEN_HOW_MUCH = re.compile(
    rf"^(?P<head>[^?,]*?)(?:是)?{_WHICH_ONE}(?P<noun>企业|公司|单位|机构|园区|学校|医院|项目|产品)(?P<described>[^?,多少几]{{3,24}}?)[?,]{_IT}{_HOW_MUCH}"
)
_WHO_IS_THEN_HOW_MUCH = re.compile(
    rf"^(?P<head>[^?]{{4,40}}?)(?:是|为|属于)(?:{_WHICH_ONE}|谁)(?P<noun>企业|公司|单位|机构|园区|学校|医院|项目|产品)?的?[?,]{_IT}{_HOW_MUCH}"
)
"""哪家公司增速最快?它产值多少, and 增速最快的是哪家,产值多少."""
_SIDES_LISTED = re.compile(r"[和与跟、].*[最更]|[最更].*[和与跟、]|[和与跟、][^,]*[,中里间]")


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
    described: str = ""
    """Who or what the figure is of, where the question describes it and asks both for its name and for its figure."""
    asked_before: bool = False
    """Whether the parts are earlier questions, so that no one figure of the text can state the whole."""


def decompose(text: str, places: PlaceIndex) -> Parts:
    """Parts of one question, the question itself where it has one part only."""
    view = clean_question(text)
    task = understand(text).task
    one = _who_and_how_much(view)
    if one:
        return Parts(Task.LOOKUP, one[1:], ("",), described=one[0])
    for attempt in (_average, *_ATTEMPTS.get(task, (_plain_contest,))):
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
    found = contest_of(view, places)
    return Parts(Task.COMPARE, *found) if found is not None else None


def _plain_contest(view: str, places: PlaceIndex) -> Parts | None:
    """A comparison that only its whole form shows: 泊位最少的是哪个, 有没有超过."""
    return _compare(view, places) if _CONTEST.search(view) else None


def _difference(view: str, places: PlaceIndex) -> Parts | None:
    match = _MORE_BY.match(view)
    if match and not re.search(
        r"(?:最初|原来|起初|开始|当初|成立|上年|去年|前一年|上一年|同期|年初)[^,]{0,4}$", match["right"]
    ):
        left = re.sub(r"[要会还得]$", "", match["left"])
        right, unit = completed(match["right"], left, places), _level_unit(match["unit"])
        verb = f"{match['verb']}" if match["verb"] else "是"
        return Parts(Task.DIFFERENCE, (f"{left}{verb}多少{unit}", f"{right}{verb}多少{unit}"), (left, match["right"]))
    match = _GAP_APART.match(view)
    sides = sides_of(match["sides"], places) if match else []
    if match and len(sides) == 2:
        asked = f"{match['indicator']}是多少{_level_unit(match['unit'])}"
        return Parts(Task.DIFFERENCE, tuple(f"{side}的{asked}" for _, side in sides), tuple(name for name, _ in sides))
    match = _GAP.match(view)
    if match:
        sides = sides_of(match["sides"], places)
        if len(sides) == 2:
            unit = _level_unit(match["unit"])
            return Parts(
                Task.DIFFERENCE, tuple(f"{side}是多少{unit}" for _, side in sides), tuple(name for name, _ in sides)
            )
    return None


def _level_unit(asked: str) -> str:
    """The unit of each side of a difference: per cent where the difference is of percentage points."""
    unit = asked.rstrip("?。呢")
    return "%" if re.match(r"个?(?:百分)?点", unit) else unit


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


def _several_questions(view: str, places: PlaceIndex) -> list[str]:
    """Pieces that each ask something, the first one's subject put before the later ones."""
    pieces: list[str] = []
    position = 0
    for match in _QUESTION_BREAK.finditer(view):
        left, right = view[position : match.start()], view[match.end() :]
        if (
            has_interrogative(left)
            and has_interrogative(right)
            and re.search(r"多[少大高长久远]|(?<![那这前头近好])几|谁|什么|哪|何", right)
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


def _who_and_how_much(view: str) -> tuple[str, str] | None:
    """A description and what is asked of whoever it fits: 哪家企业增速最快, 产值多少."""
    match = _WHO_THEN_HOW_MUCH.match(view) or _WHO_IS_THEN_HOW_MUCH.match(view)
    if match is None or _SIDES_LISTED.search(match["head"]):
        return None
    found = match.groupdict()
    return f"{found['head']}{found['noun'] or ''}{found.get('described') or ''}".rstrip("的,"), match["ask"]


def _completed_piece(piece: str, first: str, places: PlaceIndex) -> str:
    core = _OPENING.sub("", piece).rstrip("?。 ")
    return f"{carried(core, first, places)}?"


def _asks(piece: str) -> bool:
    return bool(re.search(r"多[少大高长久远]|(?<![那这前头近好])几(?!乎)|谁|什么|哪|何|占比|比重|增速|排名", piece))


def _has_own_subject(piece: str) -> bool:
    return len(re.split(r"多[少大高长久远]|几(?!乎)|谁|什么|哪", piece)[0]) > 14


def _each(view: str, places: PlaceIndex) -> list[str]:
    """A和B各有多少 becomes two questions with the same end."""
    match = _EACH.search(_LIST_THEM.sub("各是多少", _LISTED_APART.sub(r"\g<sides>各是多少", view)))
    if not match or match.start() < 4:
        return []
    view = match.string
    sides = sides_of(view[: match.start()].rstrip(",的"), places)
    if len(sides) < 2:
        return []
    rest = view[match.end() :]
    if not has_interrogative(rest):
        rest = f"是多少{rest}"
    return [f"{side}{rest}" for _, side in sides]
