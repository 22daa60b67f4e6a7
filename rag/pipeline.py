"""The engine: one question in, one verified answer out."""

from __future__ import annotations

import os
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from index import Embedder, Fact, Index, Passage, Role, UserError, open_index
from rag.composing import compose, compose_digest, compose_text, refuse
from rag.conflicts import conflicts_of
from rag.contract import Answer, Citation, Mode, RefusalReason, Turn
from rag.cross_encoder import CrossEncoder
from rag.decompose import Parts
from rag.digest import digest, is_open
from rag.embedders import open_cross_encoder, open_embedder
from rag.fact_search import FactFilter, FoundFacts, search_facts
from rag.followup import resolve
from rag.generation import Generator, open_generator
from rag.places_asked import place_index
from rag.question import Task, clean_question
from rag.reader import Library, Reading, read, search
from rag.rewriting import without_earlier_dates
from rag.settings import Settings
from rag.suggesting import question_about, related_facts
from rag.textual import Found, best_sentences

_TEXT_COVERAGE = 0.45
"""Least share of a text question's words in the best sentence and its surroundings."""


_NO_MODEL = "没有可用的大模型，这里是摘录的回答；请先运行 shuzheng models pull，或检查设置 llm。"
_PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_reading = threading.Semaphore(_PROCESSORS)
"""Of all engines: each question read keeps one processor busy, and more at once would only take memory."""
_EXAMPLES = 6
_FOLLOW_UPS = 3
_FOLLOW_UPS_TRIED = 8
"""Each one tried costs a search."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a question finds, before anything is chosen."""

    passages: list[Passage]
    facts: list[Fact]
    """By relevance."""


@dataclass(slots=True)
class _Clock:
    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        spent = (time.perf_counter() - started) * 1000
        self.stages[name] = round(self.stages.get(name, 0.0) + spent, 2)


class Engine:
    """Answers questions about one index; safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        index: Index,
        embedder: Embedder,
        generator: Generator | None,
        cross_encoder: CrossEncoder | None = None,
    ) -> None:
        """Take opened parts; `open_engine` opens them from settings."""
        self._settings = settings
        self._index = index
        self._generator = generator
        places = place_index(index.places())
        self._library = Library(index, embedder, places, settings.top_k, cross_encoder)

    @property
    def generation(self) -> str:
        """Name of the index generation that is being answered from."""
        return self._index.generation

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that can be served."""
        return (Mode.EXTRACTIVE,) if self._generator is None else (Mode.AUTO, Mode.EXTRACTIVE, Mode.LLM)

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        """Answer one question, in the light of earlier turns.

        Raises:
            UserError: the question is empty, too long or holds control characters.
        """
        *_, answer = self.answers(question, history, mode)
        return answer

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
        on_draft: Callable[[str], None] | None = None,
    ) -> Iterator[Answer]:
        """Yield the verified extract at once, then the answer worded by the language model, where there is one.

        The second is the extract again, with a notice, where the wording is not proved. Setting `cancelled`, from any
        thread, ends a wording at once and frees the model. Between the two, `on_draft` is called in the thread that
        takes the answers with all of the draft so far, while it is written: proved figures and known words only, but
        not yet verified as a whole. A draft that failed and is repaired begins anew.

        Raises:
            UserError: as `ask`.
        """
        check_question(question, self._settings.question_max_chars)
        clock = _Clock()
        started = time.perf_counter()

        def timed(answer: Answer) -> Answer:
            stages = clock.stages | {"total": round((time.perf_counter() - started) * 1000, 2)}
            return answer.model_copy(update={"question": question, "timings_ms": stages})

        with clock.stage("read"):
            resolved = resolve(question, history, self._library.places)
        answer = self._extract(question, resolved.text, clock, resolved.background, resolved.parts)
        if self._generator is None and mode is Mode.LLM and not answer.refused:
            answer = answer.model_copy(update={"notice": _NO_MODEL})
        yield timed(answer)
        if self._generator is None or mode is Mode.EXTRACTIVE:
            return
        whole = resolved.text
        if answer.refused and resolved.is_follow_up:
            with clock.stage("rewrite"):
                whole = self._generator.rewrite(question, history, self._library.places, cancelled)
            if not whole:
                return
            again = self._extract(question, whole, clock)
            if again.refused:
                return
            answer = again.model_copy(update={"notice": f"追问按“{whole}”理解。"})
            yield timed(answer)
        if not answer.refused:
            with clock.stage("generate"):
                asked = without_earlier_dates(whole, question)
                worded = self._generator.reword(asked, answer, cancelled, on_draft)
            yield timed(worded)

    def retrieve(self, question: str, history: Sequence[Turn] = ()) -> Retrieved:
        """Find evidence for one question without answering it."""
        check_question(question, self._settings.question_max_chars)
        resolved = resolve(question, history, self._library.places)
        found = search(self._library, resolved.text, resolved.background)
        return Retrieved([hit.passage for hit in found.hits], [one.fact for one in found.ranked])

    def paragraph(self, citation: Citation) -> tuple[int, int, str]:
        """Start, end and raw text of the whole paragraph that holds a citation's quote."""
        start, end = self._index.paragraph_span(citation.doc, citation.start, citation.end)
        return start, end, self._index.document(citation.doc).text[start:end]

    def search_facts(self, wanted: FactFilter) -> FoundFacts:
        """List the figures of the documents that fit, each with the sentence that proves it."""
        return search_facts(self._index, wanted)

    def examples(self) -> list[str]:
        """Questions drawn from the corpus' own facts that it can answer, one for each of some documents."""
        questions: list[str] = []
        for document in self._index.documents():
            for fact in self._index.facts(doc=document.path):
                text = question_about(fact)
                if fact.role is Role.LEVEL and text and text not in questions and self._answers(text, fact):
                    questions.append(text)
                    break
            if len(questions) == _EXAMPLES:
                break
        return questions

    def follow_ups(
        self, answer: Answer, history: Sequence[Turn], others_wait: Callable[[], bool] = lambda: False
    ) -> list[str]:
        """At most three questions to ask next, drawn from related facts, each tried: it is answered by its fact.

        `history` ends with the answer's own turn; a question in it is not suggested again. No more are tried once
        `others_wait`.
        """
        asked = {clean_question(turn.question) for turn in history}
        questions: list[str] = []
        tried = 0
        for fact in related_facts(self._index, answer):
            text = question_about(fact)
            if not text or clean_question(text) in asked:
                continue
            if others_wait():
                break
            asked.add(clean_question(text))
            tried += 1
            if self._answers(text, fact, history):
                questions.append(text)
            if len(questions) == _FOLLOW_UPS or tried == _FOLLOW_UPS_TRIED:
                break
        return questions

    def _answers(self, question: str, fact: Fact, history: Sequence[Turn] = ()) -> bool:
        figures = self.ask(question, history, Mode.EXTRACTIVE).figures
        return bool(figures) and figures[0].value == float(fact.value) and figures[0].verified

    def close(self) -> None:
        """Release files and stop a language model that was started."""
        if self._generator is not None:
            self._generator.close()
        self._index.close()

    def _extract(
        self, question: str, whole: str, clock: _Clock, background: str = "", parts: Parts | None = None
    ) -> Answer:
        """The verified extract for a question that can stand alone."""
        with _reading:
            return self._read_and_compose(question, whole, clock, background, parts)

    def _read_and_compose(
        self, question: str, whole: str, clock: _Clock, background: str, parts: Parts | None
    ) -> Answer:
        with clock.stage("read"):
            sides = digest(self._library, whole) if parts is None and is_open(whole) else None
            reading = read(self._library, whole, background, parts) if sides is None else None
        with clock.stage("compose"):
            if reading is not None:
                return self._composed(question, whole, reading)
            if sides:
                return compose_digest(self._index, question, sides)
            return refuse(self._index, question, RefusalReason.NOTHING_FOUND, None)

    def _composed(self, question: str, resolved: str, reading: Reading) -> Answer:
        found = best_sentences(self._library, reading.searches[0]) if reading.task is Task.TEXT else []
        if reading.task is Task.TEXT:
            if not found or found[0].coverage < _TEXT_COVERAGE:
                return refuse(self._index, question, RefusalReason.NOTHING_FOUND, None)
            return compose_text(self._index, f"{question} {resolved}", found)
        if reading.refusal is not None:
            return refuse(self._index, question, reading.refusal, reading.nearest, reading)
        conflicts = conflicts_of(reading.chosen[0], reading.searches[0].ranked) if len(reading.chosen) == 1 else []
        return compose(self._index, f"{question} {resolved}", reading, conflicts)


def open_engine(settings: Settings, *, warm_up: bool = False) -> Engine:
    """Open the index, the embedder and, where set, the language model of the settings.

    With `warm_up`, a model that will word the answers gets ready meanwhile.

    Raises:
        ShuzhengError: something is missing, damaged or does not fit.
    """
    with ExitStack() as opened:
        generator = open_generator(settings)
        if generator is not None:
            opened.callback(generator.close)
            if warm_up and settings.mode is not Mode.EXTRACTIVE:
                generator.warm_up()
        embedder = open_embedder(settings)
        index = open_index(settings.index, embedder.identity)
        engine = Engine(settings, index, embedder, generator, open_cross_encoder(settings))
        opened.pop_all()
        return engine


def check_question(question: str, max_characters: int) -> None:
    """Refuse what is no question.

    Raises:
        UserError: it is empty, longer than `max_characters`, or holds control characters.
    """
    if not question.strip():
        raise UserError("问题是空的,请输入一个问题。")
    if len(question) > max_characters:
        raise UserError(f"问题有 {len(question)} 个字,超过上限 {max_characters} 个字,请缩短后再问。")
    if any(unicodedata.category(character) == "Cs" for character in question):
        raise UserError("问题里有不完整的字符(编码不是 UTF-8),请重新输入后再问。")
    if any(unicodedata.category(character) == "Cc" and character not in "\t\r\n" for character in question):
        raise UserError("问题里有控制字符,请删去看不见的字符后再问。")


__all__ = ["Engine", "Found", "Retrieved", "check_question", "open_engine"]
