"""One item scored: the measures of GOLD.md, and where a failure lies. No model judges anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.amounts import (
    Amount,
    amounts_in,
    before_list_marker,
    gold_amount,
    is_written_with,
    list_markers,
    satisfies,
    says,
)
from eval.computation import shown_computations
from eval.corpus import occurrences
from eval.engine import Outcome
from eval.goldset import COMPUTED_CATEGORIES, DATE_UNIT, GoldItem, GoldSource, GoldValue
from eval.ranks import fact_rank, passage_rank, right_facts
from eval.scores import ItemScore, Quoted, Stage
from eval.textmatch import contains_text
from rag.composing import source_label, without_labels
from rag.contract import Answer, Citation

CONTEXT_CHARACTERS = 90
"""How much of the line a report shows on either side of a quote."""


def score_item(item: GoldItem, outcome: Outcome, texts: Mapping[str, str]) -> ItemScore:
    """Score what the engine said to one item; `texts` holds at least the gold documents and the cited ones."""
    answer = outcome.answer
    quotes = [_quoted(citation, texts) for citation in answer.citations] if answer else []
    right = answer is not None and _is_right(item, answer)
    cited = right and not item.refuse and any(_proves(item, quoted, texts) for quoted in quotes)
    lead = cited and answer is not None and _leads(item, answer)
    stray = stray_figures(item, answer) if answer else []
    inexact = sum(not quoted.exact for quoted in quotes)
    passed = (lead or (item.refuse and right)) and not stray and not inexact
    ranks = _ranks(item, outcome, texts)
    return ItemScore(
        id=item.id,
        gold=item.fingerprint,
        category=item.category,
        docs=item.docs,
        must_pass=item.must_pass,
        should_refuse=item.refuse,
        refused=answer is not None and answer.refused,
        right=right,
        cited=cited,
        lead=lead,
        stray=tuple(stray),
        stray_count=len(stray),
        inexact_citations=inexact,
        all_sides=_all_sides(item, answer) if item.any_of else None,
        passage_rank=ranks[0],
        fact_rank=ranks[1],
        passed=passed,
        stage=Stage.PASSED if passed else _failure_stage(item, outcome, right, cited, lead, ranks[0], texts),
        timings_ms=_timings(outcome),
        question=" → ".join([*(turn.question for turn in item.history), item.question]),
        expected=_expected(item),
        answer=answer.answer if answer else (outcome.error or ""),
        quotes=tuple(quotes),
        sources=tuple(_source(source, texts) for source in item.sources),
    )


def stray_figures(item: GoldItem, answer: Answer) -> list[str]:
    """Figures of the answer that are in no quote, not in the question, and no result of a shown computation."""
    grounds = [item.question, *(citation.quote for citation in answer.citations), *_source_dates(answer)]
    excused = [gold_amount(value) for value in item.values] if item.category in COMPUTED_CATEGORIES else []
    for computation in shown_computations(f"{answer.answer} {answer.computation or ''}"):
        if all(_is_grounded(amount, grounds) for amount in computation.inputs):
            excused.append(computation.result)
    stray = [
        amount.text
        for amount in amounts_in(without_labels(answer.answer, [source_label(one) for one in answer.citations]))
        if not _is_grounded(amount, grounds) and not any(satisfies(known, amount) for known in excused)
    ]
    markers = [marker for marker in list_markers(answer.answer) if not any(marker in list_markers(g) for g in grounds)]
    return list(dict.fromkeys([*stray, *markers]))


def _source_dates(answer: Answer) -> list[str]:
    """The dates in titles and headings of the cited sources, by which an answer may tell years apart."""
    headings = [f"{citation.title} {citation.section}" for citation in answer.citations]
    return [amount.text for heading in headings for amount in amounts_in(heading) if amount.unit == DATE_UNIT]


def _is_grounded(amount: Amount, grounds: Sequence[str]) -> bool:
    return any(says(ground, amount) for ground in grounds)


def _is_right(item: GoldItem, answer: Answer) -> bool:
    if item.refuse or answer.refused:
        return item.refuse and answer.refused
    if not any(_holds_all(answer.answer, side) for side in item.sides):
        return False
    return not item.text_answers or any(contains_text(answer.answer, text) for text in item.text_answers)


def _all_sides(item: GoldItem, answer: Answer | None) -> bool:
    return answer is not None and not answer.refused and all(_holds_all(answer.answer, side) for side in item.sides)


def _holds_all(text: str, values: Sequence[GoldValue]) -> bool:
    amounts = amounts_in(text)
    return all(any(satisfies(amount, gold_amount(value)) for amount in amounts) for value in values)


def _leads(item: GoldItem, answer: Answer) -> bool:
    """Whether the first figure that the question does not hold is a gold value; true where gold is text only.

    An ordinal list marker is a figure that is never the one asked for.
    """
    gold = [gold_amount(value) for value in item.values]
    if not gold:
        return True
    first = None
    for amount in amounts_in(before_list_marker(answer.answer)):
        if first is not None and amount.start != first:
            return False
        if any(satisfies(amount, value) for value in gold):
            return True
        if first is None and not amount.loose and not says(item.question, amount):
            first = amount.start
    return False


def _quoted(citation: Citation, texts: Mapping[str, str]) -> Quoted:
    found = texts.get(citation.doc, "")[citation.start : citation.end]
    exact = found == citation.quote != ""
    return _in_context(citation.doc, citation.start, citation.end, citation.quote, texts, "" if exact else found)


def _source(source: GoldSource, texts: Mapping[str, str]) -> Quoted:
    start = texts[source.doc].index(source.quote)
    return _in_context(source.doc, start, start + len(source.quote), source.quote, texts)


def _in_context(doc: str, start: int, end: int, quote: str, texts: Mapping[str, str], found: str = "") -> Quoted:
    text = texts.get(doc, "")
    exact = text[start:end] == quote != ""
    before = text[:start].rpartition("\n")[2]
    after = text[end:].partition("\n")[0]
    if len(before) > CONTEXT_CHARACTERS:
        before = "…" + before[-CONTEXT_CHARACTERS:]
    if len(after) > CONTEXT_CHARACTERS:
        after = after[:CONTEXT_CHARACTERS] + "…"
    return Quoted(
        doc=doc, start=start, end=end, quote=quote, exact=exact, before=before, after=after, found=found
    )  # fmt: skip


def _proves(item: GoldItem, quoted: Quoted, texts: Mapping[str, str]) -> bool:
    """Whether an exact citation of a gold document overlaps a gold quote or holds a gold value."""
    if not quoted.exact or quoted.doc not in item.docs:
        return False
    if any(says(quoted.quote, gold_amount(value)) for value in item.values):
        return True
    return any(
        quoted.start < end and start < quoted.end
        for source in item.sources
        if source.doc == quoted.doc
        for start, end in occurrences(texts[source.doc], source.quote)
    )


def _ranks(item: GoldItem, outcome: Outcome, texts: Mapping[str, str]) -> tuple[int | None, int | None]:
    if outcome.retrieval is None or item.refuse:
        return None, None
    return passage_rank(item, outcome.retrieval, texts), fact_rank(item, outcome.retrieval, texts)


def _failure_stage(
    item: GoldItem,
    outcome: Outcome,
    right: bool,
    cited: bool,
    lead: bool,
    retrieved_rank: int | None,
    texts: Mapping[str, str],
) -> Stage:
    answer = outcome.answer
    if answer is None:
        return Stage.ERROR
    if item.refuse and not answer.refused:
        return Stage.WRONGLY_ANSWERED
    if not item.refuse and not right:
        return _wrong_answer_stage(item, answer, outcome, retrieved_rank, texts)
    if not item.refuse and not cited:
        return Stage.NOT_CITED
    if not item.refuse and not lead:
        return Stage.CHOSEN_NOT_FIRST
    return Stage.STRAY if stray_figures(item, answer) else Stage.NOT_CITED


def _wrong_answer_stage(
    item: GoldItem, answer: Answer, outcome: Outcome, retrieved_rank: int | None, texts: Mapping[str, str]
) -> Stage:
    if retrieved_rank == 0:
        return Stage.NOT_RETRIEVED
    if answer.refused:
        return Stage.WRONGLY_REFUSED
    if _has_wrong_unit(item, answer):
        return Stage.WRONG_UNIT
    misplaced = _wrong_context(item, answer, outcome, texts)
    if misplaced is not None:
        return misplaced
    return Stage.NOT_CHOSEN if retrieved_rank is None else Stage.RETRIEVED_NOT_CHOSEN


def _has_wrong_unit(item: GoldItem, answer: Answer) -> bool:
    """Whether a missing gold value stands in the answer as the same number with another unit."""
    amounts = amounts_in(answer.answer)
    return any(
        amount.unit != gold.unit and (amount.value == gold.value or is_written_with(amount, value))
        for value in item.values
        if not _holds_all(answer.answer, [value])
        for gold in [gold_amount(value)]
        for amount in amounts
        if not amount.loose
    )


def _wrong_context(item: GoldItem, answer: Answer, outcome: Outcome, texts: Mapping[str, str]) -> Stage | None:
    """Whether the answer chose the right indicator, but of another place or period, as far as retrieved facts tell."""
    facts = right_facts(item, outcome.retrieval, texts) if outcome.retrieval else []
    pairs = [(figure, fact) for fact in facts for figure in answer.figures if figure.indicator == fact.indicator != ""]
    if any(figure.place != fact.place for figure, fact in pairs):
        return Stage.WRONG_PLACE
    return Stage.WRONG_PERIOD if any(figure.period != fact.period for figure, fact in pairs) else None


def _timings(outcome: Outcome) -> dict[str, float]:
    timings = dict(outcome.answer.timings_ms) if outcome.answer else {}
    return timings if outcome.wall_ms is None else timings | {"wall": outcome.wall_ms}


def _expected(item: GoldItem) -> str:
    if item.refuse:
        return "（应拒答）"
    sides = " 或 ".join("、".join(str(value) for value in side) for side in item.sides if side)
    return "；".join(part for part in (sides, " / ".join(item.text_answers)) if part)
