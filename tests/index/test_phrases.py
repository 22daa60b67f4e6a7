from __future__ import annotations

import pytest

from index.phrases import clause_before, cleaned


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("(三)人均面积", "人均面积"),
        ("2024年度收缴率", "收缴率"),
        ("从业人员", "从业人员"),
        ("超长期国债", "超长期国债"),
        ("超警", "超警"),
        ("储能", "储能"),
        ("签约", "签约"),
        ("其次是草莓", "草莓"),
        ("分季度看", ""),
        ("去年一年完成", ""),
        ("11日22时出现最高水位", "出现最高水位"),
        ("还清贷款", "还清贷款"),
    ],
)
def test_words_that_only_lead_to_a_figure_go(text: str, phrase: str) -> None:
    assert cleaned(text) == phrase


def test_the_clause_before_a_position() -> None:
    assert clause_before("产油5万吨,产气", 6) == "产油5万吨"
