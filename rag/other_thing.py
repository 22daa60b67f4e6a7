"""Whether the best figure is of another thing than the one asked for: what the question names is said of it nowhere."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import rjieba

from index import Role, canonical, normalise, side_unsaid
from rag.asked_nouns import is_listed

if TYPE_CHECKING:
    from rag.ranking import Ranked
    from rag.reader import Library, Search

_GENERAL = re.compile(
    "资金|企业|目标|计划|合计|一共|总计|金额|总数|总量|总额|数量|数字|数据|情况|水平|规模|人次|目前|时间|其中|项目|工作|单位|公司|社会"
    "|活动|人员|地区|方面|部分|全部|平均|全年|年度|日均|产值|收入|技术|产业|产品|业务|同比|国家|标准|费用|面积|价格|补贴|额度"
    "|比率|比例|占比|均价|单价|全[国省市州县区]"
)
"""Words that tell no thing from another."""
_LARGEST_SHARE = 6
"""What stands in more than one in so many of a document's passages is its subject, and understood where unsaid."""
_LEFT_OUT = 3
"""Characters that an abbreviation of two leaves out between them at most: 农商 for 农村商业."""
_NUMBER = re.compile(r"(?<![\dA-Za-z.,/·-])\d{3,}(?![\dA-Za-z.,/-]|年|万|亿|%)")
"""A number that sets a condition; smaller ones and those in 万 are written in many ways."""
_RANGE = re.compile(r"\d[^,。;\s]{0,4}(?:及?以[上下内]|[~～-]\d|至\d|到\d)|[超满过于足]\d")
_CONSIDERED = 60
_NO_AMOUNT = frozenset({"%", "‰", "个百分点", "date", "排名"})
_GROWTH = re.compile(r"增[速幅长]")
_OF_GROWTH = re.compile(r"[增涨降减]|变化|快慢")


def is_other_thing(found: Search, best: Ranked, library: Library) -> bool:
    """Whether a side of a contrast, a place, a firm or a kind is asked for that the figure is not of."""
    if _lacks_number(found.question.view, best) or side_unsaid(
        found.question.view, _said(best), _around(best), _heading(best)
    ):
        return True
    if found.question.wanted.role is Role.RANK and _GROWTH.search(best.fact.indicator):
        return not _OF_GROWTH.search(found.question.view)
    if found.question.wanted.role is Role.CHANGE and _is_growth_of_another(found, best):
        return True
    if found.question.background:
        return False  # its words are in part those of an earlier turn, of another thing
    return any(_has_such_a_figure(word, best, library) for word in _named_elsewhere(found, best, library))


def _lacks_number(view: str, best: Ranked) -> bool:
    """Whether the question sets a number (4000并发) that the passage lacks, where the passage sets no ranges."""
    around = _around(best).replace(",", "")
    numbers = [match.group() for match in _NUMBER.finditer(view)]
    return any(number not in around for number in numbers) and not _RANGE.search(around)


def _is_growth_of_another(found: Search, best: Ranked) -> bool:
    """Whether the document has the amount of a thing the question names, and the growth stands where nothing names it.

    图书成交额增长了多少, where 图书卖出2.3亿册 and only 服饰成交 has a growth.
    """
    said = f"{_heading(best)} {canonical(best.candidate.sentence.view[: best.fact.view_end])} {best.fact.indicator}"
    unsaid = [noun for noun in _nouns(found.question.content) if not _is_spoken_of(noun, said)]
    return any(
        noun in _own_part(one)
        for one in found.ranked[1:_CONSIDERED]
        if one.fact.doc == best.fact.doc
        and one.fact.role is Role.LEVEL
        and one.fact.unit not in _NO_AMOUNT
        and not one.features.other_place
        and one.features.own > best.features.clause
        for noun in unsaid
    )


def _named_elsewhere(found: Search, best: Ranked, library: Library) -> list[str]:
    """Nouns of the question that nothing around the figure speaks of, and that its document uses in a few other places.

    What the document opens with is its subject, and counts as spoken of everywhere.
    """
    around = _around(best)
    passages = library.index.passage_ids(best.fact.doc)
    words = []
    places = [name for place in found.places if place.known for name in place.names]
    for word in _nouns(found.question.content):
        if any(word in name for name in places) or _is_spoken_of(word, around) or is_listed(word):
            continue
        naming = library.index.passages_naming(word, best.fact.doc)
        if naming and passages.start not in naming and len(naming) <= max(1, len(passages) // _LARGEST_SHARE):
            words.append(word)
    return words


def _own_part(one: Ranked) -> str:
    fact = one.fact
    return canonical(f"{fact.indicator} {one.candidate.sentence.view[fact.segment_start : fact.segment_end]}")


def _has_such_a_figure(word: str, best: Ranked, library: Library) -> bool:
    """Whether a figure of the same unit and role in the document is said of the word."""
    index, fact = library.index, best.fact
    ids = index.passages_naming(word, fact.doc)
    sentences = {sentence.id: sentence.view for sentence in index.sentences_of(ids)}
    return any(
        word in canonical(f"{one.place} {one.indicator} {sentences[one.sentence][one.segment_start : one.segment_end]}")
        for one in index.facts_of(ids)
        if one.unit == fact.unit and one.role is fact.role
    )


@lru_cache(maxsize=512)
def _nouns(content: str) -> tuple[str, ...]:
    """Nouns and words like them in a question's content, in order, those of a general kind left out."""
    tagged = rjieba.tag(content)
    return tuple(
        dict.fromkeys(
            word
            for word, tag in tagged
            if len(word) > 1
            and (tag[0] == "n" or tag in {"j", "l", "eng", "an", "b", "s", "f"})
            and not _GENERAL.fullmatch(word)
        )
    )


def _is_spoken_of(word: str, around: str) -> bool:
    """Whether the word, a pair of its characters, or what it abbreviates stands there."""
    if word in around or _shares_pair(word, around):
        return True
    return len(word) == 2 and bool(
        re.search(f"{re.escape(word[0])}[\u4e00-\u9fff]{{0,{_LEFT_OUT}}}{re.escape(word[1])}", around)
    )


def _shares_pair(word: str, text: str) -> bool:
    return any("".join(pair) in text for pair in pairwise(word))


def _heading(best: Ranked) -> str:
    passage = best.candidate.passage
    return canonical(normalise(f"{passage.title} {passage.section} {best.fact.place}"))


def _said(best: Ranked) -> str:
    said = normalise(f"{best.fact.indicator} {best.candidate.sentence.view}")
    return f"{said} {canonical(said)}"


def _near(best: Ranked) -> str:
    return f"{_heading(best)} {_said(best)}"


def _around(best: Ranked) -> str:
    return f"{_near(best)} {canonical(best.candidate.passage.view)}"
