"""Charts as inline SVG: drawn by pygal, coloured and lettered by the page's own style sheet, so that they follow it.

pygal, because it is maintained, draws intervals, is 130 KB of Python without a binary part, and gives plain SVG with
classes. vl-convert (33 MB) and matplotlib (60 MB) bake colours in; plotly and ECharts put 1 to 4 MB of script into
every page. Its own style and script (which would come from a CDN) are taken out here.
"""

from __future__ import annotations

import math
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pygal
from markupsafe import Markup

from eval.stats import Share

BROAD, WIDE, NARROW = 1100, 490, 340
"""Widths in pixels: for the page, for half of it, and for a phone; the page's style sheet chooses by the screen."""
_ROW_HEIGHT = 27
_LETTER = 12.5
"""Pixels a full-width character takes."""
_PYGAL_LETTER = 6.0
"""Pixels pygal believes any character takes."""
_MARGIN = {"margin_top": 8, "margin_bottom": 8, "margin_right": 34}

pygal.etree.etree.to_etree()
"""With lxml installed (python-docx brings it) pygal would draw with that; this module works on the standard kind."""
ET.register_namespace("", "http://www.w3.org/2000/svg")
# pygal leaves a finder for its map plugins behind, which makes Python 3.11 warn at every later import.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart of intervals."""

    label: str
    share: Share


@dataclass(frozen=True, slots=True)
class Line:
    """One measure over several points."""

    title: str
    shares: Sequence[Share]
    with_interval: bool = False


def interval_chart(title: str, bars: Sequence[Bar]) -> Markup:
    """A dot and its Wilson interval for each row, on a scale from 0 to 100%."""

    def draw(width: int) -> pygal.graph.graph.Graph:
        labels = [_shortened(bar.label, width) for bar in bars]
        chart = pygal.HorizontalLine(
            **_options(width, 44 + _ROW_HEIGHT * len(bars), labels),
            stroke=False,
            dots_size=4.5,
            range=(0, 1),
            value_formatter=_percent,
        )
        chart.x_labels = labels
        chart.y_labels = _percent_ticks(width)
        chart.add("", [_with_interval(bar.share, f"{bar.label} {_counted(bar.share)}") for bar in bars])
        return chart

    return _both_widths(title, "intervals", draw)


def count_chart(title: str, counts: Sequence[tuple[str, int]]) -> Markup:
    """A bar for each row, its number beside it."""
    most = max((count for _, count in counts), default=0)
    upwards = [*reversed(counts)]

    def draw(width: int) -> pygal.graph.graph.Graph:
        labels = [label for label, _ in upwards]
        chart = pygal.HorizontalBar(
            **_options(width, 30 + _ROW_HEIGHT * len(upwards), labels),
            print_values=True,
            print_values_position="top",
            value_formatter=lambda value: f"{value:.0f}",
            range=(0, most * 1.06 or 1),
        )
        chart.x_labels = labels
        chart.y_labels = [0, most]
        chart.add("", [{"value": count, "label": f"{label} {count} 题"} for label, count in upwards])
        return chart

    return _both_widths(title, "counts", draw)


def duration_chart(title: str, rows: Sequence[tuple[str, float, float]]) -> Markup:
    """Two bars for each row: p50 and p95 in milliseconds."""
    upwards = [*reversed(rows)]

    def draw(width: int) -> pygal.graph.graph.Graph:
        labels = [label for label, _, _ in upwards]
        ticks = _ticks(max((row[2] for row in rows), default=0.0), 5 if width > NARROW else 3)
        chart = pygal.HorizontalBar(
            **_options(width, 34 + 38 * len(rows), labels),
            value_formatter=lambda value: f"{value:,.0f} ms",
            range=(0, ticks[-1]),
        )
        chart.x_labels = labels
        chart.y_labels = ticks
        for name, values in (("p50", [row[1] for row in upwards]), ("p95", [row[2] for row in upwards])):
            pairs = zip(labels, values, strict=True)
            chart.add(name, [{"value": value, "label": f"{label} {name} {value:,.1f} ms"} for label, value in pairs])
        return chart

    return _both_widths(title, "durations", draw)


def line_chart(title: str, points: Sequence[str], lines: Sequence[Line], wide: int = WIDE) -> Markup:
    """Shares over points in order, all labelled where there is room; `wide` is `WIDE` or `BROAD`."""

    def draw(width: int) -> pygal.graph.graph.Graph:
        room = max(1, (width - 60) // 76)
        step = max(1, -(-len(points) // room))
        chart = pygal.Line(
            **_options(width, 270, ["100%"]),
            dots_size=4,
            range=(_floor(lines), 1),
            value_formatter=_percent,
            allow_interruptions=True,
        )
        chart.x_labels = [point if number % step == 0 else "" for number, point in enumerate(points)]
        chart.y_labels = _shares_above(_floor(lines))
        for line in lines:
            named = zip(points, line.shares, strict=True)
            chart.add(
                line.title,
                [
                    _with_interval(share, f"{point} {line.title} {_counted(share)}", drawn=line.with_interval)
                    for point, share in named
                ],
            )
        return chart

    return _both_widths(title, "lines", draw, wide)


def _both_widths(title: str, kind: str, draw: Callable[[int], pygal.graph.graph.Graph], wide: int = WIDE) -> Markup:
    widths = (("wide", wide), ("narrow", NARROW))
    drawn = ((name, _cleaned(draw(width).render_tree(), title, kind)) for name, width in widths)
    return Markup("").join(Markup('<div class="{}">{}</div>').format(name, svg) for name, svg in drawn)


def _options(width: int, height: int, labels: Sequence[str]) -> dict[str, object]:
    """What every chart has; pygal measures letters as Latin ones, so Chinese labels get their room here."""
    missing = max((_width(label) - _PYGAL_LETTER * len(label) for label in labels), default=0.0)
    return {
        **_MARGIN,
        "margin_left": max(4, round(missing) + 4),
        "width": width,
        "height": height,
        "show_legend": False,
        "truncate_label": -1,
        "explicit_size": True,
    }


def _width(label: str) -> float:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in label)
    return _LETTER * wide + 0.62 * _LETTER * (len(label) - wide)


def _shortened(label: str, width: int) -> str:
    room = width * 0.34
    if _width(label) <= room:
        return label
    while label and _width(label + "…") > room:
        label = label[:-1]
    return label + "…"


def _with_interval(share: Share, label: str, *, drawn: bool = True) -> dict[str, object] | None:
    if share.value is None:
        return None
    low, high = share.interval
    point: dict[str, object] = {"value": share.value, "label": label}
    return point | {"ci": {"low": low, "high": high}} if drawn else point


def _counted(share: Share) -> str:
    low, high = share.interval
    return f"{_percent(share.value or 0)}（{share.hits}/{share.total}，95% 区间 {_percent(low)} - {_percent(high)}）"


def _ticks(most: float, steps: int) -> list[float]:
    """Round numbers from 0 to above `most`, about `steps` of them."""
    size = 10.0 ** math.floor(math.log10(most / steps)) if most > 0 else 1.0
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor * steps >= most)
    return [step * number for number in range(math.ceil(most / step) + 1)] if most > 0 else [0.0, 1.0]


def _shares_above(floor: float) -> list[float]:
    step = 5 if floor >= 0.8 else 10 if floor >= 0.4 else 20
    return [tick / 100 for tick in range(round(floor * 100), 101, step)]


def _percent_ticks(width: int) -> list[float]:
    return [tick / 100 for tick in range(0, 101, 20 if width > NARROW else 50)]


def _floor(lines: Sequence[Line]) -> float:
    """A share in tenths below all that is drawn."""
    drawn = [(line, share) for line in lines for share in line.shares if share.value is not None]
    lowest = [share.interval[0] if line.with_interval else share.value or 0.0 for line, share in drawn]
    return math.floor(min(lowest, default=0.0) * 10) / 10


def _percent(value: float) -> str:
    return f"{value:.1%}".replace(".0%", "%")


def _cleaned(svg: ET.Element, title: str, kind: str) -> Markup:
    """The drawing alone: no script, no style, no comment; each mark says in a tooltip what it is."""
    for parent in list(svg.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag in {"defs", "title"}:
                parent.remove(child)
        parent.attrib.pop("style", None)
        _describe(parent)
    for attribute in ("id", "class"):
        svg.attrib.pop(attribute, None)
    svg.attrib |= {"class": f"chart {kind}", "role": "img", "aria-label": title}
    return Markup(ET.tostring(svg, encoding="unicode"))


def _describe(group: ET.Element) -> None:
    described = group.findall("desc")
    label = next((desc.text for desc in described if desc.get("class") == "label"), None)
    for desc in described:
        group.remove(desc)
    if label:
        ET.SubElement(group, "title").text = label
