"""What an answer proposes as gold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.answered import read_answered
from eval.candidates import Origin
from eval.goldset import Category
from eval.proposing import clip_quote, propose
from eval.written import parse_value
from index.errors import UserError
from rag.contract import Answer, Turn
from tests.eval.conftest import DOC

Build = Callable[..., Any]
OUTPUT, GROWTH = "全年完成工业产值121.3亿元", "同比增长34.9%"


def figure(text: str, citation: int) -> dict[str, Any]:
    return {
        "text": text, "value": 1.0, "unit": "", "indicator": "", "place": "", "period": "", "qualifier": "",
        "citation": citation, "verified": True,
    }  # fmt: skip


def conflict(text: str, citation: int) -> dict[str, Any]:
    return {key: value for key, value in figure(text, citation).items() if key not in {"qualifier", "verified"}}


def lines(answer: Answer, question: str = "是多少？", history: tuple[Turn, ...] = ()) -> tuple[Category, list[str]]:
    draft = propose(question, history, answer)
    return draft.category, list(draft.values)


def test_a_lookup_proposes_the_figure_asked_for_and_its_quote(answer: Build) -> None:
    said = answer(
        "近121.3亿元[1]。原文[1]:“同比增长34.9%”",
        OUTPUT,
        GROWTH,
        figures=[figure("近121.3亿元", 1), figure("34.9%", 2)],
    )
    draft = propose("产值是多少？", (), said)
    assert (draft.category, draft.values) == (Category.LOOKUP, ("121.3亿元",))
    assert [(source.doc, source.quote) for source in draft.sources] == [(DOC, OUTPUT)]


def test_the_shape_of_the_answer_gives_the_category(answer: Build) -> None:
    two = [figure("121.3亿元", 1), figure("34.9%", 2)]
    said = answer("121.3亿元，34.9%", OUTPUT, GROWTH, figures=two)
    earlier = (Turn(question="产值？", answer="…"),)
    assert lines(said) == (Category.MULTI, ["121.3亿元", "34.9%"])
    assert lines(said, "哪个更多？") == (Category.COMPARE, ["121.3亿元", "34.9%"])
    assert lines(said, history=earlier)[0] is Category.FOLLOW_UP
    rival = answer("598家[1]", OUTPUT, figures=[figure("598家", 1)], conflicts=[conflict("600家", 1)])
    assert lines(rival) == (Category.CONFLICT, ["598家", "或", "600家"])
    computed = answer("约4亿元", OUTPUT, GROWTH, figures=[figure("约4亿元", 0), *two])
    assert lines(computed) == (Category.ARITHMETIC, ["4亿元"])
    assert len(propose("", (), computed).sources) == 2
    assert (
        lines(answer("598家", OUTPUT, figures=[figure("598家", 1)]), "有多少家國家高新技術企業？")[0] == "traditional"
    )
    assert lines(answer("没有", refused=True)) == (Category.UNANSWERABLE, [])
    words = propose("书记是谁？", (), answer("贾堤", "东丽区委书记贾堤说。"))
    assert (words.category, words.text_answers) == (Category.TEXT, ("东丽区委书记贾堤说",))


def test_a_long_quote_is_cut_to_the_clauses_that_prove() -> None:
    quote = "这是一个很长的开头，" * 20 + "全年完成工业产值121。3亿元，" + "后面还有很多话。" * 20
    cut = clip_quote(quote, parse_value("121.3亿元"))
    assert cut in quote
    assert "121。3亿元" in cut
    assert 60 < len(cut) <= 120
    assert clip_quote("短。") == "短。"
    assert len(clip_quote("长" * 500)) == 120


def write(file: Path, *records: dict[str, Any]) -> Path:
    file.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return file


def test_batch_answers_and_feedback_are_told_apart(answer: Build, tmp_path: Path) -> None:
    said = answer("121.3亿元[1]", OUTPUT, question="产值？", figures=[figure("121.3亿元", 1)]).model_dump(mode="json")
    history = [{"question": "哪里？", "answer": "东丽。"}]
    feedback = {"question": "那产值呢？", "answer": said, "rating": "👎", "reason": "旧数", "history": history, "at": 1}
    file = write(tmp_path / "a.jsonl", {"id": 7, **said}, feedback, {**feedback, "rating": 1, "history": None})
    batch, disliked, liked = read_answered(file, {"7": (Turn(question="先问", answer="先答"),)})
    assert (batch.origin, batch.id, batch.history[0].question) == (Origin.BATCH, "7", "先问")
    assert (disliked.origin, disliked.rating, liked.rating) == (Origin.FEEDBACK, "down", "up")
    kept = disliked.candidate()
    assert (kept.draft.question, kept.comment, kept.draft.history[0].answer) == ("那产值呢？", "旧数", "东丽。")
    assert "不对" in kept.notes[0]
    assert not liked.candidate().notes


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "第 2 行：不是合法的 JSON"),
        ("[]", "第 2 行：应是一个 JSON 对象"),
        ('{"id": 1, "question": "？"}', "第 2 行：字段 answer：缺少"),
        ('{"question": "？", "answer": {"question": "？"}}', r"第 2 行：字段 answer\.answer：缺少"),
    ],
)
def test_a_bad_line_names_file_line_and_field(answer: Build, tmp_path: Path, line: str, fault: str) -> None:
    file = write(tmp_path / "a.jsonl", {"id": 1, **answer("没有").model_dump(mode="json")})
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(UserError, match=rf"a\.jsonl {fault}"):
        read_answered(file)


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="是空的"):
        read_answered(write(tmp_path / "a.jsonl"))
