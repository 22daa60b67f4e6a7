"""The facts of an index with the sentence that proves each: what `GET /api/facts` and the MCP tool return."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from index import Index, catalogue

FACTS_AT_ONCE = 200
"""Most facts of one answer."""


class FactFilter(BaseModel):
    """Which facts: all that is given must hold; Traditional and full-width writing is the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str = Field(default="", description="地区，按“包含”匹配，例如 东丽")
    period: str = Field(default="", description="时间，按“包含”匹配，例如 2023年")
    indicator: str = Field(default="", description="指标，按“包含”匹配，例如 高新技术企业")
    unit: str = Field(default="", description="基本单位，须完全相同，例如 元、%、家")
    doc: str = Field(default="", description="文件的相对路径；没有这个路径时，按路径和标题“包含”匹配")
    limit: int = Field(default=50, ge=1, le=FACTS_AT_ONCE, description=f"最多几条，不超过 {FACTS_AT_ONCE}")


class FoundFact(BaseModel):
    """One figure of the documents; `text[start:end] == quote` for the document's text, offsets in code points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(description="规范化以后的写法，例如 72.5万元")
    value: float = Field(description="换算成基本单位的值")
    unit: str = Field(description="基本单位")
    qualifier: str = Field(description="约、近、余等")
    role: str = Field(description="水平、增速、占比、名次等")
    status: str = Field(description="结果、预计还是目标")
    indicator: str
    place: str
    period: str
    doc: str
    title: str
    published: str | None
    start: int
    end: int
    quote: str = Field(description="这个数字所在的整句，与原文一字不差")


class FoundFacts(BaseModel):
    """Facts in reading order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    facts: list[FoundFact]
    more: bool = Field(description="还有没列出的")


def search_facts(index: Index, wanted: FactFilter) -> FoundFacts:
    """Return the facts that hold every text of the filter, at most `limit` of them, in reading order.

    Raises:
        IndexDamagedError: a file of the index is corrupt.
    """
    parts = wanted.model_dump(exclude={"limit"})
    found = list(index.catalogue.facts(catalogue.FactFilter(**parts), limit=wanted.limit + 1))
    return FoundFacts(facts=[_found(entry) for entry in found[: wanted.limit]], more=len(found) > wanted.limit)


def _found(entry: catalogue.FactEntry) -> FoundFact:
    fact = entry.fact
    return FoundFact(
        text=fact.text,
        value=float(fact.value),
        unit=fact.unit,
        qualifier=fact.qualifier,
        role=fact.role,
        status=fact.status,
        indicator=fact.indicator,
        place=fact.place,
        period=fact.period,
        doc=fact.doc,
        title=entry.title,
        published=entry.published,
        start=entry.quote_start,
        end=entry.quote_end,
        quote=entry.quote,
    )
