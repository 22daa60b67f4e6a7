"""From chosen evidence to an answer that leads with the figure and quotes its proof."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from index import Fact, Index, Role, Sentence, Status, make_view
from rag.arithmetic import Computation, compute
from rag.contract import Answer, Citation, Conflict, Figure, Mode, RefusalReason
from rag.question import Task
from rag.ranking import Ranked
from rag.reader import Reading
from rag.textual import Found
from rag.verification import unproved_figures

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
    return fact.value > 0 and bool(re.search(r"(?:下降|降低|减少|下跌|回落|下滑|负增长)(?:了|约|近|为|达)*$", lead))


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
    citations = Citations(index)
    figures = [_figure(citations, one) for one in reading.chosen]
    computation = compute(reading.task, [one.fact for one in reading.chosen])
    lead = _lead(reading, figures, computation)
    others = [_conflict(citations, one) for one in conflicts]
    parts = [lead]
    if others:
        said = ";".join(f"{conflict.text}[{conflict.citation}]" for conflict in others)
        parts.append(f"其他来源的数字不同:{said}。")
    if computation is not None:
        figures.insert(0, _computed_figure(computation, reading))
    draft = "".join([*parts, _sources_text(citations.items)])
    computed = [computation.expression] if computation else []
    if unproved_figures(draft, [citation.quote for citation in citations.items], question, computed):
        draft = "".join(parts)
        if unproved_figures(draft, [citation.quote for citation in citations.items], question, computed):
            return refuse(index, question, RefusalReason.UNVERIFIED, None)
    return _answer(question, draft, citations, figures, others)


def compose_text(index: Index, question: str, found: list[Found]) -> Answer:
    """Word a question about who, which or how by its best sentences."""
    citations = Citations(index)
    pieces = []
    for one in found:
        start, end = _without_furniture(index, one)
        citation = citations.add(one.passage.doc, one.passage.section, start, end)
        pieces.append(f"{_one_line(citation.quote)}[{citation.n}]")
    return _answer(question, "".join(pieces), citations, [], [])


def refuse(index: Index, question: str, reason: RefusalReason, nearest: Ranked | None) -> Answer:
    """Refuse with the reason and, where there is one, the nearest thing the documents say, marked as no answer."""
    citations = Citations(index)
    text = _REFUSALS[reason]
    if nearest is not None:
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


def _figure(citations: Citations, one: Ranked) -> Figure:
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


def _lead(reading: Reading, figures: list[Figure], computation: Computation | None) -> str:
    marks = "".join(f"[{n}]" for n in dict.fromkeys(figure.citation for figure in figures))
    if computation is not None:
        return f"{computation.result}{marks}。计算:{computation.expression}。"
    if reading.task is Task.COMPARE:
        return _comparison(reading, figures)
    if len(figures) == 1:
        return f"{figures[0].text}{marks}。"
    return ";".join(f"{figure.text}{_label(figure)}[{figure.citation}]" for figure in figures) + "。"


def _label(figure: Figure) -> str:
    return (
        f"({figure.indicator})" if 2 <= len(figure.indicator) <= 20 and not re.search(r"\d", figure.indicator) else ""
    )


def _comparison(reading: Reading, figures: list[Figure]) -> str:
    low = reading.way.lstrip("更") in {"少", "低", "小", "慢", "短", "早", "靠前"}
    is_rank = figures[0].unit == "排名"
    order = sorted(range(len(figures)), key=lambda i: figures[i].value, reverse=not (low or is_rank))
    if figures[order[0]].value == figures[order[1]].value:
        sides = ";".join(f"{reading.names[i]}{figures[i].text}[{figures[i].citation}]" for i in order)
        return f"两者相同:{sides}。"
    winner, *losers = order
    rest = ";".join(f"{reading.names[i]}:{figures[i].text}[{figures[i].citation}]" for i in losers)
    return f"{reading.names[winner]}:{figures[winner].text}[{figures[winner].citation}],{reading.way};{rest}。"


def _sources_text(citations: list[Citation]) -> str:
    return "".join(f"原文[{citation.n}]:“{_one_line(citation.quote)}”" for citation in citations[:4])


def _one_line(text: str) -> str:
    return re.sub(r"\s*[\r\n]+\s*", " ", text).strip()
