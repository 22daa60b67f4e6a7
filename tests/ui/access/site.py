"""The whole application behind its gate, over the scripted engine, with a test client of a chosen address."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag.settings import load_settings
from ui.access.policy import Access, open_access
from ui.access.protect import protect
from ui.access.watch import Watch
from ui.app import create_app
from ui.demo import ScriptedEngine, demo_engine
from ui.language_model import LanguageModel, ModelState, Stage
from ui.operation.stopping import Running

GDP = "青河县2023年地区生产总值是多少?"
PASSWORD = "correct horse 电池"
SAME_SITE = {"sec-fetch-site": "same-origin"}


async def _build(engines: Watch, model: LanguageModel) -> FastAPI:
    """Gradio makes an event loop for itself, and never closes it, where none runs."""
    return create_app(engines, model)


@dataclass(frozen=True)
class Site:
    """An application and what stands around it."""

    app: FastAPI
    access: Access
    running: Running
    engine: ScriptedEngine

    @contextmanager
    def browser(self, address: str = "127.0.0.1", *, start: bool = False) -> Iterator[TestClient]:
        """A client at an address; it keeps cookies and does not follow redirects. An application starts only once."""
        client = TestClient(self.app, "http://127.0.0.1", client=(address, 40_000), follow_redirects=False)
        with client if start else nullcontext():
            yield client
        client.close()


def make_site(folder: Path, engine: ScriptedEngine | None = None, **settings: Any) -> Site:
    """Build the application with the settings."""
    access = open_access(load_settings({"access": folder / "access", **settings}))
    answering = engine or demo_engine()
    running, model = Running(), LanguageModel(ModelState(Stage.OFF))
    engines = Watch(lambda: answering, access, running)
    app = asyncio.run(_build(engines, model))
    protect(app, access, engines, model, running)
    return Site(app, access, running, answering)


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def ask(client: TestClient, question: str = GDP, **headers: str) -> Any:
    """Ask through the API and return the reply."""
    return client.post("/api/ask", json={"question": question}, headers=headers)
