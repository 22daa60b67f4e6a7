"""One form for words that mean the same, so that 高企 in a question meets 高新技术企业 in a document.

The list is `data/synonyms.txt`; it is applied to questions and documents alike before words are compared.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

_SHARE_OF_OUTPUT = re.compile(
    r"(?:全社会)?(?:R&D|研发|研究与试验发展(?:\(R&D\))?)(?:经费)?(?:投入|支出)?(?:总?额)?[ ,]?(?:相当于|占)(?:GDP|地区生产总值|生产总值)(?:的)?(?:比重|比例|之比)?"
)
"""研发强度 written out."""
_INTENSITY = re.compile(r"(?:研发|R&D)(?:投入|经费)?强度")
_QUOTATION_MARK = re.compile("[\"'“”‘’《》「」『』〈〉]")


@lru_cache(maxsize=16384)
def canonical(view: str) -> str:
    """The normalised text with synonyms in their standard form and without quotation marks."""
    pattern, standard_forms = _rules()
    bare = _QUOTATION_MARK.sub("", view)
    return pattern.sub(lambda match: standard_forms[match.group().upper()], _SHARE_OF_OUTPUT.sub("研发强度", bare))


def spelt_out(view: str) -> str:
    """A normalised question with its abbreviations written out (国科小, 研发强度); the same where it has none."""
    standard = _INTENSITY.sub("研发经费占地区生产总值比重", canonical(view))
    return standard if len(standard) > len(view) + 1 else view


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
