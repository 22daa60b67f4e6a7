"""Bars and lines as plain SVG: no script, no style, nothing from outside; the page's style sheet colours them.

pygal, because it is maintained, pure Python, already a dependency, and draws marks that are links. Gradio's own plots
and plotly bring 0.7 to 4.6 MB of script into the page and cannot link a mark to its quote.
"""

from __future__ import annotations

import math
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

import pygal

_WIDTHS: Final = (("wide", 1040), ("narrow", 350))
"""Pixels; the page's style sheet chooses by the screen."""
_ROW_HEIGHT: Final = 30
_LINES_HEIGHT: Final = 320
_PERIOD_WIDTH: Final = 84
_LETTER: Final = 12.5
"""Pixels a full-width character takes."""
_PYGAL_LETTER: Final = 6.0
"""Pixels pygal believes any character takes."""

sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
"""pygal leaves a finder of its own behind, for map plugins, of a kind that Python warns of."""
pygal.etree.etree.to_etree()
"""With lxml installed (python-docx brings it) pygal would draw with that; this module works on the standard kind."""
ET.register_namespace("", "http://www.w3.org/2000/svg")
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or point."""

    value: float
    label: str
    """All that it says, for the tooltip and for screen readers."""
    link: str


def draw_bars(title: str, rows: Sequence[tuple[str, Mark]]) -> str:
    """Return a bar for each row, the first at the top."""
    upwards = [*reversed(rows)]
    low, high = _range([mark.value for _, mark in rows])

    def draw(width: int) -> pygal.Graph:
        labels = [_shortened(label, width) for label, _ in upwards]
        options = _options(width, 44 + _ROW_HEIGHT * len(upwards), labels)
        chart = pygal.HorizontalBar(**options, range=(low, high), value_formatter=_number)
        chart.x_labels = labels
        chart.y_labels = _ticks(low, high, 6 if width > 500 else 3)
        chart.add("", [_pygal_mark(mark) for _, mark in upwards])
        return chart

    return _both_widths(title, "bars", draw)


def draw_lines(title: str, points: Sequence[str], lines: Sequence[Sequence[Mark | None]]) -> str:
    """Return one line each, over points in order; where a line has no mark it goes on to the next one."""
    low, high = _range([mark.value for line in lines for mark in line if mark])

    def draw(width: int) -> pygal.Graph:
        ticks = _ticks(low, high, 5)
        options = _options(width, _LINES_HEIGHT, [_number(tick) for tick in ticks])
        chart = pygal.Line(**options, range=(low, high), value_formatter=_number, dots_size=5)
        step = max(1, -(-len(points) * _PERIOD_WIDTH // (width - 60)))
        chart.x_labels = [point if number % step == 0 else "" for number, point in enumerate(points)]
        chart.y_labels = ticks
        for line in lines:
            chart.add("", [_pygal_mark(mark) if mark else None for mark in line])
        return chart

    return _both_widths(title, "lines", draw)


def _pygal_mark(mark: Mark) -> dict[str, object]:
    return {"value": mark.value, "label": mark.label, "xlink": {"href": mark.link, "target": "_self"}}


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From 0 or a round number below the least to a round number above the most."""
    low, high = min(0.0, *values), max(0.0, *values)
    step = _step(low, high, 5)
    return math.floor(low / step) * step, math.ceil(high / step) * step or step


def _step(low: float, high: float, steps: int) -> float:
    span = high - low
    span = span if span > sys.float_info.min * steps else 1.0
    size = 10.0 ** math.floor(math.log10(span / steps))
    return next(size * factor for factor in (1, 2, 5, 10) if size * factor * steps >= span * 0.999)


def _ticks(low: float, high: float, steps: int) -> list[float]:
    step = _step(low, high, steps)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def _number(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _options(width: int, height: int, labels: Sequence[str]) -> dict[str, Any]:
    """What both charts have; pygal measures letters as Latin ones, so Chinese labels get their room here."""
    missing = max((_width(label) - _PYGAL_LETTER * len(label) for label in labels), default=0.0)
    return {
        "width": width,
        "height": height,
        "margin": 6,
        "margin_left": max(6, round(missing) + 6),
        "margin_right": 40,
        "show_legend": False,
        "truncate_label": -1,
        "explicit_size": True,
        "js": (),
        "css": (),
    }


def _width(label: str) -> float:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in label)
    return _LETTER * wide + 0.62 * _LETTER * (len(label) - wide)


def _shortened(label: str, width: int) -> str:
    """The end of a place's name, which tells it from others, as far as there is room."""
    room = width * 0.3
    if _width(label) <= room:
        return label
    while label and _width("…" + label) > room:
        label = label[1:]
    return "…" + label


def _both_widths(title: str, kind: str, draw: Callable[[int], pygal.Graph]) -> str:
    drawn = (f'<div class="{name}">{_cleaned(draw(width).render_tree(), title, kind)}</div>' for name, width in _WIDTHS)
    return "".join(drawn)


def _cleaned(svg: ET.Element, title: str, kind: str) -> str:
    """The drawing alone: no script, no style, no comment; each mark says in a tooltip what it is."""
    for parent in list(svg.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or _name(child) in {"defs", "title"}:
                parent.remove(child)
        parent.attrib.pop("style", None)
        _describe(parent)
    for attribute in ("id", "class", "xmlns"):
        svg.attrib.pop(attribute, None)
    svg.attrib |= {"class": f"chart {kind}", "role": "group", "aria-label": title}
    return ET.tostring(svg, encoding="unicode")


def _describe(group: ET.Element) -> None:
    described = [child for child in group if _name(child) == "desc"]
    label = next((one.text for one in described if one.get("class") == "label"), None)
    for one in described:
        group.remove(one)
    if label:
        ET.SubElement(group, group.tag.replace(_name(group), "title")).text = label
        for link in (one for one in group.iter() if _name(one) == "a"):
            link.set("aria-label", label)


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
