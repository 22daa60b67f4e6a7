from __future__ import annotations

from pathlib import Path

import pytest

from rag.arithmetic import BEFORE, PART
from rag.implied import follows_from, own_lead, year_before
from rag.question import Task
from rag.searching import Reading, search
from tests.rag.evidence import Opened, opened

REPORT = """云溪县2023年统计公报

2023年，云溪县茶叶产值24亿元，比上年增长20%；果品产值9亿元，按可比价计算增长8%；竹器产值6亿元，比2019年增长50%。
2023年，按不变价计算，云溪县渔业产值7亿元，增长4%。
2023年，云溪县酒类产值12亿元，比上年减少3亿元；药材产值8亿元，是上年的2倍；花卉产值5亿元，增长6%。
2023年，云溪县绿化覆盖率41%，比上年提高2个百分点；垃圾分类率66%，比上年下降4个百分点。
2023年，云溪县蜂蜜产值4亿元，年均增长9%；蚕桑产值3亿元，增速高于全市2个百分点。
2023年，云溪县游客满意度93.5%，高于全省2.1个百分点；投诉办结率88%，低于全省1.5个百分点。
2023年，云溪县电商销售额50亿元，其中竹制品占32%。
"""


@pytest.fixture(scope="module")
def yunxi(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder: Path = tmp_path_factory.mktemp("yunxi")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "report.txt").write_text(REPORT, encoding="utf-8")
    return opened(folder / "corpus", folder / "index")


def before(county: Opened, question: str, level: str, *, by_rate: bool = True) -> Reading | None:
    return year_before(search(county.library, question), county.ranked(question, level), by_rate=by_rate)


def described(reading: Reading | None) -> tuple[Task, str, list[str]] | None:
    if reading is None:
        return None
    return reading.task, reading.way, [one.fact.text for one in reading.chosen]


@pytest.mark.parametrize(
    ("indicator", "level", "task", "way", "change"),
    [
        ("茶叶产值", "24亿元", Task.RATIO, BEFORE, "20%"),
        ("花卉产值", "5亿元", Task.RATIO, BEFORE, "6%"),
        ("药材产值", "8亿元", Task.RATIO, BEFORE, "2倍"),
        ("酒类产值", "12亿元", Task.SUM, "", "3亿元"),
        ("绿化覆盖率", "41%", Task.DIFFERENCE, "", "2个百分点"),
        ("垃圾分类率", "66%", Task.SUM, "", "4个百分点"),
    ],
)
def test_the_year_before_follows_from_level_and_change(
    yunxi: Opened, indicator: str, level: str, task: Task, way: str, change: str
) -> None:
    assert described(before(yunxi, f"云溪县{indicator}是多少", level)) == (task, way, [level, change])


@pytest.mark.parametrize(
    ("indicator", "level"),
    [
        ("果品产值", "9亿元"),
        ("渔业产值", "7亿元"),
        ("竹器产值", "6亿元"),
        ("蜂蜜产值", "4亿元"),
        ("蚕桑产值", "3亿元"),
        ("游客满意度", "93.5%"),
        ("电商销售额", "50亿元"),
    ],
)
def test_a_change_of_another_base_says_nothing_of_the_year_before(yunxi: Opened, indicator: str, level: str) -> None:
    assert before(yunxi, f"云溪县{indicator}是多少", level) is None


def test_a_change_itself_has_no_year_before(yunxi: Opened) -> None:
    assert before(yunxi, "云溪县茶叶产值增长多少", "20%") is None


def test_a_rate_is_undone_only_where_about_is_enough(yunxi: Opened) -> None:
    assert before(yunxi, "云溪县茶叶产值是多少", "24亿元", by_rate=False) is None
    assert before(yunxi, "云溪县酒类产值是多少", "12亿元", by_rate=False) is not None


@pytest.mark.parametrize(
    ("question", "task", "way", "inputs"),
    [
        ("全省2023年游客满意度是多少？", Task.DIFFERENCE, "", ["93.5%", "2.1个百分点"]),
        ("全省2023年投诉办结率是多少？", Task.SUM, "", ["88%", "1.5个百分点"]),
        ("云溪县所在的省游客满意度是多少？", Task.DIFFERENCE, "", ["93.5%", "2.1个百分点"]),
        ("云溪县竹制品电商销售额是多少亿元？", Task.RATIO, PART, ["50亿元", "32%"]),
    ],
)
def test_the_other_side_and_the_part_follow(
    yunxi: Opened, question: str, task: Task, way: str, inputs: list[str]
) -> None:
    assert described(follows_from(search(yunxi.library, question))) == (task, way, inputs)


@pytest.mark.parametrize(
    "question",
    [
        "云溪县2023年游客满意度是多少？",
        "全国2023年游客满意度是多少？",
        "云溪县电商销售额是多少亿元？",
        "云溪县木制品电商销售额是多少亿元？",
        "云溪县电商销售额中竹制品占百分之几？",
        "全市蚕桑产值是多少亿元？",
    ],
)
def test_nothing_follows_where_the_thing_asked_about_is_not_the_other_side(yunxi: Opened, question: str) -> None:
    assert follows_from(search(yunxi.library, question)) is None


def test_own_lead_is_what_stands_in_front_of_the_figure_in_its_own_part(yunxi: Opened) -> None:
    lead = own_lead(yunxi.ranked("云溪县药材产值是多少", "8亿元"))

    assert "药材产值" in lead
    assert "酒类" not in lead
