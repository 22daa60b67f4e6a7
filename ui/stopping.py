"""Which pages wait for an answer, and the way to end it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr


class Stops:
    """The stop of each page's question, by the session of the page."""

    def __init__(self) -> None:
        self._events: dict[str, threading.Event] = {}

    @property
    def busy(self) -> bool:
        """Whether any page waits for an answer."""
        return bool(self._events)

    @contextmanager
    def one(self, request: gr.Request) -> Iterator[threading.Event]:
        """Give one question its stop, while it is being answered."""
        session, event = request.session_hash or "", threading.Event()
        self._events[session] = event
        try:
            yield event
        finally:
            if self.waits(request, event):
                del self._events[session]

    def waits(self, request: gr.Request, event: threading.Event) -> bool:
        """Tell whether the page still waits for the question with this stop."""
        return self._events.get(request.session_hash or "") is event

    def forget(self, request: gr.Request) -> None:
        """End the question of a page that does not want to see what comes of it any more."""
        event = self._events.pop(request.session_hash or "", None)
        if event is not None:
            event.set()

    def stop(self, request: gr.Request) -> None:
        """End the question of a page, where one is being answered."""
        event = self._events.get(request.session_hash or "")
        if event is not None:
            event.set()
