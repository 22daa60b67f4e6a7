"""The gate before page, API and everything else: whatever is not let in here reaches nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from http import HTTPStatus
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from index.reading import MAX_FILE_BYTES
from rag.access_settings import words
from ui.access.bodies import declared_length, with_limit
from ui.access.identify import BadKeyError, identify
from ui.access.identity import Identity, Right, Via, attach, serving
from ui.access.origin import SAFE_METHODS, climbs
from ui.access.policy import Access
from ui.access.rates import too_many
from ui.operation import metrics
from ui.operation.logs import FIELDS
from ui.operation.stopping import Running

BODY_MAX_BYTES = 2_000_000
UPLOAD_MAX_BYTES = MAX_FILE_BYTES + BODY_MAX_BYTES
"""Above what a document may have, so that the library refuses it with a sentence that names the file."""
_PUBLIC = frozenset(
    {"/healthz", "/readyz", "/login", "/login/oidc", "/login/callback", "/favicon.ico", "/robots.txt", "/embed.js"}
)
"""Open to everybody, but not to other sites' requests."""
_UPLOADS = ("/gradio_api/upload", "/upload", "/api/documents")
_MANAGED = (*_UPLOADS, "/api/index", "/metrics")
_ASKED = ("/api/ask", "/v1/chat/completions", "/mcp")
"""Paths whose POST requests are questions; those of the page are counted where they are answered."""
_CLOSED = tuple(
    f"{base}/{name}"
    for base in ("", "/gradio_api")
    for name in ("proxy=", "monitoring", "process_recording", "vibe-", "undo-vibe-edit", "dev/reload", "profiling")
)
"""What Gradio serves and this page never uses: some of it fetches from other hosts, some of it tells who asked."""
_WEBSOCKET_REFUSED = 4403

log = logging.getLogger(__name__)
Own = dict[str, Callable[[Request], Awaitable[Response]]]
"""Handlers of the gate's own pages, by `METHOD /path`."""


class _Refused(Exception):
    def __init__(self, status: int, why: str, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.why = why
        self.headers = headers or {}


class Gate:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, access: Access, own: Own, running: Running) -> None:
        self._app = app
        self._access = access
        self._own = own
        self._running = running
        self._proxies = list(words(access.settings.proxies))
        self._behind_proxies = ProxyHeadersMiddleware(self._inside, trusted_hosts=self._proxies)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a connection in or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        peer = scope["client"][0] if scope.get("client") else ""
        trusted = peer in self._behind_proxies.trusted_hosts
        if not trusted:
            told = [(name, value) for name, value in scope["headers"] if not _is_forwarding(name)]
            scope = {**scope, "headers": told}
        scope["shuzheng.through_proxy"] = trusted
        await self._behind_proxies(scope, receive, send)  # type: ignore[arg-type]

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        connection = HTTPConnection(scope)
        path = route_path(scope)
        status = 0

        async def finished(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._access.headers().items():
                    headers.setdefault(name, value)
            await send(message)

        who: Identity | None = None
        try:
            who = self._let_in(connection, path)
            await self._pass_on(scope, receive, finished, path, who)
        except _Refused as refused:
            metrics.count_refused_request(refused.why)
            await self._answer(refused, scope, receive, finished, path)
        if scope["type"] == "http":
            metrics.count_response(status)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            fields = {"method": scope["method"], "path": path, "status": status, "ms": milliseconds}
            log.info("request", extra={FIELDS: {**fields, "user": who.account if who else None}})

    def _let_in(self, connection: HTTPConnection, path: str) -> Identity | None:
        """Return who it is; None on a page that is open to all.

        Raises:
            _Refused: it stays outside.
        """
        scope, access = connection.scope, self._access
        changes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if climbs(path):
            raise _Refused(400, "path", "地址不正确。")
        for name in ("host", "x-forwarded-host"):
            host = connection.headers.get(name)
            if host is not None and not access.hosts.known(host):
                raise _Refused(421, "host", f"这里不用“{host[:100]}”这个域名；请管理员把它写进设置 hosts。")
        if path.startswith(_CLOSED):
            raise _Refused(404, "closed", "没有这个地址。")
        try:
            who = identify(access, connection, through_proxy=scope["shuzheng.through_proxy"])
        except BadKeyError:
            raise _Refused(401, "key", "密钥不对或已作废。", {"www-authenticate": "Bearer"}) from None
        if changes and (who is None or who.via is not Via.KEY):
            login = path == "/login" or (who is not None and who.via is not Via.OPEN)
            if access.hosts.crosses_sites(connection.headers, login=login):
                raise _Refused(403, "csrf", "这个请求来自别的网站，已拒绝。")
        if changes and self._running.stopping:
            raise _Refused(503, "stopping", "服务正在停止，请稍后再试。", {"retry-after": "30"})
        if path in _PUBLIC:
            return who
        self._check_right(who, path, changes)
        return who

    def _check_right(self, who: Identity | None, path: str, changes: bool) -> None:
        if who is None and not self._access.methods:
            raise _Refused(403, "login", "没有设置登录，只有本机能用；请管理员用设置 login 选定登录方式。")
        if who is None:
            raise _Refused(401, "login", "请先登录，或带上密钥。", {"www-authenticate": "Bearer"})
        managed = path.startswith(_MANAGED) and (changes or path.startswith("/metrics"))
        needed = Right.MANAGE if managed else Right.ASK
        if needed not in who.rights:
            raise _Refused(403, "right", "没有管理权。" if managed else "没有提问的权限。")
        if changes and path.startswith(_ASKED) and (wait := self._access.rates.take(who.account)):
            raise _Refused(429, "rate", too_many(wait), {"retry-after": str(wait)})

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, path: str, who: Identity | None) -> None:
        if who is not None:
            attach(scope, who)
        with serving(who) if who else nullcontext():
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
                return
            limit = UPLOAD_MAX_BYTES if path.startswith(_UPLOADS) else BODY_MAX_BYTES
            too_large = _Refused(
                413, "size", f"内容超过 {limit // 1_000_000} MB，请减小后再试。", {"connection": "close"}
            )
            if declared_length(Headers(scope=scope)) > limit:
                raise too_large

            async def refuse() -> None:
                await self._answer(too_large, scope, receive, send, path)

            await with_limit(self._own_or_app, scope, receive, send, limit, refuse)

    async def _own_or_app(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        handler = self._own.get(f"{method} {route_path(scope)}")
        if handler is None:
            await self._app(scope, receive, send)
            return
        response = await handler(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, refused: _Refused, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _WEBSOCKET_REFUSED, "reason": HTTPStatus(403).phrase})
            return
        wants_page = scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
        if refused.why == "login" and wants_page and self._access.methods:
            response: Response = RedirectResponse(_to_login(scope, path), 303)
        elif path.startswith("/v1/"):
            error = {"message": str(refused), "type": "invalid_request_error", "param": None, "code": refused.why}
            response = JSONResponse({"error": error}, refused.status, refused.headers)
        else:
            response = JSONResponse({"detail": str(refused)}, refused.status, refused.headers)
        await response(scope, receive, send)


def route_path(scope: Scope) -> str:
    """Return the path below the sub-path that a proxy shows us under."""
    root, path = scope.get("root_path", ""), str(scope["path"])
    return path.removeprefix(root) or "/" if root and f"{path}/".startswith(f"{root}/") else path


def _to_login(scope: Scope, path: str) -> str:
    """Return the login page's address, relative, since only the browser knows under which sub-path we are shown."""
    query = scope["query_string"].decode("latin-1")
    wanted = quote(path.lstrip("/")) + (f"?{query}" if query else "")
    up = "../" * (path.count("/") - 1) or "./"
    return f"{up}login" + (f"?next={quote(wanted, safe='')}" if wanted else "")


def _is_forwarding(name: bytes) -> bool:
    return name == b"forwarded" or name.startswith(b"x-forwarded-") or name == b"x-real-ip"
