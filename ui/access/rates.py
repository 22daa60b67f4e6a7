"""How often an account may ask. Counted in this process: with several workers each counts for itself."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from rag.access_settings import words


class Rates:
    """Limits such as `30/minute, 500/day`, for each account."""

    def __init__(self, text: str) -> None:
        """Take no limits from an empty text."""
        self._items: list[RateLimitItem] = [parse(word) for word in words(text)]
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def take(self, account: str) -> int:
        """Count one more and return 0, or return the seconds until the account may try again."""
        wait = self.wait(account)
        if not wait:
            for item in self._items:
                self._limiter.hit(item, account)
        return wait

    def wait(self, account: str) -> int:
        """Return the seconds until one more is allowed; 0 where it is allowed now. Counts nothing."""
        full = [item for item in self._items if not self._limiter.test(item, account)]
        resets = [self._limiter.get_window_stats(item, account).reset_time - time.time() for item in full]
        return max((max(1, math.ceil(seconds)) for seconds in resets), default=0)


def too_many(seconds: int) -> str:
    """Return the sentence for somebody who has to wait."""
    return f"提问太频繁，请过 {seconds} 秒再问。"
