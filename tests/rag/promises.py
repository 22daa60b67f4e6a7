"""What DESIGN.md promises of every answer, as assertions."""

from __future__ import annotations

import re

from rag.composing import source_label, without_labels
from rag.contract import Answer
from rag.verification import unproved_figures
from tests.rag.evidence import Opened

COMPUTATION = re.compile(r"计算:(.*?)。(?:原文\[|其他|$)")


def assert_promises(parts: Opened, question: str, answer: Answer) -> None:
    """What DESIGN.md promises of every answer, refused or not."""
    quotes = [citation.quote for citation in answer.citations]
    for citation in answer.citations:
        text = parts.text(citation.doc)
        assert text[citation.start : citation.end] == citation.quote != ""
        start, end, paragraph = parts.engine.paragraph(citation)
        assert text[start:end] == paragraph
        assert start <= citation.start < citation.end <= end
    assert [citation.n for citation in answer.citations] == list(range(1, len(quotes) + 1))
    for citation in answer.citations:
        document = parts.library.index.document(citation.doc)
        assert (citation.title, citation.published) == (document.title, document.published)
    said = without_labels(answer.answer, map(source_label, answer.citations))
    assert unproved_figures(said, quotes, question, COMPUTATION.findall(answer.answer)) == []
    assert {int(mark) for mark in re.findall(r"\[(\d{1,3})\]", without_quotes(answer))} <= set(
        range(1, len(quotes) + 1)
    )
    assert answer.refused is (answer.refusal_reason is not None)
    for figure in answer.figures:
        assert figure.verified
        assert not answer.refused
        assert 0 <= figure.citation <= len(quotes)
        if figure.citation:
            assert unproved_figures(figure.text, [quotes[figure.citation - 1]], "") == []
    for conflict in answer.conflicts:
        assert unproved_figures(conflict.text, [quotes[conflict.citation - 1]], "") == []


def without_quotes(answer: Answer) -> str:
    text = answer.answer
    for citation in answer.citations:
        text = text.replace(re.sub(r"\s*[\r\n]+\s*", " ", citation.quote).strip(), "")
    return text
