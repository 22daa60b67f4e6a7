"""Asking within a conversation: history, errors, the loading engine."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from index.errors import IndexDamagedError
from rag.contract import Answer, Mode, Turn
from ui.chat import REWORDING, UNEXPECTED, Exchange, answer_question, show
from ui.demo import ScriptedEngine, demo_engine

GDP = "青河县2023年地区生产总值是多少?"
FIRMS = "青河县有多少家高新技术企业?"


class FailingEngine(ScriptedEngine):
    def __init__(self, error: Exception) -> None:
        super().__init__({}, {})
        self.error = error

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        raise self.error


def ask(engine: ScriptedEngine | None, question: str, so_far: tuple[Exchange, ...] = ()) -> tuple[Exchange, ...]:
    [exchange] = answer_question(lambda: engine, question, so_far, Mode.AUTO)
    return (*so_far, exchange)


def test_earlier_questions_and_answers_are_passed_on() -> None:
    engine = demo_engine()
    ask(engine, FIRMS, ask(engine, GDP))
    assert engine.histories[0] == ()
    [turn] = engine.histories[1]
    assert turn.question == GDP and turn.answer.startswith("近185.6亿元")


def test_a_question_that_failed_is_no_part_of_the_history() -> None:
    engine = demo_engine()
    conversation = ask(engine, FIRMS, ask(engine, "  "))
    assert engine.histories == [()]
    assert "问题是空的，请输入要问的内容。" in conversation[0].html
    assert conversation[0].announcement == "问题是空的，请输入要问的内容。"


def test_a_known_error_is_shown_as_its_sentence() -> None:
    [exchange] = ask(FailingEngine(IndexDamagedError("索引已损坏，请重新建立。")), GDP)
    assert "索引已损坏，请重新建立。" in exchange.html and exchange.turn is None


def test_an_unknown_error_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        [exchange] = ask(FailingEngine(ValueError("secret detail")), GDP)
    assert UNEXPECTED in exchange.html and "secret" not in exchange.html
    assert "secret detail" in caplog.text


def test_an_engine_that_is_still_loading_says_so() -> None:
    [exchange] = ask(None, GDP)
    assert "索引还在准备" in exchange.html


def test_show_lists_the_turns_and_the_pending_question() -> None:
    conversation = ask(demo_engine(), GDP)
    shown = show(conversation, FIRMS)
    assert shown.index('id="t1"') < shown.index('id="t2"')
    assert "turn pending" in shown and "正在查阅资料" in shown


def test_screen_readers_hear_the_newest_outcome() -> None:
    assert 'aria-live="polite">近185.6亿元' in show(ask(demo_engine(), GDP))
    refused = ask(demo_engine(), "没有的事?")
    assert refused[0].announcement.startswith("不作答：资料中没有找到")
    assert 'aria-live="polite"></p></div>' in show(())


class WordingEngine(ScriptedEngine):
    """Has a language model, whose wording it marks."""

    def __init__(self) -> None:
        scripted = demo_engine()
        super().__init__(scripted.documents, scripted.script)
        self.modes = (*Mode,)
        self.asked: list[Mode] = []

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        self.asked.append(mode)
        answer = super().ask(question, history, mode)
        worded = {"mode": Mode.LLM, "model": "小模型", "answer": f"模型说：{answer.answer}"}
        return answer if mode is Mode.EXTRACTIVE or answer.refused else answer.model_copy(update=worded)


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.LLM])
def test_the_extract_comes_before_the_wording_of_a_language_model(mode: Mode) -> None:
    engine = WordingEngine()
    extract, worded = answer_question(lambda: engine, GDP, (), mode)
    assert engine.asked == [Mode.EXTRACTIVE, mode]
    assert not extract.final and REWORDING in extract.html and "模型说" not in extract.html
    assert worded.final and REWORDING not in worded.html and "模型说" in worded.html
    assert worded.turn and worded.turn.answer.startswith("模型说")


@pytest.mark.parametrize(("question", "mode"), [(GDP, Mode.EXTRACTIVE), ("没有的事?", Mode.AUTO), ("  ", Mode.AUTO)])
def test_what_no_model_will_word_is_asked_once(question: str, mode: Mode) -> None:
    engine = WordingEngine()
    [exchange] = answer_question(lambda: engine, question, (), mode)
    assert engine.asked == [Mode.EXTRACTIVE] and exchange.final and REWORDING not in exchange.html
