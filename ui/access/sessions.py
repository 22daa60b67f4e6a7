"""Session cookies: who logged in and how, signed, kept by the browser only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import Response

SESSION_COOKIE = "shuzheng_session"
LOGIN_COOKIE = "shuzheng_login"
LOGIN_SECONDS = 600
"""How long a login at an OIDC service may take."""


class Cookies:
    """Signs and reads the cookies of one secret."""

    def __init__(self, secret: str, session_seconds: float) -> None:
        self._secret = secret
        self._seconds = {SESSION_COOKIE: int(session_seconds), LOGIN_COOKIE: LOGIN_SECONDS}

    def read(self, cookies: Mapping[str, str], name: str) -> dict[str, Any]:
        """Return what we wrote into a cookie; nothing where it is missing, forged or too old."""
        try:
            content = self._signer(name).loads(cookies.get(name, ""), max_age=self._seconds[name])
        except BadSignature:
            return {}
        return content if isinstance(content, dict) else {}

    def write(self, response: Response, name: str, content: Mapping[str, Any], *, secure: bool) -> None:
        """Put a cookie onto a response: unreadable for scripts, not sent along from other sites."""
        response.set_cookie(
            name,
            str(self._signer(name).dumps(dict(content))),
            max_age=self._seconds[name],
            path="/",
            httponly=True,
            samesite="lax",
            secure=secure,
        )

    def _signer(self, name: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._secret, salt=name, signer_kwargs={"digest_method": hashlib.sha256})


def forget(response: Response, name: str) -> None:
    """Delete a cookie."""
    response.delete_cookie(name, path="/", httponly=True, samesite="lax")
