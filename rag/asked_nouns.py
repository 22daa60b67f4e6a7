"""What a noun is counted or measured in (多少工人: people), from `data/asked_nouns.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

ANY_COUNT = "计数"
"""Unit of what may be counted in people or in things: 岗位."""
THINGS = "个"
"""Unit of things for which several measure words are usual."""
ANY_UNIT = "不定"
"""Unit of quantities that may have any: 产量 in tons, pieces or litres."""
_INTERROGATIVE = r"(?<!百分之)(?:多少|几(?!成|分之|[天年月日号点]))"
_MEASURE_WORD = r"(?:[个位名号口]|种|类)?"
_WORDS_BETWEEN = 10
_OF_THE_THING = re.compile(r"[是花收领给拿]|多[大高]|完成|实现")
"""Between a thing and the interrogative: not how many, but how much of something else of it (每个项目能拿多少)."""
_PURPOSE = r"(?:支持|扶持|引导|奖励|奖补|补助|补贴|专项|建设|发展|培训|研发|配套|服务|改造|维护|运行|采购|保障)+"
_COMPARED = re.compile(r"(?:领先|高于|低于|高出|超过|超出)[^,。?]{0,6}$")
_FILLER = (
    r"(?:一共|总共|合计|共计|大概|大约|目前|现在|现|如今|总|共|还|就|又|也|都|得|要|会|能|可以|可|该|应该|给|拿|拿到|领|领到"
    r"|一年|一个月|每年|每月|每天|一天|一次|最多|最高|至少|最少|起码|平均|有|是|为|达|达到|到|剩|剩下|花|收|完成|实现|的|了|呢|究竟|到底|目标|预计|力争|约|,|大|约)*"
)


@dataclass(frozen=True, slots=True)
class AskedNoun:
    """A listed noun found in a question."""

    text: str
    unit: str
    """As written in the list, `ANY_COUNT`, `THINGS` or `ANY_UNIT`."""
    is_quantity: bool
    """产值, 人数, 占比: a quantity of something else, not a thing by itself."""
    start: int
    end: int


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    for line in files("rag").joinpath("data/asked_nouns.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            unit, _, nouns = line.partition(":")
            for noun in nouns.split():
                found[noun] = (unit.strip("+ "), unit.startswith("+"))
    return found


@lru_cache(maxsize=1)
def _pattern() -> str:
    return "|".join(re.escape(noun) for noun in sorted(_listed(), key=lambda noun: (-len(noun), noun)))


@lru_cache(maxsize=1)
def _behind() -> re.Pattern[str]:
    """A noun behind the interrogative, the last of nouns that follow each other directly."""
    between = rf"[^,。?;:!多几]{{0,{_WORDS_BETWEEN}}}?"
    return re.compile(
        rf"{_INTERROGATIVE}{_MEASURE_WORD}{between}(?P<nouns>(?:{_pattern()})+)(?!的)(?![\u4e00-\u9fff]?[长率])"
    )


@lru_cache(maxsize=1)
def _of_purpose() -> re.Pattern[str]:
    """What a noun is the purpose of: 支持资金 behind 政策, 建设经费 behind 项目; nothing else may follow."""
    return re.compile(rf"{_PURPOSE}(?P<noun>{_pattern()})(?=[?,。;呢吗]|$)")


@lru_cache(maxsize=1)
def _in_front() -> re.Pattern[str]:
    """A noun in front of the interrogative with nothing of weight between."""
    return re.compile(
        rf"(?P<noun>{_pattern()})(?!的有)(?:总额|总量|规模)?{_FILLER}"
        r"(?:多少|几|多大|多高|啥|什么)(?:呢|呀|啊)?(?=[?,。;]|$)"
    )


@lru_cache(maxsize=1)
def _at_end() -> re.Pattern[str]:
    return re.compile(rf"(?P<noun>{_pattern()})(?:[数量]|总数|总量)?$")


def noun_behind(view: str) -> AskedNoun | None:
    """工人 in 有多少工人, 博士 in 养了几个博士; None where no listed noun follows the interrogative."""
    match = _behind().search(view)
    if match is None:
        return None
    last = list(re.finditer(_pattern(), match["nouns"]))[-1]
    purpose = _of_purpose().match(view, match.end("nouns"))
    if purpose is not None:
        return _found(purpose["noun"], purpose.start("noun"))
    return _found(last.group(), match.start("nouns") + last.start())


def noun_in_front(view: str) -> AskedNoun | None:
    """房租 in 一个月房租多少; None where something else is asked of it: 补贴标准是多少 counts no 标准."""
    match = _in_front().search(view)
    if match is None:
        return None
    found = _found(match["noun"], match.start("noun"))
    asked_of_it = _OF_THE_THING.search(match.group()[len(found.text) :]) or _COMPARED.search(view[: found.start])
    return None if asked_of_it and not found.is_quantity else found


def noun_at_end(text: str) -> AskedNoun | None:
    """The listed noun that a phrase ends with: 企业 of 雏鹰企业."""
    match = _at_end().search(text)
    return _found(match["noun"], match.start("noun")) if match else None


def is_listed(word: str) -> bool:
    """Whether the word tells what something is counted or measured in: 面积, 工人."""
    return word in _listed()


def begins_with_noun(text: str, longer_than: int) -> bool:
    """Whether a listed noun of more characters than that stands first, so that 项 in 项目 is no measure word."""
    match = re.match(_pattern(), text)
    return match is not None and len(match.group()) > longer_than


def _found(noun: str, start: int) -> AskedNoun:
    unit, is_quantity = _listed()[noun]
    return AskedNoun(noun, unit, is_quantity, start, start + len(noun))
