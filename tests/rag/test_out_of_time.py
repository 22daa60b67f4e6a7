from __future__ import annotations

from pathlib import Path

import pytest

from rag.out_of_time import is_out_of_time
from rag.reader import search
from tests.rag.evidence import Opened, opened

UNDATED = """云舟高新区简介

园区现有高新技术企业37家，孵化器5个。

2016年获批省级高新区，2021年规划面积扩大到12平方公里，力争2027年建成千亿园区。
"""
TIMELESS = """云舟高新区简介

园区现有高新技术企业37家，孵化器5个。
"""


def of(text: str, tmp_path: Path) -> Opened:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "park.txt").write_text(text, encoding="utf-8")
    return opened(tmp_path / "corpus", tmp_path / "index")


def judged(parts: Opened, question: str) -> bool:
    found = search(parts.library, question)
    figure = next(one for one in found.ranked if one.fact.text == "37家")
    return is_out_of_time(found, figure, parts.library)


@pytest.mark.parametrize(
    ("question", "out_of_time"),
    [
        ("云舟高新区2030年有多少家高新技术企业？", True),
        ("云舟高新区1998年有多少家高新技术企业？", True),
        ("云舟高新区2021年有多少家高新技术企业？", False),
        ("云舟高新区有多少家高新技术企业？", False),
    ],
)
def test_a_figure_without_date_is_of_no_year_beyond_those_its_document_names(
    question: str, out_of_time: bool, tmp_path: Path
) -> None:
    parts = of(UNDATED, tmp_path)

    assert judged(parts, question) is out_of_time
    parts.engine.close()


def test_a_document_without_years_is_out_of_no_time(tmp_path: Path) -> None:
    parts = of(TIMELESS, tmp_path)

    assert not judged(parts, "云舟高新区2030年有多少家高新技术企业？")
    parts.engine.close()
