from __future__ import annotations

import pytest
from hypothesis import given

from index import Role, Status, normalise
from rag.question import Measure, Task, asks_number, clean_question, has_interrogative, understand, wants_low
from tests.pieces import mixed_text, property_settings


@pytest.mark.parametrize(
    ("question", "measure", "unit"),
    [
        ("东丽区有多少家高新技术企业？", Measure.COUNT, "家"),
        ("組建了多少人的技術經紀人隊伍", Measure.COUNT, "人"),
        ("工业产值是多少亿元", Measure.MONEY, "元"),
        ("掏了多少钱", Measure.MONEY, "元"),
        ("出口额是多少美元", Measure.MONEY, "美元"),
        ("居全市第几", Measure.RANK, "排名"),
        ("排名多少", Measure.RANK, "排名"),
        ("拉动增长几个百分点", Measure.POINTS, "个百分点"),
        ("完成率是多少", Measure.PERCENT, "%"),
        ("什么时候开业", Measure.DATE, ""),
        ("哪一天开业", Measure.DATE, "day"),
        ("几月开业", Measure.DATE, "month"),
        ("平均年龄多大年纪", Measure.AGE, "岁"),
        ("增长了几倍", Measure.TIMES, "倍"),
        ("载体面积有多大", Measure.AREA, "平方米"),
        ("用时多久", Measure.DURATION, ""),
        ("R&D强度是多少", Measure.PERCENT, ""),
    ],
)
def test_measure_asked_for(question: str, measure: Measure, unit: str) -> None:
    wanted = understand(question).wanted

    assert (wanted.measure, wanted.unit) == (measure, unit)


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("工业产值增速是多少", Role.CHANGE),
        ("工业产值同比增长多少", Role.CHANGE),
        ("工业产值占比多少", Role.SHARE),
        ("几成与集成电路相关", Role.SHARE),
        ("居全市第几", Role.RANK),
        ("完成率是多少", Role.COMPLETION),
        ("拉动增长几个百分点", Role.CONTRIBUTION),
        ("什么时候开业", Role.DATE),
        ("工业产值是多少亿元", Role.LEVEL),
    ],
)
def test_role_asked_for(question: str, role: Role) -> None:
    assert understand(question).wanted.role is role


@pytest.mark.parametrize(
    ("question", "leg"),
    [
        ("载体面积原来是多少平方米", "from"),
        ("载体面积扩大到多少平方米", "to"),
        ("载体面积从多少平方米扩大到多少平方米", "both"),
        ("载体面积是多少平方米", ""),
        ("报名从几号到几号", "both"),
        ("展览从哪天到哪天", "both"),
    ],
)
def test_end_of_a_change_asked_for(question: str, leg: str) -> None:
    assert understand(question).wanted.leg == leg


@pytest.mark.parametrize(
    ("question", "task"),
    [
        ("东丽区有多少家高新技术企业", Task.LOOKUP),
        ("东丽区和西青区哪个雏鹰企业更多？", Task.COMPARE),
        ("东丽区雏鹰企业比西青区多多少家", Task.DIFFERENCE),
        ("东丽区和西青区雏鹰企业一共多少家", Task.SUM),
        ("东丽区委书记是谁", Task.TEXT),
        ("采取了哪些措施", Task.TEXT),
    ],
)
def test_task(question: str, task: Task) -> None:
    assert understand(question).task is task


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("2023年工业产值是多少", "2023年"),
        ("2023年1-9月研发费用是多少", "2023年1-9月"),
        ("2023年上半年营业收入增速", "2023年上半年"),
        ("2023工业产值是多少", "2023年"),
        ("二〇二三年工业产值是多少", "2023年"),
        ("比2022年增加了多少家", None),
        ("工业产值是多少", None),
    ],
)
def test_period_asked_for(question: str, period: str | None) -> None:
    found = understand(question).period

    assert (found.text if found else None) == period


@pytest.mark.parametrize("question", ["2023年增加值是多少", "2023年上半年增速是多少", "2023年提高了多少"])
def test_period_in_front_of_a_change_is_asked_for(question: str) -> None:
    found = understand(question).period

    assert found is not None
    assert found.text.startswith("2023年")


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("2024年目标是多少家", Status.TARGET),
        ("力争达到多少家", Status.TARGET),
        ("预计达到多少家", Status.ESTIMATE),
        ("实际完成多少家", Status.RESULT),
        ("高新技术企业有多少家", None),
    ],
)
def test_status_asked_for(question: str, status: Status | None) -> None:
    assert understand(question).status is status


def test_traditional_question_is_the_same_question() -> None:
    traditional = understand("東麗區2023年有多少家高新技術企業？")

    assert traditional.text == "東麗區2023年有多少家高新技術企業？"
    assert traditional.terms == understand("东丽区2023年有多少家高新技术企业?").terms


def test_spoken_words_become_those_of_documents() -> None:
    assert understand("高企有多少家").terms == understand("高新技术企业有多少家").terms


@pytest.mark.parametrize("polite", ["请问", "麻烦问一下，", "我想知道", "你好，请问"])
def test_greeting_does_not_count(polite: str) -> None:
    assert clean_question(f"{polite}东丽区有多少家高企？") == clean_question("东丽区有多少家高企？")


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("由同比增速推算，云溪县去年的茶叶产量是多少吨", "云溪县去年的茶叶产量是多少吨"),
        ("算一下云溪县茶叶产量占全市的比重，保留两位小数", "云溪县茶叶产量占全市的比重"),
        ("云溪县比雾岭县的民宿多吗？请给出较多一方的数字。", "云溪县比雾岭县的民宿多吗?"),
        ("云溪县绿道的里程，2022年是多少？", "2022年云溪县绿道的里程是多少?"),
    ],
)
def test_how_to_answer_is_not_what_is_asked(asked: str, question: str) -> None:
    assert clean_question(asked) == question


def test_places_are_no_words() -> None:
    question = understand("东丽区高新技术企业有多少家", places=["东丽区"])

    assert "东丽" not in question.terms
    assert "高新" in question.terms


def test_words_near_the_interrogative_weigh_more_than_those_far_from_it() -> None:
    terms = understand("全区重点街道园区联合高校院所组建平台推动企业成果转化落地签约项目有多少个").terms

    assert terms["重点"] < terms["项目"]


def test_background_helps_but_is_not_asked() -> None:
    question = understand("增速是多少", background="东丽区工业总产值")

    assert question.background
    assert not question.background.keys() & {"增速"}
    assert "工业" not in question.terms


@pytest.mark.parametrize(
    ("question", "low"), [("东丽区和西青区谁更少", True), ("东丽区和西青区谁更多", False), ("谁的增速更慢？", True)]
)
def test_smaller_side_asked_for(question: str, low: bool) -> None:
    assert wants_low(clean_question(question)) is low


@pytest.mark.parametrize(
    ("view", "asks"),
    [("产值是多少", True), ("排名第几", True), ("增速", True), ("书记是谁", False), ("有哪些措施", False)],
)
def test_number_or_text_asked_for(view: str, asks: bool) -> None:
    assert asks_number(view) is asks


def test_piece_of_a_question_asks_by_itself() -> None:
    assert has_interrogative("增速多少")
    assert has_interrogative("占比")
    assert not has_interrogative("东丽区")


@property_settings(200)
@given(mixed_text)
def test_anything_can_be_asked(text: str) -> None:
    question = understand(text)

    assert question.text == text
    assert all(0 < weight <= 1 for weight in question.terms.values())
    assert clean_question(question.view) == question.view or normalise(question.view) != question.view
