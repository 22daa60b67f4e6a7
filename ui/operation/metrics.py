"""Numbers for Prometheus. With PROMETHEUS_MULTIPROC_DIR set, those of all worker processes are added up."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from rag.contract import Answer
from ui.language_model import ModelState, Stage

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

_questions = Counter("shuzheng_questions_total", "Questions by what came of them", ["outcome", "reason"])
_seconds = Histogram("shuzheng_stage_seconds", "Seconds spent per stage of an answer", ["stage"], buckets=_SECONDS)
_running = Gauge("shuzheng_running_questions", "Questions being answered now", multiprocess_mode="livesum")
_model = Gauge(
    "shuzheng_language_model", "1 for the state the language model is in", ["state"], multiprocess_mode="livemax"
)
_responses = Counter("shuzheng_http_responses_total", "HTTP responses by status", ["status"])
_refused = Counter("shuzheng_refused_requests_total", "Requests that the gate refused, by why", ["why"])


def count_answer(answer: Answer) -> None:
    """Count a question that was answered or refused."""
    reason = answer.refusal_reason.value if answer.refusal_reason else ""
    _questions.labels("refused" if answer.refused else "answered", reason).inc()


def count_failure() -> None:
    """Count a question that ended in an error."""
    _questions.labels("failed", "").inc()


def observe_stages(answer: Answer) -> None:
    """Note how long each stage took."""
    for stage, milliseconds in answer.timings_ms.items():
        _seconds.labels(stage).observe(milliseconds / 1000)


def show_running(change: int) -> None:
    """Add to the number of questions being answered."""
    _running.inc(change)


def count_response(status: int) -> None:
    """Count an HTTP response."""
    _responses.labels(str(status)).inc()


def count_refused_request(why: str) -> None:
    """Count a request that never reached the page or the API."""
    _refused.labels(why).inc()


def exposition(state: ModelState) -> tuple[bytes, str]:
    """Return the numbers in Prometheus' text format, with its content type."""
    for stage in Stage:
        _model.labels(stage.value).set(stage is state.stage)
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST
