from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from index import Role, Status, make_view
from rag.composing import Citations, compose, conflict_text, figure_text, quote_span, refuse
from rag.contract import Answer, Mode, RefusalReason
from rag.question import Task
from rag.ranking import Ranked
from rag.reader import Reading, search
from rag.verification import unproved_figures
from tests.rag.evidence import Opened, made_candidate, made_fact

OUTPUT = "东丽区2023年规上工业总产值是多少亿元？"
XIQING = "西青区2023年规上工业总产值是多少亿元？"


def answer_of(county: Opened, task: Task, *chosen: Ranked, names: tuple[str, ...] = (), way: str = "") -> Answer:
    found = search(county.library, OUTPUT)
    return compose(county.library.index, OUTPUT, Reading(task, (found,), chosen, names, way), [])


def test_answer_leads_with_the_figure_and_quotes_its_proof(county: Opened) -> None:
    answer = answer_of(county, Task.LOOKUP, county.ranked(OUTPUT, "980亿元"))

    assert answer.answer.startswith("980亿元[1]")
    assert (answer.refused, answer.mode, answer.model) == (False, Mode.EXTRACTIVE, None)
    (citation,), (figure,) = answer.citations, answer.figures
    assert county.text(citation.doc)[citation.start : citation.end] == citation.quote
    assert "规上工业总产值980亿元" in citation.quote
    assert citation.quote in answer.answer
    assert (figure.value, figure.unit, figure.citation, figure.verified) == (98e9, "元", 1, True)
    assert (figure.place, figure.period) == ("天津市东丽区", "2023年")


def test_traditional_source_is_quoted_as_written(county: Opened) -> None:
    answer = answer_of(county, Task.LOOKUP, county.ranked(XIQING, "1850亿元"))

    assert "規上工業總產值1850億元" in answer.citations[0].quote
    assert answer.answer.startswith("1850亿元")


def test_decimal_is_repaired_in_the_figure_and_kept_in_the_quote(county: Opened) -> None:
    question = "当涂县市财政兑现资金是多少万元"
    answer = answer_of(county, Task.LOOKUP, county.ranked(question, "72.5万元"))

    assert answer.answer.startswith("72.5万元")
    assert "72。5万元" in answer.citations[0].quote
    assert answer.figures[0].value == 725000


def test_estimate_and_qualifier_are_told(county: Opened) -> None:
    question = "当涂县2023年技术合同交易额预计是多少亿元"
    figure = answer_of(county, Task.LOOKUP, county.ranked(question, "40亿元")).figures[0]

    assert (figure.text, figure.qualifier) == ("预计40亿元", "预计")


def test_figures_of_one_sentence_share_a_citation(county: Opened) -> None:
    question = "东丽区孵化载体面积从多少平方米扩大到多少平方米"
    both = (county.ranked(question, "6000平方米"), county.ranked(question, "50000平方米"))
    answer = answer_of(county, Task.LOOKUP, *both)

    assert [citation.n for citation in answer.citations] == [1]
    assert [figure.citation for figure in answer.figures] == [1, 1]
    assert answer.answer.index("6000平方米") < answer.answer.index("50000平方米")


def test_comparison_leads_with_the_winner(county: Opened) -> None:
    sides = (county.ranked(OUTPUT, "980亿元"), county.ranked(XIQING, "1850亿元"))
    more = answer_of(county, Task.COMPARE, *sides, names=("东丽区", "西青区"), way="更高")
    less = answer_of(county, Task.COMPARE, *sides, names=("东丽区", "西青区"), way="更低")

    assert more.answer.startswith("西青区")
    assert less.answer.startswith("东丽区")
    assert more.answer.index("1850亿元") < more.answer.index("980亿元")
    assert len(more.citations) == 2


def test_better_rank_is_the_smaller_number(county: Opened) -> None:
    sides = (
        county.ranked("东丽区规上工业总产值居全市第几", "第4位"),
        county.ranked("西青区规上工业总产值居全市第几", "第2位"),
    )

    assert answer_of(county, Task.COMPARE, *sides, names=("东丽区", "西青区"), way="靠前").answer.startswith("西青区")


def test_equal_sides_are_called_equal(county: Opened) -> None:
    question = "东丽区2023年地区生产总值是多少"
    sides = (county.ranked(question, "1205亿元"), county.ranked(question, "12050000万元"))
    answer = answer_of(county, Task.COMPARE, *sides, names=("甲", "乙"), way="高")

    assert "相同" in answer.answer
    assert "甲" in answer.answer
    assert "乙" in answer.answer


def test_difference_is_computed_shown_and_its_inputs_quoted(county: Opened) -> None:
    sides = (county.ranked(OUTPUT, "980亿元"), county.ranked(XIQING, "1850亿元"))
    answer = answer_of(county, Task.DIFFERENCE, *sides)

    assert answer.answer.startswith("870亿元")
    assert "1850亿元-980亿元=870亿元" in answer.answer
    assert (answer.figures[0].value, answer.figures[0].citation) == (87e9, 0)
    assert {citation.doc for citation in answer.citations} == {"dongli.txt", "xiqing.txt"}


def test_conflict_shows_both_values_with_their_sources(county: Opened) -> None:
    question = "东丽区2023年高新技术企业有多少家"
    chosen, other = county.ranked(question, "601家"), county.ranked(question, "598家")
    found = search(county.library, question)
    answer = compose(county.library.index, question, Reading(Task.LOOKUP, (found,), (chosen,)), [other])

    assert answer.answer.startswith("601家[1]")
    assert "598家[2]" in answer.answer
    (conflict,) = answer.conflicts
    assert (conflict.value, conflict.citation) == (598, 2)
    assert answer.citations[1].doc == "dongli.txt"


def test_conflicting_sources_are_named_with_their_dates_the_newest_first(county: Opened) -> None:
    question = "东丽区2023年高新技术企业有多少家"
    chosen, other = county.ranked(question, "601家"), county.ranked(question, "598家")
    found = search(county.library, question)
    answer = compose(county.library.index, question, Reading(Task.LOOKUP, (found,), (chosen,)), [other])
    dates = {"bulletin.txt": "2024-01-02", "dongli.txt": "2024-03-01"}
    citations = [one.model_copy(update={"published": dates[one.doc]}) for one in answer.citations]

    assert "其他来源的数字不同:《东丽区2023年统计公报》601家[1]" in answer.answer
    assert conflict_text(answer.figures[0], answer.conflicts, citations) == (
        "其他来源的数字不同,按发布日期从新到旧:《东丽区2023年国民经济和社会发展情况》(2024-03-01)598家[2];"
        "《东丽区2023年统计公报》(2024-01-02)601家[1]。"
    )


def test_computation_whose_input_is_not_quoted_is_refused(county: Opened) -> None:
    true, other = county.ranked(OUTPUT, "980亿元"), county.ranked(XIQING, "1850亿元")
    false = replace(true, candidate=replace(true.candidate, fact=replace(true.fact, text="981亿元")))

    assert answer_of(county, Task.SUM, false, other).refusal_reason is RefusalReason.UNVERIFIED


def test_sides_carry_their_names_and_the_computation_stands_apart(county: Opened) -> None:
    sides = (county.ranked(OUTPUT, "980亿元"), county.ranked(XIQING, "1850亿元"))
    answer = answer_of(county, Task.AVERAGE, *sides, names=("东丽区", "西青区"))

    assert answer.computation == "(980亿元+1850亿元)÷2=1415亿元"
    assert [figure.subject for figure in answer.figures] == ["", "东丽区", "西青区"]


def test_figure_that_its_quote_does_not_prove_is_refused(county: Opened) -> None:
    true = county.ranked(OUTPUT, "980亿元")
    false = replace(true, candidate=replace(true.candidate, fact=replace(true.fact, text="981亿元")))
    answer = answer_of(county, Task.LOOKUP, false)

    assert (answer.refused, answer.refusal_reason) == (True, RefusalReason.UNVERIFIED)
    assert "981" not in answer.answer
    assert answer.figures == []


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_refusal_says_why_and_marks_the_nearest_as_no_answer(county: Opened, reason: RefusalReason) -> None:
    nearest = county.ranked(OUTPUT, "980亿元")
    bare, with_nearest = (refuse(county.library.index, OUTPUT, reason, one) for one in (None, nearest))

    assert (bare.refused, bare.refusal_reason, bare.citations) == (True, reason, [])
    assert bare.answer.endswith("。")
    assert with_nearest.answer.startswith(bare.answer)
    assert "不是答案" in with_nearest.answer
    assert with_nearest.figures == []
    assert unproved_figures(with_nearest.answer, [citation.quote for citation in with_nearest.citations], OUTPUT) == []


def test_every_reason_is_said_in_its_own_words(county: Opened) -> None:
    said = {refuse(county.library.index, OUTPUT, reason, None).answer for reason in RefusalReason}

    assert len(said) == len(RefusalReason)


def test_quote_is_short_whole_and_holds_the_figure(seeds: Opened) -> None:
    index = seeds.library.index
    for document in index.documents():
        facts = list(index.facts(doc=document.path))
        sentences = {one.id: one for one in index.sentences_of(sorted({fact.passage for fact in facts}))}
        for fact in facts:
            start, end = quote_span(index, sentences[fact.sentence], fact.doc, fact.view_start, fact.view_end)
            quote = document.text[start:end]
            view = sentences[fact.sentence].view[fact.view_start : fact.view_end]
            assert view in make_view(document.text, start, end).text
            assert end - start <= 160 or "\n" not in quote


def test_same_span_is_cited_once(county: Opened) -> None:
    citations = Citations(county.library.index)
    first, second, again = (citations.add("dongli.txt", "", *span) for span in ((0, 5), (5, 9), (0, 5)))

    assert (first.n, second.n) == (1, 2)
    assert again is first
    assert [citation.quote for citation in citations.items] == [
        county.text("dongli.txt")[:5],
        county.text("dongli.txt")[5:9],
    ]


def shown_figure(figure: str, sentence: str = "", **changes: Any) -> str:
    view = sentence or figure
    start = view.index(figure)
    fact = made_fact(figure, view_start=start, view_end=start + len(figure), **changes)
    return figure_text(fact, made_candidate(fact, view).sentence)


def test_fall_is_shown_as_a_fall() -> None:
    assert shown_figure("2.3%", "产值同比下降2.3%", role=Role.CHANGE) == "下降2.3%"
    assert shown_figure("2.3%", "产值同比增长2.3%", role=Role.CHANGE) == "2.3%"


@pytest.mark.parametrize(
    ("figure", "status", "shown"),
    [
        ("12家", Status.RESULT, "12家"),
        ("12家", Status.ESTIMATE, "预计12家"),
        ("第4名", Status.RESULT, "排名第4名"),
        ("2300余家", Status.RESULT, "2300余家"),
    ],
)
def test_figure_is_shown_with_what_it_needs(figure: str, status: Status, shown: str) -> None:
    assert shown_figure(figure, status=status) == shown


def test_quote_beside_an_advert_still_names_the_indicator(county: Opened) -> None:
    question = "当涂县2023年完成备案科技型中小企业多少家"
    answer = answer_of(county, Task.LOOKUP, county.ranked(question, "151家"))

    assert "科技型中小企业151家" in answer.citations[0].quote
