"""The chat page: its layout, and what happens when somebody asks, stops, edits, rates, exports or comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Final

import gradio as gr

from index.errors import ShuzhengError
from rag.contract import Mode
from ui.access.feedback import Feedback
from ui.access.identity import Via, identity_of
from ui.access.watch import asking
from ui.chat import Draft, answer_question
from ui.chat_layout import Parts, lay_out
from ui.chat_pieces import (
    banner,
    download,
    export_menu,
    follow_up_buttons,
    keep,
    mode_choices,
    quiet,
    status_line,
    thanks,
    welcome_title,
)
from ui.conversation import Conversation, Exchange, Progress, history_of, show
from ui.engine import EngineProvider
from ui.keeping import from_browser, to_browser
from ui.language_model import LanguageModel, Stage
from ui.markup import escape
from ui.masthead import masthead
from ui.messages import language_of, say, speaking
from ui.stopping import Stops
from ui.turn_tools import REASON_MAX, REASONS

_EXAMPLES_SHOWN: Final = 6
Update = dict[Any, Any]
"""What an event changes, by component."""


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

    def wire(self, page: gr.Blocks) -> None:
        """Connect components and events; asking is one event, so that a page asks one question at a time."""
        parts = self._parts
        shown = [getattr(parts, field.name) for field in fields(parts) if field.name != "examples"]
        asks = [parts.ask.click, parts.box.submit, *(example.click for example in parts.examples)]
        asks += [parts.conversation.retry, parts.suggestions.submit]
        inputs = [parts.box, parts.mode, parts.exchanges, parts.editing]
        asked = gr.on(asks, self._answer, inputs, shown, trigger_mode="once", **quiet())
        asked.then(self._suggest, [parts.exchanges], [parts.suggestions], concurrency_limit=1, **quiet())
        parts.stop.click(self._stop, None, None, queue=False, **quiet())
        parts.clear.click(self._clear, None, shown, cancels=[asked], **quiet())
        gr.on(
            [parts.conversation.edit, parts.banner.edit],
            self._edit,
            [parts.exchanges],
            [parts.box, parts.editing, parts.banner],
            queue=False,
            **quiet(),
        )
        parts.conversation.like(
            self._rate, [parts.exchanges], [parts.exchanges, parts.said, parts.keeper], queue=False, **quiet()
        )
        parts.export.download(self._export, [parts.exchanges], [parts.file], **quiet())
        restored = parts.keeper.load(self._restore, [parts.exchanges], shown, **quiet())
        restored.then(self._suggest, [parts.exchanges], [parts.suggestions], concurrency_limit=1, **quiet())
        page.load(self._arrive, None, shown, queue=False, **quiet())
        parts.timer.tick(self._refresh, None, [parts.status, parts.mode, parts.timer], queue=False, **quiet())
        page.unload(self._leave)

    def _answer(
        self, typed: str, mode: str, so_far: Conversation, editing: int, event: gr.EventData, request: gr.Request
    ) -> Iterator[Update]:
        parts = self._parts
        question, base = self._asked(typed, so_far, editing, event)
        with speaking(language_of(request)):
            pending = show(base, question, rated=self._feedback is not None)
        with self._stops.one(request) as stop:
            yield {
                **self._busy(True),
                parts.box: gr.skip() if _comes_from(event, parts.conversation) else "",
                parts.conversation: pending,
                parts.exchanges: base,
                parts.welcome: gr.update(visible=False),
                parts.editing: 0,
                **dict.fromkeys((parts.banner, parts.suggestions, parts.draft, parts.said), ""),
            }
            with asking(self._get_engine, request) as engines:
                for outcome in answer_question(engines, question, base, Mode(mode), stop):
                    if not self._stops.waits(request, stop):
                        return
                    with speaking(language_of(request)):
                        update = self._came(outcome, base, request)
                    yield update

    def _came(self, outcome: Exchange | Draft, base: Conversation, request: gr.Request) -> Update:
        """Return what changes on the page with an outcome."""
        parts = self._parts
        if isinstance(outcome, Draft):
            return {parts.draft: f"<p>{escape(outcome.text)}</p>"}
        now = (*base, outcome)
        shown = {parts.conversation: self._shown(now), parts.exchanges: now}
        if outcome.progress is Progress.WORDING:
            return shown
        return shown | self._busy(False) | {parts.keeper: keep(to_browser(now, _who(request)))}

    def _asked(self, typed: str, so_far: Conversation, editing: int, event: gr.EventData) -> tuple[str, Conversation]:
        """Return the question, and the turns that it follows."""
        parts, data = self._parts, _data(event)
        if isinstance(event.target, gr.Button) and "example" in event.target.elem_classes:
            return str(event.target.value), so_far
        if _comes_from(event, parts.suggestions):
            return str(data.get("question", "")), so_far
        if _comes_from(event, parts.conversation):
            place = _place(data, so_far)
            return (so_far[place].question, so_far[:place]) if place is not None else (typed, so_far)
        return typed, so_far[: editing - 1] if 0 < editing <= len(so_far) else so_far

    def _busy(self, busy: bool) -> Update:
        return {self._parts.ask: gr.update(visible=not busy), self._parts.stop: gr.update(visible=busy)}

    def _shown(self, conversation: Conversation) -> str:
        return show(conversation, rated=self._feedback is not None)

    def _suggest(self, conversation: Conversation, request: gr.Request) -> str:
        """Return questions to ask next; none while others wait for their answers."""
        answer = conversation[-1].answer if conversation else None
        if answer is None or self._stops.busy:
            return ""
        try:
            engine = self._get_engine()
            questions = engine.follow_ups(answer, history_of(conversation)) if engine else []
        except ShuzhengError:
            return ""
        with speaking(language_of(request)):
            return follow_up_buttons(questions, len(conversation))

    def _stop(self, request: gr.Request) -> None:
        self._stops.stop(request)

    def _leave(self, request: gr.Request) -> None:
        self._stops.forget(request)

    def _clear(self, request: gr.Request) -> Update:
        self._stops.forget(request)
        parts = self._parts
        return {
            **self._busy(False),
            parts.conversation: show(()),
            parts.exchanges: (),
            parts.editing: 0,
            parts.welcome: gr.update(visible=bool(parts.examples)),
            parts.keeper: keep(""),
            **dict.fromkeys((parts.box, parts.banner, parts.suggestions, parts.draft, parts.said), ""),
        }

    def _edit(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> tuple[str, int, str]:
        place = _place(_data(event), conversation)
        if place is None:
            return "", 0, ""
        with speaking(language_of(request)):
            return conversation[place].question, place + 1, banner(place + 1, len(conversation))

    def _rate(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> tuple[Any, str, Any]:
        data = _data(event)
        place, rating = _place(data, conversation), data.get("rating")
        exchange = conversation[place] if place is not None else None
        if self._feedback is None or place is None or exchange is None or exchange.answer is None:
            return gr.skip(), "", gr.skip()
        if rating not in {"up", "down"}:
            return gr.skip(), "", gr.skip()
        with speaking(language_of(request)):
            history = history_of(conversation[:place])
            try:
                self._feedback.write(identity_of(request), exchange.answer, history, rating, _reason(data))
            except ShuzhengError as error:
                return gr.skip(), thanks(say(str(error))), gr.skip()
            rated = (*conversation[:place], replace(exchange, rating=rating), *conversation[place + 1 :])
            said = thanks(say("已记下，谢谢。"), place + 1, rating)
            return rated, said, keep(to_browser(rated, _who(request)))

    def _export(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> str:
        with speaking(language_of(request)):
            return download(conversation, str(_data(event).get("format", "")))

    def _restore(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> Update:
        parts = self._parts
        engine = self._get_engine()
        kept = _data(event).get("kept")
        if conversation or engine is None or not isinstance(kept, str):
            return {parts.keeper: gr.skip()}
        restored = from_browser(kept, _who(request), engine)
        with speaking(language_of(request)):
            return {
                parts.conversation: self._shown(restored),
                parts.exchanges: restored,
                parts.welcome: gr.update(visible=not restored and bool(parts.examples)),
                parts.keeper: keep(to_browser(restored, _who(request))),
            }

    def _arrive(self, request: gr.Request) -> Update:
        """Put the page into the visitor's language."""
        parts = self._parts
        with speaking(language_of(request)):
            return {
                parts.head: masthead("", linked=self._linked),
                parts.welcome_title: welcome_title(),
                parts.box: gr.update(label=say("问题"), placeholder=say("请输入问题")),
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


def _comes_from(event: gr.EventData, component: gr.HTML) -> bool:
    """Tell where an event comes from, by the name in the page: Gradio may give another object of the same component."""
    return getattr(event.target, "elem_id", None) == component.elem_id


def _place(data: dict[str, Any], conversation: Conversation) -> int | None:
    """Return the place of the turn that was clicked on."""
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
