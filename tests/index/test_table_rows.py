from __future__ import annotations

from index.table_rows import planned_rows

FLAT = [0] * 9


def test_periods_head_columns() -> None:
    (row,) = planned_rows([["指标", "3月", "1-3月", "2026E"], ["产量", "5", "12", "60"]], FLAT[:2])

    assert row.header == ("指标", "3月", "1-3月", "2026E")


def test_a_first_row_of_figures_is_no_head() -> None:
    rows = list(planned_rows([["甲", "5"], ["乙", "6"]], FLAT[:2]))

    assert [row.header for row in rows] == [("", ""), ("", "")]


def test_rows_set_in_and_rows_called_parts_have_a_parent() -> None:
    cells = [["项目", "金额"], ["贷款", "90"], ["其中:住户", "40"], ["企业", "50"], ["存款", "80"]]
    rows = planned_rows(cells, [0, 0, 2, 2, 0])

    assert [row.parent for row in rows] == ["", "贷款", "贷款", ""]


def test_a_row_with_a_label_alone_is_over_the_rows_below() -> None:
    rows = list(planned_rows([["项目", "2022年", "2023年"], ["城镇", "", ""], ["收入", "5", "6"]], FLAT[:3]))

    assert rows[-1].parent == "城镇"


def test_second_column_labels_rows_whose_first_is_the_same_or_empty() -> None:
    cells = [["校区", "年级", "人数"], ["东", "一年级", "35"], ["", "二年级", "31"], ["西", "一年级", "25"]]
    rows = planned_rows(cells, FLAT[:4])

    assert [(row.label, row.label_columns) for row in rows] == [("东 一年级", 2), ("东 二年级", 2), ("西 一年级", 2)]


def test_second_column_that_describes_is_no_label() -> None:
    rows = planned_rows([["名称", "品牌", "数量"], ["泵", "甲", "5"], ["阀", "乙", "6"]], FLAT[:3])

    assert {row.label_columns for row in rows} == {1}


def test_a_second_header_heads_what_follows() -> None:
    cells = [["分产品", "收入", "成本"], ["轴承", "9", "5"], ["分地区", "收入", "成本"], ["境外", "3", "2"]]
    rows = list(planned_rows(cells, FLAT[:4]))

    assert rows[-1].header[0] == "分地区"


def test_a_row_of_units_belongs_to_the_heads() -> None:
    (row,) = planned_rows([["作物", "面积", "产量"], ["", "万亩", "(万吨)"], ["夏粮", "62", "25"]], FLAT[:3])

    assert row.header == ("作物", "面积(万亩)", "产量(万吨)")


def test_a_column_of_codes_is_named_by_the_next() -> None:
    cells = [["标段号", "内容", "数量"], ["1", "照明", "5"], ["2", "供水", "6"]]
    rows = planned_rows(cells, FLAT[:3])

    assert [(row.label, row.label_columns) for row in rows] == [("标段1 照明", 2), ("标段2 供水", 2)]
