"""Made facts and their surroundings, and two small indexes: the seeds and a county of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from index import (
    Embedder,
    Fact,
    HashEmbedder,
    Passage,
    Period,
    Role,
    Sentence,
    Status,
    build_index,
    find_periods,
    open_index,
)
from index.quantities import quantities_in_view
from rag.contract import Answer
from rag.cross_encoder import CrossEncoder
from rag.matching import FEATURE_NAMES, Candidate, Features, Zones
from rag.pipeline import Engine
from rag.places_asked import place_index
from rag.ranking import Ranked
from rag.reader import Library, search
from rag.settings import Settings

MODEL = "e5-small"


def needs_the_model(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test of what is answered and what refused, whose thresholds are fitted to the default model."""
    marked: Callable[..., None] = pytest.mark.slow(pytest.mark.needs_models(MODEL)(test))
    return marked


COUNTY: dict[str, bytes] = {
    "dongli.txt": """东丽区2023年国民经济和社会发展情况

2023年，东丽区地区生产总值1205亿元，同比增长5.6%；第二产业增加值600亿元，同比下降0.5%。
2023年，东丽区规上工业总产值980亿元，居全市第4位。
2023年，东丽区总营业收入960亿元，其中汽车业务营业收入320亿元。
截至2023年底，东丽区高新技术企业598家，雏鹰企业467家。
2023年1-9月，东丽区研发费用1。02亿元，技术合同交易额4亿元，完成率160%。
2023年，东丽区城镇居民人均可支配收入52300元，农村居民人均可支配收入31200元。
东丽区孵化载体面积从6000平方米扩大到50000平方米。
2023年，东丽区引进人才200余人，柔性引进专家66人。
2023年，东丽区发明专利授权量1200件。
东丽区科技局局长李明表示，要推动企业加大研发投入。
2024年，东丽区力争高新技术企业达到650家以上。
""".encode(),
    "bulletin.txt": """东丽区2023年统计公报

2023年，东丽区地区生产总值12050000万元，比上年增长5.6%。
2023年，东丽区高新技术企业达到601家。
2023年，东丽区规上工业增加值3015000万元。
""".encode("utf-8-sig"),
    "xiqing.txt": """西青區2023年工業經濟運行情況

2023年，西青區規上工業總產值1850億元，同比下降2.3%，居全市第2位。
2023年，西青區發明專利授權量1500件。
2023年，西青區雛鷹企業77家。
2022年，西青區規上工業總產值1893.6億元。
""".encode("gb18030"),
    "dangtu.txt": """当涂县2023年工作总结

2023年，当涂县规上工业研发投入12。93亿元，预计全年技术合同交易额达到40亿元。
2023年，当涂县市财政兑现资金72。5万元。
2023年，当涂县新增孵化面积1。6万平方米，作文网 zUOwEnBa.Net 完成备案科技型中小企业151家。
当涂县图书馆馆长王小明，作文网 zUOwEnBa.Net 介绍了全民阅读活动的特色做法。
""".encode(),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """An index with all that answers from it."""

    engine: Engine
    library: Library

    def text(self, doc: str) -> str:
        return self.library.index.document(doc).text

    def first(self, question: str) -> str:
        """The figure that fits a question best, good enough or not."""
        return self.engine.retrieve(question).facts[0].text

    def ranked(self, question: str, figure: str) -> Ranked:
        """A figure among those found for a question."""
        found = search(self.library, question)
        return next(one for one in found.ranked if one.fact.text == figure)


def opened(
    corpus: Path, folder: Path, embedder: Embedder | None = None, cross_encoder: CrossEncoder | None = None
) -> Opened:
    """Index `corpus` with an embedder, by default the shipped hash embedder, and open it."""
    embedder = embedder or HashEmbedder()
    build_index(corpus, folder, embedder)
    index = open_index(folder, embedder.identity)
    settings = Settings(corpus=corpus, index=folder, embedder="hash", llm="none")
    library = Library(index, embedder, place_index(index.places()), settings.top_k, cross_encoder)
    return Opened(Engine(settings, index, embedder, None, cross_encoder), library)


def write_county(folder: Path) -> Path:
    folder.mkdir()
    for name, content in COUNTY.items():
        (folder / name).write_bytes(content)
    return folder


def without_times(answer: Answer) -> Answer:
    return answer.model_copy(update={"timings_ms": {}})


def made_fact(
    text: str, indicator: str = "产值", period: str = "2023年", place: str = "天津市东丽区", **changes: Any
) -> Fact:
    """A fact of the figure `text`, which is all of its sentence; `changes` are other fields."""
    (quantity,) = quantities_in_view(text)
    mentions = find_periods(period, None)
    months = mentions[0].period if mentions else Period(0, 0, "")
    fact = Fact(
        1, 1, 1, "a.txt", 0, len(text), quantity.start, quantity.end, 0, len(text), quantity.text, quantity.value,
        quantity.unit, quantity.qualifier, Role.LEVEL, Status.RESULT, indicator, place, period, months.start,
        months.end,
    )  # fmt: skip
    return replace(fact, **changes)


def made_candidate(fact: Fact, view: str = "", title: str = "", neighbours: tuple[Fact, ...] = ()) -> Candidate:
    view = view or fact.text
    sentence = Sentence(fact.sentence, fact.passage, 0, len(view), view)
    passage = Passage(fact.passage, fact.doc, 0, len(view), 0, len(view), title, "", fact.place, fact.period, view)
    return Candidate(fact, sentence, passage, 0.5, neighbours or (fact,))


def made_ranked(fact: Fact, relevance: float = 1.0, **features: float) -> Ranked:
    nothing: frozenset[str] = frozenset()
    values = {name: 0.5 for name in FEATURE_NAMES} | features
    return Ranked(made_candidate(fact), Features(**values), Zones(nothing, nothing, nothing, nothing), relevance)
