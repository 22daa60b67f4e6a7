"""A candidate becomes gold only when it is accepted and nothing is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from eval import promotion
from eval.candidates import Candidate, Draft, DraftSource, Origin, Status, add_candidates, read_candidates
from eval.goldset import Category, GoldItem, read_gold
from eval.lint import Kind
from eval.promotion import accept, check_draft, draft_item, gold_id, gold_line, reject, save_draft, settle
from index.errors import UserError
from tests.eval.conftest import DOC

Build = Callable[..., Any]
GOOD = Draft(
    question=" 东丽区高端装备产业链的工业产值是多少？ ",
    values=("121.3亿元", ""),
    sources=(DraftSource(doc=DOC, quote="全年完成工业产值121.3亿元"), DraftSource(doc=DOC)),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "candidates.jsonl"
    add_candidates(file, [Candidate.new(Origin.BATCH, GOOD, "121.3亿元[1]")])
    return file


@pytest.fixture
def one(file: Path) -> str:
    return read_candidates(file)[0].id


def changed(**fields: Any) -> Draft:
    return GOOD.model_copy(update=fields)


def test_an_accepted_candidate_is_appended_to_gold(
    file: Path, one: str, tmp_path: Path, texts: Mapping[str, str], gold: Build, write_gold: Build
) -> None:
    target = write_gold([gold(question="人口多少？", category="unanswerable")])
    target.write_text(target.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    item = accept(file, one, GOOD, target, texts)
    assert [old.id for old in read_gold([target])] == ["t1", item.id]
    assert read_gold([target])[1] == item
    assert '"answers": [{"value": 121.3, "unit": "亿元"}]' in target.read_text(encoding="utf-8")
    decided = read_candidates(file)[0]
    assert (decided.status, decided.gold_id) == (Status.ACCEPTED, item.id)
    assert decided.decided is not None
    with pytest.raises(UserError, match="已经处理过"):
        accept(file, one, GOOD, target, texts)
    assert len(read_gold([target])) == 2


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (changed(values=()), "还没有答案"),
        (changed(values=("很多",)), "“很多”不是一个数值"),
        (changed(values=("12亿元",)), "12亿元 不在任何一条引文里"),
        (changed(sources=()), "还没有来源"),
        (changed(sources=(DraftSource(doc=DOC, quote="产值121.3亿美元"),)), "引文不是原文"),
        (changed(sources=(DraftSource(doc="没有.txt", quote="产值"),)), "“没有.txt”不在文档文件夹里"),
        (changed(sources=(DraftSource(quote="产值"),)), "还没有选文档"),
        (changed(question=" "), "问题是空的"),
        (changed(values=("121.3亿元", "或", "12.3%")), "说法冲突"),
        (changed(category=Category.FOLLOW_UP), "history"),
    ],
)
def test_what_is_wrong_is_not_accepted(
    file: Path, one: str, tmp_path: Path, texts: Mapping[str, str], draft: Draft, reason: str
) -> None:
    with pytest.raises(UserError, match=f"还不能接受：.*{reason}"):
        accept(file, one, draft, tmp_path / "gold.jsonl", texts)
    assert not (tmp_path / "gold.jsonl").exists()
    assert read_candidates(file)[0].status is Status.PENDING


def test_a_question_that_gold_answers_otherwise_is_a_contradiction(gold: Build, texts: Mapping[str, str]) -> None:
    other = gold(answers=[{"value": 34.9, "unit": "%"}], sources=[{"doc": DOC, "quote": "同比增长34.9%"}])
    assert [problem.kind for problem in check_draft(GOOD, "g1", texts, [other])] == [Kind.CONTRADICTION]
    assert [problem.kind for problem in check_draft(GOOD, "g1", texts, [gold()])] == [Kind.DUPLICATE_QUESTION]
    assert check_draft(GOOD, "g1", texts, [gold(question="别的问题？", answers=[{"value": 6, "unit": "家"}])]) == []


def test_a_crash_between_gold_and_candidate_adds_nothing_twice(
    file: Path, one: str, tmp_path: Path, texts: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "gold.jsonl"

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(promotion, "_decided", crash)
        with pytest.raises(KeyboardInterrupt):
            accept(file, one, GOOD, target, texts)
    assert read_candidates(file)[0].status is Status.PENDING
    assert [item.id for item in read_gold([target])] == [gold_id(one)]
    assert settle(file, target) == [one]
    assert read_candidates(file)[0].status is Status.ACCEPTED
    assert settle(file, target) == []


def test_a_rejected_candidate_is_kept_with_its_reason(file: Path, one: str) -> None:
    with pytest.raises(UserError, match="拒绝的原因"):
        reject(file, one, GOOD, " ")
    save_draft(file, one, changed(values=("说不准",)))
    assert read_candidates(file)[0].draft.values == ("说不准",)
    reject(file, one, GOOD, " 太偏 ")
    kept = read_candidates(file)[0]
    assert (kept.status, kept.rejection, kept.draft) == (Status.REJECTED, "太偏", GOOD)


def test_a_refusal_needs_neither_values_nor_sources() -> None:
    item = draft_item(changed(category=Category.UNANSWERABLE), "g1")
    assert item.refuse
    assert (item.answers, item.sources) == ((), ())


def test_a_conflict_keeps_its_sides(tmp_path: Path) -> None:
    item = draft_item(changed(category=Category.CONFLICT, values=("36家", "或", "2023年10月")), "g1")
    assert [[str(value) for value in side] for side in item.any_of] == [["36家"], ["2023-10"]]
    file = tmp_path / "gold.jsonl"
    file.write_text(gold_line(item), encoding="utf-8")
    assert read_gold([file]) == [item]


def test_every_item_of_the_shipped_gold_survives_being_written(tmp_path: Path) -> None:
    items = read_gold([Path(promotion.__file__).parent / "gold" / "dev.jsonl"])
    file = tmp_path / "gold.jsonl"
    file.write_text("".join(map(gold_line, items)), encoding="utf-8")
    again: list[GoldItem] = read_gold([file])
    assert again == items
