"""Noun phrases cut out of sentences: without the words that only lead to a figure, without times."""

from __future__ import annotations

import re

_LEADING_NOISE = re.compile(
    r"^(?:[,;:、\s\"“”'‘’)）(◆●■▲•·☆★◇○□∶-]|\d{1,2}:\d\d(?::\d\d)?|力争|确保|有望|其中|当中(?!学)|(?:其次|再次|最[多少]的)[是为]|里头|里面|分项[为是]|同时|此外|目前|截[至止](?:[^,]{0,8}?(?:末|底|初|日|目前|年|月))?|年内|年[底末]前?|期末|期内|其中[:]?|首次|累计|全年|[一总]共|共计|共(?![享建青同创富])|已经?|现有|拥有|还(?![清款贷债本付原])|并(?![购网联发])|且|也|又|再(?![生造保])|分别|今年|去年|当年|近年来|以来|以及|及|和(?![平谐])|与|或|等(?!级)|"
    r"一是|二是|三是|四是|五是|的(?!士)|了|约(?![束定谈])|近(?![海视代郊岸效])|超(?![长高大级短市声导薄警标限期时载额出预过算])|达到|达(?![产标成峰芬])|为|是|有(?![效机色限关轨线])|在(?![孵册建职岗校线园])|于|从(?![业事教])|到(?![位账岗期货访场会案])|至|由|对(?![接外口标手])|新(?=的))+"
)
_TRAILING_NOISE = re.compile(
    r"(?:[\s\"“”'‘’(（:∶]|预计|力争|争取|累计|总计|合计|共计?|(?<![下抵送])达到?了?|达成|突破|超过?|实现|完成|大概|大约|差不多|[一总]共|为|是|有|(?<![节签预违履合续契制集])约|近|逾|已|就|仅|只|不足|不到|至|到|了|增至|升至|降至|增加|增长|提高|提升|下降|上升|降低|减少|扩大|"
    r"缩短|发展|壮大|的|共有|拥有|将|可|(?<![产动智性职节功效核势技体官机储光氢热电蓄赋潜])能|分别|(?<![平户人年日月亩])均|都|在|于|从|由|占|接近|高达|多达|组织|开展|举办|建成|新增|位居|位列|排名|(?<![班系专数阵])列|(?<![民安定])居|保持|稳定|增速|同比|环比|比上年|较上年|比去年|较去年|比前一年|[去上今明]年[底末初]?|第?[一二三四]季度|[上下]半年|年[初底末]|目前|翻|较|(?<![规原法守准])则|(?<![虚模])拟|(?<![占之])比)+$"
)
PERIOD_IN_FRONT = re.compile(
    r"^(?:(?:19|20)\d\d年度?|[今去上前]年(?:一年|一整年)?)?(?:前[一二三]个?季度|第?[一二三四]季度|[上下]半年|\d{1,2}(?:月?[-~至到]\d{1,2})?月(?:\d{1,2}日)?(?:[底末份])?|[底末]|\d{1,2}(?:[-~至到]\d{1,2})?日)?(?:\d{1,2}时(?:\d{1,2}分)?(?:许|前后|左右)?)?"
)
_VIEWED_BY = re.compile(r"^(?:分|按)[\u4e00-\u9fff]{1,5}(?:看|分|统计|划分)(?:,|$)|^从[^,]{1,8}看(?:,|$)")
"""分季度看, which says how a list is ordered and measures nothing."""
_ENUMERATOR = re.compile(r"^\s*[(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[)、]|[.](?!\d))[)、.]?")


def cleaned(text: str) -> str:
    """A stretch of a sentence without list number, time and words that only lead to the figure (截至, 达到, 约)."""
    text = _VIEWED_BY.sub("", _ENUMERATOR.sub("", text).lstrip(" ,;、:"))
    without_periods = PERIOD_IN_FRONT.sub("", text)
    without_periods = re.sub(
        r"(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?|度|底|末|上半年|下半年)?(?:以来)?"
        r"|(?<!\d)\d{1,2}日\d{1,2}时(?:\d{1,2}分)?",
        "",
        without_periods,
    )
    previous = None
    while previous != without_periods:
        previous = without_periods
        without_periods = _TRAILING_NOISE.sub("", _LEADING_NOISE.sub("", without_periods))
    return without_periods


def clause_before(view: str, position: int) -> str:
    """The last clause that holds anything in front of a position."""
    pieces = [piece for piece in re.split(r"[,;:。!?()]", view[:position]) if piece.strip()]
    return pieces[-1] if pieces else ""
