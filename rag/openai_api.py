"""The part of OpenAI's HTTP protocol that chat programs speak: `GET /v1/models`, `POST /v1/chat/completions`.

The last user message is the question, earlier pairs of user and assistant messages are its history; system messages
and sampling parameters have no effect, since the answer is quoted. An answer is checked as a whole before any of it
goes out, so a stream starts when the answer is there. `usage` counts characters, not tokens.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import ShuzhengError, UserError
from rag.api import LOADING, AnswerEngine, EngineProvider, RefusedBodyError, body_schema, read_body
from rag.asking import answer_while_wanted
from rag.contract import Answer, Mode, Turn

SOURCES_HEADING: Final = "\n\n出处：\n"
_BASE_MODEL: Final = "shuzheng"
_MODELS: Final = {_BASE_MODEL: None, f"{_BASE_MODEL}-extractive": Mode.EXTRACTIVE, f"{_BASE_MODEL}-llm": Mode.LLM}
"""Model names with the mode each stands for; None is the mode of the settings."""
_PIECE: Final = re.compile(r".{1,24}?[，。；：、,;\n]|.{1,24}", re.DOTALL)
"""What one event of a stream carries."""


class OpenAIError(Exception):
    """An error in OpenAI's shape."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.param = param
        self.code = code

    def body(self) -> dict[str, Any]:
        """Return the JSON body that OpenAI's clients read."""
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        return {"error": {"message": str(self), "type": kind, "param": self.param, "code": self.code}}


class _Received(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TextPart(_Received):
    """A piece of a message that is given in pieces."""

    type: Literal["text"]
    text: str


class Message(_Received):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The message's text, its pieces joined."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content or [])


class StreamOptions(_Received):
    """What a stream carries besides the answer."""

    include_usage: bool | None = None


class ChatRequest(_Received):
    """The body of `POST /v1/chat/completions`; what it does not know is ignored."""

    model: str = Field(description="shuzheng（按设置）、shuzheng-extractive 或 shuzheng-llm")
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None


def add_openai_routes(api: FastAPI, engine_provider: EngineProvider, default_mode: Mode = Mode.AUTO) -> None:
    """Add the routes; every error below `/v1/` has OpenAI's shape."""

    @api.get("/v1/models", summary="可用的模型名称（OpenAI 格式）")
    def models() -> dict[str, Any]:
        names = _model_names(_engine(engine_provider))
        return {"object": "list", "data": [_model(name) for name in names]}

    @api.get("/v1/models/{name}", summary="一个模型名称（OpenAI 格式）")
    def model(name: str) -> dict[str, Any]:
        _mode_of(name, _engine(engine_provider), default_mode)
        return _model(name)

    @api.post(
        "/v1/chat/completions",
        summary="对话（OpenAI 格式），可以流式",
        openapi_extra=body_schema("/v1/chat/completions", ChatRequest),
    )
    async def chat_completions(request: Request) -> Response:
        return await _complete(request, engine_provider, default_mode)

    @api.api_route("/v1/{path:path}", methods=["GET", "POST", "DELETE"], include_in_schema=False)
    def unknown(path: str) -> None:
        raise OpenAIError(404, f"没有 /v1/{path} 这个接口。", code="unknown_url")

    api.add_exception_handler(OpenAIError, _error_reply)


def error_reply(error: OpenAIError) -> JSONResponse:
    """Return the reply that OpenAI's clients turn into their own exception."""
    return JSONResponse(error.body(), status_code=error.status)


def _error_reply(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OpenAIError)
    return error_reply(error)


async def _complete(request: Request, engine_provider: EngineProvider, default_mode: Mode) -> Response:
    chat = _parse(await _body(request))
    question, history = conversation(chat.messages)
    engine = _engine(engine_provider)
    mode = _mode_of(chat.model, engine, default_mode)
    try:
        answer = await answer_while_wanted(engine, request, question, history, mode)
    except UserError as error:
        raise OpenAIError(400, str(error), param="messages") from error
    except ShuzhengError as error:
        raise OpenAIError(503, str(error)) from error
    asked = sum(len(message.text) for message in chat.messages)
    if not chat.stream:
        return JSONResponse(_completion(chat.model, answer, asked))
    with_usage = bool(chat.stream_options and chat.stream_options.include_usage)
    events = _events(chat.model, answer, asked if with_usage else None)
    return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


async def _body(request: Request) -> bytes:
    try:
        return await read_body(request)
    except RefusedBodyError as error:
        raise OpenAIError(error.status, str(error)) from error


def _parse(body: bytes) -> ChatRequest:
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "json_invalid":
            raise OpenAIError(400, f"不是正确的 JSON：{first['ctx']['error']}。") from error
        parts = [str(part) for part in first["loc"] if part not in {"str", "list[TextPart]"}]
        where = ".".join(parts) or "body"
        raise OpenAIError(400, f"字段 {where} 缺失或不能用：{_reason(where)}。", param=where) from error


def _reason(where: str) -> str:
    if ".content" in where:
        return "只接受文字，不接受图片、声音和文件"
    return "应是 OpenAI 对话接口的格式，model 和 messages 必填，n 只能是 1"


def conversation(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """Return the question and what was asked and answered before it, oldest first.

    Raises:
        OpenAIError: the last message that counts is not the user's.
    """
    spoken = [message for message in messages if message.role in {"user", "assistant"}]
    if not spoken or spoken[-1].role != "user":
        raise OpenAIError(400, "messages 的最后一条应是 user 的问题。", param="messages")
    turns: list[Turn] = []
    for message, following in pairwise(spoken):
        if message.role == "user":
            answered = following.text.partition(SOURCES_HEADING)[0] if following.role == "assistant" else ""
            turns.append(Turn(question=message.text, answer=answered))
    return spoken[-1].text, turns


def answer_with_sources(answer: Answer) -> str:
    """Return the answer with its numbered quotes below it; a quote that the answer already holds is not repeated."""
    if not answer.citations:
        return answer.answer
    flat = re.sub(r"\s+", "", answer.answer)
    lines = []
    for cited in answer.citations:
        quote = "" if re.sub(r"\s+", "", cited.quote) in flat else f"“{cited.quote}”"
        place = f"{cited.doc}，第 {cited.start}–{cited.end} 字"
        lines.append(f"[{cited.n}] 《{cited.title}》{quote}（{place}）")
    return answer.answer + SOURCES_HEADING + "\n".join(lines)


def _engine(provider: EngineProvider) -> AnswerEngine:
    try:
        engine = provider()
    except ShuzhengError as error:
        raise OpenAIError(503, str(error)) from error
    if engine is None:
        raise OpenAIError(503, LOADING)
    return engine


def _model_names(engine: AnswerEngine) -> list[str]:
    return [name for name, mode in _MODELS.items() if mode is None or mode in engine.modes]


def _mode_of(name: str, engine: AnswerEngine, default_mode: Mode) -> Mode:
    names = _model_names(engine)
    if name not in names:
        raise OpenAIError(
            404, f"没有模型 {name}，可用的有：{'、'.join(names)}。", param="model", code="model_not_found"
        )
    return _MODELS[name] or default_mode


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": _BASE_MODEL}


def _completion(model: str, answer: Answer, asked: int) -> dict[str, Any]:
    text = answer_with_sources(answer)
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**_head(model, "chat.completion"), "choices": [choice], "usage": _usage(asked, text), **_proof(answer)}


def _events(model: str, answer: Answer, asked: int | None) -> Iterator[str]:
    head = _head(model, "chat.completion.chunk")
    text = answer_with_sources(answer)
    yield _event({**head, "choices": [_delta({"role": "assistant", "content": ""})]})
    for piece in _PIECE.findall(text):
        yield _event({**head, "choices": [_delta({"content": piece})]})
    yield _event({**head, "choices": [_delta({}, "stop")], **_proof(answer)})
    if asked is not None:
        yield _event({**head, "choices": [], "usage": _usage(asked, text)})
    yield "data: [DONE]\n\n"


def _event(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"


def _delta(delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}


def _head(model: str, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": model}


def _usage(asked: int, answered: str) -> dict[str, int]:
    return {"prompt_tokens": asked, "completion_tokens": len(answered), "total_tokens": asked + len(answered)}


def _proof(answer: Answer) -> dict[str, Any]:
    """The fields OpenAI's protocol does not have: citations, and the rest of our own answer."""
    record = answer.model_dump(mode="json")
    return {"citations": record.pop("citations"), "shuzheng": record}
