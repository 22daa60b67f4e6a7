"""What the server keeps of its pages: nothing that grows with the questions, and no more pages than the bound."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from gradio.routes import App
from starlette.routing import Mount

from rag.contract import Mode
from tests.ui.library.pieces import library_of, open_session, small_settings
from ui.access.feedback import Feedback
from ui.app import create_app
from ui.conversation import Exchange
from ui.demo import demo_engine
from ui.keeping import to_browser
from ui.library.routes import Library
from ui.session import Session

GDP = "青河县2023年地区生产总值是多少?"
FIRMS = "青河县有多少家高新技术企业?"
SECOND = 'id=\\"t2\\"'
"""Begins the second turn of a conversation, within JSON."""


class Site:
    """The application in this process, and its pages by the protocol that browsers speak."""

    def __init__(self, app: FastAPI, client: TestClient) -> None:
        [self.gradio] = [one.app for one in app.routes if isinstance(one, Mount) and isinstance(one.app, App)]
        self.blocks = self.gradio.get_blocks()
        self.client = client

    def send(self, page: str, event: str, inputs: Sequence[object] = (), /, **data: Any) -> None:
        """Let a page send an event that waits for no turn; all events where several have the name."""
        for number in self._numbers(event):
            reply = self.client.post("/gradio_api/run/predict", json=_body(page, number, inputs, data))
            assert reply.status_code == 200, reply.text

    def ask(self, page: str, question: str) -> str:
        """Let a page ask; return what the server says until the answer is there."""
        data = {"question": question, "turn": 0, "number": 1}
        [number] = self._numbers("_answer")
        body = _body(page, number, [Mode.EXTRACTIVE, None], data)
        assert self.client.post("/gradio_api/queue/join", json=body).status_code == 200
        said = self.client.get("/gradio_api/queue/data", params={"session_hash": page}).text
        assert '"process_completed"' in said and '"success":true' in said
        return said

    def surplus(self, page: str) -> set[int]:
        """Numbers of the components that the server keeps for a page beside those of the layout."""
        state = self.gradio.state_holder.session_data[page]
        return {*state.blocks_config.blocks, *state.config_values, *state.state_data} - {*self.blocks.blocks}

    def _numbers(self, event: str) -> list[int]:
        numbers = [number for number, each in self.blocks.fns.items() if each.name == event]
        assert numbers, event
        return numbers


def _body(page: str, event: int, inputs: Sequence[object], data: dict[str, Any]) -> dict[str, Any]:
    return {"data": inputs, "event_data": data, "fn_index": event, "session_hash": page, "trigger_id": None}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("library")
    session: Session = open_session(folder)
    yield library_of(session, small_settings(folder))
    session.close()


@contextmanager
def running(folder: Path, library: Library) -> Iterator[Site]:
    async def build() -> FastAPI:
        return create_app(lambda: engine, library=library, feedback=Feedback(folder, 1))

    engine = demo_engine()
    app = asyncio.run(build())
    with TestClient(app, "http://127.0.0.1") as client:
        yield Site(app, client)


def live_pieces() -> int:
    """Pieces of HTML that this process holds, of every page and of the layout.

    By type, not by isinstance, which asks each object for its class and so wakes what warns when it is looked at.
    """
    gc.collect()
    return sum(issubclass(type(one), gr.HTML) for one in gc.get_objects())


def talk(site: Site, page: str) -> None:
    """Let every event of a conversation happen, in both outcomes where there are two."""
    kept = to_browser((Exchange(GDP, demo_engine().ask(GDP)),), "")
    site.send(page, "_restore", [None], kept="nothing that was ever kept")
    site.send(page, "_restore", [None], kept=kept)
    for question in (FIRMS, "没有的事?", "  "):
        site.ask(page, question)
        site.send(page, "_suggest", [None])
    site.send(page, "_rate", [None], turn=2, rating="up")
    site.send(page, "_rate", [None], turn=9, rating="up")
    site.send(page, "_restore", [None], kept=kept)
    site.send(page, "_export", [None], format="md")
    site.send(page, "_clear")


def visit(site: Site, page: str) -> None:
    site.send(page, "_arrive")
    site.ask(page, GDP)
    site.send(page, "_leave")


@pytest.mark.slow
def test_questions_leave_nothing_behind(tmp_path: Path, library: Library) -> None:
    with running(tmp_path, library) as site:
        for event in ("_arrive", "_refresh"):
            site.send("one", event)
        talk(site, "one")
        surplus, pieces = site.surplus("one"), live_pieces()
        for _ in range(4):
            talk(site, "one")
        assert site.surplus("one") == surplus and live_pieces() <= pieces
        assert len(surplus) <= 1, "the choice of the mode, worded once in the visitor's language"
        assert len(site.blocks._queue.event_analytics) <= 1
        assert not site.blocks._queue.event_ids_to_events and not site.gradio.iterators


def test_views_of_figures_and_documents_leave_nothing_behind(tmp_path: Path, library: Library) -> None:
    with running(tmp_path, library) as site:
        site.send("one", "arrive")
        seen = []
        for _ in range(4):
            site.send("one", "filtered", [None, "研发", *[None] * 4, "", "", ""])
            site.send("one", "turned", [None], page="1")
            site.send("one", "searched", [None, "公报"])
            site.send("one", "follow", [None])
            seen.append(site.surplus("one"))
        assert seen[-1] == seen[0]


@pytest.mark.slow
def test_pages_that_came_and_went_are_forgotten(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = 5
    monkeypatch.setattr("ui.app._PAGES_KEPT", bound)
    with running(tmp_path, library) as site:
        for number in range(bound):
            visit(site, f"page {number}")
        pieces = live_pieces()
        for number in range(bound, 3 * bound):
            visit(site, f"page {number}")
        assert [*site.gradio.state_holder.session_data] == [f"page {3 * bound - n}" for n in range(bound, 0, -1)]
        assert live_pieces() <= pieces
        assert SECOND in site.ask(f"page {3 * bound - 1}", FIRMS)
        assert SECOND not in site.ask("page 0", FIRMS)
