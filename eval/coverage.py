"""Which figures of the documents no question asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.amounts import amount_of, gold_amount, satisfies
from eval.corpus import occurrences
from eval.goldset import COMPUTED_CATEGORIES, DATE_UNIT, GoldItem
from index.cleaning import furniture, lines_of
from index.quantities import quantities_in_view
from index.records import Quantity
from index.view import make_view

_CONTEXT_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class DocumentFigure:
    """A figure of a document, page furniture left out; its span points into the document's text."""

    doc: str
    start: int
    end: int
    text: str
    quantity: Quantity
    context: str
    """The figure with some characters on both sides, on one line."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what the documents say in figures is asked for."""

    total: int
    uncovered: tuple[DocumentFigure, ...]


def coverage(items: Sequence[GoldItem], texts: Mapping[str, str], *, with_dates: bool = False) -> Coverage:
    """Compare the figures of the documents with the gold items; dates only where asked for.

    A figure is covered where it stands in a gold quote of an item that asks for its value, computes with it, or takes
    words that hold it as the answer (十大 in the name of a prize).
    """
    quoted = _quoted_spans(items, texts)
    figures = [
        figure
        for doc, text in texts.items()
        for figure in document_figures(doc, text)
        if with_dates or figure.quantity.unit != DATE_UNIT
    ]
    uncovered = [figure for figure in figures if not any(_covers(span, figure) for span in quoted[figure.doc])]
    return Coverage(len(figures), tuple(uncovered))


def document_figures(doc: str, text: str) -> Iterator[DocumentFigure]:
    """Every figure of a document's content, in order."""
    dropped = furniture(text)
    for line in lines_of(text):
        view = make_view(text, line.start, line.end, dropped)
        for quantity in quantities_in_view(view.text):
            start, end = view.original_span(quantity.start, quantity.end)
            around = text[max(line.start, start - _CONTEXT_CHARACTERS) : min(line.end, end + _CONTEXT_CHARACTERS)]
            yield DocumentFigure(doc, start, end, text[start:end], quantity, " ".join(around.split()))


_QuotedSpan = tuple[int, int, GoldItem]


def _quoted_spans(items: Sequence[GoldItem], texts: Mapping[str, str]) -> dict[str, list[_QuotedSpan]]:
    quoted: dict[str, list[_QuotedSpan]] = defaultdict(list)
    for item in items:
        for source in item.sources:
            for start, end in occurrences(texts.get(source.doc, ""), source.quote):
                quoted[source.doc].append((start, end, item))
    return quoted


def _covers(span: _QuotedSpan, figure: DocumentFigure) -> bool:
    start, end, item = span
    if not (start < figure.end and figure.start < end):
        return False
    if item.category in COMPUTED_CATEGORIES or any(figure.text in accepted for accepted in item.text_answers or ()):
        return True
    quantity = figure.quantity
    ends = [quantity.value] if quantity.upper is None else [quantity.value, quantity.upper]
    amounts = [amount_of(value, quantity.unit, quantity.text) for value in ends]
    return any(satisfies(amount, gold_amount(value)) for amount in amounts for value in item.values)
