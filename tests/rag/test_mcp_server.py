"""MCP, spoken by the official client over HTTP to the application itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent

from index.errors import IndexDamagedError
from rag.api import EngineProvider, create_api
from rag.contract import Answer, Mode
from rag.fact_search import FoundFacts
from rag.mcp_server import MCP_PATH, add_mcp_endpoint
from tests.rag.evidence import Opened
from tests.rag.test_api import EchoEngine

Said = TypeVar("Said")
QUESTION = "东丽区2023年有多少家雏鹰企业？"


def talk(provider: EngineProvider, speak: Callable[[Client], Awaitable[Said]], mode: Mode = Mode.AUTO) -> Said:
    async def run() -> Said:
        api = create_api(provider, mode)
        add_mcp_endpoint(api, provider, mode)
        inside = httpx2.ASGITransport(app=api)
        async with api.router.lifespan_context(api), httpx2.AsyncClient(transport=inside) as http_client:
            transport = streamable_http_client(f"http://127.0.0.1{MCP_PATH}", http_client=http_client)
            async with Client(transport) as client:
                return await speak(client)

    return asyncio.run(run())


def call(provider: EngineProvider, tool: str, arguments: dict[str, Any], mode: Mode = Mode.AUTO) -> CallToolResult:
    return talk(provider, lambda client: client.call_tool(tool, arguments), mode)


def text_of(result: CallToolResult) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_two_tools_that_only_read_are_offered() -> None:
    listed = talk(EchoEngine, lambda client: client.list_tools()).tools

    assert {tool.name for tool in listed} == {"ask", "search_facts"}
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in listed)
    assert all(tool.description and tool.output_schema for tool in listed)
    fields = {name: field for tool in listed for name, field in tool.input_schema["properties"].items()}
    assert all(field.get("description") for field in fields.values())


def test_ask_returns_the_answer_as_text_and_as_contract(county: Opened) -> None:
    result = call(lambda: county.engine, "ask", {"question": QUESTION})

    answer = Answer.model_validate(result.structured_content)
    assert not result.is_error and answer.figures[0].text == "467家"
    assert text_of(result).startswith("467家") and answer.citations[0].doc in text_of(result)


def test_history_and_mode_reach_the_engine() -> None:
    arguments = {"question": "丙", "history": [{"question": "甲", "answer": "乙"}]}

    assert text_of(call(EchoEngine, "ask", {**arguments, "mode": "extractive"})) == "extractive:甲>乙"
    assert text_of(call(EchoEngine, "ask", arguments, Mode.LLM)) == "llm:甲>乙"


def test_facts_come_with_the_sentence_that_proves_them(county: Opened) -> None:
    result = call(lambda: county.engine, "search_facts", {"place": "東麗", "indicator": "高新技術企業", "limit": 2})

    found = FoundFacts.model_validate(result.structured_content)
    assert len(found.facts) == 2 and found.more
    for fact in found.facts:
        assert county.library.index.document(fact.doc).text[fact.start : fact.end] == fact.quote
        assert "高新技术企业" in fact.indicator and "东丽" in fact.place and fact.quote in text_of(result)


def test_no_facts_is_said() -> None:
    assert text_of(call(EchoEngine, "search_facts", {"place": "火星"})) == "没有找到合乎条件的数字。"


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": " "}, "问题是空的"),
        ("ask", {"question": "broken"}, "索引已损坏"),
        ("search_facts", {"place": "broken"}, "索引已损坏"),
        ("search_facts", {"limit": 0}, "limit"),
        ("ask", {}, "question"),
    ],
)
def test_what_cannot_be_done_is_told_to_the_model(tool: str, arguments: dict[str, Any], said: str) -> None:
    result = call(EchoEngine, tool, arguments)

    assert result.is_error and said in text_of(result)


def test_loading_and_failed_loading_are_told() -> None:
    def failing() -> None:
        raise IndexDamagedError("索引已损坏，请重建。")

    assert "还在准备" in text_of(call(lambda: None, "ask", {"question": "q"}))
    assert "索引已损坏" in text_of(call(failing, "ask", {"question": "q"}))


def test_nothing_is_held_open() -> None:
    async def get() -> int:
        api = create_api(EchoEngine)
        add_mcp_endpoint(api, EchoEngine)
        inside = httpx2.ASGITransport(app=api)
        async with api.router.lifespan_context(api), httpx2.AsyncClient(transport=inside) as http:
            headers = {"accept": "text/event-stream"}
            return (await http.get(f"http://127.0.0.1{MCP_PATH}", headers=headers)).status_code

    assert asyncio.run(asyncio.wait_for(get(), 10)) == 405
