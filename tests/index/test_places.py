from __future__ import annotations

import pytest
from hypothesis import given

from index.places import aliases, find_parks, leading_place, main_place, named_divisions, short_name
from index.view import normalise
from tests.pieces import mixed_text, property_settings


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("东丽区", "东丽"),
        ("当涂县", "当涂"),
        ("天津市", "天津"),
        ("恩施土家族苗族自治州", "恩施"),
        ("新疆维吾尔自治区", "新疆"),
        ("滨海新区", "滨海"),
        ("香港特别行政区", "香港"),
    ],
)
def test_short_name(name: str, short: str) -> None:
    assert short_name(name) == short


def spelt(view: str, *, short: bool) -> list[str]:
    return [view[start:end] for start, end, _ in named_divisions(view, short=short)]


def test_full_names_are_found_everywhere_and_the_longest_wins() -> None:
    assert spelt("天津市东丽区和滨海新区", short=False) == ["天津市", "东丽区", "滨海新区"]


def test_short_names_only_where_asked_for() -> None:
    assert spelt("东丽与西青", short=True) == ["东丽", "西青"]
    assert spelt("东丽与西青", short=False) == []


def test_a_name_shared_by_districts_gives_them_all() -> None:
    ((_, _, places),) = named_divisions("鼓楼区", short=False)

    assert {"江苏省南京市鼓楼区", "福建省福州市鼓楼区"} <= {place.chain for place in places}


@pytest.mark.parametrize("view", ["香港特别行政区", "台北市", "澳门特别行政区"])
def test_divisions_that_the_gazetteer_lacks_are_known(view: str) -> None:
    assert spelt(view, short=False) == [view]


@pytest.mark.parametrize(
    ("view", "chain"),
    [
        ("盐湖高新区揭牌", "山西省运城市盐湖高新区"),
        ("大连高新区揭牌", "辽宁省大连高新区"),
        ("苏州工业园区揭牌", "江苏省苏州工业园区"),
        ("东丽经开区揭牌", "天津市东丽经开区"),
        ("天津滨海高新区揭牌", "天津滨海高新区"),
    ],
)
def test_park_is_named_after_a_division(view: str, chain: str) -> None:
    assert chain in {mention.place.chain for mention in find_parks(view)}


def test_a_park_without_a_division_is_none() -> None:
    assert find_parks("全市各高新区") == []


def test_main_place_is_the_one_the_report_speaks_of() -> None:
    text = "天津市东丽区2023年工作总结。东丽区委高度重视。我区学习西青区经验,全区产值12亿元。"

    place = main_place(text)

    assert place is not None
    assert place.chain == "天津市东丽区"


def test_main_place_is_told_by_short_names_with_their_city() -> None:
    text = "推荐7家企业申报马鞍山市重点实验室。全县工作以当涂经开区孵化器为主,走进当涂创新港活动,我县成效明显。"

    place = main_place(text)

    assert place is not None
    assert place.chain.startswith("安徽省马鞍山市当涂")


def test_shared_name_is_told_by_its_city_alone() -> None:
    place = main_place("南京市鼓楼区2023年工作总结。鼓楼区委高度重视,我区产值12亿元。")

    assert place is not None
    assert place.chain == "江苏省南京市鼓楼区"


def test_shared_name_without_its_city_is_no_place() -> None:
    assert main_place("鼓楼区产值12亿元。鼓楼区增长5%。") is None


def test_text_without_places_has_none() -> None:
    assert main_place("全县产值12亿元,我区增长5%。") is None


@pytest.mark.parametrize(
    ("chain", "asked"),
    [
        ("天津市东丽区", "东丽区"),
        ("天津市东丽区", "东丽"),
        ("山西省运城市盐湖高新区", "盐湖高新区"),
        ("天津滨海高新区", "滨海高新区"),
        ("天津滨海高新区", "天津高新区"),
        ("安徽省马鞍山市当涂县", "当涂"),
    ],
)
def test_aliases_hold_what_a_question_says(chain: str, asked: str) -> None:
    assert asked in aliases(chain)
    assert chain in aliases(chain)


@property_settings(150)
@given(mixed_text)
def test_spans_are_in_order_and_spell_a_known_name(text: str) -> None:
    view, position = normalise(text), 0
    for start, end, places in named_divisions(view, short=True):
        assert position <= start < end <= len(view)
        assert all(view[start:end] in {place.name, short_name(place.name)} for place in places)
        position = end


def test_title_outweighs_a_district_named_below() -> None:
    place = main_place("丽水市2023年环境公报\n云和县18微克,云和县最低。全市26微克。")

    assert place is not None
    assert place.chain == "浙江省丽水市"


def test_a_district_named_once_in_passing_is_not_the_place() -> None:
    assert main_place("某集团经营快讯\n在建乌拉特中旗风光大基地总投资58亿元。") is None


def test_prefecture_by_its_short_name() -> None:
    place = main_place("大理州旅游收入超74亿元\n全州接待游客,大理古城98万人次,全州床位23万张。")

    assert place is not None
    assert place.chain == "云南省大理白族自治州"
    assert "大理州" in aliases(place.chain)


@pytest.mark.parametrize(
    ("view", "around", "chain"),
    [
        ("六合区:高新技术企业120家", "江苏省南京市", "江苏省南京市六合区"),
        ("鼓楼区:高新技术企业120家", "江苏省南京市", "江苏省南京市鼓楼区"),
        ("◆云桥县面积1475平方公里", "", "云桥县"),
        ("全县:企业120家", "江苏省南京市", ""),
        ("六合区高新技术企业120家", "江苏省南京市", ""),
    ],
)
def test_place_that_opens_a_paragraph(view: str, around: str, chain: str) -> None:
    assert leading_place(view, around) == chain


@pytest.mark.parametrize(
    ("view", "names"),
    [
        ("宛丰县产量", []),
        ("建成县级公路", []),
        ("今天全县", []),
        ("丰县产量", ["丰县"]),
        ("位于丰县", ["丰县"]),
        ("徐州市丰县", ["徐州市", "丰县"]),
        ("是成县人", ["成县"]),
        ("(成县)", ["成县"]),
        ("在天全县", ["天全县"]),
    ],
)
def test_a_name_that_ends_another_word_is_none(view: str, names: list[str]) -> None:
    assert spelt(view, short=False) == names


@pytest.mark.parametrize(
    ("view", "chain"),
    [
        ("政府工作报告(摘要)\n--2024年1月9日在栎阳县第十七届人民代表大会第三次会议上", "栎阳县"),
        ("澄湖区民政局关于发放高龄津贴的通知\n各街道:", "澄湖区"),
        ("青枫镇2023年工作总结\n一年来", "青枫镇"),
        ("2023年栎阳县水资源公报\n地表水", "栎阳县"),
        ("2023年栎阳县水资源公报\n江苏省栎阳县地表水", "江苏省栎阳县"),
    ],
)
def test_an_unlisted_place_is_told_by_the_body_or_the_report_named_after_it(view: str, chain: str) -> None:
    place = main_place(view)

    assert place is not None
    assert place.chain == chain


@pytest.mark.parametrize(
    "view", ["主城区改造工作总结\n一年来", "高新园区管理中心工作报告", "全市统计公报", "西部地区发展报告"]
)
def test_parts_of_a_city_and_regions_are_no_place_of_their_own(view: str) -> None:
    assert main_place(view) is None


def test_an_unlisted_county_goes_by_its_short_name_and_a_township_does_not() -> None:
    assert aliases("栎阳县") == ("栎阳县", "栎阳")
    assert aliases("江苏省栎阳县") == ("江苏省栎阳县", "栎阳县", "栎阳")
    assert aliases("梧桐街道") == ("梧桐街道",)


def test_a_district_behind_the_short_name_of_its_city_is_that_one() -> None:
    assert leading_place("★ 佛山南海区:第9位", "") == "广东省佛山市南海区"
