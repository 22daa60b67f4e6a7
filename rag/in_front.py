"""What stands in front of a figure and tells it from others like it: numbers, names, words, its place in a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index import Fact
from index.numerals import chinese_number
from rag.matching import CELL_BORDER, Candidate

_SAID_ABOVE = 0.5
_FRONT = 4
"""Characters in front of a name that may belong to it: 污水 of 污水处理厂."""
_STRONG = re.compile(r"[;。!?]")
_NUMERAL = r"[一二三四五六七八九十]{1,3}|\d{1,3}|[A-Z]"
_NUMBERED = re.compile(
    rf"(?:第(?P<nth>{_NUMERAL})(?P<thing>(?![季年月周天日])[\u4e00-\u9fff])"
    rf"|(?<![\d.A-Za-z一二三四五六七八九十第])(?P<number>{_NUMERAL})(?P<kind>期|批|届|轮|号线|号楼|号|组|标段|标|包|栋|幢|座|区|院区|校区|阶段|等奖)"
    rf"|(?P<key>包|标段|标|方案|项目|表|阶段|客户|机组|车间|仓)(?P<value>{_NUMERAL})(?![\d.%家个项]))"
)
_CLASS = (
    r"(?:水库|水文站|车站|街道|社区|医院|学院|学校|中学|小学|大学|分公司|公司|中心|工厂|机场|港区|景区|林场|渔港|村委会|镇政府|分局|支行"
    r"|[站线镇乡村县馆院校厂园矿船河江湖山岛湾桥港路街巷寺庙塔坝渠仓营庄寨])"
)
_LONGER = frozenset("费价票额量数率员长房业务区内")
"""Characters that make another word of the class in front of them."""
_NAMED = re.compile(rf"(?P<stem>[\u4e00-\u9fff]{{2}}){_CLASS}")
_NO_NAME = re.compile(
    r"[的了是在和与及或对各每全本该某此这那哪几一二两三四五六七八九十有为从由到至等个大小新老]|地|网|城|车|机|银|法|学|医|同|现|上|下|出|进"
)
PARENTHESIS = re.compile(r"\([^()]*\)")
SHORTEST_NAME = 2
_LIST = re.compile(r"(?P<names>[^;。]*(?:、|和|与|及)[^;。]*?)分别[是为有占达至到约]*[^\d,;。]{0,8}$")
_LISTED = re.compile(r"、|和|与|以?及")
_BETWEEN_LISTED = re.compile(r"[、,和与及以约达为]{0,3}")


def sentence_in_front(one: Candidate) -> str:
    """The sentence up to the figure; of a table row also what its column is called."""
    fact, view = one.fact, one.sentence.view
    row = f";{fact.indicator}" if CELL_BORDER in view else ""
    return f"{view[: fact.view_start]}{row}"


def _texts_in_front(one: Candidate) -> Iterator[str]:
    """What stands in front of a figure, from near to far: its column, its sentence, the passage, the headings."""
    passage, view = one.passage, one.sentence.view
    if CELL_BORDER in view:
        yield one.fact.indicator
    yield view[: one.fact.view_start]
    yield passage.view[: max(0, passage.view.find(view))]
    yield passage.section
    yield passage.title


def numbers(view: str) -> list[tuple[str, str]]:
    """The numbered things of a text, each as its number and what is numbered: 2 and 期 of 二期."""
    return [_number(found) for found in _NUMBERED.finditer(view)]


def _number(found: re.Match[str]) -> tuple[str, str]:
    number = found["nth"] or found["number"] or found["value"]
    value = None if number.isascii() else chinese_number(number)
    return (number if value is None else str(value)), found["thing"] or found["kind"] or found["key"]


def nearest_number(one: Candidate, number: str, kind: str) -> int:
    """1 where the last thing numbered in front of a figure has that number, -1 where it has another, 0 for none."""
    for text in _texts_in_front(one):
        said = [other for other, thing in numbers(text) if thing == kind]
        if said:
            return 1 if said[-1] == number else -1
    return 0


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[tuple[str, str, int], ...]:
    """Names that end in what they are (渡口站, 白云水库): the two characters in front, the class, the position."""
    found = []
    for at in range(len(text)):
        match = _NAMED.match(text, at)
        if match and not _NO_NAME.search(match["stem"]):
            found.append((match["stem"], match.group()[2:], at))
    return tuple(found)


def names_asked(view: str) -> list[tuple[str, str]]:
    """The names in a question, but for what is only the front of a longer word: 普通船 in 普通船费."""
    return [(stem, kind) for stem, kind, at in _names(view) if view[at + len(stem + kind) :][:1] not in _LONGER]


def nearest_name(one: Candidate, stem: str, kind: str) -> float:
    """1 where the asked name is the nearest of its class in the sentence, -1 where another one is.

    Half as much as 1 where only the text above the sentence has it.
    """
    in_table = CELL_BORDER in one.sentence.view
    for number, text in enumerate(_texts_in_front(one)):
        own = number <= in_table
        mine = text.rfind(stem if in_table else f"{stem}{kind}")
        others = (at for other, its, at in _names(text) if its == kind and other != stem)
        theirs = max((at for at in others if stem not in text[max(0, at - _FRONT) : at]), default=-1)
        if mine > theirs:
            return 1.0 if own else _SAID_ABOVE
        if theirs >= 0:
            return -1.0 if own else 0.0
    return 0.0


def later_of(one: Candidate, asked: re.Pattern[str], other: re.Pattern[str]) -> int:
    """Which of two kinds of words stands later in the clauses in front of a figure."""
    text = _STRONG.split(sentence_in_front(one))[-1]
    mine, theirs = _last(asked, text), _last(other, text)
    return 0 if mine == theirs else 1 if mine > theirs else -1


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.end() for found in pattern.finditer(text)), default=-1)


def place_in_list(one: Candidate, view: str) -> int:
    """Whether the question names the one that a figure belongs to in 甲、乙和丙分别为 ... , or another of them."""
    run = _run_of(one)
    match = _LIST.search(one.sentence.view[: run[0].view_start]) if len(run) > 1 else None
    if match is None:
        return 0
    names = [part for part in _LISTED.split(match["names"]) if part][-len(run) :]
    if len(names) < len(run):
        return 0
    named = [_is_listed(part, view, first=at == 0, last=at == len(names) - 1) for at, part in enumerate(names)]
    if sum(named) != 1:
        return 0
    return 1 if named[[fact.id for fact in run].index(one.fact.id)] else -1


def _run_of(one: Candidate) -> list[Fact]:
    """The figures that follow each other directly around this one: 41元、35元和32元."""
    view, runs = one.sentence.view, list[list[Fact]]()
    for fact in one.neighbours:
        joined = runs and _BETWEEN_LISTED.fullmatch(view[runs[-1][-1].view_end : fact.view_start])
        if joined and runs[-1][-1].unit == fact.unit:
            runs[-1].append(fact)
        else:
            runs.append([fact])
    return next((run for run in runs if any(fact.id == one.fact.id for fact in run)), [])


def _is_listed(part: str, view: str, *, first: bool, last: bool) -> bool:
    """Whether a question has a part of a list; the first may follow other words, the last go before them."""
    part = PARENTHESIS.sub("", part).strip()
    if part in view:
        return len(part) >= SHORTEST_NAME
    return (first and part[-SHORTEST_NAME:] in view) or (last and part[:SHORTEST_NAME] in view)
