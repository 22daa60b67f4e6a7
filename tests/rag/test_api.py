from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.errors import IndexDamagedError, ModelError, UserError
from rag.api import BODY_MAX_BYTES, AnswerEngine, create_api
from rag.contract import Answer, Mode, Turn
from rag.fact_search import FactFilter, FoundFacts

JSON = {"content-type": "application/json"}


class EchoEngine:
    """Repeats what it was asked, so that tests see what arrived."""

    generation = "20240101T000000Z-0badcafe"
    modes = (Mode.EXTRACTIVE,)

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        if not question.strip():
            raise UserError("问题是空的，请输入问题。")
        if question == "broken":
            raise IndexDamagedError("索引已损坏，请重建。")
        return Answer(
            question=question,
            answer=f"{mode}:" + "|".join(f"{turn.question}>{turn.answer}" for turn in history),
            refused=False,
            refusal_reason=None,
            mode=Mode.EXTRACTIVE,
            model=None,
            citations=[],
            figures=[],
            conflicts=[],
            timings_ms={},
        )

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
    ) -> Iterator[Answer]:
        yield self.ask(question, history, mode)

    def search_facts(self, wanted: FactFilter) -> FoundFacts:
        if wanted.place == "broken":
            raise IndexDamagedError("索引已损坏，请重建。")
        return FoundFacts(facts=[], more=wanted.limit == 7)


def client_of(provider: Callable[[], AnswerEngine | None], mode: Mode = Mode.AUTO) -> TestClient:
    return TestClient(create_api(provider, mode))


@pytest.fixture
def client() -> Iterator[TestClient]:
    with client_of(EchoEngine) as client:
        yield client


def test_ask_returns_the_contract(client: TestClient) -> None:
    reply = client.post(
        "/api/ask",
        json={
            "question": "产值？",
            "history": [{"question": "甲", "answer": "乙"}],
            "mode": "extractive",
            "category": "x",
        },
    )

    assert reply.status_code == 200
    assert Answer.model_validate(reply.json()).answer == "extractive:甲>乙"
    assert "id" not in reply.json()
    assert "产值" in reply.text, "Chinese is not escaped"


def test_id_is_copied(client: TestClient) -> None:
    assert client.post("/api/ask", json={"question": "q", "id": "a-1"}).json()["id"] == "a-1"


def test_mode_of_the_settings_is_the_default() -> None:
    client = client_of(EchoEngine, Mode.LLM)

    assert client.post("/api/ask", json={"question": "q"}).json()["answer"] == "llm:"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[1]", "JSON 对象"),
        (b"{}", "缺少字段 question"),
        (b'{"question": 1}', "字段 question 的类型不对：应是字符串"),
        (b'{"question": "q", "mode": "x"}', "只能是 auto、extractive、llm"),
        (b'{"question": "q", "history": [{"question": "x"}]}', "缺少字段 history.0.answer"),
        (b'{"question": "q", "history": [1]}', "字段 history.0 的类型不对：应是对象"),
        (b'{"question": "\\ud800"}', "JSON"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_bad_body_is_422_with_one_sentence(client: TestClient, body: bytes, said: str) -> None:
    reply = client.post("/api/ask", content=body, headers=JSON)

    assert reply.status_code == 422
    assert said in reply.json()["detail"]
    assert len(reply.json()["detail"]) < 200


def test_body_must_be_declared_as_json(client: TestClient) -> None:
    reply = client.post("/api/ask", content=b'{"question": "q"}', headers={"content-type": "text/plain"})

    assert reply.status_code == 415
    assert "application/json" in reply.json()["detail"]


def test_body_is_limited_whether_its_length_is_declared_or_not(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(BODY_MAX_BYTES // 1000 + 1):
            yield b" " * 1000

    declared = client.post("/api/ask", content=b" " * (BODY_MAX_BYTES + 1), headers=JSON)
    chunked = client.post("/api/ask", content=chunks(), headers=JSON)

    assert (declared.status_code, chunked.status_code) == (413, 413)
    assert str(BODY_MAX_BYTES) in declared.json()["detail"]


def test_body_of_exactly_the_limit_is_read(client: TestClient) -> None:
    body = json.dumps({"question": "q"}).encode().ljust(BODY_MAX_BYTES)

    assert client.post("/api/ask", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize(("question", "status"), [("  ", 400), ("broken", 503)])
def test_engine_error_is_shown(client: TestClient, question: str, status: int) -> None:
    reply = client.post("/api/ask", json={"question": question})

    assert reply.status_code == status
    assert reply.json()["detail"].endswith("。")


def test_health_tells_generation_and_modes(client: TestClient) -> None:
    reply = client.get("/healthz")

    assert reply.status_code == 200
    assert reply.json() == {
        "status": "ok", "detail": None, "generation": EchoEngine.generation, "modes": ["extractive"],
    }  # fmt: skip


def test_loading_is_503_for_questions_and_loading_for_health() -> None:
    client = client_of(lambda: None)

    reply = client.post("/api/ask", json={"question": "q"})

    assert (reply.status_code, "稍后" in reply.json()["detail"]) == (503, True)
    assert (client.get("/healthz").status_code, client.get("/healthz").json()["status"]) == (200, "loading")


def test_failed_loading_is_told_everywhere() -> None:
    def failing() -> AnswerEngine | None:
        raise ModelError("模型缺失，请运行 shuzheng models pull。")

    client = client_of(failing)

    assert client.get("/healthz").status_code == 503
    assert client.get("/healthz").json()["detail"] == "模型缺失，请运行 shuzheng models pull。"
    assert client.post("/api/ask", json={"question": "q"}).status_code == 503


def test_documentation_page_takes_everything_from_here(client: TestClient) -> None:
    page = client.get("/docs")
    addresses = re.findall(r"(?:src|href)=\"([^\"]+)\"", page.text)

    assert len(addresses) >= 3 and all(client.get(address).status_code == 200 for address in addresses)
    assert "//" not in re.sub(r"<!--.*?-->", "", page.text.replace("<!DOCTYPE", ""))
    assert '"validatorUrl": null' in page.text, "else Swagger asks a server of its own to check the schema"
    assert client.get("/redoc").status_code == 404


def test_facts_are_filtered_by_the_query(client: TestClient) -> None:
    reply = client.get("/api/facts", params={"place": "东丽", "limit": 7})

    assert reply.json() == {"facts": [], "more": True}


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"limit": 0}, 422, "参数 limit 应不小于 1"),
        ({"limit": "x"}, 422, "参数 limit 应是整数"),
        ({"plaec": "x"}, 422, "参数 plaec 不是可用的名称"),
        ({"place": "broken"}, 503, "索引已损坏"),
    ],
)
def test_facts_that_cannot_be_listed_are_one_sentence(
    client: TestClient, query: dict[str, Any], status: int, said: str
) -> None:
    reply = client.get("/api/facts", params=query)

    assert (reply.status_code, said in reply.json()["detail"]) == (status, True)


def test_openapi_describes_question_and_answer(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    operation = schema["paths"]["/api/ask"]["post"]

    question = operation["requestBody"]["content"]["application/json"]["schema"]
    assert {"question", "id", "history", "mode"} == set(question["properties"])
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Answer"
    }
    for pointer in references(schema):
        target: Any = schema
        for step in pointer.removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [pointer for value in node.values() for pointer in references(value)]
    if isinstance(node, list):
        return [pointer for value in node for pointer in references(value)]
    return []
