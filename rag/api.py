"""The HTTP API: `POST /api/ask` answers, `GET /healthz` tells whether it can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from index.errors import ShuzhengError, UserError
from rag.ask_request import AskRequest, answer_json, parse_request
from rag.contract import Answer, Mode, Turn

BODY_MAX_BYTES = 1_000_000
LOADING = "索引还在准备，请稍后再问。"

_SCHEMA_PATH = "#/paths/~1api~1ask/post/requestBody/content/application~1json/schema/$defs/{model}"
_REQUEST_BODY = {
    "required": True,
    "content": {"application/json": {"schema": AskRequest.model_json_schema(ref_template=_SCHEMA_PATH)}},
}


class AnswerEngine(Protocol):
    """What the API needs of `rag.pipeline.Engine`; called from several threads at once."""

    @property
    def generation(self) -> str:
        """Name of the index generation that is being answered from."""

    @property
    def modes(self) -> Sequence[Mode]:
        """The modes that can be served now."""

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        """Answer one question."""


EngineProvider = Callable[[], AnswerEngine | None]
"""Returns the engine, or None while it is loading; raises ShuzhengError where loading failed."""


class _RefusedBodyError(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def create_api(engine_provider: EngineProvider, default_mode: Mode = Mode.AUTO) -> FastAPI:
    """Return the API as an application on which the page can be mounted; a request without a mode gets `default_mode`.

    Errors are `{"detail": sentence}`: 400 a question that cannot be answered, 413 a body above `BODY_MAX_BYTES`, 415
    a body that is not declared as JSON, 422 a body that is no question, 503 no index yet or a broken one. The
    documentation page is off, since it would load its script from outside; `/openapi.json` is served.
    """
    api = FastAPI(title="数证 shuzheng", docs_url=None, redoc_url=None)

    @api.post("/api/ask", response_model=Answer, openapi_extra={"requestBody": _REQUEST_BODY})
    async def ask(request: Request) -> Response:
        return await _ask(request, engine_provider, default_mode)

    @api.get("/healthz")
    def healthz() -> JSONResponse:
        status, content = health(engine_provider)
        return JSONResponse(content, status_code=status)

    return api


def health(engine_provider: EngineProvider) -> tuple[int, dict[str, Any]]:
    """Return HTTP status and body of `GET /healthz`: 200 with `ok` or `loading`, 503 with `error` and its sentence."""
    try:
        engine = engine_provider()
    except ShuzhengError as error:
        return 503, {"status": "error", "detail": str(error), "generation": None, "modes": []}
    if engine is None:
        return 200, {"status": "loading", "detail": LOADING, "generation": None, "modes": []}
    modes = [mode.value for mode in engine.modes]
    return 200, {"status": "ok", "detail": None, "generation": engine.generation, "modes": modes}


async def _ask(request: Request, engine_provider: EngineProvider, default_mode: Mode) -> Response:
    try:
        question = parse_request(await _read_body(request))
    except _RefusedBodyError as error:
        return _error(error.status, str(error))
    except UserError as error:
        return _error(422, f"请求不正确：{error}")
    try:
        engine = engine_provider()
        if engine is None:
            return _error(503, LOADING)
        history, mode = question.history or [], question.mode or default_mode
        answer = await run_in_threadpool(engine.ask, question.question, history, mode)
    except UserError as error:
        return _error(400, str(error))
    except ShuzhengError as error:
        return _error(503, str(error))
    return Response(answer_json(answer, question.id), media_type="application/json")


async def _read_body(request: Request) -> bytes:
    """Return the body, read only as far as it is allowed to be long."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _RefusedBodyError(415, "请求头 Content-Type 应是 application/json。")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX_BYTES:
            raise _RefusedBodyError(413, f"请求超过 {BODY_MAX_BYTES} 字节，请缩短问题或减少历史。")
    return bytes(body)


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status_code=status)
