"""Figures as HTML: the chip with its check mark, its qualifier set apart, and what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from rag.contract import Figure
from ui.markup import escape, joined, reference
from ui.messages import say

_UNITS_NOT_SHOWN = ("", "date", "排名")


def render_chips(figures: Sequence[Figure], turn: int) -> str:
    """Return a chip for each figure; nothing where there is none."""
    if not figures:
        return ""
    chips = "".join(_chip(figure, turn) for figure in figures)
    return f'<ul class="figures" aria-label="{say("答案中的数字")}">{chips}</ul>'


def _chip(figure: Figure, turn: int) -> str:
    kind, check = _check(figure)
    proof = reference(turn, figure.citation) if kind == "verified" else ""
    about = joined((figure.indicator, figure.place, figure.period))
    return (
        f'<li class="figure {kind}">{check}<b class="amount">{amount(figure)}</b>'
        f'<span class="about">{about}{proof}</span></li>'
    )


def _check(figure: Figure) -> tuple[str, str]:
    """Return class and check mark: verified without a quote of its own, a figure was computed."""
    if not figure.verified:
        return "unverified", f'<span class="check">{say("未核实")}</span>'
    if not figure.citation:
        return "computed", f'<span class="check" title="{say("由所引数字算出")}">✓ {say("计算")}</span>'
    return "verified", verified_mark()


def verified_mark() -> str:
    """Return the mark of a figure that stands in its quote."""
    proved = f'<span aria-hidden="true">✓</span><span class="sr-only">{say("已核实")}</span>'
    return f'<span class="check" title="{say("已与原文逐字核实")}">{proved}</span>'


def amount(figure: Figure) -> str:
    """Return the figure as written, its qualifier set apart, its unit added where the text leaves it out."""
    head, qualifier, tail = _split_qualifier(figure.text, figure.qualifier)
    hint = say("限定词，不是精确值")
    marked = f'<span class="qualifier" title="{hint}">{escape(qualifier)}</span>' if qualifier else ""
    unit = "" if figure.unit in _UNITS_NOT_SHOWN or figure.unit in figure.text else figure.unit
    added = f' <span class="unit">{escape(unit)}</span>' if unit else ""
    return f"{escape(head)}{marked}{escape(tail)}{added}"


def _split_qualifier(text: str, qualifier: str) -> tuple[str, str, str]:
    """Split `近4亿元` and `2300余家` around the qualifier; put it in front of a text that does not hold all of it."""
    if not qualifier:
        return text, "", ""
    if qualifier in text:
        head, _, tail = text.partition(qualifier)
        return head, qualifier, tail
    held = max(size for size in range(len(qualifier)) if text.startswith(qualifier[len(qualifier) - size :]))
    return "", qualifier, text[held:]
