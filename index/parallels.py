"""Items of a list, which name only the part they are of: 女性为60.5小时, 其中国债1850万元, 平日260元.

What they measure stands with the figure before them, with the whole they are parts of or in front of a colon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from index.contrasts import contrasts_between
from index.frames import SentenceFact
from index.phrases import cleaned
from index.records import Quantity, Role
from index.roles import STRONG_BOUNDARY
from index.units import DURATION_UNITS, added_in

_ITEM = re.compile(
    r"(?:其中[:,]?)?(?P<name>(?![全本我各该这那的等居占]|[改新扩]?[建造]|服务|供|覆盖|涉及|带动)[\u4e00-\u9fff]{1,7}?"
    r"(?:(?<![小社景地核城])[区县]|(?<![上超夜股楼门集城地县])市|(?<!古)镇|(?<!家)乡|街道|旗|方向|片区|园区|校区|院区|港区|厂区))"
)
"""What a list counts up: a place or a part, without a word for what is measured."""
_PART = re.compile(r"(?:^|[,、;(:。])\s*(?:其中|当中|里头|里面|分项)[:,为是]?")
_LINKED = re.compile(r"[\u4e00-\u9fff]{2,}?(?:则|均|也)?(?:为|是|由)(?:约|近|超)?$")
_RANKED = re.compile(r"^.+?(?:最[高低多少大小快慢]|居[首次]|次之|领先|垫底)$")
_PEAK = re.compile(r"^(?:单[日月周次]|当[日月年]|历史|其中)?(?:最[高低多少大长短久快慢]|峰值|高峰)")
_WITH = re.compile(r"^(?:连同?|含|计入|加上|算上|包括|扣除|剔除|不含|税[前后])")
_RATE = re.compile(r"率$|^(?:人均|户均|平均)")
"""Measures that are told of one kind after the other: 热轧成材率97.9%,冷轧91.6%."""
_BOUND = re.compile(r"^\d+(?:\.\d+)?[\u4e00-\u9fff%]{1,3}?[及或]?以[上下内外]")
_CLASS = re.compile(r"[线船型点层站院校厂店期队组班段类级号楼路桥库馆屋车室池炉井]$")
_PER = re.compile(r"每[\u4e00-\u9fff]{1,2}$")
MEASURE = re.compile(
    r"(?:量|额|率|价|款|费|[基奖现资租佣押罚税]金|薪|工资|收入|支出|收益|利润|成本|产值|增加值|面积|人[数口员]|职工|[农住租用]户|[^其]数|时[间长]"
    r"|[长高深宽厚温湿密强精速]度|水位|流量|距离|里程|补[助贴]|奖励|投资|规模|总值|均值|得分|租金|容量|能力|寿命|余|存|息|税|龄|比|值|项目|企业|贷款|股份)$"
)
"""Ends a phrase that says by itself what it measures."""
_LEAD = re.compile(r"(?P<lead>[^,;。:!?\d]{2,24}):(?!\d)")
_ASIDE_OF_LEAD = re.compile(
    r"^[一二两三四五六七八九十]+[家个项类种]|(?:按[^按,]{1,6}(?:分|看|计)?|分[^分,]{1,4}看?|如下|情况)$"
)
_LIMIT = re.compile(r"^[及或]?以[上下内外]的?")
_NO_WHOLE = re.compile(r"目标|计划|任务|预算数|^(?:[较比]|[上去前]年|同期)")
_SIDE_CHARACTERS = 5
_SHORTEST_MEASURE = 2
_ITEM_CHARACTERS = 10
_NEVER_ADDED = frozenset({"%", "‰", "个百分点", "排名", "date", "倍"})
_TOLERANCE = Decimal("0.002")
"""Rounding may leave the parts of a whole that far from it."""


def measure_of_item(
    view: str,
    figures: Sequence[Quantity],
    number: int,
    start: int,
    phrase: str,
    role: Role,
    above: Sequence[SentenceFact],
    earlier: Sequence[SentenceFact],
) -> str:
    """What figure `number` measures where its own `phrase` is only the name of a part; else empty.

    `start` is where its own part of the sentence begins, `above` the figures of the sentence before.
    """
    quantity = figures[number]
    if role in {Role.LEVEL, Role.CHANGE} and _ITEM.fullmatch(phrase):
        return _of_list(quantity, role, [*above, *earlier])
    name = _BOUND.sub("", phrase)
    if role is not Role.LEVEL or len(name) > _ITEM_CHARACTERS or MEASURE.search(name) or re.search(r"\d", name):
        return ""
    strong = max((match.end() for match in STRONG_BOUNDARY.finditer(view[: quantity.start])), default=0)
    near = [fact for fact in earlier if fact.quantity.start >= strong]
    if part := _part_before(view[strong : quantity.start]):
        wholes = [fact for fact in near if fact.quantity.end <= strong + part]
        items = [fact for fact in near if fact.measure]
        return _measure(_last(wholes, quantity) or _last(items, quantity) or _whole(above, quantity), phrase)
    alike = _of_its_kind(view[start : quantity.start], figures, number, phrase, near, [*above, *earlier])
    if alike is not None:
        return _measure(alike, phrase)
    same_unit = [figure for figure in figures if figure.start >= strong and figure.unit == quantity.unit]
    is_list = len(same_unit) > 1 and quantity.unit not in DURATION_UNITS
    return _noun_of_lead(view[strong:start]) if is_list else ""


def _of_its_kind(
    lead: str,
    figures: Sequence[Quantity],
    number: int,
    phrase: str,
    near: Sequence[SentenceFact],
    before: Sequence[SentenceFact],
) -> SentenceFact | None:
    """The figure that measures the same of another part, or of all; `near` are those of the same run of clauses."""
    quantity = figures[number]
    last, last_near = _last(before, quantity), _last(near, quantity)
    if _WITH.match(phrase):
        return last
    if _RANKED.match(phrase) or _PEAK.match(phrase):
        return last_near or last
    if (
        last_near is not None
        and near[-1] is last_near
        and (_LINKED.search(lead) or (_RATE.search(_own_measure(last_near)) and len(phrase) <= _SIDE_CHARACTERS))
    ):
        return last_near
    if whole := _adding_up(figures, number, near):
        return whole
    return last if last is not None and _is_alike(phrase, last) else None


def _own_measure(fact: SentenceFact) -> str:
    return fact.measure or fact.indicator


def _of_list(quantity: Quantity, role: Role, before: Sequence[SentenceFact]) -> str:
    """What an item of a list measures, where only its name stands there: 全市发放补贴9亿元。甲县3亿元、乙县2亿元."""
    for fact in reversed(before):
        alike = fact.role is Role.LEVEL and added_in(fact.quantity.unit) == added_in(quantity.unit)
        changed = role is Role.CHANGE and fact.role in {Role.LEVEL, Role.CHANGE}
        named = _ITEM.match(fact.indicator)
        measure = fact.indicator[named.end() if named else 0 :].strip()
        if (alike or changed) and len(measure) >= 2:
            return measure
    return ""


def _part_before(text: str) -> int:
    """Where the last 其中 of a run of clauses begins, plus one; 0 where there is none."""
    found = [match.start() for match in _PART.finditer(text)]
    return found[-1] + 1 if found else 0


def _last(facts: Sequence[SentenceFact], quantity: Quantity) -> SentenceFact | None:
    """The last amount in the unit of the figure."""
    return next(
        (
            fact
            for fact in reversed(facts)
            if fact.role is Role.LEVEL and added_in(fact.quantity.unit) == added_in(quantity.unit)
        ),
        None,
    )


def _whole(facts: Sequence[SentenceFact], part: Quantity) -> SentenceFact | None:
    """The last amount of the sentence before that a part may be of; no target, and none smaller than the part."""
    return _last(
        [fact for fact in facts if fact.quantity.value >= part.value and not _NO_WHOLE.search(fact.indicator)], part
    )


def _adding_up(figures: Sequence[Quantity], number: int, near: Sequence[SentenceFact]) -> SentenceFact | None:
    """The whole to which the figures behind it, this one among them, add up: 共168万,财政120万,捐赠31万,项目17万."""
    unit = added_in(figures[number].unit)
    whole = next((one for one in near if one.role is Role.LEVEL and added_in(one.quantity.unit) == unit), None)
    if whole is None or unit in _NEVER_ADDED:
        return None
    total, parts, holds = Decimal(0), 0, False
    for position, figure in enumerate(figures):
        if figure.start <= whole.quantity.start or added_in(figure.unit) != unit:
            continue
        total, parts, holds = total + figure.value, parts + 1, holds or position == number
        if holds and parts >= 2 and abs(total - whole.quantity.value) <= abs(whole.quantity.value) * _TOLERANCE:
            return whole
    return None


def _is_alike(phrase: str, fact: SentenceFact) -> bool:
    """Whether two phrases name parts of one kind: 平日 and 周末, 高速船 and 普通船."""
    kind, per = _CLASS.search(phrase), _PER.search(phrase)
    return bool(
        _other_sides(phrase, fact.indicator)
        or (kind and kind[0] in fact.indicator[:_ITEM_CHARACTERS])
        or (per and per[0] in fact.indicator)
    )


def _other_sides(phrase: str, other: str) -> tuple[str, ...]:
    """Words of `other` that the phrase excludes, where it holds little more than its own side: 平日, 农村居民."""
    return contrasts_between(phrase, other) if len(phrase) <= _SIDE_CHARACTERS else ()


def _measure(fact: SentenceFact | None, phrase: str) -> str:
    """What a figure measures, without the name of the part it is of itself."""
    if fact is None:
        return ""
    if fact.measure:
        return fact.measure if fact.measure not in phrase else ""
    measure = fact.indicator
    cuts = [measure.find(word) + len(word) for word in _other_sides(phrase, measure)]
    kind, per = _CLASS.search(phrase), _PER.search(phrase)
    if kind and kind[0] in measure[:_ITEM_CHARACTERS]:
        cuts.append(measure[:_ITEM_CHARACTERS].rfind(kind[0]) + 1)
    if per and per[0] in measure:
        cuts.append(measure.rfind(per[0]) + len(per[0]))
    if not cuts and measure.endswith("率"):
        cuts = [len(phrase)]  # names of one kind are mostly as long as each other
    cuts = [cut for cut in cuts if len(measure) - cut >= _SHORTEST_MEASURE]
    rest = cleaned(_LIMIT.sub("", measure[max(cuts, default=0) :].strip()))
    return rest if len(rest) >= 2 and rest not in phrase else ""


def _noun_of_lead(text: str) -> str:
    """The noun in front of the colon that opens a list: 供应量按型号:甲型5台,乙型6台."""
    leads = list(_LEAD.finditer(text))
    if not leads or text.count("(") > text.count(")"):
        return ""
    noun = cleaned(_ASIDE_OF_LEAD.sub("", _ASIDE_OF_LEAD.sub("", cleaned(leads[-1]["lead"].lstrip(".)、 ")))))
    return noun if MEASURE.search(noun) else ""
