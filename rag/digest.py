"""Open questions (how, which measures, sum up, compare what is done): sentences of several paragraphs that say it.

Nothing is written here: an answer is a few whole sentences of the documents, each cited, chosen so that they say what
was asked and do not repeat each other. A side of a comparison is answered by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import rjieba

from index import Passage, canonical, normalise, tokens
from rag.matching import similarity_scale
from rag.places_asked import AskedPlace, asked_places
from rag.question import asks_number, clean_question
from rag.reader import Library
from rag.retriever import retrieve
from rag.textual import Found, focus_of, looks_like_heading

_MEASURES = (
    r"(?:主要|具体|重点|关键|突出|创新|好的?|新的?)*(?:措施|举措|做法|办法|政策|工作|成效|成绩|成果|经验|亮点|问题|困难|不足|短板|特点"
    r"|进展|安排|任务|打算|计划|思路|行动|部署|优惠|重点|方法|途径)"
)
_OPEN = re.compile(
    r"(?:如何|怎么(?!样|回事)|怎样)(?=[\u4e00-\u9fff]{2})"
    rf"|(?:哪些|什么|啥){_MEASURES}|{_MEASURES}(?:是什么|有哪些|都?有啥|包括什么|包括哪些)"
    r"|(?:做|干|采取|开展|推出|出台)了?(?:哪些|什么|啥)"
    r"|(?:总结|概括|概述|归纳|梳理|介绍|简述|说说|谈谈|讲讲|说明)(?:一下|下|一?说)?(?!会|大会)"
    rf"|(?:比较|对比)(?![^,。?]*(?:多|少|高|低)).*{_MEASURES}|{_MEASURES}.*(?:异同|区别|不同)"
)
_FRAME = re.compile(
    r"(?:请|帮我|麻烦)?(?:总结|概括|概述|归纳|梳理|介绍|简述|说说|谈谈|讲讲|说明|比较|对比)(?:一下|下|一?说)?"
    rf"|(?:是|都|又)?(?:如何|怎么|怎样)(?:去|来)?|(?:采取|做|干|开展|推出|出台|实施)了?(?:哪些|什么|啥)(?:{_MEASURES})?"
    rf"|(?:各|都|分别|主要)*有?(?:哪些|什么|啥)(?={_MEASURES})|的?{_MEASURES}(?:是什么|有哪些|都?有啥|包括什么|包括哪些)"
    r"|分别|各有|各自|方面|情况|异同|区别|有何不同|有什么不同|的(?=[^\u4e00-\u9fff]|$)|[?,。!]"
)
_YEAR = re.compile(r"\d{4}(?=年)")
_GENERIC = re.compile(
    r"存在|发展|情况|重点|方法|途径|措施|举措|做法|办法|工作|成效|成绩|成果|经验|亮点|特点|进展|安排|打算|思路|部署"
)
_FAULTS = re.compile(r"问题|困难|不足|短板|瓶颈")
_FAULTY = re.compile(
    r"不足|不够|不强|不高|困难|短板|偏[低少弱]|滞后|较[弱低少慢]|缺乏|难度|有待|薄弱|制约|瓶颈|未能|存在[^,。]{0,6}问题|问题和|主要问题"
)
_AIMED = re.compile(r"打算|计划|安排|下一步|将来|今后|目标|任务|思路")
_AIMING = re.compile(r"将|力争|争取|计划|加快|继续|进一步|要|确保|目标")
_ACTS = re.compile(
    r"推动|推进|推行|支持|加强|强化|出台|制定|实施|开展|建立|健全|完善|打造|鼓励|培育|引导|搭建|组织|落实|提升|优化|深化|扶持|奖励|兑现"
    r"|聚焦|围绕|引进|设立|构建|加大|开设|帮助|服务|指导"
)
_FOLLOWS_ON = re.compile(r"^(?:其中|此外|同时|另外|因此|所以|但是?|这|该|其)[,，]?")
_MOST = 4
_MOST_OF_A_SIDE = 2
_LEAST_CHARACTERS = 14
_LEAST_COVERAGE = 0.5
"""Share of the topic's words, by rarity, in the best sentence and the headings above it."""
_NEAR_THE_BEST = 0.62
_SAME = 0.5
"""Share of a sentence's words in one already chosen from which it says nothing new."""


@dataclass(frozen=True, slots=True)
class Side:
    """What was found for one side of a question."""

    name: str
    """Of the place; empty where the question has one side only."""
    found: list[Found]
    """Empty where the documents say nothing about this side, but something about another."""


def is_open(question: str) -> bool:
    """Whether a description is asked for, which no figure, name or date answers."""
    view = clean_question(question)
    return bool(_OPEN.search(view)) and not asks_number(view)


def digest(library: Library, question: str) -> list[Side]:
    """The sentences that answer an open question, each side in the order of its documents; empty where none do."""
    view = clean_question(question)
    topic = re.sub(r"\s+", " ", _FRAME.sub(" ", view)).strip()
    if _FAULTS.search(view):
        topic = f"{topic} 问题"
    places = asked_places(view, library.places)
    if len(places) < 2:
        found = _chosen(library, view, topic, places, _MOST)
        return [Side("", found)] if found else []
    sides = []
    for place in places:
        others = [name for other in places if other is not place for name in other.names]
        own = next(name for name in place.names if name in view) if any(n in view for n in place.names) else ""
        alone = f"{own}{_without(topic, [*others, *place.names])}"
        sides.append(Side(own or place.names[0], _chosen(library, alone, alone, [place], _MOST_OF_A_SIDE)))
    return sides if any(side.found for side in sides) else []


def _chosen(library: Library, view: str, topic: str, places: Sequence[AskedPlace], most: int) -> list[Found]:
    """The best sentences that differ from each other, in the order of the documents."""
    if not all(place.known for place in places):
        return []
    ranked = _ranked(library, view, topic, places)
    if not ranked or ranked[0].coverage < _LEAST_COVERAGE:
        return []
    chosen: list[Found] = []
    for one in ranked:
        if len(chosen) == most or one.relevance < _NEAR_THE_BEST * ranked[0].relevance:
            break
        if not any(_says_the_same(one, other) for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda one: (one.passage.doc, one.sentence.start))


def _ranked(library: Library, view: str, topic: str, places: Sequence[AskedPlace]) -> list[Found]:
    idf = _weights(library, _without(_YEAR.sub(" ", topic), [name for place in places for name in place.names]))
    total = sum(idf.values())
    if not total:
        return []
    years = frozenset(_YEAR.findall(view))
    hits = [
        hit
        for hit in retrieve(library.index, library.embedder, normalise(topic), library.top_k)
        if _is_of(hit.passage, places) and _is_from(hit.passage, years)
    ]
    low, spread = similarity_scale([hit.similarity for hit in hits if hit.similarity])
    by_id = {hit.passage.id: hit for hit in hits}
    found = []
    for sentence in library.index.sentences_of(list(by_id)):
        hit = by_id[sentence.passage]
        is_short = len(sentence.view) < _LEAST_CHARACTERS or looks_like_heading(sentence.view)
        if is_short or sentence.view.strip(" 。") in hit.passage.section:
            continue
        if _FAULTS.search(view) and not _FAULTY.search(f"{hit.passage.section} {sentence.view}"):
            continue
        own = _covered(sentence.view, idf) / total
        above = _covered(f"{hit.passage.section} {hit.passage.period} {sentence.view}", idf) / total
        similarity = (hit.similarity - low) / spread if hit.similarity else 0.0
        fit = 0.15 * _fits(view, sentence.view) - 0.15 * bool(_FOLLOWS_ON.match(sentence.view))
        relevance = 0.6 * own + 0.6 * above + 0.3 * similarity + fit
        found.append(Found(sentence, hit.passage, above, relevance, focus_of(sentence.view, idf)))
    return sorted(found, key=lambda one: (-one.relevance, one.sentence.id))


def _weights(library: Library, topic: str) -> dict[str, float]:
    """Rarity of the tokens of a topic's words; what no document says counts as the rarest of those it says."""
    words = [word for word in rjieba.cut(canonical(topic)) if len(word) > 1 and not _GENERIC.fullmatch(word)]
    terms = list(dict.fromkeys(token for word in words for token in tokens(word)))
    known = library.index.known_idf(terms)
    rarest = max(known.values(), default=1.0)
    return {term: known.get(term, rarest) for term in terms}


def _covered(text: str, idf: Mapping[str, float]) -> float:
    there = set(tokens(canonical(text)))
    return sum(weight for term, weight in idf.items() if term in there)


def _fits(asked: str, said: str) -> bool:
    """Whether a sentence tells a fault, an aim or an act, as the question asks."""
    if _FAULTS.search(asked):
        return bool(_FAULTY.search(said))
    if _AIMED.search(asked):
        return bool(_AIMING.search(said))
    return bool(_ACTS.search(said))


def _is_of(passage: Passage, places: Sequence[AskedPlace]) -> bool:
    """Whether a passage is of the places asked about, or of none that is known."""
    text = f"{passage.place} {passage.title} {passage.section} {passage.view}"
    names = [name for place in places for name in place.names]
    return not names or any(name in text for name in names)


def _is_from(passage: Passage, years: frozenset[str]) -> bool:
    """Whether a passage names one of the years asked for, or none at all."""
    named = set(_YEAR.findall(f"{passage.period} {passage.section} {passage.view}"))
    return not years or not named or not years.isdisjoint(named)


def _without(text: str, names: Iterable[str]) -> str:
    for name in sorted(names, key=lambda name: -len(name)):
        text = text.replace(name, " ")
    return re.sub(r"\s+|(?<=\s)[和与跟及、](?=\s)", " ", text).strip(" 和与跟及、在")


def _says_the_same(one: Found, other: Found) -> bool:
    own, known = set(tokens(one.sentence.view)), set(tokens(other.sentence.view))
    return len(own & known) >= _SAME * min(len(own), len(known))
