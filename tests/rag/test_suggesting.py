"""Questions to ask next: drawn from the facts, and never one that would be refused."""

from __future__ import annotations

import pytest

from rag.contract import Mode, Turn
from rag.suggesting import related_facts
from tests.rag.evidence import Opened

QUESTIONS = [
    "2023年东丽区高端装备产业链全年完成工业产值多少?",
    "盐湖高新区有多少家高新技术企业？",
    "东丽区2024年技术合同登记额目标比2023年预计完成额多多少？",
    "2025年东丽区高端装备产业链产值是多少?",
    "火星的人口是多少?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_follow_up_is_answered_within_the_conversation(seeds: Opened, question: str) -> None:
    answer = seeds.engine.ask(question)
    history = [Turn(question=question, answer=answer.answer)]
    suggested = seeds.engine.follow_ups(answer, history)
    assert len(suggested) == len(set(suggested)) <= 3 and question not in suggested
    assert suggested or answer.refused
    for following in suggested:
        said = seeds.engine.ask(following, history, Mode.EXTRACTIVE)
        assert not said.refused and said.figures[0].verified


def test_a_figure_that_was_told_is_not_suggested_again(seeds: Opened) -> None:
    question = QUESTIONS[0]
    answer = seeds.engine.ask(question)
    told = {(figure.place, figure.period, figure.value) for figure in answer.figures}
    facts = list(related_facts(seeds.library.index, answer))
    assert facts and len({fact.id for fact in facts}) == len(facts)
    assert not [fact for fact in facts if (fact.place, fact.period, float(fact.value)) in told]


def test_what_was_asked_is_not_suggested_again(seeds: Opened) -> None:
    answer = seeds.engine.ask(QUESTIONS[0])
    first = seeds.engine.follow_ups(answer, [Turn(question=QUESTIONS[0], answer=answer.answer)])[0]
    said = [Turn(question=first.replace("?", "？"), answer="有。"), Turn(question=QUESTIONS[0], answer=answer.answer)]
    assert first not in seeds.engine.follow_ups(answer, said)


def test_nothing_more_is_tried_once_others_wait(seeds: Opened) -> None:
    answer = seeds.engine.ask(QUESTIONS[0])
    history = [Turn(question=QUESTIONS[0], answer=answer.answer)]
    found = seeds.engine.follow_ups(answer, history)

    def within(trials: int) -> list[str]:
        looks = iter([False] * trials + [True])
        return seeds.engine.follow_ups(answer, history, lambda: next(looks))

    by_trials = [within(trials) for trials in range(6)]
    assert by_trials[0] == []
    assert by_trials[5] == found
    assert all(some == found[: len(some)] for some in by_trials)
