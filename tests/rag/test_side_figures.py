from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from index import Fact, Role
from rag.question import understand
from rag.ranking import Ranked
from rag.searching import Search
from rag.side_figures import SIDES_CONSIDERED, cores_of, figures_of_sides
from tests.rag.evidence import made_candidate, made_fact, made_ranked

TOWNS = ("东湖镇", "西岭镇")


def figure(number: int, text: str, relevance: float = 1.0, view: str = "", **changes: Any) -> Ranked:
    """A figure of a sentence of its own, or of one that `view` gives, which holds the figure once."""
    fact: Fact = made_fact(text, indicator="民宿", place="", id=number, sentence=number, **changes)
    ranked = made_ranked(fact, relevance)
    if not view:
        return ranked
    start = view.index(text)
    placed = replace(fact, sentence=1, view_start=start, view_end=start + len(text))
    return replace(ranked, candidate=made_candidate(placed, view))


def found(*ranked: Ranked, question: str = "民宿是多少") -> Search:
    return Search(understand(question), [], [], list(ranked))


def chosen(searches: Sequence[Search], names: Sequence[str] = TOWNS) -> list[str] | None:
    figures = figures_of_sides(searches, names)
    return [one.fact.text for one in figures] if figures is not None else None


def test_the_surest_figure_of_each_side_is_taken() -> None:
    assert chosen([found(figure(1, "45家", 3), figure(2, "9家", 2)), found(figure(3, "30家", 3))]) == ["45家", "30家"]


def test_figures_of_other_units_are_not_set_against_each_other() -> None:
    assert chosen([found(figure(1, "45家")), found(figure(2, "30亩", 5))]) is None
    assert chosen([found(figure(1, "45家")), found(figure(2, "30亩", 5), figure(3, "12家", 1))]) == ["45家", "12家"]


def test_words_for_people_are_one_unit() -> None:
    assert chosen([found(figure(1, "45人")), found(figure(2, "30名"))]) == ["45人", "30名"]


def test_dates_are_no_amounts() -> None:
    assert chosen([found(figure(1, "2023年3月5日")), found(figure(2, "2023年6月5日"))]) is None


def test_one_figure_does_not_stand_for_two_sides_where_another_can() -> None:
    shared = figure(1, "45家", 7)

    assert chosen([found(shared, figure(2, "9家", 1)), found(shared, figure(3, "30家", 5))]) == ["45家", "30家"]


def test_the_side_named_in_front_of_a_figure_outweighs_its_place_in_the_search() -> None:
    view = "东湖镇民宿45家,西岭镇民宿30家"
    east, west = figure(1, "45家", 3, view), figure(2, "30家", 2, view)

    assert chosen([found(east, west), found(east, west)]) == ["45家", "30家"]
    assert chosen([found(east, west), found(east, west)], TOWNS[::-1]) == ["30家", "45家"]


def test_a_level_goes_with_a_level() -> None:
    change = figure(2, "12家", 2.2, role=Role.CHANGE)

    assert chosen([found(figure(1, "45家", 3)), found(change, figure(3, "30家", 2))]) == ["45家", "30家"]


def test_figures_of_one_period_go_before_others_unless_periods_are_asked_for() -> None:
    east = figure(1, "45家", 3)
    later, same = figure(2, "33家", 2.6, period_start=24300, period_end=24311), figure(3, "30家", 2)

    assert chosen([found(east), found(later, same)]) == ["45家", "30家"]
    asked = [found(east, question="2023年民宿是多少"), found(later, same, question="2025年民宿是多少")]
    assert chosen(asked, ("2023年", "2025年")) == ["45家", "33家"]


def test_a_side_without_figures_leaves_nothing_to_choose() -> None:
    assert chosen([found(figure(1, "45家")), found()]) is None


def test_many_sides_are_chosen_from_in_bounded_time() -> None:
    count = 12
    searches = [found(*(figure(20 * side + n, f"{n + 1}家") for n in range(SIDES_CONSIDERED))) for side in range(count)]
    names = [f"{numeral}号镇" for numeral in range(count)]

    figures = figures_of_sides(searches, names)

    assert figures is not None
    assert len({one.fact.id for one in figures}) == count


def test_a_figure_behind_another_one_like_it_is_less_surely_of_the_name_before_both() -> None:
    view = "东湖镇最高,达74家,南山镇为67家,西岭镇为52家"
    figures = [figure(number, text, 5.0 - number, view) for number, text in enumerate(("67家", "74家", "52家"))]
    facts = tuple(one.fact for one in figures)
    figures = [replace(one, candidate=replace(one.candidate, neighbours=facts)) for one in figures]

    assert chosen([found(*figures), found(*reversed(figures))]) == ["74家", "52家"]


def test_things_may_be_counted_in_two_measure_words_where_no_other_figures_fit() -> None:
    assert chosen([found(figure(1, "16家")), found(figure(2, "30个"))]) == ["16家", "30个"]
    assert chosen([found(figure(1, "16家")), found(figure(2, "30个", 3), figure(3, "9家", 2))]) == ["16家", "9家"]
    assert chosen([found(figure(1, "16人")), found(figure(2, "30个"))]) is None


def test_a_list_gives_each_of_its_figures_to_a_name_before_all() -> None:
    view = "东湖镇和西岭镇分别为74家和52家"
    figures = [figure(number, text, 5.0 - number, view) for number, text in enumerate(("74家", "52家"))]
    facts = tuple(one.fact for one in figures)
    figures = [replace(one, candidate=replace(one.candidate, neighbours=facts)) for one in figures]

    assert chosen([found(*figures), found(*reversed(figures))]) == ["74家", "52家"]


def test_what_all_questions_say_is_no_name_of_a_side() -> None:
    assert cores_of(("东湖镇的补助资金", "西岭镇"), ("东湖镇的补助资金多少", "西岭镇的补助资金多少")) == [
        ("东湖",),
        ("西岭",),
    ]
