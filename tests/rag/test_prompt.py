from __future__ import annotations

import json

import pytest

from rag.prompt import (
    PROMPT_TOKENS,
    DraftSentence,
    UnreadableReplyError,
    _tokens,
    begun,
    continued,
    draft_so_far,
    prompt,
    read_reply,
    repair,
    schema,
    within_budget,
)


@pytest.mark.parametrize("as_json", [True, False])
def test_examples_are_given_in_the_form_that_is_asked_for(as_json: bool) -> None:
    messages = prompt("甲?", "1家", ["甲1家"], as_json=as_json)

    assert all(str(message.content).startswith("{") is as_json for message in messages if message.type == "ai")
    assert ("JSON" in str(messages[0].content)) is as_json


def test_what_never_changes_comes_first() -> None:
    one, other = [prompt(f"{name}?", "1家[1]", [f"{name}1家"], as_json=True) for name in "甲乙"]

    assert one[:-1] == other[:-1] and "甲1家" not in str(one[:-1])
    assert one[-1].content == "原文[1]:甲1家\n问题:甲?\n结论:1家\n回答:"


def test_prompt_stays_within_the_budget() -> None:
    messages = prompt("甲?", "1家", ["东丽区高端装备产业链" * 20] * 60, as_json=True)

    assert 2000 < sum(_tokens(str(message.content)) for message in messages) <= PROMPT_TOKENS + 20
    assert prompt("东丽区" * 2000, "1家", ["甲1家"], as_json=False) == []
    assert prompt("甲?", "1家", ["东丽区" * 3000], as_json=False) == []


def test_first_texts_that_fit_are_kept() -> None:
    assert within_budget(["短", "东丽区高端装备" * 600, "也短"], 100) == ["短"]
    assert within_budget(["<|endoftext|>"], 100) == ["<|endoftext|>"], "special tokens are text"


def test_repair_names_the_failure_and_keeps_the_prefix() -> None:
    messages = prompt("甲?", "1家", ["甲1家"], as_json=False)

    longer = repair(messages, "甲2家", "丢了1家", ["1家", "约3家"])

    assert longer[: len(messages)] == messages
    assert longer[-2].content == "甲2家" and "丢了1家" in str(longer[-1].content)
    assert "必须有1家、约3家" in str(longer[-1].content)


@pytest.mark.parametrize(
    ("conclusion", "shown"),
    [
        ("甲镇:12所[1],更多;乙镇:8所[2]。", "结论:甲镇12所,比乙镇的8所更多。"),
        ("12所(甲镇的学校)[1];8所[2]。", "结论:12所(甲镇的学校);8所。"),
        ("", "要求:用一到四句话回答"),
    ],
)
def test_conclusion_is_shown_as_people_say_it(conclusion: str, shown: str) -> None:
    assert shown in str(prompt("甲?", conclusion, [], as_json=True)[-1].content)


def test_schema_lets_only_known_quotes_be_cited() -> None:
    sentence = schema(3)["properties"]["sentences"]["items"]

    assert sentence["properties"]["citations"]["items"]["enum"] == [1, 2, 3]


def reply(text: str, citations: object) -> str:
    return json.dumps({"sentences": [{"text": text, "citations": citations}]}, ensure_ascii=False)


def test_replies_in_json_fenced_or_plain() -> None:
    wanted = [DraftSentence("甲1家。", (1,))]

    assert read_reply(reply("甲1家。", [1, 1]), 2) == wanted
    assert read_reply(f"```json\n{reply('甲1家。', [1])}\n```", 2) == wanted
    assert read_reply("甲1家[1]。", 2) == wanted
    assert read_reply("甲1家。[1]乙2家[2]。\n", 2) == [*wanted, DraftSentence("乙2家。", (2,))]
    assert read_reply("", 2) == read_reply(reply(" ", [1]), 2) == []


def test_marks_of_unknown_quotes_are_dropped() -> None:
    assert read_reply(reply("甲1家[9]。", [9, True, "1", 2]), 2) == [DraftSentence("甲1家。", (2,))]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "[{}]",
        '{"sentences": 1}',
        '{"sentences": [1]}',
        '{"sentences": [{"text": 1, "citations": []}]}',
        '{"sentences": ' + "[" * 100_000,
    ],
    ids=range(7),
)
def test_broken_json_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableReplyError):
        read_reply(text, 2)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("", ""),
        ("东丽区有3家[1", "东丽区有3家"),
        ("东丽区有3家[1]。另", "东丽区有3家。另"),
        ("{", ""),
        ('{"sentences":[{"te', ""),
        ('{"sentences":[{"text":"东丽区有', "东丽区有"),
        ('```json\n{"sentences":[{"text":"东丽区有3家。","citations":[1]},{"text":"另', "东丽区有3家。另"),
        ("`", ""),
        ('{"sentences": 3', ""),
        ('{"sentences":[{"text":3', ""),
        ("{" * 5000, ""),
    ],
)
def test_draft_is_read_while_it_is_written(reply: str, text: str) -> None:
    assert draft_so_far(reply) == text


@pytest.mark.parametrize(
    ("question", "conclusion", "start"),
    [
        ("当涂县完成了几家?", "5家。", "当涂县完成了"),
        ("天开园和滨海区谁的企业多?", "滨海区:80家[2],多;天开园:5家[1]。", "滨海区80家,比天开园"),
        ("盐湖高新区和天开西青园哪边企业多?", "天开西青:136家,多;盐湖高新区:37家。", "天开西青园136家,比盐湖高新区"),
        ("多少家企业?", "5家。", ""),
        ("局长是谁?", "5家。", ""),
    ],
)
def test_second_attempt_of_a_small_model_goes_on_from_the_question(question: str, conclusion: str, start: str) -> None:
    messages = prompt(question, conclusion, [], as_json=False)
    found, said = begun(messages, question, conclusion)

    assert said == start
    assert bool(found) is bool(start)
    if start:
        assert found[: len(messages) - 1] == messages[:-1], "the prefix stays, for the server's cache"
        assert found[-1].content == start and f"问题:{start}?" in str(found[-2].content)


@pytest.mark.parametrize(
    ("reply", "whole"), [("5家。", "完成了5家。"), ("完成了5家。", "完成了5家。"), ("完", "完"), ("", "")]
)
def test_reply_that_says_its_beginning_again_is_not_doubled(reply: str, whole: str) -> None:
    assert continued("完成了", reply) == whole
