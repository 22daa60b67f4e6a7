"""Put every question of a gold set to an engine and score what it says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path

from eval.corpus import check_sources, read_texts
from eval.engine import Engine, Outcome, Retrieval
from eval.fingerprint import Fingerprint
from eval.goldset import GoldItem
from eval.scores import ItemScore
from eval.scoring import score_item
from eval.store import (
    Run,
    append_outcome,
    finished_run,
    keep_outcomes,
    open_run_folder,
    read_outcomes,
    write_run,
)
from index.errors import UserError
from rag.contract import Mode

Progress = Callable[[int, int], None]
"""Called with the number of items done and of all."""


def run_gold(
    engine: Engine,
    items: Sequence[GoldItem],
    corpus: Path,
    runs: Path,
    fingerprint: Fingerprint,
    *,
    mode: Mode,
    jobs: int = 1,
    totals_only: bool = False,
    fresh: bool = False,
    progress: Progress = lambda done, total: None,
) -> Run:
    """Answer and score every item, going on with an unfinished run of the same fingerprint, and store the run.

    Raises:
        UserError: a gold quote or document is not in the corpus, or the run cannot be stored.
        ShuzhengError: index or model fail; what was answered so far is kept.
    """
    check_sources(items, read_texts(corpus, _gold_docs(items)), corpus)
    with open_run_folder(runs, fingerprint, fresh=fresh) as folder:
        known = {item.id for item in items}
        outcomes = {key: outcome for key, outcome in read_outcomes(folder).items() if key in known}
        keep_outcomes(folder, list(outcomes.values()))
        waiting = [item for item in items if item.id not in outcomes]
        progress(len(outcomes), len(items))
        for outcome in _answers(engine, waiting, mode, jobs):
            append_outcome(folder, outcome)
            outcomes[outcome.id] = outcome
            progress(len(outcomes), len(items))
        scores = score_outcomes(items, outcomes, corpus)
        run = finished_run(folder.name, datetime.now(UTC), fingerprint, scores, totals_only=totals_only)
        write_run(folder, run)
        return run


def score_outcomes(items: Sequence[GoldItem], outcomes: Mapping[str, Outcome], corpus: Path) -> list[ItemScore]:
    """Score one outcome for each item, in the items' order.

    Raises:
        UserError: a gold quote or document is not in the corpus.
    """
    answers = [outcome.answer for outcome in outcomes.values() if outcome.answer]
    cited = {citation.doc for answer in answers for citation in answer.citations}
    texts = read_texts(corpus, cited | set(_gold_docs(items)))
    check_sources(items, texts, corpus)
    return [score_item(item, outcomes[item.id], texts) for item in items]


def ask_one(engine: Engine, item: GoldItem, mode: Mode) -> Outcome:
    """Put one item to the engine; a question the engine refuses as input is an outcome too."""
    started = time.perf_counter()
    try:
        answer = engine.ask(item.question, item.history, mode)
    except UserError as error:
        return Outcome(id=item.id, answer=None, error=str(error))
    wall_ms = (time.perf_counter() - started) * 1000
    retrieval = Retrieval.of(engine.retrieve(item.question, item.history))
    return Outcome(id=item.id, answer=answer, retrieval=retrieval, wall_ms=round(wall_ms, 3))


def _answers(engine: Engine, items: Sequence[GoldItem], mode: Mode, jobs: int) -> Iterator[Outcome]:
    """Outcomes as they come; with one job in order and in this thread."""
    if jobs <= 1:
        yield from (ask_one(engine, item, mode) for item in items)
        return
    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        for future in as_completed([pool.submit(ask_one, engine, item, mode) for item in items]):
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _gold_docs(items: Iterable[GoldItem]) -> list[str]:
    return sorted({doc for item in items for doc in item.docs})
