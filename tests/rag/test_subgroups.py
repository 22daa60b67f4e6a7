from __future__ import annotations

from dataclasses import replace

import pytest

from index import normalise, quantities_in_view
from rag.question import understand
from rag.ranking import Ranked
from rag.subgroups import part_first
from tests.rag.evidence import made_fact, made_ranked

EVEN = {"other_place": 0.0, "other_period": 0.0}


def figures_of(view: str) -> list[Ranked]:
    """Two figures of one sentence, the one written first ranked first."""
    ranked = []
    for number, quantity in enumerate(quantities_in_view(view)):
        comma = max(view.rfind(",", 0, quantity.start), view.rfind("(", 0, quantity.start))
        fact = replace(
            made_fact(quantity.text),
            id=number,
            view_start=quantity.start,
            view_end=quantity.end,
            segment_start=comma + 1,
            segment_end=quantity.end,
        )
        one = made_ranked(fact, 9.0 - number, **EVEN)
        sentence = replace(one.candidate.sentence, view=view)
        ranked.append(replace(one, candidate=replace(one.candidate, sentence=sentence)))
    return ranked


def first_of(question: str, view: str, section: str = "") -> str:
    figures = figures_of(normalise(view))
    placed = [
        replace(one, candidate=replace(one.candidate, passage=replace(one.candidate.passage, section=section)))
        for one in figures
    ]
    ranked = part_first(understand(question), placed)
    assert ranked[0].relevance >= ranked[1].relevance
    return ranked[0].fact.text


@pytest.mark.parametrize(
    ("question", "view", "figure"),
    [
        ("过夜游客有多少万人次", "接待游客52万人次,其中过夜游客9万人次", "9万人次"),
        ("接待游客多少万人次", "接待游客52万人次,其中过夜游客9万人次", "52万人次"),
        ("护士连夜班补贴一共拿多少元", "护士月薪6200元,连夜班补贴7100元", "7100元"),
        ("冬季门票多少元", "夏季门票80元,冬季40元", "40元"),
        ("夏季门票多少元", "夏季门票80元,冬季40元", "80元"),
        ("企业利润多少亿元", "企业利润30亿元,其中国有企业12亿元", "30亿元"),
    ],
)
def test_the_part_the_question_names_leads_and_else_the_whole(question: str, view: str, figure: str) -> None:
    assert first_of(question, view) == figure


def test_the_side_of_a_contrast_that_the_question_names_leads() -> None:
    text = "受访者平均每天看书42分钟,女性为51分钟,男性为33分钟。"

    assert first_of("受访女性平均每天看书多少分钟", text) == "51分钟"
    assert first_of("受访者平均每天看书多少分钟", text) == "42分钟"


def test_a_part_in_another_unit_does_not_lead() -> None:
    assert first_of("过夜游客占多少", "接待游客52万人次,其中过夜游客占17%") == "52万人次"


def test_words_of_the_heading_tell_no_part() -> None:
    question, view = "居民医保参保多少万人", "参保52万人,其中居民9万人"

    assert first_of(question, view) == "9万人"
    assert first_of(question, view, section="居民医保") == "52万人"
