from __future__ import annotations

import pytest

from index.event_dates import is_event_date
from index.periods import find_periods
from tests.index.reports import fact_of


@pytest.mark.parametrize(
    ("view", "is_event"),
    [
        ("园区2005年10月被认定为国家级科技园,总面积218亩。", True),
        ("中试区2022年9月启用,建有车间14个。", True),
        ("2018年成立,现有员工300人。", True),
        ("公司成立于2001年12月,员工86人。", True),
        ("2023年获批省级中心3家,市级5家。", False),
        ("2023年获批省级园区,实现产值5亿元。", False),
        ("2023年1-9月投产,产值5亿元。", False),
        ("今年启用,建有车间14个。", False),
    ],
)
def test_a_date_of_an_event_holds_for_its_own_clause(view: str, is_event: bool) -> None:
    (mention,) = find_periods(view, 2023)

    assert is_event_date(view, mention) is is_event


def test_figures_behind_an_event_are_of_the_reports_own_time() -> None:
    text = "云舟科技园2023年工作总结\n中试区2020年9月启用，建有车间14个。园区入驻企业35家。\n"

    assert fact_of(text, "14个").period == "2023年"
    assert fact_of(text, "35家").period == "2023年"
