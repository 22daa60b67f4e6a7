from __future__ import annotations

from decimal import Decimal

import pytest

from rag.entities import EntityQuestion, entity_question, names_among
from rag.places_asked import place_index
from rag.searching import survey
from tests.rag.evidence import Opened

PLACES = place_index(["天津市东丽区", "天津市西青区", "安徽省马鞍山市当涂县"])


def asked(question: str) -> EntityQuestion:
    found = entity_question(question, PLACES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("question", "kind", "text", "way", "first"),
    [
        ("哪个区的高新技术企业最多?", "区", "高新技术企业是多少", "多", 1),
        ("2023年哪个县粮食产量最低", "县", "2023年粮食产量是多少", "低", 1),
        ("高新技术企业最多的是哪个区?", "区", "高新技术企业是多少", "多", 1),
        ("规上工业总产值最高的区是哪个", "区", "规上工业总产值是多少", "高", 1),
        ("农民收入最高的是哪里?", "地方", "农民收入是多少", "高", 1),
        ("规上工业总产值前三名的区是哪些?", "区", "规上工业总产值是多少", "多", 3),
        ("高新技术企业最多的三个区是哪些", "区", "高新技术企业是多少", "多", 3),
        ("哪家公司营业收入最高", "公司", "营业收入是多少", "高", 1),
        ("东丽区哪一年的发明专利授权量最高?", "年", "东丽区发明专利授权量是多少", "高", 1),
    ],
)
def test_the_most_of_a_kind(question: str, kind: str, text: str, way: str, first: int) -> None:
    found = asked(question)

    assert (found.kind, found.text, found.way, found.first) == (kind, text, way, first)
    assert not found.threshold


@pytest.mark.parametrize(
    ("question", "threshold", "met", "not_met", "counted"),
    [
        ("有哪些区的高新技术企业超过500家?", "超过500家", "500", "499", False),
        ("哪些县的粮食产量低于2万吨", "低于2万吨", "19999", "20000", False),
        ("营业收入超过10亿元的有哪些公司?", "超过10亿元", "1000000000", "999999999", False),
        ("有几个区的高新技术企业超过500家", "超过500家", "501", "3", True),
    ],
)
def test_a_threshold_is_read_with_its_unit(
    question: str, threshold: str, met: str, not_met: str, counted: bool
) -> None:
    found = asked(question)

    assert (found.threshold, found.counted) == (threshold, counted)
    assert found.met_by(Decimal(met))
    assert not found.met_by(Decimal(not_met))


@pytest.mark.parametrize(
    "question",
    [
        "东丽区高新技术企业有多少家?",
        "哪个区获得了国家卫生区称号?",
        "谁是东丽区科技局局长",
        "东丽区最大的单机风机装在哪个风场",
        "哪个部门负责解释",
        "",
    ],
)
def test_other_questions_are_over_nobody(question: str) -> None:
    assert entity_question(question, PLACES) is None


def test_a_question_about_one_of_them_names_it() -> None:
    assert asked("2023年哪个区的产值最高").text_about("东丽区") == "2023年东丽区的产值是多少"
    assert asked("东丽区哪一年的产值最高").text_about("2022年") == "东丽区2022年产值是多少"


def test_everyone_who_has_the_figure_is_found(county: Opened) -> None:
    question = asked("哪个区的雏鹰企业最多")
    wide = survey(county.library, question.text, 3)

    assert set(names_among(wide.ranked, question)) == {"东丽区", "西青区"}


def test_years_of_one_indicator_are_found(county: Opened) -> None:
    question = asked("西青区哪一年的规上工业总产值最高")
    wide = survey(county.library, question.text, 3)

    assert {"2022年", "2023年"} <= set(names_among(wide.ranked, question))


@pytest.mark.parametrize(
    ("question", "kind", "head", "indicator", "way"),
    [
        ("全市8个区当中，茶园最少的是谁？", "区", "全市", "茶园", "少"),
        ("三条线路中，客流最大的是哪条？", "线路", "", "客流", "大"),
        ("这几家公司里，利润最高的是谁", "公司", "", "利润", "高"),
        ("全县三个镇里，哪个民宿最多？", "镇", "全县", "民宿", "多"),
        ("全县三个镇里，哪个镇的民宿最多？", "镇", "全县", "民宿", "多"),
    ],
)
def test_the_class_may_be_named_first(question: str, kind: str, head: str, indicator: str, way: str) -> None:
    found = asked(question)

    assert (found.kind, found.head, found.indicator, found.way) == (kind, head, indicator, way)


@pytest.mark.parametrize("question", ["五个镇，民宿有多少？", "三个镇里，东湖镇的民宿最多吗？"])
def test_a_class_named_first_without_asking_who_is_no_such_question(question: str) -> None:
    assert entity_question(question, PLACES) is None
