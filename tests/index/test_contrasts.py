from __future__ import annotations

from itertools import permutations

import pytest

from index.contrasts import contradicts, contrasted, names_side, side_unsaid, sides_named_last


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("城镇居民收入", "农村居民收入"),
        ("进口额", "出口额"),
        ("发明专利", "实用新型"),
        ("雏鹰企业", "瞪羚企业"),
        ("第一产业", "第二产业"),
        ("存款余额", "贷款余额"),
    ],
)
def test_other_side_contradicts_either_way(asked: str, other: str) -> None:
    for one, two in permutations([asked, other]):
        assert contradicts(one, two)


def test_own_side_does_not_contradict() -> None:
    assert not contradicts("城镇居民收入", "城镇居民人均可支配收入")
    assert not contradicts("农民收入", "农村居民收入"), "both words name the same side"


def test_both_sides_named_contradict_nothing() -> None:
    assert not contradicts("进口额", "进口额和出口额")
    assert not contradicts("进口额和出口额", "出口额")


def test_words_of_no_contrast_contradict_nothing() -> None:
    assert not contradicts("工业产值", "农村人口")
    assert not contradicts("城镇人口", "工业产值")


@pytest.mark.parametrize(
    ("phrase", "word", "partner"),
    [
        ("云溪县财政收入", "支出", "收入"),
        ("远山银行存款", "贷款", "存款"),
        ("云溪县进口", "出口", "进口"),
        ("云溪县财政收入", "产值", ""),
        ("云溪县财政收入", "收入", ""),
        ("云溪县收入水平", "支出", ""),
        ("", "支出", ""),
    ],
)
def test_the_other_side_at_the_end_of_a_phrase(phrase: str, word: str, partner: str) -> None:
    assert contrasted(phrase, word) == partner


@pytest.mark.parametrize(
    ("asked", "near", "around", "unsaid"),
    [
        ("女选手有多少人?", "参赛选手3200人", "参赛选手3200人", True),
        ("女选手有多少人?", "女选手1100人", "参赛选手3200人,女选手1100人", False),
        ("女选手有多少人?", "参赛1100人", "女子组比赛。参赛1100人", False),
        ("线上销售额是多少?", "销售额3亿元", "全年销售额3亿元", False),
        ("线上销售额是多少?", "线下渠道稳定,销售额3亿元", "线下渠道稳定,销售额3亿元", True),
        ("线上销售额是多少?", "销售额3亿元", "线下渠道稳定。销售额3亿元", False),
        ("销售额是多少?", "线下销售额3亿元", "线下销售额3亿元", False),
        ("二期投资是多少?", "一期总投资3亿元", "项目一期总投资3亿元", True),
    ],
)
def test_a_side_that_a_statement_leaves_open(asked: str, near: str, around: str, unsaid: bool) -> None:
    assert side_unsaid(asked, near, around) is unsaid


def test_a_heading_names_the_side_but_speaks_against_none() -> None:
    asked, said, heading = "失业保险参保率是多少?", "参保率95%", "养老与失业保险"
    assert not side_unsaid(asked, said, said, heading)
    assert not side_unsaid("医保参保率是多少?", said, said, heading)
    assert side_unsaid("医保参保率是多少?", f"{heading}{said}", said, "")


def test_kinds_of_amounts_exclude_each_other() -> None:
    assert contradicts("公司净利润", "公司产值")
    assert contradicts("公司估值", "订单额")
    assert not contradicts("研发投入占营业收入比重", "研发投入")


@pytest.mark.parametrize(
    ("asked", "stated", "verdicts"),
    [
        ("周末票价", "平日30元,周末", (1,)),
        ("周末票价", "周末45元,平日", (-1,)),
        ("周末票价", "票价", (0,)),
        ("票价", "平日30元,周末", ()),
        ("城镇居民收入", "农村居民收入", (-1, 1)),
    ],
)
def test_the_side_named_last_tells_for_each_contrast(asked: str, stated: str, verdicts: tuple[int, ...]) -> None:
    assert sides_named_last(asked, stated) == verdicts


def test_statement_that_names_the_side_asked_for() -> None:
    assert names_side("女选手有多少人?", "其中女性1100人")
    assert not names_side("女选手有多少人?", "其中男性2100人")
    assert not names_side("线上销售额是多少?", "线上销售额3亿元"), "no side that must be said"
