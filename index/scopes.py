"""Which place 全市 and 全省 mean in a document of one of their districts."""

from __future__ import annotations

import re

_SCOPE = re.compile(
    r"(?:^|[,;。:、(])\s*(?:截[至止]到?)?(?:(?:19|20)\d\d年)?(?:[年底末]{1,2})?,?(?P<scope>全[市省])(?![占居列]|的?比重|平均|第|各?[县区市]?前)"
    r"(?P<rest>[^,;。:]*)$"
)
_OF_A_PART = re.compile(r"[占居列排]|高于|低于|快于|慢于|超过?|[第前]")
_UP_TO = {"全市": re.compile(r"^.*?市"), "全省": re.compile(r"^.*?(?:省|自治区)")}


def place_of_scope(left: str, place: str) -> str:
    """Chain of the city or province that the clause in front of a figure speaks of as a whole; empty where of none.

    `place` is the chain of the place the text speaks of: 全市 in a text of 广东省佛山市南海区 is 广东省佛山市, but in
    one of a county-level city it is that city.
    """
    match = _SCOPE.search(left)
    if match is None or _OF_A_PART.search(match["rest"]):
        return ""
    return chain_of_scope(match["scope"], place)


def chain_of_scope(scope: str, place: str) -> str:
    """Chain that a label 全市 or 全省 means; empty for other labels, and where the place has no such parent."""
    up_to = _UP_TO.get(scope)
    if up_to is None or place.endswith(scope[1]):
        return ""
    match = up_to.match(place)
    return match.group() if match else ""
