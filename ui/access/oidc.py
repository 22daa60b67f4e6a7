"""Login at an OpenID Connect service: authorization code with PKCE; the identity token is checked by Authlib."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from index.errors import UserError
from rag.settings import Settings

CALLBACK_PATH = "/login/callback"
_SECONDS = 15.0

log = logging.getLogger(__name__)


class OidcLogin:
    """One OIDC service, whose metadata is read at the first login."""

    def __init__(self, settings: Settings) -> None:
        self._redirect_uri = settings.public_url + CALLBACK_PATH
        self._claim = settings.oidc_name_claim
        secret = settings.oidc_client_secret.get_secret_value()
        self._client: Any = OAuth().register(
            "oidc",
            client_id=settings.oidc_client_id,
            client_secret=secret or None,
            server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
                "timeout": _SECONDS,
            },
        )

    async def start(self, request: Request, state: MutableMapping[str, Any]) -> Response:
        """Return the way to the service; what the way back has to show is put into `state`.

        Raises:
            UserError: the service does not answer as it should.
        """
        request.scope["session"] = state
        try:
            response: Response = await self._client.authorize_redirect(request, self._redirect_uri)
        except (httpx2.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError, RuntimeError) as error:
            log.warning("OIDC login cannot start: %s", error)
            raise UserError("统一登录服务没有正常回应，请稍后再试，或请管理员检查 oidc_issuer。") from error
        return response

    async def finish(self, request: Request, state: MutableMapping[str, Any]) -> str:
        """Return the name of the user that the service sent back, checked against `state`.

        Raises:
            UserError: the login failed, was forged or began elsewhere.
        """
        request.scope["session"] = state
        try:
            token = await self._client.authorize_access_token(request)
        except (httpx2.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError, RuntimeError, TypeError) as error:
            log.warning("OIDC login failed: %s", type(error).__name__)
            raise UserError("统一登录没有成功，请重新登录。") from error
        claims = token.get("userinfo") or {}
        name = str(claims.get(self._claim) or claims.get("sub") or "").strip()
        if not name:
            raise UserError(f"统一登录没有给出用户名（{self._claim}），请管理员检查 oidc_name_claim。")
        return name
