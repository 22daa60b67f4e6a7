from __future__ import annotations

import pytest
from pydantic import ValidationError

from rag.fact_search import FACTS_AT_ONCE, FactFilter
from tests.rag.evidence import Opened


def test_every_quote_is_the_documents_own_text(seeds: Opened) -> None:
    found = seeds.engine.search_facts(FactFilter(limit=FACTS_AT_ONCE))

    assert len(found.facts) == FACTS_AT_ONCE and found.more
    for fact in found.facts:
        assert seeds.library.index.document(fact.doc).text[fact.start : fact.end] == fact.quote


def test_filters_narrow_together_in_any_writing(county: Opened) -> None:
    found = county.engine.search_facts(FactFilter(place="西青區", indicator="雛鷹", period="２０２３年"))

    assert [(fact.text, fact.doc, fact.unit) for fact in found.facts] == [("77家", "xiqing.txt", "家")]
    assert not found.more
    assert county.engine.search_facts(FactFilter(place="西青區", doc="dongli.txt")).facts == []


def test_the_limit_cuts_and_says_so(county: Opened) -> None:
    everything = county.engine.search_facts(FactFilter(unit="家", limit=FACTS_AT_ONCE)).facts
    first = county.engine.search_facts(FactFilter(unit="家", limit=2))

    assert first.facts == everything[:2] and first.more
    assert not county.engine.search_facts(FactFilter(unit="家", limit=len(everything))).more


@pytest.mark.parametrize("limit", [0, FACTS_AT_ONCE + 1])
def test_the_limit_has_bounds(limit: int) -> None:
    with pytest.raises(ValidationError):
        FactFilter(limit=limit)
