"""What `eval.bench` measures: building, opening and asking, in time and memory, without any language model.

The index is built by a process of its own, as a user's `shuzheng index build` would; questions are answered by this
one. For Unix, since the system is asked for peak memory.
"""

from __future__ import annotations

import os
import platform
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from eval.corpus import read_all_texts
from eval.goldset import GoldItem
from eval.stats import percentile
from index.errors import CorpusError, UserError
from rag.cli.progress import Report, progress
from rag.contract import Mode
from rag.locale_text import tr
from rag.settings import NO_LLM, Settings

if TYPE_CHECKING:
    from rag.pipeline import Engine

P = ParamSpec("P")
T = TypeVar("T")

_CHECKOUT = Path(__file__).resolve().parent.parent
_WARM_UP = "全年增长多少?"
_PARAGRAPHS_A_FILE = 100
_LEAST_PARAGRAPH_CHARACTERS = 30
_SCALE_QUESTIONS = 40
_MB = 1e6
_BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles of durations in milliseconds."""

    count: int
    p50: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One made-up corpus, asked with the settings' own embedder and cross-encoder."""

    paragraphs: int
    passages: int
    build_seconds: float
    index_mb: float
    """On disk, millions of bytes."""
    open_seconds: float
    retrieve: Latency
    """Evidence only, each question for the first time."""
    answer: Latency
    """Whole answers to other questions, each for the first time."""
    peak_mb: float
    """Of this process so far, millions of bytes; never falls from row to row."""


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """What one call measured."""

    machine: dict[str, str | int | float]
    embedder: str
    questions: int
    build_seconds: float
    """From the start of the building process to its end, libraries and model included."""
    build_peak_mb: float
    open_seconds: float
    """Until the engine can be asked, libraries and model included."""
    first_answer_ms: float
    rounds: list[Latency]
    """Whole answers, by round; in the first one every question is new to the warm engine."""
    stages: dict[str, Latency]
    """The engine's own timings in the first round."""
    answering_peak_mb: float
    """Of the process that answers, index and embedding model in it."""
    scale: list[ScaleRow]


def latency_of(milliseconds: Sequence[float]) -> Latency:
    """Percentiles, interpolated between closest ranks.

    Raises:
        ValueError: there are no durations.
    """
    p50, p95, longest = (round(percentile(milliseconds, percent), 2) for percent in (50, 95, 100))
    return Latency(len(milliseconds), p50, p95, longest)


def spread(items: Sequence[GoldItem], count: int) -> list[GoldItem]:
    """`count` items evenly spread over all; all of them where there are no more, or where `count` is 0."""
    if not 0 < count < len(items):
        return list(items)
    return [items[number * len(items) // count] for number in range(count)]


def sizes_up_to(paragraphs: int) -> list[int]:
    """A hundredth, a tenth and the whole, as far as they differ; nothing for 0."""
    return sorted({paragraphs // 100, paragraphs // 10, paragraphs} - {0})


def write_made_up_corpus(source: Path, target: Path, paragraphs: int) -> None:
    """Fill the new folder `target` with paragraphs of `source` whose digits are drawn anew, the same at every call.

    Words repeat, so that the keyword lists are longer than in a real corpus of the size.

    Raises:
        CorpusError: the source holds no paragraph of 30 characters.
        DocumentError: a document of it is no text.
    """
    lines = [line.strip() for text in read_all_texts(source).values() for line in text.splitlines()]
    originals = [line for line in lines if len(line) >= _LEAST_PARAGRAPH_CHARACTERS]
    if not originals:
        raise CorpusError(f"文件夹“{source}”里没有 {_LEAST_PARAGRAPH_CHARACTERS} 字以上的段落，无法用来测规模。")
    draw = random.Random(paragraphs)
    made_up = [
        re.sub(r"[1-9]", lambda _: draw.choice("123456789"), originals[number % len(originals)])
        for number in range(paragraphs)
    ]
    target.mkdir()
    for first in range(0, paragraphs, _PARAGRAPHS_A_FILE):
        content = "\n\n".join(made_up[first : first + _PARAGRAPHS_A_FILE])
        (target / f"{first:08}.txt").write_text(content, encoding="utf-8")


def measure(settings: Settings, items: Sequence[GoldItem], rounds: int = 2, scale: int = 0) -> SpeedReport:
    """Measure everything in a temporary folder; the index folder of the settings is not touched.

    Raises:
        ShuzhengError: corpus or embedding model are not in order.
    """
    machine = _machine()
    with TemporaryDirectory(prefix="shuzheng-bench-") as name:
        folder = Path(name)
        own = settings.model_copy(update={"index": folder / "index", "llm": NO_LLM, "mode": Mode.EXTRACTIVE})
        _, build_ms = _timed(_build_in_new_process, own)
        build_peak_mb = _peak_mb(resource.RUSAGE_CHILDREN)
        with progress() as report:
            engine, open_ms = _timed(_open, own)
            _, first_ms = _timed(engine.ask, _WARM_UP)
            latencies, stages = _ask_in_rounds(engine, items, rounds, report)
            engine.close()
            peak_mb = _peak_mb(resource.RUSAGE_SELF)
            rows = [_scale_row(own, items, size, folder, report) for size in sizes_up_to(scale)]
    return SpeedReport(
        machine=machine,
        embedder=settings.embedder,
        questions=len(items),
        build_seconds=round(build_ms / 1000, 2),
        build_peak_mb=build_peak_mb,
        open_seconds=round(open_ms / 1000, 2),
        first_answer_ms=round(first_ms, 2),
        rounds=latencies,
        stages=stages,
        answering_peak_mb=peak_mb,
        scale=rows,
    )


def _build_in_new_process(settings: Settings) -> None:
    """Run `index build`; to be done before anything heavy is loaded here, since a child's peak counts its parent's."""
    options = [f"--{name}={getattr(settings, name)}" for name in ("corpus", "index", "models", "embedder", "dtype")]
    search_path = os.pathsep.join(filter(None, [str(_CHECKOUT), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-m", "rag", "index", "build", *options],
        env={**os.environ, "PYTHONPATH": search_path},
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise UserError(f"建立索引没有成功（退出码 {done.returncode}），原因见上面的提示；请先改正再测速。")


def _open(settings: Settings) -> Engine:
    from rag.pipeline import open_engine

    return open_engine(settings)


def _ask_in_rounds(
    engine: Engine, items: Sequence[GoldItem], rounds: int, report: Report
) -> tuple[list[Latency], dict[str, Latency]]:
    latencies: list[Latency] = []
    stages: dict[str, list[float]] = {}
    for number in range(rounds):
        title = tr(f"提问，第 {number + 1} 遍", f"Asking, round {number + 1}")
        durations = []
        for done, item in enumerate(items, start=1):
            answer, milliseconds = _timed(engine.ask, item.question, item.history, Mode.EXTRACTIVE)
            durations.append(milliseconds)
            for stage, value in answer.timings_ms.items() if number == 0 else ():
                stages.setdefault(stage, []).append(value)
            report(title, done, len(items))
        latencies.append(latency_of(durations))
    return latencies, {stage: latency_of(values) for stage, values in stages.items()}


def _scale_row(own: Settings, items: Sequence[GoldItem], paragraphs: int, folder: Path, report: Report) -> ScaleRow:
    from eval.copied_vectors import CopiedVectors
    from index.build import build_index, index_status
    from rag.embedders import open_embedder

    corpus, index = folder / f"corpus-{paragraphs}", folder / f"index-{paragraphs}"
    write_made_up_corpus(own.corpus, corpus, paragraphs)
    title = tr(f"{paragraphs} 段", f"{paragraphs} paragraphs")
    embedder = CopiedVectors(open_embedder(own))
    built = build_index(corpus, index, embedder, lambda at: report(f"{title}: {at.stage}", at.done, at.total))
    engine, open_ms = _timed(_open, own.model_copy(update={"index": index}))
    engine.ask(_WARM_UP)
    asked = spread(items, 2 * _SCALE_QUESTIONS)
    found = [_timed(engine.retrieve, item.question, item.history)[1] for item in asked[::2]]
    answered = [_timed(engine.ask, item.question, item.history, Mode.EXTRACTIVE)[1] for item in asked[1::2]]
    engine.close()
    return ScaleRow(
        paragraphs=paragraphs,
        passages=built.counts.passages,
        build_seconds=round(built.seconds, 2),
        index_mb=round(index_status(index).size / _MB, 1),
        open_seconds=round(open_ms / 1000, 2),
        retrieve=latency_of(found),
        answer=latency_of(answered or found),
        peak_mb=_peak_mb(resource.RUSAGE_SELF),
    )


def _timed(call: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> tuple[T, float]:
    """What the call returns, and how many milliseconds it took."""
    started = time.perf_counter()
    result = call(*arguments, **options)
    return result, (time.perf_counter() - started) * 1000


def _peak_mb(who: int) -> float:
    """Largest resident memory in millions of bytes; of children the largest single one's."""
    return round(resource.getrusage(who).ru_maxrss * _BYTES_OF_MAXRSS / _MB, 1)


def _machine() -> dict[str, str | int | float]:
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count() or 1,
        "load_before": round(os.getloadavg()[0], 2),
    }
