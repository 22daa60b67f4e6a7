from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.numerals import chinese_number
from index.quantities import find_quantities, in_base_unit, quantities_in_view
from index.records import Quantity
from index.view import normalise
from tests.pieces import mixed_text, property_settings


def only(text: str) -> Quantity:
    found = find_quantities(text)
    assert len(found) == 1, [quantity.text for quantity in found]
    return found[0]


def amounts(text: str) -> list[tuple[Decimal, str]]:
    return [(quantity.value, quantity.unit) for quantity in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("工业产值121.3亿元", "12130000000", "元"),
        ("资金72。5万元", "725000", "元"),
        ("强度达到3。83%", "3.83", "%"),
        ("收入1,205.50元", "1205.50", "元"),
        ("产值１２０５亿元", "120500000000", "元"),
        ("總投資6億元", "600000000", "元"),
        ("市值1.2万亿元", "1200000000000", "元"),
        ("出口5亿美元", "500000000", "美元"),
        ("奖励百万元", "1000000", "元"),
        ("提高3个百分点", "3", "个百分点"),
        ("拉动增长3.2個百分點", "3.2", "个百分点"),
        ("占地24.79平方公里", "24790000", "平方米"),
        ("面积72万平方米", "720000", "平方米"),
        ("面积20万㎡", "200000", "平方米"),
        ("增速-26。6%", "-26.6", "%"),
        ("利润率19.6‰", "19.6", "‰"),
        ("每千家企业中高新技术企业数18。46家", "18.46", "家"),
        ("R&D人员数166人年", "166", "人年"),
        ("平均年龄30岁", "30", "岁"),
        ("吞吐量0。068毫克/升", "0.068", "毫克/升"),
        ("科创指数为150。6,", "150.6", ""),
        ("车间有74个人", "74", "人"),
        ("引进5个人才团队", "5", "个"),
        ("过去要走两个半小时", "2.5", "小时"),
        ("工期3个半月", "3.5", "个月"),
        ("拟发行4200万股", "42000000", "股"),
        ("交付168万载重吨", "1680000", "载重吨"),
        ("增设充电桩540根", "540", "根"),
        ("塘口价68元/斤", "68", "元/斤"),
    ],
)
def test_value_is_in_base_units(text: str, value: str, unit: str) -> None:
    assert (only(text).value, only(text).unit) == (Decimal(value), unit)


def test_same_amount_in_other_units_is_the_same_quantity() -> None:
    assert amounts("1205亿元") == amounts("12050000万元") == amounts("1，205亿元") == amounts("1205億元")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("三百五十万元", "3500000", "元"),
        ("十二亿元", "1200000000", "元"),
        ("四千五百人", "4500", "人"),
        ("一千零一家", "1001", "家"),
        ("两万两千家", "22000", "家"),
        ("兩個百分點", "2", "个百分点"),
        ("百分之三点五", "3.5", "%"),
        ("百分之二百", "200", "%"),
        ("六成以上", "60", "%"),
        ("占九成一", "91", "%"),
        ("七成半", "75", "%"),
    ],
)
def test_chinese_numerals_are_read(text: str, value: str, unit: str) -> None:
    assert (only(text).value, only(text).unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "value", "unit"), [("增长二点五倍", "2.5", "倍"), ("提高三点五个百分点", "3.5", "个百分点")]
)
def test_chinese_decimals_are_read_whole(text: str, value: str, unit: str) -> None:
    assert amounts(text) == [(Decimal(value), unit)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("总产值三点五亿元", "350000000", "元"),
        ("总投资四十二点五亿元", "4250000000", "元"),
        ("近三点五万人", "35000", "人"),
    ],
)
def test_chinese_decimals_may_have_a_scale(text: str, value: str, unit: str) -> None:
    assert amounts(text) == [(Decimal(value), unit)]


@pytest.mark.parametrize("text", ["1、3家企业获奖", "2、12家企业入库"])
def test_list_number_in_front_of_a_figure_is_none(text: str) -> None:
    assert len(find_quantities(text)) == 1


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("高企2300余家", "余"),
        ("产值近4亿元", "近"),
        ("不足千万元", "不足"),
        ("攻关超120项", "超"),
        ("约3.5亿元", "约"),
        ("入住大约5000人", "大约"),
        ("突破1000亿元", "突破"),
        ("不少于20项", "不少于"),
        ("在册2800多名", "多"),
        ("达40亿元以上", "以上"),
        ("增长6%左右", "左右"),
        ("占近1/5", "近"),
        ("投入820餘萬元", "余"),
        ("十几家", "几"),
    ],
)
def test_qualifier_is_kept_and_belongs_to_the_figure(text: str, qualifier: str) -> None:
    quantity = only(text)

    assert quantity.qualifier == qualifier
    assert qualifier in normalise(text[quantity.start : quantity.end])


def test_change_from_one_figure_to_another_is_two_figures() -> None:
    assert amounts("从6000平方米扩大到50000平方米") == [(Decimal(6000), "平方米"), (Decimal(50000), "平方米")]
    assert amounts("用時從30分鐘縮短到10分鐘") == [(Decimal(30), "分钟"), (Decimal(10), "分钟")]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("引进5-8家", "5", "8", "家"),
        ("增长2至3倍", "2", "3", "倍"),
        ("增长5%-6%", "5", "6", "%"),
        ("增长5%至8%", "5", "8", "%"),
        ("投资20—30亿元", "2000000000", "3000000000", "元"),
        ("投资8000万-1亿元", "80000000", "100000000", "元"),
    ],
)
def test_written_range_has_two_ends(text: str, low: str, high: str, unit: str) -> None:
    quantity = only(text)

    assert (quantity.value, quantity.upper, quantity.unit) == (Decimal(low), Decimal(high), unit)


@pytest.mark.parametrize(
    "text",
    [
        "1、加强领导",
        "(二)加快培育",
        "第二批认定名单",
        "第十二届大赛",
        "最新版飞腾腾锐D3000",
        "“315”科创体系",
        "“1+1+N+X”组织体系",
        "5G站点",
        "一批项目相继落户",
        "另一家龙头企业",
        "是一家医疗器械生产企业",
        "科技创新和产业创新一起抓",
        "高质量发展这一首要任务",
        "三年行动计划",
        "三次产业",
        "前三季度",
        "世界500强",
        "13800138000",
        "13:15:00",
        "www.a12.com/3家",
    ],
)
def test_what_is_no_figure_gives_none(text: str) -> None:
    assert find_quantities(text) == []


def test_one_is_counted_where_it_is_the_only_one() -> None:
    assert amounts("运城市唯一一家国家级科技企业孵化器") == [(Decimal(1), "家")]


def test_figures_come_in_order_of_appearance() -> None:
    found = find_quantities("2023年完成工业产值121.3亿元,同比增长34.9%,居全市第4,三百家企业,六成以上")

    assert [quantity.text for quantity in found] == ["2023年", "121.3亿元", "34.9%", "第4", "三百家", "六成以上"]


def test_more_than_three_percentage_points() -> None:
    assert amounts("提高3个多百分点") == [(Decimal(3), "个百分点")]


def test_figures_that_share_a_unit() -> None:
    assert amounts("分别为12.5、13.6和14.7亿元") == [
        (Decimal(1250000000), "元"), (Decimal(1360000000), "元"), (Decimal(1470000000), "元"),
    ]  # fmt: skip


def test_degrees() -> None:
    assert amounts("气温52℃") == [(Decimal(52), "℃")]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("投资1亿3千万元", 130000000, "元"), ("投资1亿3000万元", 130000000, "元"), ("惠及3万5千人", 35000, "人")],
)
def test_amount_written_with_two_scales(text: str, value: int, unit: str) -> None:
    assert amounts(text) == [(Decimal(value), unit)]


def test_negative_figure_of_a_spreadsheet() -> None:
    assert amounts("增长\u22123.2%") == [(Decimal("-3.2"), "%")]


@property_settings(250)
@given(mixed_text)
def test_span_holds_the_figure(text: str) -> None:
    assume(not any(character in text for character in "⁄½⅓⅔¼¾"))
    end = 0
    for quantity in find_quantities(text):
        assert end <= quantity.start < quantity.end <= len(text), "in order and without overlap"
        assert normalise(text[quantity.start : quantity.end]).strip() == quantity.text.strip()
        assert quantity.upper is None or quantity.upper > quantity.value
        end = quantity.end


@property_settings(200)
@given(mixed_text)
def test_in_a_view_the_span_slices_to_the_text(text: str) -> None:
    view = normalise(text)
    for quantity in quantities_in_view(view):
        assert view[quantity.start : quantity.end] == quantity.text


UNITS = st.sampled_from(["元", "家", "人", "项", "平方米", "%", "个百分点", "吨", "倍"])


@property_settings(200)
@given(
    st.decimals(0, 99999, places=2),
    st.sampled_from(["", "万", "亿"]),
    UNITS,
    st.sampled_from(["共有", "产值达到", "新增"]),
)
def test_any_number_with_a_unit_is_read_exactly(number: Decimal, scale: str, unit: str, lead: str) -> None:
    assume(not (scale and unit in {"%", "个百分点", "倍"}))
    factor = {"": 1, "万": 10**4, "亿": 10**8}[scale]

    assert amounts(f"{lead}{number}{scale}{unit},") == [(number * factor, unit)]


@property_settings(200)
@given(st.integers(1, 9999), st.sampled_from(["", "万", "亿"]))
def test_chinese_number_is_the_inverse_of_writing_it(number: int, scale: str) -> None:
    factor = {"": 1, "万": 10**4, "亿": 10**8}[scale]

    assert chinese_number(in_chinese(number) + scale) == number * factor


def in_chinese(number: int) -> str:
    digits, written, gap = "零一二三四五六七八九", "", False
    for place, scale in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            written += ("零" if gap else "") + digits[digit] + scale
        gap = bool(written) and not digit
    return written


def test_base_unit_of_scaled_units() -> None:
    assert in_base_unit(Decimal("121.3"), "亿", "元") == (Decimal(12130000000), "元")
    assert in_base_unit(Decimal(2), "万", "平方公里") == (Decimal(20000000000), "平方米")


@pytest.mark.parametrize("text", ["一二", "五六", "三五十"])
def test_digits_beside_each_other_are_no_number(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("view", "found"),
    [
        ("每台每天省电12千瓦时。", [("12千瓦时", "12", "度")]),
        ("装机12千瓦", [("12千瓦", "12000", "瓦")]),
        ("停靠船舶4860艘次", [("4860艘次", "4860", "艘次")]),
        ("建成住房163单元", [("163单元", "163", "单元")]),
        ("高于全国、全区2.1个和1.2个百分点", [("2.1个", "2.1", "个百分点"), ("1.2个百分点", "1.2", "个百分点")]),
        ("流量2180立方米每秒", [("2180立方米每秒", "2180", "立方米/秒")]),
        ("最高可达八成", [("八成", "80", "%")]),
        ("整治内涝点十七处", [("十七处", "17", "处")]),
        ("三点五亿元", [("三点五亿元", "350000000", "元")]),
        ("居1998年以来第二位", [("1998年", "19980000", "date"), ("第二位", "2", "排名")]),
        ("新增2.1万个和1.2万个岗位", [("2.1万个", "21000", "个"), ("1.2万个", "12000", "个")]),
    ],
)
def test_longer_units_go_first(view: str, found: list[tuple[str, str, str]]) -> None:
    quantities = find_quantities(view)
    assert [(view[one.start : one.end], one.value, one.unit) for one in quantities] == [
        (text, Decimal(value), unit) for text, value, unit in found
    ]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("延迟890 ms", "0.89", "秒"),
        ("吞吐3,120 tokens/s", "3120", "tokens/秒"),
        ("显存41.7 GB/卡", "41.7", "GB/卡"),
        ("度电成本0.47元/kWh", "0.47", "元/度"),
        ("造价1.12元/Wh", "1.12", "元/Wh"),
        ("租金26.5元/平方米·月", "26.5", "元/平方米/月"),
        ("浓度0.5mg/L", "0.5", "毫克/升"),
        ("完成468.3万TEU", "4683000", "标箱"),
    ],
)
def test_latin_units_and_units_per_something(text: str, value: str, unit: str) -> None:
    (quantity,) = find_quantities(text)

    assert (quantity.value, quantity.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["建成5g网络", "4s店", "P99 TTFT"])
def test_names_are_no_measures(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize("text", ["节约47万元", "签约20亿元", "预约30人", "违约5件"])
def test_a_word_that_ends_with_about_is_no_qualifier(text: str) -> None:
    assert only(text).qualifier == ""


def test_per_thousand_people_is_no_count() -> None:
    assert [one.text for one in find_quantities("每千人口床位7.2张")] == ["7.2张"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [("1274 行", "行"), ("受损4312棚", "棚"), ("采集13284治疗量", "治疗量"), ("全血25118单位", "单位")],
)
def test_measure_words_of_trades(text: str, unit: str) -> None:
    assert only(text).unit == unit


@pytest.mark.parametrize("text", ["发展3行业", "形成3集聚区"])
def test_words_that_begin_with_a_measure_word_are_no_units(text: str) -> None:
    assert all(one.unit == "" for one in find_quantities(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [("八千六百元", "8600"), ("一万二元", "12000"), ("八千六元", "8600"), ("两千零五元", "2005"), ("二十五元", "25")],
)
def test_a_last_scale_may_be_left_out(text: str, value: str) -> None:
    assert only(text).value == Decimal(value)


@pytest.mark.parametrize(("text", "value"), [("1万6000元", "16000"), ("6万7000元", "67000"), ("1万6000", "10000")])
def test_four_digits_may_follow_ten_thousand(text: str, value: str) -> None:
    assert find_quantities(text)[0].value == Decimal(value)


@pytest.mark.parametrize("text", ["三门县", "五台县", "七股区"])
def test_a_place_named_like_a_count_is_none(text: str) -> None:
    assert find_quantities(text) == []
