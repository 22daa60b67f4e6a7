"""The sides of a comparison, a sum or a list: names, and whole phrases with what they share given to each."""

from __future__ import annotations

import re

from index import find_periods
from rag.asked_nouns import noun_at_end
from rag.places_asked import PlaceIndex, asked_places

_CONJUNCTION = re.compile(
    r"、|以及|还有|和(?!平区|县|田|顺)|与|跟(?!踪)|及(?!其)|同(?=[^比期时])|还是|,(?=[^,]{2,}$)|\bvs\.?\b|/"
)
_LIST_CONJUNCTION = re.compile(r"、|以及|还有|和(?!平区|县|田|顺)|与|及(?!其)")
_YEAR_LAST = re.compile(r"(?:19|20)\d\d年(?:[末底初]|上半年|下半年)?$")
YEAR_FIRST = re.compile(r"(?:19|20)\d\d年(?:[末底初]|上半年|下半年)?")
YEAR_ONLY = re.compile(r"(?:19|20)\d\d年?(?:[末底初]|上半年|下半年)?")
_COUNTED = re.compile(r"(?:这|等)?(?:[两三四五六七八九十]|(?<!\d)\d{1,2})(?:大|个|类|家|种|条|项|款|所|座|地|者|年)")
_NUMERAL_LIST = re.compile(r"第?(?P<numerals>[一二三四](?:、[一二三四])*(?:、|和|与)[一二三四])(?P<noun>产业|季度)")


def sides_of(text: str, places: PlaceIndex) -> list[tuple[str, str]]:
    """Listed sides as (name, full noun phrase): what the first or the last item shares is given to all."""
    text = _NUMERAL_LIST.sub(_spelt_out, text)
    items = [item for item in _LIST_CONJUNCTION.split(text) if item.strip()]
    if len(items) < 2:
        items = [item for item in _CONJUNCTION.split(text) if item.strip()]
    if len(items) < 2:
        return []
    items = _leading_context_removed(items, places)
    years = _listed_years(items)
    if years:
        return years
    first_place, last_place = asked_places(items[0], places), asked_places(items[-1], places)
    if first_place and last_place and any(items[0] == name for place in first_place for name in place.names):
        return _with_shared_tail(items, places)
    if "的" in items[-1] and ("的" not in items[0] or (first_place and last_place)):
        return _with_tail_behind_of(items, "" if last_place else _shared_prefix(items[0], places, False))
    if first_place and last_place and "的" not in items[0]:
        return _with_shared_tail(items, places)
    tail = _shared_tail(items)
    if tail:
        shared = _shared_prefix(items[0], places, False)
        names = [*items[:-1], items[-1][: -len(tail)]]
        return [(name, f"{shared if number else ''}{name}{tail}") for number, name in enumerate(names)]
    prefix = _owner_of_quantities(items) or _shared_prefix(
        items[0], places, bool(re.match(r"(?:19|20)\d\d年", items[1]))
    )
    return [
        (item[len(prefix) :] if number == 0 else item, item if number == 0 else prefix + item)
        for number, item in enumerate(items)
    ]


def _spelt_out(match: re.Match[str]) -> str:
    """一、二、三产业 as 第一产业、第二产业、第三产业."""
    return "、".join(f"第{numeral}{match['noun']}" for numeral in re.findall("[一二三四]", match["numerals"]))


def _leading_context_removed(items: list[str], places: PlaceIndex) -> list[str]:
    """Puts an opening phrase (2023年, / 东丽区2024年教师招聘,) back in front of the first item."""
    if (
        len(items) >= 3
        and (find_periods(items[0], None) or asked_places(items[0], places))
        and not re.search(r"[家个项]", items[0])
    ):
        head = items[0]
        if not YEAR_ONLY.fullmatch(items[1]) and re.search(r"年$|招聘$|中$|里$|上$", head):
            return [head + items[1], *items[2:]]
    return items


def _with_shared_tail(items: list[str], places: PlaceIndex) -> list[tuple[str, str]]:
    """东丽区、西青区雏鹰企业: the last item's indicator belongs to every place."""
    last = items[-1]
    names = [name for place in asked_places(last, places) for name in place.names if last.startswith(name)]
    head = max(names, key=len, default="")
    tail = last[len(head) :]
    if head and tail and all(len(item) <= len(head) + 6 for item in items[:-1]):
        return [*((item, item + tail) for item in items[:-1]), (head, last)]
    return [(item, item) for item in items]


def _with_tail_behind_of(items: list[str], prefix: str) -> list[tuple[str, str]]:
    """火电、风电的发电量: what stands behind the last 的 belongs to all, and so does the first item's `prefix`."""
    tail = items[-1][items[-1].find("的") :]
    sides = []
    for number, item in enumerate(items):
        name, _, own = item.partition("的")
        sides.append((name, f"{prefix if number else ''}{item if len(own) > 1 else name + tail}"))
    return sides


def _listed_years(items: list[str]) -> list[tuple[str, str]]:
    """2023年 and 2022年 of 东丽区2023年、2022年产值 with owner and indicator; empty where no years are listed."""
    first, last = _YEAR_LAST.search(items[0]), YEAR_FIRST.match(items[-1])
    if not first or not last or not all(YEAR_ONLY.fullmatch(item) for item in items[1:-1]):
        return []
    owner, tail = items[0][: first.start()], items[-1][last.end() :]
    counted = _COUNTED.match(tail)
    tail = tail[counted.end() :] if counted else tail
    years = [first.group(), *items[1:-1], last.group()]
    return [(year, f"{owner}{year}{tail}") for year in years]


def _shared_tail(items: list[str]) -> str:
    """产业产值 of 纺织、家电、医疗器械三个产业产值: what the last item says of all; empty where it says nothing."""
    counted = _COUNTED.search(items[-1])
    if counted and counted.start() > 1 and counted.end() < len(items[-1]):
        return items[-1][counted.start() :]
    named = noun_at_end(items[-1])
    if named is None or not named.is_quantity or any(_is_quantity(item) for item in items[:-1]):
        return ""
    year = _YEAR_LAST.search(items[-1][: named.start])
    start = year.start() if year else named.start
    return items[-1][start:] if start > 1 else ""


def _is_quantity(phrase: str) -> bool:
    named = noun_at_end(phrase)
    return named is not None and named.is_quantity


def _owner_of_quantities(items: list[str]) -> str:
    """云麓L7 of 云麓L7车长和轴距: what the first of several bare quantities is of; empty where they are not bare."""
    first = noun_at_end(items[0])
    bare = [noun_at_end(item) for item in items[1:]]
    if first is None or not first.is_quantity or not all(named and named.start == 0 for named in bare):
        return ""
    return items[0][: first.start]


def _shared_prefix(first: str, places: PlaceIndex, other_is_period: bool) -> str:
    cut = first.rfind("的")
    if cut > 0:
        return first[: cut + 1]
    comma = max(first.rfind(","), first.rfind(":"))
    end = (
        0
        if other_is_period
        else max((m.end for m in find_periods(first, None) if not m.is_base and m.period.text), default=0)
    )
    for place in asked_places(first, places):
        for name in place.names:
            position = first.find(name)
            if position >= 0:
                end = max(end, position + len(name))
                break
    return first[: max(end, comma + 1)]
