"""Asking within a conversation: history, errors, the loading engine."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from index.errors import IndexDamagedError
from rag.contract import Answer, Mode, Turn
from ui.chat import UNEXPECTED, Exchange, answer_question, show
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
    return (*so_far, answer_question(lambda: engine, question, so_far, Mode.AUTO))


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
