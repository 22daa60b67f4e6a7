"""Checks of gold files: format, verbatim quotes, duplicates, contradictions, values that no quote holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from eval.amounts import gold_amount, says
from eval.goldset import (
    COMPUTED_CATEGORIES,
    MAX_QUOTE_CHARACTERS,
    Category,
    GoldItem,
    numbered_lines,
    parse_line,
)
from eval.textmatch import bare, contains_text
from index.errors import UserError

NEAR_DUPLICATE_SIMILARITY = 0.85
"""Jaccard similarity of character bigrams, 0 to 1, from which two questions with equal answers are one too many."""

_NOT_WORDS = re.compile(r"[^\w%]+")


class Severity(StrEnum):
    """Whether the set may be used."""

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """What is wrong."""

    FORMAT = "format"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_DOCUMENT = "unknown_document"
    QUOTE_NOT_VERBATIM = "quote_not_verbatim"
    QUOTE_TOO_LONG = "quote_too_long"
    VALUE_NOT_IN_QUOTE = "value_not_in_quote"
    TEXT_NOT_IN_QUOTE = "text_not_in_quote"
    MISSING_HISTORY = "missing_history"
    CONTRADICTION = "contradiction"
    DUPLICATE_QUESTION = "duplicate_question"
    NEAR_DUPLICATE = "near_duplicate"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding."""

    severity: Severity
    kind: Kind
    where: str
    """Ids or file and line: enough to find it, nothing of the item's text."""
    message: str
    """One Chinese sentence; may show text of the item."""


@dataclass(frozen=True, slots=True)
class LintReport:
    """What the checks found."""

    items: tuple[GoldItem, ...]
    """The items that could be read."""
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        """Whether the set must not be used as it is."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def lint(files: Sequence[Path], texts: Mapping[str, str]) -> LintReport:
    """Check gold files against the documents' texts.

    Raises:
        UserError: a file cannot be read, or the files hold no line at all.
    """
    items, problems = _read_leniently(files)
    if not items and not problems:
        named = "、".join(str(file) for file in files)
        raise UserError(f"评测集是空的：{named}。请指定至少有一道题的 JSONL 文件。")
    for item in items:
        problems += lint_item(item, texts)
    problems += pair_problems(items)
    return LintReport(tuple(items), tuple(problems))


def lint_item(item: GoldItem, texts: Mapping[str, str]) -> list[Problem]:
    """What is wrong with one item by itself."""
    return [*_source_problems(item, texts), *_value_problems(item)]


def _read_leniently(files: Sequence[Path]) -> tuple[list[GoldItem], list[Problem]]:
    items: list[GoldItem] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for file in files:
        for number, line in numbered_lines(file):
            place = f"{file.name}:{number}"
            try:
                item = parse_line(line, file, number)
            except UserError as error:
                problems.append(Problem(Severity.ERROR, Kind.FORMAT, place, str(error)))
                continue
            if item.id in seen:
                message = f"编号 {item.id} 已在 {seen[item.id]} 用过。"
                problems.append(Problem(Severity.ERROR, Kind.DUPLICATE_ID, place, message))
                continue
            seen[item.id] = place
            items.append(item)
    return items, problems


def _source_problems(item: GoldItem, texts: Mapping[str, str]) -> Iterator[Problem]:
    for source in item.sources:
        if source.doc not in texts:
            yield _error(Kind.UNKNOWN_DOCUMENT, item, f"文档“{source.doc}”不在文档文件夹里。")
        elif source.quote not in texts[source.doc]:
            yield _error(Kind.QUOTE_NOT_VERBATIM, item, f"引文不是原文：“{source.quote}”。")
        if len(source.quote) > MAX_QUOTE_CHARACTERS:
            message = f"引文有 {len(source.quote)} 字，最多 {MAX_QUOTE_CHARACTERS} 字。"
            yield _error(Kind.QUOTE_TOO_LONG, item, message)


def _value_problems(item: GoldItem) -> Iterator[Problem]:
    if item.category is Category.FOLLOW_UP and not item.history:
        yield _error(Kind.MISSING_HISTORY, item, "追问题须有 history。")
    if item.category not in COMPUTED_CATEGORIES:
        for value in item.values:
            if not any(says(source.quote, gold_amount(value)) for source in item.sources):
                yield _error(Kind.VALUE_NOT_IN_QUOTE, item, f"答案 {value} 不在任何一条引文里。")
    if item.category is Category.TEXT and not any(
        contains_text(source.quote, text) for source in item.sources for text in item.text_answers
    ):
        message = f"文字答案 {' / '.join(item.text_answers)} 不在任何一条引文里。"
        yield Problem(Severity.WARNING, Kind.TEXT_NOT_IN_QUOTE, item.id, message)


def _error(kind: Kind, item: GoldItem, message: str) -> Problem:
    return Problem(Severity.ERROR, kind, item.id, message)


def pair_problems(items: Sequence[GoldItem]) -> Iterator[Problem]:
    """Questions asked twice: contradictory where the answers differ, else one too many."""
    same: dict[str, list[GoldItem]] = defaultdict(list)
    for item in items:
        same[_question_key(item)].append(item)
    for group in same.values():
        for first, second in combinations(group, 2):
            where, agree = f"{first.id}, {second.id}", _answer_key(first) == _answer_key(second)
            kind = Kind.DUPLICATE_QUESTION if agree else Kind.CONTRADICTION
            message = f"同一个问题{'问了两次' if agree else '有两种答案'}：“{first.question}”。"
            yield Problem(Severity.ERROR, kind, where, message)
    yield from _near_duplicates([group[0] for group in same.values()])


def _near_duplicates(items: Sequence[GoldItem]) -> Iterator[Problem]:
    alike: dict[object, list[GoldItem]] = defaultdict(list)
    for item in items:
        alike[_answer_key(item)].append(item)
    for group in alike.values():
        bigrams = {item.id: _bigrams(_question_key(item)) for item in group}
        for first, second in combinations(group, 2):
            if _jaccard(bigrams[first.id], bigrams[second.id]) >= NEAR_DUPLICATE_SIMILARITY:
                message = f"两个问题几乎一样：“{first.question}”与“{second.question}”。"
                yield Problem(Severity.WARNING, Kind.NEAR_DUPLICATE, f"{first.id}, {second.id}", message)


def _question_key(item: GoldItem) -> str:
    turns = [turn.question for turn in item.history]
    return "\n".join(_NOT_WORDS.sub("", bare(text)) for text in (*turns, item.question))


def _answer_key(item: GoldItem) -> object:
    sides = frozenset(
        frozenset((amount.value, amount.unit) for amount in map(gold_amount, side)) for side in item.sides
    )
    return sides, frozenset(bare(text) for text in item.text_answers), item.refuse


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(max(1, len(text) - 1)))


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second)
