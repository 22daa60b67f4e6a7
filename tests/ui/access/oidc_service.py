"""A small OpenID Connect service on loopback: code flow, PKCE and client secret checked, tokens signed with RSA."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.ui.browser import free_port

CLIENT_ID, CLIENT_SECRET = "shuzheng-test", "client-secret-value"


@dataclass
class OidcService:
    """Says yes to everybody; what its tokens claim can be changed by a test."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    """Laid over the right claims of the next token."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signing_key: RSAKey | None = None
    """Signs instead of the published key."""
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """What came to the authorization endpoint, by code."""

    def metadata(self, _request: Request) -> Response:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        urls = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return JSONResponse({"issuer": self.issuer, "id_token_signing_alg_values_supported": ["RS256"], **urls})

    def keys(self, _request: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    def authorize(self, request: Request) -> Response:
        asked, code = dict(request.query_params), secrets.token_urlsafe()
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        self.asked[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    async def token(self, request: Request) -> Response:
        form = await request.form()
        asked = self.asked.pop(str(form["code"]), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(str(form.get("code_verifier")).encode()).digest())
        client = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if (
            asked is None
            or proof.decode().rstrip("=") != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or request.headers["authorization"] != f"Basic {client}"
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "u-17", "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"], "preferred_username": "张敏", **self.claims}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signing_key or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": signed})


@contextmanager
def running_service() -> Iterator[OidcService]:
    """Serve in a thread."""
    port = free_port()
    service = OidcService(f"http://127.0.0.1:{port}")
    routes = [
        Route("/.well-known/openid-configuration", service.metadata),
        Route("/keys", service.keys),
        Route("/authorize", service.authorize),
        Route("/token", service.token, methods=["POST"]),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield service
    server.should_exit = True
    thread.join()
