"""Where in what was retrieved a gold quote first stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eval.amounts import Amount, amount_of, gold_amount, satisfies, says
from eval.corpus import occurrences
from eval.engine import FactSpan, Retrieval
from eval.goldset import GoldItem


def passage_rank(item: GoldItem, retrieval: Retrieval, texts: Mapping[str, str]) -> int:
    """Rank from 1 of the first paragraph that holds or overlaps a gold quote; 0 where none does."""
    spans = gold_spans(item, texts)
    return _first(
        any(passage.doc == doc and passage.overlaps(start, end) for doc, start, end in spans)
        for passage in retrieval.passages
    )


def fact_rank(item: GoldItem, retrieval: Retrieval, texts: Mapping[str, str]) -> int | None:
    """Rank from 1 of the first fact inside a gold quote that has a gold value; 0 where none does, None for text items.

    A computed gold value stands in no quote: then any fact inside a gold quote counts, as an input of it.
    """
    if not item.values:
        return None
    right = right_facts(item, retrieval, texts)
    return _first(fact in right for fact in retrieval.facts)


def right_facts(item: GoldItem, retrieval: Retrieval, texts: Mapping[str, str]) -> list[FactSpan]:
    """The retrieved facts inside a gold quote that have a gold value, best first."""
    spans = gold_spans(item, texts)
    gold = [gold_amount(value) for value in item.values]
    quoted = [value for value in gold if any(says(source.quote, value) for source in item.sources)]
    return [
        fact
        for fact in retrieval.facts
        if any(fact.doc == doc and fact.lies_in(start, end) for doc, start, end in spans) and _has_value(fact, quoted)
    ]


def gold_spans(item: GoldItem, texts: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """Every place of every gold quote: document, start, end."""
    return [
        (source.doc, start, end)
        for source in item.sources
        for start, end in occurrences(texts[source.doc], source.quote)
    ]


def _has_value(fact: FactSpan, gold: list[Amount]) -> bool:
    amount = amount_of(fact.value, fact.unit, fact.text)
    return not gold or any(satisfies(amount, value) for value in gold) or any(says(fact.text, value) for value in gold)


def _first(hits: Iterable[bool]) -> int:
    return next((rank for rank, hit in enumerate(hits, start=1) if hit), 0)
