"""From chosen evidence to an answer that leads with the figure and quotes its proof."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from index import Fact, Index, Role, Sentence, Status, make_view
from rag.arithmetic import BEFORE, Computation, compute
from rag.contract import Answer, Citation, Conflict, Figure, Mode, RefusalReason
from rag.digest import Side
from rag.leading import lead_of, listed
from rag.ranking import Ranked
from rag.searching import Reading
from rag.textual import Found
from rag.verification import computation_holds, unproved_figures

_QUOTE_CHARACTERS = 120
_STRONG_BOUNDARY = re.compile(r"(?<=[;。!?])|(?<=[,;。:])(?=[一二三四五六七八九]是)")
_LIST_NUMBER = re.compile(r"\(?(?:[一二三四五六七八九十]{1,2}|\d{1,2})(?:\)|、|\.(?!\d))")
_WEAK_BOUNDARY = re.compile(r"(?<=[,、])")

_REFUSALS = {
    RefusalReason.NOTHING_FOUND: "文档里没有找到与这个问题有关的内容。",
    RefusalReason.NO_FIGURE: "文档没有给出这项内容。",
    RefusalReason.OTHER_PERIOD: "文档没有所问时间的这项数据。",
    RefusalReason.OTHER_PLACE: "文档没有所问地方的这项数据。",
    RefusalReason.UNVERIFIED: "找到的内容无法与原文核对,因此不作回答。",
}


@dataclass(slots=True)
class Citations:
    """Quotes of one answer, each numbered once."""

    index: Index
    items: list[Citation] = field(default_factory=list)

    def add(self, doc: str, section: str, start: int, end: int) -> Citation:
        """Cite `text[start:end]` of a document."""
        for citation in self.items:
            if (citation.doc, citation.start, citation.end) == (doc, start, end):
                return citation
        document = self.index.document(doc)
        citation = Citation(
            n=len(self.items) + 1,
            doc=doc,
            title=document.title,
            published=document.published,
            section=section,
            start=start,
            end=end,
            quote=document.text[start:end],
        )
        self.items.append(citation)
        return citation


def quote_span(index: Index, sentence: Sentence, doc: str, view_start: int, view_end: int) -> tuple[int, int]:
    """Original span of the clauses around a view span of a sentence, about 120 characters at most, no furniture.

    A row of a table is quoted whole, since a cell alone proves nothing.
    """
    view, text = sentence.view, index.document(doc).text
    if "\t" in view:
        row = text[sentence.start : sentence.end]
        return sentence.start + len(row) - len(row.lstrip()), sentence.start + len(row.rstrip())
    start, end = _clauses_around(view, view_start, view_end)
    whole = make_view(text, sentence.start, sentence.end)
    weak = sorted({start, end, *(m.start() for m in _WEAK_BOUNDARY.finditer(view) if start < m.start() < end)})
    pieces = [(low, high) for low in weak for high in weak if low <= view_start and high >= view_end and low < high]
    pieces.sort(key=lambda piece: piece[0] - piece[1])
    for low, high in [*pieces, (start, view_end), (view_start, end), (view_start, view_end)]:
        shift = whole.text.find(view[low:high])
        if shift >= 0:
            return whole.original_span(shift, shift + high - low)
    return sentence.start, sentence.end


def _without_furniture(index: Index, one: Found) -> tuple[int, int]:
    """Original span of the longest run of clauses that no advert interrupts, one with the clause that answers first."""
    sentence, doc = one.sentence, one.passage.doc
    view = sentence.view
    whole = make_view(index.document(doc).text, sentence.start, sentence.end)
    cuts = sorted({0, len(view), *(m.start() for m in _WEAK_BOUNDARY.finditer(view))})
    runs = sorted(
        ((low, high) for low in cuts for high in cuts if low < high),
        key=lambda run: (not run[0] <= one.focus[0] < one.focus[1] <= run[1], run[0] - run[1]),
    )
    for low, high in runs:
        shift = whole.text.find(view[low:high])
        if shift >= 0 and view[low:high].strip():
            return whole.original_span(shift, shift + high - low)
    return sentence.start, sentence.end


def _clauses_around(view: str, start: int, end: int) -> tuple[int, int]:
    cuts = sorted({0, len(view), *(m.start() for m in _STRONG_BOUNDARY.finditer(view))})
    low = max(cut for cut in cuts if cut <= start)
    high = min(cut for cut in cuts if cut >= end)
    if high - low > _QUOTE_CHARACTERS:
        weak = sorted({low, high, *(m.start() for m in _WEAK_BOUNDARY.finditer(view) if low < m.start() < high)})
        nearest_high = min(cut for cut in weak if cut >= end)
        low = min((cut for cut in weak if nearest_high - cut <= _QUOTE_CHARACTERS and cut <= start), default=start)
        high = max(
            cut for cut in weak if cut >= nearest_high and cut - low <= max(_QUOTE_CHARACTERS, nearest_high - low)
        )
    numbered = _LIST_NUMBER.match(view, low)
    if numbered and numbered.end() <= start:
        low = numbered.end()
    while low < start and view[low] in " ,;。、\t":
        low += 1
    return low, high


def _falls(sentence: Sentence, fact: Fact) -> bool:
    lead = sentence.view[max(0, fact.view_start - 8) : fact.view_start]
    return fact.value > 0 and bool(
        re.search(r"(?:下降|降低|减少|下跌|回落|下滑|负增长|衰退|年减)(?:了|约|近|为|达)*$", lead)
    )


def figure_text(fact: Fact, sentence: Sentence) -> str:
    """The figure as an answer shows it: with 预计, 排名 or 下降 where it is an estimate, a rank or a fall."""
    text = fact.text.strip()
    if fact.unit == "排名" and text.startswith("第"):
        text = f"排名{text}"
    if fact.role is Role.CHANGE and _falls(sentence, fact):
        text = f"下降{text}"
    if fact.status is Status.ESTIMATE and not re.match(r"预计|预期", text):
        text = f"预计{text}"
    return text


def compose(index: Index, question: str, reading: Reading, conflicts: list[Ranked]) -> Answer:
    """Word a reading whose figures were chosen; refuses where a figure cannot be proved by its quotes."""
    reading = listed(reading)
    citations = Citations(index)
    names = reading.names or ("",) * len(reading.chosen)
    figures = [_figure(citations, one, name) for one, name in zip(reading.chosen, names, strict=True)]
    computation = compute(reading.task, [_signed(one, reading) for one in reading.chosen], reading.way)
    others = [_conflict(citations, one) for one in conflicts]
    quotes = [citation.quote for citation in citations.items]
    if computation is not None and not computation_holds(computation.expression, quotes):
        return refuse(index, question, RefusalReason.UNVERIFIED, None)
    parts = [lead_of(reading, figures, computation), _missing_text(reading.missing)]
    if others:
        parts.append(conflict_text(figures[0], others, citations.items))
    if computation is not None:
        figures.insert(0, _computed_figure(computation, reading))
    draft = "".join([*parts, _sources_text(citations.items)])
    computed = [computation.expression] if computation else []
    if reading.entity_question is not None:
        computed += _checked_names(reading, figures)
    labels = [source_label(citation) for citation in citations.items]
    if unproved_figures(without_labels(draft, labels), quotes, question, computed):
        draft = "".join(parts)
        if unproved_figures(without_labels(draft, labels), quotes, question, computed):
            return refuse(index, question, RefusalReason.UNVERIFIED, None)
    answer = _answer(question, draft, citations, figures, others)
    expression = computation.expression if computation else None
    return answer.model_copy(update={"computation": expression, "missing": list(reading.missing)})


def _checked_names(reading: Reading, figures: Sequence[Figure]) -> list[str]:
    """What an answer over everyone of a kind says beside its figures: the years they are of and how many they are."""
    asked = reading.entity_question
    years = [figure.subject for figure in figures if figure.subject == figure.period]
    count = [f"{len(figures)}{asked.measure_word}"] if asked is not None and asked.counted else []
    return [*years, *count, asked.threshold if asked is not None else ""]


def source_label(citation: Citation) -> str:
    """Title and date of a source, as an answer names it: 《东丽区2023年统计公报》(2024-03-31)."""
    return f"《{citation.title or citation.doc}》" + (f"({citation.published})" if citation.published else "")


def without_labels(text: str, labels: Iterable[str]) -> str:
    """The text without its sources' names, whose figures are no statements."""
    for label in labels:
        text = text.replace(label, " ")
    return text


def conflict_text(figure: Figure, others: Sequence[Conflict], citations: Sequence[Citation]) -> str:
    """Every source with its date and what it says, the newest first."""
    by_number = {citation.n: citation for citation in citations}
    all_sides: list[Figure | Conflict] = [figure, *others]
    sides = sorted(all_sides, key=lambda side: by_number[side.citation].published or "", reverse=True)
    dated = sum(bool(by_number[side.citation].published) for side in sides)
    said = ";".join(f"{source_label(by_number[side.citation])}{side.text}[{side.citation}]" for side in sides)
    order = ",按发布日期从新到旧" if dated > 1 else ""
    return f"其他来源的数字不同{order}:{said}。"


def _missing_text(missing: Sequence[str]) -> str:
    return f"没有找到:{';'.join(missing)}。" if missing else ""


def _signed(one: Ranked, reading: Reading) -> Fact:
    """The fact, a fall with a negative value where growth rates are set against each other or one is undone."""
    of_growth = reading.way == BEFORE or all(each.fact.role is Role.CHANGE for each in reading.chosen)
    if of_growth and one.fact.role is Role.CHANGE and _falls(one.candidate.sentence, one.fact):
        return replace(one.fact, value=-one.fact.value)
    return one.fact


def compose_text(index: Index, question: str, found: list[Found]) -> Answer:
    """Word a question about who, which or how by its best sentences."""
    citations = Citations(index)
    return _answer(question, _quoted(citations, found), citations, [], [])


def compose_digest(index: Index, question: str, sides: Sequence[Side]) -> Answer:
    """Word an open question by sentences of several paragraphs, one line for each side of a comparison."""
    citations = Citations(index)
    lines = []
    for side in sides:
        said = _quoted(citations, side.found) or "文档里没有找到有关的内容。"
        lines.append(f"{side.name}:{said}" if side.name else said)
    return _answer(question, "\n".join(lines), citations, [], [])


def _quoted(citations: Citations, found: Iterable[Found]) -> str:
    """Sentences as they stand in the documents, each with its mark."""
    pieces = []
    for one in found:
        start, end = _without_furniture(citations.index, one)
        citation = citations.add(one.passage.doc, one.passage.section, start, end)
        pieces.append(f"{_one_line(citation.quote)}[{citation.n}]")
    return "".join(pieces)


def refuse(
    index: Index, question: str, reason: RefusalReason, nearest: Ranked | None, reading: Reading | None = None
) -> Answer:
    """Refuse with the reason and, where there is one, the nearest thing the documents say, marked as no answer.

    A `reading` some of whose sides were found has them named instead, with what is missing.
    """
    citations = Citations(index)
    text = _REFUSALS[reason]
    missing = list(reading.missing) if reading is not None and reading.partial else []
    if missing and reading is not None:
        found = [
            f"{name}{figure_text(one.fact, one.candidate.sentence)}[{_cite(citations, one).n}]"
            for name, one in reading.partial
        ]
        text = f"{text}只找到{'、'.join(found)},没有找到{'、'.join(missing)}。"
    elif nearest is not None:
        citation = _cite(citations, nearest)
        text += f"最接近的记载(不是答案):“{_one_line(citation.quote)}”[{citation.n}]"
    return Answer(
        question=question,
        answer=text,
        refused=True,
        refusal_reason=reason,
        mode=Mode.EXTRACTIVE,
        model=None,
        citations=citations.items,
        figures=[],
        conflicts=[],
        timings_ms={},
        missing=missing,
    )


def _answer(question: str, text: str, citations: Citations, figures: list[Figure], conflicts: list[Conflict]) -> Answer:
    return Answer(
        question=question,
        answer=text,
        refused=False,
        refusal_reason=None,
        mode=Mode.EXTRACTIVE,
        model=None,
        citations=citations.items,
        figures=figures,
        conflicts=conflicts,
        timings_ms={},
    )


def _cite(citations: Citations, one: Ranked) -> Citation:
    fact, sentence = one.fact, one.candidate.sentence
    start, end = quote_span(citations.index, sentence, fact.doc, fact.view_start, fact.view_end)
    return citations.add(fact.doc, one.candidate.passage.section, min(start, fact.start), max(end, fact.end))


def _figure(citations: Citations, one: Ranked, subject: str) -> Figure:
    fact = one.fact
    citation = _cite(citations, one)
    text = figure_text(fact, one.candidate.sentence)
    return Figure(
        text=text,
        value=float(fact.value),
        unit=fact.unit,
        indicator=fact.indicator,
        place=fact.place,
        period=fact.period,
        qualifier=("预计" if fact.status is Status.ESTIMATE else "") + fact.qualifier,
        citation=citation.n,
        verified=not unproved_figures(fact.text, [citation.quote], ""),
        subject=subject,
    )


def _conflict(citations: Citations, one: Ranked) -> Conflict:
    fact = one.fact
    return Conflict(
        text=figure_text(fact, one.candidate.sentence),
        value=float(fact.value),
        unit=fact.unit,
        indicator=fact.indicator,
        place=fact.place,
        period=fact.period,
        citation=_cite(citations, one).n,
    )


def _computed_figure(computation: Computation, reading: Reading) -> Figure:
    first = reading.chosen[0].fact
    return Figure(
        text=computation.result,
        value=float(computation.value),
        unit=computation.unit,
        indicator=first.indicator,
        place=first.place,
        period=first.period,
        qualifier="",
        citation=0,
        verified=True,
    )


def _sources_text(citations: list[Citation]) -> str:
    return "".join(f"原文[{citation.n}]:“{_one_line(citation.quote)}”" for citation in citations[:4])


def _one_line(text: str) -> str:
    return re.sub(r"\s*[\r\n]+\s*", " ", text).strip()
