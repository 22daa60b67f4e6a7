from __future__ import annotations

import pytest

from rag.contract import RefusalReason
from rag.reader import read
from tests.rag.evidence import Opened, needs_the_model, opened


@needs_the_model
@pytest.mark.parametrize(
    ("question", "addends"),
    [
        ("东丽区和西青区2023年发明专利授权量一共多少件？", {"1200件", "1500件"}),
        ("东丽区引进人才和柔性引进专家一共多少人？", {"200余人", "66人"}),
    ],
)
def test_sum_needs_all_its_addends(real_county: Opened, question: str, addends: set[str]) -> None:
    answer = real_county.engine.ask(question)

    assert answer.refused or {figure.text for figure in answer.figures} >= addends


@needs_the_model
@pytest.mark.xfail(reason="the whole year answers for its first half")
def test_half_a_year_is_not_answered_by_the_year(real_county: Opened) -> None:
    answer = real_county.engine.ask("东丽区2023年上半年规上工业总产值是多少亿元？")

    assert answer.refusal_reason is RefusalReason.OTHER_PERIOD


@needs_the_model
def test_year_in_front_of_value_added_is_asked_for(real_county: Opened) -> None:
    answer = real_county.engine.ask("东丽区规上工业2019年增加值是多少万元？")

    assert answer.refusal_reason is RefusalReason.OTHER_PERIOD


@needs_the_model
def test_fall_is_not_answered_as_growth(real_county: Opened) -> None:
    figure = real_county.ranked("东丽区2023年第二产业增加值增速是多少？", "0.5%").fact
    answer = real_county.engine.ask("东丽区2023年第二产业增加值增速是多少？")

    assert figure.unit == "%"
    assert answer.refused or "下降" in answer.answer.split("原文", 1)[0] or answer.figures[0].value < 0


@needs_the_model
def test_comparison_is_within_one_period(real_county: Opened) -> None:
    answer = real_county.engine.ask("东丽区和西青区哪个规上工业总产值更高？")

    assert answer.refused or len({figure.period for figure in answer.figures}) == 1


@needs_the_model
@pytest.mark.parametrize(
    "question", ["东丽区2023年雏鹰企业数量增长了百分之几？", "西青区2023年发明专利授权量增速是多少？"]
)
def test_role_that_is_not_there_is_refused(real_county: Opened, question: str) -> None:
    assert real_county.engine.ask(question).refused


@needs_the_model
@pytest.mark.parametrize(
    "question",
    [
        pytest.param(
            "东丽区2023年规上工业利润总额是多少亿元？",
            marks=pytest.mark.xfail(reason="FIELD.md's concept confusion: the figure of another indicator is answered"),
        ),
        "西青区2023年规上工业总产值占全市比重是多少？",
    ],
)
def test_indicator_that_is_not_there_is_refused(real_county: Opened, question: str) -> None:
    assert real_county.engine.ask(question).refused


@needs_the_model
def test_sides_of_a_comparison_may_come_last(real_county: Opened) -> None:
    answer = real_county.engine.ask("2023年哪个区规上工业总产值更低，东丽区还是西青区？")

    assert answer.answer.startswith("东丽区")


PLAN = """云溪县茶园建设通知

一、时间
2025年3月3日至2025年3月20日，种植户网上报名。

二、主要指标
指标名称 | 单位 | 2020年 | 2025年目标
茶园面积 | 亩 | 1200 | 2000
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp("plan")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "plan.txt").write_text(PLAN, encoding="utf-8")
    return opened(folder / "corpus", folder / "index")


@pytest.mark.parametrize(
    ("question", "ends"),
    [
        ("种植户网上报名从哪天到哪天？", ["2025年3月3日", "2025年3月20日"]),
        ("云溪县茶园面积由多少亩增加到多少亩？", ["1200亩", "2000亩"]),
    ],
)
def test_both_ends_of_a_span_and_of_a_row_are_given(plan: Opened, question: str, ends: list[str]) -> None:
    assert [one.fact.text for one in read(plan.library, question).chosen] == ends
