"""Questions made from the facts of the index, for whoever does not know what to ask (next)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index import COUNT_UNITS, Fact, Index, Role, aliases
from rag.contract import Answer, Citation

_FILLER = re.compile(r"全[区县市省]|我[区县市]|园区(?=园区)|共有|各类|年末|实现|全年|上半年|“[^”]*$|^[^“]*”")
_ASKABLE = re.compile(
    r"(?!推|打|围|支|带|引|获|组|参|做|建|创|争|加|落|联|汇|聚|开|举|完成|累计|一|两|三|五|六|等|的|为|被|已|新)[\u4e00-\u9fff&A-Z()“”]*"
    r"(?:企业|机构|面积|产值|收入|费用|投入|强度|指数|率|增加值|交易额|成交额|登记额|总数|总量|专利|实验室|孵化器|总额|产量|床位|人口)"
)
"""Indicators that read well in a question."""
_NEARBY = 1500
"""Characters around a quote within which another figure is on the same subject."""


def question_about(fact: Fact) -> str:
    """Return a question whose answer is the fact; empty where the fact makes no good one."""
    indicator = _FILLER.sub("", fact.indicator)
    named = fact.role in {Role.LEVEL, Role.CHANGE} and 4 <= len(indicator) <= 16 and _ASKABLE.fullmatch(indicator)
    if not named or not fact.place or not fact.text[0].isdigit() or fact.unit in {"", "date", "年"}:
        return ""
    names = aliases(fact.place)
    place = "" if any(name in indicator for name in names) else names[min(1, len(names) - 1)]
    period = fact.period if re.fullmatch(r"\d{4}年(?:\d{1,2}-\d{1,2}月|上半年)?", fact.period) else ""
    if fact.role is Role.CHANGE:
        return f"{place}{period}{indicator}增长了多少?" if fact.unit == "%" and fact.value > 0 else ""
    asked = f"有多少{fact.unit}" if fact.unit in COUNT_UNITS else "是多少"
    return f"{place}{period}{indicator}{asked}?"


def related_facts(index: Index, answer: Answer) -> Iterator[Fact]:
    """Yield facts that somebody may want to know next, each once, without those that the answer gives.

    First the same indicator elsewhere, at another time or as growth, then what stands in and near the quotes.
    """
    told = {(figure.place, figure.period, figure.value) for figure in answer.figures}
    seen: set[int] = set()
    near = [fact for citation in answer.citations for fact in _near(index, citation)]
    for fact in (*_same_indicator(index, answer), *near):
        if fact.id not in seen and (fact.place, fact.period, float(fact.value)) not in told:
            seen.add(fact.id)
            yield fact


def _same_indicator(index: Index, answer: Answer) -> Iterator[Fact]:
    told = {(figure.place, figure.period) for figure in answer.figures}
    indicators = dict.fromkeys(figure.indicator for figure in answer.figures if figure.indicator)
    for indicator in indicators:
        facts = [fact for fact in index.facts(indicator=indicator) if fact.indicator == indicator]
        # Elsewhere or at another time first, then what else is said of it here.
        yield from sorted(facts, key=lambda fact: (fact.place, fact.period) in told)


def _near(index: Index, citation: Citation) -> Iterable[Fact]:
    facts = [fact for fact in index.facts(doc=citation.doc) if fact.doc == citation.doc]
    close = [fact for fact in facts if citation.start - _NEARBY <= fact.start <= citation.end + _NEARBY]
    return sorted(close, key=lambda fact: max(citation.start - fact.start, fact.end - citation.end, 0))
