"""What a figure says about its indicator (level, change, rank ...) and how sure it is (result, estimate, target)."""

from __future__ import annotations

import re

from index.frames import Setting
from index.periods import Period
from index.records import Quantity, Role, Status

STRONG_BOUNDARY = re.compile(r"[;。!?]|[一二三四五六七八九]是")
_TARGET = re.compile(
    r"力争|争取(?![各上省市国中])(?![^,。;]{0,10}(?:资金|专项|支持|项目|补助|政策|贷款))|(?<!任务)(?<!核心)目标(?=[为是:达定]|[^,。;]{0,4}\d)|计划(?:再|新|建|增|于|完成|实现|到|招|安排|投|达|引|开|年)|[Tt]arget|拟(?=[新建引投增])|将(?=达|突破|实现|新|推动|超|建|增|完成|投|安排|有|连续|共)|明年|"
    r"到20\d\d年底?,?(?:力争|实现|建成|达|新|全)|要(?=达到|突破|实现|完成|新增)|确保|不少于|预期(?!寿命)|规划到"
)
_DONE = re.compile(r"目前|现有|实际(?!控制)|已(?:经|累计|建|完成|实现|有|投|达|签|引|培|认|获|入|开|申|启|交)")
_ESTIMATE = re.compile(r"预计|预期(?!寿命)|预估|[Ff]orecast|估计|有望|料(?=将)")
_TARGET_HEADING = re.compile(
    r"工作(?:安排|思路|打算|计划|目标|重点|任务)|下一步|下阶段|(?:20\d\d|明|来|新)(?:年|一年)(?:的)?(?:主要)?(?:工作|目标|打算|计划|安排|思路|展望|任务)|发展目标|经营计划|展望|新一年"
)
_RESULT_HEADING = re.compile(r"总结|完成情况|开展情况|回顾|成效|举措|进展")
_CHANGE = re.compile(
    r"增长|增速|增幅|下降|降低|降幅|提高|提升|上升|上涨|下跌|减少|减幅|回落|同比|环比|涨幅|跌幅|增加(?!值)|扩大|收窄|压缩|缩短|压减|快于|高于|低于|高出|翻|升(?=\d|了)|降(?=\d|了)|前移|多(?=\d)|成长(?=\d|$)|衰退|年[增减](?=\d|$)|按年|YoY|恢复"
)
_LEVEL_AFTER_CHANGE = re.compile(r"(?:到|至|为|达|增值)[^,;。]{0,6}$")
_SHARE = re.compile(r"占|比重|占比|份额|比例|半壁")
_COMPLETION = re.compile(r"完成率|完成(?:全年|年度|年初|目标|任务|计划)[^,;。]{0,10}的?$|进度|任务的")
_CONTRIBUTION = re.compile(r"拉动|贡献")
_CHANGED_BY = re.compile(
    r"(?:增长|下降|增加|减少|提升|提高|降低|上升|前移|同比|环比|上涨|下跌|缩短|压缩)了?$|[较比][^,;]{1,10}[快慢多少高低长短]了?$"
)


def clause_start(view: str, position: int) -> int:
    """Where the clause around `position` starts in the view."""
    return max((m.end() for m in re.finditer(r"[,;:。!?、]", view[:position])), default=0)


def role_of(quantity: Quantity, before: str, clause: str, after: str) -> Role:
    """Role of a figure; `before` and `after` are its own part of the sentence, `clause` is all of it in the clause."""
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


def status_of(view: str, quantity: Quantity, period: Period, setting: Setting) -> Status:
    """Status of a figure by the words in front of it, else by its period and by the headings above."""
    left = view[: quantity.start]
    strong = max((m.end() for m in STRONG_BOUNDARY.finditer(left)), default=0)
    clause = left[clause_start(left, len(left)) :]
    if _ESTIMATE.search(clause) or (_ESTIMATE.search(left[strong:]) and clause.startswith(("以上",))):
        return (
            Status.TARGET
            if period.known and setting.report_end and period.start > setting.report_end
            else Status.ESTIMATE
        )
    if _DONE.search(clause) and not _TARGET.search(clause):
        return Status.RESULT
    done = max((match.end() for match in _DONE.finditer(left)), default=0)
    if _TARGET.search(left[max(strong, done) :] + view[quantity.start : quantity.end]) or re.search(
        r"^的?(?:年度)?目标", view[quantity.end :]
    ):
        return Status.TARGET
    is_to_come = period.known and setting.report_end and period.end > setting.report_end
    if is_to_come and (period.start > setting.report_end or _TARGET.search(left[done:])):
        return Status.TARGET
    last_heading = setting.section.rsplit(" / ", 2)
    plans = any(_TARGET_HEADING.search(heading) and not _RESULT_HEADING.search(heading) for heading in last_heading)
    looks_back = period.known and setting.report_end and period.end <= setting.report_end
    return Status.TARGET if plans and not looks_back else Status.RESULT
