"""Questions about who, which and how: the sentences that answer best."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from index import Index, Passage, Sentence, canonical, normalise, tokens
from rag.matching import similarity_scale
from rag.reader import Library, Search

_MAX_SENTENCES = 3
_SHORTEST_NAME = 3
"""Characters of a body's name; what is left of 区委 or 全县 is none."""
_LEAST_NAMED = 0.5
"""Least share of a body's name that the passage of its office-holder or the headings above must have."""
_PERSON = re.compile(r"谁|叫什么|姓名|名字|何人|哪位")
_PERSON_SAID = re.compile(
    r"[\u4e00-\u9fff]{2,3}(?:说|表示|介绍|告诉|认为|指出|透露|坦言)|(?:书记|区长|县长|市长|局长|主任|董事长|总经理|负责人|部长|院长|校长|会长|主席|经理|馆长|站长|教授|所长)[\u4e00-\u9fff]{2,4}"
)


_OFFICE = re.compile(
    r"(董事会秘书|书记|[区县市省镇州局院校行馆站所部处科厂会社村队团]长|主任|董事长|总经理|总工程师|经理|主席|主编|总监|首席[\u4e00-\u9fff]{2,4}|负责人|教授|院士|法人|法定代表人|校训)(?:是谁|叫什么|是哪位|姓什么|是哪一位|是什么|名字|姓名|的名字|的姓名|[,是]*谁)"
)


_OTHER_BODY = re.compile(
    r"[\u4e00-\u9fff)]{2}(?:企业|公司|集团|银行|医院|大学|学院|协会|中心|研究院|实验室)(?:党委|常务)?"
    r"(?:书记|主任|董事长|总经理|总工程师|经理|主席|总监|[院行校会]长|负责人)"
)
_CHOICE_ASKED = re.compile(
    r"(?:选|定|聘|请|委托|交给|花落|中标|成交)[^?]{0,8}(?:哪|谁)|(?:哪[家个间]|谁)[^?]{0,8}(?:中标|中选|承建|承办|承担|施工|来[做建修]|供货|设计的)"
)
_CHOICE_SAID = re.compile(
    r"选用|选定|选中|中标|中选|成交|委托|聘请|确定由?|由[^,;。]{2,20}(?:承建|承办|承担|施工|实施|负责)"
)
_CHOICE_WEIGHT = 0.6
_CLAUSE = re.compile(r"[^,、]+[,、]?")
_HOUSE = re.compile(r"[\u4e00-\u9fff]{2}(?:局|厅|院|馆|厂|部|协会|学会|中心)(?:的)?$")


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence with how well it answers."""

    sentence: Sentence
    passage: Passage
    coverage: float
    """Share of the question's words, by rarity, in the sentence and its headings, 0..1."""
    relevance: float
    focus: tuple[int, int]
    """Span of the clause in the sentence's view that holds most of the question's words."""


def best_sentences(library: Library, found: Search) -> list[Found]:
    """At most three sentences, best first; those after the first only where they say nearly as much."""
    ranked = _rank(library.index, found)
    if not ranked:
        return []
    best = ranked[0]
    more = [
        one
        for one in ranked[1:6]
        if one.relevance >= 0.88 * best.relevance and one.passage.doc == best.passage.doc and len(one.sentence.view) > 8
    ]
    return [best, *more[: _MAX_SENTENCES - 1]]


def looks_like_heading(view: str) -> bool:
    """Whether a sentence is short and ends like none."""
    return len(view) <= 40 and not re.search(r"[。!?;]", view)


def _office_asked(view: str) -> tuple[str, ...]:
    """The office whose holder is asked for, with its house (工信局, 局长), in standard form; empty where none is."""
    match = _OFFICE.search(canonical(view))
    if not match:
        return ()
    house = _HOUSE.search(canonical(view)[: match.start()])
    return (match[1], house.group().rstrip("的")) if house else (match[1],)


def _body_asked(found: Search) -> frozenset[str]:
    """Tokens of the firm or body whose office-holder is asked for (爱思达的董事长), places aside; empty where none is."""
    view = canonical(found.question.view)
    match = _OFFICE.search(view)
    if not match:
        return frozenset()
    name = view[: match.start()].rstrip("的").rpartition("的")[2]
    for place in found.places:
        for own in place.names:
            name = name.replace(own, "")
    return frozenset(tokens(name)) if len(name) >= _SHORTEST_NAME else frozenset()


def _is_of_body(body: frozenset[str], sentence: Sentence, passage: Passage, document: set[str]) -> bool:
    """Whether the office-holder is of that body: it is named around, or in the document where no other one is."""
    around = frozenset(tokens(canonical(normalise(f"{passage.title} {passage.section} {passage.view}"))))
    if len(body & around) >= _LEAST_NAMED * len(body):
        return True
    return len(body & document) >= _LEAST_NAMED * len(body) and not _OTHER_BODY.search(canonical(sentence.view))


def _is_elsewhere(found: Search, sentence: Sentence, passage: Passage) -> bool:
    """Whether the passage is of another place than the one asked about and does not name that one."""
    names = [name for place in found.places for name in place.names]
    text = f"{passage.place} {passage.title} {passage.section} {passage.view} {sentence.view}"
    return bool(names and passage.place) and not any(name in text for name in names)


def focus_of(view: str, idf: Mapping[str, float]) -> tuple[int, int]:
    """Span of the clause with most of the question's words, the first of equal ones."""
    clauses = list(_CLAUSE.finditer(view))
    weights = [sum(idf.get(token, 0.0) for token in set(tokens(clause.group()))) for clause in clauses]
    return clauses[weights.index(max(weights))].span() if clauses else (0, len(view))


def _rank(index: Index, found: Search) -> list[Found]:
    terms = found.question.terms
    idf = {term: weight * min(1.0, terms[term] * 2) for term, weight in index.known_idf(list(terms)).items()}
    total = sum(idf.values()) or 1.0
    passages = {hit.passage.id: hit for hit in found.hits}
    low, spread = similarity_scale([hit.similarity for hit in found.hits if hit.similarity])
    office, body = _office_asked(found.question.view), _body_asked(found)
    chooses = bool(_CHOICE_ASKED.search(found.question.view))
    documents: dict[str, set[str]] = defaultdict(set)
    for hit in found.hits if body else ():
        documents[hit.passage.doc] |= set(tokens(canonical(hit.passage.view)))
    ranked = []
    for sentence in index.sentences_of(list(passages)):
        hit = passages[sentence.passage]
        chosen = chooses and bool(_CHOICE_SAID.search(sentence.view))
        own = set(tokens(f"{hit.passage.section} {sentence.view}" if chosen else sentence.view))
        around = set(
            tokens(normalise(f"{hit.passage.title} {hit.passage.section} {hit.passage.place} {hit.passage.view}"))
        )
        covered = sum(weight for term, weight in idf.items() if term in own) / total
        context = sum(weight for term, weight in idf.items() if term in around) / total
        similarity = (hit.similarity - low) / spread if hit.similarity else 0.0
        if office and not all(part in canonical(sentence.view) for part in office):
            continue
        if body and not _is_of_body(body, sentence, hit.passage, documents[hit.passage.doc]):
            continue
        if _is_elsewhere(found, sentence, hit.passage):
            continue
        person = 0.4 if _PERSON.search(found.question.view) and _PERSON_SAID.search(sentence.view) else 0.0
        choice = _CHOICE_WEIGHT if chosen else 0.0
        brief = 0.8 if looks_like_heading(sentence.view) else 0.0
        relevance = 2.0 * covered + 0.8 * context + 0.5 * similarity + person + choice - brief
        focus = focus_of(sentence.view, idf)
        ranked.append(Found(sentence, hit.passage, 0.7 * covered + 0.3 * context, relevance, focus))
    return sorted(ranked, key=lambda one: (-one.relevance, one.sentence.id))
