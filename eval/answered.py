"""Answered questions from files: the output of `ask --batch`, or the feedback that users gave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from eval.candidates import Candidate, Origin
from eval.goldset import describe_invalid, numbered_lines
from eval.proposing import propose
from index.errors import UserError
from rag.contract import Answer, Turn

_DISLIKED_NOTE = "提问的人认为这个回答不对，下面的答案和来源请逐一核对。"


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with the answer it got."""

    id: str
    """Of the batch line; empty for feedback."""
    origin: Origin
    question: str
    history: tuple[Turn, ...]
    answer: Answer
    rating: Literal["up", "down"] | None = None
    comment: str = ""

    def candidate(self) -> Candidate:
        """A pending candidate with what the answer proposes."""
        return Candidate.new(
            self.origin,
            propose(self.question, self.history, self.answer),
            self.answer.answer,
            rating=self.rating,
            comment=self.comment,
            notes=[_DISLIKED_NOTE] if self.rating == "down" else [],
        )


class _Feedback(BaseModel):
    """One line of feedback; fields it does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    answer: Answer
    rating: Literal["up", "down"] | None = None
    reason: str | None = None
    history: tuple[Turn, ...] = ()

    @field_validator("rating", mode="before")
    @classmethod
    def _thumbs(cls, value: object) -> object:
        known = {"👍": "up", "👎": "down", 1: "up", -1: "down"}
        return known.get(value, value) if isinstance(value, str | int) else value

    @field_validator("history", mode="before")
    @classmethod
    def _no_history(cls, value: object) -> object:
        return () if value is None else value


def read_answered(file: Path, histories: Mapping[str, tuple[Turn, ...]] | None = None) -> list[Answered]:
    """Every line of a file of answers or feedback; `histories` are the earlier turns of batch questions, by id.

    Raises:
        UserError: the file cannot be read or is empty, or a line is neither; the text names line and field.
    """
    answered = [_parse(line, f"{file} 第 {number} 行", histories or {}) for number, line in numbered_lines(file)]
    if not answered:
        raise UserError(f"{file} 是空的，请给出 shuzheng ask --batch 的输出或用户反馈的文件。")
    return answered


def _parse(line: str, place: str, histories: Mapping[str, tuple[Turn, ...]]) -> Answered:
    try:
        data: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise UserError(f"{place}：不是合法的 JSON（第 {error.colno} 列附近），请一行写一个完整的对象。") from error
    if not isinstance(data, dict):
        raise UserError(f"{place}：应是一个 JSON 对象，例如 shuzheng ask --batch 输出的一行。")
    try:
        if isinstance(data.get("answer"), dict):
            feedback = _Feedback.model_validate(data)
            return Answered(
                "", Origin.FEEDBACK, feedback.question, feedback.history, feedback.answer,
                feedback.rating, feedback.reason or "",
            )  # fmt: skip
        identifier = str(data.pop("id", ""))
        answer = Answer.model_validate(data)
    except ValidationError as error:
        raise UserError(f"{place}：{describe_invalid(error)}") from error
    return Answered(identifier, Origin.BATCH, answer.question, histories.get(identifier, ()), answer)
