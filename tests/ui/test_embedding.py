"""What is served for other pages, and where, without a browser."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Request, WebSocket
from fastapi.testclient import TestClient

from ui.embedding import add_embedding_routes
from ui.sub_path import under_sub_path


def client_of(*, demo_page: bool = False, root_path: str = "") -> TestClient:
    api = FastAPI()
    add_embedding_routes(api, demo_page=demo_page)

    @api.get("/where")
    def where(request: Request) -> dict[str, str]:
        return {"url": str(request.url), "base": str(request.base_url)}

    @api.websocket("/socket")
    async def socket(connection: WebSocket) -> None:
        await connection.accept()
        await connection.send_text(connection.url.path)
        await connection.close()

    return TestClient(under_sub_path(api, root_path))


def test_the_script_is_small_and_asks_nothing_of_others() -> None:
    reply = client_of().get("/embed.js")

    assert reply.headers["content-type"].startswith("text/javascript")
    assert reply.headers["cache-control"] == "no-cache" and reply.headers["etag"]
    assert len(reply.content) < 8_000
    code = reply.text.partition("*/")[2]
    assert "://" not in code and "innerHTML" not in code and "eval" not in code


def test_the_demo_page_is_there_only_where_asked_for() -> None:
    assert client_of().get("/demo").status_code == 404
    page = client_of(demo_page=True).get("/demo")
    assert page.status_code == 200 and "://" not in page.text


@pytest.mark.parametrize("asked", ["/where", "/shuzheng/where"])
def test_the_sub_path_may_be_cut_off_or_not(asked: str) -> None:
    reply = client_of(root_path="/shuzheng").get(asked)

    assert reply.json() == {"url": "http://testserver/shuzheng/where", "base": "http://testserver/shuzheng/"}


def test_a_name_that_only_begins_like_the_sub_path_is_none() -> None:
    assert client_of(root_path="/shu").get("/shuzheng/where").status_code == 404


def test_the_sub_path_without_slash_leads_to_it() -> None:
    reply = client_of(root_path="/shuzheng").get("/shuzheng?embed=1", follow_redirects=False)

    assert (reply.status_code, reply.headers["location"]) == (307, "/shuzheng/?embed=1")


def test_websockets_are_under_the_sub_path_too() -> None:
    with client_of(root_path="/shuzheng").websocket_connect("/socket") as socket:
        assert socket.receive_text() == "/shuzheng/socket"
