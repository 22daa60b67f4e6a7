"""Which of several like figures a question means, told by what stands in front of each.

Figures of one unit and role often follow each other and share all their words but those that tell them apart: the
bracket of a rule, a number (二期, 包1), the name of a station or ward, the other side of a contrast, a place in a list
(甲、乙分别为 ...), plan or outcome, one month or all so far.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from index import canonical, sides_named_last
from rag.asked_nouns import noun_at_end
from rag.brackets import bracket_says, conditions_stated
from rag.in_front import (
    PARENTHESIS,
    SHORTEST_NAME,
    later_of,
    names_asked,
    nearest_name,
    nearest_number,
    numbers,
    place_in_list,
    sentence_in_front,
)
from rag.matching import CELL_BORDER, Candidate
from rag.question import Question
from rag.ranking import Ranked

_CONSIDERED = 12
_MOST_BEHIND = 8.0
_A_LITTLE_BEHIND = 2.5
"""How far behind the first figure, in units of relevance, one may be that fits better: where the first is of another
bracket, name or side, and where nothing is said of the first."""
_MARGIN = 0.01
_PLANNED_ASKED = re.compile(r"原定|原计划|计划|本来|原本|应该|预定|准备(?!金)|(?<!模)拟|打算|估算|估计|预计|预算")
_ACTUAL_ASKED = re.compile(r"实际|真正|最终|后来|最后|(?:推迟|延期?|延后|顺延|提前|改)[到至]")
_PLANNED = re.compile(r"原定|原计划|计划|应[于在]|预计|(?<!模)拟(?!合)|力争|估算|(?<!超)预算|目标|plan", re.IGNORECASE)
_ACTUAL = re.compile(r"实际|推迟|延[期至到后]|顺延|改[到至为]|最终|actual", re.IGNORECASE)
_ONE_ASKED = re.compile(r"[单当]月|当年|当日|单日|单年|[光仅](?=(?:19|20)\d\d年)")
_ONE = re.compile(r"[单当本]月|当年|[去今]年一年|全年|当日|单日")
_SO_FAR = re.compile(r"累计|至今|以来")
_ALL_ASKED = re.compile(r"一共|总共|总数|累计|总量|现有|目前有|到现在")
_ALL = re.compile(r"总数|累计|总量|总计|共有|现有")
_NEW = re.compile(r"新增|新认定|新引进|新培育|新建|净增")
_LEAD_IN = re.compile(r"^(?:其中|当中|里面|而|则|以及|其他|按[^,]{1,4}[分计看])[:,]?|^[、,和与及]")
_LEAD_OUT = re.compile(r"(?:则|约|最[高低多少]|[是为有占达至到共]|达到|分别|的){1,3}$")
_LONGEST_LEAD = 10
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
        verdicts.append(lambda one: bracket_says(stated, sentence_in_front(one)))
    if _ACTUAL_ASKED.search(view) and not _PLANNED_ASKED.search(view):
        verdicts.append(lambda one: later_of(one, _ACTUAL, _PLANNED))
    elif _PLANNED_ASKED.search(view) and not _ACTUAL_ASKED.search(view):
        verdicts.append(lambda one: later_of(one, _PLANNED, _ACTUAL))
    sure = len(verdicts)
    if _ONE_ASKED.search(view) and not _SO_FAR.search(view):
        verdicts.append(lambda one: later_of(one, _ONE, _SO_FAR))
    if _ALL_ASKED.search(view) and not _NEW.search(view):
        verdicts.append(lambda one: later_of(one, _ALL, _NEW))
    for number, kind in numbers(view):
        verdicts.append(partial(nearest_number, number=number, kind=kind))
    for stem, kind in names_asked(view):
        verdicts.append(partial(nearest_name, stem=stem, kind=kind))
    for at in range(len(sides_named_last(standard, ""))):
        verdicts.append(partial(_side_named, standard=standard, number=at))
    verdicts.append(lambda one: place_in_list(one, view))
    return sure, verdicts


def _side_named(one: Candidate, standard: str, number: int) -> int:
    """What the sentence in front of a figure names last of one contrast of the question."""
    return sides_named_last(standard, _standard(sentence_in_front(one)))[number]


def _standard(text: str) -> str:
    """A text in standard form in which 进出口 names neither 进口 nor 出口."""
    return canonical(text).replace("进出口", "外贸")


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
        if len(name) >= SHORTEST_NAME and name in view and name not in own and not _is_asked_of(view, name):
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
    text = PARENTHESIS.sub("", one.sentence.view[: one.fact.view_start])
    for clause in reversed(re.split(r"[,;。:!?、]", text)[-2:]):
        name = _LEAD_OUT.sub("", _LEAD_IN.sub("", clause.strip())).strip()
        if re.search(r"\d", name):
            return ""
        if name:
            return name if len(name) <= _LONGEST_LEAD else ""
    return ""
