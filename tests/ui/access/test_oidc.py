"""Login at a real OpenID Connect service: what is let in, and every way a token can be wrong."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from tests.ui.access.oidc_service import CLIENT_ID, CLIENT_SECRET, OidcService, running_service
from tests.ui.access.site import SAME_SITE, Site, ask, make_site

FAILED = "统一登录没有成功"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


@pytest.fixture(scope="module")
def shared_service() -> Iterator[OidcService]:
    with running_service() as service:
        yield service


@pytest.fixture
def service(shared_service: OidcService) -> OidcService:
    shared_service.claims, shared_service.signing_key = {}, None
    return shared_service


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, shared_service: OidcService) -> Site:
    return make_site(
        tmp_path_factory.mktemp("oidc"),
        login="oidc",
        oidc_issuer=shared_service.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        public_url="http://127.0.0.1",
        managers="馆长",
    )


@pytest.fixture
def browser(site: Site, service: OidcService) -> Iterator[TestClient]:
    with site.browser("10.1.2.3") as client:
        yield client


def follow(location: str) -> str:
    """Go to the service, as a browser would, and return where it sends us."""
    try:
        urllib.request.build_opener(_NoRedirect).open(location, timeout=10)
    except urllib.error.HTTPError as redirect:
        with redirect:
            return redirect.headers["location"]
    raise AssertionError("the service did not redirect")


def way_back(browser: TestClient, path: str = "/login/oidc") -> str:
    """Start a login and return the address of the callback."""
    there = browser.get(path)
    assert there.status_code == 302
    callback = urlsplit(follow(there.headers["location"]))
    return f"{callback.path}?{callback.query}"


def test_a_login_lets_in_under_the_name_of_the_token(browser: TestClient) -> None:
    assert browser.get("/").status_code == 401
    assert "用统一登录进入" in browser.get("/login").text and "密码" not in browser.get("/login").text

    reply = browser.get(way_back(browser, "/login/oidc?next=docs"))

    assert (reply.status_code, reply.headers["location"]) == (303, "../docs")
    assert "您是 张敏" in browser.get("/login").text
    assert ask(browser, **SAME_SITE).status_code == 200
    assert browser.get("/metrics").status_code == 403


def test_the_request_is_bound_by_pkce_state_and_nonce(browser: TestClient) -> None:
    query = parse_qs(urlsplit(browser.get("/login/oidc").headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"] and len(query["code_challenge"][0]) == 43
    assert len(query["state"][0]) >= 20 and len(query["nonce"][0]) >= 16
    assert query["redirect_uri"] == ["http://127.0.0.1/login/callback"]
    assert CLIENT_SECRET not in str(query)


def test_a_listed_manager_may_manage(browser: TestClient, service: OidcService) -> None:
    service.claims = {"preferred_username": "馆长"}
    browser.get(way_back(browser))
    assert browser.get("/metrics").status_code == 200


def test_without_the_claim_the_subject_is_the_name(browser: TestClient, service: OidcService) -> None:
    service.claims = {"preferred_username": ""}
    browser.get(way_back(browser))
    assert "您是 u-17" in browser.get("/login").text


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
    ],
    ids=str,
)
def test_a_token_that_was_not_made_for_this_login_is_refused(
    browser: TestClient, service: OidcService, claims: dict[str, Any]
) -> None:
    service.claims = claims
    reply = browser.get(way_back(browser))
    assert reply.status_code == 401 and FAILED in reply.text
    assert browser.get("/").status_code == 401


def test_a_token_signed_by_another_key_is_refused(browser: TestClient, service: OidcService) -> None:
    service.signing_key = RSAKey.generate_key(2048, {"kid": "1"})
    assert FAILED in browser.get(way_back(browser)).text
    assert browser.get("/").status_code == 401


def test_a_login_that_began_in_another_browser_is_refused(browser: TestClient, site: Site) -> None:
    back = way_back(browser)
    with site.browser("10.1.2.4") as other:
        assert FAILED in other.get(back).text
        assert other.get("/").status_code == 401


def test_a_callback_works_once(browser: TestClient, site: Site) -> None:
    back = way_back(browser)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 401


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?error=access_denied&state=x"])
def test_a_made_up_callback_is_refused(browser: TestClient, query: str) -> None:
    browser.get("/login/oidc")
    assert FAILED in browser.get(f"/login/callback{query}").text


def test_a_service_that_is_down_is_one_sentence(tmp_path_factory: pytest.TempPathFactory) -> None:
    down = make_site(
        tmp_path_factory.mktemp("down"),
        login="oidc",
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id="x",
        public_url="http://127.0.0.1",
    )
    with down.browser("10.1.2.3") as client:
        reply = client.get("/login/oidc")
        assert reply.status_code == 503 and "统一登录服务没有正常回应" in reply.text
