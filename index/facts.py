"""Facts: each figure of a sentence with what it measures, where, when and how sure.

The rules read how figures are written in Chinese reports: the part of the sentence that belongs to one figure, the noun
phrase in front of or behind it, the indicator that a growth rate or a rank inherits from the amount before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from index.periods import UNKNOWN, Period, PeriodMention, compatible, find_periods
from index.places import find_parks, named_divisions
from index.quantities import is_count, quantities_in_view
from index.records import Quantity, Role, Status
from index.units import DURATION_UNITS

_BOUNDARY = re.compile(
    r"[,;:、。!?\[\]【】「」]|--|以?及(?=[^,;。、]{0,12}\d)|和(?=[^,;。、]{0,12}\d)|\((?![^()\d]{1,6}\))|(?<![(][^()\d])(?<![(][^()\d]{2})(?<![(][^()\d]{3})(?<![(][^()\d]{4})\)"
)
_STRONG_BOUNDARY = re.compile(r"[;。!?]|[一二三四五六七八九]是")
_TARGET = re.compile(
    r"力争|争取(?=[^各])|(?<!任务)(?<!核心)目标(?=[为是:达定]|[^,。;]{0,4}\d)|计划(?:再|新|建|增|于|完成|实现|到|招|安排|投|达|引|开|年)|[Tt]arget|拟(?=[新建引投增])|将(?=达|突破|实现|新|推动|超|建|增|完成|投|安排|有|连续|共)|明年|"
    r"到20\d\d年底?,?(?:力争|实现|建成|达|新|全)|要(?=达到|突破|实现|完成|新增)|确保|不少于|预期|规划到"
)
_ESTIMATE = re.compile(r"预计|预期|预估|[Ff]orecast|估计|有望|料(?=将)")
_TARGET_HEADING = re.compile(
    r"工作(?:安排|思路|打算|计划|目标|重点|任务)|下一步|下阶段|(?:20\d\d|明|来|新)(?:年|一年)(?:的)?(?:主要)?(?:工作|目标|打算|计划|安排|思路|展望|任务)|发展目标|经营计划|展望|新一年"
)
_RESULT_HEADING = re.compile(r"总结|完成情况|开展情况|回顾|成效|举措|进展")
_CHANGE = re.compile(
    r"增长|增速|增幅|下降|降低|降幅|提高|提升|上升|上涨|下跌|减少|减幅|回落|同比|环比|涨幅|跌幅|增加(?!值)|扩大|收窄|压缩|缩短|压减|快于|高于|低于|高出|翻|升(?=\d|了)|降(?=\d|了)|前移|多(?=\d)|按年|YoY|恢复"
)
_LEVEL_AFTER_CHANGE = re.compile(r"(?:到|至|为|达|增值)[^,;。]{0,6}$")
_SHARE = re.compile(r"占|比重|占比|份额|比例|半壁")
_COMPLETION = re.compile(r"完成率|完成(?:全年|年度|年初|目标|任务|计划)[^,;。]{0,10}的?$|进度|任务的")
_CONTRIBUTION = re.compile(r"拉动|贡献")
_RATE_NAME = re.compile(
    r"(?:率|强度|比重|占比|比例|覆盖面|指数|利率|税率|收益率)(?:达到?|为|是|约|近|超过?|提高到|上升到|升至|降至|至|到|突破|保持在|稳定在|不低于)*$"
)
_CHANGED_BY = re.compile(r"(?:增长|下降|增加|减少|提升|提高|降低|上升|前移|同比|环比|上涨|下跌|缩短|压缩)了?$")
_FROM_TO = re.compile(
    r"(?:扩大|提高|增长|发展|缩短|下降|上升|增加|减少|提升|降低|压缩|增|升|降|减|扩|缩|变|上涨|拓展|扩展|壮大|延长|跃升|调整|扩容|涨)?(?:到|至|为|成)了?"
)

_YEAR_BEFORE = re.compile(
    r"(?:较|比|由|从|低于|高于|多于|,|\()(?:上年|去年|上一年|前一年)(?:同期|末|底|全年)?(?:的|为|是)?$"
)
_IN_TURN = re.compile(r"(?:分别|依次|各)(?:为|是|达到?|有|占|增长|下降|提高|完成|实现|约|超)*")
_LEADING_NOISE = re.compile(
    r"^(?:[,;:、\s\"“”'‘’)）(]|其中|同时|此外|目前|截至[^,]{0,10}|截止[^,]{0,10}|累计|全年|共计?|已经?|现有|拥有|还|并|且|也|又|再|分别|今年|去年|当年|近年来|以来|以及|及|和|与|或|等|"
    r"一是|二是|三是|四是|五是|的|了|约|近|超|达到?|为|是|有(?![效机色限关])|在(?![孵册建职岗校线园])|于|从|到|至|由|对|新(?=的))+"
)
_TRAILING_NOISE = re.compile(
    r"(?:[\s\"“”'‘’(（:]|预计|力争|争取|累计|总计|合计|共计?|达到?了?|达成|突破|超过?|实现|完成|为|是|有|约|近|逾|已|就|仅|只|不足|不到|至|到|了|增至|升至|降至|增加|增长|提高|提升|下降|上升|降低|减少|扩大|"
    r"缩短|发展|壮大|的|共有|拥有|将|可|能|分别|均|都|在|于|从|由|占|接近|高达|多达|组织|开展|举办|建成|新增|位居|位列|排名|列|居|保持|稳定|增速|同比|环比|比上年|较上年|比去年|较去年|比前一年)+$"
)
_AFTER_NOUN = re.compile(r"^(?:的)?([\u4e00-\u9fffA-Za-z“”\"()·-]{2,24})")
_AFTER_STOP = re.compile(
    r"^(?:以上|以下|左右|增长|下降|同比|环比|实现|完成|获|列入|入选|被|在|已|正|将|均|为|是|有|占|较|比|居|位|其中|并|且|而|等|于|至|到|,|和|及|参加|申报|购买|参与|惠及|支持|上榜|榜上|落地|签约|提升|突破|使用|通过|达)"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a sentence inherits from the text above it."""

    place: str
    period: Period
    section: str
    reference_year: int | None
    report_end: int
    """Last month the report looks back on (year*12+month-1), 0 where unknown; later periods are targets."""
    carried: Period = UNKNOWN
    """Period stated by the sentence before in the same paragraph."""


@dataclass(frozen=True, slots=True)
class SentenceFact:
    """A figure of one sentence view, before it gets ids and original offsets."""

    quantity: Quantity
    segment_start: int
    segment_end: int
    role: Role
    status: Status
    indicator: str
    place: str
    period: Period


def facts_in_sentence(view: str, setting: Setting) -> tuple[list[SentenceFact], Period]:
    """Facts of one sentence view in order, and the period it leaves to the next sentence."""
    quantities = quantities_in_view(view)
    periods = find_periods(view, setting.reference_year)
    figures = [quantity for quantity in quantities if not _is_base_date(quantity, periods)]
    segments = _segments(view, figures)
    in_turn = _figures_in_turn(view, figures)
    facts: list[SentenceFact] = []
    for number, (quantity, (start, end)) in enumerate(zip(figures, segments, strict=True)):
        if number in in_turn:
            start, end = quantity.start, quantity.end
        left = view[_clause_start(view, quantity.start) : quantity.start]
        role = _role(quantity, view[start : quantity.start], left, view[quantity.end : end])
        period = _period_of(quantity, view, periods, setting)
        facts.append(
            SentenceFact(
                quantity,
                start,
                end,
                role,
                _status(view, quantity, period, setting),
                in_turn.get(number) or _indicator(view, quantity, start, end, role, facts),
                _place_of(view, quantity, setting),
                period,
            )
        )
    return facts, _period_left(view, periods, setting)


def _period_left(view: str, periods: list[PeriodMention], setting: Setting) -> Period:
    """What the next sentence inherits: the last period that opens a clause here, else what was inherited."""
    for mention in reversed(periods):
        opens = re.search(r"(?:^|[,;:。])(?:截[至止]|到|自|从|在|早在|于)?$", view[: mention.start])
        if opens and not mention.is_base and mention.period.known:
            return mention.period
    return setting.carried


def _is_base_date(quantity: Quantity, periods: list[PeriodMention]) -> bool:
    return quantity.unit == "date" and any(m.is_base and m.start <= quantity.start < m.end for m in periods)


def _segments(view: str, figures: list[Quantity]) -> list[tuple[int, int]]:
    """For each figure the stretch of text that speaks of it alone: from the boundary before to the one behind."""
    cuts = [0] + [match.end() for match in _BOUNDARY.finditer(view)] + [len(view)]
    ends = [match.start() for match in _BOUNDARY.finditer(view)] + [len(view)]
    spans = []
    for number, figure in enumerate(figures):
        start = max(cut for cut in cuts if cut <= figure.start)
        end = min((cut for cut in ends if cut >= figure.end), default=len(view))
        if number and figures[number - 1].unit != "date":
            start = max(start, min(figures[number - 1].end, figure.start))
        if number + 1 < len(figures):
            end = max(figure.end, min(end, figures[number + 1].start))
        spans.append((start, end))
    return spans


def _figures_in_turn(view: str, figures: list[Quantity]) -> dict[int, str]:
    """Indicators of figures given in turn: 汽车、电池产量分别为4.6万辆和12.8吉瓦时; by position in `figures`."""
    indicators: dict[int, str] = {}
    for match in _IN_TURN.finditer(view):
        strong = max((m.end() for m in _STRONG_BOUNDARY.finditer(view[: match.start()])), default=0)
        group = _run_of_figures(view, figures, match.end())
        names = _listed_names(view[strong : match.start()], len(group)) if len(group) >= 2 else []
        measure = re.split(r"[,、;]|(?<=[\d%元家个项])", view[strong : match.start()])[-1]
        for number, name in zip(group, names, strict=False):
            tail = "" if name.endswith(measure) or len(measure) > 8 else measure
            indicators[number] = _clean(name) + _clean(tail)
    return indicators


def _run_of_figures(view: str, figures: list[Quantity], start: int) -> list[int]:
    """Positions of the figures listed from `start` on with nothing but 、和, between them."""
    run: list[int] = []
    position = start
    for number, figure in enumerate(figures):
        if figure.start < start:
            continue
        if not re.fullmatch(r"(?:[、,和与及]|以及|[增下][长降]|为|约|近|超)*", view[position : figure.start]):
            break
        run.append(number)
        position = figure.end
    return run


def _listed_names(text: str, count: int) -> list[str]:
    """The last list of exactly `count` names in a text; empty where there is none."""
    for clause in reversed(re.split(r"[,;:。]", text)):
        names = [
            name
            for name in re.split(
                r"、|和|与|及|以及", re.sub(r"(?<=[\u4e00-\u9fff])(?:为前.位|等.[类种项])$", "", clause)
            )
            if name.strip()
        ]
        if len(names) == count and not re.search(r"\d", clause):
            shared = re.search(
                r"(?:产量|收入|增加值|产值|数量|占比|增速|面积|销量|浓度|人数|发电量|利润|投资|价格|比重)$", names[-1]
            )
            return [
                name if shared is None or name.endswith(shared.group()) else name + shared.group() for name in names
            ]
    return []


def _clause_start(view: str, position: int) -> int:
    return max((m.end() for m in re.finditer(r"[,;:。!?、]", view[:position])), default=0)


def _role(quantity: Quantity, before: str, clause: str, after: str) -> Role:
    if quantity.unit == "date":
        return Role.DATE
    if quantity.unit == "排名":
        return Role.RANK
    if quantity.unit == "个百分点":
        return Role.CONTRIBUTION if _CONTRIBUTION.search(clause) else Role.CHANGE
    if quantity.unit in {"%", "‰"} or (not quantity.unit and quantity.value < 1):
        return _percent_role(before or clause, clause, after)
    if quantity.unit in {"倍", "番"}:
        return Role.CHANGE if _CHANGE.search(clause) else Role.LEVEL
    if not _LEVEL_AFTER_CHANGE.search(before) and _CHANGED_BY.search(before):
        return Role.CHANGE
    return Role.LEVEL


def _percent_role(before: str, clause: str, after: str) -> Role:
    if _CONTRIBUTION.search(clause):
        return Role.CONTRIBUTION
    if _COMPLETION.search(before):
        return Role.COMPLETION
    change, share = list(_CHANGE.finditer(clause)), list(_SHARE.finditer(clause))
    if change and not _LEVEL_AFTER_CHANGE.search(clause) and (not share or share[-1].start() < change[-1].start()):
        return Role.CHANGE
    if share or after.startswith(("的股", "以上是")):
        return Role.SHARE
    if re.search(r"增速|增幅|降幅|涨幅|跌幅", clause):
        return Role.CHANGE
    return Role.LEVEL


def _status(view: str, quantity: Quantity, period: Period, setting: Setting) -> Status:
    left = view[: quantity.start]
    strong = max((m.end() for m in _STRONG_BOUNDARY.finditer(left)), default=0)
    clause = left[_clause_start(left, len(left)) :]
    if _ESTIMATE.search(clause) or (_ESTIMATE.search(left[strong:]) and clause.startswith(("以上",))):
        return (
            Status.TARGET
            if period.known and setting.report_end and period.start > setting.report_end
            else Status.ESTIMATE
        )
    if _TARGET.search(left[strong:] + view[quantity.start : quantity.end]) or re.search(
        r"^的?(?:年度)?目标", view[quantity.end :]
    ):
        return Status.TARGET
    if period.known and setting.report_end and period.start > setting.report_end:
        return Status.TARGET
    last_heading = setting.section.rsplit(" / ", 2)
    plans = any(_TARGET_HEADING.search(heading) and not _RESULT_HEADING.search(heading) for heading in last_heading)
    looks_back = period.known and setting.report_end and period.end <= setting.report_end
    return Status.TARGET if plans and not looks_back else Status.RESULT


def _period_of(quantity: Quantity, view: str, periods: list[PeriodMention], setting: Setting) -> Period:
    """The nearest period stated before the figure in its sentence, else what is inherited."""
    own = [m for m in periods if m.start <= quantity.start < m.end]
    if quantity.unit == "date" and own:
        return own[0].period
    stated = [m for m in periods if not m.is_base and m.end <= quantity.start and m.period.text]
    if _YEAR_BEFORE.search(view[: quantity.start]):
        return _year_before(stated, setting)
    after = [m for m in periods if not m.is_base and m.start >= quantity.end and not stated]
    for mention in reversed(stated):
        if mention.explicit or mention.period.known:
            return _narrowed(mention, stated, setting)
    if stated:
        return stated[-1].period
    if after and re.match(r"^[^,;。]{0,3}$", view[quantity.end : after[0].start]):
        return after[0].period
    if setting.carried.known:
        return setting.carried
    return setting.period


def _year_before(stated: list[PeriodMention], setting: Setting) -> Period:
    """The period a year earlier, for the foot of a comparison: 较上年同期的15.92亿元."""
    current = next(
        (m.period for m in reversed(stated) if m.period.known),
        setting.carried if setting.carried.known else setting.period,
    )
    if not current.known:
        return UNKNOWN
    year = current.start // 12
    text = current.text.replace(str(year), str(year - 1), 1) if str(year) in current.text else f"{year - 1}年"
    return Period(current.start - 12, current.end - 12, text)


def _narrowed(mention: PeriodMention, stated: list[PeriodMention], setting: Setting) -> Period:
    """A part of a year whose year stands earlier in the sentence: 2024年…,上半年…."""
    if mention.explicit:
        return mention.period
    earlier = [m.period for m in stated if m.explicit and m.end <= mention.start and len(m.period.years) == 1]
    if earlier and mention.period.known and not compatible(earlier[-1], mention.period):
        shift = earlier[-1].start // 12 - mention.period.start // 12
        text = re.sub(r"^\d{4}", str(earlier[-1].start // 12), mention.period.text)
        return Period(mention.period.start + shift * 12, mention.period.end + shift * 12, text)
    carried = setting.carried
    is_bare = not re.match(r"[今去上本当前明来]", mention.period.text) and mention.period.known
    if is_bare and not earlier and carried.known and len(carried.years) == 1 and not mention.relative:
        shift = carried.start // 12 - mention.period.start // 12
        text = re.sub(r"^\d{4}", str(carried.start // 12), mention.period.text)
        return Period(mention.period.start + shift * 12, mention.period.end + shift * 12, text)
    return mention.period


def _place_of(view: str, quantity: Quantity, setting: Setting) -> str:
    """A park or district named in front of the figure in its sentence, else the inherited place."""
    left = view[: quantity.start]
    parks = [
        park for park in find_parks(left) if not re.match(r"[^,;。]{0,2}(?:大学|学院|公司|局|委)", left[park.end :])
    ]
    park = parks[-1] if parks else None
    for start, end, places in reversed(named_divisions(left, short=False)):
        place = places[0]
        if park is not None and end <= park.end:
            break
        if (
            place.level == 3
            and left[end : end + 1] not in {"委", "政", "科", "人", "统", "财", "教", "发"}
            and len(places) == 1
        ):
            return setting.place if setting.place.endswith(left[start:end]) else place.chain
    return park.place.chain if park is not None else setting.place


def _indicator(view: str, quantity: Quantity, start: int, end: int, role: Role, earlier: list[SentenceFact]) -> str:
    """Noun phrase the figure measures: before it, behind it, or what the figure before measured."""
    before = _clean(view[start : quantity.start])
    after = (
        _noun_behind(view[quantity.end : end])
        if quantity.unit in DURATION_UNITS or is_count(quantity.unit) or not before
        else ""
    )
    phrase = before + after if not after or after not in before else before
    if quantity.unit == "date":
        return _clean(view[quantity.end : end])[:30] or phrase
    needs_subject = role in {Role.CHANGE, Role.RANK, Role.COMPLETION, Role.SHARE, Role.CONTRIBUTION} or len(phrase) < 2
    if needs_subject and earlier:
        subject = next(
            (fact for fact in reversed(earlier) if fact.role is Role.LEVEL and fact.quantity.unit != "date"), None
        )
        strong = max((m.end() for m in _STRONG_BOUNDARY.finditer(view[: quantity.start])), default=0)
        if subject is not None and subject.quantity.start >= strong and subject.indicator not in phrase:
            return f"{subject.indicator}{phrase}" if _starts_open(phrase) else f"{subject.indicator} {phrase}".strip()
    if len(phrase) < 2:
        return _clean(_clause_before(view, start)) + phrase
    return phrase


def _starts_open(phrase: str) -> bool:
    return phrase.startswith(("占", "同比", "增", "降", "的"))


def _clause_before(view: str, position: int) -> str:
    pieces = [piece for piece in re.split(r"[,;:。!?()]", view[:position]) if piece.strip()]
    return pieces[-1] if pieces else ""


def _clean(text: str) -> str:
    without_periods = re.sub(r"(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?|度|底|末|上半年|下半年)?(?:以来)?", "", text)
    previous = None
    while previous != without_periods:
        previous = without_periods
        without_periods = _TRAILING_NOISE.sub("", _LEADING_NOISE.sub("", without_periods))
    return without_periods


def _noun_behind(text: str) -> str:
    if _AFTER_STOP.match(text):
        return ""
    match = _AFTER_NOUN.match(text)
    return match[1].strip('“”"') if match else ""


def from_to_pairs(view: str, figures: list[tuple[int, int]]) -> set[int]:
    """Numbers of the figures (by position in `figures`, spans in the view) that are the left side of 从A扩大到B."""
    sources = set()
    for number, ((start, end), (next_start, _)) in enumerate(pairwise(figures)):
        between = view[end:next_start]
        lead = view[max(0, start - 12) : start]
        if (
            len(between) <= 12
            and not re.search(r"[,;。、]", between)
            and _FROM_TO.search(between)
            and re.search(r"[从由][^,;。]{0,11}$", lead)
        ):
            sources.add(number)
    return sources
