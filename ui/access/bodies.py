"""Bodies are read only as far as they are allowed to be long."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refuse = Callable[[], Awaitable[None]]


def declared_length(headers: Headers) -> int:
    """Return Content-Length in bytes; 0 where there is none."""
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else 0


async def with_limit(app: ASGIApp, scope: Scope, receive: Receive, send: Send, limit: int, refuse: Refuse) -> None:
    """Run `app`; once its body passes `limit` bytes, `refuse` answers and the app sees a closed connection."""
    read = 0
    started = refused = False

    async def counted() -> Message:
        nonlocal read, refused
        if refused:
            return {"type": "http.disconnect"}
        message = await receive()
        read += len(message.get("body", b""))
        if read <= limit:
            return message
        refused = True
        if not started:
            await refuse()
        return {"type": "http.disconnect"}

    async def watched(message: Message) -> None:
        nonlocal started
        if not refused or started:
            started = True
            await send(message)

    try:
        await app(scope, counted, watched)
    except ClientDisconnect:
        if not refused:
            raise
