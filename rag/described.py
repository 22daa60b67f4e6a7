"""A figure of whoever a question describes and wants named: 哪家公司销量排第二?它营收多少."""

from __future__ import annotations

import re
from dataclasses import replace

import rjieba

from index import canonical
from rag.decompose import Parts
from rag.matching import Candidate, period_fit, role_fit, unit_fit
from rag.question import Question, Task, understand
from rag.ranking import Ranked
from rag.searching import Library, Reading, search

_CONSIDERED = 60
_LEAST_DESCRIBED = 0.5
"""Least share of the description's words that the figure's part of the sentence and the headings must have."""
_LEAST_SAID = 2
"""Least number of them in that part of the sentence itself."""
_LEAST_UNIT = 0.5
_ASKED_WEIGHT = 0.5
"""What the words of what is asked count beside those of the description."""
_PART = re.compile(r"[^;。]+")
_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_OF_ANYONE = frozenset({"企业", "单位", "机构", "项目", "产品", "当中", "里面", "唯一"})


def read_described(library: Library, text: str, parts: Parts, background: str) -> Reading | None:
    """The figure asked for in the part of a sentence that fits the description best; None where none fits it."""
    found = search(library, text, background)
    asked, words = understand(parts.texts[0]), _words(parts.described)
    best: tuple[float, Ranked] | None = None
    for one in found.ranked[:_CONSIDERED]:
        if not words or not _may_answer(asked, one):
            continue
        said, passage = _part_around(one.candidate), one.candidate.passage
        around = _plain(f"{passage.title}{passage.section}{said}")
        own = sum(word in said for word in words)
        if own < _LEAST_SAID or sum(word in around for word in words) < _LEAST_DESCRIBED * len(words):
            continue
        score = own / len(words) + _ASKED_WEIGHT * _share(asked, one)
        if best is None or score > best[0]:
            best = score, one
    if best is None:
        return None
    first = replace(found, question=replace(found.question, wanted=asked.wanted), ranked=[best[1], *found.ranked])
    return Reading(Task.LOOKUP, (first,), (best[1],))


def _words(described: str) -> list[str]:
    return [
        word for word in rjieba.cut(_plain(described)) if (len(word) > 1 or word.isdigit()) and word not in _OF_ANYONE
    ]


def _plain(text: str) -> str:
    return canonical(text).translate(_NUMERALS)


def _part_around(one: Candidate) -> str:
    """The part of the sentence between its semicolons that holds the figure, in standard form."""
    view, at = one.sentence.view, one.fact.view_start
    parts = (found.group() for found in _PART.finditer(view) if found.start() <= at < found.end())
    return _plain(next(parts, view))


def _may_answer(asked: Question, one: Ranked) -> bool:
    return (
        unit_fit(asked.wanted, one.fact) >= _LEAST_UNIT
        and role_fit(asked.wanted, one.fact) > 0.0
        and period_fit(asked.period, one.fact) > 0.0
        and not one.features.other_place
    )


def _share(asked: Question, one: Ranked) -> float:
    """Share of the words of what is asked, by weight, in the figure's own part of the sentence."""
    total = sum(asked.terms.values())
    return sum(weight for term, weight in asked.terms.items() if term in one.zones.own) / total if total else 0.0
