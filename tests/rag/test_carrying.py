from __future__ import annotations

import pytest
from hypothesis import given

from rag.carrying import carried, in_place_of_its_like, without_asking
from rag.places_asked import place_index
from tests.pieces import mixed_text, property_settings

PLACES = place_index(["天津市东丽区", "天津市西青区"])


@pytest.mark.parametrize(
    ("core", "earlier", "whole"),
    [
        ("钢铁链", "东丽区汽车产业链产值是多少", "东丽区钢铁链产值是多少"),
        ("风电", "宏远集团上半年火电装机多少", "宏远集团上半年风电装机多少"),
        ("3号线", "今年1至11月1号线日均客流多少", "今年1至11月3号线日均客流多少"),
        ("旅游", "东丽区物流产业签了多少个项目", "东丽区旅游签了多少个项目"),
        ("美国的", "园区去年取得多少件国内专利", "园区去年取得多少件美国专利"),
        ("雏鹰企业", "东丽区2023年有多少家瞪羚企业", "东丽区2023年有多少家雏鹰企业"),
    ],
)
def test_another_thing_takes_the_place_of_its_like(core: str, earlier: str, whole: str) -> None:
    assert carried(core, earlier, PLACES) == whole


@pytest.mark.parametrize(
    ("core", "earlier", "whole"),
    [
        ("企业有几家", "东丽区汽车产业产值是多少", "东丽区汽车产业的企业有几家"),
        ("户数", "远山银行涉农贷款余额是多少", "远山银行涉农贷款的户数是多少"),
        ("产值多少", "汽车产业有多少家企业", "汽车产业的产值多少"),
        ("总投资多少", "东丽区新签约项目多少个", "东丽区新签约项目的总投资多少"),
        ("占几成", "国产卡有几张", "国产卡的占几成"),
        ("涨了多少", "一产增加值多少", "一产增加值的涨了多少"),
    ],
)
def test_another_figure_of_the_same_thing(core: str, earlier: str, whole: str) -> None:
    assert carried(core, earlier, PLACES) == whole


@pytest.mark.parametrize(
    ("core", "earlier", "whole"),
    [
        ("如今多少家", "门店原先有多少家", "门店如今多少家"),
        ("现在压到多少", "大班额比例原来多少", "大班额比例现在压到多少"),
    ],
)
def test_other_end_of_the_change(core: str, earlier: str, whole: str) -> None:
    assert carried(core, earlier, PLACES) == whole


def test_subject_and_asking_of_their_own() -> None:
    assert carried("全马的呢,调高到多少", "半马报名费是多少", PLACES) == "全马报名费调高到多少"


def test_like_is_told_by_its_last_noun() -> None:
    phrase = "远山银行2023年末存款余额"

    assert in_place_of_its_like("贷款余额", phrase, PLACES) == "远山银行2023年末贷款余额"
    assert in_place_of_its_like("网点", phrase, PLACES) is None


def test_interrogative_is_taken_away() -> None:
    assert without_asking("高新技术企业有多少家?") == "高新技术企业"


@property_settings(200)
@given(mixed_text, mixed_text)
def test_anything_can_be_carried(core: str, earlier: str) -> None:
    assert isinstance(carried(core, earlier, PLACES), str)
