"""Facts of a text or of a seed, for the tests of the rooms that read documents."""

from __future__ import annotations

from functools import lru_cache

from index.analysis import Analysis, Ids, analyse
from index.records import Fact
from tests.conftest import ROOT


@lru_cache(maxsize=64)
def analysed(text: str) -> Analysis:
    return analyse("report.txt", text, "utf-8", "0" * 64, Ids(1, 1, 1))


@lru_cache(maxsize=5)
def analysed_seed(name: str) -> Analysis:
    """`name` is how the file's name starts: 000 to 004."""
    (file,) = (ROOT / "seeds").glob(f"{name}*.txt")
    return analysed(file.read_bytes().decode("utf-8"))


def facts_of(analysis: Analysis, figure: str, indicator: str = "") -> list[Fact]:
    """Facts whose normalised figure is `figure` and whose indicator holds `indicator`."""
    return [fact for fact in analysis.facts if fact.text == figure and indicator in fact.indicator]


def fact_of(text: str, figure: str, indicator: str = "") -> Fact:
    """The only such fact of a text."""
    (fact,) = facts_of(analysed(text), figure, indicator)
    return fact


def seed_fact(name: str, figure: str, indicator: str = "") -> Fact:
    """The first such fact of a seed."""
    return facts_of(analysed_seed(name), figure, indicator)[0]
