"""Put the gate before the page, with its own pages: login, readiness, numbers."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request

from rag.api import health
from ui.access.gate import Gate, Own
from ui.access.identity import identity_of
from ui.access.login import LoginPages
from ui.access.policy import Access
from ui.engine import EngineProvider
from ui.language_model import LanguageModel
from ui.operation.metrics import exposition
from ui.operation.stopping import Running


def protect(app: FastAPI, access: Access, get_engine: EngineProvider, model: LanguageModel, running: Running) -> None:
    """Let nothing reach the application but what the gate lets in; call it once, before the application serves."""
    login = LoginPages(access)

    async def alive(request: Request) -> Response:
        status, content = await run_in_threadpool(health, get_engine)
        known = identity_of(request) is not None or not access.methods
        return JSONResponse(content if known else {"status": content["status"]}, status)

    async def ready(_request: Request) -> Response:
        status = (await run_in_threadpool(health, get_engine))[1]["status"]
        if running.stopping:
            status = "stopping"
        return JSONResponse({"status": status}, 200 if status == "ok" else 503)

    async def metrics(_request: Request) -> Response:
        content, media_type = exposition(model.state)
        return Response(content, headers={"content-type": media_type})

    own: Own = {
        "GET /login": login.show,
        "POST /login": login.log_in,
        "POST /logout": login.log_out,
        "GET /login/oidc": login.to_service,
        "GET /login/callback": login.from_service,
        "GET /healthz": alive,
        "GET /readyz": ready,
        "GET /metrics": metrics,
    }
    app.add_middleware(Gate, access=access, own=own, running=running)
