"""The HTTP API: `POST /api/ask` answers, `GET /api/facts` lists figures, `GET /healthz` tells whether it can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Protocol

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel

from index.errors import ShuzhengError, UserError
from rag.ask_request import AskRequest, answer_json, parse_request
from rag.asking import AskedEngine, answer_while_wanted
from rag.contract import Answer, Mode, Turn
from rag.fact_search import FactFilter, FoundFacts
from rag.validation_text import allowed

BODY_MAX_BYTES = 1_000_000
LOADING = "索引还在准备，请稍后再问。"
_DESCRIPTION = (
    "就一批中文文档提问；答案里的每个数字都在 `citations` 的引文里，引文与原文一字不差。"
    "文档里没有的会拒答（`refused`），不算错误。"
)


def body_schema(path: str, model: type[BaseModel]) -> dict[str, Any]:
    """Return what tells OpenAPI that the route reads such a JSON body itself."""
    pointer = f"#/paths/{path.replace('/', '~1')}/post/requestBody/content/application~1json/schema/$defs/{{model}}"
    schema = model.model_json_schema(ref_template=pointer)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


class AnswerEngine(AskedEngine, Protocol):
    """What the API needs of `rag.pipeline.Engine`; called from several threads at once."""

    @property
    def generation(self) -> str:
        """Name of the index generation that is being answered from."""

    @property
    def modes(self) -> Sequence[Mode]:
        """The modes that can be served now."""

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        """Answer one question."""

    def search_facts(self, wanted: FactFilter) -> FoundFacts:
        """List the figures of the documents that fit."""


EngineProvider = Callable[[], AnswerEngine | None]
"""Returns the engine, or None while it is loading; raises ShuzhengError where loading failed."""


class RefusedBodyError(Exception):
    """A body that is not read; carries the HTTP status and one sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def create_api(engine_provider: EngineProvider, default_mode: Mode = Mode.AUTO) -> FastAPI:
    """Return the API as an application on which the page can be mounted; a request without a mode gets `default_mode`.

    Errors are `{"detail": sentence}`: 400 a question that cannot be answered, 413 a body above `BODY_MAX_BYTES`, 415
    a body that is not declared as JSON, 422 a body that is no question, 503 no index yet or a broken one. `/docs`
    shows `/openapi.json`, with script and style of this machine only.
    """
    api = FastAPIOffline(
        "/docs",
        None,
        title="数证 shuzheng",
        description=_DESCRIPTION,
        swagger_ui_parameters={"validatorUrl": None, "defaultModelsExpandDepth": 0},
    )

    @api.post(
        "/api/ask", response_model=Answer, summary="提一个问题", openapi_extra=body_schema("/api/ask", AskRequest)
    )
    async def ask(request: Request) -> Response:
        return await _ask(request, engine_provider, default_mode)

    @api.get("/api/facts", summary="列出文档里的数字，每个都带原文整句")
    def facts(wanted: Annotated[FactFilter, Query()]) -> FoundFacts:
        engine = engine_provider()
        if engine is None:
            raise UserError(LOADING)
        return engine.search_facts(wanted)

    @api.get("/healthz", summary="能不能提问")
    def healthz() -> JSONResponse:
        status, content = health(engine_provider)
        return JSONResponse(content, status_code=status)

    api.add_exception_handler(ShuzhengError, lambda _request, error: _error(503, str(error)))
    api.add_exception_handler(RequestValidationError, _refused_query)
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
        question = parse_request(await read_body(request))
    except RefusedBodyError as error:
        return _error(error.status, str(error))
    except UserError as error:
        return _error(422, f"请求不正确：{error}")
    try:
        engine = engine_provider()
        if engine is None:
            return _error(503, LOADING)
        history, mode = question.history or [], question.mode or default_mode
        answer = await answer_while_wanted(engine, request, question.question, history, mode)
    except UserError as error:
        return _error(400, str(error))
    except ShuzhengError as error:
        return _error(503, str(error))
    return Response(answer_json(answer, question.id), media_type="application/json")


def _refused_query(_request: Request, error: Exception) -> JSONResponse:
    """Answer to a query string that does not fit, in the shape of every other error."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return _error(422, f"请求不正确：参数 {first['loc'][-1]} {allowed(first)}。")


async def read_body(request: Request) -> bytes:
    """Return the body of a request that declares JSON, read only as far as it is allowed to be long.

    Raises:
        RefusedBodyError: it is declared as something else, or too long.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedBodyError(415, "请求头 Content-Type 应是 application/json。")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX_BYTES:
            raise RefusedBodyError(413, f"请求超过 {BODY_MAX_BYTES} 字节，请缩短问题或减少历史。")
    return bytes(body)


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status_code=status)
