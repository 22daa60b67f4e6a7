from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import HashEmbedder, UserError, find_quantities
from rag import pipeline
from rag.contract import Mode, RefusalReason, Turn
from rag.pipeline import Engine, check_question, open_engine
from rag.settings import Settings
from tests.conftest import ROOT
from tests.rag.evidence import Opened, needs_the_model, opened, without_times
from tests.rag.promises import assert_promises


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("东丽区2023年高端装备产业链工业产值是多少？", "121.3亿元"),
        ("西青区5条重点产业链增加值占全区规模工业比重是多少", "48.6%"),
        ("当涂县国星生化等企业使用科技创新券，市财政兑现资金多少万元", "72.5万元"),
        ("当涂县2023年度全县规上工业研发投入是多少亿元", "12.93亿元"),
        ("洞头区2023年科创指数是多少", "150.6"),
        ("东丽区研发支出与地区生产总值之比是多少", "3.83%"),
        ("天津滨海高新区国家高企有多少家", "2300余家"),
        ("天开华苑园引入企业中京冀企业占比多少", "27.72%"),
        ("盐湖高新区高新技术企业有多少家", "37家"),
        ("盐湖高新区2022年重点企业研发投入是多少亿元", "3.07亿元"),
    ],
)
def test_figure_of_a_seed_is_among_the_first(seeds: Opened, question: str, figure: str) -> None:
    assert figure in [fact.text for fact in seeds.engine.retrieve(question).facts[:3]]


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("东丽区2023年规上工业总产值是多少亿元？", "980亿元"),
        ("东丽区2023年总营业收入是多少亿元？", "960亿元"),
        ("东丽区2023年汽车业务营业收入是多少亿元？", "320亿元"),
        ("东丽区农村居民人均可支配收入是多少元？", "31200元"),
        ("东丽区孵化载体面积扩大到多少平方米？", "50000平方米"),
        ("东丽区2024年高新技术企业力争达到多少家？", "650家以上"),
        ("西青区2022年规上工业总产值是多少亿元？", "1893.6亿元"),
        ("當塗縣2023年規上工業研發投入是多少億元？", "12.93亿元"),
    ],
)
def test_figure_asked_for_goes_before_its_neighbours(county: Opened, question: str, figure: str) -> None:
    assert county.first(question) == figure


@needs_the_model
def test_answer_leads_with_its_figure(real_county: Opened) -> None:
    answer = real_county.engine.ask("西青区2023年规上工业总产值是多少亿元？")

    assert not answer.refused
    assert find_quantities(answer.answer)[0].text == "1850亿元" == answer.figures[0].text
    assert answer.citations[0].doc == "xiqing.txt"
    assert set(answer.timings_ms) >= {"total"}


@needs_the_model
@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("东丽区2023年规上工业总产值是多少亿元？", "980亿元"),
        ("东丽区2023年总营业收入是多少亿元？", "960亿元"),
        ("东丽区2023年汽车业务营业收入是多少亿元？", "320亿元"),
        ("东丽区农村居民人均可支配收入是多少元？", "31200元"),
        ("东丽区孵化载体面积扩大到多少平方米？", "50000平方米"),
        ("东丽区孵化载体面积原来有多少平方米？", "6000平方米"),
        ("东丽区1-9月研发费用是多少？", "1.02亿元"),
        ("东丽区2024年高新技术企业的目标是多少家？", "650家以上"),
        ("西青区2022年规上工业总产值是多少亿元？", "1893.6亿元"),
        ("西青區2023年規上工業總產值居全市第幾？", "排名第2位"),
        ("當塗縣2023年規上工業研發投入是多少億元？", "12.93亿元"),
        ("当涂县2023年技术合同交易额预计是多少？", "预计40亿元"),
        ("当涂县市财政兑现了多少钱？", "72.5万元"),
    ],
)
def test_lead(real_county: Opened, question: str, lead: str) -> None:
    answer = real_county.engine.ask(question)

    assert answer.answer.startswith(f"{lead}[1]")
    assert_promises(real_county, question, answer)


@needs_the_model
def test_equal_amounts_of_two_sources_are_no_conflict(real_county: Opened) -> None:
    answer = real_county.engine.ask("东丽区2023年地区生产总值是多少亿元？")

    assert answer.figures[0].value == 120_500_000_000
    assert answer.conflicts == []


@needs_the_model
def test_two_sources_that_differ_are_shown_side_by_side(real_county: Opened) -> None:
    answer = real_county.engine.ask("东丽区2023年高新技术企业有多少家？")

    assert {answer.figures[0].text, *(conflict.text for conflict in answer.conflicts)} == {"598家", "601家"}
    assert {citation.doc for citation in answer.citations} == {"dongli.txt", "bulletin.txt"}


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("东丽区2019年规上工业总产值是多少亿元？", RefusalReason.OTHER_PERIOD),
        ("北京市2023年规上工业总产值是多少亿元？", RefusalReason.OTHER_PLACE),
        ("谁捐赠了天文望远镜？", RefusalReason.NOTHING_FOUND),
    ],
)
def test_refusal_has_its_reason(county: Opened, question: str, reason: RefusalReason) -> None:
    answer = county.engine.ask(question)

    assert (answer.refused, answer.refusal_reason, answer.figures) == (True, reason, [])


@needs_the_model
def test_comparison_names_the_winner_first(real_county: Opened) -> None:
    answer = real_county.engine.ask("东丽区和西青区谁的雏鹰企业更多？")

    assert answer.answer.startswith("东丽区")
    assert [figure.text for figure in answer.figures] == ["467家", "77家"]


@needs_the_model
def test_follow_up_is_read_in_the_light_of_the_turn_before(real_county: Opened) -> None:
    history = [Turn(question="东丽区2023年发明专利授权量是多少件？", answer="1200件[1]。")]

    assert real_county.engine.ask("那西青区呢？", history).figures[0].text == "1500件"
    assert real_county.engine.retrieve("那西青区呢？", history).facts[0].text == "1500件"


def test_text_question_is_answered_in_the_words_of_the_source(county: Opened) -> None:
    answer = county.engine.ask("东丽区科技局局长是谁？")

    assert "李明" in answer.answer
    assert answer.figures == []
    assert_promises(county, "东丽区科技局局长是谁？", answer)


def test_extractive_engine_serves_extractive_answers_only(county: Opened) -> None:
    question = "东丽区2023年规上工业总产值是多少亿元？"

    assert county.engine.modes == (Mode.EXTRACTIVE,)
    automatic, extract, wanted = (without_times(county.engine.ask(question, mode=mode)) for mode in Mode)
    assert automatic == extract == wanted.model_copy(update={"notice": None})
    assert county.engine.generation == county.library.index.generation


def test_retrieve_returns_passages_and_their_facts_by_relevance(county: Opened) -> None:
    found = county.engine.retrieve("东丽区2023年规上工业总产值是多少亿元？")

    passages = [passage.id for passage in found.passages]
    assert len(set(passages)) == len(passages)
    assert {fact.passage for fact in found.facts} <= set(passages)
    assert len({fact.id for fact in found.facts}) == len(found.facts)


def test_paragraph_is_the_whole_paragraph_of_the_quote(seeds: Opened) -> None:
    answer = seeds.engine.ask("东丽区2023年高端装备产业链工业产值是多少？")
    _, _, paragraph = seeds.engine.paragraph(answer.citations[0])

    assert paragraph.startswith("2023年,东丽区高端装备产业链")
    assert paragraph.endswith("增加值增长5%。")


def test_examples_are_questions_that_are_answered(seeds: Opened) -> None:
    examples = seeds.engine.examples()

    assert 1 <= len(examples) == len(set(examples)) <= 6
    for question in examples:
        answer = seeds.engine.ask(question)
        assert not answer.refused
        assert answer.figures


def test_the_same_corpus_indexed_again_gives_the_same_answers(seeds: Opened, tmp_path: Path) -> None:
    again = opened(ROOT / "seeds", tmp_path / "index")
    for question in ("东丽区R&D投入强度是多少", "西青区落地项目多少个", "东丽区和西青区谁的瞪羚企业多"):
        assert without_times(again.engine.ask(question)) == without_times(seeds.engine.ask(question))
    again.engine.close()


def test_engine_opens_from_settings(county: Opened) -> None:
    settings = Settings(index=county.engine._settings.index, embedder="hash", llm="none")
    engine = open_engine(settings)

    assert engine.generation == county.engine.generation
    engine.close()


class OneByOne(HashEmbedder):
    """Counts who encodes at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0

    def encode_question(self, text: str) -> NDArray[np.float32]:
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(0.05)
        self.now -= 1
        return super().encode_question(text)


def test_no_more_questions_are_read_at_once_than_there_are_processors(
    county: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_reading", threading.Semaphore(2))
    counting = OneByOne()
    engine = Engine(county.engine._settings, county.library.index, counting, None)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(engine.ask, [f"东丽区{year}年有多少家高新技术企业？" for year in range(2018, 2024)]))

    assert counting.most == 2
    assert [answer.refused for answer in answers] == [True] * 5 + [False]


@pytest.mark.parametrize("question", ["", "  \n\t", "\u3000"])
def test_empty_question_is_refused_in_one_sentence(question: str) -> None:
    with pytest.raises(UserError, match=r"问题是空的.*。$"):
        check_question(question, 100)


def test_length_of_a_question_is_limited_to_the_character() -> None:
    check_question("问" * 100, 100)
    with pytest.raises(UserError, match=r"101 个字.*100 个字.*。$"):
        check_question("问" * 101, 100)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_refused(character: str) -> None:
    with pytest.raises(UserError, match="控制字符"):
        check_question(f"产值{character}是多少", 100)


def test_half_a_character_is_refused(county: Opened) -> None:
    with pytest.raises(UserError):
        county.engine.ask("产值\udce4是多少")


@pytest.mark.parametrize("question", ["产值\t是多少\r\n", "产值是多少\u200b", "😀", "٣ عدد"])
def test_other_odd_characters_are_no_reason_to_refuse(question: str) -> None:
    check_question(question, 100)


def test_engine_checks_what_it_is_asked(county: Opened) -> None:
    for ask in (county.engine.ask, county.engine.retrieve):
        with pytest.raises(UserError, match="空的"):
            ask(" ")
        with pytest.raises(UserError, match="超过上限"):
            ask("问" * 100_000)
