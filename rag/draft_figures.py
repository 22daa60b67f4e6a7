"""The figures of a draft: what each may be worded with, and what it has lost of its record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import Quantity, find_quantities, normalise
from index.synonyms import canonical
from rag.contract import Answer, Figure

_CLAUSE = re.compile(r"[,;。!?\n]+")
_FALLS = re.compile(r"下降|降低|减少|下跌|回落|下滑|负增长|减")
_ESTIMATES = re.compile(r"预计|预期|预估")
_INTENTS = re.compile(r"目标|力争|有望|计划|争取|预计|预期|预估|确保|将")
_ASKING = re.compile(r"多少|(?<!第)几(?=[家个项人名位所条种倍件次成分年月天])")
_AND_ITS_CHANGE = re.compile(r"(?:及|和|与|、)其?(?:同比|环比)?(?:增[幅速长减]|占比|比重|排名|名次|变化)")
_EACH = re.compile(r"各|分别")
_AGAINST = re.compile(r"比[^,;:]*$")
_OF_CHANGE = frozenset({"%", "个百分点"})
_CHANGES = re.compile(r"(?:增长|增加|增幅|增速|提高|提升|上升|上涨|下降|减少|回落|降低)(?:了|约|近|达|为|超|逾|到)*$")
_CHANGED = re.compile(r"[增升涨降减跌落]|提高|变化|快|慢|扩大")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a figure may be worded with."""

    figure: Figure
    record: str
    """Its indicator, place and period, synonyms in one form."""
    clause: str
    """The clause of the quote that holds it, synonyms in one form."""
    before: str
    """What of the clause stands before it."""


def ground_of(figure: Figure, answer: Answer) -> Ground:
    """The ground of one figure of an answer."""
    quote = next((normalise(one.quote) for one in answer.citations if one.n == figure.citation), "")
    pieces = [piece for piece in _CLAUSE.split(quote) if any(is_figure(one, figure) for one in find_quantities(piece))]
    record = f"{figure.indicator} {figure.place} {figure.period}"
    clause = pieces[0] if pieces else ""
    before = next((clause[: one.start] for one in find_quantities(clause) if is_figure(one, figure)), "")
    return Ground(figure, canonical(normalise(record)), canonical(clause), before)


def asks_for_more(question: str, answer: Answer) -> bool:
    """Whether a question asks for more figures than an answer holds: its quote may tell them, a wording would not."""
    view = normalise(question)
    if answer.missing and _EACH.search(view):
        return True
    return len(answer.figures) == 1 and (len(_ASKING.findall(view)) > 1 or bool(_AND_ITS_CHANGE.search(view)))


def is_figure(quantity: Quantity, figure: Figure) -> bool:
    """Whether a quantity has a figure's value and unit."""
    return float(quantity.value) == figure.value and quantity.unit == figure.unit


def lost_figure(text: str, grounds: Sequence[Ground]) -> str:
    """What a figure has lost: itself, its qualifier, or that it is a fall, an estimate or an aim."""
    sentences = [piece for piece in re.split(r"[。!?]", text) if piece]
    is_computed = any(ground.figure.citation == 0 for ground in grounds)
    for ground in grounds:
        figure = ground.figure
        if not find_quantities(figure.text):
            if figure.text not in text:
                return f"丢了{figure.text}"
            continue
        found = [(one, piece) for piece in sentences for one in find_quantities(piece) if is_figure(one, figure)]
        if not found and not (is_computed and figure.citation):  # what it was computed from is shown behind the wording
            return f"丢了{figure.text}"
        problem = next(filter(None, (_lost_meaning(one, piece, ground) for one, piece in found)), "")
        if problem:
            return problem
    return ""


def _lost_meaning(quantity: Quantity, sentence: str, ground: Ground) -> str:
    """What one mention of a figure has lost of it."""
    figure = ground.figure
    is_compared = quantity.qualifier == "多" and _AGAINST.search(sentence[: quantity.start])  # 比乙县的60万元多
    if not is_compared and quantity.qualifier != find_quantities(figure.text)[0].qualifier:
        return f"改了{figure.text}的限定词"
    if "预计" in figure.text + figure.qualifier and not _ESTIMATES.search(sentence):
        return f"丢了{figure.text}的“预计”"
    if figure.text.startswith("下降") and not _FALLS.search(sentence):
        return f"没有说{figure.text}"
    if figure.unit in _OF_CHANGE and _CHANGES.search(ground.before) and not _CHANGED.search(sentence):
        return f"没有说{figure.text}是增减"
    if re.search(r"目标|力争|有望|争取", ground.clause) and not _INTENTS.search(sentence):
        return f"没有说{figure.text}是目标"
    return ""


def said_twice(text: str, grounds: Sequence[Ground]) -> str:
    """A figure that a draft gives to more things than there are."""
    said = find_quantities(text)
    for clause in _CLAUSE.split(text) if len(grounds) > 1 else []:
        held = [
            ground.figure for ground in grounds if any(is_figure(one, ground.figure) for one in find_quantities(clause))
        ]
        if len(held) == 1 and _EACH.search(clause):
            return f"没有说{held[0].text}是哪一个的"
    for ground in grounds:
        figure = ground.figure
        alike = sum((other.figure.value, other.figure.unit) == (figure.value, figure.unit) for other in grounds)
        if sum(is_figure(one, figure) for one in said) > alike:
            return f"把{figure.text}说了两遍"
    return ""
