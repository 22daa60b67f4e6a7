"""The chat page: its layout, and what happens when somebody asks, stops, edits, rates, exports or comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import gradio as gr
from gradio.blocks import Block
from gradio.components import Component
from gradio.events import Dependency

from index.errors import ShuzhengError
from rag.contract import Mode
from ui.access.feedback import Feedback
from ui.access.identity import Via, identity_of
from ui.access.watch import asking
from ui.chat import Draft, Outcome, Waiting, answer_question
from ui.chat_layout import Parts, lay_out
from ui.chat_pieces import (
    ENDED,
    FAILED,
    Update,
    before_ask,
    download,
    export_menu,
    follow_up_buttons,
    keep,
    mode_choices,
    put,
    quiet,
    status_line,
    tell_keeper,
    thanks,
    welcome_title,
)
from ui.conversation import Conversation, Progress, history_of, show
from ui.engine import EngineProvider
from ui.keeping import TURNS_KEPT, from_browser, to_browser
from ui.language_model import LanguageModel, Stage
from ui.markup import escape
from ui.masthead import masthead
from ui.messages import language_of, say, speaking
from ui.stopping import Stops
from ui.turn_tools import REASON_MAX, REASONS

_EXAMPLES_SHOWN: Final = 6


def build_page(
    get_engine: EngineProvider, model: LanguageModel, feedback: Feedback | None = None, *, linked: bool = False
) -> gr.Blocks:
    """Lay the page out and wire it; `linked` where there are other pages to go to."""
    engine = get_engine()
    questions = engine.examples()[:_EXAMPLES_SHOWN] if engine else []
    page: gr.Blocks
    with gr.Blocks(title="数证", analytics_enabled=False) as page:
        parts = lay_out(model.state, questions, linked=linked)
        ChatPage(get_engine, model, feedback, parts, linked=linked).wire(page)
    return page


class ChatPage:
    """The events of one chat page; what a visitor said is in the page's own state, never here."""

    def __init__(
        self,
        get_engine: EngineProvider,
        model: LanguageModel,
        feedback: Feedback | None,
        parts: Parts,
        *,
        linked: bool,
    ) -> None:
        self._get_engine = get_engine
        self._model = model
        self._feedback = feedback
        self._parts = parts
        self._linked = linked
        self._stops = Stops()
        self._suggesting = threading.Lock()
        """Questions to ask next are tried for one page at a time."""

    def wire(self, page: gr.Blocks) -> None:
        """Connect components and events."""
        parts = self._parts
        conversation, exchanges = parts.conversation, parts.exchanges
        redrawn: list[Block] = [
            conversation,
            exchanges,
            parts.welcome,
            parts.suggestions,
            parts.draft,
            parts.said,
            parts.keeper,
        ]
        asked = self._one_at_a_time(conversation.submit, self._answer, [parts.mode, exchanges], redrawn, queue=True)
        restored = self._one_at_a_time(parts.keeper.input, self._restore, [exchanges], redrawn)
        self._one_at_a_time(conversation.clear, self._clear, None, redrawn)
        self._one_at_a_time(conversation.like, self._rate, [exchanges], [exchanges, parts.said, parts.keeper])
        for came in (asked, restored):
            came.then(self._suggest, [exchanges], [parts.suggestions], queue=False, trigger_mode="multiple", **quiet())
        conversation.stop(self._stop, None, None, queue=False, trigger_mode="multiple", **quiet())
        parts.export.download(self._export, [exchanges], [parts.file], queue=False, **quiet())
        page.load(self._arrive, None, self._worded(), queue=False, **quiet())
        parts.timer.tick(self._refresh, None, [parts.status, parts.mode, parts.timer], queue=False, **quiet())
        page.unload(self._leave)

    def _one_at_a_time(
        self,
        event: Callable[..., Dependency],
        handle: Callable[..., Any],
        inputs: Sequence[Component] | None,
        outputs: Sequence[Block],
        *,
        queue: bool = False,
    ) -> Dependency:
        """Connect an event that changes the conversation: the page sends one of them when the last has ended.

        Only asking goes through Gradio's queue, whose stream a browser may believe open while the server closes it: an
        event sent at that moment is never heard of again, and `outbox.js` waits for the end of the stream.
        """
        came = event(handle, inputs, outputs, queue=queue, trigger_mode="multiple", **quiet())
        came.then(None, None, None, js=ENDED, **quiet())
        came.failure(None, None, None, js=FAILED, **quiet())
        return came

    def _answer(self, mode: str, so_far: Conversation, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        parts, data = self._parts, _data(event)
        question = str(data.get("question", ""))
        if not so_far and data.get("turns"):
            yield put({parts.keeper: tell_keeper("forgotten")})
            return
        place = _place(data, so_far)
        base = so_far if place is None else so_far[:place]
        shown: Update = {
            parts.exchanges: base,
            parts.welcome: gr.update(visible=False),
            **dict.fromkeys((parts.suggestions, parts.draft, parts.said), ""),
        }
        with (
            self._stops.one(_session(request), _number(data)) as stop,
            asking(self._get_engine, request) as engines,
        ):
            for outcome in answer_question(engines, question, base, Mode(mode), stop):
                with speaking(language_of(request)):
                    shown |= self._came(outcome, question, base, request)
                yield put(shown)

    def _came(self, outcome: Outcome, question: str, base: Conversation, request: gr.Request) -> Update:
        """Return what changes on the page with an outcome."""
        parts = self._parts
        if isinstance(outcome, Waiting):
            return {parts.conversation: show(base, question, rated=self._feedback is not None)}
        if isinstance(outcome, Draft):
            return {parts.draft: f"<p>{escape(outcome.text)}</p>"}
        now = (*base, outcome)
        shown = {parts.conversation: self._shown(now), parts.exchanges: now}
        if outcome.progress is Progress.WORDING:
            return shown
        return shown | {parts.keeper: keep(to_browser(now, _who(request)))}

    def _shown(self, conversation: Conversation) -> str:
        return show(conversation, rated=self._feedback is not None)

    def _suggest(self, conversation: Conversation, request: gr.Request) -> dict[str, Any]:
        update: dict[str, Any] = gr.update(value=self._suggested(conversation, request))
        return update

    def _suggested(self, conversation: Conversation, request: gr.Request) -> str:
        """Return questions to ask next; none while others wait for their answers."""
        answer = conversation[-1].answer if conversation else None
        if answer is None:
            return ""
        try:
            engine = self._get_engine()
            with self._suggesting:
                history = history_of(conversation)
                questions = engine.follow_ups(answer, history, lambda: self._stops.busy) if engine else []
        except ShuzhengError:
            return ""
        with speaking(language_of(request)):
            return follow_up_buttons(questions, len(conversation))

    def _stop(self, event: gr.EventData, request: gr.Request) -> None:
        self._stops.stop(_session(request), _number(_data(event)))

    def _leave(self, request: gr.Request) -> None:
        self._stops.leave(_session(request))

    def _clear(self) -> Update:
        parts = self._parts
        return put(
            {
                parts.conversation: show(()),
                parts.exchanges: (),
                parts.welcome: gr.update(visible=bool(parts.examples)),
                parts.keeper: keep(""),
                **dict.fromkeys((parts.suggestions, parts.draft, parts.said), ""),
            }
        )

    def _rate(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> Update:
        parts, data = self._parts, _data(event)
        place, rating = _place(data, conversation), data.get("rating")
        exchange = conversation[place] if place is not None else None
        if self._feedback is None or place is None or exchange is None or exchange.answer is None:
            return put({parts.said: ""})
        if rating not in {"up", "down"}:
            return put({parts.said: ""})
        with speaking(language_of(request)):
            history = history_of(conversation[:place])
            try:
                self._feedback.write(identity_of(request), exchange.answer, history, rating, _reason(data))
            except ShuzhengError as error:
                return put({parts.said: thanks(say(str(error)))})
            rated = (*conversation[:place], replace(exchange, rating=rating), *conversation[place + 1 :])
            said = thanks(say("已记下，谢谢。"), place + 1, rating)
            kept = keep(to_browser(rated, _who(request)))
            return put({parts.exchanges: rated, parts.said: said, parts.keeper: kept})

    def _export(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> str:
        with speaking(language_of(request)):
            return download(conversation, str(_data(event).get("format", "")))

    def _restore(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> Update:
        parts = self._parts
        try:
            engine = self._get_engine()
        except ShuzhengError:
            engine = None
        if engine is None:
            return put({parts.keeper: tell_keeper("later")})
        kept = from_browser(str(_data(event).get("kept", "")), _who(request), engine)
        restored = (*kept, *conversation)[-TURNS_KEPT:]
        with speaking(language_of(request)):
            return put(
                {
                    parts.conversation: self._shown(restored),
                    parts.exchanges: restored,
                    parts.welcome: gr.update(visible=not restored and bool(parts.examples)),
                    parts.keeper: keep(to_browser(restored, _who(request)), came_back=True),
                }
            )

    def _worded(self) -> list[Component]:
        """Return what is worded anew in the visitor's language."""
        parts = self._parts
        pieces = [parts.head, parts.welcome_title, parts.before_ask, parts.export, parts.status]
        return [*pieces, parts.ask, parts.stop, parts.clear, parts.mode]

    def _arrive(self, request: gr.Request) -> Update:
        """Put the page into the visitor's language."""
        parts = self._parts
        with speaking(language_of(request)):
            return {
                parts.head: masthead("", linked=self._linked),
                parts.welcome_title: welcome_title(),
                parts.before_ask: before_ask(),
                parts.ask: gr.update(value=say("提问")),
                parts.stop: gr.update(value=say("停止")),
                parts.export: export_menu(),
                parts.clear: gr.update(value=say("清空对话")),
                parts.mode: gr.update(
                    choices=mode_choices(),
                    label=say("回答方式"),
                    visible=self._model.state.stage is Stage.READY,
                ),
                parts.status: status_line(self._model.state),
            }

    def _refresh(self, request: gr.Request) -> tuple[str, Any, Any]:
        state = self._model.state
        with speaking(language_of(request)):
            line = status_line(state)
        return line, gr.update(visible=state.stage is Stage.READY), gr.update(active=not state.settled)


def _data(event: gr.EventData) -> dict[str, Any]:
    """Return what the page's script sent along; anything a browser sends."""
    return event._data if isinstance(event._data, dict) else {}


def _session(request: gr.Request) -> str:
    return request.session_hash or ""


def _number(data: dict[str, Any]) -> int:
    """Return the number that the page gave a question."""
    number = data.get("number")
    return number if type(number) is int else 0


def _place(data: dict[str, Any], conversation: Conversation) -> int | None:
    """Return the place of the turn that is meant; None for none."""
    turn = data.get("turn")
    return turn - 1 if type(turn) is int and 1 <= turn <= len(conversation) else None


def _reason(data: dict[str, Any]) -> str:
    """Return the reason chosen, with the reader's own words."""
    chosen, own = data.get("reason"), data.get("own")
    words = own.strip()[:REASON_MAX].encode("utf-8", "ignore").decode("utf-8") if isinstance(own, str) else ""
    return "：".join(part for part in (chosen if chosen in REASONS else "", words) if part)


def _who(request: gr.Request) -> str:
    """Return whose conversation this is; empty where nobody logs in."""
    identity = identity_of(request)
    return "" if identity is None or identity.via is Via.OPEN else identity.account
