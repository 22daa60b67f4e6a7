from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.other_thing import is_other_thing
from rag.reader import search
from tests.rag.evidence import Opened, opened

REPORT = """云舟市公交集团2024年工作简报

2024年，集团上下齐心协力，各项工作稳步推进。

公交全年完成客运量8,600万人次，正点率96.2%。

集团在岗职工4,200人，人均月收入7,300元，完成营业收入12.6亿元，居全市国企第5位。

年度产值增速居全省第3位。

东门停车场建成车位320个。

西山首末站配车46辆，充电桩80个。

南湖维修厂技师76人，全年维修3,100台次。

北苑加油站售油2,900吨。

压力测试中，2000并发时响应时间为83毫秒。

成人票每张2元，可换乘一次。

全年快递收入3.1亿元，增长12.4%。旅游专线收入8,700万元。

会议听取了安全生产情况的汇报，要求继续做好工作。

下一步将继续努力，做好服务。
"""


@pytest.fixture(scope="module")
def bus_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("bus")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "report.txt").write_text(REPORT, encoding="utf-8")
    parts = opened(folder / "corpus", folder / "index")
    yield parts
    parts.engine.close()


def judged(parts: Opened, question: str, answer: str) -> bool:
    """Whether the figure is another thing's than the question asks for; the figure is found by its text."""
    found = search(parts.library, question)
    figure = next(one for one in found.ranked if one.fact.text == answer)
    return is_other_thing(found, figure, parts.library)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("公交全年客运量是多少？", "8600万人次"),
        ("集团在岗职工有多少人？", "4200人"),
        ("2000并发时响应时间是多少毫秒？", "83毫秒"),
        ("集团营业收入居全市国企第几位？", "第5位"),
        ("集团产值增速居全省第几位？", "第3位"),
        ("西山首末站有多少个充电桩？", "80个"),
    ],
)
def test_figure_of_the_thing_asked_for(bus_company: Opened, question: str, answer: str) -> None:
    assert not judged(bus_company, question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("地铁全年客运量是多少？", "8600万人次"),
        ("集团在岗女职工有多少人？", "4200人"),
        ("集团的利润总额是多少？", "12.6亿元"),
    ],
)
def test_side_of_a_contrast_that_nothing_around_names(bus_company: Opened, question: str, answer: str) -> None:
    assert judged(bus_company, question, answer)


def test_number_that_the_passage_lacks(bus_company: Opened) -> None:
    assert judged(bus_company, "4000并发时响应时间是多少毫秒？", "83毫秒")


def test_rank_of_a_growth_is_no_rank_of_the_amount(bus_company: Opened) -> None:
    assert judged(bus_company, "集团产值居全省第几位？", "第3位")


def test_name_of_which_the_document_has_such_a_figure_elsewhere(bus_company: Opened) -> None:
    assert judged(bus_company, "东门停车场有多少个充电桩？", "80个")
    assert not judged(bus_company, "北苑有多少个充电桩？", "80个"), "no such figure of it: left to the other evidence"


def test_growth_of_another_thing_whose_amount_alone_is_given(bus_company: Opened) -> None:
    assert judged(bus_company, "旅游专线收入增长了百分之几？", "12.4%")
    assert not judged(bus_company, "快递收入增长了百分之几？", "12.4%")
