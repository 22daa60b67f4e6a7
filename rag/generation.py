"""The language model: it words what the reader chose, and is believed only where every figure is proved."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from index import ShuzhengError
from rag.contract import Answer, Mode, Turn
from rag.draft_check import presentable, problem_of, supported, with_citations
from rag.draft_figures import asks_for_more
from rag.extract_parts import parts_of
from rag.instructions import speaks_to_models
from rag.llm import EmbeddedLlm, Endpoint
from rag.llm_client import CancelledAskError, LlmClient, Patience
from rag.llm_stream import Listener
from rag.places_asked import PlaceIndex
from rag.prompt import UnreadableReplyError, begun, continued, draft_so_far, opening, prompt, read_reply, repair, schema
from rag.rewriting import SCHEMA, read_rewriting, rewriting_prompt
from rag.settings import EMBEDDED, NO_LLM, Settings

_log = logging.getLogger(__name__)

_CONTEXT_TOKENS = 4096
_ATTEMPTS = 2
"""The draft and one repair."""
_SECONDS_TO_WARM_UP = 180.0
_FALLEN_BACK = "这里是摘录的回答。"


class Generator:
    """Words extractive answers through a chat model; falls back to them whenever something is not proved or fails."""

    def __init__(
        self, endpoint: Endpoint | EmbeddedLlm, timeout_seconds: float, patience: Patience | None = None
    ) -> None:
        """Remember the endpoint; nothing is started or called before the first answer."""
        self._client = LlmClient(endpoint, patience or Patience(), opening(as_json=False))
        self._timeout_seconds = timeout_seconds

    def reword(
        self,
        question: str,
        answer: Answer,
        cancelled: threading.Event | None = None,
        on_draft: Listener | None = None,
    ) -> Answer:
        """The answer in the model's words where they are proved, else unchanged with a notice.

        `cancelled` may be set by another thread; the call then ends at once and the answer stays as it is. `on_draft`
        hears, in this thread, what may be shown of the draft so far while the model writes; a repair begins anew.
        """
        if not answer.figures and not self._client.as_json:
            return answer  # whole sentences already, which a small model only spoils
        if speaks_to_models(question):
            return _noted(answer, "问题里有写给大模型的指令，没有交给它")
        if any(speaks_to_models(f"{one.title} {one.quote}") for one in answer.citations):
            return _noted(answer, "原文里有写给大模型的指令，没有交给它")
        if asks_for_more(question, answer):
            return _noted(answer, "问的不止一个数字，原文里一起给出")
        try:
            return self._worded(question, answer, cancelled or threading.Event(), on_draft)
        except CancelledAskError:
            return answer
        except ShuzhengError as error:
            return _noted(answer, str(error))

    def rewrite(
        self, question: str, history: Sequence[Turn], places: PlaceIndex, cancelled: threading.Event | None = None
    ) -> str:
        """A follow-up as a question that can stand alone; empty where the model has none that is proved, or fails.

        The embedded models are not asked: they are too small to resolve what a rule does not.
        """
        told = " ".join([question, *(turn.question for turn in history)])
        if not self._client.as_json or speaks_to_models(told):
            return ""
        messages = rewriting_prompt(question, history)
        try:
            reply, _ = self._client.ask(messages, SCHEMA, self._timeout_seconds, cancelled or threading.Event())
        except ShuzhengError as error:
            _log.info("a follow-up was not rewritten: %s", error)
            return ""
        return read_rewriting(reply, question, history, places)

    def warm_up(self) -> threading.Thread:
        """Get ready for the first question in a thread of its own, so that it is worded as fast as the next.

        Starts an embedded model and loads what any call needs; no other endpoint is called.
        """
        thread = threading.Thread(target=self._warm_up, name="llm-warm-up", daemon=True)
        thread.start()
        return thread

    def _warm_up(self) -> None:
        prompt("", "", [], as_json=self._client.as_json)
        try:
            self._client.warm_up(_SECONDS_TO_WARM_UP)
        except ShuzhengError as error:
            _log.info("the language model is not ready: %s", error)

    def close(self) -> None:
        """Stop an embedded model that was started."""
        self._client.close()

    def _worded(self, question: str, answer: Answer, cancelled: threading.Event, on_draft: Listener | None) -> Answer:
        deadline = time.monotonic() + self._timeout_seconds
        conclusion = parts_of(answer).conclusion if answer.figures else ""
        quotes = [citation.quote for citation in answer.citations]
        shown = [] if answer.figures and not self._client.as_json else quotes  # a small model copies the wrong figure
        messages = prompt(question, conclusion, shown, as_json=self._client.as_json)
        if not messages:
            return _noted(answer, "问题或原文太长，大模型读不下")

        asked, start, problem = messages, "", ""

        def show(reply: str) -> None:
            shown = presentable(draft_so_far(continued(start, reply)), question, conclusion, answer)
            if shown and on_draft:
                on_draft(shown)

        for _ in range(_ATTEMPTS):
            seconds = deadline - time.monotonic()
            if seconds <= 0:
                break
            reply, model = self._client.ask(asked, schema(len(quotes)), seconds, cancelled, on_draft and show)
            reply = continued(start, reply)
            try:
                draft = read_reply(reply, len(quotes))
                if not answer.figures:
                    draft = supported(draft, question, answer) or draft
                problem = problem_of(draft, question, conclusion, answer)
            except UnreadableReplyError as error:
                draft, problem = [], str(error)
            if not problem:
                text = with_citations(draft, answer)
                return answer.model_copy(update={"answer": text, "mode": Mode.LLM, "model": model})
            _log.info("the wording of %s was refused: %s", model, problem)
            asked, start = begun(messages, question, conclusion) if not self._client.as_json else ([], "")
            if not asked:
                asked = repair(messages, reply, problem, [figure.text for figure in answer.figures])
        return _noted(answer, f"大模型的措辞{problem}")


def open_generator(settings: Settings) -> Generator | None:
    """The generator that the settings name; None where no language model is wanted or it has not arrived yet."""
    if settings.llm == NO_LLM:
        return None
    patience = Patience(
        connect_seconds=settings.llm_connect_seconds,
        retries=settings.llm_retries,
        breaker_failures=settings.llm_breaker_failures,
        breaker_seconds=settings.llm_breaker_seconds,
    )
    source: Endpoint | EmbeddedLlm
    if settings.llm == EMBEDDED:
        from rag import models

        if models.status(settings.llm_artefact, settings.models) != models.State.PRESENT:
            return None
        gguf = models.path(settings.llm_artefact, settings.models)
        source = EmbeddedLlm(gguf, 2, _CONTEXT_TOKENS, settings.llm_idle_seconds)
    else:
        source = Endpoint(settings.llm, settings.llm_model, settings.llm_api_key.get_secret_value())
    return Generator(source, settings.llm_timeout_seconds, patience)


def _noted(answer: Answer, why: str) -> Answer:
    """The answer as it is, with one sentence on why the model did not word it."""
    return answer.model_copy(update={"notice": f"{answer.notice or ''}{why.rstrip('。')}，{_FALLEN_BACK}"})
