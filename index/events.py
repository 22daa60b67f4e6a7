"""What happens on a date: 施工期 of 施工期7月10日至10月20日, 街道完成初审 of 4月30日前,街道完成初审."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.frames import SentenceFact
from index.phrases import cleaned
from index.records import Quantity

_LETTERS = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_BEHIND_A_DATE = re.compile(
    r"^(?:度|(?:\d{1,2}(?:时|:)(?:\d{1,2}分?)?)?(?:[底末份]?(?:之?前|以前|前后|左右|止|起|后|以后|之后|当[天日]|晚|[上下]午|期间|之间)+|[底末份]|初(?![创步期次审]))?)"
)
_REST_OF_A_SPAN = re.compile(
    r"(?:\d{1,2}(?:时|:\d\d))?(?:起|开始)?(?:-|~|至|到|和|、|与)(?:(?:19|20)\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}[日号]|[底末初])?(?:\d{1,2}(?:时|:\d\d))?(?:起|止|前|之?间|期间)*"
)
_NEXT_CLAUSE = re.compile(r"(?:\([^()]{1,8}\))?[,:]?(?P<event>[^,;。:!?]{2,30})")
_DAY_IN_FRONT = re.compile(
    r"(?:(?:19|20)\d\d年)?(?:\d{1,2}月)?\d{1,2}[日号](?:\d{1,2}(?:时|:\d\d))?(?:起|止)?(?:-|~|至|到)?$"
)
_NAME_OF_A_DATE = re.compile(r"(?:^|[,;。])(?P<name>[^,;。:]{2,24}):\s*$")
"""What stands in front of the colon: 公开摇号:5月9日."""
_MODAL = re.compile(r"(?:应当?|须|需|必须|可|将|拟)?自?$")
_FROM = re.compile(r"(?:自|从|于|应|须|需|可)$")
"""What happens stands behind a date that such a word leads to: 应自8月4日起,提出申请."""
_PLAN = re.compile(r"^(?:计划|预计|拟|将|力争|争取|原?定|推迟|延期|提前|改)*(?:于|在|到|至)?$")
_SHORT = 6
"""An event of so few characters lacks what it happens to: 投产, 正式通车."""
_SUBJECT_CHARACTERS = 24


def event_of(view: str, date: Quantity, start: int, end: int, earlier: Sequence[SentenceFact]) -> str:
    """Noun phrase or clause that says what a date is the date of; `start` and `end` bound its own part.

    Where only the verb stands there, what it happens to is taken from the figure before in the sentence.
    """
    lead = _DAY_IN_FRONT.sub("", view[start : date.start])
    before, event = _MODAL.sub("", cleaned(lead)), _behind(view, date.end, end)
    if not _LETTERS.search(before):
        named = _NAME_OF_A_DATE.search(view[: max(start, _first_of_a_span(view, date.start))])
        before = cleaned(named["name"].lstrip(" .、)")) if named else ""
    if not event and date.precision != "year" and (not before or _FROM.search(lead)):
        span = _REST_OF_A_SPAN.match(view, date.end)
        clause = _NEXT_CLAUSE.match(view, span.end() if span else _after_mark(view, date.end))
        event = cleaned(clause["event"]) if clause and _LETTERS.search(clause["event"]) else ""
    if before and not _PLAN.match(before):
        return before if event in before else f"{before}{event}"
    if len(event or before) <= _SHORT and earlier:
        subject = earlier[-1].indicator[:_SUBJECT_CHARACTERS]
        own = f"{before}{event}"
        return subject if own in subject else f"{subject} {own}".strip()
    return event or before


def _first_of_a_span(view: str, start: int) -> int:
    """Where the first date of a span begins whose last one begins at `start`."""
    match = _DAY_IN_FRONT.search(view[:start])
    return match.start() if match else start


def _behind(view: str, start: int, end: int) -> str:
    event = cleaned(view[_after_mark(view, start) : end])[:30]
    return event if _LETTERS.search(event) else ""


def _after_mark(view: str, position: int) -> int:
    """Past 前, 起, 止, 底 behind a date."""
    match = _BEHIND_A_DATE.match(view[position:])
    return position + match.end() if match else position
