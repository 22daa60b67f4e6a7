"""Facts: each figure of a sentence with what it measures, where, when and how sure.

The rules read how figures are written in Chinese reports: the part of the sentence that belongs to one figure, the noun
phrase in front of or behind it, the indicator that a growth rate or a rank inherits from the amount before it.
"""

from __future__ import annotations

import re

from index.dialogue import told_by_question, without_speaker
from index.event_dates import is_event_date
from index.frames import SentenceFact, Setting
from index.indicators import (
    figures_in_turn,
    from_to_pairs,
    indicator_of,
    is_limit,
    turns_of_the_figures_before,
)
from index.parallels import measure_of_item
from index.periods import UNKNOWN, Period, PeriodMention, compatible, find_periods, whole_year
from index.places import Place, find_parks, named_divisions, short_name
from index.quantities import quantities_in_view
from index.records import Quantity, Role
from index.roles import clause_start, role_of, status_of
from index.scopes import place_of_scope

_PART_OF_MANY = re.compile(r"[东西南北中郊城矿]区")
"""Names of a district each, and of parts of many other places."""
_BOUNDARY = re.compile(
    r"[,;、。!?\[\]【】「」]|(?<!\d):|:(?!\d)|--|以?及(?!以[上下外内])(?=[^,;。、]{0,12}\d)|和(?=[^,;。、]{0,12}\d)|\((?![^()\d]{1,6}\))|(?<![(][^()\d])(?<![(][^()\d]{2})(?<![(][^()\d]{3})(?<![(][^()\d]{4})\)"
)
_YEAR_BEFORE = re.compile(
    r"(?:较|比|由|从|低于|高于|多于|,|\()(?:上年|去年|上一年|前一年)(?:同期|末|底|全年)?(?:的|为|是|:)?$"
)
_OF_ITS_FOOT = re.compile(r"(?:同期|[年底末初])*(?:[\u4e00-\u9fff]{1,6}的)?的?(?:约|近|超)?")
"""Between the foot of a comparison and its own figure: 较2022年的71.6亿元, 由2019年末的1936家."""
_RATIO_TO = re.compile(r"(?:恢复[到至]|相当于|达到?|是|为)$")
_FOOT_CLAUSE = re.compile(
    r"(?:上年|去年|前年|上一年|前一年)(?:同期|[末底]|全年)?(?:仅|则|只|也)?(?:为|是|有|:)?(?:约|近)?[\d一二两三四五六七八九]"
)
"""What another figure is set against, in a clause of its own: 全年生产21万台,上年为18万台."""
_HALF_A_YEAR = 6
_NOTHING_MORE = re.compile(r"[^,;:。]{1,12}[。!]?")
_TIME_CHARACTERS = 6
"""A figure that follows so early says only when (前年是1900册) and is no whole."""
_PLACE_REACH = 400
"""Characters in front of a figure in which its place may be named; a sentence without end is not read anew for each."""
_PART_OPENS = re.compile(r"\s*(?:其中|当中)")
_SUBJECT_OPENS_CLAUSE = re.compile(r"(?:^|[,;:。])[\u4e00-\u9fff]{1,4}(?<![较比与同从由到至于])$")
"""三线去年总载客量: the subject stands in front of the year."""
_NAMED = re.compile(r"[A-Za-z\u4e00-\u9fff]")
_OF_THE_YEAR = re.compile(r"全年|年末|年底|期末|同比|[比较]上年")
_NOW = re.compile(r"现有|目前|现已|如今|现在|至今")
_OPENS_CLAUSE = re.compile(
    r"(?:^|[,;:。])\s*(?:[(]?\d{1,2}[、.)]|[(]?[一二三四五六七八九十]{1,3}[、.)是])?\s*(?:截[至止]|到|自|从|在|早在|于)?$"
)


def facts_in_sentence(view: str, setting: Setting) -> tuple[list[SentenceFact], Period]:
    """Facts of one sentence view in order, and the period it leaves to the next sentence."""
    view = without_speaker(view) if setting.asked else view
    quantities = quantities_in_view(view)
    periods = find_periods(view, setting.reference_year, setting.heading_year)
    telling = [mention for mention in periods if not is_event_date(view, mention)]
    figures = [quantity for quantity in quantities if not _is_base_date(quantity, periods)]
    changed_from = _changed_from(view, figures)
    segments = _segments(view, figures, changed_from)
    in_turn, of_figures_before = figures_in_turn(view, figures), turns_of_the_figures_before(view, figures)
    facts: list[SentenceFact] = []
    for number, (quantity, (start, end)) in enumerate(zip(figures, segments, strict=True)):
        left = view[clause_start(view, quantity.start) : quantity.start]
        before = view[start : quantity.start]
        source = facts[changed_from[number]] if number in changed_from else None
        indicator, measure = (source.indicator, source.measure) if source else ("", "")
        if number in in_turn:
            start, end = quantity.start, quantity.end
            indicator, left = in_turn[number]
            before = left
        role = role_of(quantity, before, left, view[quantity.end : end])
        period = _period_of(quantity, view, periods, telling, setting)
        if not indicator and number in of_figures_before:
            indicator = _of_figure_before(facts, *of_figures_before[number])
        if not indicator:
            indicator = indicator_of(view, quantity, start, end, role, facts, setting.above)
            measure = measure_of_item(view, figures, number, start, indicator, role, setting.above, facts)
            indicator = f"{indicator} {measure}".strip()
        if setting.topic and not _NAMED.search(indicator) and quantity.unit != "date":
            indicator = setting.topic
        if setting.asked and quantity.unit != "date":
            opens = setting.opens_answer and not any(fact.quantity.unit != "date" for fact in facts)
            indicator = told_by_question(indicator, before, setting.asked, opens=opens)
        facts.append(
            SentenceFact(
                quantity,
                start,
                end,
                role,
                status_of(view, quantity, period, setting),
                indicator,
                _place_of(view, quantity, setting),
                period,
                measure,
            )
        )
    return facts, _period_left(view, telling, [one for one in figures if one.unit != "date"], setting)


def _of_figure_before(facts: list[SentenceFact], turn: int, count: int) -> str:
    """What the figure measured to which a change belongs that is given in turn."""
    levels = [fact for fact in facts if fact.role is Role.LEVEL and fact.quantity.unit != "date"][-count:]
    return levels[turn].indicator if len(levels) == count else ""


def _changed_from(view: str, figures: list[Quantity]) -> dict[int, int]:
    """For the right side of 从A扩大到B its left side, by position in `figures`."""
    amounts = [number for number, figure in enumerate(figures) if figure.unit != "date"]
    sources = from_to_pairs(view, [(figures[number].start, figures[number].end) for number in amounts])
    return {amounts[source + 1]: amounts[source] for source in sources}


def _period_left(view: str, periods: list[PeriodMention], figures: list[Quantity], setting: Setting) -> Period:
    """What the next sentence inherits: the last period that opens a clause here, else what was inherited.

    What is yet to come is left only where the sentence tells nothing before it: …2023年为47.2%,2025年要达到55%。
    """
    if len({mention.period.text for mention in periods if _is_of_a_series(mention)}) > 1:
        return setting.carried
    spoken_of = {one.period for one in periods if one.relative and one.period.known and not one.is_base}
    if len(spoken_of) == 1 and not figures:
        return spoken_of.pop()
    for mention in reversed(periods):
        left = view[: mention.start]
        if 0 < setting.report_end < mention.period.start and any(one.start < mention.start for one in figures):
            continue
        opens = _OPENS_CLAUSE.search(left) or (mention.relative and _SUBJECT_OPENS_CLAUSE.search(left))
        is_foot = mention.relative and view.startswith("同期", mention.end)
        foot = _FOOT_CLAUSE.match(view, mention.start) if mention.relative else None
        is_foot = is_foot or bool(
            foot and (mention.start > 0 or (setting.above and _NOTHING_MORE.fullmatch(view, foot.end() - 1)))
        )
        if opens and not mention.is_base and not is_foot and mention.period.known:
            return mention.period
    return setting.carried


def _is_of_a_series(mention: PeriodMention) -> bool:
    """Whether a period is a part of a year told without it, as in 一季度…,二季度…, which hold for their figures alone."""
    is_part = mention.period.end - mention.period.start < _HALF_A_YEAR
    return not (mention.explicit or mention.relative or mention.is_base) and mention.period.known and is_part


def _is_base_date(quantity: Quantity, periods: list[PeriodMention]) -> bool:
    return quantity.unit == "date" and any(m.is_base and m.start <= quantity.start < m.end for m in periods)


def _segments(view: str, figures: list[Quantity], changed_from: dict[int, int]) -> list[tuple[int, int]]:
    """For each figure the stretch of text that speaks of it alone: from the boundary before to the one behind."""
    cuts = [0] + [match.end() for match in _BOUNDARY.finditer(view)] + [len(view)]
    ends = [match.start() for match in _BOUNDARY.finditer(view)] + [len(view)]
    spans = []
    for number, figure in enumerate(figures):
        start = max(cut for cut in cuts if cut <= figure.start)
        end = min((cut for cut in ends if cut >= figure.end), default=len(view))
        cuts_off = number and figures[number - 1].unit != "date" and not is_limit(view, figures[number - 1])
        before = changed_from.get(number, number - 1 if cuts_off else None)
        if before is not None:
            start = max(start, min(figures[before].end, figure.start))
        if number + 1 < len(figures):
            end = max(figure.end, min(end, figures[number + 1].start))
        spans.append((start, end))
    return spans


def _period_of(
    quantity: Quantity, view: str, periods: list[PeriodMention], telling: list[PeriodMention], setting: Setting
) -> Period:
    """The nearest period stated before the figure in its sentence, else what is inherited.

    `telling` are those of the sentence's periods that are no dates of mere events.
    """
    own = [m for m in periods if m.start <= quantity.start < m.end]
    if quantity.unit == "date" and own:
        return own[0].period
    stated = [
        m
        for m in telling
        if not m.is_base
        and m.end <= quantity.start
        and m.period.text
        and not _is_bracketed_off(view, m, quantity)
        and not _is_over(m, view[m.end : quantity.start], setting)
    ]
    if year_before := _YEAR_BEFORE.search(view[: quantity.start]):
        return _year_before([m for m in stated if m.end <= year_before.start()], setting)
    foot = [m for m in periods if m.is_base and m.end <= quantity.start and m.period.known]
    is_ratio = quantity.unit in {"倍", "番"} or (foot and _RATIO_TO.search(view[: foot[-1].start]))
    if foot and not is_ratio and _OF_ITS_FOOT.fullmatch(view[foot[-1].end : quantity.start]):
        return _narrowed(foot[-1], stated, setting)
    after = [
        m
        for m in periods
        if not m.is_base and m.start >= quantity.end and not stated and not view.startswith("同期", m.end)
    ]
    for mention in reversed(stated):
        if mention.explicit or mention.period.known:
            return _that_year(mention, stated, view) or _narrowed(mention, stated, setting)
    if stated:
        return stated[-1].period
    if after and re.match(r"^[^,;。]{0,3}$", view[quantity.end : after[0].start]):
        return after[0].period
    inherited = _inherited(view[: quantity.end], setting)
    if _PART_OPENS.match(view) and not stated and (whole := _whole_above(quantity, setting)):
        return whole.period
    is_whole_year = "全年" in view[: quantity.start] and len(inherited.years) == 1
    return whole_year(inherited.years[0]) if is_whole_year else inherited


def _is_bracketed_off(view: str, mention: PeriodMention, quantity: Quantity) -> bool:
    """Whether brackets that end before the figure tell another one of the period: 企业22家(其中2023年新增8家),内销67亿元."""
    inside, bracket, _ = view[mention.end : quantity.start].partition(")")
    return bool(bracket) and "(" not in inside and any(character.isdigit() for character in inside)


def _is_over(mention: PeriodMention, between: str, setting: Setting) -> bool:
    """Whether a text that told what is to come has turned to what there is: 到2025年…200个--目前已落地127个."""
    return 0 < setting.report_end < mention.period.start and bool(_NOW.search(between))


def _that_year(mention: PeriodMention, stated: list[PeriodMention], view: str) -> Period | None:
    """The year that 当年 means behind another one of the sentence: 去年当年交付2300套; None for other mentions."""
    if not view.startswith("当年", mention.start):
        return None
    earlier = [one.period for one in stated if one.end <= mention.start and len(one.period.years) == 1]
    return whole_year(earlier[-1].years[0]) if earlier else None


def _inherited(left: str, setting: Setting) -> Period:
    """The period of the sentence before, else the report's; what there is now (现有) is not of an earlier year."""
    carried = setting.carried
    if not carried.known and not setting.period.known and _OF_THE_YEAR.search(left):
        return setting.told_year
    if not carried.known or (_NOW.search(left) and carried.end < setting.period.start):
        return setting.period
    return carried


def _whole_above(quantity: Quantity, setting: Setting) -> SentenceFact | None:
    """The figure of the sentence before of which this sentence tells the parts."""
    alike = [
        one
        for one in setting.above
        if one.quantity.unit == quantity.unit and one.role is Role.LEVEL and one.quantity.start > _TIME_CHARACTERS
    ]
    return alike[-1] if alike and alike[-1].period.known else None


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
    if mention.explicit or (mention.relative and mention.period.known):
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
    left = view[max(0, quantity.start - _PLACE_REACH) : quantity.start]
    parks = [
        park for park in find_parks(left) if not re.match(r"[^,;。]{0,2}(?:大学|学院|公司|局|委)", left[park.end :])
    ]
    park = parks[-1] if parks else None
    for start, end, places in reversed(named_divisions(left, short=False)):
        if park is not None and end <= park.end:
            break
        place = _meant(places, left[start:end], setting.place) or _behind_its_parent(places, left[:start])
        if place and place.level == 3 and left[end : end + 1] not in {"委", "政", "科", "人", "统", "财", "教", "发"}:
            return setting.place if setting.place.endswith(left[start:end]) else place.chain
    return park.place.chain if park is not None else place_of_scope(left, setting.place) or setting.place


def _behind_its_parent(places: tuple[Place, ...], left: str) -> Place | None:
    """The one of several places of a name whose parent is named right before it: 深圳南山区."""
    named = [one for one in places if any(left.endswith((parent, short_name(parent))) for parent in one.parents)]
    return named[0] if len(named) == 1 else None


def _meant(places: tuple[Place, ...], name: str, around: str) -> Place | None:
    """Which of the places of one name is meant: the one that lies beside or inside the place spoken of."""
    near = [place for place in places if around and around.startswith(place.chain.removesuffix(name))]
    if len(near) == 1:
        return near[0]
    return places[0] if len(places) == 1 and not _PART_OF_MANY.fullmatch(name) else None
