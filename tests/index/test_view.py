from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.view import make_view, normalise, simplify
from tests.pieces import mixed_text, property_settings


@pytest.mark.parametrize(
    ("written", "view"),
    [
        ("资金72。5万元", "资金72.5万元"),
        ("达到3。83%，居全市", "达到3.83%,居全市"),
        ("占3·83%", "占3.83%"),
        ("产值１２．５亿元", "产值12.5亿元"),
        ("增长１２．５％", "增长12.5%"),
        ("1,205亿元", "1205亿元"),
        ("1，205，000.50元", "1205000.50元"),
        ("GDP达到1，205.5亿元", "GDP达到1205.5亿元"),
    ],
)
def test_figures_are_written_one_way(written: str, view: str) -> None:
    assert normalise(written) == view


@pytest.mark.parametrize(
    "text",
    ["共10家。2023年新增2家", "截至2023年底。12家企业", "1,2,3名", "1,000,00", "达到12家。\n3、加强建设"],
)
def test_a_full_stop_and_a_list_comma_stay(text: str) -> None:
    assert normalise(text).replace(" ", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("覈心陞級", "核心升级"),
        ("鏈條強筋壯骨", "链条强筋壮骨"),
        ("羣眾裡面", "群众里面"),
        ("臺灣與西青區", "台湾与西青区"),
        ("高品質發展", "高品质发展"),
        ("四穀", "四谷"),
    ],
)
def test_traditional_and_rare_variants_become_simplified(traditional: str, simplified: str) -> None:
    assert normalise(traditional) == simplified


def test_typesetters_spaces_go_but_words_stay_apart() -> None:
    assert normalise("增长 9.9 %，约 12 家") == "增长9.9%,约12家"
    assert normalise("MetaBOC system") == "MetaBOC system"


def test_invisible_characters_and_line_ends_leave_no_mark_in_words() -> None:
    assert normalise("\ufeff工业\u200b产值") == "工业产值"
    assert normalise("工业\r\n产值") == "工业产值"


def test_a_tab_between_cells_is_kept() -> None:
    assert normalise("指标\t12\t亿元") == "指标\t12\t亿元"


def test_span_of_the_view_leads_to_the_original_span() -> None:
    text = "\ufeff兌現資金 72。5 萬元，"
    view = make_view(text)
    start = view.text.index("72.5")

    assert view.text == "兑现资金72.5万元,"
    assert text[slice(*view.original_span(start, start + 4))] == "72。5"
    assert text[slice(*view.original_span(0, len(view.text)))] == text[1:]


def test_one_character_that_becomes_several_maps_to_its_place() -> None:
    text = "面积20万㎡。"
    view = make_view(text)
    start = view.text.index("m2")

    assert text[slice(*view.original_span(start, start + 2))] == "㎡"


def test_original_span_leads_to_the_view() -> None:
    text = "兌現資金 72。5 萬元"
    view = make_view(text)

    assert view.text[slice(*view.view_span(text.index("7"), text.index("萬")))] == "72.5"
    assert view.view_span(text.index(" "), text.index(" ") + 1) == (0, 0), "a dropped space has no view"


def test_dropped_spans_are_not_seen_and_offsets_step_over_them() -> None:
    text = "入库企业作文网 zUOwEnBa.Net720家"
    advert = (text.index("作"), text.index("720"))
    view = make_view(text, dropped=[advert])

    assert view.text == "入库企业720家"
    assert text[slice(*view.original_span(4, 8))] == "720家"


def test_part_of_a_text_keeps_the_offsets_of_the_whole() -> None:
    text = "前文。产值3。5亿元。后文"
    view = make_view(text, text.index("产"), text.index("后"))

    assert view.text == "产值3.5亿元。"
    assert text[slice(*view.original_span(0, len(view.text)))] == "产值3。5亿元。"


@property_settings(250)
@given(mixed_text)
@example("72。5萬元")
@example("１,２０５")
def test_every_view_character_comes_from_the_original_character_at_its_offset(text: str) -> None:
    view = make_view(text)

    assert len(view.text) == len(view.offsets)
    assert list(view.offsets) == sorted(view.offsets)
    for character, offset in zip(view.text, view.offsets, strict=True):
        source = make_view(text[offset]).text
        if is_han(character):
            assert any(is_han(own) for own in source), "OpenCC may choose another Han character by its neighbours"
        else:
            assert character in source or (character == "." and source in {"。", "·"})


def is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY"))


@property_settings(200)
@given(mixed_text, st.data())
def test_any_span_of_the_view_is_the_view_of_its_original_span(text: str, data: st.DataObject) -> None:
    view = make_view(text)
    if not view.text:
        return
    start = data.draw(st.integers(0, len(view.text) - 1))
    end = data.draw(st.integers(start + 1, len(view.text)))
    original_start, original_end = view.original_span(start, end)

    assert 0 <= original_start < original_end <= len(text)
    inside = [i for i, offset in enumerate(view.offsets) if original_start <= offset < original_end]
    assert inside[0] <= start and end - 1 <= inside[-1]
    assert [i for i in range(start, end) if i not in inside] == []
    seen_start, seen_end = view.view_span(original_start, original_end)
    assert seen_start <= start < end <= seen_end


@property_settings(200)
@given(mixed_text)
def test_simplifying_keeps_the_length(text: str) -> None:
    assert len(simplify(text)) == len(text)


@property_settings(200)
@given(st.integers(0, 99999), st.integers(0, 99), st.sampled_from(["亿元", "万元", "%", "家", "个百分点"]))
def test_a_decimal_written_with_an_ideographic_stop_reads_like_one_with_a_point(
    whole: int, part: int, unit: str
) -> None:
    assert normalise(f"达到{whole}。{part:02d}{unit},") == normalise(f"达到{whole}.{part:02d}{unit},")


def test_a_minus_sign_of_a_spreadsheet_is_a_minus() -> None:
    assert normalise("增长\u22123.2%") == "增长-3.2%"


def test_an_ordinal_has_no_decimals() -> None:
    assert normalise("居全市第4。3家企业获奖") == "居全市第4。3家企业获奖"


@pytest.mark.parametrize("text", ["见表1 12家企业入选", "见表1 205.5亿元", "增速由5 6.1%", "增长率 12 13%"])
def test_numbers_side_by_side_stay_two(text: str) -> None:
    assert re.findall(r"[\d.]+", normalise(text)) == re.findall(r"[\d.]+", text)


@pytest.mark.parametrize("text", ["占地1 205亩", "产值1 205.5亿元", "产值12 205.55亿元"])
def test_a_space_between_thousands_is_a_separator(text: str) -> None:
    assert normalise(text) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("截至民國113年6月底", "截至2024年6月底"),
        ("臺中市112年產值較111年增加", "台中市2023年产值较2022年增加"),
        ("112年数字经济产值是多少", "2023年数字经济产值是多少"),
        ("预计114年8月完工", "预计2025年8月完工"),
        ("臺灣建校112年，113年培訓", "台湾建校112年,2024年培训"),
        ("学校建校112年", "学校建校112年"),
        ("桥梁设计寿命120年", "桥梁设计寿命120年"),
        ("总里程112年均增长", "总里程112年均增长"),
    ],
)
def test_years_of_the_era_become_common_ones(text: str, view: str) -> None:
    assert normalise(text) == view


def test_a_year_of_the_era_is_quoted_as_it_stands() -> None:
    text = "臺中市政府公告：截至民國113年6月底共4,862戶"
    view = make_view(text)
    start = view.text.index("2024年6月")
    first, last = view.original_span(start, start + len("2024年6月"))

    assert text[first:last] == "113年6月"


def test_a_bare_year_counts_where_the_whole_text_is_of_taiwan() -> None:
    text = "臺中市統計\n較111年增加"

    assert make_view(text, text.index("較")).text == "较2022年增加"
