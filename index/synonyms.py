"""One form for words that mean the same, so that 高企 in a question meets 高新技术企业 in a document.

The list is `data/synonyms.txt`; it is applied to questions and documents alike before words are compared.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

_QUOTATION_MARK = re.compile("[\"'“”‘’《》「」『』〈〉]")


@lru_cache(maxsize=16384)
def canonical(view: str) -> str:
    """The normalised text with synonyms in their standard form and without quotation marks."""
    pattern, standard_forms = _rules()
    bare = _QUOTATION_MARK.sub("", view)
    return pattern.sub(lambda match: standard_forms[match.group().upper()], bare)


@lru_cache(maxsize=1)
def _rules() -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern of all variants, longest first and branched by first character for speed, and what each becomes."""
    standard_forms: dict[str, str] = {}
    branches: dict[str, list[str]] = {}
    for line in files("index").joinpath("data/synonyms.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        standard, _, written = line.partition(":")
        for variant in (re.escape(standard), *written.split()):
            standard_forms[_literal(variant)] = standard
            branches.setdefault(_literal(variant)[0], []).append(variant)
    alternatives = []
    for _, variants in sorted(branches.items()):
        variants.sort(key=lambda variant: (-len(_literal(variant)), variant))
        alternatives.append(f"{variants[0][0]}(?:{'|'.join(variant[1:] for variant in variants)})")
    return re.compile("|".join(alternatives), re.IGNORECASE), standard_forms


def _literal(variant: str) -> str:
    return re.sub(r"\(\?.*\)", "", variant).replace("\\", "").upper()
