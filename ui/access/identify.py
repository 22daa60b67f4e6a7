"""From a connection to somebody: API key, trusted proxy, session, or nobody has to say."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from ui.access.identity import Identity, Via
from ui.access.policy import Access
from ui.access.sessions import SESSION_COOKIE

_NAME_MAX_CHARS = 128


class BadKeyError(Exception):
    """A request came with a key that is none of ours."""


def identify(access: Access, connection: HTTPConnection, *, through_proxy: bool) -> Identity | None:
    """Return who a connection comes from; None where they have to log in first.

    Args:
        access: the ways to log in.
        connection: its client is the one that the trusted proxies tell.
        through_proxy: a trusted proxy passed it on.

    Raises:
        BadKeyError: it carries a key that is none of ours.
    """
    key = _bearer(connection)
    if key:
        found = access.keys.find(key)
        # Programs made for other services always send some key; where nobody needs one it does no harm.
        if found or access.methods:
            return found or _refuse_key()
    if "header" in access.methods and through_proxy:
        names = connection.headers.getlist(access.settings.user_header)
        return _vouched(access, names) if names else _session(access, connection)
    return _session(access, connection) or access.without_login(connection.client.host if connection.client else "")


def _bearer(connection: HTTPConnection) -> str:
    kind, _, key = connection.headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def _refuse_key() -> Identity:
    raise BadKeyError


def _vouched(access: Access, names: list[str]) -> Identity | None:
    """Take the one name that the proxy wrote; two of them mean that the client sent one as well."""
    name = names[0].encode("latin-1").decode("utf-8", "replace").strip()
    if len(names) != 1 or not name.isprintable() or not 0 < len(name) <= _NAME_MAX_CHARS:
        return None
    return access.named(name, Via.HEADER)


def _session(access: Access, connection: HTTPConnection) -> Identity | None:
    if access.cookies is None:
        return None
    session = access.cookies.read(connection.cookies, SESSION_COOKIE)
    name = str(session.get("name", ""))
    if session.get("via") == Via.PASSWORD and "password" in access.methods:
        current = access.users.fingerprint(name)
        return access.users.identity(name) if current and session.get("mark") == current else None
    if session.get("via") == Via.OIDC and "oidc" in access.methods and name:
        return access.named(name, Via.OIDC)
    return None
