"""The same answers for programs that speak MCP (Model Context Protocol): streamable HTTP at `/mcp`, without sessions.

Any worker can answer any request. Tools: `ask` and `search_facts`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final

from fastapi import FastAPI
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field
from starlette.routing import Route

from index.errors import ShuzhengError
from rag.api import BODY_MAX_BYTES, LOADING, AnswerEngine, EngineProvider
from rag.contract import Answer, Mode, Turn
from rag.fact_search import FACTS_AT_ONCE, FactFilter, FoundFacts
from rag.openai_api import answer_with_sources

MCP_PATH: Final = "/mcp"
_INSTRUCTIONS: Final = (
    "数证就一批中文文档回答问题，尤其是数字。答案里的每个数字都有编号引文，引文与原文一字不差。"
    "转述时请保留数字、限定词（约、预计等）和出处；refused 为真表示文档里没有，请照实说没有，不要自行补充。"
)
_READS_ONLY: Final = ToolAnnotations(readOnlyHint=True, idempotentHint=True, openWorldHint=False)

_Question = Annotated[str, Field(description="一个完整的中文问题，例如 东丽区2023年有多少家高新技术企业？")]
_History = Annotated[list[Turn] | None, Field(description="先前的问答，旧的在前，用来把追问补完整")]
_AnswerMode = Annotated[Mode | None, Field(description="extractive 只用原文；llm 由大模型组织语言；不给就按设置")]
_FIELDS: Final = FactFilter.model_fields
_Place = Annotated[str, Field(description=_FIELDS["place"].description)]
_Period = Annotated[str, Field(description=_FIELDS["period"].description)]
_Indicator = Annotated[str, Field(description=_FIELDS["indicator"].description)]
_Unit = Annotated[str, Field(description=_FIELDS["unit"].description)]
_Doc = Annotated[str, Field(description=_FIELDS["doc"].description)]
_Limit = Annotated[int, Field(ge=1, le=FACTS_AT_ONCE, description=_FIELDS["limit"].description)]


def add_mcp_endpoint(api: FastAPI, engine_provider: EngineProvider, default_mode: Mode = Mode.AUTO) -> None:
    """Serve MCP at `/mcp` for as long as the application runs; it starts and ends with the application's lifespan."""
    server = _server(engine_provider, default_mode)
    application = server.streamable_http_app(
        streamable_http_path=MCP_PATH,
        stateless_http=True,
        json_response=True,
        max_request_body_size=BODY_MAX_BYTES,
        # Which host names and sites may call is decided for all routes alike, before a request gets here.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    # Without sessions there is nothing to listen to: a GET would be held open for ever.
    [route] = (route for route in application.routes if isinstance(route, Route))
    api.router.routes.append(Route(MCP_PATH, route.endpoint, methods=["POST"]))
    outer = api.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with outer(app) as state, server.session_manager.run():
            yield state

    api.router.lifespan_context = lifespan


def _server(engine_provider: EngineProvider, default_mode: Mode) -> MCPServer:
    server: MCPServer = MCPServer("shuzheng", title="数证", instructions=_INSTRUCTIONS, log_level="WARNING")

    @server.tool(title="提问", description="就文档提一个问题，返回核对过的答案和编号引文。", annotations=_READS_ONLY)
    def ask(
        question: _Question, history: _History = None, mode: _AnswerMode = None
    ) -> Annotated[CallToolResult, Answer]:
        try:
            answer = _engine(engine_provider).ask(question, history or [], mode or default_mode)
        except ShuzhengError as error:
            raise ToolError(str(error)) from error
        return _result(answer_with_sources(answer), answer)

    @server.tool(
        title="查数字", description="按地区、时间、指标列出文档里的数字，每个都带原文整句。", annotations=_READS_ONLY
    )
    def search_facts(
        place: _Place = "",
        period: _Period = "",
        indicator: _Indicator = "",
        unit: _Unit = "",
        doc: _Doc = "",
        limit: _Limit = 20,
    ) -> Annotated[CallToolResult, FoundFacts]:
        wanted = FactFilter(place=place, period=period, indicator=indicator, unit=unit, doc=doc, limit=limit)
        try:
            found = _engine(engine_provider).search_facts(wanted)
        except ShuzhengError as error:
            raise ToolError(str(error)) from error
        return _result(_listed(found), found)

    return server


def _engine(provider: EngineProvider) -> AnswerEngine:
    engine = provider()
    if engine is None:
        raise ToolError(LOADING)
    return engine


def _listed(found: FoundFacts) -> str:
    """The facts as text, for programs that do not read the structured result."""
    if not found.facts:
        return "没有找到合乎条件的数字。"
    lines = [
        f"{number}. {fact.place} {fact.period} {fact.indicator}：{fact.text}\n"
        f"   “{fact.quote}”（{fact.doc}，第 {fact.start}–{fact.end} 字）"
        for number, fact in enumerate(found.facts, 1)
    ]
    return "\n".join([*lines, "还有没列出的，请缩小条件或加大 limit。"] if found.more else lines)


def _result(text: str, content: Answer | FoundFacts) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=content.model_dump(mode="json")
    )
