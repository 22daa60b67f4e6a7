"""One question as it arrives in a batch line or in the body of `POST /api/ask`."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from index.errors import UserError
from rag.contract import Answer, Mode, Turn

_KINDS = {"question": "字符串", "answer": "字符串", "history": "数组", "id": "字符串或整数"}


class AskRequest(BaseModel):
    """A question with its conversation; fields it does not know are ignored, so a gold file is a batch."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    question: str
    id: str | int | None = None
    """Copied to the answer."""
    history: list[Turn] | None = None
    """Earlier turns, oldest first."""
    mode: Mode | None = None
    """How to word the answer; the settings decide where it is absent."""


def parse_request(text: str | bytes) -> AskRequest:
    """Return the question that one JSON object holds.

    Raises:
        UserError: it is no JSON object, or a field is missing or of the wrong kind.
    """
    try:
        return AskRequest.model_validate_json(text)
    except ValidationError as error:
        raise UserError(f"{_explain(error.errors(include_url=False)[0])}。") from error


def answer_json(answer: Answer, request_id: str | int | None = None) -> str:
    """Return the answer as one line of JSON, led by `id` where there is one; Chinese is not escaped."""
    record: dict[str, Any] = answer.model_dump(mode="json")
    if request_id is not None:
        record = {"id": request_id, **record}
    return json.dumps(record, ensure_ascii=False)


def _explain(error: ErrorDetails) -> str:
    if error["type"] == "json_invalid":
        return f'不是正确的 JSON（{error["ctx"]["error"]}）；应是一个对象，例如 {{"question": "…"}}'
    if not error["loc"]:
        return '应是一个 JSON 对象，例如 {"question": "…"}'
    parts = [str(part) for part in error["loc"] if part not in {"str", "int"}]
    where = ".".join(parts)
    if error["type"] == "missing":
        return f"缺少字段 {where}"
    if error["type"] == "enum":
        return f"字段 {where} 的值“{error['input']}”不能用：只能是 {'、'.join(Mode)}"
    return f"字段 {where} 的类型不对：应是{_KINDS.get(parts[-1], '对象')}"
