"""The measures of a run, over all items, by category and by document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.scores import ItemScore, Stage
from eval.stats import Share, percentile

RECALL_DEPTHS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well one kind of evidence was ranked."""

    recall: Mapping[int, Share]
    """Depth (1, 3, 5, 10) to the share of items with a gold quote that far up."""
    mrr: float | None
    """Mean reciprocal rank, 0 to 1; None where nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of GOLD.md over one group of items."""

    items: int
    right: Share
    """Of all items."""
    cited: Share
    """Of the answerable items."""
    lead: Share
    """The headline; of the answerable items."""
    passed: Share
    """Of all items: lead or rightly refused, nothing stray, every citation exact."""
    stray: Share
    """Items with a stray figure, of all items; must be 0."""
    inexact_citations: int
    """Citations whose offsets do not give the quote; must be 0."""
    refusal_recall: Share
    """Of the unanswerable items."""
    over_refusal: Share
    """Of the answerable items."""
    all_sides: Share
    """Of the conflict items: every side shown."""
    must_pass: Share
    """Of the must-pass items: passed."""
    passages: Ranking
    facts: Ranking
    stages: Mapping[Stage, int]


def measure(scores: Sequence[ItemScore]) -> Measures:
    """Compute every measure over the items given."""
    answerable = [score for score in scores if not score.should_refuse]
    unanswerable = [score for score in scores if score.should_refuse]
    return Measures(
        items=len(scores),
        right=_share(scores, lambda score: score.right),
        cited=_share(answerable, lambda score: score.cited),
        lead=_share(answerable, lambda score: score.lead),
        passed=_share(scores, lambda score: score.passed),
        stray=_share(scores, lambda score: score.stray_count > 0),
        inexact_citations=sum(score.inexact_citations for score in scores),
        refusal_recall=_share(unanswerable, lambda score: score.refused),
        over_refusal=_share(answerable, lambda score: score.refused),
        all_sides=_share([s for s in scores if s.all_sides is not None], lambda score: bool(score.all_sides)),
        must_pass=_share([score for score in scores if score.must_pass], lambda score: score.passed),
        passages=_ranking(score.passage_rank for score in scores),
        facts=_ranking(score.fact_rank for score in scores),
        stages=dict(sorted(Counter(score.stage for score in scores).items())),
    )


def by_category(scores: Sequence[ItemScore]) -> dict[str, Measures]:
    """Measures of each category that occurs."""
    categories = sorted({score.category for score in scores})
    return {str(name): measure([score for score in scores if score.category == name]) for name in categories}


def by_document(scores: Sequence[ItemScore]) -> dict[str, Measures]:
    """Measures of each gold document; an item over several documents counts in each, an unanswerable one in none."""
    documents = sorted({doc for score in scores for doc in score.docs})
    return {name: measure([score for score in scores if name in score.docs]) for name in documents}


def latency(scores: Sequence[ItemScore]) -> dict[str, dict[str, float]]:
    """p50 and p95 in milliseconds of each stage of the engine, and of the whole answer as `wall`."""
    stages: dict[str, list[float]] = {}
    for score in scores:
        for stage, milliseconds in score.timings_ms.items():
            stages.setdefault(stage, []).append(milliseconds)
    return {
        stage: {"p50": round(percentile(values, 50), 3), "p95": round(percentile(values, 95), 3)}
        for stage, values in stages.items()
    }


def as_json(scores: Sequence[ItemScore]) -> dict[str, Any]:
    """Every measure and group as plain JSON."""
    return {
        "overall": _measures_json(measure(scores)),
        "by_category": {name: _measures_json(group) for name, group in by_category(scores).items()},
        "by_document": {name: _measures_json(group) for name, group in by_document(scores).items()},
        "latency_ms": latency(scores),
    }


def _measures_json(measures: Measures) -> dict[str, Any]:
    return {
        "items": measures.items,
        **{name: _share_json(getattr(measures, name)) for name in SHARE_NAMES},
        "inexact_citations": measures.inexact_citations,
        "passages": _ranking_json(measures.passages),
        "facts": _ranking_json(measures.facts),
        "stages": {str(stage): count for stage, count in measures.stages.items()},
    }


SHARE_NAMES = (
    "lead", "right", "cited", "passed", "stray", "refusal_recall", "over_refusal", "all_sides", "must_pass",
)  # fmt: skip
"""The measures that are shares, headline first."""


def _ranking_json(ranking: Ranking) -> dict[str, Any]:
    return {
        "mrr": ranking.mrr,
        "recall": {str(depth): _share_json(share) for depth, share in ranking.recall.items()},
    }


def _share_json(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"hits": share.hits, "total": share.total, "share": share.value, "low": low, "high": high}


def _share(scores: Sequence[ItemScore], counts: Callable[[ItemScore], bool]) -> Share:
    return Share(sum(counts(score) for score in scores), len(scores))


def _ranking(ranks: Iterable[int | None]) -> Ranking:
    known = [rank for rank in ranks if rank is not None]
    recall = {depth: Share(sum(0 < rank <= depth for rank in known), len(known)) for depth in RECALL_DEPTHS}
    mrr = sum(1 / rank for rank in known if rank) / len(known) if known else None
    return Ranking(recall, mrr)
