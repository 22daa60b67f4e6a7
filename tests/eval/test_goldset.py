"""Reading gold files: what is refused, and how it is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from eval.goldset import GoldItem, gold_hash, parse_line, read_gold
from index.errors import UserError

LINE: dict[str, Any] = {
    "id": "a1",
    "question": "产值多少？",
    "category": "lookup",
    "answers": [{"value": 121.3, "unit": "亿元"}],
    "sources": [{"doc": "a.txt", "quote": "产值121.3亿元"}],
}


def write(folder: Path, *lines: object) -> Path:
    file = folder / "gold.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file


def test_an_item_is_read_with_its_exact_number(tmp_path: Path) -> None:
    (item,) = read_gold([write(tmp_path, LINE)])
    assert item.answers[0].value == Decimal("121.3")
    assert str(item.answers[0]) == "121.3亿元"
    assert item.must_pass is False
    assert item.docs == ("a.txt",)


def test_the_shipped_dev_gold_is_readable() -> None:
    items = read_gold([Path("eval/gold/dev.jsonl")])
    assert len(items) >= 120
    assert len({item.category for item in items}) == 14


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unknown": 1}, "字段 unknown：未知字段"),
        ({"category": "guess"}, "字段 category：值 guess 不在允许之列"),
        ({"question": ""}, "字段 question"),
        ({"answers": [{"value": 1}]}, "字段 answers.0.unit：缺少"),
        ({"answers": [{"value": "many", "unit": "家"}]}, "数值须是数字"),
        ({"answers": [{"value": True, "unit": "家"}]}, "字段 answers.0.value"),
        ({"answers": [{"value": "2023-13", "unit": "date"}]}, "日期须写成"),
        ({"answers": [{"value": 2023, "unit": "date"}]}, "日期须写成"),
        ({"answers": []}, "可回答的题须有 answers"),
        ({"sources": []}, "须有 sources"),
        ({"refuse": True}, "refuse 为 true 当且仅当"),
        ({"category": "unanswerable", "refuse": True}, "应拒答的题不能有"),
        ({"any_of": [[{"value": 1, "unit": "家"}]]}, "any_of 只用于 conflict"),
        ({"text_answers": [" "]}, "text_answers 不能有空字符串"),
        ({"history": [{"question": "问"}]}, "字段 history.0.answer：缺少"),
        ({"must_pass": "often"}, "字段 must_pass"),
    ],
)
def test_a_bad_field_is_named_with_file_and_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    file = write(tmp_path, LINE, "", LINE | {"id": "a2"} | change)
    with pytest.raises(UserError) as caught:
        read_gold([file])
    assert str(caught.value).startswith(f"{file} 第 3 行：")
    assert said in str(caught.value)


@pytest.mark.parametrize("line", ["{", "[]", "3", '"text"', "null"])
def test_a_line_that_is_no_object_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(UserError, match="第 1 行"):
        read_gold([write(tmp_path, line)])


def test_an_id_used_twice_names_both_places(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"第 2 行.*a1.*第 1 行"):
        read_gold([write(tmp_path, LINE, LINE)])


def test_an_empty_set_is_an_error_never_a_pass(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="评测集是空的"):
        read_gold([write(tmp_path, "")])
    with pytest.raises(UserError, match="评测集是空的"):
        read_gold([])


def test_a_missing_or_binary_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="读不了文件"):
        read_gold([tmp_path / "none.jsonl"])
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(UserError, match="不是 UTF-8"):
        read_gold([tmp_path / "binary"])


def test_the_hash_knows_content_not_formatting(gold: Callable[..., GoldItem]) -> None:
    first, second = gold(id="a"), gold(id="b")
    assert gold_hash([first, second]) == gold_hash([second, first])
    assert gold_hash([first]) != gold_hash([gold(id="a", question="别的问题")])
    spaced = parse_line(json.dumps(LINE, indent=None, separators=(" , ", " : ")), Path("x"), 1)
    assert spaced.fingerprint == parse_line(json.dumps(LINE, ensure_ascii=False), Path("y"), 2).fingerprint


def test_must_pass_does_not_change_what_is_compared(gold: Callable[..., GoldItem]) -> None:
    assert gold(must_pass=True).fingerprint == gold().fingerprint
