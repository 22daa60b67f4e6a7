"""Chinese or English, by the locale the user runs in."""

from __future__ import annotations

import os

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def speaks_chinese() -> bool:
    """Tell whether messages are shown in Chinese.

    The first of LC_ALL, LC_MESSAGES and LANG that is set decides, as in POSIX; no locale, C and POSIX mean Chinese.
    """
    locale = next((value for name in _LOCALE_VARIABLES if (value := os.environ.get(name))), "C")
    language = locale.split(".")[0].split("@")[0].split("_")[0].lower()
    return language in {"zh", "c", "posix"}


def tr(zh: str, en: str) -> str:
    """Return `zh` or `en`, by the locale."""
    return zh if speaks_chinese() else en
