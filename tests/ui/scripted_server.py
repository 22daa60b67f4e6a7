"""Serves the page over a scripted engine for the browser tests: `python tests/ui/scripted_server.py PORT`."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from gradio.routes import App
from starlette.routing import Mount

from index.errors import UserError
from rag.contract import Answer, Citation, Conflict, Mode, Turn
from rag.fact_search import FactFilter, FoundFacts
from ui.app import create_app
from ui.demo import DOCUMENTS, ScriptedEngine, demo_engine, figure, refusal, reply
from ui.language_model import LanguageModel, ModelState, Stage
from ui.server import open_port, serve

HOSTILE = (
    "</p></li></textarea><img src=x onerror=\"document.title='hacked'\">"
    "<script>document.title='hacked'</script>${document.title='hacked'}{{constructor}}"
)
HOSTILE_QUESTION = f"敌意{HOSTILE}"
FOLLOW_UP = "那增速呢?"
SLOW = "慢慢答"
CRASH = "出错"
TOO_LONG = "问题太长，请缩短到 2000 字以内。"
MODEL_ARRIVES = "模型到了"
AWAY = "重新准备"
"""After this question there is no index for some seconds."""
AWAY_SECONDS = 4.0
FORGET = "忘了所有的页面"
"""A place whose figures, when they are listed, make the server forget what its pages hold."""
WORDING_SECONDS = 2.0
HOSTILE_DOCUMENT = f"文件{HOSTILE}.txt"


class BrowserTestEngine(ScriptedEngine):
    """The demo's script, plus questions that misbehave."""

    def __init__(self, model: LanguageModel) -> None:
        hostile = _hostile_answer()
        text = {HOSTILE_DOCUMENT: f"标题{HOSTILE}\n前文{HOSTILE}后文\n"}
        super().__init__({**DOCUMENTS, **text}, {**demo_engine().script, hostile.question: hostile})
        self.model = model
        self.cancelled = 0
        """Wordings that were stopped."""
        self.back_at = 0.0
        """When there is an index again, by the monotonic clock."""
        self.forget: Callable[[], None] = lambda: None

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        match question.strip():
            case question if question == FOLLOW_UP:
                said = "；".join(turn.question for turn in history)
                return reply(question, f"此前问过{len(history)}个问题：{said}", [], [])
            case question if question == SLOW:
                time.sleep(1.5)
                return refusal(question, "等到了。")
            case question if question == AWAY:
                self.back_at = time.monotonic() + AWAY_SECONDS
                return refusal(question, "稍后。")
            case question if question == CRASH:
                raise RuntimeError("内部细节不可见")
            case question if question == MODEL_ARRIVES:
                self.model.update(ModelState(Stage.READY, "测试模型"))
                self.modes = (*Mode,)
                return refusal(question, f"方式是{mode.value}")
            case question if len(question) > 2000:
                raise UserError(TOO_LONG)
        return super().ask(question, history, mode)

    def search_facts(self, wanted: FactFilter) -> FoundFacts:
        if wanted.place == FORGET:
            self.forget()
        return super().search_facts(wanted)

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
        on_draft: Callable[[str], None] | None = None,
    ) -> Iterator[Answer]:
        extract = self.ask(question, history, mode)
        yield extract
        if Mode.LLM not in self.modes or mode is Mode.EXTRACTIVE or extract.refused:
            return
        if on_draft:
            on_draft("模型写到这里")
        if cancelled is not None and cancelled.wait(WORDING_SECONDS):
            self.cancelled += 1
            yield extract
        else:
            said = f"模型说：{extract.answer}（停过{self.cancelled}次）"
            yield extract.model_copy(update={"mode": Mode.LLM, "model": "测试模型", "answer": said})


def _hostile_answer() -> Answer:
    start = len(f"标题{HOSTILE}\n前文")
    citation = Citation(
        n=1,
        doc=HOSTILE_DOCUMENT,
        title=f"标题{HOSTILE}",
        published=HOSTILE,
        section=HOSTILE,
        start=start,
        end=start + len(HOSTILE),
        quote=HOSTILE,
    )
    number = figure(f"1{HOSTILE}", 1, HOSTILE, HOSTILE, 1, qualifier=HOSTILE)
    rival = Conflict(text=HOSTILE, value=1, unit="", indicator=HOSTILE, place="", period=HOSTILE, citation=1)
    answer = reply(HOSTILE_QUESTION, f"答案{HOSTILE}[1]", [citation], [number])
    return answer.model_copy(update={"conflicts": [rival], "notice": HOSTILE, "model": HOSTILE, "mode": Mode.LLM})


if __name__ == "__main__":
    language_model = LanguageModel(ModelState(Stage.FETCHING, "测试模型", 0.37))
    engine = BrowserTestEngine(language_model)

    def get_engine() -> BrowserTestEngine | None:
        return engine if time.monotonic() >= engine.back_at else None

    app = create_app(get_engine, language_model)
    [chat] = [one.app for one in app.routes if isinstance(one, Mount) and isinstance(one.app, App)]
    engine.forget = chat.state_holder.session_data.clear
    serve(app, open_port("127.0.0.1", int(sys.argv[1])))
