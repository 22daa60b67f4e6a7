from __future__ import annotations

import pytest

from index.scopes import chain_of_scope, place_of_scope


@pytest.mark.parametrize(
    ("left", "place", "expected"),
    [
        ("全市高新技术企业", "广东省佛山市南海区", "广东省佛山市"),
        ("截至2023年底,全市高新技术企业", "广东省佛山市南海区", "广东省佛山市"),
        ("R&D强度,全省", "浙江省温州市洞头区", "浙江省"),
        ("占全市比重", "广东省佛山市南海区", ""),
        ("产值,全市排名", "广东省佛山市南海区", ""),
        ("全市高新技术企业", "云南省红河州弥勒市", ""),
        ("全市高新技术企业", "", ""),
    ],
)
def test_the_whole_city_is_the_one_above_the_place(left: str, place: str, expected: str) -> None:
    assert place_of_scope(left, place) == expected


def test_other_labels_are_no_scope() -> None:
    assert chain_of_scope("全市", "广东省佛山市南海区") == "广东省佛山市"
    assert chain_of_scope("合计", "广东省佛山市南海区") == ""
