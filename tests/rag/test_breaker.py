from __future__ import annotations

from rag.breaker import CircuitBreaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_opens_after_failures_in_a_row_and_lets_one_trial_through() -> None:
    clock = Clock()
    breaker = CircuitBreaker(2, 60.0, clock)

    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()

    clock.now = 61.0
    assert breaker.allows(), "one trial"
    assert not breaker.allows(), "but no second one until it is known how the first ended"


def test_the_trial_decides() -> None:
    clock = Clock()
    breaker = CircuitBreaker(1, 60.0, clock)
    breaker.failed()
    clock.now = 61.0
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()

    clock.now = 200.0
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows() and breaker.allows()
