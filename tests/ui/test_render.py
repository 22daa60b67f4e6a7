"""What one answer looks like: figures, refusals, conflicts, notices, the text to copy."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from rag.contract import Answer, Citation, Conflict, Figure, Mode, RefusalReason
from ui.demo import DOCUMENTS, cite, demo_engine, figure, refusal, reply
from ui.render import (
    REFUSAL_REASONS,
    copy_text,
    render_conversation,
    render_error,
    render_pending,
    render_turn,
)
from ui.sources import find_sources
from ui.turn_tools import total_ms

BULLETIN, NEWS = DOCUMENTS
HOSTILE = "</li><script>alert('x')</script><img src=x onerror=\"alert(1)\">"


def rendered(answer: Answer) -> str:
    return render_turn(answer, find_sources(answer.citations, demo_engine()), turn=2)


def scripted(question: str) -> Answer:
    return demo_engine().script[question]


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def with_figure(**changes: object) -> Answer:
    base = figure("近4亿元", 4e8, "元", "年产值", 1, qualifier="近").model_copy(update=changes)
    return reply("年产值?", "见下。[1]", [cite(DOCUMENTS, 1, NEWS, "全县研发经费投入")], [base])


def chip(answer: Answer) -> str:
    found = re.search(r'<li class="figure.*?</li>', rendered(answer))
    assert found
    return found[0]


def test_the_answer_comes_before_its_figures_and_sources() -> None:
    shown = rendered(scripted("青河县2023年地区生产总值是多少?"))
    places = [
        shown.index(part) for part in ('class="question"', 'class="answer"', 'class="figures"', 'class="sources"')
    ]
    assert places == sorted(places)


def test_the_quotes_that_an_answer_ends_with_come_below_its_figures() -> None:
    answer = scripted("青河县2023年地区生产总值是多少?")
    said = f"{answer.answer}原文[1]:“{answer.citations[0].quote}”"
    shown = rendered(answer.model_copy(update={"answer": said}))
    places = [shown.index(part) for part in ('class="answer"', 'class="figures"', 'class="quoted"', 'class="meta"')]
    assert places == sorted(places)
    assert shown.count('<span class="cited line">原文') == 1
    only_quotes = rendered(answer.model_copy(update={"answer": said.removeprefix(answer.answer)}))
    assert 'class="quoted"' not in only_quotes and '<div class="answer"><span class="cited line">' in only_quotes


def test_a_verified_figure_shows_check_qualifier_indicator_and_its_quote() -> None:
    shown = chip(with_figure())
    assert "figure verified" in shown
    assert text_of(shown) == "✓已核实近4亿元年产值 · 青河县 · 2023年1"
    assert ">近</span>4亿元" in shown
    assert 'href="#t2c1"' in shown


def test_an_unverified_figure_has_no_check_and_no_quote() -> None:
    shown = chip(with_figure(verified=False))
    assert "figure unverified" in shown and "未核实" in shown
    assert "✓" not in shown and "href" not in shown


def test_a_computed_figure_says_so_and_points_nowhere() -> None:
    shown = chip(with_figure(citation=0))
    assert "figure computed" in shown and "✓ 计算" in shown and "href" not in shown


@pytest.mark.parametrize(
    ("text", "unit", "qualifier", "amount"),
    [
        ("2300余家", "家", "余", "2300余家"),
        ("4亿元", "元", "预计", "预计4亿元"),
        ("超3亿元", "元", "预计超", "预计超3亿元"),
        ("36", "家", "", "36 家"),
        ("2023年10月", "date", "", "2023年10月"),
        ("第4", "排名", "", "第4"),
    ],
)
def test_qualifier_and_unit_are_shown_once(text: str, unit: str, qualifier: str, amount: str) -> None:
    shown = chip(with_figure(text=text, unit=unit, qualifier=qualifier))
    found = re.search(r'<b class="amount">(.*?)</b>', shown)
    assert found and text_of(found[1]) == amount


def test_only_verified_figures_are_bold_in_the_answer() -> None:
    answer = with_figure().model_copy(update={"answer": "近4亿元。[1]"})
    assert "<strong>近4亿元</strong>" in rendered(answer)
    doubtful = answer.model_copy(update={"figures": [answer.figures[0].model_copy(update={"verified": False})]})
    assert "<strong>" not in rendered(doubtful)


@pytest.mark.parametrize("reason", RefusalReason)
def test_a_refusal_gives_its_reason_and_what_is_near(reason: RefusalReason) -> None:
    shown = rendered(refusal("问?", "最接近的是2022年的数字。", reason))
    assert "turn refused" in shown and "不作答" in shown
    assert REFUSAL_REASONS[reason] in shown and "最接近的是2022年的数字。" in shown
    assert 'class="sources"' not in shown and 'class="figures"' not in shown


def test_an_answer_is_not_styled_as_a_refusal() -> None:
    assert "不作答" not in rendered(with_figure())


def test_conflicting_values_stand_side_by_side_with_their_sources() -> None:
    shown = rendered(scripted("青河县有多少家高新技术企业?"))
    group = re.search(r'<section class="conflict".*?</section>', shown)
    assert group
    sides = [text_of(side) for side in re.findall("<li>(.*?)</li>", group[0])]
    assert sides[0].startswith("答案采用36家青河县2023年国民经济") and sides[0].endswith("1")
    assert sides[1].startswith("另一说法38家青河县科技创新按下加速键") and sides[1].endswith("2")
    assert "高新技术企业 · 青河县 · 2023年" in text_of(group[0])


def test_conflicts_join_the_figure_of_their_own_key() -> None:
    answer = scripted("青河县2023年地区生产总值是多少?")
    rivals = [
        Conflict(text=text, value=1, unit=unit, indicator=name, place="青河县", period="2023年", citation=1)
        for text, unit, name in [
            ("6.0%", "%", "地区生产总值增速"),
            ("180亿元", "元", "地区生产总值"),
            ("5.9%", "%", "地区生产总值增速"),
            ("7人", "人", "别的"),
        ]
    ]
    shown = rendered(answer.model_copy(update={"conflicts": rivals}))
    groups = re.findall(r'<section class="conflict".*?</section>', shown)
    amounts = [re.findall(r'<b class="amount">(.*?)</b>', group) for group in groups]
    assert amounts == [["6.2%", "6.0%", "5.9%"], ["近185.6亿元", "180亿元"], ["7人"]]


def test_notice_mode_and_time_are_shown() -> None:
    answer = with_figure().model_copy(
        update={
            "mode": Mode.LLM,
            "model": "小模型",
            "notice": "已改用摘录。",
            "timings_ms": {"read": 1200.0, "generate": 300.0},
        }
    )
    shown = text_of(rendered(answer))
    assert "已改用摘录。" in shown and "模型表述（小模型）" in shown and "1.50 秒" in shown


def test_total_time_is_not_counted_twice() -> None:
    assert total_ms({"retrieve": 10.0, "read": 20.0, "total": 31.0}) == 31.0


def test_copied_text_holds_answer_source_quote_and_offsets() -> None:
    answer = scripted("青河县有多少家高新技术企业?")
    citation = answer.citations[1]
    assert copy_text(answer).splitlines() == [
        "36家。[1]另有报道说是38家。[2]",
        "",
        "依据：",
        "[1] 青河县2023年国民经济和社会发展统计公报，2024-03-18，一、综合：“全县高新技术企业达到36家”"
        f"（{BULLETIN}，第 {answer.citations[0].start}–{answer.citations[0].end} 字）",
        "[2] 青河县科技创新按下加速键，2024-03-18：“截至2023年底,青河县高新技术企业已有38家”"
        f"（{NEWS}，第 {citation.start}–{citation.end} 字）",
    ]


def hostile_answer() -> tuple[Answer, dict[str, str]]:
    documents = {HOSTILE: f"{HOSTILE}\n前{HOSTILE}后\n"}
    start = documents[HOSTILE].index("前") + 1
    citation = Citation(
        n=1, doc=HOSTILE, title=HOSTILE, published=HOSTILE, section=HOSTILE,
        start=start, end=start + len(HOSTILE), quote=HOSTILE,
    )  # fmt: skip
    shared = {"value": 1.0, "unit": HOSTILE, "indicator": HOSTILE, "place": HOSTILE, "period": HOSTILE, "citation": 1}
    named = Figure(text=f"1{HOSTILE}", qualifier=HOSTILE, verified=True, **shared)
    bare = Figure(text="1", qualifier=HOSTILE, verified=False, **shared)
    answer = Answer(
        question=HOSTILE, answer=f"{HOSTILE}[1] 1{HOSTILE}", refused=True, refusal_reason=RefusalReason.UNVERIFIED,
        mode=Mode.LLM, model=HOSTILE, citations=[citation], figures=[named, bare],
        conflicts=[Conflict(text=HOSTILE, **shared)], timings_ms={HOSTILE: 1.0}, notice=HOSTILE,
    )  # fmt: skip
    return answer, documents


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def test_nothing_hostile_becomes_markup() -> None:
    answer, documents = hostile_answer()
    engine = demo_engine()
    engine.documents = documents
    shown = render_turn(answer, find_sources(answer.citations, engine), turn=1)
    shown += render_pending(HOSTILE, 2) + render_error(HOSTILE, HOSTILE, 3) + render_conversation([], HOSTILE)
    elements = Elements()
    elements.feed(shown)
    assert elements.tags == {
        *("article", "aside", "section", "div", "h2", "h3", "h4", "p", "span", "strong", "b", "a", "button"),
        *("ul", "ol", "li", "dl", "dt", "dd", "blockquote", "mark"),
    }
    assert not [name for name in elements.attributes if name.startswith("on") or name in {"src", "style"}]
    assert shown.count("alert(1)") >= 20


def test_a_very_long_question_is_shown_shortened_and_kept_once_for_asking_again() -> None:
    question = "长" * 100_000
    shown = render_error(question, "问题太长。", 1)
    assert shown.count(f'data-question="{question}"') == 1
    assert len(shown) < len(question) + 1500 and "长…" in shown


def test_element_ids_differ_from_turn_to_turn() -> None:
    answer = scripted("青河县有多少家高新技术企业?")
    sources = find_sources(answer.citations, demo_engine())
    page = render_conversation(
        [render_turn(answer, sources, 1), render_turn(answer, sources, 2), render_pending("再问", 3)]
    )
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 3 + 3 + 4
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
