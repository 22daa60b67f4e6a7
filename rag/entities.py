"""Questions over everyone of a kind: which district has the most, the first three firms, the years above a sum."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import rjieba

from index import Fact, Quantity, aliases, find_quantities
from rag.matching import clauses_of
from rag.places_asked import PlaceIndex, asked_places
from rag.question import clean_question
from rag.ranking import Ranked

_PLACE_KINDS = (
    r"(?:区县|县区|市县|县市|城区|市区|区|县|市|省|自治区|园区|高新区|开发区|经开区|产业园|乡镇|镇街|镇|乡|街道|村"
    r"|地区|地方|城市|州市|州)"
)
_THING_KINDS = (
    r"(?:上市公司|公司|企业|集团|银行|医院|学校|高校|大学|中学|小学|产业链|产业集群|产业|行业|产品|业务|板块|品种|作物"
    r"|港区|码头|机场|景区|景点|古镇|电站|水库|线路|车型|型号)"
)
_KIND = rf"(?P<kind>{_PLACE_KINDS}|{_THING_KINDS}|年份?)"
_COUNTED = r"(?:个|家|所|条|座|种|类|项|款|块|支|只|片)"
_WHICH = rf"(?:有)?(?:哪(?:一|几|些)?{_COUNTED}?{_KIND}|哪里|哪儿|哪边)"
_WAYS = "多|高|大|快|强|长|少|低|小|慢|短|重|贵|便宜"
_WAY = rf"(?P<way>{_WAYS})"
_MOST = re.compile(rf"^(?P<head>.*?){_WHICH}(?:的|里)?(?P<indicator>.+?)(?:数量)?(?:是|又)?最{_WAY}")
_MOST_OF_ALL = re.compile(
    rf"^(?P<indicator>.+?)(?:数量)?最{_WAY}的?(?:前?(?P<first>[两二三四五六七八九十\d]+)(?:个|家|名|位)?)?的?"
    rf"(?:是|有|为|分别是)?(?:(?:哪(?:一|几|些)?{_COUNTED}?)?{_KIND}(?:(?:是|有|分别是)?(?:哪.*|谁))?|哪里|哪儿)[?]?$"
)
_FIRST_FEW = re.compile(
    rf"^(?P<indicator>.+?)(?:排名|排行|排在|位居|位列|居)?(?:全[省市区县国])?前(?P<first>[两二三四五六七八九十\d]+)(?:名|位|强)?"
    rf"的?(?:是|有|分别是)?(?:哪(?:几|些)?{_COUNTED}?)?{_KIND}(?:(?:是|有|分别是)?哪.*)?[?]?$"
)
_ABOVE = r"(?P<above>超过|高于|大于|多于|达到|突破|不低于|不少于|在)"
_BELOW = r"(?P<below>低于|少于|小于|不足|不到|不满|不超过)"
_OVER = re.compile(
    rf"^(?P<head>.*?){_WHICH}(?:的|里)?(?P<indicator>.+?)(?:数量)?(?:{_ABOVE}|{_BELOW})了?(?P<threshold>[^,?]+?)(?:以上|以下)?的?[?]?$"
)
_WHO_IS_OVER = re.compile(
    rf"^(?P<indicator>.+?)(?:数量)?(?:{_ABOVE}|{_BELOW})了?(?P<threshold>[^,?]+?)(?:以上|以下)?的(?:都)?(?:有|是)?{_WHICH}[?]?$"
)
_HOW_MANY_OVER = re.compile(
    rf"^(?P<head>.*?)有?(?:多少|几)(?:个|家)?{_KIND}(?:的|里)?(?P<indicator>.+?)(?:{_ABOVE}|{_BELOW})了?(?P<threshold>[^,?]+?)(?:以上|以下)?的?[?]?$"
)
_CLASS_FIRST = re.compile(
    rf"^(?P<head>.*?)(?:这|那|各)?(?:[两三四五六七八九十几]|\d{{1,2}})?{_COUNTED}(?P<kind>{_PLACE_KINDS}|{_THING_KINDS}|线)(?:里头?|里面|当中|之中|中)?,"
    rf"(?:哪(?:一)?{_COUNTED}?(?:(?P=kind))?(?:的)?(?P<before>[^,]+?)最(?P<way1>{_WAYS})|(?P<indicator>[^,]+?)最(?P<way2>{_WAYS})的(?:是|又是)(?:谁|哪.*))[?]?$"
)
_PATTERNS = (_HOW_MANY_OVER, _WHO_IS_OVER, _OVER, _FIRST_FEW, _MOST, _MOST_OF_ALL)
_NUMERALS = {"两": 2, **{numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)}}
_ANY_PLACE = frozenset({"地方", "地区", "区县", "县区", "市县", "县市", "乡镇", "镇街", "城市", "城区", "市区", "州市"})
_ANYWHERE = "地方"
_YEAR = re.compile(r"(?:19|20)\d\d年$")
_YEAR_SAID = re.compile(r"(?:19|20)\d\d年")
_LEAST_SHARE = 0.4
"""Least share of the best figure's evidence for a figure to name someone of the kind."""
_LONGEST_NAME = 14
_NAME = r"[\u4e00-\u9fffA-Za-z0-9·]{1,14}?"
_NO_NAME = re.compile(
    r"^(?:全[省市区县]|我[省市区县]|[这该各本其]|[两二三四五六七八九十多几一]?[家个]|规模以上|规上|重点|主要|上市|新)?$"
)
_PARK = re.compile(r"(?:高新|开发|经开|园|保税|示范|科技)区$")
_OPENING = re.compile(r"^(?:其中|其次|此外|另外|以及|和|与|而|则|在|按|看|分|从|是|为|的|由)+")


@dataclass(frozen=True, slots=True)
class EntityQuestion:
    """A question that every place, firm, product or year of a kind may answer."""

    text: str
    """The figure asked for, of nobody in particular: 2023年高新技术企业是多少."""
    head: str
    indicator: str
    kind: str
    way: str
    """多, 高, 少 ...; empty where a threshold is asked for."""
    first: int = 1
    """How many of them are asked for; the rest is shown as context."""
    above: Decimal | None = None
    """Threshold in base units that a figure must reach."""
    below: Decimal | None = None
    threshold: str = ""
    """The condition as the question words it: 超过500家."""
    unit: str = ""
    """Of the threshold."""
    counted: bool = False
    """Whether the question asks how many they are."""

    @property
    def measure_word(self) -> str:
        """What such are counted in."""
        return "家" if self.kind in {"公司", "企业", "上市公司", "集团", "银行"} else "个"

    @property
    def of_years(self) -> bool:
        """Whether years are set against each other."""
        return self.kind.startswith("年")

    @property
    def of_places(self) -> bool:
        """Whether places are."""
        return bool(re.fullmatch(_PLACE_KINDS, self.kind))

    def text_about(self, name: str) -> str:
        """The question about one of them."""
        head = _YEAR_SAID.sub("", self.head) if self.of_years else self.head
        return f"{head}{name}{'' if self.of_years else '的'}{self.indicator}是多少"

    def is_of(self, one: Ranked, name: str) -> bool:
        """Whether a figure is the named one's."""
        if self.of_years:
            return one.fact.period == name
        if self.of_places and name in one.fact.place:
            return True
        return (
            name in f"{one.fact.indicator} {clauses_of(one.candidate)} {_row_label(one)} {one.candidate.passage.title}"
        )

    def met_by(self, value: Decimal) -> bool:
        """Whether a value in base units meets the threshold; true where there is none."""
        return (self.above is None or value >= self.above) and (self.below is None or value < self.below)


def entity_question(text: str, places: PlaceIndex) -> EntityQuestion | None:
    """Read a question over everyone of a kind; None where it is none."""
    view = clean_question(text)
    named = _CLASS_FIRST.match(view)
    if named:
        indicator = named["before"] or named["indicator"]
        view = f"{named['head'].rstrip('的')}哪个{named['kind']}的{indicator}最{named['way1'] or named['way2']}"
    for pattern in _PATTERNS:
        match = pattern.match(view)
        if match:
            return _read(match.groupdict(), places, counted=pattern is _HOW_MANY_OVER)
    return None


def _read(groups: dict[str, str | None], places: PlaceIndex, *, counted: bool) -> EntityQuestion | None:
    kind, head = groups["kind"] or _ANYWHERE, (groups.get("head") or "").strip(",的在")
    indicator = (groups["indicator"] or "").strip(",的是有")
    threshold = groups.get("threshold")
    limits = find_quantities(threshold) if threshold else []
    if threshold and len(limits) != 1:
        return None
    if not head:
        head, indicator = _head_of(indicator, places)
    indicator = re.sub(r"(?:排名|排行|从高到低|从多到少)$", "", indicator)
    if not 1 < len(indicator) <= 24 or re.search(r"[多哪]|几|谁|什么", f"{head}{indicator}"):
        return None
    first = groups.get("first")
    limit = limits[0] if limits else None
    word = groups.get("above") or groups.get("below") or ""
    return EntityQuestion(
        f"{head}{indicator}是多少",
        head,
        indicator,
        kind,
        groups.get("way") or ("" if threshold else "多"),
        _NUMERALS.get(first, 0) or int(first) if first else 1,
        _limit(limit, bool(groups.get("above"))),
        _limit(limit, bool(groups.get("below"))),
        f"{word}{threshold}{'以上' if word == '在' else ''}" if threshold else "",
        limit.unit if limit else "",
        counted,
    )


def _limit(limit: Quantity | None, stated: bool) -> Decimal | None:
    return limit.value if limit and stated else None


def _head_of(indicator: str, places: PlaceIndex) -> tuple[str, str]:
    """Place and year in front of what is measured."""
    end = 0
    year = re.match(r".{0,12}?(?:19|20)\d\d年(?:[末底]|上半年|下半年)?", indicator)
    if year:
        end = year.end()
    for place in asked_places(indicator, places):
        for name in place.names:
            if indicator.startswith(name):
                end = max(end, len(name))
    return indicator[:end], indicator[end:].lstrip("各的")


def names_among(ranked: Sequence[Ranked], asked: EntityQuestion) -> list[str]:
    """Names of everyone of the kind that a figure with most of the question's words is of, best first."""
    fitting = [one for one in ranked if one.features.unit > 0 and one.features.role > 0]
    if asked.head and not asked.of_places and not asked.of_years:
        fitting = [one for one in fitting if _is_said_of(asked.head, one)]
    if asked.unit:
        fitting = [one for one in fitting if one.fact.unit == asked.unit]
    if not fitting:
        return []
    least = _LEAST_SHARE * max(one.features.clause for one in fitting)
    names: dict[str, None] = {}
    for one in fitting:
        if one.features.clause >= least:
            names.update(dict.fromkeys(_names_of(one, asked)))
    return list(names)


def _is_said_of(owner: str, one: Ranked) -> bool:
    """Whether the owner whose things are asked about (恒岳精密哪块业务), its year aside, is named around a figure."""
    passage = one.candidate.passage
    return _YEAR_SAID.sub("", owner).strip(",的") in f"{passage.title}{passage.section}{passage.place}{passage.view}"


def _names_of(one: Ranked, asked: EntityQuestion) -> Iterator[str]:
    fact = one.fact
    if asked.of_years:
        if _YEAR.fullmatch(fact.period):
            yield fact.period
        return
    if asked.of_places:
        name = _place_name(fact, asked.kind)
        if name:
            yield name
            return
    label = _row_label(one)
    if label:
        yield label
        return
    own = fact.indicator.removesuffix(asked.indicator).rstrip("的")
    if own != fact.indicator and 1 < len(own) <= _LONGEST_NAME and rjieba.cut(fact.indicator)[-1] == asked.indicator:
        yield own
        return
    names = [name for text in (fact.indicator, _words_before(one)) for name in _called(text, asked.kind)]
    yield from names[:1]


def _place_name(fact: Fact, kind: str) -> str:
    names = aliases(fact.place) if fact.place else ()
    if not names:
        return ""
    name = names[min(1, len(names) - 1)] if len(names) > 2 else names[0]
    is_one = name.endswith(kind) and not (kind == "区" and _PARK.search(name))
    return name if kind in _ANY_PLACE or is_one else ""


def _row_label(one: Ranked) -> str:
    """The first cell of a table row; empty for prose."""
    view = one.candidate.sentence.view
    cells = [cell.strip() for cell in re.split(r"[\t|]", view)]
    named = [cell for cell in cells[:2] if re.search(r"[\u4e00-\u9fff]", cell)]
    return named[0] if len(cells) > 1 and named and len(named[0]) <= 16 else ""


def _words_before(one: Ranked) -> str:
    view, fact = one.candidate.sentence.view, one.fact
    return view[: fact.view_start].rpartition("。")[2]


def _called(text: str, kind: str) -> list[str]:
    """Names that end with the kind (绿色石化产业链), the nearest to the end first."""
    endings = {"公司": "(?:公司|集团|股份)", "企业": "(?:企业|公司|集团|股份)"}.get(kind, kind)
    found = []
    for piece in re.split(r"[,;:、。()“”\s]|\d+(?:\.\d+)?", text):
        match = re.match(rf"(?P<name>{_NAME}){endings}", _OPENING.sub("", piece))
        if match and not _NO_NAME.fullmatch(match["name"]):
            found.append(match.group())
    return found[::-1]
