from __future__ import annotations

import random
from pathlib import Path

import pytest

from eval.training.examples import Example, swapped, wordings_of
from eval.training.fit_cross_encoder import SETS

PASSAGE = """# 松桥县2023年统计公报 / 四、农业
全年粮食播种面积{85.6万公顷}，比上年增长{0.8%}；粮食总产量{512万吨}。
1 种粮食的地一共有多大？
3 松桥去年打了多少粮
0 粮食亩产多少公斤？
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "passages.txt"
    path.write_text(f"{PASSAGE}\n{PASSAGE.replace('粮食', '棉花').replace('512万吨', '几点几')}", encoding="utf-8")
    return path


def of(examples: list[Example], question: str) -> Example:
    return next(one for one in examples if question in one.question)


def test_the_figure_in_its_braces_is_the_right_one(file: Path) -> None:
    asked = of(wordings_of([file], random.Random(0)), "打了多少粮")

    assert asked.answerable
    assert [statement for statement, good in zip(asked.statements, asked.right, strict=True) if good] == [
        statement for statement in asked.statements if "【512万吨】" in statement
    ]
    assert sum(asked.right) == 1
    assert all("四、农业" in statement for statement in asked.statements)


def test_nothing_is_right_for_a_question_without_answer(file: Path) -> None:
    asked = of(wordings_of([file], random.Random(0)), "亩产")

    assert not asked.answerable
    assert len(asked.statements) >= 2
    assert not any(asked.right)


def test_a_figure_that_the_index_does_not_read_has_no_questions(file: Path) -> None:
    examples = wordings_of([file], random.Random(0))

    assert sum("打了多少粮" in one.question for one in examples) == 1
    assert sum("一共有多大" in one.question for one in examples) == 2


def test_the_same_chance_gives_the_same_examples(file: Path) -> None:
    assert wordings_of([file], random.Random(3)) == wordings_of([file], random.Random(3))


def test_swapped_questions_ask_for_what_no_figure_says() -> None:
    examples = [
        Example(f"{thing}有多少?", (f"全县{thing}【{number}个】",), (True,), answerable=True)
        for number, thing in enumerate(["公园绿地", "养老床位", "加油站点", "乡村书屋"] * 20)
    ]

    made = swapped(examples, random.Random(0))

    assert made
    assert not any(one.answerable or any(one.right) for one in made)
    assert not any(one.question[:4] in one.statements[0] for one in made)


def test_every_passage_of_the_training_files_is_well_formed() -> None:
    files = sorted((SETS / "wordings").glob("*.txt"))
    examples = wordings_of(files, random.Random(0))

    assert len(files) >= 15
    assert sum(one.answerable for one in examples) > 5000
    assert sum(not one.answerable for one in examples) > 2000
    assert all(any(one.right) == one.answerable for one in examples)
