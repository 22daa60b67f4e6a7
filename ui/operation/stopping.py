"""A stop that loses no answer: count what is running, and wait for it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui.operation.metrics import show_running

_LOOK_SECONDS = 0.1


class Running:
    """The questions being answered now, and whether new ones are still taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self.stopping = False
        """Set once, by the server, when it was told to stop."""

    @property
    def count(self) -> int:
        """How many are being answered."""
        with self._lock:
            return self._count

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one while the block runs."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    async def finish(self, seconds: float, hurry: Callable[[], bool]) -> int:
        """Take no more questions and wait for those that run; return how many are left."""
        self.stopping = True
        deadline = time.monotonic() + seconds
        while self.count and time.monotonic() < deadline and not hurry():
            await asyncio.sleep(_LOOK_SECONDS)
        return self.count

    def _add(self, change: int) -> None:
        with self._lock:
            self._count += change
        show_running(change)
