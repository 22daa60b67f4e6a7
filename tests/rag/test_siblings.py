from __future__ import annotations

from dataclasses import replace

import pytest

from index import normalise, quantities_in_view
from rag.question import understand
from rag.ranking import Ranked
from rag.siblings import sibling_first
from tests.rag.evidence import made_candidate, made_fact, made_ranked

EVEN = {"other_place": 0.0, "other_period": 0.0, "contrast": 0.0, "unit": 1.0, "place": 0.5}


def figures_of(text: str, unit: str, apart: float) -> list[Ranked]:
    """The figures of one unit in a passage of sentences, each `apart` behind the one written before it."""
    passage_view, ranked, number = normalise(text), list[Ranked](), 0
    for sentence_number, view in enumerate(passage_view.split("。")):
        facts = []
        for quantity in quantities_in_view(view):
            made = made_fact(quantity.text, indicator="", sentence=sentence_number, id=number)
            facts.append(replace(made, view_start=quantity.start, view_end=quantity.end))
            number += 1
        for fact in facts:
            one = made_candidate(replace(fact, segment_start=0, segment_end=fact.view_end), view)
            passage = replace(one.passage, view=passage_view, section="", title="")
            candidate = replace(one, passage=passage, neighbours=tuple(facts))
            shown = replace(made_ranked(fact, 9.0 - apart * len(ranked), **EVEN), candidate=candidate)
            if fact.unit == unit:
                ranked.append(shown)
    return ranked


def first_of(question: str, text: str, unit: str = "元", apart: float = 1.0) -> str:
    ranked = sibling_first(understand(question), figures_of(text, unit, apart))
    assert ranked[0].relevance >= ranked[1].relevance
    return ranked[0].fact.text


@pytest.mark.parametrize(
    ("question", "text", "figure"),
    [
        ("我爷爷83岁,每月能领多少钱", "70-79岁每月发100元,80-89岁每月发200元", "200元"),
        ("二期投了多少钱", "一期投资3亿元。二期投资5亿元", "5亿元"),
        ("一期投了多少钱", "一期投资3亿元。二期投资5亿元", "3亿元"),
        ("包2的服务费多少钱", "包1服务费3万元,包2服务费4万元", "4万元"),
        ("第二名得了多少钱", "第一名奖金9万元,第二名奖金6万元", "6万元"),
        ("柳林站花了多少钱", "石桥站花费30万元,柳林站花费20万元", "20万元"),
        ("观山湖投了多少钱", "东平湖治理投资3亿元。观山湖治理投资2亿元", "2亿元"),
        ("周末票价多少钱", "平日票价30元,周末票价45元", "45元"),
        ("实际花了多少钱", "计划花费80万元,实际花费95万元", "95万元"),
        ("原计划花多少钱", "实际花费95万元,原计划80万元", "80万元"),
        ("丰水镇卖了多少钱", "丰水、白石和大塘分别卖出30万元、20万元和10万元", "30万元"),
        ("白石镇卖了多少钱", "丰水、白石和大塘分别卖出30万元、20万元和10万元", "20万元"),
        ("总共有多少家饭店,花了多少钱", "新增投资4亿元,累计26亿元", "26亿元"),
        ("女性工资多少钱", "职工平均工资6000元。女性为5500元,男性为6300元", "5500元"),
        ("东岭线卖票卖了多少钱", "三条线卖票90万元。当中东岭线占40万元,西坡线30万元", "40万元"),
    ],
)
def test_the_figure_of_what_the_question_tells_apart_leads(question: str, text: str, figure: str) -> None:
    assert first_of(question, text) == figure


@pytest.mark.parametrize(
    ("question", "text", "figure"),
    [
        ("工资多少钱", "职工平均工资6000元。女性为5500元", "6000元"),
        ("出口额多少钱", "进出口90万元。其中进口50万元", "90万元"),
        ("城镇居民收入多少钱", "农村居民收入3万元。门票收入90万元", "3万元"),
        ("欠款是多少钱", "其中未还的12万元。欠款超过1万元", "12万元"),
    ],
)
def test_what_tells_nothing_apart_changes_nothing(question: str, text: str, figure: str) -> None:
    assert first_of(question, text) == figure


def test_a_figure_far_behind_is_not_brought_forward() -> None:
    assert first_of("柳林站花了多少钱", "石桥站花费30万元,柳林站花费20万元", apart=20.0) == "30万元"


def test_other_units_and_one_figure_alone_are_left() -> None:
    figures = figures_of("一期投资3亿元,二期建成40套", "元", 1.0)
    assert sibling_first(understand("二期多少套"), figures) == figures
