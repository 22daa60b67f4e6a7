from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from index import UserError
from rag.contract import Turn
from tests.pieces import mixed_text, property_settings
from tests.rag.evidence import Opened, without_times
from tests.rag.promises import assert_promises

QUESTIONS = (
    "{place}{period}{one}是多少？",
    "{period}{one}有多少",
    "{one}",
    "{one}增长多少",
    "{one}排第几",
    "{one}占比多少",
    "{one}和{two}哪个多？",
    "{one}与{two}一共多少",
    "{one}比{two}多多少",
    "{place}的{one}和{two}各有多少",
    "{one}的目标是多少",
    "谁负责{one}",
    "{one}从多少增加到多少",
    "{place}{one}什么时候",
    "2019年{one}是多少",
    "上海市{one}是多少",
)


def seed_question(parts: Opened, template: str, one: int, two: int) -> str:
    facts = list(parts.library.index.facts())
    first, second = facts[one % len(facts)], facts[two % len(facts)]
    return template.format(place=first.place, period=first.period, one=first.indicator, two=second.indicator)


@property_settings(100)
@given(st.sampled_from(QUESTIONS), st.integers(0, 999), st.integers(0, 999))
def test_promises_hold_for_questions_made_of_facts(seeds: Opened, template: str, one: int, two: int) -> None:
    question = seed_question(seeds, template, one, two)
    if not question.strip():
        return
    answer = seeds.engine.ask(question)

    assert answer.question == question
    assert_promises(seeds, question, answer)
    assert without_times(seeds.engine.ask(question)) == without_times(answer), "same question, same answer"


TURNS = st.lists(st.builds(Turn, question=mixed_text, answer=mixed_text), max_size=2)


@property_settings(80)
@given(mixed_text, TURNS)
def test_anything_may_be_asked(seeds: Opened, question: str, history: Sequence[Turn]) -> None:
    try:
        answer = seeds.engine.ask(question, history)
    except UserError as error:
        assert str(error).endswith("。")
        return
    assert_promises(seeds, " ".join([question, *(turn.question for turn in history)]), answer)
