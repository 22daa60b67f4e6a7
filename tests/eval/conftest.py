"""Builders of gold items, answers and a small corpus for the evaluation tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.corpus import read_texts
from eval.engine import Outcome, Retrieval
from eval.goldset import GoldItem, GoldValue
from eval.scores import ItemScore
from eval.scoring import score_item
from rag.contract import Answer, Citation, Mode, RefusalReason

DOC = "report.txt"
TEXT = (
    "东丽区高端装备产业链全年完成工业产值121.3亿元，同比增长34.9%，占全区比重12.3%，比前一年提高了3个百分点。\n"
    "入孵企业从21家发展到121家，载体面积从6000平方米扩大到50000平方米。\n"
    "市财政兑现资金72。5万元，综合排名居全市第4。东丽区委书记贾堤说。\n"
    "國家高新技術企業598家，預計達到600家。项目于2023年10月15日开工。\n"
    "产值增长16.4%，利润增长5.6个百分点，落地项目六成以上，占比近1/5。\n"
)
OTHER_DOC = "other.txt"
OTHER_TEXT = "洞头区高端装备产业链全年完成工业产值88亿元，入孵企业30家。\n"

Build = Callable[..., Any]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / DOC).write_text(TEXT, encoding="utf-8")
    (folder / OTHER_DOC).write_text(OTHER_TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def texts(corpus: Path) -> dict[str, str]:
    return read_texts(corpus, [DOC, OTHER_DOC])


def _gold(**fields: Any) -> GoldItem:
    defaults: dict[str, Any] = {
        "id": "t1",
        "question": "东丽区高端装备产业链的工业产值是多少？",
        "category": "lookup",
        "answers": [{"value": 121.3, "unit": "亿元"}],
        "sources": [{"doc": DOC, "quote": "全年完成工业产值121.3亿元"}],
    }
    if fields.get("category") == "unanswerable":
        defaults |= {"answers": [], "sources": [], "refuse": True}
    return GoldItem.model_validate(defaults | fields)


@pytest.fixture
def gold() -> Build:
    return _gold


def _answer(text: str, *quotes: str | tuple[str, str], refused: bool = False, **fields: Any) -> Answer:
    """An answer whose quotes stand in DOC, or in the document that comes with them."""
    named = [(DOC, quote) if isinstance(quote, str) else quote for quote in quotes]
    documents = {DOC: TEXT, OTHER_DOC: OTHER_TEXT}
    citations = [
        Citation(
            n=n,
            doc=doc,
            title="",
            published=None,
            section="",
            start=documents[doc].index(quote),
            end=documents[doc].index(quote) + len(quote),
            quote=quote,
        )
        for n, (doc, quote) in enumerate(named, start=1)
    ]
    defaults: dict[str, Any] = {
        "question": "",
        "answer": text,
        "refused": refused,
        "refusal_reason": RefusalReason.NOTHING_FOUND if refused else None,
        "mode": Mode.EXTRACTIVE,
        "model": None,
        "citations": citations,
        "figures": [],
        "conflicts": [],
        "timings_ms": {"retrieve": 5.0},
    }
    return Answer.model_validate(defaults | fields)


@pytest.fixture
def answer() -> Build:
    return _answer


@pytest.fixture
def score(texts: Mapping[str, str]) -> Build:
    def build(item: GoldItem, said: Answer | None, retrieval: Retrieval | None = None) -> ItemScore:
        outcome = Outcome(id=item.id, answer=said, error=None if said else "坏了", retrieval=retrieval)
        return score_item(item, outcome, texts)

    return build


@pytest.fixture
def write_gold(tmp_path: Path) -> Build:
    def write(items: Sequence[GoldItem], name: str = "gold.jsonl") -> Path:
        file = tmp_path / name
        lines = [json.dumps(_plain(item), ensure_ascii=False) for item in items]
        file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return file

    return write


def _plain(item: GoldItem) -> dict[str, Any]:
    """The item as a person writes it: numbers, no defaults."""
    data = item.model_dump(mode="json", exclude_defaults=True)
    for value in [*data.get("answers", []), *(value for side in data.get("any_of", []) for value in side)]:
        if value["unit"] != "date" and "/" not in value["value"]:
            value["value"] = float(value["value"])
    return data


@pytest.fixture
def oracle() -> Build:
    """Answers a gold item as well as can be: its values first, its quotes as citations."""
    return _oracle


def _oracle(item: GoldItem, documents: Mapping[str, str]) -> Answer:
    if item.refuse:
        return _answer("资料中没有。", refused=True, question=item.question)
    figures = "，".join(_spoken(value) for side in item.sides for value in side)
    said = f"{figures}。{'、'.join(item.text_answers[:1])}" + "".join(f"[{n}]" for n in range(1, len(item.sources) + 1))
    citations = [
        Citation(
            n=n,
            doc=source.doc,
            title="",
            published=None,
            section="",
            start=documents[source.doc].index(source.quote),
            end=documents[source.doc].index(source.quote) + len(source.quote),
            quote=source.quote,
        )
        for n, source in enumerate(item.sources, start=1)
    ]
    return _answer(said, question=item.question, citations=citations)


def _spoken(value: GoldValue) -> str:
    if value.unit == "date":
        return "".join(part + unit for part, unit in zip(str(value.value).split("-"), "年月日", strict=False))
    return f"排名第{value.value}名" if value.unit == "排名" else f"{value.value}{value.unit}"
