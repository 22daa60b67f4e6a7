"""The gate: broken readers are caught, chance is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from eval.compare import compare_runs
from eval.corpus import read_all_texts
from eval.engine import Outcome
from eval.fingerprint import Fingerprint
from eval.goldset import Category, GoldItem, read_gold
from eval.run import score_outcomes
from eval.scores import ItemScore
from eval.store import Run, finished_run
from index.errors import UserError
from rag.contract import Answer

Build = Callable[..., Any]
SEEDS = Path("seeds")


def _run(name: str, scores: Sequence[ItemScore], scorer: str = "s") -> Run:
    fingerprint = Fingerprint(commit=None, scorer=scorer, code="", settings={}, models={}, index="", gold="", mode="x")
    return finished_run(name, datetime.now(UTC), fingerprint, scores, totals_only=False)


def _scored(gold: Build, passed: Sequence[bool], must_pass: Sequence[int] = ()) -> list[ItemScore]:
    items = [gold(id=f"t{n}", must_pass=n in must_pass) for n in range(len(passed))]
    return [
        ItemScore(
            id=item.id,
            gold=item.fingerprint,
            category=item.category,
            docs=item.docs,
            must_pass=item.must_pass,
            should_refuse=False,
            refused=False,
            right=good,
            cited=good,
            lead=good,
            stray=(),
            stray_count=0,
            inexact_citations=0,
            all_sides=None,
            passage_rank=None,
            fact_rank=None,
            passed=good,
            stage="passed" if good else "not_chosen",
            timings_ms={},
        )
        for item, good in zip(items, passed, strict=True)
    ]


def test_six_lost_and_none_won_is_a_regression_five_are_not(gold: Build) -> None:
    before = _run("a", _scored(gold, [True] * 20))
    six = compare_runs(before, _run("b", _scored(gold, [False] * 6 + [True] * 14)))
    five = compare_runs(before, _run("b", _scored(gold, [False] * 5 + [True] * 15)))
    assert (six.is_regression, five.is_regression) == (True, False)
    assert [flip.after.id for flip in six.flips] == [f"t{n}" for n in range(6)]
    assert (six.tests[0].lost, six.tests[0].won, six.tests[0].p_value) == (6, 0, 0.03125)


def test_as_many_won_as_lost_is_no_regression(gold: Build) -> None:
    before = _run("a", _scored(gold, [True] * 10 + [False] * 10))
    after = compare_runs(before, _run("b", _scored(gold, [False] * 10 + [True] * 10)))
    assert not after.is_regression
    assert [flip.is_lost for flip in after.flips] == [True] * 10 + [False] * 10


def test_one_lost_must_pass_item_is_a_regression(gold: Build) -> None:
    before = _run("a", _scored(gold, [True, True]))
    comparison = compare_runs(before, _run("b", _scored(gold, [True, False], must_pass=[1])))
    assert comparison.is_regression
    assert comparison.must_pass_lost == ("t1",)
    already = compare_runs(_run("a", _scored(gold, [True, False])), _run("b", _scored(gold, [True, False], [1])))
    assert not already.is_regression


def test_changed_gold_is_not_compared(gold: Build) -> None:
    before, after = _scored(gold, [True, True]), _scored(gold, [True, False])
    changed = [after[0], after[1].model_copy(update={"gold": "other"})]
    comparison = compare_runs(_run("a", before), _run("b", changed, scorer="t"))
    assert (comparison.pairs, comparison.changed, comparison.removed, comparison.added) == (1, ("t1",), (), ())
    assert not comparison.flips
    assert not comparison.same_scorer


def test_items_of_one_side_are_named_and_not_compared(gold: Build) -> None:
    before, after = _scored(gold, [True, True, True], [1]), _scored(gold, [True, False, True])
    comparison = compare_runs(_run("a", before[:2]), _run("b", [after[0], after[2]]))
    assert (comparison.pairs, comparison.removed, comparison.added) == (1, ("t1",), ("t2",))
    assert comparison.must_pass_unpaired == ("t1",)
    assert not comparison.is_regression


def test_taking_the_mark_away_does_not_excuse_a_lost_must_pass_item(gold: Build) -> None:
    before, after = _scored(gold, [True, True], [1]), _scored(gold, [True, False])
    assert compare_runs(_run("a", before), _run("b", after)).must_pass_lost == ("t1",)


def test_nothing_in_common_cannot_be_compared(gold: Build) -> None:
    with pytest.raises(UserError, match="没有共同的题"):
        compare_runs(_run("a", _scored(gold, [True])), _run("b", []))


def _ignore_units(item: GoldItem, answer: Answer) -> Answer:
    swaps = (("个百分点", "%"), ("亿元", "万元"), ("家", "项"))
    for unit, wrong in swaps:
        if unit in answer.answer:
            return answer.model_copy(update={"answer": answer.answer.replace(unit, wrong)})
    return answer


def _take_another_figure(item: GoldItem, answer: Answer) -> Answer:
    """What a reader does that ignores place or period: a real figure, quoted exactly, of somewhere or sometime else."""
    if item.category not in {Category.TIME, Category.ENTITY}:
        return answer
    text = (SEEDS / "003_88bc0e9778391355.txt").read_text(encoding="utf-8")
    start = text.index("瞪羚企业80家")
    citation = {"doc": "003_88bc0e9778391355.txt", "start": start, "end": start + 7, "quote": "瞪羚企业80家"}
    return answer.model_copy(
        update={"answer": "80家[1]。", "citations": [answer.citations[0].model_copy(update=citation)]}
    )


def _shift_citations(item: GoldItem, answer: Answer) -> Answer:
    shifted = [c.model_copy(update={"start": c.start + 1, "end": c.end + 1}) for c in answer.citations]
    return answer.model_copy(update={"citations": shifted})


def _never_refuse(item: GoldItem, answer: Answer) -> Answer:
    return answer.model_copy(update={"refused": False}) if item.refuse else answer


@pytest.mark.parametrize("breakage", [_ignore_units, _take_another_figure, _shift_citations, _never_refuse])
def test_a_broken_reader_is_caught_on_the_dev_gold(
    oracle: Build, breakage: Callable[[GoldItem, Answer], Answer]
) -> None:
    items, texts = read_gold([Path("eval/gold/dev.jsonl")]), read_all_texts(SEEDS)
    answers = {item.id: oracle(item, texts) for item in items}
    good = {key: Outcome(id=key, answer=answer) for key, answer in answers.items()}
    bad = {item.id: Outcome(id=item.id, answer=breakage(item, answers[item.id])) for item in items}
    before, after = (_run(name, score_outcomes(items, said, SEEDS)) for name, said in (("a", good), ("b", bad)))
    assert compare_runs(before, after).is_regression
    assert not compare_runs(before, before).is_regression
    assert not compare_runs(after, before).is_regression
