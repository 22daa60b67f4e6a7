"""A spreadsheet of questions and answers becomes gold candidates; what the documents do not say verbatim is noted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eval.amounts import gold_amount, says
from eval.candidates import Candidate, Draft, DraftSource, Origin
from eval.exporting import REFUSAL, SIDE_SEPARATOR, TEXT_SEPARATOR
from eval.goldset import MAX_QUOTE_CHARACTERS, Category, GoldValue
from eval.proposing import clip_quote
from eval.question_table import Cell, Row, read_table
from eval.textmatch import bare
from eval.written import OR_LINE, parse_value, values_in, write_value
from index.errors import UserError

_REFUSAL_WORDS = re.compile(
    r"（?应?拒答）?|没有答案|无答案|无法回答|(?:文档|资料)(?:中|里)?没有|unanswerable", re.IGNORECASE
)
_WRAPPING = "“”\"'「」『』 \t\r\n"
_SENTENCE = re.compile(r"(?:[^。；;！!？?\r\n]|(?<=\d)。(?=\d))+[。；;！!？?]?")
_LEAST_OVERLAP = 0.3
"""Share of the question's character pairs that a sentence must hold to be suggested as its source."""
_SENTENCES_TRIED = 30


@dataclass(frozen=True, slots=True)
class Imported:
    """What a spreadsheet gave."""

    candidates: tuple[Candidate, ...]
    faults: tuple[str, ...]
    """One Chinese sentence a bad row, naming file, row and column."""


class Corpus:
    """The documents' texts, searched for quotes."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    @cached_property
    def _sentences(self) -> list[tuple[DraftSource, frozenset[str]]]:
        return [
            (DraftSource(doc=doc, quote=match.group().strip()), _bigrams(match.group()))
            for doc, text in self.texts.items()
            for match in _SENTENCE.finditer(text)
            if 4 < len(match.group().strip()) <= 3 * MAX_QUOTE_CHARACTERS
        ]

    def find(self, quote: str, doc: str = "") -> DraftSource | None:
        """Where a text stands verbatim, in the named document or the first that has it."""
        docs = [doc] if doc else list(self.texts)
        return next((DraftSource(doc=name, quote=quote) for name in docs if quote and quote in self.texts[name]), None)

    def suggest(self, question: str, values: Sequence[GoldValue], words: str, doc: str = "") -> DraftSource | None:
        """The sentence most like the question that holds the answer; None where none is like it."""
        wanted = _bigrams(question)
        near = [(source, pairs) for source, pairs in self._sentences if doc in {"", source.doc}]
        likely = sorted(
            ((len(wanted & pairs) / len(wanted), source) for source, pairs in near), key=lambda pair: -pair[0]
        )
        for overlap, source in likely[:_SENTENCES_TRIED]:
            holds = all(says(source.quote, gold_amount(value)) for value in values) and words in source.quote
            if overlap >= _LEAST_OVERLAP and holds:
                return DraftSource(doc=source.doc, quote=clip_quote(source.quote, values, words))
        return None


def import_table(file: Path, texts: Mapping[str, str], question_max_chars: int) -> Imported:
    """Read a spreadsheet; bad rows are left out and named.

    Raises:
        UserError: the file as a whole cannot be read.
    """
    corpus = Corpus(texts)
    candidates, faults = [], []
    for row in read_table(file):
        found = list(_faults(row, question_max_chars))
        if found:
            faults.append(f"{file} {found[0]}")
        else:
            candidates.append(_candidate(row, corpus))
    return Imported(tuple(candidates), tuple(faults))


def _faults(row: Row, question_max_chars: int) -> Iterator[str]:
    from rag.pipeline import check_question  # only here: it loads the models' libraries

    for cell in (row.question, row.answer, row.source, row.category):
        if cell.fault:
            yield f"{cell.place}：{cell.fault}，请改正。"
    for cell, what in ((row.question, "问题"), (row.answer, "答案")):
        if not cell.text:
            yield f"{cell.place}：{what}是空的，请补上；文档里没有答案的，答案写“拒答”。"
    try:
        check_question(row.question.text, question_max_chars)
    except UserError as error:
        yield f"{row.question.place}：{error}"
    if row.category.text and row.category.text not in set(Category):
        yield f"{row.category.place}：没有类别“{row.category.text}”，只能是 {'、'.join(Category)}。"


def _candidate(row: Row, corpus: Corpus) -> Candidate:
    question, answer = row.question.text, row.answer.text
    named = Category(row.category.text) if row.category.text else None
    if answer == REFUSAL or _REFUSAL_WORDS.fullmatch(answer) or named is Category.UNANSWERABLE:
        return Candidate.new(Origin.TABLE, Draft(question=question, category=Category.UNANSWERABLE), answer)
    lines = _lines(answer) if named is not Category.TEXT else []
    texts = () if lines else tuple(part.strip() for part in answer.split(TEXT_SEPARATOR))
    values = [value for line in lines if line != OR_LINE for value in parse_value(line)]
    sources, notes = _sources(row.source, corpus, question, values, texts[0] if texts else "")
    if any(value.unit == "" for value in values):
        notes.append("答案里的数字没有单位，请照原文补上。")
    guess = Category.CONFLICT if OR_LINE in lines else Category.MULTI if len(values) > 1 else Category.LOOKUP
    draft = Draft(
        question=question,
        category=named or (Category.TEXT if texts else guess),
        values=tuple(lines),
        text_answers=texts,
        sources=tuple(sources),
    )
    return Candidate.new(Origin.TABLE, draft, answer, notes=notes)


def _lines(answer: str) -> list[str]:
    """The values of an answer, one a line; none where it is words."""
    lines: list[str] = []
    for side in answer.split(SIDE_SEPARATOR):
        found = [write_value(value) for part in re.split(r"[；;、\n]", side) for value in _values(part)]
        lines += [*([OR_LINE] if lines and found else []), *found]
    return lines


def _values(part: str) -> Sequence[GoldValue]:
    try:
        return parse_value(part)
    except UserError:
        return values_in(part)


def _sources(
    cell: Cell, corpus: Corpus, question: str, values: Sequence[GoldValue], words: str
) -> tuple[list[DraftSource], list[str]]:
    """Verbatim sources of the cell, or a suggestion; and what the reviewer should know about them."""
    found: list[DraftSource] = []
    notes: list[str] = []
    doc = ""
    for named, quote in _named_quotes(cell.text, corpus.texts):
        doc = named or doc
        source = corpus.find(quote, named)
        if source is not None:
            found.append(DraftSource(doc=source.doc, quote=clip_quote(quote, values, words)))
        elif quote:
            notes.append(f"表格里的来源“{quote}”不是文档里的原文。")
    if not found:
        suggested = corpus.suggest(question, values, words, doc) or corpus.suggest(question, values, words)
        found = [suggested] if suggested else []
        notes.append("来源是程序按问题和答案推荐的，请核对。" if suggested else "没有找到来源，请填写。")
    return list(dict.fromkeys(found)), notes


def _named_quotes(text: str, docs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of document and quote, either of which may be empty."""
    names = "|".join(re.escape(doc) for doc in sorted(docs, key=len, reverse=True))
    heads = list(re.finditer(rf"^\s*(?P<doc>{names})\s*(?:[:：]|$)", text, re.MULTILINE)) if names else []
    if not heads:
        whole = text.strip(_WRAPPING)
        lines = [line.strip(_WRAPPING) for line in text.splitlines()]
        pieces = [whole] if any(whole in content for content in docs.values()) else lines
        yield from (("", piece) for piece in pieces if piece)
        return
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=True):
        yield head["doc"], text[head.end() : end].strip(_WRAPPING)


def _bigrams(text: str) -> frozenset[str]:
    plain = re.sub(r"[^\w%]+", "", bare(text))
    return frozenset(plain[start : start + 2] for start in range(max(1, len(plain) - 1)))
