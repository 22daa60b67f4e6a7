"""Numbers written as Chinese words."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL_SCALES = {"十": 10, "百": 100, "千": 1000}
LARGE_SCALES = {"万": 10**4, "亿": 10**8}
_SCALE_LEFT_OUT = re.compile(r"(?P<whole>[一二两三四五六七八九][^零〇]*?[百千万亿])(?P<digit>[一二三四五六七八九])")
"""八千六 is 8600, 一万二 is 12000."""
CHINESE_NUMERAL = "[零〇一二两三四五六七八九十百千万亿]"


def chinese_number(numeral: str) -> Decimal | None:
    """Value of 一百二十 or 两千, or digits read one by one (二〇二三); None where it is no number."""
    if all(character in DIGITS for character in numeral):
        return None if len(numeral) == 2 else Decimal("".join(str(DIGITS[character]) for character in numeral))
    if (short := _SCALE_LEFT_OUT.fullmatch(numeral)) and (whole := chinese_number(short["whole"])) is not None:
        return whole + Decimal(DIGITS[short["digit"]] * (SMALL_SCALES | LARGE_SCALES)[short["whole"][-1]]) / 10
    total = section = 0
    digit: int | None = None
    for character in numeral:
        if character in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[character]
        elif character in SMALL_SCALES:
            section += (1 if digit is None else digit) * SMALL_SCALES[character]
            digit = None
        else:
            section += digit or 0
            digit = None
            if section == 0 and total == 0:
                section = 1
            if character == "亿":
                total, section = (total + section) * LARGE_SCALES[character], 0
            else:
                total, section = total + section * LARGE_SCALES[character], 0
    return Decimal(total + section + (digit or 0))


def value_of(numeral: str) -> Decimal:
    """Value of a Chinese numeral, zero where it is no number."""
    return chinese_number(numeral) or Decimal(0)


def plain_number(text: str) -> Decimal | None:
    """Value of digits or of a Chinese numeral, which may have decimals (三点五); None where it is no number."""
    if text.isascii():
        return Decimal(text)
    whole, _, fraction = text.partition("点")
    value = chinese_number(whole)
    if value is None or not fraction:
        return value
    return Decimal(f"{value}.{''.join(str(DIGITS.get(character, 0)) for character in fraction)}")
