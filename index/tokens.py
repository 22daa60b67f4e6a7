"""Words for keyword search: Han text in overlapping pairs, everything else in whole words and numbers.

Pairs need no dictionary, so no name is unknown to them; on Chinese reading sets they find more than segmented words do.
"""

from __future__ import annotations

import re
from typing import Final

from index.synonyms import canonical

_HAN: Final = r"〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHARACTER: Final = re.compile(rf"[{_HAN}]")
_RUN: Final = re.compile(rf"(?P<han>[{_HAN}]+)|\d+(?:\.\d+)+|(?:(?![{_HAN}])[^\W_])+")


def tokens(view: str) -> list[str]:
    """Tokens of a normalised text in reading order, repeated ones included, synonyms in one form.

    A Han character stands alone only where it has no Han neighbour: `建5G站点` gives `建`, `5g`, `站点`.
    """
    found: list[str] = []
    for run in _RUN.finditer(canonical(view)):
        text = run.group()
        if run.lastgroup is None:
            found.append(text.lower())
        elif len(text) == 1:
            found.append(text)
        else:
            found += [text[i : i + 2] for i in range(len(text) - 1)]
    return found


def is_han_character(token: str) -> bool:
    """Whether the token is one Han character, which no Han neighbour makes a pair of."""
    return bool(_CHARACTER.fullmatch(token))
