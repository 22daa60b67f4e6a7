"""Figures that can be compared: a small table, and a bar for each on one scale from zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rag.contract import Figure
from ui.figures import amount, verified_mark
from ui.markup import escape, joined, reference
from ui.messages import say

_NOT_MEASURED: Final = frozenset({"", "date", "排名"})
"""Units whose bars would say nothing: a rank of 1 is not less than one of 4."""
_ROWS_MAX: Final = 12
_BAR: Final = (100.0, 10.0)
"""Width and height of a bar's drawing, stretched to the cell."""
_STEPS: Final = (1, 2, 2.5, 5, 10)
_LARGE: Final = ((1e8, "亿"), (1e4, "万"))
_PLAIN_UNITS: Final = ("%", "个百分点")


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    def place(self, value: float) -> float:
        """How far along the scale a value stands, in units of the drawing."""
        return (value - self.low) / (self.high - self.low) * _BAR[0]


def comparable(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Return the quoted figures, where there are some of one unit that differ in subject; else none."""
    rows = [figure for figure in figures if figure.citation and figure.verified]
    _, names = _named_by(rows) if rows else ("", ())
    fitting = (
        1 < len(rows) <= _ROWS_MAX
        and len({figure.unit for figure in rows}) == 1
        and rows[0].unit not in _NOT_MEASURED
        and len(set(names)) == len(rows)
        and all(names)
        and all(math.isfinite(figure.value) for figure in rows)
    )
    return tuple(rows) if fitting else ()


def render_comparison(rows: Sequence[Figure], turn: int) -> str:
    """Return the table of figures that are `comparable`."""
    if not rows:
        return ""
    title, names = _named_by(rows)
    scale = _scale([figure.value for figure in rows])
    named = zip(names, _details(rows, names), rows, strict=True)
    body = "".join(_row(name, detail, figure, scale, turn) for name, detail, figure in named)
    ticks = (
        f'<span class="scale" aria-hidden="true"><span>{_tick(scale.low, rows[0].unit)}</span>'
        f"<span>{_tick(scale.high, rows[0].unit)}</span></span>"
    )
    heads = f'<th scope="col">{escape(title)}</th><th scope="col">{say("数字")}</th>'
    caption = escape(say("比较：{about}", about="、".join(_shared(rows)))) if _shared(rows) else say("比较")
    return (
        f'<table class="comparison"><caption>{caption}</caption><thead><tr>{heads}'
        f'<th scope="col" class="bars"><span class="sr-only">{say("条形图")}</span>{ticks}</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _row(name: str, detail: str, figure: Figure, scale: _Scale, turn: int) -> str:
    label = f"{name} {figure.text}"
    about = f'<span class="about">{detail}</span>' if detail else ""
    return (
        f'<tr><th scope="row">{escape(name)}{about}</th>'
        f'<td class="amount">{verified_mark()}{amount(figure)}{reference(turn, figure.citation)}</td>'
        f'<td class="bars">{_bar(figure.value, scale, label)}</td></tr>'
    )


def _bar(value: float, scale: _Scale, label: str) -> str:
    """Return one bar, from the place of zero to the place of the value, whatever its sign."""
    zero, end = scale.place(0.0), scale.place(value)
    width, height = _BAR
    return (
        f'<svg class="bar" viewBox="0 0 {width:g} {height:g}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(label)}"><rect class="track" width="{width:g}" height="{height:g}"></rect>'
        f'<rect class="value" x="{min(zero, end):.2f}" width="{abs(end - zero):.2f}" height="{height:g}"></rect></svg>'
    )


def _fields(figure: Figure) -> tuple[str, str, str]:
    return figure.place, figure.period, figure.indicator


def _columns(rows: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Places, periods and indicators of the figures."""
    return [*zip(*map(_fields, rows), strict=True)]


def _named_by(rows: Sequence[Figure]) -> tuple[str, tuple[str, ...]]:
    """Return what tells the rows apart, with the name of each: their sides where the answer has some."""
    places, periods, indicators = _columns(rows)
    columns = (
        (say("比较的各边"), tuple(figure.subject for figure in rows)),
        (say("地区"), places),
        (say("时间"), periods),
        (say("指标"), indicators),
    )
    alone = next(((title, names) for title, names in columns if all(names) and len({*names}) == len(rows)), None)
    if alone:
        return alone
    varying = [(title, texts) for title, texts in columns[1:] if len({*texts}) > 1]
    names = tuple(" · ".join(filter(None, texts)) for texts in zip(*(texts for _, texts in varying), strict=True))
    return " · ".join(title for title, _ in varying), names


def _details(rows: Sequence[Figure], names: Sequence[str]) -> list[str]:
    """Return what else differs between the rows, as far as the name does not say it."""
    varying = [texts for texts in _columns(rows) if len({*texts}) > 1]
    return [
        joined(text for texts in varying if name not in (text := texts[number]) and text not in name)
        for number, name in enumerate(names)
    ]


def _shared(rows: Sequence[Figure]) -> list[str]:
    return [texts[0] for texts in _columns(rows) if len({*texts}) == 1 and texts[0]]


def _scale(values: Sequence[float]) -> _Scale:
    """From zero, or a round number below the least, to a round number above the most."""
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        return _Scale(0.0, 1.0)
    size = 10.0 ** math.floor(math.log10((high - low) / 4))
    step = next(size * factor for factor in _STEPS if size * factor * 4 >= (high - low) * 0.999)
    return _Scale(math.floor(low / step) * step, math.ceil(high / step - 1e-9) * step)


def _tick(value: float, unit: str) -> str:
    """Write a value of the scale with its unit, in 万 or 亿 where it is large."""
    for size, name in _LARGE:
        if unit not in _PLAIN_UNITS and abs(value) >= size:
            return escape(f"{value / size:,g}{name}{unit}")
    return escape(f"{value:,g}{unit}" if value else "0")
