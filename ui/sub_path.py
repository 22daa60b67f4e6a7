"""The application under a sub-path, whether or not the proxy in front cuts the sub-path off."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def under_sub_path(app: ASGIApp, root_path: str) -> ASGIApp:
    """Return the application so that `/healthz` and `{root_path}/healthz` are the same; links carry the sub-path."""
    if not root_path:
        return app

    async def with_root_path(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await app(scope, receive, send)
            return
        path = scope["path"]
        if path == root_path and scope["type"] == "http":
            query = scope.get("query_string", b"").decode("latin-1")
            await RedirectResponse(f"{root_path}/{'?' if query else ''}{query}")(scope, receive, send)
            return
        whole = path if path.startswith(f"{root_path}/") else root_path + path
        raw = scope.get("raw_path") or path.encode()
        prefix = "" if whole == path else root_path
        await app({**scope, "root_path": root_path, "path": whole, "raw_path": prefix.encode() + raw}, receive, send)

    return with_root_path
