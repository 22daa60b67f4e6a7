"""Serve an application on one port until asked to stop."""

from __future__ import annotations

import contextlib
import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable
from ipaddress import ip_address
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from index.errors import UserError
from ui.operation.stopping import Running

STOP_SECONDS = 30.0
"""How long running answers may go on after the order to stop, where no setting says otherwise."""
_CLOSE_SECONDS = 2
"""How long open connections may go on after the last answer."""
_SWITCH_SECONDS = 0.0005
"""A model's operations hand the interpreter over hundreds of times a question. Waiting up to 5 ms each time, Python's
default, left a tenth of two processors idle (12.2 questions a second against 13.7)."""

log = logging.getLogger(__name__)


def open_port(host: str, port: int) -> socket.socket:
    """Bind the port, so that a taken one is known before anything slow is done; it does not listen yet.

    Raises:
        UserError: the port is taken or not allowed, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UserError(_why(error, host, port)) from error
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用，请用 --port 换一个端口，或先停掉占用它的程序。"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"没有权限使用端口 {port}，请用 --port 换一个大于 1023 的端口。"
    return f"地址 {host} 不能用于监听，请用 --host 换成本机的地址，例如 127.0.0.1。"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def page_address(host: str, port: int) -> str:
    """Return what to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


class _Server(uvicorn.Server):
    """Tells when it takes requests, and finishes running answers before it stops."""

    def __init__(
        self, config: uvicorn.Config, on_start: Callable[[], None], running: Running, stop_seconds: float
    ) -> None:
        super().__init__(config)
        self._on_start = on_start
        self._running = running
        self._stop_seconds = stop_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening."""
        await super().startup(sockets)
        if self.started:
            self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let running answers finish, then close what is still open, such as pages that wait."""
        for server in self.servers:
            server.close()
        left = await self._running.finish(self._stop_seconds, lambda: self.force_exit)
        if left:
            log.warning("停止时还有 %d 个问题没有答完", left)
        await super().shutdown(sockets)


def serve(
    app: ASGIApp,
    listener: socket.socket,
    on_start: Callable[[], None] = lambda: None,
    running: Running | None = None,
    stop_seconds: float = STOP_SECONDS,
) -> None:
    """Serve until SIGINT or SIGTERM, from the main thread; running answers get `stop_seconds` to finish.

    `on_start` is called once, when the page can be opened.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    sys.setswitchinterval(_SWITCH_SECONDS)
    # The gate reads the proxies' headers itself: it has to know which proxy wrote them.
    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_CLOSE_SECONDS,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config, on_start, running or Running(), stop_seconds).run(sockets=[listener])


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
