"""What a gold item for an answered question would be: a first draft for a person to check."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.amounts import gold_amount, says
from eval.candidates import Draft, DraftSource
from eval.goldset import MAX_QUOTE_CHARACTERS, Category, GoldValue
from eval.textmatch import contains_text
from eval.written import OR_LINE, values_in, write_value
from index.view import simplify
from rag.contract import Answer, Citation, Conflict, Figure, Turn

_QUOTES_BEGIN = "原文["
"""Where an extractive answer stops answering and starts to prove."""
_COMPARES = re.compile(r"哪.*[更最]|谁.*[更最]|比.*(?:多|少|高|低|大|小|快|慢)")
_CLAUSE = re.compile(r"(?:[^，,。；;！!？?\n]|(?<=\d)[,，。](?=\d))*[，,。；;！!？?\n]?")
"""A mark between digits is a decimal point or a thousands separator, whatever it looks like."""


def propose(question: str, history: Sequence[Turn], answer: Answer) -> Draft:
    """Values, category and verbatim sources as the answer gives them."""
    if answer.refused:
        return Draft(question=question, history=tuple(history), category=Category.UNANSWERABLE)
    figures = _asked_for(answer)
    category = _category(question, history, answer, figures)
    values = _lines(figures)
    if category is Category.CONFLICT:
        for conflict in answer.conflicts:
            values += [OR_LINE, *_lines([conflict])]
    sources = _sources(answer, figures)
    text = sources[0].quote.strip().rstrip("。；;，,") if sources and not values else ""
    return Draft(
        question=question,
        history=tuple(history),
        category=category,
        values=tuple(values),
        text_answers=(text,) if text else (),
        sources=tuple(sources),
    )


def clip_quote(quote: str, values: Sequence[GoldValue] = (), words: str = "") -> str:
    """The quote, or where it is too long the clauses around what it is to prove, still verbatim."""
    if len(quote) <= MAX_QUOTE_CHARACTERS:
        return quote
    clauses = [match.span() for match in _CLAUSE.finditer(quote) if match.group()]
    proving = [place for place, span in enumerate(clauses) if _proves(quote[slice(*span)], values, words)]
    first, last = (min(proving), max(proving)) if proving else (0, 0)
    if clauses[last][1] - clauses[first][0] > MAX_QUOTE_CHARACTERS:
        last = first
    while first > 0 and clauses[last][1] - clauses[first - 1][0] <= MAX_QUOTE_CHARACTERS:
        first -= 1
    while last + 1 < len(clauses) and clauses[last + 1][1] - clauses[first][0] <= MAX_QUOTE_CHARACTERS:
        last += 1
    return quote[clauses[first][0] : clauses[last][1]][:MAX_QUOTE_CHARACTERS]


def _proves(clause: str, values: Sequence[GoldValue], words: str) -> bool:
    return any(says(clause, gold_amount(value)) for value in values) or bool(words and contains_text(clause, words))


def _asked_for(answer: Answer) -> list[Figure]:
    """The figures that answer, without those that only stand in the quotes: computed ones where there are any."""
    computed = [figure for figure in answer.figures if figure.citation == 0]
    if computed:
        return computed
    lead = answer.answer.partition(_QUOTES_BEGIN)[0]
    return [figure for figure in answer.figures if figure.text in lead] or list(answer.figures)


def _category(question: str, history: Sequence[Turn], answer: Answer, figures: Sequence[Figure]) -> Category:
    checks = (
        (Category.FOLLOW_UP, bool(history)),
        (Category.CONFLICT, bool(answer.conflicts)),
        (Category.ARITHMETIC, any(figure.citation == 0 for figure in figures)),
        (Category.TEXT, not figures),
        (Category.COMPARE, len(figures) > 1 and bool(_COMPARES.search(question))),
        (Category.TRADITIONAL, simplify(question) != question),
        (Category.MULTI, len(figures) > 1),
    )
    return next((category for category, fits in checks if fits), Category.LOOKUP)


def _lines(figures: Sequence[Figure | Conflict]) -> list[str]:
    lines: list[str] = []
    for figure in figures:
        values = values_in(figure.text)
        lines += [write_value(value) for value in values] or [figure.text]
    return list(dict.fromkeys(lines))


def _sources(answer: Answer, figures: Sequence[Figure]) -> list[DraftSource]:
    """The quotes that prove the figures, each once; all of them for a computed figure or a text."""
    proving: set[int] = {figure.citation for figure in figures} | {conflict.citation for conflict in answer.conflicts}
    everything = not figures or 0 in proving
    texts = [*(figure.text for figure in answer.figures), *(conflict.text for conflict in answer.conflicts)]
    values = [value for text in texts for value in values_in(text)]
    cited = [citation for citation in answer.citations if everything or citation.n in proving]
    return list(dict.fromkeys(_source(citation, values) for citation in cited))


def _source(citation: Citation, values: Sequence[GoldValue]) -> DraftSource:
    return DraftSource(doc=citation.doc, quote=clip_quote(citation.quote, values))
