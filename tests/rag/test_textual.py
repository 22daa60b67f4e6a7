from __future__ import annotations

from pathlib import Path

import pytest

from rag.reader import search
from rag.textual import Found, best_sentences
from tests.rag.evidence import Opened, opened


def found(parts: Opened, question: str) -> list[Found]:
    return best_sentences(parts.library, search(parts.library, question))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("东丽区委书记是谁？", "贾堤"),
        ("西青區委書記是誰", "朱財斌"),
        ("盐湖高新区科技创新部部长叫什么名字？", "樊璇"),
        ("爱思达公司董事长是谁", "张毅"),
        ("爱思达的董事长是谁？", "张毅"),
    ],
)
def test_person_is_named_in_the_best_sentence(seeds: Opened, question: str, name: str) -> None:
    best = found(seeds, question)[0]

    assert name in seeds.text(best.passage.doc)[best.sentence.start : best.sentence.end]


def test_another_bodys_office_holder_is_no_answer(seeds: Opened) -> None:
    for question in ("国科医疗的总经理是谁呀？", "宏明空调的董事长叫什么名字？"):
        assert found(seeds, question) == []


def test_at_most_three_sentences_of_one_document_best_first(seeds: Opened) -> None:
    for question in ("什么产业", "采取了哪些措施支持企业创新", "东丽区委书记是谁？", "如何推动科技成果转化"):
        sentences = found(seeds, question)
        assert 1 <= len(sentences) <= 3
        assert len({one.passage.doc for one in sentences}) == 1
        assert len({one.sentence.id for one in sentences}) == len(sentences)
        relevances = [one.relevance for one in sentences]
        assert relevances == sorted(relevances, reverse=True)


def test_coverage_tells_what_is_there_from_what_is_not(county: Opened) -> None:
    there, not_there = found(county, "东丽区科技局局长是谁")[0], found(county, "天文台望远镜由谁捐赠")

    assert 0 <= there.coverage <= 1
    assert "李明" in there.sentence.view
    assert not not_there or not_there[0].coverage < there.coverage


@pytest.mark.parametrize("question", ["谁", "为什么", "什么？？？"])
def test_question_without_words_breaks_nothing(county: Opened, question: str) -> None:
    assert all(0 <= one.coverage <= 1 for one in found(county, question))


def test_advert_inside_the_sentence_is_not_answered(county: Opened) -> None:
    answer = county.engine.ask("当涂县图书馆馆长是谁？")

    assert "王小明" in answer.answer
    assert "zUOwEnBa" not in answer.answer


def test_who_was_chosen_is_told_below_the_heading_of_the_matter(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "minutes.txt").write_text(
        "远山花园业主大会纪要\n\n一、屋顶防水维修\n三家报价分别为12万元、15万元和11万元。经比选选用青禾建工，工期60天。\n\n"
        "二、绿化养护\n续聘现有园林队。\n",
        encoding="utf-8",
    )
    best = found(opened(tmp_path / "corpus", tmp_path / "index"), "远山花园屋顶防水维修最后定了哪家来做？")[0]

    assert "青禾建工" in best.sentence.view
