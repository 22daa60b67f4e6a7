"""Which of several like figures a question means, told by what stands in front of each.

Figures of one unit and role often follow each other and share all their words but those that tell them apart: the
bracket of a rule, a number (二期, 包1), the name of a station or ward, the other side of a contrast, a place in a list
(甲、乙分别为 ...), plan or outcome, one month or all so far.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from index import Fact, canonical, side_in_front
from rag.asked_nouns import noun_at_end
from rag.brackets import bracket_says, conditions_stated
from rag.matching import CELL_BORDER, Candidate
from rag.question import Question
from rag.ranking import Ranked

_CONSIDERED = 12
_MOST_BEHIND = 8.0
_A_LITTLE_BEHIND = 2.5
"""How far behind the first figure, in units of relevance, one may be that fits better: where the first is of another
bracket, name or side, and where nothing is said of the first."""
_MARGIN = 0.01
_SAID_ABOVE = 0.5
_STRONG = re.compile(r"[;。!?]")
_NUMERAL = r"[一二三四五六七八九十]{1,3}|\d{1,3}|[A-Z]"
_NUMBERED = re.compile(
    rf"(?:第(?P<nth>{_NUMERAL})(?P<thing>[\u4e00-\u9fff])"
    rf"|(?<![\d.A-Za-z一二三四五六七八九十第])(?P<number>{_NUMERAL})(?P<kind>期|批|届|轮|号线|号楼|号|组|标段|标|包|栋|幢|座|区|院区|校区|阶段|等奖)"
    rf"|(?P<key>包|标段|标|方案|项目|表|阶段|客户|机组|车间|仓)(?P<value>{_NUMERAL})(?![\d.%家个项]))"
)
_DIGITS = {
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
    "十": "10",
}
_CLASS = (
    r"(?:水库|水文站|救护站|车站|街道|社区|医院|学院|学校|中学|小学|大学|分公司|公司|中心|工厂|机场|港区|景区|林场|渔港|村委会|镇政府|分局|支行"
    r"|[站线镇乡村县馆院校厂园矿船河江湖山岛湾桥港路街巷寺庙塔坝渠仓营庄寨])"
)
_LONGER = frozenset("费价票额量数率员长房业务区内")
"""Characters that make another word of the class in front of them."""
_NAMED = re.compile(rf"(?P<stem>[\u4e00-\u9fff]{{2}}){_CLASS}")
_NO_NAME = re.compile(
    r"[的了是在和与及或对各每全本该某此这那哪几一二两三四五六七八九十有为从由到至等个大小新老]|地|网|城|车|机|银|法|学|医|同|现|上|下|出|进"
)
_PLANNED_ASKED = re.compile(r"原定|原计划|计划|本来|原本|应该|预定|准备(?!金)|(?<!模)拟|打算|估算|估计|预计|预算")
_ACTUAL_ASKED = re.compile(r"实际|真正|最终|后来|最后|(?:推迟|延期?|延后|顺延|提前|改)[到至]")
_PLANNED = re.compile(r"原定|原计划|计划|应[于在]|预计|(?<!模)拟(?!合)|力争|估算|(?<!超)预算|目标|plan", re.IGNORECASE)
_ACTUAL = re.compile(r"实际|推迟|延[期至到后]|顺延|改[到至为]|最终|actual", re.IGNORECASE)
_ONE_ASKED = re.compile(r"[单当]月|当年|当日|单日|单年|[光仅](?=(?:19|20)\d\d年)")
_ONE = re.compile(r"[单当本]月|当年|[去今]年一年|全年|当日|单日")
_SO_FAR = re.compile(r"累计|至今|以来")
_ALL_ASKED = re.compile(r"一共|总共|总数|累计|总量|现有|目前有|到现在")
_ALL = re.compile(r"总数|累计|总量|总计|共有|现有|达到?$")
_NEW = re.compile(r"新增|新认定|新引进|新培育|新建|净增|当年|今年")
_PARENTHESIS = re.compile(r"\([^()]*\)")
_LEAD_IN = re.compile(r"^(?:其中|当中|里面|而|则|以及|其他|按[^,]{1,4}[分计看])[:,]?|^[、,和与及]")
_LEAD_OUT = re.compile(r"(?:则|约|最[高低多少]|[是为有占达至到共]|达到|分别|的){1,3}$")
_SHORTEST_NAME = 2
_LONGEST_LEAD = 10
_LIST = re.compile(r"(?P<names>[^;。]*(?:、|和|与|及)[^;。]*?)分别[是为有占达至到约]*[^\d,;。]{0,8}$")
_LISTED = re.compile(r"、|和|与|以?及")
_BETWEEN_LISTED = re.compile(r"[、,和与及以约达为]{0,3}")

Verdict = Callable[[Candidate], float]


def sibling_first(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """The same figures; one like the first that fits better what the question tells apart stands before it."""
    if len(ranked) < 2:
        return ranked
    best = ranked[0]
    others = [one for one in ranked[1:_CONSIDERED] if _is_like(one, best)]
    chosen = _told_apart(question, best, others) or _named_after(question, best, others)
    if chosen is None:
        return ranked
    return [_in_the_place_of(best, chosen), *(one for one in ranked if one is not chosen)]


def _is_like(one: Ranked, best: Ranked) -> bool:
    fact, other = one.fact, best.fact
    if (fact.unit, fact.role) != (other.unit, other.role) or one.features.unit < best.features.unit:
        return False
    if one.features.other_place > best.features.other_place or one.features.contrast > best.features.contrast:
        return False
    return one.features.other_period <= best.features.other_period and one.features.place >= best.features.place - 0.3


def _in_the_place_of(best: Ranked, one: Ranked) -> Ranked:
    """A figure that leaves out what the one before it has said: the words of both are of both."""
    own, other = one.features, best.features
    features = replace(
        own,
        own=max(own.own, other.own),
        clause=max(own.clause, other.clause),
        sentence=max(own.sentence, other.sentence),
        focus=max(own.focus, other.focus),
        fit=max(own.fit, other.fit),
    )
    zones = replace(
        one.zones, sentence=one.zones.sentence | best.zones.sentence, passage=one.zones.passage | best.zones.passage
    )
    return replace(one, features=features, zones=zones, relevance=best.relevance + _MARGIN)


def _told_apart(question: Question, best: Ranked, others: Sequence[Ranked]) -> Ranked | None:
    """The figure of the asked bracket, number, name or side where the first is of another, or is of none."""
    sure, verdicts = _verdicts(question)
    of_best = [says(best.candidate) for says in verdicts]
    found: list[tuple[float, float, Ranked]] = []
    for one in others:
        own = [says(one.candidate) for says in verdicts]
        if any(mine < theirs and mine <= 0 for mine, theirs in zip(own, of_best, strict=True)):
            continue
        behind = best.relevance - one.relevance
        opposed = any(mine >= 1 and theirs < 0 for mine, theirs in zip(own, of_best, strict=True))
        gained = sum(own) - sum(of_best)
        told = any(mine > theirs for mine, theirs in zip(own[:sure], of_best[:sure], strict=True))
        if (opposed and behind <= _MOST_BEHIND) or (told and behind <= _A_LITTLE_BEHIND):
            found.append((gained, one.relevance, one))
    return max(found, key=lambda each: each[:2])[2] if found else None


def _verdicts(question: Question) -> tuple[int, list[Verdict]]:
    """What tells like figures apart in this question; each says 1 for the asked one, -1 for another, 0 for neither.

    The first few, as many as the number says, are sure even where nothing speaks against another figure.
    """
    view, standard = question.view, _standard(question.view)
    verdicts: list[Verdict] = []
    stated = conditions_stated(view, question.wanted.unit)
    if stated:
        verdicts.append(lambda one: bracket_says(stated, _sentence_in_front(one)))
    if _ACTUAL_ASKED.search(view) and not _PLANNED_ASKED.search(view):
        verdicts.append(lambda one: _later_of(one, _ACTUAL, _PLANNED))
    elif _PLANNED_ASKED.search(view) and not _ACTUAL_ASKED.search(view):
        verdicts.append(lambda one: _later_of(one, _PLANNED, _ACTUAL))
    sure = len(verdicts)
    if _ONE_ASKED.search(view) and not _SO_FAR.search(view):
        verdicts.append(lambda one: _later_of(one, _ONE, _SO_FAR))
    if _ALL_ASKED.search(view) and not _NEW.search(view):
        verdicts.append(lambda one: _later_of(one, _ALL, _NEW))
    for number, kind in _numbers(view):
        verdicts.append(lambda one, number=number, kind=kind: _nearest_number(one, number, kind))
    for stem, kind in _names_asked(view):
        verdicts.append(lambda one, stem=stem, kind=kind: _nearest_name(one, stem, kind))
    verdicts.append(lambda one: side_in_front(standard, _standard(_sentence_in_front(one))))
    verdicts.append(lambda one: _place_in_list(one, view))
    return sure, verdicts


def _standard(text: str) -> str:
    """A text in standard form in which 进出口 names neither 进口 nor 出口."""
    return canonical(text).replace("进出口", "外贸")


def _sentence_in_front(one: Candidate) -> str:
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


def _numbers(view: str) -> list[tuple[str, str]]:
    return [_number(found) for found in _NUMBERED.finditer(view)]


def _number(found: re.Match[str]) -> tuple[str, str]:
    number = found["nth"] or found["number"] or found["value"]
    return _DIGITS.get(number, number), found["thing"] or found["kind"] or found["key"]


def _nearest_number(one: Candidate, number: str, kind: str) -> int:
    for text in _texts_in_front(one):
        said = [other for other, thing in _numbers(text) if thing == kind]
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


def _names_asked(view: str) -> list[tuple[str, str]]:
    """The names in a question, but for what is only the front of a longer word: 普通船 in 普通船费."""
    return [(stem, kind) for stem, kind, at in _names(view) if view[at + len(stem + kind) :][:1] not in _LONGER]


def _nearest_name(one: Candidate, stem: str, kind: str) -> float:
    """1 where the asked name is the nearest of its class in the sentence, -1 where another one is.

    Half as much as 1 where only the text above the sentence has it.
    """
    in_table = CELL_BORDER in one.sentence.view
    for number, text in enumerate(_texts_in_front(one)):
        own = number <= in_table
        mine = text.rfind(stem)
        theirs = max((at for other, its, at in _names(text) if its == kind and other != stem), default=-1)
        if mine > theirs:
            return 1.0 if own else _SAID_ABOVE
        if theirs >= 0:
            return -1.0 if own else 0.0
    return 0.0


def _later_of(one: Candidate, asked: re.Pattern[str], other: re.Pattern[str]) -> int:
    """Which of two kinds of words stands later in the clauses in front of a figure."""
    text = _STRONG.split(_sentence_in_front(one))[-1]
    mine, theirs = _last(asked, text), _last(other, text)
    return 0 if mine == theirs else 1 if mine > theirs else -1


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.end() for found in pattern.finditer(text)), default=-1)


def _place_in_list(one: Candidate, view: str) -> int:
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
    part = _PARENTHESIS.sub("", part).strip()
    if part in view:
        return len(part) >= _SHORTEST_NAME
    return (first and part[-_SHORTEST_NAME:] in view) or (last and part[:_SHORTEST_NAME] in view)


def _named_after(question: Question, best: Ranked, others: Sequence[Ranked]) -> Ranked | None:
    """A figure behind the first in its passage that is only introduced by a name the question has: 女性为60小时.

    The first figure's own clause must not have that name, and a name within a longer one is none.
    """
    view = _standard(question.view)
    own = _standard(best.candidate.sentence.view[: best.fact.segment_end])
    found: list[tuple[int, Ranked]] = []
    for one in others:
        fact = one.fact
        if fact.passage != best.fact.passage or fact.id < best.fact.id or CELL_BORDER in one.candidate.sentence.view:
            continue
        name = _standard(_name_in_front(one.candidate))
        if len(name) >= _SHORTEST_NAME and name in view and name not in own and not _is_asked_of(view, name):
            found.append((len(name), one))
    return max(found, key=lambda each: each[0])[1] if found else None


def _is_asked_of(view: str, name: str) -> bool:
    """Whether a name is that of the quantity asked for and tells no case apart: 欠款 in 欠款是多少."""
    noun = noun_at_end(name)
    return (noun is not None and noun.is_quantity and noun.text == name) or bool(
        re.search(rf"{re.escape(name)}[是有为达到共]*(?:多少|几)", view)
    )


def _name_in_front(one: Candidate) -> str:
    """All that stands between a figure and the mark before it, without its verb; empty where that is long."""
    text = _PARENTHESIS.sub("", one.sentence.view[: one.fact.view_start])
    for clause in reversed(re.split(r"[,;。:!?、]", text)[-2:]):
        name = _LEAD_OUT.sub("", _LEAD_IN.sub("", clause.strip())).strip()
        if re.search(r"\d", name):
            return ""
        if name:
            return name if len(name) <= _LONGEST_LEAD else ""
    return ""


__all__ = ["sibling_first"]
