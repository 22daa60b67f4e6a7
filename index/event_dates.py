"""Dates that say when a thing came about and nothing of the figures behind: 2005年10月被认定为国家级园区,占地218亩."""

from __future__ import annotations

import re

from index.periods import PeriodMention

_FOUNDED = (
    "成立|创[办建立]|始建|组建|设立|注册|上市|建成|落成|启用|投用|投入(?:使用|运营)|开[园业馆]|竣工|落户|建[园校院]"
)
_HAPPENED = f"{_FOUNDED}|获批|批[复准]|投产|[开动]工|奠基|[挂揭]牌|通车|获评|被评为|认定为|入选|升级为|更名为|迁入|搬迁"
_REST = r"[^,;。:!?\d]{0,24}(?=[,;。)]|$)"
_BEHIND_A_YEAR = re.compile(rf"[^,;。:!?\d实完]{{0,8}}?(?:{_FOUNDED}){_REST}")
_BEHIND_A_MONTH = re.compile(rf"[^,;。:!?\d实完]{{0,12}}?(?:{_HAPPENED}){_REST}")
_IN_FRONT = re.compile(rf"(?:{_HAPPENED})于?$")
_ENDS_CLAUSE = re.compile(r"[底末初]?(?=[,;。)]|$)")
_REACH = 8
"""Characters in front of a date in which the event may be named: 成立于."""
_MONTHS_OF_A_PART = 2
"""A longer stretch is a span that figures are of, no date."""


def is_event_date(view: str, mention: PeriodMention) -> bool:
    """Whether a date with its year written holds for its own clause alone, which tells an event and no figure."""
    if not mention.explicit or mention.is_base or not mention.period.known:
        return False
    months = mention.period.end - mention.period.start + 1
    if _IN_FRONT.search(view[max(0, mention.start - _REACH) : mention.start]) and _ENDS_CLAUSE.match(view, mention.end):
        return True
    behind = _BEHIND_A_MONTH if months < _MONTHS_OF_A_PART else _BEHIND_A_YEAR
    return len(mention.period.years) == 1 and bool(behind.match(view, mention.end))
