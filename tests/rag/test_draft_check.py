"""What a draft may say, figure by figure: every case is one that a model has written or could write."""

from __future__ import annotations

import pytest

from rag.contract import Answer, Citation, Figure, Mode
from rag.draft_check import presentable, problem_of, supported, with_citations
from rag.prompt import DraftSentence


def figure(text: str, value: float, unit: str, indicator: str, **more: object) -> Figure:
    given = {"place": "天津市东丽区", "period": "2023年", "qualifier": "", "citation": 1, "verified": True} | more
    return Figure.model_validate({"text": text, "value": value, "unit": unit, "indicator": indicator} | given)


def answered(lead: str, figures: list[Figure], *quotes: str) -> Answer:
    citations = [
        Citation(n=n, doc="a.txt", title="", published=None, section="", start=0, end=len(quote), quote=quote)
        for n, quote in enumerate(quotes, 1)
    ]
    return Answer(
        question="", answer=lead, refused=False, refusal_reason=None, mode=Mode.EXTRACTIVE, model=None,
        citations=citations, figures=figures, conflicts=[], timings_ms={},
    )  # fmt: skip


def problem(question: str, answer: Answer, *sentences: str) -> str:
    draft = [DraftSentence(sentence, (1,)) for sentence in sentences]
    return problem_of(draft, question, answer.answer, answer)


ESTIMATE = answered(
    "预计91亿元[1]。",
    [figure("预计91亿元", 9.1e9, "元", "技术合同登记额", qualifier="预计")],
    "2023年,东丽区技术合同登记额预计完成91亿元,同比增长12%。",
)
ABOUT = answered(
    "2300余家[1]。", [figure("2300余家", 2300, "家", "国家高新技术企业")], "东丽区聚集国家高新技术企业2300余家"
)
AIM = answered(
    "650家以上[1]。",
    [figure("650家以上", 650, "家", "高新技术企业", period="2024年")],
    "2024年,东丽区力争高新技术企业达到650家以上",
)
FALL = answered(
    "下降2.3%[1]。", [figure("下降2.3%", 2.3, "%", "规上工业总产值")], "2023年,东丽区规上工业总产值同比下降2.3%"
)
RANK = answered("排名第4[1]。", [figure("排名第4", 4, "排名", "规上工业总产值")], "东丽区规上工业总产值居全市第4位")
BOTH = answered(
    "598家(高新技术企业)[1];467家(雏鹰企业)[1]。",
    [figure("598家", 598, "家", "高新技术企业"), figure("467家", 467, "家", "雏鹰企业")],
    "截至2023年底,东丽区高新技术企业598家,雏鹰企业467家。",
)
COMPARED = answered(
    "东丽区:598家[1],更多;西青区:77家[2]。",
    [
        figure("598家", 598, "家", "雏鹰企业"),
        figure("77家", 77, "家", "雏鹰企业", place="天津市西青区", citation=2),
    ],
    "东丽区雏鹰企业598家",
    "西青区雏鹰企业77家",
)
COMPUTED = answered(
    "约4亿元[1][2]。计算:95亿元-91亿元=4亿元。",
    [
        figure("约4亿元", 4e8, "元", "技术合同登记额", citation=0),
        figure("95亿元", 9.5e9, "元", "技术合同登记额", period="2024年"),
        figure("预计91亿元", 9.1e9, "元", "技术合同登记额", qualifier="预计", citation=2),
    ],
    "2024年,东丽区技术合同登记额目标95亿元",
    "2023年,东丽区技术合同登记额预计完成91亿元",
)

Q_ESTIMATE = "2023年东丽区技术合同登记额是多少?"
Q_ABOUT = "东丽区国家高企有多少家?"
Q_AIM = "东丽区2024年高新技术企业目标是多少家?"
Q_FALL = "2023年东丽区规上工业总产值增长多少?"
Q_RANK = "东丽区规上工业总产值排第几?"
Q_BOTH = "2023年东丽区高新技术企业和雏鹰企业各有多少家?"
Q_COMPARED = "东丽区和西青区雏鹰企业哪个更多?"
PART = answered("48.6%[1]。", [figure("48.6%", 48.6, "%", "比重")], "5条重点产业链增加值占全区规模工业比重为48.6%")
Q_PART = "5条重点产业链增加值占全区规模工业比重是多少?"
Q_COMPUTED = "东丽区2024年技术合同登记额目标比2023年预计多多少?"


@pytest.mark.parametrize(
    ("question", "answer", "draft"),
    [
        (Q_ESTIMATE, ESTIMATE, "2023年东丽区技术合同登记额预计完成91亿元。"),
        (Q_ESTIMATE, ESTIMATE, "根据资料,东丽区2023年的技术合同登记额预计为91亿元。"),
        (Q_ABOUT, ABOUT, "东丽区的国家高新技术企业共有2300余家。"),
        (Q_ABOUT, ABOUT, "东丽区国家高企有2300余家。"),
        (Q_AIM, AIM, "东丽区2024年高新技术企业的目标是650家以上。"),
        (Q_FALL, FALL, "2023年东丽区规上工业总产值同比下降2.3%。"),
        (Q_RANK, RANK, "东丽区规上工业总产值排名第4。"),
        (Q_RANK, RANK, "东丽区规上工业总产值居全市第4位。"),
        ("2023年度东丽区技术合同登记额是多少?", ESTIMATE, "2023年度东丽区技术合同登记额预计为91亿元。"),
        (Q_PART, PART, "5条重点产业链增加值占全区规模工业比重为48.6%。"),
        (Q_BOTH, BOTH, "2023年东丽区高新技术企业有598家,雏鹰企业有467家。"),
        (Q_BOTH, BOTH, "2023年东丽区高新技术企业和雏鹰企业分别有598家和467家。"),
        (Q_COMPARED, COMPARED, "东丽区雏鹰企业更多,为598家,西青区为77家。"),
        (Q_COMPARED, COMPARED, "东丽区的雏鹰企业有598家,比西青区的77家更多。"),
        (Q_COMPUTED, COMPUTED, "东丽区2024年技术合同登记额目标比2023年预计多约4亿元。"),
        (Q_COMPUTED, COMPUTED, "东丽区2024年技术合同登记额目标比2023年预计多约4亿元,即95亿元与预计91亿元之差。"),
    ],
)
def test_faithful_wording_passes(question: str, answer: Answer, draft: str) -> None:
    assert problem(question, answer, draft) == ""


@pytest.mark.parametrize(
    ("question", "answer", "draft", "said"),
    [
        (Q_ESTIMATE, ESTIMATE, "2023年东丽区技术合同登记额为91亿元。", "丢了预计91亿元的“预计”"),
        (Q_ESTIMATE, ESTIMATE, "2023年东丽区技术合同登记额预计为约91亿元。", "限定词"),
        (Q_ESTIMATE, ESTIMATE, "技术合同登记额预计91亿元,同比增长13%。", "证明不了的数字13%"),
        (Q_ESTIMATE, ESTIMATE, "技术合同登记额增长12%,预计91亿元。", "没有先说"),
        (Q_ESTIMATE, ESTIMATE, "技术合同成交额预计91亿元。", "“成交额”"),
        (Q_ESTIMATE, ESTIMATE, "2022年东丽区技术合同登记额预计91亿元。", "2022年"),
        (Q_ESTIMATE, ESTIMATE, "武清区技术合同登记额预计91亿元。", "“武清区”"),
        (Q_ESTIMATE, ESTIMATE, "技术合同登记额预计910000万元,未达91亿元。", "“未达”"),
        (Q_ABOUT, ABOUT, "东丽区国家高企有2300家。", "限定词"),
        (Q_ABOUT, ABOUT, "东丽区国家高企有近2300家。", "限定词"),
        (Q_ABOUT, ABOUT, "东丽区国家高企很多。", "丢了2300余家"),
        (Q_AIM, AIM, "东丽区2024年高新技术企业有650家以上。", "目标"),
        (Q_AIM, AIM, "东丽区2024年高新技术企业目标是650家。", "限定词"),
        (Q_FALL, FALL, "2023年东丽区规上工业总产值增长2.3%。", "没有说下降2.3%"),
        (Q_BOTH, BOTH, "东丽区雏鹰企业有598家,高新技术企业有467家。", "说成了另一项"),
        (Q_BOTH, BOTH, "东丽区雏鹰企业和高新技术企业分别有598家和467家。", "说成了另一项"),
        (Q_BOTH, BOTH, "东丽区高新技术企业有598家。", "丢了467家"),
        (Q_COMPARED, COMPARED, "西青区更多,东丽区598家,西青区77家。", "比较的两边"),
        (Q_COMPARED, COMPARED, "东丽区598家,西青区77家,更多。", "比较的两边"),
        (Q_COMPARED, COMPARED, "西青区598家,东丽区77家。", "说成了另一项"),
        (Q_COMPUTED, COMPUTED, "2024年技术合同登记额目标比2023年预计多4亿元,95亿元比预计91亿元。", "限定词"),
        (Q_ESTIMATE, ESTIMATE, "", "是空的"),
        (Q_ESTIMATE, ESTIMATE, "技术合同登记额预计91亿元<b>。", "符号"),
    ],
)
def test_wording_that_changes_what_is_said_is_named(question: str, answer: Answer, draft: str, said: str) -> None:
    assert said in problem(question, answer, draft)


TEXT = answered(
    "东丽区科技局局长李明表示,要推动企业加大研发投入。[1]", [], "东丽区科技局局长李明表示,要推动企业加大研发投入。"
)


def test_text_without_figures_says_only_what_its_quotes_say() -> None:
    question = "东丽区科技局局长是谁?"

    assert problem(question, TEXT, "东丽区科技局局长是李明。") == ""
    assert "王小明" in problem(question, TEXT, "东丽区科技局局长是王小明。") or problem(
        question, TEXT, "局长是王小明。"
    )
    assert problem(question, TEXT, "东丽区科技局局长是李明,他辞职了。")
    assert problem(question, TEXT, "东丽区科技局局长是谁?") == "是个问句"
    assert problem(question, TEXT, "东丽区科技局的局长。") == "只重复了问题"
    assert problem_of([DraftSentence("局长是李明。", ())], question, TEXT.answer, TEXT) == "有一句没有引用原文"


def test_marks_follow_the_figures_not_the_model() -> None:
    draft = [DraftSentence("东丽区598家。", (2,)), DraftSentence("西青区77家。", (1,))]

    assert with_citations(draft, COMPARED) == "东丽区598家[1]。西青区77家[2]。"
    assert with_citations([DraftSentence("多约4亿元", ())], COMPUTED) == "多约4亿元[1][2]。计算:95亿元-91亿元=4亿元。"


@pytest.mark.parametrize(
    ("draft", "shown"),
    [
        ("", ""),
        ("东丽区2023年的技术合同登记额", "东丽区2023年的技术合同登记"),
        ("东丽区技术合同登记额预计为9", "东丽区技术合同登记额预计为"),
        ("东丽区技术合同登记额预计为91亿", "东丽区技术合同登记额预计为"),
        ("东丽区技术合同登记额预计为91亿元。", "东丽区技术合同登记额预计为"),
        ("东丽区技术合同登记额预计为91亿元,是技术", "东丽区技术合同登记额预计为91亿元,是"),
        ("东丽区技术合同登记额预计为92亿元,是技术", ""),
        ("东丽区技术合同登记额已经破产了", ""),
        ("技术合同登记额<b>", ""),
    ],
)
def test_beginning_of_a_draft_is_shown_as_far_as_it_is_proved(draft: str, shown: str) -> None:
    assert presentable(draft, Q_ESTIMATE, ESTIMATE.answer, ESTIMATE) == shown


LATER_WINS = answered(
    "滨海高新区:80家[2],多;天开西青园:5家[1]。",
    [
        figure("5家", 5, "家", "瞪羚企业", place="天开西青园"),
        figure("80家", 80, "家", "瞪羚企业", place="滨海高新区", citation=2),
    ],
    "天开西青园瞪羚企业5家",
    "滨海高新区瞪羚企业80家",
)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ("滨海高新区80家,比天开西青园的5家多。", ""),
        ("天开西青园5家,比滨海高新区的80家少。", "没有先说所问的数字"),
        ("天开西青园的瞪羚企业有80家,比滨海高新区的5家多。", "说成了另一项"),
        ("滨海高新区80余家,比天开西青园的5家多。", "限定词"),
        ("滨海高新区80家,比天开西青园的5余家多。", "限定词"),
    ],
)
def test_winner_of_a_comparison_leads_whichever_was_asked_first(draft: str, said: str) -> None:
    found = problem("天开西青园和滨海高新区谁的瞪羚企业多?", LATER_WINS, draft)

    assert said in found and bool(found) is bool(said)


QUOTED = answered(
    "61.3万亩[1]。",
    [figure("61.3万亩", 613000, "亩", "小麦“一喷三防”覆盖", place="安丘市")],
    "改造村卫生室以后,小麦“一喷三防”覆盖61.3万亩",
)


@pytest.mark.parametrize(
    ("question", "draft", "is_held_back"),
    [
        ("安丘市2023年小麦“一喷三防”覆盖了多少万亩?", "安丘市2023年小麦“一喷三防”覆盖了61.3万亩。", False),
        ("改造村卫生室,覆盖了多少万亩?", "改造村卫生室,覆盖了61.3万亩。", False),
        ("停用村卫生室,覆盖了多少万亩?", "停用村卫生室,覆盖了61.3万亩。", True),
        ("安丘市2022年小麦停了,覆盖了多少万亩?", "安丘市2022年小麦覆盖了61.3万亩。", True),
    ],
)
def test_words_of_the_question_that_the_quote_says_too(question: str, draft: str, is_held_back: bool) -> None:
    assert bool(problem(question, QUOTED, draft)) is is_held_back


GROWTH = answered(
    "15.4%[1]。", [figure("15.4%", 15.4, "%", "货邮吞吐量")], "2023年东丽区货邮吞吐量达到29.8万吨,增长15.4%"
)


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ("货邮吞吐量增长15.4%。", ""),
        ("货邮吞吐量的增幅为15.4%。", ""),
        ("货邮吞吐量为15.4%。", "没有说15.4%是增减"),
        ("货邮吞吐量为15.4%,增幅为15.4%。", "说了两遍"),
    ],
)
def test_change_is_said_to_be_one_and_no_figure_stands_for_two_things(draft: str, said: str) -> None:
    found = problem("东丽区2023年货邮吞吐量及增幅?", GROWTH, draft)

    assert said in found and bool(found) is bool(said)


MORE = answered(
    "12家[1]。没有找到:西青区有多少家。其他来源的数字不同:《年报》13家[2]。原文[1]:“12家”原文[2]:“13家”",
    [figure("12家", 12, "家", "高新技术企业")],
    "12家",
    "13家",
)


def test_one_figure_is_not_given_to_each() -> None:
    question = "东丽区的高新技术企业和雏鹰企业各有多少家?"

    assert problem(question, BOTH, "东丽区的高新技术企业和雏鹰企业各有598家、467家。") == ""
    assert problem(question, BOTH, "东丽区的高新技术企业和雏鹰企业各有598家;467家。")


def test_what_stands_beside_the_figures_is_said_after_the_wording() -> None:
    said = with_citations([DraftSentence("东丽区有12家。", ())], MORE)

    assert said == "东丽区有12家[1]。没有找到:西青区有多少家。其他来源的数字不同:《年报》13家[2]。"


SCENE = answered("5亿元[1]。", [figure("5亿元", 5e8, "元", "成本")], "东丽区运营成本5亿元")


@pytest.mark.parametrize(
    ("question", "draft", "is_held_back"),
    [
        ("马山街道用上无人打捞船以后,东丽区成本是多少?", "马山街道用上无人打捞船以后,东丽区成本为5亿元。", False),
        ("执信10年间东丽区成本是多少?", "执信10年间东丽区成本为5亿元。", False),
        ("产值是900亿元,成本是多少?", "产值是900亿元,东丽区成本为5亿元。", True),
        ("听说本区破产。东丽区成本是多少?", "本区破产,东丽区成本为5亿元。", True),
        ("哪些街道成本是多少?", "哪些街道成本为5亿元。", True),
        ("东丽区成本多少?", "东丽区成本多少5亿元。", True),
        ("东丽区成本多少?", "2023年东丽区成本为5亿元。", True),
        ("2023年东丽区成本多少?", "2023年东丽区成本为5亿元。", False),
    ],
)
def test_question_lends_its_scene_but_not_its_claims(question: str, draft: str, is_held_back: bool) -> None:
    assert bool(problem(question, SCENE, draft)) is is_held_back


def test_sentences_without_support_are_cut() -> None:
    answer = answered("", [], "东丽区出台企业培育办法", "东丽区设立产业基金5亿元")
    draft = [
        DraftSentence("东丽区出台企业培育办法。", (1,)),
        DraftSentence("东丽区设立产业基金5亿元。", (1,)),
        DraftSentence("东丽区设立产业基金5亿元。", (2,)),
        DraftSentence("东丽区降低企业税收。", (1, 2)),
        DraftSentence("东丽区出台办法。", ()),
    ]

    assert supported(draft, "东丽区如何培育企业?", answer) == [draft[0], draft[2]]
