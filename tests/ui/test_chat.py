"""Asking within a conversation: history, errors, the loading engine, the model's wording, stopping."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from index.errors import IndexDamagedError
from rag.contract import Answer, Mode, Turn
from ui.chat import UNEXPECTED, Draft, Outcome, Waiting, answer_question
from ui.conversation import Conversation, Exchange, Progress, announcement, show
from ui.demo import ScriptedEngine, demo_engine

GDP = "青河县2023年地区生产总值是多少?"
FIRMS = "青河县有多少家高新技术企业?"
LONG_SECONDS = 20.0


class FailingEngine(ScriptedEngine):
    def __init__(self, error: Exception) -> None:
        super().__init__({}, {})
        self.error = error

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        raise self.error


def outcomes(
    engine: ScriptedEngine | None, question: str, so_far: Conversation = (), mode: Mode = Mode.AUTO
) -> list[Outcome]:
    return list(answer_question(lambda: engine, question, so_far, mode, threading.Event()))


def ask(engine: ScriptedEngine | None, question: str, so_far: Conversation = ()) -> Conversation:
    [exchange] = outcomes(engine, question, so_far)
    assert isinstance(exchange, Exchange)
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
    assert "问题是空的，请输入要问的内容。" in show(conversation)
    assert announcement(conversation[0]) == "问题是空的，请输入要问的内容。"


def test_a_known_error_is_shown_as_its_sentence() -> None:
    [exchange] = ask(FailingEngine(IndexDamagedError("索引已损坏，请重新建立。")), GDP)
    assert exchange.error == "索引已损坏，请重新建立。" and exchange.turn is None


def test_an_unknown_error_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        conversation = ask(FailingEngine(ValueError("secret detail")), GDP)
    assert UNEXPECTED in show(conversation) and "secret" not in show(conversation)
    assert "secret detail" in caplog.text


def test_an_engine_that_is_still_loading_says_so() -> None:
    assert "索引还在准备" in show(ask(None, GDP))


def test_show_lists_the_turns_and_the_pending_question() -> None:
    conversation = ask(demo_engine(), GDP)
    shown = show(conversation, FIRMS)
    assert shown.index('id="t1"') < shown.index('id="t2"')
    assert "turn pending" in shown and "正在查阅资料" in shown


def test_screen_readers_hear_the_newest_outcome() -> None:
    assert 'aria-live="polite">近185.6亿元' in show(ask(demo_engine(), GDP))
    refused = ask(demo_engine(), "没有的事?")
    assert announcement(refused[0]).startswith("不作答：资料中没有找到")
    assert 'aria-live="polite"></p></div>' in show(())


class WordingEngine(ScriptedEngine):
    """Has a language model, whose wording it marks, and which takes its time."""

    def __init__(self, seconds: float = 0.0) -> None:
        scripted = demo_engine()
        super().__init__(scripted.documents, scripted.script)
        self.modes = (*Mode,)
        self.seconds = seconds
        self.asked: list[Mode] = []
        self.ended = threading.Event()
        self.draft = ""

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
        on_draft: Callable[[str], None] | None = None,
    ) -> Iterator[Answer]:
        self.asked.append(mode)
        extract = self.ask(question, history, mode)
        yield extract
        if mode is not Mode.EXTRACTIVE and not extract.refused:
            assert cancelled is not None
            if on_draft and self.draft:
                on_draft(self.draft)
            stopped = cancelled.wait(self.seconds)
            self.ended.set()
            worded = {"mode": Mode.LLM, "model": "小模型", "answer": f"模型说：{extract.answer}"}
            yield extract if stopped else extract.model_copy(update=worded)


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.LLM])
def test_the_extract_comes_before_the_wording_and_the_engine_is_asked_once(mode: Mode) -> None:
    engine = WordingEngine()
    extract, worded = outcomes(engine, GDP, mode=mode)
    assert engine.asked == [mode]
    assert isinstance(extract, Exchange) and isinstance(worded, Exchange)
    assert extract.progress is Progress.WORDING and "尚未核对" in show((extract,)) and "模型说" not in show((extract,))
    assert worded.progress is Progress.DONE and "尚未核对" not in show((worded,)) and "模型说" in show((worded,))
    assert worded.turn and worded.turn.answer.startswith("模型说")


@pytest.mark.parametrize(("question", "mode"), [(GDP, Mode.EXTRACTIVE), ("没有的事?", Mode.AUTO), ("  ", Mode.AUTO)])
def test_what_no_model_will_word_comes_at_once(question: str, mode: Mode) -> None:
    [exchange] = outcomes(WordingEngine(), question, mode=mode)
    assert isinstance(exchange, Exchange)
    assert exchange.progress is Progress.DONE and "尚未核对" not in show((exchange,))


def test_stopping_a_wording_keeps_the_extract_and_frees_the_model() -> None:
    engine, stop = WordingEngine(LONG_SECONDS), threading.Event()
    coming = answer_question(lambda: engine, GDP, (), Mode.AUTO, stop)
    extract = next(coming)
    started = time.monotonic()
    stop.set()
    [stopped] = coming
    assert isinstance(extract, Exchange) and isinstance(stopped, Exchange)
    assert stopped.progress is Progress.STOPPED and stopped.answer == extract.answer
    assert "已停止组织语言" in show((stopped,)) and "模型说" not in show((stopped,))
    assert engine.ended.wait(2) and time.monotonic() - started < LONG_SECONDS / 2


def test_an_extract_that_comes_again_after_a_stop_is_marked_as_stopped() -> None:
    class Stopping(WordingEngine):
        """Is stopped while it words, and says the extract again at once."""

        def answers(
            self,
            question: str,
            history: Sequence[Turn] = (),
            mode: Mode = Mode.AUTO,
            cancelled: threading.Event | None = None,
            on_draft: Callable[[str], None] | None = None,
        ) -> Iterator[Answer]:
            extract = self.ask(question, history, mode)
            yield extract
            taken.wait(LONG_SECONDS)
            stop.set()
            yield extract

    engine, stop, taken = Stopping(), threading.Event(), threading.Event()
    coming = answer_question(lambda: engine, GDP, (), Mode.AUTO, stop)
    next(coming)
    threading.Timer(0.1, taken.set).start()
    [stopped] = coming
    assert isinstance(stopped, Exchange) and stopped.progress is Progress.STOPPED


def test_stopping_before_anything_is_found_waits_for_nothing() -> None:
    class Slow(ScriptedEngine):
        def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
            release.wait(LONG_SECONDS)
            return super().ask(question, history, mode)

    release, stop = threading.Event(), threading.Event()
    engine = Slow({}, {})
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    [stopped] = answer_question(lambda: engine, GDP, (), Mode.AUTO, stop)
    release.set()
    assert isinstance(stopped, Exchange)
    assert stopped.progress is Progress.STOPPED and stopped.turn is None and "已停止" in show((stopped,))
    assert time.monotonic() - started < LONG_SECONDS / 2


def test_what_takes_its_time_is_told_to_wait_once() -> None:
    class Slow(ScriptedEngine):
        def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
            release.wait(LONG_SECONDS)
            return super().ask(question, history, mode)

    release, scripted = threading.Event(), demo_engine()
    coming = answer_question(lambda: Slow(scripted.documents, scripted.script), GDP, (), Mode.AUTO, threading.Event())
    assert next(coming) == Waiting()
    threading.Timer(1.2, release.set).start()
    [exchange] = coming
    assert isinstance(exchange, Exchange) and exchange.progress is Progress.DONE


def test_leaving_early_stops_the_wording() -> None:
    engine = WordingEngine(LONG_SECONDS)
    coming = answer_question(lambda: engine, GDP, (), Mode.AUTO, threading.Event())
    next(coming)
    coming.close()
    assert engine.ended.wait(2)


def test_a_draft_comes_between_extract_and_wording() -> None:
    engine = WordingEngine(0.3)
    engine.draft = "模型写到这里"
    extract, draft, worded = outcomes(engine, GDP, mode=Mode.AUTO)
    assert isinstance(extract, Exchange) and isinstance(worded, Exchange)
    assert draft == Draft("模型写到这里")
    assert worded.progress is Progress.DONE


def test_a_follow_up_that_the_model_reads_otherwise_stays_open_until_it_is_worded() -> None:
    class Rewriting(WordingEngine):
        """Refuses, reads the question otherwise, and words that answer."""

        def answers(
            self,
            question: str,
            history: Sequence[Turn] = (),
            mode: Mode = Mode.AUTO,
            cancelled: threading.Event | None = None,
            on_draft: Callable[[str], None] | None = None,
        ) -> Iterator[Answer]:
            yield self.ask("没有的事?")
            extract = self.ask(GDP).model_copy(update={"notice": "追问按另一句理解。"})
            yield extract
            yield extract.model_copy(update={"mode": Mode.LLM})

    before = (Exchange(GDP, WordingEngine().ask(GDP)),)
    coming = answer_question(lambda: Rewriting(), "那边呢?", before, Mode.AUTO, threading.Event())
    assert [one.progress for one in coming if isinstance(one, Exchange)] == [
        Progress.WORDING,
        Progress.WORDING,
        Progress.DONE,
    ]
