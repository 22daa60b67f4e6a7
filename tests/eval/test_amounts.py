"""Figures compared as quantities: the hard cases of GOLD.md."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.amounts import amounts_in, gold_amount, is_written_with, list_markers, satisfies, says
from eval.goldset import GoldValue


def holds(text: str, value: str | float, unit: str) -> bool:
    gold = gold_amount(GoldValue(value=value, unit=unit))
    return any(satisfies(amount, gold) for amount in amounts_in(text))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("投资0.25亿元", 2500, "万元"),
        ("0.25亿", 2500, "万"),
        ("1213000万元", 121.3, "亿元"),
        ("121.3亿元", 1213000, "万元"),
        ("1.2万亿元", 12000, "亿元"),
        ("共有六家", 6, "家"),
        ("二十一家", 21, "家"),
        ("兑现72。5万元", 72.5, "万元"),
        ("產值121.3億元", 121.3, "亿元"),
        ("提高3個百分點", 3, "个百分点"),
        ("１２１．３亿元", 121.3, "亿元"),
        ("补助1,205.50万元", 1205.5, "万元"),
        ("开工于2023年10月", "2023-10", "date"),
        ("2023年10月15日开工", "2023-10", "date"),
        ("2021年12月31日", "2021-12-31", "date"),
        ("位列第15名", 15, "排名"),
        ("排名第四", 4, "排名"),
        ("居全市第4", 4, "排名"),
        ("第4位", 4, "排名"),
        ("占比近1/5", "1/5", ""),
        ("占五分之一", "1/5", ""),
        ("占20%", "1/5", ""),
        ("六成以上", 60, "%"),
        ("六成以上", 6, "成"),
        ("百分之八十五", 85, "%"),
        ("从6000平方米扩大到50000平方米", 6000, "平方米"),
        ("从6000平方米扩大到50000平方米", 50000, "平方米"),
        ("每个补助8万元至12万元", 8, "万元"),
        ("每个补助8万元至12万元", 12, "万元"),
        ("近4亿元", 4, "亿元"),
        ("不足千万元", 1000, "万元"),
        ("820餘萬元", 820, "万元"),
        ("科创指数为150。6", 150.6, ""),
        ("在册2800多名人员", 2800, "人"),
        ("浓度0。068毫克/升", 0.068, "毫克/升"),
        ("预计165船次", 165, "船次"),
        ("8家企业上榜", 8, "家"),
    ],
)
def test_a_figure_satisfies_gold_whatever_its_wording(text: str, value: str | float, unit: str) -> None:
    assert holds(text, value, unit)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("增长16.4%", 6.4, "%"),
        ("提高5.6个百分点", 5.6, "%"),
        ("增长5.6%", 5.6, "个百分点"),
        ("56家", 6, "家"),
        ("十六家", 6, "家"),
        ("121.3亿元", 121.3, "万元"),
        ("121.3元", 121.3, "亿元"),
        ("121.30001亿元", 121.3, "亿元"),
        ("6项", 6, "家"),
        ("2023年", "2023-10", "date"),
        ("2022年10月", "2023-10", "date"),
        ("4家", 4, "排名"),
        ("第4名", 4, "家"),
        ("3美元", 3, "元"),
    ],
)
def test_a_figure_does_not_satisfy_other_quantities(text: str, value: str | float, unit: str) -> None:
    assert not holds(text, value, unit)


def test_an_unknown_unit_is_not_satisfied_by_another_unknown_unit() -> None:
    assert not holds("预计165船次", 165, "趟车")


def test_citation_marks_are_no_figures() -> None:
    assert [amount.text for amount in amounts_in("产值121.3亿元[1][23]")] == ["121.3亿元"]


def test_loose_digits_are_found_so_that_nothing_hides() -> None:
    loose = [amount.text for amount in amounts_in("采用D3000型设备") if amount.loose]
    assert loose == ["3000"]


def test_a_finer_date_in_a_quote_proves_a_coarser_one_but_not_the_other_way() -> None:
    (month,) = amounts_in("2023年10月")
    assert says("2023年10月15日开工", month)
    assert not says("2023年开工", month)


def test_a_table_row_proves_the_number_of_a_cell() -> None:
    (income,) = amounts_in("812.6亿元")
    assert says("存款余额\t亿元\t812.60\t14.9", income)
    assert says("存款余额　812.60　14.9", income)
    assert says("存款余额 812.60 14.9", income)
    assert not says("存款余额 812.61", income)
    assert not says("存款余额有 812.6", income)


def test_list_markers_are_seen_at_line_starts_only() -> None:
    assert list_markers("1、产值\n2．税收\n增长3.5%，第4、5名") == ["1、", "2."]


def test_is_written_with_ignores_the_unit() -> None:
    (share,) = amounts_in("5.6%")
    assert is_written_with(share, GoldValue(value=Decimal("5.6"), unit="个百分点"))
    assert not is_written_with(share, GoldValue(value=Decimal(6), unit="个百分点"))


@given(st.decimals(min_value="0.01", max_value="9999", places=2), st.sampled_from(["亿元", "万元", "%", "家", "公里"]))
def test_every_gold_value_satisfies_itself_and_no_other_number(value: Decimal, unit: str) -> None:
    assert holds(f"达到{value}{unit}。", float(value), unit)
    assert not holds(f"达到1{value}{unit}。", float(value), unit)
