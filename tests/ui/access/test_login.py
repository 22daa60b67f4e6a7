"""Logging in by password: cookies, their end, guesses, and where the browser goes afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.responses import Response
from fastapi.testclient import TestClient

from tests.ui.access.site import PASSWORD, SAME_SITE, Site, ask, make_site
from ui.access.private_files import session_secret
from ui.access.sessions import SESSION_COOKIE, Cookies
from ui.access.users import Users


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    users = Users(folder / "access")
    users.add("li", PASSWORD, manage=False)
    users.add("主任", PASSWORD, manage=True)
    return make_site(folder, host="0.0.0.0", login="password", rate_limit="")


@pytest.fixture
def browser(site: Site) -> Iterator[TestClient]:
    with site.browser("10.1.2.3") as client:
        yield client


def log_in(client: TestClient, name: str = "li", password: str = PASSWORD, path: str = "/login", **headers: str) -> Any:
    return client.post(path, data={"name": name, "password": password}, headers={**SAME_SITE, **headers})


def test_the_page_is_chinese_and_has_no_scripts(browser: TestClient) -> None:
    page = browser.get("/login")
    assert 'lang="zh-CN"' in page.text and "用户名" in page.text and "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_login_opens_the_page_and_the_api(browser: TestClient) -> None:
    reply = log_in(browser)
    assert (reply.status_code, reply.headers["location"]) == (303, "./")
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie and "path=/" in cookie
    assert browser.get("/").status_code == 200
    assert ask(browser, **SAME_SITE).status_code == 200
    assert browser.get("/metrics").status_code == 403
    assert "您是 li" in browser.get("/login").text


def test_cookies_are_for_https_only_where_the_browser_uses_https(site: Site) -> None:
    with site.browser() as behind_tls:
        cookie = log_in(behind_tls, **{"x-forwarded-proto": "https"}).headers["set-cookie"]
        assert "; secure" in cookie.lower()


@pytest.mark.parametrize(("name", "password"), [("li", "wrong"), ("nobody", PASSWORD), ("", ""), ("li", "")])
def test_a_wrong_password_and_an_unknown_name_look_the_same(site: Site, name: str, password: str) -> None:
    with site.browser("10.1.2.4") as client:
        reply = log_in(client, name, password)
        assert reply.status_code == 401 and "用户名或密码不对。" in reply.text
        assert "set-cookie" not in reply.headers
        assert client.get("/").status_code == 401


def test_guessing_is_slowed_down_for_one_address_only(site: Site) -> None:
    with site.browser("10.1.2.5") as guesser:
        for _ in range(10):
            assert log_in(guesser, "主任", "wrong").status_code == 401
        refused = log_in(guesser, "主任")
        assert refused.status_code == 429 and "秒再试" in refused.text
    with site.browser("10.1.2.6") as honest:
        assert log_in(honest, "主任").status_code == 303


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {"origin": "null"}]
)
def test_no_other_site_can_log_a_browser_in_or_use_its_login(browser: TestClient, headers: dict[str, str]) -> None:
    fields = {"name": "li", "password": PASSWORD}
    assert browser.post("/login", data=fields, headers=headers).status_code == 403
    log_in(browser)
    for path in ("/api/ask", "/gradio_api/queue/join", "/logout"):
        assert browser.post(path, json={"question": "q"}, headers=headers).status_code == 403
    assert browser.get("/").status_code == 200


def test_logging_out_forgets_the_session(browser: TestClient) -> None:
    log_in(browser)
    reply = browser.post("/logout", headers=SAME_SITE)
    assert (reply.status_code, reply.headers["location"]) == (303, "./login")
    assert browser.get("/").status_code == 401


@pytest.mark.parametrize(
    ("wanted", "location"),
    [
        ("?embed=1", "./?embed=1"), ("docs", "./docs"), ("a/b?x=1&y=2", "./a/b?x=1&y=2"),
        ("//evil.example", "./"), ("https://evil.example", "./"), ("/\\evil.example", "./"), ("../x", "./"),
        ("javascript:alert(1)", "./"), ("x\r\nset-cookie: a=b", "./"), ("x" * 600, "./"),
        ("%2f%2fevil", "./%2f%2fevil"),
    ],
)  # fmt: skip
def test_the_login_never_leads_to_another_site(browser: TestClient, wanted: str, location: str) -> None:
    reply = browser.post(
        "/login", params={"next": wanted}, data={"name": "li", "password": PASSWORD}, headers=SAME_SITE
    )
    assert reply.headers["location"] == location


def test_text_from_the_address_is_escaped(browser: TestClient) -> None:
    page = browser.get("/login", params={"next": '"><script>alert(1)</script>'}).text
    assert "<script" not in page


def test_forged_and_old_sessions_are_nobody(site: Site, browser: TestClient) -> None:
    log_in(browser)
    genuine = browser.cookies[SESSION_COOKIE]
    session = {"name": "li", "via": "password", "mark": site.access.users.fingerprint("li")}
    for forged in (
        genuine[:-2] + "xx",
        "",
        "a.b.c",
        str(Cookies("another secret " * 3, 3600)._signer(SESSION_COOKIE).dumps(session)),
    ):
        browser.cookies.clear()
        assert browser.get("/", headers={"cookie": f"{SESSION_COOKIE}={forged}"}).status_code == 401
    assert browser.get("/", headers={"cookie": f"{SESSION_COOKIE}={genuine}"}).status_code == 200


def test_a_session_ends_after_its_hours(site: Site) -> None:
    secret, response = session_secret(site.access.settings.access), Response()
    Cookies(secret, 3600).write(response, SESSION_COOKIE, {"name": "li"}, secure=True)
    cookies = {SESSION_COOKIE: response.headers["set-cookie"].partition(";")[0].partition("=")[2]}
    assert Cookies(secret, 1).read(cookies, SESSION_COOKIE) == {"name": "li"}
    assert Cookies(secret, -1).read(cookies, SESSION_COOKIE) == {}


@pytest.mark.parametrize("change", ["remove", "password"])
def test_a_session_ends_when_its_user_is_removed_or_changes_the_password(site: Site, change: str) -> None:
    users = Users(site.access.settings.access)
    users.add(change, PASSWORD, manage=False)
    with site.browser() as client:
        log_in(client, change)
        assert client.get("/").status_code == 200
        if change == "remove":
            users.remove(change)
        else:
            users.add(change, "another password", manage=False)
        assert client.get("/").status_code == 401


def test_the_manage_right_follows_the_file(site: Site) -> None:
    with site.browser("10.1.2.7") as client:
        log_in(client, "主任")
        assert client.get("/metrics").status_code == 200
