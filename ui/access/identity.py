"""Who a request comes from, and what they may do."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_SCOPE_KEY = "shuzheng.identity"


class Right(StrEnum):
    """What somebody may do; also the scopes of an API key."""

    ASK = "ask"
    MANAGE = "manage"
    """Add and remove documents, rebuild the index, read the metrics."""


class Via(StrEnum):
    """How somebody proved who they are."""

    OPEN = "open"
    """Not at all: nobody has to."""
    PASSWORD = "password"
    HEADER = "header"
    OIDC = "oidc"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who asks."""

    name: str
    """The user's or the key's name; the client's address where nobody has to log in."""
    via: Via
    rights: frozenset[Right]

    @property
    def account(self) -> str:
        """Name that no other way of logging in can take on, for limits and logs."""
        return f"{self.via}:{self.name}"


_current: ContextVar[Identity | None] = ContextVar("identity", default=None)


def attach(scope: MutableMapping[str, Any], identity: Identity) -> None:
    """Write the identity onto an ASGI connection."""
    scope[_SCOPE_KEY] = identity


def identity_of(request: object) -> Identity | None:
    """Return who a request comes from, as the gate found out; None where no gate stands before the page.

    `request` is a Starlette request or websocket, or Gradio's wrapper around one.
    """
    inner = getattr(request, "request", None) or request
    scope = getattr(inner, "scope", None)
    found = scope.get(_SCOPE_KEY) if isinstance(scope, MutableMapping) else None
    return found if isinstance(found, Identity) else None


def may_manage(request: object) -> bool:
    """Tell whether a request may change documents and index; False where no gate stands before the page."""
    identity = identity_of(request)
    return identity is not None and Right.MANAGE in identity.rights


def current_identity() -> Identity | None:
    """Return who is being served in this context; None outside of a request and in Gradio's queue."""
    return _current.get()


@contextmanager
def serving(identity: Identity) -> Iterator[None]:
    """Make `current_identity` return the identity, also in the threads that the request's work runs in."""
    token = _current.set(identity)
    try:
        yield
    finally:
        _current.reset(token)
