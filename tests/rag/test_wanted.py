from __future__ import annotations

import pytest

from index import Role
from rag.question import clean_question
from rag.wanted import Measure, wanted_of


@pytest.mark.parametrize(
    ("question", "measure", "unit"),
    [
        ("厂里有多少工人", Measure.COUNT, "人"),
        ("手下几个人", Measure.COUNT, "人"),
        ("招了几个司机", Measure.COUNT, "人"),
        ("吸引了多少大学毕业生", Measure.COUNT, "人"),
        ("新房子能住多少户人家", Measure.COUNT, "户"),
        ("新院区摆了多少张床", Measure.COUNT, "张"),
        ("转让了多少专利", Measure.COUNT, "件"),
        ("签了几个项目", Measure.COUNT, "个"),
        ("能给多少个饭碗", Measure.COUNT, ""),
        ("还有几间空着", Measure.COUNT, "间"),
        ("公寓一个月房租多少", Measure.MONEY, "元"),
        ("一年做了多少生意", Measure.MONEY, "元"),
        ("赛事奖金是多少港币", Measure.MONEY, "港元"),
        ("修这条路砸了多少", Measure.MONEY, "元"),
        ("贷款被罚了多少", Measure.MONEY, "元"),
        ("项目占多大地", Measure.AREA, "平方米"),
        ("软件园占地多少", Measure.AREA, "平方米"),
        ("隧道有多长", Measure.OTHER, "米"),
        ("办一件事得等多久", Measure.DURATION, ""),
        ("充满电能走几个钟头", Measure.DURATION, "小时"),
        ("出席率有几高", Measure.PERCENT, ""),
        ("芯片占了几趴", Measure.PERCENT, ""),
        ("研发占营收几个点", Measure.PERCENT, ""),
        ("增速比全市高几个点", Measure.POINTS, "个百分点"),
        ("计划比去年增加了几名", Measure.COUNT, "名"),
        ("参加全省排名的园区一共多少个", Measure.COUNT, "个"),
        ("体育馆的开馆日期", Measure.DATE, ""),
        ("大桥的通车时间是？", Measure.DATE, ""),
        ("书店哪家先开的，时间精确到月", Measure.DATE, "month"),
        ("平均候诊时间", Measure.ANY, ""),
        ("财政今年拿出多少项目扶持资金？", Measure.MONEY, "元"),
        ("有多少项目拿到资金", Measure.COUNT, ""),
        ("今年安排多少培训经费", Measure.MONEY, "元"),
        ("在全省排多少位", Measure.RANK, "排名"),
        ("钢材产量是多少", Measure.ANY, ""),
        ("毛利率从多少升到多少", Measure.PERCENT, ""),
        ("开工率由去年同期的多少升到了多少", Measure.PERCENT, ""),
        ("注册资本从多少增加到了多少", Measure.MONEY, "元"),
        ("门店由多少家增加到多少家", Measure.COUNT, "家"),
        ("下一届几时举行", Measure.DATE, ""),
        ("给多少名工人讨回了工资", Measure.COUNT, "人"),
        ("上游站洪峰流量", Measure.OTHER, "立方米/秒"),
        ("水库水位有多高", Measure.OTHER, "米"),
        ("全年投资完成了多少", Measure.MONEY, "元"),
        ("报名从哪天到哪天", Measure.DATE, "day"),
    ],
)
def test_measure_of_spoken_wordings(question: str, measure: Measure, unit: str) -> None:
    wanted = wanted_of(clean_question(question))

    assert (wanted.measure, wanted.unit) == (measure, unit)


@pytest.mark.parametrize(
    "question", ["产值涨了多少", "销量掉了多少", "营业额成长多少", "生意缩水了多少", "房价涨得多快"]
)
def test_change_in_everyday_words(question: str) -> None:
    wanted = wanted_of(clean_question(question))

    assert (wanted.measure, wanted.role) == (Measure.PERCENT, Role.CHANGE)


@pytest.mark.parametrize(
    ("question", "leg"),
    [
        ("隧道由几长减到几长", "both"),
        ("房价由几多钱变成几多钱", "both"),
        ("过去要等多久", "from"),
        ("里程增加到多少公里", "to"),
    ],
)
def test_end_of_a_change_in_everyday_words(question: str, leg: str) -> None:
    assert wanted_of(clean_question(question)).leg == leg
