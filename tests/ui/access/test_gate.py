"""What the gate lets in, over the whole application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from rag.settings import load_settings
from tests.ui.access.site import PASSWORD, SAME_SITE, Site, ask, bearer, make_site
from ui.access.gate import BODY_MAX_BYTES
from ui.access.identity import Right
from ui.access.keys import Keys
from ui.access.origin import HostNames
from ui.access.policy import open_access
from ui.access.users import Users

JSON = {"content-type": "application/json"}
PRIVATE = [
    ("GET", "/"), ("GET", "/config"), ("GET", "/gradio_api/config"), ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/queue/data?session_hash=x"), ("POST", "/gradio_api/queue/join"), ("POST", "/queue/join"),
    ("POST", "/gradio_api/run/predict"), ("POST", "/gradio_api/call/answer"), ("POST", "/gradio_api/upload"),
    ("GET", "/gradio_api/heartbeat/x"), ("GET", "/gradio_api/file=/etc/passwd"), ("GET", "/assets/index.js"),
    ("POST", "/api/ask"), ("GET", "/api/facts"), ("GET", "/v1/models"), ("POST", "/v1/chat/completions"),
    ("POST", "/mcp"), ("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/metrics"), ("POST", "/logout"),
    ("GET", "/nothing/here"),
]  # fmt: skip


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("locked")
    Users(folder / "access").add("li", PASSWORD, manage=False)
    return make_site(
        folder, login="password,key,header", proxies="10.9.0.0/24, 127.0.0.1", managers="主任", rate_limit=""
    )


@pytest.fixture(scope="module")
def keys(locked: Site) -> dict[str, str]:
    store = Keys(locked.access.settings.access)
    return {
        "ask": store.add("ask", [Right.ASK]),
        "manage": store.add("manage", [Right.MANAGE]),
        "both": store.add("both", [Right.ASK, Right.MANAGE]),
    }


@pytest.fixture(scope="module")
def outsider(locked: Site) -> Iterator[TestClient]:
    with locked.browser("10.1.2.3", start=True) as client:
        yield client


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("open"))


@pytest.fixture(scope="module")
def owner(open_site: Site) -> Iterator[TestClient]:
    with open_site.browser(start=True) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), PRIVATE)
def test_without_login_nothing_is_reached(outsider: TestClient, method: str, path: str) -> None:
    reply = outsider.request(method, path)

    assert reply.status_code == 401 or (method == "POST" and reply.status_code == 403 and path == "/logout")
    assert "青河" not in reply.text and "gradio" not in reply.text


def test_a_browser_without_login_is_sent_to_the_login_page(outsider: TestClient) -> None:
    page = {"accept": "text/html"}

    assert outsider.get("/", headers=page).headers["location"] == "./login"
    assert outsider.get("/?embed=1", headers=page).headers["location"] == "./login?next=%3Fembed%3D1"
    assert outsider.get("/a/文", headers=page).headers["location"] == "../login?next=a%2F%25E6%2596%2587"


def test_what_everybody_may_see_tells_nothing(outsider: TestClient) -> None:
    assert outsider.get("/healthz").json() == {"status": "ok"}
    assert outsider.get("/readyz").json() == {"status": "ok"}
    assert outsider.get("/login").status_code == 200


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/ws", "/"])
def test_a_websocket_without_login_is_closed(outsider: TestClient, path: str) -> None:
    with pytest.raises(WebSocketDisconnect), outsider.websocket_connect(path):
        pass


def test_a_websocket_of_another_site_is_closed_even_on_this_machine(owner: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, owner.websocket_connect("/x", headers={"origin": "http://evil"}):
        pass
    assert closed.value.code == 4403


def test_a_key_opens_api_v1_and_mcp(outsider: TestClient, keys: dict[str, str]) -> None:
    assert ask(outsider, **bearer(keys["ask"])).status_code == 200
    assert outsider.get("/v1/models", headers=bearer(keys["ask"])).status_code == 200
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {**bearer(keys["ask"]), "accept": "application/json, text/event-stream"}
    assert outsider.post("/mcp", json=call, headers=headers).status_code == 200


def test_a_wrong_key_is_refused_in_the_shape_of_each_door(outsider: TestClient) -> None:
    reply = ask(outsider, **bearer("sz_wrong"))
    assert (reply.status_code, reply.json()["detail"]) == (401, "密钥不对或已作废。")
    assert reply.headers["www-authenticate"] == "Bearer"
    error = outsider.get("/v1/models", headers=bearer("sz_wrong")).json()["error"]
    assert error["message"] == "密钥不对或已作废。"


def test_scopes_are_kept_apart(outsider: TestClient, keys: dict[str, str]) -> None:
    assert ask(outsider, **bearer(keys["manage"])).status_code == 403
    assert outsider.get("/metrics", headers=bearer(keys["ask"])).status_code == 403
    assert outsider.post("/gradio_api/upload", headers=bearer(keys["ask"])).status_code == 403
    for name in ("manage", "both"):
        assert outsider.get("/metrics", headers=bearer(keys[name])).status_code == 200
        assert outsider.post("/gradio_api/upload", headers=bearer(keys[name])).status_code not in {401, 403}


def test_a_revoked_key_is_refused_at_once(locked: Site, outsider: TestClient) -> None:
    store = Keys(locked.access.settings.access)
    key = store.add("brief", [Right.ASK])
    assert ask(outsider, **bearer(key)).status_code == 200
    store.revoke("brief")
    assert ask(outsider, **bearer(key)).status_code == 401


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("10.9.0.7", {"x-remote-user": "wang"}, 200),
        ("10.1.2.3", {"x-remote-user": "wang"}, 401),
        ("10.1.2.3", {"x-remote-user": "wang", "x-forwarded-for": "10.9.0.7"}, 401),
        ("10.9.0.7", {"x-forwarded-for": "10.1.2.3"}, 401),
        ("10.9.0.7", {"x-remote-user": ""}, 401),
        ("10.9.0.7", {"x-remote-user": "a" * 200}, 401),
    ],
)
def test_only_a_listed_proxy_names_users(locked: Site, address: str, headers: dict[str, str], status: int) -> None:
    with locked.browser(address) as client:
        assert ask(client, **headers, **SAME_SITE).status_code == status


def test_two_names_in_the_header_are_nobody(locked: Site) -> None:
    with locked.browser("10.9.0.7") as client:
        names = [(b"x-remote-user", b"wang"), (b"x-remote-user", "主任".encode())]
        assert client.get("/api/facts", headers=names).status_code == 401


def test_the_proxys_user_has_the_manage_right_where_listed(locked: Site) -> None:
    with locked.browser("10.9.0.7") as client:
        assert client.get("/metrics", headers=[(b"x-remote-user", "主任".encode())]).status_code == 200
        assert client.get("/metrics", headers=[(b"x-remote-user", b"wang")]).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://127.0.0.1"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://[", "host": "127.0.0.1"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
    ],
)
def test_other_sites_cannot_ask_even_where_nobody_logs_in(
    owner: TestClient, headers: dict[str, str], status: int
) -> None:
    assert ask(owner, **headers).status_code == status
    join = owner.post("/gradio_api/queue/join", content=b"{}", headers={**JSON, **headers})
    assert (join.status_code == 403) is (status == 403)


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:7860", True), ("localhost:1", True), ("[::1]:80", True), ("10.1.2.3", True),
        ("evil.example", False), ("127.0.0.1.evil.example", False), ("localhost.evil.example:80", False),
        ("evil.example:127.0.0.1", False), ("", False), ("[", False),
    ],
)  # fmt: skip
def test_other_host_names_are_refused(owner: TestClient, host: str, known: bool) -> None:
    assert (owner.get("/readyz", headers={"host": host}).status_code == 200) is known


def test_a_forwarded_host_name_is_checked_and_only_believed_of_a_proxy(open_site: Site, owner: TestClient) -> None:
    evil = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    assert owner.get("/", headers=evil).status_code == 421
    with open_site.browser("127.0.0.2") as not_a_proxy:
        reply = not_a_proxy.get("/", headers=evil)
        assert reply.status_code == 200 and "evil.example" not in reply.text


def test_named_hosts_are_known() -> None:
    hosts = HostNames(load_settings({"hosts": "qa.local", "public_url": "https://qa.example.cn/x"}))
    assert hosts.known("qa.local:80") and hosts.known("QA.example.cn") and not hosts.known("example.cn")


def test_without_login_only_this_machine_may_ask_whatever_a_proxy_passes_on(open_site: Site, owner: TestClient) -> None:
    assert ask(owner, **{"x-forwarded-for": "127.0.0.1"}).status_code == 200
    refused = ask(owner, **{"x-forwarded-for": "10.1.2.3"})
    assert refused.status_code == 403 and "只有本机能用" in refused.json()["detail"]
    with open_site.browser("10.1.2.3") as stranger:
        assert ask(stranger).status_code == 403


def test_a_program_that_sends_some_key_is_served_where_none_is_needed(owner: TestClient) -> None:
    assert ask(owner, **bearer("sk-anything")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2f..%2fetc%2fpasswd", "/static/..%5c..%5cwindows",
        "/gradio_api/file=%2fetc%2fpasswd", "/gradio_api/file=../../etc/passwd", "/file=/etc/passwd",
        "/gradio_api/file%3D/etc/passwd", "/static//etc/passwd", "/svelte/%2e%2e%2fetc%2fpasswd",
        "/custom_component/x/client/component/..%2f..%2fetc%2fpasswd", "/%00/etc/passwd",
        "/gradio_api/stream/x/1/2/..%2fetc.ts", "/static-offline-docs/..%2f..%2fetc/passwd",
    ],
)  # fmt: skip
def test_no_path_leads_out(owner: TestClient, path: str) -> None:
    reply = owner.get(path)
    assert reply.status_code >= 400 and "root:" not in reply.text


@pytest.mark.parametrize("path", ["/gradio_api/proxy=https://example.org/x", "/monitoring", "/gradio_api/vibe-edit/"])
def test_gradios_other_doors_are_shut(owner: TestClient, path: str) -> None:
    assert owner.get(path).json() == {"detail": "没有这个地址。"}


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/api/ask", "/v1/chat/completions", "/mcp"])
@pytest.mark.parametrize("declared", [True, False])
def test_oversized_bodies_are_refused_before_they_are_read(owner: TestClient, path: str, declared: bool) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(2 * BODY_MAX_BYTES // 100_000):
            yield b" " * 100_000

    content = b" " * (2 * BODY_MAX_BYTES) if declared else chunks()
    reply = owner.post(path, content=content, headers={**JSON, **SAME_SITE})
    assert reply.status_code == 413


def test_every_response_carries_the_security_headers(owner: TestClient, outsider: TestClient) -> None:
    replies = [client.get(path) for client in (owner, outsider) for path in ("/", "/api/facts", "/nothing", "/login")]
    for reply in replies:
        policy = reply.headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy
        assert "object-src 'none'" in policy or "default-src 'none'" in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "same-origin"
        assert reply.headers["x-frame-options"] == "SAMEORIGIN"


def test_listed_parents_may_embed_and_nobody_else() -> None:
    access = open_access(load_settings({"embed_parents": "https://oa.example.cn"}))
    headers = access.headers()
    assert headers["content-security-policy"].endswith("frame-ancestors 'self' https://oa.example.cn")
    assert "x-frame-options" not in headers
    assert "script" not in access.headers(scripts=False)["content-security-policy"]


def test_while_stopping_no_new_question_is_taken(open_site: Site, owner: TestClient) -> None:
    open_site.running.stopping = True
    try:
        assert ask(owner).status_code == 503
        assert owner.get("/readyz").json() == {"status": "stopping"}
    finally:
        open_site.running.stopping = False
