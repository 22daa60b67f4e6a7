"""A circuit breaker: what fails again and again is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class CircuitBreaker:
    """Opens after some failures in a row; when the pause is over, one trial decides. Threads may share it."""

    def __init__(self, failures: int, pause_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Open after `failures` in a row for `pause_seconds`; `clock` tells seconds."""
        self._limit = failures
        self._pause = pause_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._shut_until = 0.0

    def allows(self) -> bool:
        """Whether a call may be tried now; after a pause only the first that asks may."""
        with self._lock:
            if self._failures < self._limit:
                return True
            if self._clock() < self._shut_until:
                return False
            self._shut_until = self._clock() + self._pause
            return True

    def succeeded(self) -> None:
        """Note that a call succeeded."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Note that a call failed."""
        with self._lock:
            self._failures += 1
            self._shut_until = self._clock() + self._pause
