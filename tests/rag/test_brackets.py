from __future__ import annotations

import pytest

from index import normalise
from rag.brackets import bracket_says, conditions_stated


@pytest.mark.parametrize(
    ("question", "in_front", "verdict"),
    [
        ("我家住22层,加装补多少", "20层及以上每台补助", 1),
        ("我家住22层,加装补多少", "20层及以上每台补助30万元,19层及以下每台", -1),
        ("老人78岁,每月能领多少", "70-79岁每月", 1),
        ("老人78岁,每月能领多少", "80至89岁每月", -1),
        ("锅炉用了12年,换新补多少", "满10年不满15年的补助", 1),
        ("锅炉用了16年,换新补多少", "满10年不满15年的补助", -1),
        ("企业有45人,奖多少", "不足50人的奖励", 1),
        ("企业有45人,奖多少", "超过100人的奖励", -1),
        ("企业有45人,奖多少", "对企业奖励", 0),
        ("有多少家企业", "50人以上的", 0),
    ],
)
def test_a_bracket_holds_the_stated_figure_or_does_not(question: str, in_front: str, verdict: int) -> None:
    assert bracket_says(conditions_stated(normalise(question), "元"), normalise(in_front)) == verdict


@pytest.mark.parametrize("question", ["80岁以上的每月多少", "2024年补了多少", "10亿元里有多少"])
def test_limits_dates_and_the_unit_asked_for_are_no_conditions(question: str) -> None:
    assert conditions_stated(normalise(question), "元") == []
