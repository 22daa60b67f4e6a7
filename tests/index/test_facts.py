from __future__ import annotations

from decimal import Decimal

import pytest

from index.facts import facts_in_sentence
from index.frames import Setting
from index.indicators import from_to_pairs
from index.periods import whole_year
from index.quantities import quantities_in_view
from index.records import Role, Status
from index.view import normalise
from tests.index.reports import analysed, fact_of

SETTING = Setting("", whole_year(2023), "", 2023, 2023 * 12 + 11)
REPORT = """天津市东丽区2023年工作总结

天津市东丽区委高度重视科技创新，东丽区科技局全力推进。

一、2023年工作完成情况
2023年，全区高端装备产业链完成工业产值121.3亿元，同比增长34.9%，占全区工业总量比重12.3%，居全市第4。
1-9月，研发费用1。02亿元，增速-26。6%。技术合同交易额4亿元，完成率160%。
预计全年技术合同成交额达到91亿元，拉动经济增长3.2个百分点。
截至2023年底，高新技术企业达到2300余家，较2021年增长44%。2022年，发明专利授权120件。
盐湖高新区高新技术企业37家，西青区雏鹰企业77家。

二、2024年工作安排
高新技术企业达到740家，研发投入增长10%以上。到2024年底，力争新增创新平台3家。
"""


@pytest.mark.parametrize(
    ("figure", "role"),
    [
        ("121.3亿元", Role.LEVEL),
        ("34.9%", Role.CHANGE),
        ("12.3%", Role.SHARE),
        ("第4", Role.RANK),
        ("-26.6%", Role.CHANGE),
        ("160%", Role.COMPLETION),
        ("3.2个百分点", Role.CONTRIBUTION),
        ("44%", Role.CHANGE),
    ],
)
def test_role_is_what_the_figure_says_of_its_indicator(figure: str, role: Role) -> None:
    assert fact_of(REPORT, figure).role is role


def test_change_in_points_and_a_date_have_their_roles() -> None:
    text = "2023年，全区研发强度2.49%，同比提高0.26个百分点。"

    assert fact_of(text, "0.26个百分点").role is Role.CHANGE
    assert fact_of(text, "2023年").role is Role.DATE


@pytest.mark.parametrize(
    ("figure", "status"),
    [
        ("121.3亿元", Status.RESULT),
        ("91亿元", Status.ESTIMATE),
        ("740家", Status.TARGET),
        ("10%以上", Status.TARGET),
        ("3家", Status.TARGET),
    ],
)
def test_results_estimates_and_targets_are_told_apart(figure: str, status: Status) -> None:
    assert fact_of(REPORT, figure).status is status


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        ("力争孵化面积达2万平方米。", "2万平方米"),
        ("2023年计划新建学校12所。", "12所"),
        ("员工规模将达到5000人。", "5000人"),
        ("2023年规上工业产值目标为1000亿元。", "1000亿元"),
    ],
)
def test_target_words_make_a_target(sentence: str, figure: str) -> None:
    assert fact_of(f"某区2023年工作总结\n{sentence}\n", figure).status is Status.TARGET


@pytest.mark.parametrize("sentence", ["超额完成年度任务，新增企业12家。", "围绕“双碳”目标，新增企业12家。"])
def test_words_like_task_do_not_make_a_result_a_target(sentence: str) -> None:
    assert fact_of(f"某区2023年工作总结\n2023年{sentence}\n", "12家").status is Status.RESULT


@pytest.mark.parametrize(
    ("figure", "period"),
    [
        ("121.3亿元", "2023年"),
        ("1.02亿元", "2023年1-9月"),
        ("4亿元", "2023年1-9月"),
        ("91亿元", "2023年"),
        ("2300余家", "2023年底"),
        ("44%", "2023年底"),
        ("120件", "2022年"),
        ("740家", "2024年"),
        ("3家", "2024年底"),
    ],
)
def test_period_is_stated_or_inherited(figure: str, period: str) -> None:
    assert fact_of(REPORT, figure).period == period


def test_months_of_a_period() -> None:
    fact = fact_of(REPORT, "1.02亿元")

    assert (fact.period_start, fact.period_end) == (2023 * 12, 2023 * 12 + 8)


@pytest.mark.parametrize(
    ("figure", "place"),
    [("121.3亿元", "天津市东丽区"), ("37家", "盐湖高新区"), ("740家", "天津市东丽区")],
)
def test_place_is_named_or_inherited(figure: str, place: str) -> None:
    assert fact_of(REPORT, figure).place.endswith(place)


def test_the_nearest_place_is_the_figure_s() -> None:
    assert fact_of(REPORT, "77家").place.endswith("西青区")


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("121.3亿元", "工业产值"),
        ("34.9%", "工业产值"),
        ("12.3%", "比重"),
        ("第4", "工业产值"),
        ("4亿元", "技术合同交易额"),
        ("160%", "技术合同交易额"),
        ("2300余家", "高新技术企业"),
        ("77家", "雏鹰企业"),
    ],
)
def test_indicator_is_the_noun_phrase_or_what_the_amount_before_measured(figure: str, words: str) -> None:
    assert words in fact_of(REPORT, figure).indicator


def test_indicator_may_stand_behind_the_figure() -> None:
    assert "留学归国人员" in fact_of("协会目前在册2800多名留学归国人员。", "2800多名").indicator


def test_listed_figures_have_indicators_of_their_own() -> None:
    text = "某区2023年工作总结\n2023年，全区新增雏鹰企业467家、瞪羚企业23家、领军（培育）企业13家。\n"

    for figure, name, others in (
        ("467家", "雏鹰", "瞪羚领军"),
        ("23家", "瞪羚", "雏鹰领军"),
        ("13家", "领军", "雏鹰瞪羚"),
    ):
        fact = fact_of(text, figure)
        (sentence,) = [one for one in analysed(text).sentences if one.id == fact.sentence]
        own = fact.indicator + sentence.view[fact.segment_start : fact.segment_end]
        assert name in own
        assert not any(other in own for other in (others[:2], others[2:]))


def test_part_and_whole_keep_apart() -> None:
    text = "某公司2023年报告\n2023年总营业收入980亿元，其中汽车业务营业收入320亿元。\n"

    assert "汽车" in fact_of(text, "320亿元").indicator
    assert "汽车" not in fact_of(text, "980亿元").indicator


def test_figures_of_both_ends_are_facts_and_only_the_first_is_a_source() -> None:
    view = normalise("载体面积从6000平方米扩大到50000平方米，入孵企业由21家发展到121家，年产值17亿元。")
    spans = [(quantity.start, quantity.end) for quantity in quantities_in_view(view)]

    assert [view[slice(*spans[number])] for number in sorted(from_to_pairs(view, spans))] == ["6000平方米", "21家"]


def test_a_listing_has_no_sources() -> None:
    view = normalise("新增企业21家，服务企业121家，从业人员17人。")
    spans = [(quantity.start, quantity.end) for quantity in quantities_in_view(view)]

    assert from_to_pairs(view, spans) == set()


def test_range_and_qualifier_stay_with_the_figure() -> None:
    fact = fact_of("某区2023年工作总结\n近年来，全区年产值近4亿元，培育企业20至30家。\n", "近4亿元")

    assert (fact.qualifier, fact.value) == ("近", Decimal(400_000_000))
    assert fact_of("某区2023年工作总结\n培育企业20至30家。\n", "20至30家").value == 20


@pytest.mark.parametrize(
    ("view", "figure", "indicator"),
    [
        (
            "地区生产总值326亿元,同比增长5.6%,规上工业增加值同比增长9.2%,比一季度加快2.1个百分点",
            "9.2%",
            "规上工业增加值",
        ),
        ("研发经费支出94.8亿元,占GDP比重3.4%,比上年提高0.2个百分点", "0.2个百分点", "研发经费支出占GDP比重"),
        ("高新技术企业达到1500家,R&D经费占GDP比重达到4%", "4%", "R&D经费占GDP比重"),
        ("高新技术企业由2019年的1936家增长到2023年的5648家,占全市的44.5%", "5648家", "高新技术企业"),
        ("高新技术企业由2019年的1936家增长到2023年的5648家,占全市的44.5%", "44.5%", "高新技术企业占全市"),
        ("独角兽企业由2家增至3家", "2家", "独角兽企业"),
        ("上市公司22家,年内新增2家", "2家", "上市公司 新增"),
        ("现金流量净额3.05亿元,上年同期为1.78亿元", "1.78亿元", "现金流量净额"),
        ("新认定高新技术企业97家,总数增至531家", "531家", "高新技术企业 总数"),
        ("27个老旧小区改造完工,3860户居民受益", "3860户", "老旧小区改造完工 居民受益"),
        ("空气质量综合指数2.61,在全国168个重点城市中排名第7", "第7", "空气质量综合指数 重点城市中"),
        ("选育新品种27个,综合考评在全省37家同类平台中位列第3", "第3", "综合考评 同类平台中"),
        ("境内外上市企业累计63家,五年新增31家", "31家", "境内外上市企业 新增"),
        ("每天6:30至18:30每15分钟一班,对接企业46家", "46家", "对接企业"),
        ("区域环境噪声平均52.3分贝", "52.3分贝", "区域环境噪声平均"),
        ("硕士及以上学历31名", "31名", "硕士及以上学历"),
        ("截至期末累计持有有效专利476项", "476项", "持有有效专利"),
        ("60岁及以上老年人2.37万人,占常住人口的25.1%", "2.37万人", "60岁及以上老年人"),
        ("亿元以上项目32个,2000万元以上的企业45家", "45家", "2000万元以上的企业"),
        ("规划年产能80吉瓦时,到达中欧班列263列", "80吉瓦时", "规划年产能"),
        ("规划年产能80吉瓦时,到达中欧班列263列", "263列", "中欧班列"),
    ],
)
def test_indicator_names_what_the_figure_measures(view: str, figure: str, indicator: str) -> None:
    (fact,) = [fact for fact in facts_in_sentence(view, SETTING)[0] if fact.quantity.text == figure]

    assert fact.indicator == indicator


def test_figures_given_in_turn_twice() -> None:
    view = "汽车、电池产量分别为4.6万辆、12.8吉瓦时,增速依次是35.1%、22.7%。"
    facts = facts_in_sentence(view, SETTING)[0]

    assert [(fact.indicator, fact.role) for fact in facts] == [
        ("汽车产量", Role.LEVEL),
        ("电池产量", Role.LEVEL),
        ("汽车产量增速", Role.CHANGE),
        ("电池产量增速", Role.CHANGE),
    ]


@pytest.mark.parametrize(
    ("view", "status"),
    [
        ("争取上级科技资金1180万元", Status.RESULT),
        ("争取新增企业12家", Status.TARGET),
        ("人均预期寿命83.27岁", Status.RESULT),
        ("今年计划新增150家,上半年已申报234家", Status.RESULT),
    ],
)
def test_words_that_only_look_like_a_plan(view: str, status: Status) -> None:
    assert facts_in_sentence(view, SETTING)[0][-1].status is status


def test_figures_of_a_plan_are_targets() -> None:
    text = "新津区科技局2025年工作计划\n2024年企业达120家。引育高层次人才团队15个。\n选派科技特派员40名。\n"

    assert (fact_of(text, "120家").status, fact_of(text, "40名").status) == (Status.RESULT, Status.TARGET)


def test_taiwan_wording_for_growth_and_decline() -> None:
    facts, _ = facts_in_sentence("出口额4137亿元,年增22.8%,入馆98.4万人次,年减5.6%。", SETTING)
    assert [fact.role for fact in facts] == [Role.LEVEL, Role.CHANGE, Role.LEVEL, Role.CHANGE]


@pytest.mark.parametrize(
    ("text", "figure", "indicator"),
    [
        ("全年发放毕业生补贴1.13亿元。分县区看，秦州区3640万元、麦积区2870万元。", "2870万元", "麦积区 发放毕业生补贴"),
        ("九原区地区生产总值133.8亿元，东河区126.5亿元。", "126.5亿元", "东河区 地区生产总值"),
        ("校园占地面积3268亩，其中望湖校区1420亩、松岭校区1585亩。", "1585亩", "松岭校区 校园占地面积"),
        ("新建学校12所，总投资9亿元。改造老旧小区9个。", "9个", "改造老旧小区"),
    ],
)
def test_an_item_of_a_list_measures_what_the_list_does(text: str, figure: str, indicator: str) -> None:
    assert fact_of(f"某市工作总结\n\n{text}", figure).indicator == indicator


@pytest.mark.parametrize(
    ("text", "figure", "place"),
    [
        ("包头市2024年一季度经济运行情况\n\n包头市经济平稳。青山区增长8.8%。", "8.8%", "内蒙古自治区包头市青山区"),
        ("元朗工业园年报\n\n整体出租率89%，其中东区94%、西区81%。", "81%", ""),
    ],
)
def test_a_name_of_several_places_is_the_one_near_by(text: str, figure: str, place: str) -> None:
    assert fact_of(text, figure).place == place


@pytest.mark.parametrize(
    ("view", "figure", "indicator"),
    [
        ("2023年，总投资20亿元的云溪空调生产基地建成投产。", "20亿元", "云溪空调生产基地总投资"),
        ("占地300亩的云溪物流园正式启用。", "300亩", "云溪物流园占地"),
        ("总投资约8亿元的“云溪之眼”文旅综合体已开放。", "约8亿元", "云溪之眼文旅综合体总投资"),
        ("总投资20亿元的三个项目开工。", "20亿元", "总投资"),
        ("2023年，云溪县完成投资20亿元，建成冷链基地。", "20亿元", "云溪县完成投资"),
    ],
)
def test_an_amount_in_front_of_a_thing_measures_that_thing(view: str, figure: str, indicator: str) -> None:
    assert fact_of(view, figure).indicator == indicator


def test_a_district_of_many_cities_is_of_the_city_in_front_of_it() -> None:
    assert fact_of("评分结果\n北京朝阳区以96.8分居首。", "96.8分").place == "北京市朝阳区"


def test_changes_in_turn_belong_to_the_figures_before() -> None:
    text = "产油5万吨,产气8万吨,分别增长3%和9%。"

    assert [fact_of(text, figure).indicator for figure in ("3%", "9%")] == ["产油", "产气"]


@pytest.mark.parametrize(
    ("text", "figure", "indicator"),
    [
        ("来访97万人次,旧馆(老街口临时分馆)21万人次。", "21万人次", "旧馆"),
        ("草莓最多,91吨,其次是桃子,38吨。", "38吨", "桃子"),
        ("按规模,甲、乙、丙分公司列前三位,收入分别为41亿元、35亿元和32亿元,三家合计占四成。", "35亿元", "乙收入"),
        ("低保家庭的费用由街道代缴,每户不超过3000元。", "不超过3000元", "低保家庭的费用由街道代缴每户"),
    ],
)
def test_the_noun_stands_before_a_bracket_a_comma_or_the_clause(text: str, figure: str, indicator: str) -> None:
    assert fact_of(text, figure).indicator == indicator
