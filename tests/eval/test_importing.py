"""Spreadsheets in, other tools' formats out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from eval.candidates import Candidate
from eval.exporting import REFUSAL, Format, export
from eval.goldset import Category, GoldItem
from eval.importing import Imported, import_table
from eval.promotion import check_draft, draft_item
from eval.question_table import read_table
from index.errors import UserError
from tests.eval.conftest import DOC, OTHER_DOC

Build = Callable[..., Any]
OUTPUT = "全年完成工业产值121.3亿元"


@pytest.fixture
def imported(texts: Mapping[str, str], tmp_path: Path) -> Build:
    def read(*rows: Sequence[object], header: Sequence[str] = ("问题", "答案", "来源")) -> Imported:
        output = io.StringIO(newline="")
        csv.writer(output).writerows([header, *rows])
        file = tmp_path / "题.csv"
        file.write_bytes(output.getvalue().encode("gb18030"))
        return import_table(file, texts, 2000)

    return read


def only(result: Imported) -> Candidate:
    assert result.faults == ()
    (candidate,) = result.candidates
    return candidate


def test_a_row_with_a_verbatim_source_is_ready_to_accept(imported: Build, texts: Mapping[str, str]) -> None:
    candidate = only(imported(("高端装备产业链的工业产值是多少？", "121.3亿元", f"“{OUTPUT}”")))
    assert candidate.draft.values == ("121.3亿元",)
    assert [(source.doc, source.quote) for source in candidate.draft.sources] == [(DOC, OUTPUT)]
    assert candidate.notes == ()
    assert check_draft(candidate.draft, "g1", texts, []) == []


@pytest.mark.parametrize("source", ["", "某某文件第3页", OTHER_DOC])
def test_a_source_that_is_no_quote_is_noted_and_one_suggested(
    imported: Build, texts: Mapping[str, str], source: str
) -> None:
    candidate = only(imported(("东丽区高端装备产业链全年工业产值多少？", "121.3亿元", source)))
    assert candidate.draft.sources[0].doc == DOC
    assert "121.3亿元" in candidate.draft.sources[0].quote
    assert candidate.notes[-1] == "来源是程序按问题和答案推荐的，请核对。"
    assert ("表格里的来源“某某文件第3页”不是文档里的原文。" in candidate.notes) == (source == "某某文件第3页")
    assert check_draft(candidate.draft, "g1", texts, []) == []


def test_the_answer_tells_the_kind_of_question(imported: Build) -> None:
    rows = [
        ("人口多少？", "拒答", ""),
        ("企业多少家？", "598家 或 600家", ""),
        ("产值和增速？", "121.3亿元；34.9%", ""),
        ("书记是谁？", "贾堤 / 贾书记", ""),
        ("排第几？", "第4", ""),
        ("有几个？", "36", ""),
    ]
    drafts = [candidate.draft for candidate in imported(*rows).candidates]
    assert [draft.category for draft in drafts] == ["unanswerable", "conflict", "multi", "text", "lookup", "lookup"]
    assert [draft.values for draft in drafts[:3]] == [(), ("598家", "或", "600家"), ("121.3亿元", "34.9%")]
    assert drafts[3].text_answers == ("贾堤", "贾书记")
    assert [draft.values for draft in drafts[4:]] == [("第4",), ("36",)]
    assert "没有单位" in imported(("有几个？", "36", "")).candidates[0].notes[-1]


def test_bad_rows_are_named_with_file_row_and_column_and_the_others_kept(imported: Build, tmp_path: Path) -> None:
    result = imported(
        ("产值？", "", ""),
        ("好题？", "7家", ""),
        ("", "7家", ""),
        ("", "", ""),
        ("长" * 2001, "7家", ""),
        header=("Question", "ANSWER", "source"),
    )
    assert len(result.candidates) == 1
    file = tmp_path / "题.csv"
    assert [fault.partition("：")[0] for fault in result.faults] == [
        f"{file} 第 2 行“ANSWER”列",
        f"{file} 第 4 行“Question”列",
        f"{file} 第 6 行“Question”列",
    ]


def test_an_unknown_category_is_a_bad_row(imported: Build) -> None:
    result = imported(("产值？", "7家", "", "数字题"), header=("问题", "答案", "来源", "类别"))
    assert "没有类别“数字题”" in result.faults[0]


def test_missing_columns_and_other_files_are_one_sentence(imported: Build, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"第 1 行缺少“答案”（answer）列（现为：问题、来源）"):
        imported(header=("问题", "来源"))
    for name, content, reason in (
        ("a.pdf", b"%PDF", "不是 .csv 或 .xlsx"),
        ("a.xlsx", b"PK broken", "不是完好的 xlsx"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=reason):
            read_table(tmp_path / name)
    with pytest.raises(UserError, match="找不到文件"):
        read_table(tmp_path / "没有.csv")


def test_xlsx_cells_are_read_as_they_are_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["问题", "答案", "来源"])
    for answer in (0.349, 121.3, 598, datetime(2023, 10, 15), "#REF!", None):
        sheet.append(["多少？", answer])
    sheet["B2"].number_format = "0.0%"
    book.save(tmp_path / "题.xlsx")
    rows = read_table(tmp_path / "题.xlsx")
    assert [row.answer.text for row in rows] == ["34.9%", "121.3", "598", "2023年10月15日", "", ""]
    assert rows[4].answer.fault == "是公式错误 #REF!"
    assert rows[5].answer.place == "第 7 行“答案”列"


@pytest.fixture
def items(gold: Build) -> list[GoldItem]:
    return [
        gold(must_pass=True),
        gold(
            id="t2",
            question="高新技术企业多少家？",
            category="conflict",
            answers=[],
            any_of=[[{"value": 598, "unit": "家"}], [{"value": 600, "unit": "家"}]],
            sources=[{"doc": DOC, "quote": "國家高新技術企業598家，預計達到600家。"}],
        ),
        gold(id="t3", question="=书记是谁？", category="text", answers=[], text_answers=["贾堤", "堤"],
             sources=[{"doc": DOC, "quote": "东丽区委书记贾堤说"}]),
        gold(id="t4", question="人口多少？", category="unanswerable"),
        gold(id="t5", question="何时开工？", answers=[{"value": "2023-10-15", "unit": "date"}],
             sources=[{"doc": DOC, "quote": "项目于2023年10月15日开工"}]),
        gold(id="t6", question="那呢？", category="follow_up", history=[{"question": "产值？", "answer": "多。"}]),
    ]  # fmt: skip


def test_the_exported_table_is_imported_again_as_the_same_items(
    items: list[GoldItem], texts: Mapping[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "导出.csv"
    file.write_text(export(items, Format.CSV), encoding="utf-8", newline="")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfquestion,answer,source,")
    assert "'=书记是谁？" in file.read_text(encoding="utf-8-sig")
    again = [draft_item(one.draft, "x") for one in import_table(file, texts, 2000).candidates]
    lost = {"id": "x", "must_pass": False, "history": ()}
    assert again == [item.model_copy(update=lost) for item in items]


def test_ragas_lines_hold_the_fields_of_a_single_turn_sample(items: list[GoldItem], answer: Build) -> None:
    records = [json.loads(line) for line in export(items, Format.RAGAS).splitlines()]
    assert records[0] == {
        "user_input": items[0].question,
        "reference": "121.3亿元",
        "reference_contexts": [OUTPUT],
    }
    assert [record["reference"] for record in records[1:5]] == [
        "598家 或 600家",
        "贾堤 / 堤",
        REFUSAL,
        "2023年10月15日",
    ]
    assert records[5]["user_input"] == "问：产值？\n答：多。\n问：那呢？"
    said = {item.id: answer("121.3亿元[1]", OUTPUT) for item in items}
    first = json.loads(export(items, Format.RAGAS, said).splitlines()[0])
    assert (first["response"], first["retrieved_contexts"]) == ("121.3亿元[1]", [OUTPUT])
    del said["t6"]
    with pytest.raises(UserError, match="没有题 t6 的回答"):
        export(items, Format.RAGAS, said)


def test_langsmith_lines_hold_inputs_outputs_and_metadata(items: list[GoldItem], answer: Build) -> None:
    records = [json.loads(line) for line in export(items, Format.LANGSMITH).splitlines()]
    assert records[0] == {
        "inputs": {"question": items[0].question},
        "outputs": {"answer": "121.3亿元", "refuse": False, "values": [[{"value": 121.3, "unit": "亿元"}]]},
        "metadata": {
            "id": "t1",
            "category": Category.LOOKUP.value,
            "must_pass": True,
            "sources": [{"doc": DOC, "quote": OUTPUT}],
        },
    }
    assert records[3]["outputs"] == {"answer": REFUSAL, "refuse": True}
    assert records[5]["inputs"]["history"] == [{"question": "产值？", "answer": "多。"}]
    with pytest.raises(UserError, match="只用于 --format ragas"):
        export(items, Format.LANGSMITH, {"t1": answer("")})
