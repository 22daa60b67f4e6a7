"""Gold sets for other tools: Ragas and LangSmith JSON lines, and a table that `eval import` reads back.

Ragas reads its lines with `EvaluationDataset.from_jsonl` (fields of `SingleTurnSample`: user_input, reference,
reference_contexts, and with answers response and retrieved_contexts). LangSmith imports examples of inputs, outputs and
metadata, by its web page or `Client.create_examples`, and the table by `Client.upload_csv`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from eval.goldset import GoldItem
from eval.promotion import plain_value
from eval.written import write_value
from index.errors import UserError
from rag.contract import Answer
from rag.spreadsheet_cells import harmless

REFUSAL = "文档中没有这个问题的答案。"
"""The expected answer of an unanswerable item, in words."""
SIDE_SEPARATOR = " 或 "
VALUE_SEPARATOR = "；"
TEXT_SEPARATOR = " / "
TABLE_COLUMNS = ("question", "answer", "source", "category", "id", "must_pass", "history")


class Format(StrEnum):
    """What other tools read."""

    RAGAS = "ragas"
    LANGSMITH = "langsmith"
    CSV = "csv"


def export(items: Sequence[GoldItem], form: Format, answers: Mapping[str, Answer] | None = None) -> str:
    """The whole file; `answers` by id add what the product said, for Ragas.

    Raises:
        UserError: answers are given for another format than Ragas, or one is missing.
    """
    if answers is not None and form is not Format.RAGAS:
        raise UserError("--answers 只用于 --format ragas，请去掉它或改用 ragas。")
    if form is Format.CSV:
        return _table(items)
    records = (_ragas(item, answers) if form is Format.RAGAS else _langsmith(item) for item in items)
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def expected_text(item: GoldItem) -> str:
    """The right answer in words: values as written, sides parted by 或, texts by slashes."""
    if item.refuse:
        return REFUSAL
    sides = SIDE_SEPARATOR.join(VALUE_SEPARATOR.join(map(write_value, side)) for side in item.sides if side)
    return VALUE_SEPARATOR.join(part for part in (sides, TEXT_SEPARATOR.join(item.text_answers)) if part)


def _ragas(item: GoldItem, answers: Mapping[str, Answer] | None) -> dict[str, Any]:
    earlier = [f"问：{turn.question}\n答：{turn.answer}\n" for turn in item.history]
    record: dict[str, Any] = {
        "user_input": "".join([*earlier, "问：" if earlier else "", item.question]),
        "reference": expected_text(item),
        "reference_contexts": [source.quote for source in item.sources],
    }
    if answers is None:
        return record
    if item.id not in answers:
        raise UserError(f"--answers 的文件里没有题 {item.id} 的回答，请对整个评测集运行 shuzheng ask --batch。")
    answer = answers[item.id]
    return record | {
        "response": answer.answer,
        "retrieved_contexts": [citation.quote for citation in answer.citations],
    }


def _langsmith(item: GoldItem) -> dict[str, Any]:
    inputs: dict[str, Any] = {"question": item.question}
    if item.history:
        inputs["history"] = [turn.model_dump() for turn in item.history]
    outputs: dict[str, Any] = {"answer": expected_text(item), "refuse": item.refuse}
    if item.values:
        outputs["values"] = [plain_value(side) for side in item.sides]
    metadata = {
        "id": item.id,
        "category": item.category.value,
        "must_pass": item.must_pass,
        "sources": [source.model_dump() for source in item.sources],
    }
    return {"inputs": inputs, "outputs": outputs, "metadata": metadata}


def _table(items: Sequence[GoldItem]) -> str:
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(TABLE_COLUMNS)
    for item in items:
        history = json.dumps([turn.model_dump() for turn in item.history], ensure_ascii=False) if item.history else ""
        sources = "\n".join(f"{source.doc}：{source.quote}" for source in item.sources)
        row = (item.question, expected_text(item), sources, item.category.value, item.id)
        writer.writerow([harmless(cell) for cell in (*row, "true" if item.must_pass else "", history)])
    return "\ufeff" + output.getvalue()
