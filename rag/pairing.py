"""Follow-ups about the last questions together: 哪个更多, 一共呢, 相差多少, 平均呢, 是几倍."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import rjieba

from rag.arithmetic import TIMES
from rag.carrying import carried, without_asking
from rag.decompose import Parts
from rag.places_asked import PlaceIndex, asked_places
from rag.question import Task

_ALL = r"(?:那么?|所以)?(?:这|那|它们|他们|双方)?(?:[两二三四五][\u4e00-\u9fff]{0,3}?)?(?:之间)?(?:的)?"
_END = r"(?:了|出)?(?:多少|几)?[\u4e00-\u9fff%]{0,4}?(?:呢|呀|啊)?[?]?$"
_ASKED: tuple[tuple[Task, re.Pattern[str]], ...] = (
    (
        Task.COMPARE,
        re.compile(
            rf"^{_ALL}(?:哪(?:一)?(?:个|家|年|边|里|方|者|项|种|类|块)?[区县市园]?|谁|哪)(?:的)?"
            r"(?P<way>[更最]?(?:多|高|大|快|强|长|少|低|小|慢|短|靠前))(?:一?些|一点)?(?:呢|呀)?[?]?$"
        ),
    ),
    (
        Task.SUM,
        re.compile(
            rf"^{_ALL}(?:加起来|加在一起|合起来)?(?:一共|总共|合计|共计|总计|加起来|加在一起|总和|合起来)(?:是|有|为)?{_END}"
        ),
    ),
    (
        Task.DIFFERENCE,
        re.compile(rf"^{_ALL}(?:相差|差距|差额|差值|差|多了|少了|高了|低了|高出|多出)(?:是|有|为)?{_END}"),
    ),
    (Task.AVERAGE, re.compile(rf"^{_ALL}平均(?:值|下来)?(?:是|有|为)?{_END}")),
)
_BETWEEN = re.compile(r"^(?P<left>[^,?]{2,12}?)(?:是|相当于)(?P<right>[^,?]{2,12}?)的?(?:多少|几)倍[?]?$")
_AGAINST = re.compile(
    r"^(?:那么?)?(?:跟|和|与|同|比起?)(?P<other>[^,?]{2,16}?)(?:相比较?|比较|比起来|比)?,?(?:哪(?:一)?(?:个|家|边|里|方|者|项|种|类|块|条)?[区县市园]?|谁)(?:的)?"
    r"(?P<way>[更最]?(?:多|高|大|快|强|长|少|低|小|慢|短|靠前))(?:一?些|一点)?(?:呢|呀)?[?]?$"
)
_THAN = re.compile(
    r"^(?:那么?)?(?P<left>[它这那他她]|[^,?比]{2,14}?)?比(?P<right>(?!上|去年|前|原|年初|同期|改造|以前|之前)[^,?]{1,14}?)(?:又|还|要)?(?:多|少|高|低|大|小|快|慢|长|短|贵|便宜)"
    r"(?:了|出|出了)?(?:多少|几)[^,?]{0,5}[?]?$"
)
_POINTING = re.compile(r"^(?:它|他|她|这个?|那个?|前者|刚才那个)(?:们)?$")
_CUT_OFF = re.compile(r"^(?:年(?![末底初份均]))?的?")
_MOST = 5
"""How many earlier questions one follow-up may be about."""


def together(
    view: str, wholes: Sequence[str], places: PlaceIndex, swap: Callable[[str, str, PlaceIndex], str | None]
) -> Parts | None:
    """The whole questions asked last as the sides of what `view` asks of them; None where it asks nothing of them.

    `swap` gives an earlier question about another place or time.
    """
    between = _BETWEEN.match(view)
    if between and wholes:
        sides = [between["left"], between["right"]]
        texts = [swap(side, wholes[-1], places) for side in sides if _is_place(side, places)]
        if len(texts) == 2 and all(texts):
            return Parts(Task.RATIO, tuple(text or "" for text in texts), tuple(sides), TIMES, asked_before=True)
    if wholes:
        against = _against_the_last(view, wholes[-1], places, swap)
        if against is not None:
            return against
    for task, pattern in _ASKED:
        match = pattern.match(view)
        if match:
            alike = _asked_alike(wholes)
            way = match.groupdict().get("way") or ""
            enough = len(alike) == 2 if task is Task.DIFFERENCE else len(alike) >= 2
            return Parts(task, tuple(alike), tuple(_names(alike)), way, asked_before=True) if enough else None
    return None


def _against_the_last(
    view: str, last: str, places: PlaceIndex, swap: Callable[[str, str, PlaceIndex], str | None]
) -> Parts | None:
    """The last question against the same of another thing: 跟江屏高新区比,哪个更多; 河西雅苑比它少多少."""

    def of(side: str | None) -> str:
        return last if not side or _POINTING.match(side) else swap(side, last, places) or carried(side, last, places)

    match = _AGAINST.match(view)
    if match:
        texts = [last, of(match["other"])]
        return Parts(Task.COMPARE, tuple(texts), tuple(_names(texts)), match["way"], asked_before=True)
    match = _THAN.match(view)
    if match and match["right"] != match["left"]:
        texts = [of(match["left"]), of(match["right"])]
        if texts[0] != texts[1]:
            return Parts(Task.DIFFERENCE, tuple(texts), tuple(_names(texts)), asked_before=True)
    return None


def _is_place(side: str, places: PlaceIndex) -> bool:
    return any(side in place.names for place in asked_places(side, places))


def _asked_alike(wholes: Sequence[str]) -> list[str]:
    """The last questions that share their beginning or their end, in the order asked."""
    alike = list(wholes[-1:])
    for earlier in reversed(wholes[:-1]):
        if earlier in alike or len(alike) == _MOST:
            break
        before, after = _shared(_words(earlier), _words(alike[0]))
        if before + after < 1:
            break
        alike.insert(0, earlier)
    return alike


def _words(text: str) -> list[str]:
    return rjieba.cut(without_asking(text))


def _shared(left: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
    """How many words two phrases share at the beginning and at the end."""
    most = min(len(left), len(right))
    before = next((n for n in range(most) if left[n] != right[n]), most)
    after = next((n for n in range(most - before) if left[-n - 1] != right[-n - 1]), most - before)
    return before, after


def _names(texts: Sequence[str]) -> list[str]:
    """What tells the questions apart (浦口区, 六合区); a whole phrase where that is next to nothing."""
    words = [_words(text) for text in texts]
    shared = [_shared(words[0], other) for other in words[1:]]
    before, after = min(pair[0] for pair in shared), min(pair[1] for pair in shared)
    names = [_CUT_OFF.sub("", "".join(own[before : len(own) - after])).rstrip("的") for own in words]
    if any(re.fullmatch(r"(?:19|20)\d\d", name) for name in names):
        names = [f"{name}年" for name in names]
    return names if all(len(name) > 1 for name in names) else ["".join(own) for own in words]
