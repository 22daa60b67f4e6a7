"""Open questions over a county whose every sentence is known, with the shipped hash embedder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.contract import Answer, RefusalReason
from rag.digest import is_open
from tests.rag.evidence import Opened, opened

NORTH = """北山县2023年科技工作总结

一、培育科技企业
北山县出台科技企业培育办法，对首次认定的科技企业给予资金奖励，并派专员上门服务。
北山县建立科技企业梯度培育名单，每季度走访名单内企业并帮助解决融资难题。
北山县科技企业数量快速增加。

二、存在问题
北山县高层次人才引进难度大，本地高校数量不足。

三、2024年打算
2024年，北山县将新建科技企业孵化器，继续完善科技企业培育机制。

四、旅游
北山县举办了龙舟节，接待游客很多，民宿生意红火。
"""
SOUTH = """南河县2023年科技工作总结

一、培育科技企业
南河县设立科技企业培育基金，支持科技企业与高校共建实验室。
南河县组织科技企业参加创新大赛，并对获奖企业兑现培育奖励。
"""


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("counties")
    (folder / "corpus").mkdir()
    for name, text in (("north.txt", NORTH), ("south.txt", SOUTH)):
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    parts = opened(folder / "corpus", folder / "index")
    yield parts
    parts.engine.close()


def quotes_hold(parts: Opened, answer: Answer) -> bool:
    return all(parts.text(one.doc)[one.start : one.end] == one.quote for one in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "东丽区如何培育科技企业？",
        "西青区采取了哪些措施推动制造业发展？",
        "总结一下洞头区2023年的科技工作",
        "比较东丽区和西青区支持企业的做法",
        "两县在人才引进上各有什么举措？",
        "明年工作的重点是什么？",
        "介绍一下这家孵化器",
    ],
)
def test_open_questions(question: str) -> None:
    assert is_open(question)


@pytest.mark.parametrize(
    "question",
    [
        "东丽区有多少家科技企业？",
        "同比变化如何？",
        "局长是谁？",
        "比较两区的产值哪个更高",
        "哪家企业入选？",
        "新闻发布会是几月几日开的？",
        "国科医疗项目获得多少财政资金?",
    ],
)
def test_questions_about_a_figure_or_a_name_are_not_open(question: str) -> None:
    assert not is_open(question)


def test_several_sentences_answer_each_with_its_quote(counties: Opened) -> None:
    answer = counties.engine.ask("北山县如何培育科技企业？")

    assert not answer.refused and quotes_hold(counties, answer)
    assert "出台科技企业培育办法" in answer.answer and "梯度培育名单" in answer.answer
    assert 2 <= len(answer.citations) <= 4
    assert all(f"{one.quote}[{one.n}]" in answer.answer for one in answer.citations)
    for foreign in ("南河县", "龙舟", "一、培育"):
        assert foreign not in answer.answer


def test_each_side_of_a_comparison_is_answered_by_itself(counties: Opened) -> None:
    answer = counties.engine.ask("比较北山县和南河县培育科技企业的做法")

    north, south = answer.answer.split("\n")
    assert north.startswith("北山县:") and "南河县" not in north and "北山县出台" in north
    assert south.startswith("南河县:") and "北山县" not in south and "培育基金" in south
    assert {one.doc for one in answer.citations} == {"north.txt", "south.txt"}
    assert quotes_hold(counties, answer)


def test_side_of_which_nothing_is_known_is_said(counties: Opened) -> None:
    answer = counties.engine.ask("北山县和南河县在举办龙舟节上各有哪些举措？")

    assert "龙舟节" in answer.answer
    assert "南河县:文档里没有找到有关的内容。" in answer.answer


def test_aims_of_a_year_are_not_what_was_done_before(counties: Opened) -> None:
    answer = counties.engine.ask("北山县2024年科技企业培育有哪些打算？")

    assert "将新建科技企业孵化器" in answer.answer
    assert answer.citations[0].section.endswith("三、2024年打算")


@pytest.mark.parametrize("question", ["北山县如何移民火星？", "上海市如何培育科技企业？", "北山县如何治理雾霾沙尘暴？"])
def test_what_the_documents_do_not_say_is_refused(counties: Opened, question: str) -> None:
    answer = counties.engine.ask(question)

    assert (answer.refused, answer.refusal_reason) == (True, RefusalReason.NOTHING_FOUND)


def test_faults_are_told_where_they_are_asked_for(counties: Opened) -> None:
    answer = counties.engine.ask("北山县存在哪些问题？")

    assert "人才引进难度大" in answer.answer and "龙舟" not in answer.answer
