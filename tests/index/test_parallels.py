from __future__ import annotations

import pytest

from tests.index.reports import fact_of


@pytest.mark.parametrize(
    ("text", "figure", "indicator"),
    [
        ("平均每周上网21.2小时,女性为19.5小时。", "19.5小时", "女性 平均每周上网"),
        ("全年安排补助3460万元,其中国债1850万元,市级900万元。", "900万元", "市级 安排补助"),
        ("审结案件6981件。其中合同纠纷1428件,劳动争议516件。", "516件", "劳动争议 审结案件"),
        ("周末均价420元,平日260元。", "260元", "平日 均价"),
        ("人均花费6840元。按片区计,东街最高,达7410元,西街为6520元。", "7410元", "东街最高 人均花费"),
        ("人均花费6840元。按片区计,东街最高,达7410元,西街为6520元。", "6520元", "西街 人均花费"),
        ("总投入168万元,财政120万元,捐赠31万元,项目17万元。", "31万元", "捐赠 总投入"),
        ("供应量按规格:大号385箱,小号276箱。", "276箱", "小号 供应量"),
        ("三家报价:恒远建工187万元,百盛防水172万元。", "172万元", "百盛防水 报价"),
        ("司机平均月薪24600元,连奖励计27100元。", "27100元", "连奖励计 平均月薪"),
        ("8层及以上每台补助12万元,7层及以下每台10万元。", "10万元", "7层及以下每台 补助"),
        ("停机3次,累计41小时;最长一次22小时。", "22小时", "最长一次 停机"),
    ],
)
def test_an_item_has_the_measure_of_its_list(text: str, figure: str, indicator: str) -> None:
    found = fact_of(text, figure).indicator

    assert all(word in found for word in indicator.split())


@pytest.mark.parametrize(
    ("text", "figure", "foreign"),
    [
        ("载水量6吨,泡沫2吨。", "2吨", "载水量"),
        ("收入84万元,支出59万元。", "59万元", "收入"),
        ("A轮资金用于:渠道45%、研发30%、市场15%。", "30%", "渠道"),
        ("省级专精特新企业58家,累计312家。国家级单项冠军4家。", "4家", "专精特新"),
        ("完成目标110万人次的107%。其中东馆97万人次。", "97万人次", "目标"),
    ],
)
def test_a_figure_of_its_own_takes_no_measure(text: str, figure: str, foreign: str) -> None:
    assert foreign not in fact_of(text, figure).indicator


def test_parts_have_the_period_of_their_whole() -> None:
    text = "2023年产业简报\n2023年产值827亿元,今年冲刺千亿。其中电池395亿元。"

    assert fact_of(text, "395亿元").period == "2023年"
