"""Which pages wait for an answer, and the way to end it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class _Stop:
    """The stop of one question."""

    number: int
    event: threading.Event = field(default_factory=threading.Event)


class Stops:
    """The stop of each page's newest question, by the session of the page; a page numbers its questions from 1 up."""

    def __init__(self) -> None:
        self._stops: dict[str, _Stop] = {}
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether any page waits for an answer."""
        with self._lock:
            return any(not stop.event.is_set() for stop in self._stops.values())

    @contextmanager
    def one(self, session: str, number: int) -> Iterator[threading.Event]:
        """Give one question its stop, while it is being answered; it is set where the stop came first."""
        with self._lock:
            stop = self._stops.get(session)
            if stop is None or stop.number != number:
                stop = self._stops[session] = _Stop(number)
        try:
            yield stop.event
        finally:
            with self._lock:
                if self._stops.get(session) is stop:
                    del self._stops[session]

    def stop(self, session: str, number: int) -> None:
        """End a page's question, also one that still waits for its turn to be answered."""
        with self._lock:
            stop = self._stops.get(session)
            if stop is None or stop.number < number:
                stop = self._stops[session] = _Stop(number)
        if stop.number == number:
            stop.event.set()

    def leave(self, session: str) -> None:
        """End the question of a page that was left."""
        with self._lock:
            stop = self._stops.pop(session, None)
        if stop is not None:
            stop.event.set()
