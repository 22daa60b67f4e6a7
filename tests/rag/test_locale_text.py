from __future__ import annotations

import pytest

from rag.locale_text import tr


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "中"),
        ({"LANG": ""}, "中"),
        ({"LANG": "C"}, "中"),
        ({"LANG": "C.UTF-8"}, "中"),
        ({"LANG": "POSIX"}, "中"),
        ({"LANG": "zh_CN.UTF-8"}, "中"),
        ({"LANG": "zh_TW@stroke"}, "中"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "中"),
    ],
)
def test_first_variable_set_decides(variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert tr("中", "en") == expected
