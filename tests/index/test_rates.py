from __future__ import annotations

import re

import pytest

from index.rates import canonical_rate, rate_pattern

PATTERN = re.compile(rate_pattern(["人", "次", "台", "套"]))


@pytest.mark.parametrize(
    "text",
    [
        "元/平方米·月",
        "元/kWh",
        "元/Wh",
        "tokens/s",
        " tokens/s",
        "GB/卡",
        "mg/L",
        "μg/m3",
        "次/分",
        "立方米每秒",
        "km/h",
        "吨标准煤/万元",
    ],
)
def test_what_there_is_per_something_is_a_unit(text: str) -> None:
    assert PATTERN.fullmatch(text) is not None


@pytest.mark.parametrize("text", ["台/套", "元/", "次/5", "tokens/step", "人每月", "元每人"])
def test_other_strokes_are_no_units(text: str) -> None:
    assert PATTERN.fullmatch(text) is None


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("元/千瓦时", "元/度"),
        ("元/kWh", "元/度"),
        ("元/m2/天", "元/平方米/天"),
        ("元/平方米·日", "元/平方米/天"),
        ("km/h", "公里/小时"),
        ("m3/s", "立方米/秒"),
        ("立方米每秒", "立方米/秒"),
        ("吨", "吨"),
    ],
)
def test_parts_have_their_usual_names(written: str, canonical: str) -> None:
    assert canonical_rate(written) == canonical
