"""What a reader can do with one answer: copy it, ask again, change the question, say whether it was right."""

from __future__ import annotations

from typing import Final

from rag.contract import Answer, Mode
from ui.markup import escape
from ui.messages import say

_STAGES: Final = {"read": "查阅", "compose": "作答", "generate": "模型表述"}
REASONS: Final = ("数字不对", "不是我问的", "漏了内容", "引文不支持答案", "其他")
"""What may be wrong with an answer."""
_THUMB: Final = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 11h4v9H3zM7 11.5 11 3c1.7 0 2.6 1 2.6 2.6V9h5.2'
    'c1.3 0 2.2 1.1 1.9 2.3l-1.5 6.9c-.2 1.1-1.1 1.8-2.1 1.8H7"></path></svg>'
)
"""A thumb as a drawing: many office machines have no font with the character."""
REASON_MAX: Final = 500
"""Characters of a reason in the reader's own words."""


def render_tools(answer: Answer, copied: str, turn: int, rating: str | None) -> str:
    """Return the line below an answer; `rating` is `up`, `down` or empty, None where nobody is asked."""
    labels = f'data-done="{say("已复制")}" data-failed="{say("浏览器不允许复制")}"'
    copy = f'<button type="button" class="link" data-copy="{escape(copied)}" {labels}>{say("复制答案与依据")}</button>'
    tools = f"{copy}{retry_button(turn)}{_thumbs(turn, rating) if rating is not None else ''}"
    return f'<div class="meta">{_how(answer)}{tools}</div>{_reason_form(turn) if rating is not None else ""}'


def retry_button(turn: int) -> str:
    """Return the button that asks the newest question again; the style sheet hides it in older turns."""
    return f'<button type="button" class="link again" data-act="submit" data-turn="{turn}">{say("重试")}</button>'


def edit_button(question: str, turn: int) -> str:
    """Return the button that puts a question back into the box."""
    label = say("修改这个问题，重新提问")
    return (
        (
            f'<button type="button" class="link edit" data-act="edit" data-turn="{turn}" aria-label="{label}" '
            f'title="{label}">{say("修改")}</button>'
        )
        if question.strip()
        else ""
    )


def total_ms(timings: dict[str, float]) -> float:
    """Return the whole time of an answer in milliseconds: `total` where it is given, else the sum of the stages."""
    return timings.get("total", sum(timings.values()))


def _how(answer: Answer) -> str:
    """Return who worded the answer and how long it took."""
    by_model = answer.mode is Mode.LLM and answer.model
    mode = say("模型表述（{model}）", model=answer.model) if by_model else say("摘录原文")
    spent = {_STAGES.get(stage, stage): ms for stage, ms in answer.timings_ms.items() if stage != "total"}
    stages = "、".join(say("{stage} {ms} 毫秒", stage=say(stage), ms=f"{ms:.0f}") for stage, ms in spent.items())
    seconds = say("{seconds} 秒", seconds=f"{total_ms(answer.timings_ms) / 1000:.2f}")
    return f'<span>{escape(mode)}</span><span title="{escape(stages)}">{seconds}</span>'


def _thumbs(turn: int, rating: str) -> str:
    buttons = "".join(
        f'<button type="button" class="thumb" data-rate="{kind}" data-turn="{turn}" '
        f'aria-pressed="{str(kind == rating).lower()}" aria-label="{label}" title="{label}">{_THUMB}</button>'
        for kind, label in (("up", say("回答得对")), ("down", say("回答得不对")))
    )
    return f'<span class="thumbs" role="group" aria-label="{say("评价这个回答")}">{buttons}</span>'


def _reason_form(turn: int) -> str:
    """Return what 👎 opens: a few reasons and room for the reader's own words."""
    choices = "".join(
        f'<label><input type="radio" name="t{turn}reason" value="{reason}"><span>{say(reason)}</span></label>'
        for reason in REASONS
    )
    return (
        f'<form class="reason" id="t{turn}reason" data-turn="{turn}" hidden>'
        f"<fieldset><legend>{say('哪里不对？')}</legend>{choices}</fieldset>"
        f'<label class="own"><span class="sr-only">{say("补充说明")}</span>'
        f'<textarea rows="2" maxlength="{REASON_MAX}" placeholder="{say("补充说明（可不填）")}"></textarea></label>'
        f'<p><button type="submit" class="send">{say("提交")}</button>'
        f'<button type="button" class="link" data-dismiss>{say("取消")}</button></p></form>'
    )
