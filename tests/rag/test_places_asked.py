from __future__ import annotations

import pytest

from index import normalise
from rag.places_asked import asked_places, place_fit, place_index, with_documents
from tests.rag.evidence import made_candidate, made_fact

CORPUS = place_index(["天津市东丽区", "山西省运城市盐湖高新区", "天津滨海高新区", "安徽省马鞍山市当涂县", ""])


def fit(question: str, fact_place: str, view: str = "产值12亿元", title: str = "") -> float:
    candidate = made_candidate(made_fact("产值12亿元", place=fact_place), view, title)
    return place_fit(asked_places(normalise(question), CORPUS), candidate.fact, candidate.sentence, candidate.passage)


def test_index_leaves_out_nowhere() -> None:
    assert "" not in CORPUS.chains
    assert len(CORPUS.chains) == 4


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("东丽区产值是多少", "东丽区"),
        ("东丽产值是多少", "东丽"),
        ("東麗區產值是多少", "东丽区"),
        ("盐湖高新区产值是多少", "盐湖高新区"),
        ("滨海高新区产值是多少", "滨海高新区"),
        ("天津滨海高新技术产业开发区产值是多少", "天津滨海高新区"),
        ("当涂产值是多少", "当涂县"),
    ],
)
def test_place_of_the_corpus_is_known_by_every_name(question: str, name: str) -> None:
    (place,) = asked_places(normalise(question), CORPUS)

    assert place.known
    assert name in place.names


@pytest.mark.parametrize("question", ["北京市朝阳区产值", "大连高新区产值", "上海市产值", "台北市产值"])
def test_place_outside_the_corpus_is_unknown(question: str) -> None:
    places = asked_places(question, CORPUS)

    assert places
    assert not any(place.known for place in places)


def test_narrower_of_two_nested_places_counts() -> None:
    assert [place.names[0] for place in asked_places("天津市东丽区产值", CORPUS)] == ["天津市东丽区"]
    assert [place.names[0] for place in asked_places("天津市的东丽区产值", CORPUS)] == ["天津市东丽区"]


def test_all_sides_are_found_in_order() -> None:
    names = [place.names[0] for place in asked_places("当涂县和东丽区谁的产值高", CORPUS)]

    assert names == ["安徽省马鞍山市当涂县", "天津市东丽区"]


@pytest.mark.parametrize("question", ["产值是多少", "和平发展与长安汽车", "全区产值"])
def test_words_that_are_no_places(question: str) -> None:
    assert asked_places(question, CORPUS) == []


def test_figure_of_the_place_fits_best_and_of_another_not_at_all() -> None:
    assert fit("东丽区产值", "天津市东丽区") == 1.0
    assert fit("东丽区产值", "安徽省马鞍山市当涂县") == 0.0


def test_place_named_around_the_figure_comes_between() -> None:
    named, around = (
        fit("东丽区产值", "天津市西青区", "东丽区产值12亿元"),
        fit("东丽区产值", "天津市西青区", title="东丽区年报"),
    )

    assert 1.0 > named > around > 0.0


def test_city_asked_holds_its_districts() -> None:
    assert fit("天津市产值", "天津市东丽区") > 0.5
    assert fit("上海市产值", "天津市东丽区") == 0.0


def test_no_place_asked_says_nothing() -> None:
    assert fit("产值是多少", "天津市东丽区") == 0.5


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("上海产值是多少", ["上海市"]),
        ("海南方向客流是多少", []),
        ("西安全县客流是多少", []),
        ("通和平均产值是多少", []),
        ("中山装产量是多少", []),
    ],
)
def test_a_short_name_is_a_word_of_its_own(question: str, names: list[str]) -> None:
    assert [place.names[0] for place in asked_places(question, CORPUS)] == names


def test_a_document_that_names_an_unlisted_place_is_not_refused() -> None:
    asked = asked_places(normalise("栎阳县产值是多少"), CORPUS)
    candidate = made_candidate(made_fact("产值12亿元", place=""), "产值12亿元")
    named = with_documents(asked, lambda name: frozenset({candidate.passage.doc} if name == "栎阳县" else ()))

    assert asked[0].documents == frozenset()
    assert place_fit(named, candidate.fact, candidate.sentence, candidate.passage) == 0.4


@pytest.mark.parametrize(("place", "fit"), [("", 0.4), ("天津市东丽区", 0.0)])
def test_a_listed_place_is_that_of_a_document_that_names_it_and_is_of_no_other(place: str, fit: float) -> None:
    candidate = made_candidate(made_fact("产值12亿元", place=place), "产值12亿元")
    named = with_documents(
        asked_places(normalise("鄞州区产值是多少"), CORPUS), lambda _: frozenset({candidate.passage.doc})
    )

    assert place_fit(named, candidate.fact, candidate.sentence, candidate.passage) == fit


@pytest.mark.parametrize("question", ["东丽区产值", "大连高新区产值", "浙江省产值"])
def test_a_place_that_is_wide_a_park_or_of_the_corpus_needs_no_other_documents(question: str) -> None:
    (place,) = with_documents(asked_places(question, CORPUS), lambda _: frozenset({"甲.txt"}))

    assert place.documents == frozenset()
