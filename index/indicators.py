"""The noun phrase that a figure measures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.events import event_of
from index.frames import SentenceFact
from index.phrases import PERIOD_IN_FRONT, clause_before, cleaned
from index.quantities import is_count
from index.records import Quantity, Role
from index.roles import STRONG_BOUNDARY, clause_start
from index.units import DURATION_UNITS

_FROM_TO = re.compile(
    r"(?:扩大|提高|增长|发展|缩短|下降|上升|增加|减少|提升|降低|压缩|增|升|降|减|扩|缩|变|上涨|拓展|扩展|壮大|延长|跃升|调整|扩容|涨)?(?:到|至|为|成)了?"
)
_IN_TURN = re.compile(r"(?:分别|依次|依序|各)(?:为|是|达到?|有|占|增长|下降|提高|完成|实现|约|超)*")
_CHANGES_IN_TURN = re.compile(
    r"(?<=,)(?:同比|[较比]上年(?:同期)?)?(?:分别|依次)(?:同比|[较比]上年(?:同期)?)?(?:增长|下降|提高|增加|减少|上升|上涨|下跌)(?:了)?"
)
_AFTER_NOUN = re.compile(r"^(?:的)?([\u4e00-\u9fffA-Za-z“”\"()·-]{2,24})")
_AFTER_STOP = re.compile(
    r"^(?:以上|以下|左右|增[长至加到幅]|升[至到]|降[至到低]|扩[至大到]|减[少至]|提高|发展到|壮大|压缩|缩短|延长|加密|调整|跃升|下降|同比|环比|实现|完成|获|列入|入选|被|在|已|正|将|均|为|是|有|占|较|比|居(?!民)|位|其中|并|且|而|等|于|至|到|,|和|及|参加|申报|购买|参与|惠及|支持|上榜|榜上|落地|签约|提升|突破|使用|通过|达)"
)
_LIMIT = re.compile(r"^(?:(?:及|或)?以[上下内]|之?内)")
_NOUN_OF_LIMIT = re.compile(r"的?(?![和与及或至到])[\u4e00-\u9fff]{2,}")
_OPEN = re.compile(
    r"YoY|按年|增[长速幅加至减]|降[低幅至]|净[增减]|年均[增下]|同比|环比|较|比(?![重例亚])|与|提[高升]|减[少幅]|扩大|翻|恢复到|按(?!揭)|扣除|超[过额出]|高[于出]"
    r"|[低快慢多少]于|占|位[居列于]?|居(?!民)|[排]?[列名]|在|[全][国省市区县州]|进[入位]|跻|的|完成|任务|目标|达|[实名][际义]增|上升|上涨|下[降跌]"
    r"|回落|加快|放缓|收窄|拉动|贡献|约|近|为|是|距|继续|平均|提前|首次|[一-龥]{0,3}$"
)
_RANKED_AMONG = re.compile(
    r"(?:进步)?(?:位次|名次|排名|排位)|[居位列在第]|全[国省市区县州][^,]{0,4}|世界|行业|同类|各[区县市省州]|[国省市区]内"
)
_MEASURE_ALONE = re.compile(r"数量|总量|总数|规模|[增降][速幅]|占比|金额|水平|产值")
_RANKED = re.compile(r"(.{2,}?)(?:在|位[居列于]|[居列排])")
_GENERIC = re.compile(
    r"(?:[上去前]年)?同期|(?:提前|超额)完成(?:全年)?|新增|净增加?|总[数量]|累计|数量|金额|其余|剩余|新认定|新增数?"
)
_TOTAL = re.compile(r"累计|总数|总量|共有")
_NEW = re.compile(r"^(?:[全本我][省市区县])?新(?:增|认定|入库|获批|培育|引进|备案|评|建|开|设|签)?")
_SHORT_NOUN = 6
"""A noun behind a figure that opens a clause needs the clause before, if it is no longer: 旧区改完,60户居民受益."""
_MEASURE_OF_WHAT_FOLLOWS = re.compile(
    r"(?P<measure>总?投资额?|计划投资|投入|[总占用]地?面积|占地|总?建筑面积|总?造价|总?估值|市值|年?产值|年?产能|总?规模|总?金额|合同额|价值|注册资本|预算)"
    r"(?:超过?|约|近|达到?|高达|为|逾|共|合计|预计)*$"
)
"""What a figure measures of the thing named behind it: 投资20亿元的空调生产基地."""
_THING_BEHIND = re.compile(
    r"的(?P<thing>(?![一两三四五六七八九十数多几])[\u4e00-\u9fffA-Za-z0-9“”·()-]{3,24}?)"
    r"(?=[、,;。:]|等|已|正(?!常)|将|均|都|建成|开工|动工|投[产用]|落[地户]|签约|竣工|启用|顺利|全面|正式|计划|预计|位于|于|是|为|有|力争|[去今]年|(?:19|20)\d\d年|$)"
)
_CLAUSE_OF_WORDS = re.compile(r"(?:^|[,;:。、])([^,;:。、()\d]{2,14}),$")
"""A clause without a figure, in front of one that stands alone: 其次是草莓,38吨."""
_ALL_TOLD = re.compile(r"累计|[合总一]共|共计|合计|总计")
_BRACKETED = re.compile(r"\([^()]*\)$")
_OTHER_TIME = re.compile(
    r"[,;、:\s]*(?:而|但|可)?(?:[去前上今]年|(?:19|20)\d\d年|头一年|[上去]?年?同期|(?:第?[一二三四]季度|[上下]半年|\d{1,2}月份?))[^,;。]{0,4}"
)
_PER_UNIT = re.compile(r"每[\u4e00-\u9fff]{1,2}(?:最[高多低少]|上限|不得)?")
_COMPARED = re.compile(r"(?:较|比|与|同)?(?:[上去前]|年)?[^,;占]{0,6}?(?:年|期|末|初|底|月|季度)")


def indicator_of(
    view: str,
    quantity: Quantity,
    start: int,
    end: int,
    role: Role,
    earlier: list[SentenceFact],
    above: Sequence[SentenceFact] = (),
) -> str:
    """Noun phrase the figure measures: before it, behind it, or what the figure before measured.

    `earlier` are the figures of the same sentence, `above` those of the sentence before in the paragraph.
    """
    if quantity.unit == "date":
        return event_of(view, quantity, start, end, earlier)
    of_thing = _MEASURE_OF_WHAT_FOLLOWS.search(view[start : quantity.start]) if role is Role.LEVEL else None
    thing = _THING_BEHIND.match(view, quantity.end) if of_thing else None
    if of_thing and thing:
        return f"{re.sub('[“”]', '', thing['thing'])}{of_thing['measure']}"
    phrase = _stated(view, quantity, start, end, role)
    clause = view[clause_start(view, quantity.start) : quantity.start]
    ranked = _RANKED.match(clause) if role is Role.RANK and not _is_open(clause) else None
    head = cleaned(_RANKED_AMONG.sub("", ranked[1])) if ranked else ""
    if head and not _MEASURE_ALONE.fullmatch(head):
        return phrase if head in phrase else f"{head} {phrase}"
    if earlier and _needs_subject(clause, view[start : quantity.start], phrase, role):
        subject = _subject(view, quantity, role, earlier)
        if _TOTAL.search(view[start : quantity.start]):
            subject = _NEW.sub("", subject)
        if subject and subject not in phrase:
            own = _own_words(view[start : quantity.start], phrase)
            own = "" if subject.endswith(own) else own
            return f"{subject}{own}" if _starts_open(own) else f"{subject} {own}".strip()
    if len(phrase) < 2 and (same := _said_of_another_time(view[start : quantity.start], quantity, [*above, *earlier])):
        return same
    if len(phrase) < 2 or _PER_UNIT.fullmatch(phrase):
        return cleaned(clause_before(view, start)) + phrase
    is_short = len(phrase) <= _SHORT_NOUN or quantity.unit in DURATION_UNITS
    if start == quantity.start and is_short and view[:start].endswith(","):
        context = re.sub(r"^[\d.]+.|[\d.]+.{0,3}$", "", clause_before(view, start))
        return phrase if phrase in context else f"{cleaned(context)} {phrase}".strip()
    return phrase


def _stated(view: str, quantity: Quantity, start: int, end: int, role: Role) -> str:
    """The noun phrase that stands with a figure: in front of it, behind it, in front of the bracket it follows."""
    before = cleaned(view[start : quantity.start])
    after = (
        _noun_behind(_LIMIT.sub("", view[quantity.end : end]))
        if quantity.unit in DURATION_UNITS or is_count(quantity.unit) or not before
        else ""
    )
    phrase = before + after if not after or after not in before else before
    if phrase or role is not Role.LEVEL:
        return phrase
    if view[: quantity.start].endswith(")"):
        named = _BRACKETED.sub("", view[clause_start(view, view[: quantity.start].rfind("(")) : quantity.start])
        return cleaned(named)
    lead = view[start : quantity.start]
    clause = _CLAUSE_OF_WORDS.search(view[:start])
    speaks_on = _OTHER_TIME.fullmatch(lead) or _ALL_TOLD.search(lead)
    return "" if clause is None or speaks_on or _is_open(clause[1]) else cleaned(clause[1])


def _said_of_another_time(lead: str, quantity: Quantity, before: Sequence[SentenceFact]) -> str:
    """What a figure measures that only says when: 前年是1780万只."""
    if not _OTHER_TIME.fullmatch(lead):
        return ""
    return next(
        (one.indicator for one in reversed(before) if one.role is Role.LEVEL and one.quantity.unit == quantity.unit), ""
    )


def _own_words(before: str, phrase: str) -> str:
    """What a figure adds to its subject: nothing for a mere comparison, 新增 where no other word is left."""
    if _COMPARED.fullmatch(phrase):
        return ""
    newly = re.search(r"新增|净增", before)
    return newly.group() if newly and not phrase else phrase


def _needs_subject(clause: str, before: str, phrase: str, role: Role) -> bool:
    """Whether the words in front of a figure do not say what it is a change, a share or a rank of."""
    if len(phrase) < 2 or _GENERIC.fullmatch(phrase):
        return True
    if role not in {Role.CHANGE, Role.RANK, Role.COMPLETION, Role.SHARE, Role.CONTRIBUTION}:
        return False
    if role is Role.SHARE:
        return phrase.startswith("占") or not re.search(r"[^,]{2}占[^,]{2}|[^,]{4}的(?:比例|比重|份额)", phrase)
    if role is Role.RANK:
        return _is_open(clause) or len(_RANKED_AMONG.sub("", phrase)) < 4
    return _is_open(before)


def _subject(view: str, quantity: Quantity, role: Role, earlier: list[SentenceFact]) -> str:
    """What the figure before measures, of which this one says more; a rate for a change in points."""
    strong = max((m.end() for m in STRONG_BOUNDARY.finditer(view[: quantity.start])), default=0)
    end = clause_start(view, quantity.start) if role is Role.RANK else quantity.start
    near = [fact for fact in reversed(earlier) if strong <= fact.quantity.start < end and fact.quantity.unit != "date"]
    if quantity.unit == "个百分点":
        rate = next((fact for fact in near if fact.quantity.unit in {"%", "‰"}), None)
        if rate is not None:
            return rate.indicator
    may_be_change = role is not Role.SHARE
    return next(
        (
            fact.indicator
            for fact in near
            if fact.role is Role.LEVEL
            or (role is Role.LEVEL and fact.role is Role.RANK)
            or (may_be_change and _is_named_change(view, fact))
        ),
        "",
    )


def _is_named_change(view: str, fact: SentenceFact) -> bool:
    return fact.role is Role.CHANGE and not _is_open(view[fact.segment_start : fact.quantity.start])


def _is_open(before: str) -> bool:
    """Whether the words in front of a figure only say how it compares: 同比, 占, 高于全省."""
    return bool(_OPEN.match(PERIOD_IN_FRONT.sub("", before.lstrip(" ,;、:"))))


def _starts_open(phrase: str) -> bool:
    return phrase.startswith(("占", "同比", "增", "降", "的"))


def is_limit(view: str, quantity: Quantity) -> bool:
    """Whether a figure only bounds the noun behind it: 60岁及以上老年人, 亿元以上项目."""
    behind = view[quantity.end :]
    bounded = quantity.qualifier in {"以上", "以下", "以内"} or _LIMIT.match(behind)
    return bool(bounded and _NOUN_OF_LIMIT.match(_LIMIT.sub("", behind)))


def _noun_behind(text: str) -> str:
    if _AFTER_STOP.match(text):
        return ""
    match = _AFTER_NOUN.match(text)
    return match[1].strip('“”"') if match else ""


def figures_in_turn(view: str, figures: list[Quantity]) -> dict[int, tuple[str, str]]:
    """Indicator and measure of figures given in turn, by position in `figures`.

    汽车、电池产量分别为4.6万辆和12.8吉瓦时,增速依次是35.1%和22.7% has the measures 汽车、电池产量 and 增速.
    """
    found: dict[int, tuple[str, str]] = {}
    for match in _IN_TURN.finditer(view):
        strong = max((m.end() for m in STRONG_BOUNDARY.finditer(view[: match.start()])), default=0)
        group = _run_of_figures(view, figures, match.end())
        names = _listed_names(view[strong : match.start()], len(group)) if len(group) >= 2 else []
        measure = re.split(r"[,、;]|(?<=[\d%元家个项])", view[strong : match.start()])[-1]
        for number, name in zip(group, names, strict=False):
            tail = "" if names[-1].endswith(measure) or len(measure) > 8 else measure
            found[number] = (cleaned(name) + tail.strip(), measure + match.group())
    return found


def turns_of_the_figures_before(view: str, figures: list[Quantity]) -> dict[int, tuple[int, int]]:
    """For changes given in turn without names (产油5万吨,产气8亿立方米,分别增长3%和9%): which of how many, from 0."""
    found: dict[int, tuple[int, int]] = {}
    for match in _CHANGES_IN_TURN.finditer(view):
        group = _run_of_figures(view, figures, match.end())
        if len(group) >= 2:
            found |= {number: (turn, len(group)) for turn, number in enumerate(group)}
    return found


def _run_of_figures(view: str, figures: list[Quantity], start: int) -> list[int]:
    """Positions of the figures listed from `start` on with nothing but 、和, between them."""
    run: list[int] = []
    position = start
    for number, figure in enumerate(figures):
        if figure.start < start:
            continue
        between = view[position : figure.start]
        if not re.fullmatch(r"(?:[、,和与及]|以及|[增下][长降]|为|约|近|超)*", between):
            break
        if run and between.endswith(",") and figure.unit != figures[run[-1]].unit:
            break
        run.append(number)
        position = figure.end
    return run


def _listed_names(text: str, count: int) -> list[str]:
    """The last list of exactly `count` names in a text; empty where there is none."""
    for clause in (_IN_TURN.split(clause)[0] for clause in reversed(re.split(r"[,;:。]", text))):
        names = [
            name
            for name in re.split(
                r"、|和|与|及|以及",
                re.sub(r"(?<=[\u4e00-\u9fff])(?:(?:为|位?[列居]|排名?)前.[位名]|等.[类种项家个])$", "", clause),
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
