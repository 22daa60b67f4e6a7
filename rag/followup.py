"""Follow-up questions made whole from the conversation, by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index import find_periods
from rag.carrying import carried
from rag.contract import Turn
from rag.places_asked import PlaceIndex, asked_places
from rag.question import clean_question

_OPENING = re.compile(
    r"^(?:那么?|那|咁|然后|还有|另外|再问|接着|其中|它|他们|它们|该区|该县|该市|该园区|该企业|该公司|这个区|这家企业|这个|这里|那里|上面说的|刚才说的|同期|同样)[,的]?"
)
_POINTING = re.compile(
    r"^(?:它|他们|它们|其|该|这|那|此|上述|同期|同样|其中)|(?:它|他们|该区|该县|该市|该园|该企业|该公司|该项|该产业|这个|这家|这项|这些|那个|那家|上述|同期|其中)|呢\??$"
)
_TAIL = re.compile(r"(?:的)?(?:情况|数据)?(?:又)?(?:呢|如何|怎么样|怎样|是多少呢)?\??$")
_POSSESSIVE = re.compile(r"的呢\??$")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A follow-up that can stand alone."""

    text: str
    background: str
    """Earlier wording that helps to find but need not be met."""
    is_follow_up: bool


def resolve(question: str, history: Sequence[Turn], places: PlaceIndex) -> Resolved:
    """The question as it would read without the conversation; unchanged where it stands alone.

    The last turn that was itself whole gives what is missing: place, period, subject or indicator.
    """
    view = clean_question(question)
    if not history or not _depends(view, places):
        return Resolved(question, "", False)
    earlier = ""
    for turn in history:
        earlier_view = clean_question(turn.question)
        earlier = _merged(earlier_view, earlier, places) if earlier and _depends(earlier_view, places) else earlier_view
    text = _merged(view, earlier, places)
    return Resolved(text, "", True)


def _depends(view: str, places: PlaceIndex) -> bool:
    """Whether the question leans on what was said before."""
    if _OPENING.match(view) or _POINTING.search(view):
        return True
    return len(view) <= 14 and not asked_places(view, places)


def _merged(view: str, earlier: str, places: PlaceIndex) -> str:
    """Earlier question with what the follow-up names put in the place of its like."""
    core = _TAIL.sub("", _OPENING.sub("", view)).strip(",的 ") or view
    earlier_stem = _TAIL.sub("", earlier)
    replaced = _with_place(core, earlier_stem, places) or _with_period(core, earlier_stem)
    if replaced is not None:
        return replaced
    return carried(f"{core}的" if _POSSESSIVE.search(view) else core, earlier_stem, places)


def _with_place(core: str, earlier: str, places: PlaceIndex) -> str | None:
    """那西青区呢: the earlier question about another place."""
    named, before = asked_places(core, places), asked_places(earlier, places)
    if not named:
        return None
    rest = core
    own = next((name for name in named[0].names if name in core), "")
    rest = rest.replace(own, "", 1).strip(",的 ")
    if len(rest) > 6 and not find_periods(rest, None):
        return None
    if not before and not rest and re.search(rf"[\u4e00-\u9fff]{{2}}{own[-1:]}", earlier) and own[-1:] in "区县市镇园":
        return None
    for place in before:
        for name in place.names:
            if name in earlier:
                swapped = _swapped(earlier, name, own)
                return _with_period(rest, swapped) or swapped if rest else swapped
    return f"{own}{earlier}" if not before else None


def _swapped(earlier: str, name: str, own: str) -> str:
    """The earlier question with the whole name around `name` (天开西青园 around 西青) replaced."""
    around = re.search(rf"^[\u4e00-\u9fff]{{0,3}}?{re.escape(name)}(?:高新区|经开区|开发区|园区|区|县|市|园)?", earlier)
    if around:
        return own + earlier[around.end() :]
    return earlier.replace(name, own, 1)


def _with_period(core: str, earlier: str) -> str | None:
    """2022年呢: the earlier question about another year."""
    mentions = [mention for mention in find_periods(core, None) if mention.period.text and not mention.is_base]
    if not mentions:
        return None
    rest = (core[: mentions[0].start] + core[mentions[0].end :]).strip(",的 目标是多少呢?")
    if len(rest) > 3:
        return None
    own = core[mentions[0].start : mentions[0].end]
    tail = core[mentions[0].end :].strip(",的? ")
    for mention in find_periods(earlier, None):
        if mention.explicit or mention.period.text:
            swapped = earlier[: mention.start] + own + earlier[mention.end :]
            return f"{swapped}{'目标' if '目标' in tail else ''}"
    return own + earlier
