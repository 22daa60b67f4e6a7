from __future__ import annotations

from rag.statements import figure_in_context
from tests.rag.evidence import made_candidate, made_fact


def test_a_cell_is_read_by_its_heads_and_not_by_the_other_cells() -> None:
    view = "甲苑\t620\t84"
    fact = made_fact("84套", "甲苑三居室", view_start=7, view_end=9, segment_start=0, segment_end=len(view))

    statement = figure_in_context(made_candidate(fact, view))

    assert statement.endswith("甲苑三居室【84套】")
    assert "620" not in statement


def test_a_figure_of_prose_stands_among_its_words() -> None:
    view = "全镇有企业12家,产值3亿元"
    fact = made_fact("12家", "企业", view_start=5, view_end=8)

    assert "全镇有企业【12家】,产值3亿元" in figure_in_context(made_candidate(fact, view))
