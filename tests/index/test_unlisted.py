from __future__ import annotations

import pytest

from index.unlisted import counties_of_opening, division_behind, short_of, unlisted_counties


def test_a_county_is_found_behind_a_boundary_and_words_ending_alike_are_not() -> None:
    assert unlisted_counties("栎阳县与澄湖市,夜市和上市") == ["栎阳县", "澄湖市"]


@pytest.mark.parametrize(
    ("view", "names"),
    [
        ("栎阳县人民医院年报", ["栎阳县"]),
        ("在澄湖区第三届人民代表大会上", ["澄湖区"]),
        ("在岚城市第八届人民代表大会上", ["岚城市"]),
        ("大城市2023年报告", []),
        ("专访县中医院院长", []),
        ("营业区2023年供电报告", []),
        ("哪个市最多\n哪个市最少", []),
        ("来自栎阳县的客人", []),
        ("柳河乡概况\n澄湖市和澄湖市", ["柳河乡", "澄湖市"]),
        ("工业园区管理办公室工作总结", []),
    ],
)
def test_the_opening_names_its_place_by_a_body_or_by_repeating_it(view: str, names: list[str]) -> None:
    assert counties_of_opening(view) == names


def test_a_division_follows_its_parents() -> None:
    assert division_behind("江苏省栎阳县概况", 3) == "栎阳县"
    assert division_behind("江苏省沿海地区", 3) == ""


def test_short_names() -> None:
    assert short_of("栎阳县") == "栎阳"
    assert short_of("青枫镇") == "青枫镇"
