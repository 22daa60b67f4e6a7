from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rag.in_front import (
    later_of,
    names_asked,
    nearest_name,
    nearest_number,
    numbers,
    place_in_list,
    sentence_in_front,
)
from rag.matching import Candidate
from tests.rag.evidence import made_candidate, made_fact


def placed(view: str, figure: str, above: str = "", indicator: str = "") -> Candidate:
    """A figure of a sentence that stands in a passage below the text `above`."""
    start = view.rindex(figure)
    fact = replace(made_fact(figure, indicator=indicator), view_start=start, view_end=start + len(figure))
    one = made_candidate(fact, view)
    return replace(one, passage=replace(one.passage, view=above + view, section="", title=""), neighbours=(fact,))


def test_numbered_things_are_known_by_number_and_kind() -> None:
    assert numbers("二期和第三批,包2,15号楼") == [("2", "期"), ("3", "批"), ("2", "包"), ("15", "号楼")]
    assert numbers("十一号楼和A座") == [("11", "号楼"), ("A", "座")]
    assert numbers("2024年3月,第四季度") == []


def test_the_nearest_number_of_the_kind_tells() -> None:
    assert nearest_number(placed("一期3亿元,二期5亿元", "5亿元"), "2", "期") == 1
    assert nearest_number(placed("一期3亿元", "3亿元"), "2", "期") == -1
    assert nearest_number(placed("投资3亿元", "3亿元", above="二期工程。"), "2", "期") == 1
    assert nearest_number(placed("投资3亿元", "3亿元"), "2", "期") == 0


def test_names_end_in_their_class_and_no_longer_word() -> None:
    assert names_asked("柳林站和观山湖") == [("柳林", "站"), ("观山", "湖")]
    assert names_asked("普通船费") == []
    assert names_asked("这个镇的乡村") == []


def test_another_name_of_the_class_speaks_against_a_figure() -> None:
    assert nearest_name(placed("石桥站30米,柳林站20米", "20米"), "柳林", "站") == 1.0
    assert nearest_name(placed("石桥站30米", "30米"), "柳林", "站") == -1.0
    assert nearest_name(placed("污水处理厂日处理30吨", "30吨"), "污水", "厂") == 0.0
    assert 0 < nearest_name(placed("最高30米", "30米", above="柳林站涨水。"), "柳林", "站") < 1
    assert nearest_name(placed("最高30米", "30米", above="石桥站涨水。"), "柳林", "站") == 0.0


def test_the_later_word_of_a_clause_tells() -> None:
    planned, actual = re.compile("计划"), re.compile("实际")
    assert later_of(placed("计划80元,实际95元", "95元"), actual, planned) == 1
    assert later_of(placed("实际95元,计划80元", "80元"), actual, planned) == -1
    assert later_of(placed("实际95元;共80元", "80元"), actual, planned) == 0


@pytest.mark.parametrize(("question", "verdict"), [("白石多少", 1), ("丰水多少", -1), ("大塘多少", -1), ("多少", 0)])
def test_a_list_gives_each_its_figure(question: str, verdict: int) -> None:
    view = "丰水、白石和大塘分别为30家、20家和10家"
    ones = [placed(view, figure) for figure in ("30家", "20家", "10家")]
    facts = tuple(replace(one.fact, id=number) for number, one in enumerate(ones))
    second = replace(ones[1], fact=facts[1], neighbours=facts)

    assert place_in_list(second, question) == verdict


def test_the_head_of_a_column_stands_in_front_of_its_cells() -> None:
    assert sentence_in_front(placed("东湖镇\t30家", "30家", indicator="平日")).endswith("平日")
