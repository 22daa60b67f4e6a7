"""OpenAI's chat protocol, spoken by the official client, over the seeds' own engine or a scripted one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest
from fastapi.testclient import TestClient

from rag.api import BODY_MAX_BYTES, EngineProvider, create_api
from rag.contract import Mode
from rag.openai_api import Message, OpenAIError, add_openai_routes, answer_with_sources, conversation
from tests.rag.evidence import Opened
from tests.rag.test_api import EchoEngine

QUESTION = "东丽区2023年有多少家雏鹰企业？"


class ModelEngine(EchoEngine):
    """One that has a language model, too."""

    modes = (Mode.AUTO, Mode.EXTRACTIVE, Mode.LLM)  # type: ignore[assignment]


def http_of(provider: EngineProvider, mode: Mode = Mode.AUTO) -> TestClient:
    api = create_api(provider, mode)
    add_openai_routes(api, provider, mode)
    return TestClient(api)


def client_of(http: httpx2.Client) -> openai.OpenAI:
    return openai.OpenAI(base_url="http://testserver/v1", api_key="none", http_client=http, max_retries=0)


@pytest.fixture
def client() -> Iterator[openai.OpenAI]:
    with http_of(ModelEngine) as http:
        yield client_of(http)


@pytest.fixture
def county_client(county: Opened) -> Iterator[openai.OpenAI]:
    with http_of(lambda: county.engine) as http:
        yield client_of(http)


def user(*texts: str) -> list[Any]:
    return [{"role": "user", "content": text} for text in texts]


def test_models_are_those_that_can_answer(client: openai.OpenAI, county_client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["shuzheng", "shuzheng-extractive", "shuzheng-llm"]
    assert [model.id for model in county_client.models.list()] == ["shuzheng", "shuzheng-extractive"]
    assert client.models.retrieve("shuzheng-llm").owned_by == "shuzheng"


def test_an_answer_brings_its_citations_as_field_and_as_text(county: Opened, county_client: openai.OpenAI) -> None:
    reply = county_client.chat.completions.create(model="shuzheng", messages=user(QUESTION))

    text = reply.choices[0].message.content or ""
    citations: list[dict[str, Any]] = reply.model_extra["citations"]  # type: ignore[index]
    assert text.startswith("467家") and reply.choices[0].finish_reason == "stop"
    for cited in citations:
        source = county.library.index.document(cited["doc"]).text
        assert source[cited["start"] : cited["end"]] == cited["quote"]
        assert f"[{cited['n']}] 《{cited['title']}》" in text and cited["quote"] in text
    assert reply.model_extra["shuzheng"]["figures"][0]["verified"] is True  # type: ignore[index]
    assert reply.usage and reply.usage.prompt_tokens == len(QUESTION) and reply.usage.completion_tokens == len(text)


def test_a_stream_says_the_same_in_pieces(county_client: openai.OpenAI) -> None:
    whole = county_client.chat.completions.create(model="shuzheng", messages=user(QUESTION))
    chunks = list(
        county_client.chat.completions.create(
            model="shuzheng", messages=user(QUESTION), stream=True, stream_options={"include_usage": True}
        )
    )

    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    *_, last, usage = chunks
    assert "".join(piece or "" for piece in pieces) == whole.choices[0].message.content
    assert len([piece for piece in pieces if piece]) > 3
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra["citations"] == whole.model_extra["citations"]  # type: ignore[index]
    assert usage.choices == [] and usage.usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_usage_is_streamed_only_where_asked_for(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="shuzheng", messages=user("q"), stream=True))

    assert all(chunk.choices and chunk.usage is None for chunk in chunks)


def test_earlier_messages_are_the_history(client: openai.OpenAI) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "你是助手"},
        {"role": "user", "content": [{"type": "text", "text": "甲"}, {"type": "text", "text": "乙"}]},
        {"role": "assistant", "content": "丙\n\n出处：\n[1] 《题》（a.txt，第 0–1 字）"},
        *user("丁", "戊"),
    ]

    reply = client.chat.completions.create(model="shuzheng", messages=messages)

    assert reply.choices[0].message.content == "auto:甲乙>丙|丁>"


def test_a_follow_up_is_understood(county_client: openai.OpenAI) -> None:
    messages: list[Any] = [*user(QUESTION), {"role": "assistant", "content": "467家[1]。"}, *user("那西青区呢？")]

    reply = county_client.chat.completions.create(model="shuzheng", messages=messages)

    assert "雛鷹企業77家" in (reply.choices[0].message.content or "")


@pytest.mark.parametrize(
    ("model", "mode"), [("shuzheng", "llm"), ("shuzheng-extractive", "extractive"), ("shuzheng-llm", "llm")]
)
def test_the_model_names_the_mode(model: str, mode: str) -> None:
    with http_of(ModelEngine, Mode.LLM) as http:
        reply = client_of(http).chat.completions.create(model=model, messages=user("q"))

    assert reply.choices[0].message.content == f"{mode}:"


def test_a_model_that_is_not_there_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="gpt-5", messages=user("q"))

    assert caught.value.code == "model_not_found" and caught.value.param == "model"
    assert "shuzheng-extractive" in str(caught.value)


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([], "messages"),
        (user("  "), "问题是空的"),
        ([{"role": "assistant", "content": "甲"}], "最后一条应是 user"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}], "不接受图片"),
    ],
)
def test_messages_that_cannot_be_answered_are_bad_requests(
    client: openai.OpenAI, messages: list[Any], said: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=said) as caught:
        client.chat.completions.create(model="shuzheng", messages=messages)

    assert caught.value.type == "invalid_request_error" and (caught.value.param or "").startswith("messages")


def test_a_broken_index_is_a_server_error(client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError, match="索引已损坏") as caught:
        client.chat.completions.create(model="shuzheng", messages=user("broken"), stream=True)

    assert (caught.value.status_code, caught.value.type) == (503, "server_error")


def test_loading_is_told_in_the_same_shape() -> None:
    with http_of(lambda: None) as http, pytest.raises(openai.InternalServerError, match="还在准备"):
        client_of(http).models.list()


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b" " * (BODY_MAX_BYTES + 1), "application/json", 413),
    ],
)
def test_a_body_that_is_none_has_the_shape_of_other_errors(content: bytes, kind: str, status: int) -> None:
    with http_of(EchoEngine) as http:
        reply = http.post("/v1/chat/completions", content=content, headers={"content-type": kind})

    assert reply.status_code == status
    assert set(reply.json()["error"]) == {"message", "type", "param", "code"}


def test_other_addresses_of_the_protocol_are_unknown() -> None:
    with http_of(EchoEngine) as http:
        reply = http.post("/v1/embeddings", json={})

    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "unknown_url")


def test_a_quote_that_the_answer_lacks_is_given_below_it(county: Opened) -> None:
    answer = county.engine.ask(QUESTION, mode=Mode.EXTRACTIVE)
    bare = answer.model_copy(update={"answer": "467家。"})

    assert answer_with_sources(answer).count(answer.citations[0].quote) == 1
    assert f"》“{answer.citations[0].quote}”（" in answer_with_sources(bare)


def test_a_refusal_without_quotes_has_no_list() -> None:
    refused = EchoEngine().ask("q")

    assert answer_with_sources(refused) == refused.answer


def test_an_unanswered_conversation_has_no_question() -> None:
    with pytest.raises(OpenAIError):
        conversation([Message(role="system", content="甲")])


def test_openapi_describes_the_body() -> None:
    with http_of(EchoEngine) as http:
        schema = http.get("/openapi.json").json()

    body = schema["paths"]["/v1/chat/completions"]["post"]["requestBody"]
    assert {"model", "messages", "stream"} <= set(body["content"]["application/json"]["schema"]["properties"])
    assert "/v1/{path}" not in json.dumps(schema)
