"""The sides of a comparison, a sum or a list: names, and whole phrases with what they share given to each."""

from __future__ import annotations

import re

from index import contrasted, find_periods
from rag.asked_nouns import noun_at_end
from rag.carrying import in_place_of_its_like
from rag.places_asked import PlaceIndex, asked_places

_CONJUNCTION = re.compile(
    r"、|以及|还有|和(?!平区|县|田|顺)|与|跟(?!踪)|及(?!其)|(?<![合共不相])同(?=[^比期时])|还是|,(?=[^,]{2,}$)|\bvs\.?\b|/"
)
_LIST_CONJUNCTION = re.compile(r"、|以及|还有|和(?!平区|县|田|顺)|与|及(?!其)")
_YEAR_LAST = re.compile(r"(?:19|20)\d\d年(?:[末底初]|上半年|下半年)?$")
YEAR_FIRST = re.compile(r"(?:19|20)\d\d年(?:[末底初]|上半年|下半年)?")
YEAR_ONLY = re.compile(r"(?:19|20)\d\d年?(?:[末底初]|上半年|下半年)?")
_LONGEST_PARENT = 4
"""Characters that may stand in front of a place's name: 哈尔滨 of 哈尔滨松北区."""
_NUMBER_SAID = re.compile(r"这?([两三四五])(?:大|个|类|家|种|条|项|款|所|座|地|者|支)")
_NUMERALS = {"两": 2, "三": 3, "四": 4, "五": 5}
_COUNTED = re.compile(
    r"(?:这|等)?(?:[两三四五六七八九十]|(?<!\d)\d{1,2})(?:大|个|类|家|种|条|项|款|所|座|地|者|年|[县区市镇乡园省](?![委级]))"
)
_ORGANISATION = re.compile(r"[^的,]{4,14}(?:集团|公司|银行|股份|大学|学院|医院|基地|研究院)")
"""A name by itself, whatever place it begins with: 渤东港口集团."""
_CLASSED = re.compile(r"[^的,]*?(?P<kind>[级类型性])$")
_RESULT_OR_AIM = re.compile(r"(?:的?(?:实际|预计|目标|计划|任务)?(?:完成|实现)?(?:数|值|额)?)?")
_AIM = re.compile(r"的?(?:目标|计划|任务)$")
_TWO_WITH_A_PAIR = re.compile(r"([^跟、]+?和[^跟、]+)跟([^和与、]+)")
"""意外和健康险跟责任险 are two: 跟 sets them apart, 和 stands within the first."""
_NUMERAL_LIST = re.compile(r"第?(?P<numerals>[一二三四](?:、[一二三四])*(?:、|和|与)[一二三四])(?P<noun>产业|季度)")


def sides_of(text: str, places: PlaceIndex) -> list[tuple[str, str]]:
    """Listed sides as (name, full noun phrase): what the first or the last item shares is given to all."""
    text = _NUMERAL_LIST.sub(_spelt_out, text)
    outer = _TWO_WITH_A_PAIR.fullmatch(text)
    items = list(outer.groups()) if outer else [item for item in _LIST_CONJUNCTION.split(text) if item.strip()]
    said = _NUMBER_SAID.search(text)
    if said and len(items) == _NUMERALS.get(said[1], len(items)) + 1:
        items = [item for item in re.split("、|和|与|以及", text) if item.strip()]
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
    tail = _shared_tail(items) or _noun_of_classes(items)
    if tail:
        shared = _shared_prefix(items[0], places, False)
        names = [items[0][len(shared) :], *items[1:-1], items[-1][: -len(tail)]]
        return [(name, f"{shared}{name}{tail}") for name in names]
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
    ends = [
        last.find(name) + len(name)
        for place in asked_places(last, places)
        for name in place.names
        if 0 <= last.find(name) <= _LONGEST_PARENT
    ]
    head = last[: max(ends, default=0)]
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


def _noun_of_classes(items: list[str]) -> str:
    """孵化器 of 国家级和省级孵化器: the noun behind the last of several classes."""
    classes = [_CLASSED.fullmatch(item) for item in items[:-1]]
    if not all(classes):
        return ""
    kinds = {match["kind"] for match in classes if match}
    last = re.match(rf"[^的,]{{1,4}}?[{''.join(kinds)}](?=[^,]{{2,}}$)", items[-1])
    return items[-1][last.end() :] if last else ""


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
            if position >= 0 and not _ORGANISATION.fullmatch(first[position:]):
                end = max(end, position + len(name))
                break
    prefix = first[: max(end, comma + 1)]
    return prefix if len(prefix) < len(first) else ""


def completed(right: str, left: str, places: PlaceIndex) -> str:
    """The second side of a comparison with what it leaves to the first: its place and its noun."""
    year = YEAR_FIRST.match(right)
    if year and YEAR_FIRST.search(left) and _RESULT_OR_AIM.fullmatch(right[year.end() :]):
        said = right[year.end() :].strip("的数")
        return f"{_AIM.sub('', YEAR_FIRST.sub(year.group(), left, count=1))}{said}"
    topic, _, rest = left.rpartition(",")
    if topic and rest and not asked_places(right, places) and not find_periods(right, None):
        return f"{topic},{completed(right, rest, places)}"
    swapped = _swapped(right, left, places)
    if swapped is not None:
        return swapped
    result = right
    if not asked_places(right, places):
        for place in asked_places(left, places):
            name = next((name for name in place.names if name in left), "")
            result = f"{name}{result}"
    noun = left[left.rfind("的") + 1 :] if "的" in left else ""
    if noun and len(right) <= 10 and noun not in right and "的" not in right.rstrip("的"):
        result = f"{result.rstrip('的')}的{noun}"
    elif "的" not in left and asked_places(right, places) and len(right) <= 8:
        result = f"{result}{_without_place(left, places)}"
    return result


def _swapped(right: str, left: str, places: PlaceIndex) -> str | None:
    """The first side with `right` in the place of its like: another quantity, the other of a contrast, a thing."""
    own = noun_at_end(right)
    if own is not None and own.is_quantity and own.text == right and noun_at_end(left) is not None and "的" in left:
        return f"{left[: left.rfind('的') + 1]}{right}"
    partner = contrasted(left, right)
    if partner:
        return f"{left[: len(left) - len(partner)]}{right}"
    if asked_places(right, places) or find_periods(right, None):
        return None
    return in_place_of_its_like(right, left, places)


def _without_place(text: str, places: PlaceIndex) -> str:
    for place in asked_places(text, places):
        for name in place.names:
            if name in text:
                return text.replace(name, "", 1)
    return text
