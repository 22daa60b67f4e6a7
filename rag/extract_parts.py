"""The parts of an extract's text: what was asked for, what is said beside it, and the quotes behind both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.contract import Answer

COMPUTATION = re.compile(r"计算:.*?。(?=原文\[|其他|$)")
_BESIDE = re.compile(r"(?<=。)(?:计算:|注意:各数字|没有找到:|其他来源的数字不同).*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ExtractParts:
    """An extract with figures, taken apart."""

    conclusion: str
    """What was asked for, in short."""
    beside: str
    """Computation, what was not found, other periods, other sources: whole sentences with their marks, or empty."""


def parts_of(extract: Answer) -> ExtractParts:
    """Take an extract apart."""
    told = extract.answer.split("原文[", 1)[0]
    beside = _BESIDE.search(told)
    return ExtractParts(told[: beside.start()] if beside else told, beside.group() if beside else "")
