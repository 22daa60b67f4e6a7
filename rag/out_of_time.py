"""Whether a figure without a date is asked of a year that its document cannot speak of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index import Status

if TYPE_CHECKING:
    from rag.ranking import Ranked
    from rag.reader import Library, Search

_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d\d(?![\d.%])")


def is_out_of_time(found: Search, best: Ranked, library: Library) -> bool:
    """Whether all years asked for lie after the last or before the first one that the undated figure's document names.

    The year before publication counts as named: 去年. A document that names no year is out of no time.
    """
    asked = found.question.period
    fact = best.fact
    if asked is None or not asked.known or fact.period_start or fact.status is Status.TARGET:
        return False
    document = library.index.document(fact.doc)
    years = {int(year) for year in _YEAR.findall(document.text)}
    years |= {month // 12 for one in library.index.facts(doc=fact.doc) for month in (one.period_start, one.period_end)}
    years -= {0}
    if document.published:
        years |= {int(document.published[:4]) - 1}
    return bool(years) and (asked.years.start > max(years) or asked.years.stop - 1 < min(years))
