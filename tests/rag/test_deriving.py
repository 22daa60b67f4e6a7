from __future__ import annotations

from pathlib import Path

import pytest

from rag.arithmetic import BEFORE, EACH, GROWTH, REST, SPAN, TIMES
from rag.contract import RefusalReason
from rag.deriving import read_derived
from rag.question import Task
from rag.searching import Reading
from tests.rag.evidence import Opened, opened

REPORT = """云溪县2023年统计公报

2023年，云溪县在册民宿120家，其中星级民宿45家、农家乐30家。
2023年，云溪县停车位9000个，未启用的停车位1200个。
2023年，云溪县茶叶产值24亿元，比上年增长20%；果品产值9亿元，按可比价计算增长8%。
2023年，云溪县旅行社30家，全年组团60万人次。
2023年，云溪县供水量500万吨，户均供水80吨。
云溪大桥2019年3月12日动工，2023年6月20日合龙。
云溪县绿道建成86公里，2025年目标是建成150公里。
云溪县图书馆藏书52万册，2024年目标是达到50万册。
五年间，云溪县累计完成造林35万亩。
云溪县污水管网从120公里延长到300公里，覆盖率从62%提高到81%。
云溪县水厂2021年开工，2022年5月投产。
"""


@pytest.fixture(scope="module")
def yunxi(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder: Path = tmp_path_factory.mktemp("yunxi")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "report.txt").write_text(REPORT, encoding="utf-8")
    return opened(folder / "corpus", folder / "index")


def derived(county: Opened, question: str) -> Reading | None:
    return read_derived(county.library, question, "")


def figures(reading: Reading | None) -> list[str]:
    assert reading is not None
    return [one.fact.text for one in reading.chosen]


@pytest.mark.parametrize(
    ("question", "task", "way", "inputs"),
    [
        ("云溪县在册民宿中不是星级的有多少家？", Task.DIFFERENCE, REST, ["120家", "45家"]),
        (
            "云溪县在册民宿除了星级民宿和农家乐还有多少家？",
            Task.DIFFERENCE,
            REST,
            ["120家", "45家", "30家"],
        ),
        ("云溪县绿道离2025年目标还差多少公里？", Task.DIFFERENCE, "", ["150公里", "86公里"]),
        ("云溪县平均每家旅行社组团多少人次？", Task.RATIO, EACH, ["60万人次", "30家"]),
        ("云溪县平均每年完成造林多少万亩？", Task.RATIO, EACH, ["35万亩", "五年"]),
        ("云溪县上年茶叶产值是多少亿元？", Task.RATIO, BEFORE, ["24亿元", "20%"]),
        ("云溪大桥从动工到合龙用了多少天？", Task.DIFFERENCE, f"{SPAN}天", ["2019年3月12日", "2023年6月20日"]),
        ("云溪县水厂从开工到投产用了几年？", Task.DIFFERENCE, f"{SPAN}年", ["2021年", "2022年5月"]),
        ("云溪县污水管网增长了百分之几？", Task.RATIO, GROWTH, ["300公里", "120公里"]),
        ("云溪县污水管网延长到原来的几倍？", Task.RATIO, TIMES, ["300公里", "120公里"]),
        ("云溪县污水管网覆盖率提高了多少个百分点？", Task.DIFFERENCE, "", ["81%", "62%"]),
    ],
)
def test_what_follows_is_read_from_the_figures_it_follows_from(
    yunxi: Opened, question: str, task: Task, way: str, inputs: list[str]
) -> None:
    reading = derived(yunxi, question)

    assert figures(reading) == inputs
    assert reading is not None
    assert (reading.task, reading.way, reading.refusal) == (task, way, None)


@pytest.mark.parametrize(
    "question",
    [
        "云溪县停车位中未启用的有多少个？",
        "云溪县平均每户供水多少吨？",
        "云溪县在册民宿有多少家？",
        "云溪县上年果品产值是多少亿元？",
    ],
)
def test_what_is_stated_or_cannot_be_undone_is_left_to_the_other_readings(yunxi: Opened, question: str) -> None:
    assert derived(yunxi, question) is None


@pytest.mark.parametrize(
    "question",
    [
        "云溪县在册民宿中不是快捷酒店的有多少家？",
        "云溪县图书馆藏书离2024年目标还差多少万册？",
        "云溪县水厂从开工到投产用了多少个月？",
        "云溪县旅行社平均每家组团多少人次？",
    ],
)
def test_what_does_not_follow_is_refused_and_the_nearest_is_named(yunxi: Opened, question: str) -> None:
    reading = derived(yunxi, question)

    assert reading is not None
    assert (reading.chosen, reading.refusal) == ((), RefusalReason.NO_FIGURE)
    assert reading.nearest is not None


@pytest.mark.parametrize(
    ("question", "lead", "computation"),
    [
        ("云溪县在册民宿中不是星级的有多少家？", "75家[1]", "120家-45家=75家"),
        ("云溪县绿道离2025年目标还差多少公里？", "64公里[1]", "150公里-86公里=64公里"),
        ("云溪县平均每家旅行社组团多少人次？", "平均每家2万人次[1]", "60万人次÷30家=每家2万人次"),
        ("云溪县平均每年完成造林多少万亩？", "平均每年7万亩[1]", "35万亩÷5年=每年7万亩"),
        ("云溪县上年茶叶产值是多少亿元？", "约20亿元[1]", "24亿元÷(1+20%)=20亿元"),
        ("云溪大桥从动工到合龙用了多少个月？", "51个月[1]", "2023年6月20日-2019年3月12日=51个月"),
        ("云溪县污水管网增长了百分之几？", "150%[1]", "(300公里-120公里)÷120公里=150%"),
    ],
)
def test_the_answer_leads_with_the_result_and_shows_how_it_follows(
    yunxi: Opened, question: str, lead: str, computation: str
) -> None:
    answer = yunxi.engine.ask(question)

    assert answer.answer.startswith(lead)
    assert answer.computation == computation
    assert answer.figures[0].text == lead.partition("[")[0]
    assert all(citation.quote in yunxi.text("report.txt") for citation in answer.citations)
