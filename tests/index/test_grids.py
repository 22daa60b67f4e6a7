from __future__ import annotations

import pytest

from index.grids import grid_at


def cells(text: str) -> list[list[str]] | None:
    """Cells of the table that the first line of a text opens."""
    lines, position = [], 0
    for line in text.split("\n"):
        lines.append((position, position + len(line)))
        position += len(line) + 1
    grid = grid_at(text, lines, 0)
    return None if grid is None else [[text[start:end] for start, end in row] for row in grid.rows]


@pytest.mark.parametrize(
    "text",
    [
        "指标\t2023年\n企业\t136",
        "指标\t\t2023年\n企业\t\t\t136",
        "指标　　2023年\n企业　　　136",
        "| 指标 | 2023年 |\n| 企业 | 136 |",
        "指标｜2023年\n企业｜136",
    ],
)
def test_bars_tabs_and_wide_gaps_part_cells(text: str) -> None:
    assert [[cell for cell in row if cell] for row in cells(text) or []] == [["指标", "2023年"], ["企业", "136"]]


def test_empty_cells_keep_their_columns() -> None:
    assert cells("指标\t2022年\t2023年\n企业\t\t136") == [["指标", "2022年", "2023年"], ["企业", "", "136"]]


def test_a_rule_between_rows_has_no_cells() -> None:
    assert cells("|指标|2023年|\n|---|---|\n|企业|136|") == [["指标", "2023年"], [], ["企业", "136"]]


@pytest.mark.parametrize(
    "text",
    [
        "首页 | 时政\n全市生产总值增长5%。",
        "编辑　　张某\n审核　　李某",
        "全年生产总值　　1205亿元\n其中第一产业　　增加值　　12亿元",
        "指标\t2023年",
    ],
)
def test_other_lines_are_no_table(text: str) -> None:
    assert cells(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "指标　2022年　2023年\n企业　120　136\n人数　5　-",
        "地区 企业 人数\n甲县 120 136\n乙县 5 6",
    ],
)
def test_single_spaces_part_cells_where_all_but_labels_are_figures(text: str) -> None:
    assert len(cells(text) or []) == 3


@pytest.mark.parametrize(
    "text", ["主持：张某　记录：李某　共 5 人\n时间：5月　地点：二楼　共 6 人", "共有 12 34\n其中 5 6"]
)
def test_words_between_single_spaces_are_no_cells(text: str) -> None:
    assert cells(text) is None


def test_the_corner_of_a_table_may_be_empty() -> None:
    text = "          甲厂    乙厂\n产量      120     136\n销量      115     130"

    assert (cells(text) or [])[0] == ["", "甲厂", "乙厂"]


def test_a_missing_cell_is_seen_by_where_the_others_stand() -> None:
    text = (
        "产品        产量      销量\n稻谷        84.37     80.2\n生猪                  35.1\n茶叶        9.1       8.8"
    )

    assert (cells(text) or [])[2] == ["生猪", "", "35.1"]
