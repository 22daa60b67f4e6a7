"""The first sentence of an answer: the figure asked for, the winner of a comparison, everyone who meets a condition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.arithmetic import SPAN, Computation
from rag.contract import Figure
from rag.entities import EntityQuestion
from rag.question import Task
from rag.ranking import Ranked
from rag.searching import Reading

_LOW = frozenset("少低小慢短早")
_FALLS_ASKED = re.compile(r"降|跌|减")
_FALL = "下降"
_OTHER_TIME = "注意:各数字的时期不同。"


def listed(reading: Reading) -> Reading:
    """A reading over everyone of a kind with its figures in the order asked, the largest first where none is."""
    asked = reading.entity_question
    if asked is None:
        return reading
    falls = bool(_FALLS_ASKED.search(asked.indicator))
    low = asked.way[:1] in _LOW or (asked.below is not None and asked.above is None)
    is_rank = reading.chosen[0].fact.unit == "排名"
    pairs = sorted(
        zip(reading.names, reading.chosen, strict=True),
        key=lambda pair: _value(pair[1].fact.text, float(pair[1].fact.value), falls),
        reverse=not low and not is_rank,
    )
    if asked.threshold:
        met = [pair for pair in pairs if asked.met_by(pair[1].fact.value)]
        pairs = met or pairs
    return replace(reading, names=tuple(name for name, _ in pairs), chosen=tuple(one for _, one in pairs))


def lead_of(reading: Reading, figures: Sequence[Figure], computation: Computation | None) -> str:
    """The sentence with what was asked for, every figure marked with its quote."""
    marks = "".join(f"[{n}]" for n in dict.fromkeys(figure.citation for figure in figures))
    if computation is not None:
        shown = computation.wording or computation.expression
        return f"{computation.result}{marks}。计算:{shown}。{_of_other_time(reading)}"
    if reading.entity_question is not None:
        return f"{_everyone(reading.entity_question, reading.chosen, figures)}{_of_other_time(reading)}"
    if reading.task is Task.COMPARE:
        return f"{_comparison(reading, figures)}{_of_other_time(reading)}"
    if len(figures) == 1:
        return f"{figures[0].text}{marks}。"
    return ";".join(f"{figure.text}{_label(figure)}[{figure.citation}]" for figure in figures) + "。"


def _label(figure: Figure) -> str:
    return (
        f"({figure.indicator})" if 2 <= len(figure.indicator) <= 20 and not re.search(r"\d", figure.indicator) else ""
    )


def _comparison(reading: Reading, figures: Sequence[Figure]) -> str:
    low = reading.way.lstrip("更") in {"少", "低", "小", "慢", "短", "早", "靠前"}
    is_rank = figures[0].unit == "排名"
    falls = any(_FALLS_ASKED.search(found.question.view) for found in reading.searches)
    values = [_value(figure.text, figure.value, falls) for figure in figures]
    order = sorted(range(len(figures)), key=lambda i: values[i], reverse=not (low or is_rank))
    if values[order[0]] == values[order[1]]:
        sides = ";".join(f"{reading.names[i]}{figures[i].text}[{figures[i].citation}]" for i in order)
        return f"两者相同:{sides}。"
    winner, *losers = order
    rest = ";".join(f"{reading.names[i]}:{figures[i].text}[{figures[i].citation}]" for i in losers)
    return f"{reading.names[winner]}:{figures[winner].text}[{figures[winner].citation}],{reading.way};{rest}。"


def _value(text: str, value: float, falls_asked: bool) -> float:
    """What a figure is compared by: a fall is below every rise, unless it is falls that are asked about."""
    return -value if text.startswith(_FALL) and not falls_asked else value


def _of_other_time(reading: Reading) -> str:
    """A warning where the sides are of several periods that the question does not name."""
    stated = {(one.fact.period_start, one.fact.period_end) for one in reading.chosen if one.fact.period_end}
    asked = {found.question.period for found in reading.searches}
    of_years = reading.entity_question is not None and reading.entity_question.of_years
    if of_years or len(reading.searches) < 2 or reading.way.startswith(SPAN):
        return ""
    return _OTHER_TIME if len(stated) > 1 and len(asked) == 1 else ""


def _everyone(asked: EntityQuestion, chosen: Sequence[Ranked], figures: Sequence[Figure]) -> str:
    """东丽区最多:598家[1];其次西青区:…. Those that meet a threshold, where one is asked for."""
    sides = [f"{figure.subject}:{figure.text}[{figure.citation}]" for figure in figures]
    if asked.threshold:
        if not asked.met_by(chosen[0].fact.value):
            return f"文档里有这项数据的,没有一个{asked.threshold}:{';'.join(sides)}。"
        count = f"{len(sides)}{asked.measure_word}" if asked.counted else ""
        return f"{count}{asked.threshold}的有:{';'.join(sides)}。"
    if asked.first > 1:
        winners, rest = sides[: asked.first], sides[asked.first :]
        return f"{';'.join(winners)}。" + (f"其余:{';'.join(rest)}。" if rest else "")
    if figures[0].value == figures[1].value and figures[0].text.startswith(_FALL) == figures[1].text.startswith(_FALL):
        return f"并列:{';'.join(sides)}。"
    return f"{figures[0].subject}最{asked.way}:{sides[0].partition(':')[2]};{';'.join(sides[1:])}。"
