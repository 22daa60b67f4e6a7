from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from index import Role, Status, find_periods, normalise
from index.quantities import quantities_in_view
from rag.matching import (
    Features,
    features_of,
    period_fit,
    role_fit,
    similarity_scale,
    sought_by,
    status_fit,
    unit_fit,
    zones_of,
)
from rag.question import understand
from tests.rag.evidence import made_candidate, made_fact


def features(question: str, sentence: str, figure: str, **changes: Any) -> Features:
    """Features of one figure of a sentence, every word being as rare as any other."""
    view = normalise(sentence)
    facts = tuple(
        made_fact(
            quantity.text, "", id=number, view_start=quantity.start, view_end=quantity.end,
            segment_start=view.rfind(",", 0, quantity.start) + 1, segment_end=quantity.end, **changes,
        )
        for number, quantity in enumerate(quantities_in_view(view))
        if quantity.unit != "date"
    )  # fmt: skip
    fact = next(fact for fact in facts if fact.text == figure)
    candidate = made_candidate(fact, view, neighbours=facts)
    asked = understand(question)
    return features_of(sought_by(asked, dict.fromkeys(asked.terms, 1.0)), candidate, 0.5, zones_of(candidate))


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("有多少家企业", "12家", "12亿元"),
        ("产值是多少亿元", "12亿元", "12%"),
        ("出口额是多少美元", "12亿美元", "12亿元"),
        ("增速是多少", "9.9%", "12亿元"),
        ("提高了几个百分点", "3个百分点", "3%"),
        ("排第几", "居全市第4", "4家"),
        ("面积有多大", "5万平方米", "5万元"),
        ("平均年龄几岁", "30岁", "30人"),
        ("有多少人", "30名", "30家"),
        ("什么时候开业", "2023年9月", "9家"),
        ("哪一天开业", "2023年9月28日", "2023年9月"),
    ],
)
def test_unit_asked_for_fits_and_another_does_not(question: str, right: str, wrong: str) -> None:
    wanted = understand(question).wanted

    assert unit_fit(wanted, made_fact(right)) > 0.85
    assert unit_fit(wanted, made_fact(wrong)) <= 0.55


def test_without_a_unit_asked_any_figure_may_fit_but_no_date() -> None:
    wanted = understand("实际完成多少").wanted

    assert unit_fit(wanted, made_fact("12家")) == unit_fit(wanted, made_fact("5%")) > 0
    assert unit_fit(wanted, made_fact("2023年")) == 0


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("增速是多少", Role.CHANGE, Role.SHARE),
        ("占比是多少", Role.SHARE, Role.CHANGE),
        ("完成率是多少", Role.COMPLETION, Role.CHANGE),
        ("产值是多少亿元", Role.LEVEL, Role.CHANGE),
    ],
)
def test_role_asked_for_fits_best(question: str, right: Role, wrong: Role) -> None:
    wanted = understand(question).wanted

    assert role_fit(wanted, made_fact("9.9%", role=right)) == 1.0
    assert role_fit(wanted, made_fact("9.9%", role=wrong)) < 0.5


def test_result_goes_before_target_unless_the_target_is_asked() -> None:
    result, target = made_fact("12家"), made_fact("12家", status=Status.TARGET)

    assert status_fit(understand("有多少家"), result) > status_fit(understand("有多少家"), target)
    assert status_fit(understand("目标是多少家"), target) > status_fit(understand("目标是多少家"), result)
    assert status_fit(understand("实际完成多少家"), target) == 0


@pytest.mark.parametrize(
    ("question", "stated", "expected"),
    [("2023年产值", "2023年", 1.0), ("2023年产值", "2022年", 0.0), ("2023年产值", "", 0.5), ("产值", "2023年", 0.5)],
)
def test_period_fits_wholly_or_not_or_says_nothing(question: str, stated: str, expected: float) -> None:
    assert period_fit(understand(question).period, made_fact("12家", period=stated)) == expected


def test_month_inside_the_year_asked_fits_less_than_the_year() -> None:
    asked = understand("2023年产值").period

    assert 0 < period_fit(asked, made_fact("12家", period="2023年10月")) < 1
    assert period_fit(asked, made_fact("12家", period="2023年1-9月"), whole=True) == 0, "全年 is no nine months"


@pytest.mark.parametrize("question", ["2023年上半年产值", "2023年1-9月产值", "2023年10月产值"])
def test_longer_period_than_asked_speaks_against_the_figure(question: str) -> None:
    assert period_fit(understand(question).period, made_fact("12家", period="2023年")) < 0.5


SENTENCE = (
    "2023年,载体面积从6000平方米扩大到50000平方米,入孵企业从21家发展到121家,城镇居民收入52300元,农村居民收入31200元。"
)


def test_asked_end_of_a_change_fits() -> None:
    before, after = "载体面积原来是多少平方米", "载体面积扩大到多少平方米"

    assert features(before, SENTENCE, "6000平方米").leg == features(after, SENTENCE, "50000平方米").leg == 1.0
    assert features(before, SENTENCE, "50000平方米").leg == features(after, SENTENCE, "6000平方米").leg == 0.0
    assert features(before, SENTENCE, "52300元").leg == 0.5


def test_own_words_tell_two_figures_of_one_sentence_apart() -> None:
    question = "载体面积扩大到多少平方米"

    assert features(question, SENTENCE, "50000平方米").own > features(question, SENTENCE, "121家").own
    assert features(question, SENTENCE, "50000平方米").sentence == features(question, SENTENCE, "121家").sentence


def test_other_side_of_a_contrast_speaks_against_a_figure() -> None:
    question = "城镇居民收入是多少元"

    assert features(question, SENTENCE, "31200元").contrast == 1.0
    assert features(question, SENTENCE, "52300元").contrast == 0.0


def test_certainly_another_period_is_marked() -> None:
    assert features("2022年载体面积是多少", SENTENCE, "6000平方米").other_period == 1.0
    assert features("2023年载体面积是多少", SENTENCE, "6000平方米").other_period == 0.0


@pytest.mark.parametrize("question", ["载体面积多少", "?", "城镇居民收入52300元", "面积 面积 面积"])
def test_features_are_between_nought_and_one(question: str) -> None:
    for figure in ("6000平方米", "121家", "31200元"):
        assert all(0.0 <= value <= 1.0 for value in asdict(features(question, SENTENCE, figure)).values())


def test_similarities_are_stretched_between_least_and_best() -> None:
    low, spread = similarity_scale([0.82, 0.9, 0.86])

    assert [round((cosine - low) / spread, 9) for cosine in (0.82, 0.86, 0.9)] == [0.0, 0.5, 1.0]
    assert similarity_scale([0.9, 0.9])[1] > 0
    assert similarity_scale([])[1] > 0


def test_a_cell_is_of_another_column_where_its_head_holds_more_of_the_question() -> None:
    view = "甲苑\t620\t84"
    whole: dict[str, Any] = {"segment_start": 0, "segment_end": len(view)}
    facts = (
        made_fact("620套", "甲苑总房源", id=1, view_start=3, view_end=6, **whole),
        made_fact("84套", "甲苑三居室", id=2, view_start=7, view_end=9, **whole),
    )
    asked = understand("甲苑有几套三居室")
    idf = dict.fromkeys(asked.terms, 1.0)
    found = []
    for fact in facts:
        candidate = made_candidate(fact, view, neighbours=facts)
        found.append(features_of(sought_by(asked, idf), candidate, 0.5, zones_of(candidate)).contrast)

    assert found == [1.0, 0.0]


@pytest.mark.parametrize(
    ("question", "period", "fit"),
    [
        ("11月产量是多少", "2023年11月", 1.0),
        ("11月产量是多少", "2023年1-11月", 0.5),
        ("上半年产量是多少", "2023年上半年", 1.0),
    ],
)
def test_a_month_without_its_year_is_that_month(question: str, period: str, fit: float) -> None:
    stated = find_periods(period, None)[0].period
    fact = made_fact("9吨", "", period=period, period_start=stated.start, period_end=stated.end)

    assert period_fit(understand(question).period, fact) == fit


def test_a_price_is_money() -> None:
    assert unit_fit(understand("租金多少钱").wanted, made_fact("26.5元/平方米")) == 1.0
