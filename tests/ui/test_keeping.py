"""What a browser keeps and gives back: the same conversation, or nothing that is not proved by the documents now."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.settings import load_settings
from tests.conftest import ROOT
from tests.ui.library.pieces import open_session
from ui.conversation import Conversation, Exchange, Progress
from ui.demo import ScriptedEngine, demo_engine
from ui.engine import Engine
from ui.keeping import BYTES_KEPT, CHANGED, TURNS_KEPT, from_browser, to_browser
from ui.session import Session, prepare
from ui.sources import find_sources

FIRMS = "青河县有多少家高新技术企业?"
LI = "password:li"
LISTING = ("有几个区国家高新技术企业超过100家?", "哪个区国家高新技术企业最多?", "西青区和东丽区瞪羚企业相差多少?")


def asked(engine: Engine, *questions: str) -> Conversation:
    answers = [engine.ask(question) for question in questions]
    return tuple(Exchange(one.question, one, find_sources(one.citations, engine)) for one in answers)


def kept(engine: Engine, *questions: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(to_browser(asked(engine, *questions), LI))
    return data


def restored(data: object, engine: Engine | None = None) -> Conversation:
    return from_browser(json.dumps(data, ensure_ascii=False), LI, engine or demo_engine())


def test_a_conversation_comes_back_as_it_was() -> None:
    engine = demo_engine()
    whole = (*asked(engine, *engine.script), Exchange("坏", error="不行。"), Exchange("停", progress=Progress.STOPPED))
    whole = (replace(whole[0], rating="down"), *whole[1:])
    assert from_browser(to_browser(whole, LI), LI, engine) == whole


def test_answers_of_the_real_engine_come_back(tmp_path: Path) -> None:
    session = open_session(tmp_path)
    questions = ("青河县2023年高新技术企业有多少家?", "青河县2023年高新技术企业比上年净增多少家?", "火星有多少人?")
    whole = asked(session.engine, *questions)
    assert whole[0].answer and whole[0].answer.figures
    assert from_browser(to_browser(whole, ""), "", session.engine) == whole
    session.close()


@pytest.mark.slow
def test_every_kind_of_answer_comes_back(tmp_path: Path) -> None:
    """Conflicts with the dates of their sources, counts of those that are listed, computations, refusals."""
    folders = {"corpus": ROOT / "seeds", "index": tmp_path / "index", "models": tmp_path / "models"}
    settings = load_settings({**folders, "embedder": "hash", "llm": "none"})
    prepare(settings)
    session = Session(settings)
    lines = (ROOT / "eval" / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [*LISTING, *(json.loads(line)["question"] for line in lines)]
    lost = [
        question
        for question in questions
        if from_browser(to_browser(one := asked(session.engine, question), ""), "", session.engine) != one
    ]
    session.close()
    assert lost == []


def test_nobody_sees_the_conversation_of_another_user() -> None:
    text = to_browser(asked(demo_engine(), FIRMS), LI)
    assert from_browser(text, "password:wang", demo_engine()) == () and len(from_browser(text, LI, demo_engine())) == 1


def change(data: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    *parents, last = path.split("/")
    place: Any = data["turns"][0]["answer"]
    for name in parents:
        place = place[int(name) if name.isdigit() else name]
    place[int(last) if last.isdigit() else last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("citations/0/quote", "全县高新技术企业达到96家"),
        ("citations/0/start", 0),
        ("citations/0/end", 10**30),
        ("citations/0/doc", "没有.txt"),
        ("citations/0/n", 7),
        ("answer", "一共99家。[1]"),
        ("figures/0/text", "99家"),
        ("figures/0/citation", 9),
        ("conflicts/0/text", "99家"),
    ],
)
def test_what_the_documents_do_not_prove_does_not_come_back(path: str, value: object) -> None:
    [exchange] = restored(change(kept(demo_engine(), FIRMS), path, value))
    assert exchange.answer is None and exchange.error == CHANGED and exchange.question == FIRMS


def test_changed_documents_do_not_prove_an_old_answer() -> None:
    engine = demo_engine()
    changed = ScriptedEngine({name: text.replace("36家", "35家") for name, text in engine.documents.items()}, {})
    [exchange] = restored(kept(engine, FIRMS), changed)
    assert exchange.error == CHANGED


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{", "{}", '{"version":1,"who":"password:li","turns":[{"question":1}]}', "甲" * BYTES_KEPT,
     '{"version":2,"who":"password:li","turns":[]}',
     '{"version":1,"who":"password:li","turns":[{"question":"\\ud800"}]}'],
)  # fmt: skip
def test_what_is_no_conversation_is_nothing(text: str) -> None:
    assert from_browser(text, LI, demo_engine()) == ()


def test_what_is_kept_is_bounded_and_the_newest_stays() -> None:
    long = tuple(Exchange(f"{number}", error="长" * 40_000) for number in range(TURNS_KEPT + 5))
    text = to_browser(long, LI)
    assert len(text.encode()) <= BYTES_KEPT
    turns = json.loads(text)["turns"]
    assert 0 < len(turns) < TURNS_KEPT and turns[-1]["question"] == str(TURNS_KEPT + 4)
    short = to_browser(tuple(Exchange(f"{number}", error="短") for number in range(TURNS_KEPT + 5)), LI)
    assert len(json.loads(short)["turns"]) == TURNS_KEPT
    assert to_browser((), LI) == ""
