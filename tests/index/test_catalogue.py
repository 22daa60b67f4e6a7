"""Facts and documents to look through: every filter and order against plain Python over the same facts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import (
    DocumentOrder,
    FactEntry,
    FactFilter,
    FactOrder,
    HashEmbedder,
    Index,
    Role,
    Status,
    build_index,
    open_index,
)

CORPUS = {
    "甲/青河县.txt": "青河县2023年统计公报\n\n2023年,青河县高新技术企业达到36家,比上年净增9家。"
    "全县地区生产总值185.6亿元,同比增长6.2%。\n",
    "乙.txt": "东丽区2024年工作计划\n\n2024年,东丽区力争高新技术企业达到700家。2023年东丽区高新技術企業598家。\n",
    "丙.txt": "通知\n\n请各单位按时参加会议,会议地点另行通知,参加人员不得缺席。\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("catalogue")
    for name, text in CORPUS.items():
        file = folder / "corpus" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    build_index(folder / "corpus", folder / "index", HashEmbedder())
    with open_index(folder / "index", None) as index:
        yield index


def found(index: Index, wanted: FactFilter, order: FactOrder = FactOrder.READING, **options: object) -> list[FactEntry]:
    return list(index.catalogue.facts(wanted, order, **options))  # type: ignore[arg-type]


def test_without_a_filter_all_facts_come_in_reading_order_with_their_sentence(index: Index) -> None:
    entries = found(index, FactFilter())
    assert [entry.fact for entry in entries] == list(index.facts())
    assert index.catalogue.count_facts(FactFilter()) == len(entries) > 5
    for entry in entries:
        text = CORPUS[entry.fact.doc]
        assert text[entry.quote_start : entry.quote_end] == entry.quote
        assert entry.quote_start <= entry.fact.start < entry.fact.end <= entry.quote_end
        assert entry.title == text.split("\n")[0]


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (FactFilter(indicator="高新技术企业", role=Role.LEVEL), {"36家", "700家", "598家"}),
        (FactFilter(indicator="高新技術企業", status=Status.TARGET), {"700家"}),
        (FactFilter(place="青河", unit="元"), {"185.6亿元"}),
        (FactFilter(place="青河", role=Role.CHANGE, unit="%"), {"6.2%"}),
        (FactFilter(search="高新技术 598"), {"598家"}),
        (FactFilter(doc="乙.txt", unit="家"), {"700家", "598家"}),
        (FactFilter(doc="青河县", unit="元"), {"185.6亿元"}),
        (FactFilter(search="没有的词"), set()),
        (FactFilter(search="高新 " * 5000, unit="人"), set()),
        (FactFilter(indicator="%' OR 1=1 --"), set()),
    ],
)
def test_a_filter_keeps_what_it_names(index: Index, wanted: FactFilter, texts: set[str]) -> None:
    found_texts = [entry.fact.text for entry in found(index, wanted) if entry.fact.role is not Role.DATE]
    assert set(found_texts) == texts
    assert index.catalogue.count_facts(wanted) == len(found(index, wanted))


def test_dates_can_be_left_out(index: Index) -> None:
    kept = found(index, FactFilter(with_dates=False))
    every = found(index, FactFilter())
    assert kept == [entry for entry in every if entry.fact.role is not Role.DATE] and len(kept) < len(every)
    assert {entry.fact.role for entry in found(index, FactFilter(role=Role.DATE, with_dates=False))} == {Role.DATE}


def test_orders_sort_both_ways_and_what_is_unknown_stays_last(index: Index) -> None:
    values = [entry.fact.value for entry in found(index, FactFilter(), FactOrder.VALUE)]
    assert values == sorted(values)
    downwards = [entry.fact.value for entry in found(index, FactFilter(), FactOrder.VALUE, descending=True)]
    assert downwards == sorted(values, reverse=True)
    for descending in (False, True):
        periods = [
            entry.fact.period_start for entry in found(index, FactFilter(), FactOrder.PERIOD, descending=descending)
        ]
        known = [period for period in periods if period]
        assert known == sorted(known, reverse=descending) and periods == known + [0] * (len(periods) - len(known))
    titles = [entry.title for entry in found(index, FactFilter(), FactOrder.TITLE)]
    assert titles == sorted(titles)


@pytest.mark.parametrize("order", list(FactOrder))
def test_pages_join_up_to_the_whole(index: Index, order: FactOrder) -> None:
    whole = found(index, FactFilter(), order)
    pages = [found(index, FactFilter(), order, limit=3, offset=offset) for offset in range(0, len(whole), 3)]
    assert [entry for page in pages for entry in page] == whole


def test_values_and_kinds_are_counted(index: Index) -> None:
    every = [entry.fact for entry in found(index, FactFilter())]
    for column, name in ((FactOrder.PLACE, "place"), (FactOrder.PERIOD, "period"), (FactOrder.INDICATOR, "indicator")):
        texts = [getattr(fact, name) for fact in every if getattr(fact, name)]
        counted = index.catalogue.values(column, 2)
        assert all(texts.count(text) == count for text, count in counted)
        assert counted[0][1] == max(texts.count(text) for text in texts)
    kinds = index.catalogue.kinds(FactFilter(indicator="高新技术企业"))
    assert kinds[0] == (Role.LEVEL, "家", 3)


def test_documents_are_listed_with_what_they_hold(index: Index) -> None:
    entries = index.catalogue.documents()
    assert [entry.path for entry in entries] == sorted(CORPUS)
    by_path = {entry.path: entry for entry in entries}
    bulletin = by_path["甲/青河县.txt"]
    assert bulletin.characters == len(CORPUS["甲/青河县.txt"])
    assert bulletin.facts == len(list(index.facts(doc="甲/青河县.txt")))
    assert any("青河县" in place for place in bulletin.places)
    assert by_path["丙.txt"].facts == 0
    assert index.catalogue.entry("甲/青河县.txt") == bulletin
    most = index.catalogue.documents(order=DocumentOrder.FACTS, descending=True)
    assert [entry.facts for entry in most] == sorted((entry.facts for entry in entries), reverse=True)
    assert [entry.path for entry in index.catalogue.documents("甲/ 统计")] == ["甲/青河县.txt"]
    assert index.catalogue.count_documents("甲/ 统计") == 1 and index.catalogue.count_documents("没有") == 0
    assert [entry.path for entry in index.catalogue.documents(limit=1, offset=1)] == [sorted(CORPUS)[1]]
    with pytest.raises(KeyError):
        index.catalogue.entry("没有.txt")


def test_facts_within_a_part_of_a_document(index: Index) -> None:
    facts = list(index.facts(doc="乙.txt"))
    second = facts[1]
    assert index.catalogue.facts_within("乙.txt", second.start, second.end) == [second]
    assert index.catalogue.facts_within("乙.txt", 0, len(CORPUS["乙.txt"])) == facts


def test_a_catalogue_outlives_the_index_it_came_from(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(CORPUS["乙.txt"], encoding="utf-8")
    build_index(tmp_path / "corpus", tmp_path / "index", HashEmbedder())
    index = open_index(tmp_path / "index", None)
    catalogue = index.catalogue
    del index
    counts: list[int] = []
    asking = threading.Thread(target=lambda: counts.append(catalogue.count_facts(FactFilter())))
    asking.start()
    asking.join()
    assert counts[0] > 0
