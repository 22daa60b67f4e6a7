"""Recorded answers: read from an `ask --batch` output, scored as they are, or played back as an engine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from eval.engine import Outcome, RetrievedEvidence
from eval.goldset import GoldItem, describe_invalid, numbered_lines
from index.errors import UserError
from index.records import Fact, Passage
from rag.contract import Answer, Mode, Turn


def read_answers(file: Path) -> dict[str, Answer]:
    """Answers by id, from a JSONL of answers as `shuzheng ask --batch --output` writes it.

    Raises:
        UserError: the file cannot be read, a line is malformed, or an id is missing or used twice.
    """
    answers: dict[str, Answer] = {}
    for number, line in numbered_lines(file):
        place = f"{file} 第 {number} 行"
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            raise UserError(f"{place}：不是合法的 JSON，请用 shuzheng ask --batch 重新生成。") from error
        identifier = data.pop("id", None) if isinstance(data, dict) else None
        if not isinstance(identifier, str | int) or str(identifier) in answers:
            raise UserError(f"{place}：字段 id：缺少或重复，请用带 id 的评测集作为 shuzheng ask --batch 的输入。")
        try:
            answers[str(identifier)] = Answer.model_validate(data)
        except ValidationError as error:
            raise UserError(f"{place}：{describe_invalid(error)}") from error
    return answers


def outcomes_of(items: Sequence[GoldItem], answers: Mapping[str, Answer]) -> list[Outcome]:
    """One outcome for each item, in the items' order; answers to other ids are left out.

    Raises:
        UserError: an item has no answer, so that a part of a set is never scored as if it were all.
    """
    missing = [item.id for item in items if item.id not in answers]
    if missing:
        raise UserError(
            f"有 {len(missing)} 道题没有回答（例如 {missing[0]}），请对整个评测集运行 shuzheng ask --batch。"
        )
    return [Outcome(id=item.id, answer=answers[item.id]) for item in items]


@dataclass(frozen=True, slots=True)
class ReplayedEvidence:
    """Recorded evidence, best first."""

    passages: Sequence[Passage] = ()
    facts: Sequence[Fact] = ()


class ReplayEngine:
    """An engine that says what was recorded; what was not recorded it refuses with an error."""

    def __init__(
        self,
        items: Sequence[GoldItem],
        answers: Mapping[str, Answer],
        evidence: Mapping[str, ReplayedEvidence] | None = None,
    ) -> None:
        self._ids = {(item.question, item.history): item.id for item in items}
        self._answers = answers
        self._evidence = evidence or {}

    def ask(self, question: str, history: Sequence[Turn], mode: Mode) -> Answer:
        """The recorded answer; the mode changes nothing.

        Raises:
            UserError: nothing was recorded for the question.
        """
        identifier = self._ids.get((question, tuple(history)))
        if identifier is None or identifier not in self._answers:
            raise UserError(f"回放里没有问题“{question}”的回答，请用同一个评测集重新录制。")
        return self._answers[identifier]

    def retrieve(self, question: str, history: Sequence[Turn]) -> RetrievedEvidence:
        """The recorded evidence; empty where none was."""
        identifier = self._ids.get((question, tuple(history)), "")
        return self._evidence.get(identifier, ReplayedEvidence())
