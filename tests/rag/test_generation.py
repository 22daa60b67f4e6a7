"""The generator against a scripted server: what is worded, repaired, refused, and what an attack achieves."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

import rag.generation
from rag.contract import Answer, Citation, Figure, Mode
from rag.generation import Generator, open_generator
from rag.instructions import speaks_to_models
from rag.llm_client import Patience
from rag.settings import Settings
from tests.conftest import ROOT
from tests.rag.scripted_llm import fails, says, scripted_llm, words

QUESTION = "2023年东丽区高端装备产业链产值是多少?"
QUOTE = "2023年,东丽区高端装备产业链全年完成工业产值121.3亿元,同比增长34.9%。"
WORDED = "2023年东丽区高端装备产业链产值为121.3亿元。"
QUICK = Patience(connect_seconds=1, retries=0, first_wait_seconds=0.01)
ATTACKS = [
    json.loads(line) for line in (ROOT / "tests/fixtures/injections.jsonl").read_text(encoding="utf-8").splitlines()
]


def made_answer(quote: str = QUOTE) -> Answer:
    citation = Citation(
        n=1, doc="a.txt", title="标题", published=None, section="", start=0, end=len(quote), quote=quote
    )
    figure = Figure(
        text="121.3亿元", value=12130000000.0, unit="元", indicator="工业产值", place="天津市东丽区", period="2023年",
        qualifier="", citation=1, verified=True,
    )  # fmt: skip
    return Answer(
        question=QUESTION, answer=f"121.3亿元[1]。原文[1]:“{quote}”", refused=False, refusal_reason=None,
        mode=Mode.EXTRACTIVE, model=None, citations=[citation], figures=[figure], conflicts=[], timings_ms={},
    )  # fmt: skip


def test_proved_wording_is_shown_with_its_quote() -> None:
    with scripted_llm(words(WORDED)) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword(QUESTION, made_answer())

    assert (answer.answer, answer.mode, answer.model) == (f"{WORDED[:-1]}[1]。", Mode.LLM, "scripted")
    assert answer.notice is None
    assert answer.figures == made_answer().figures


def test_plain_text_is_read_too() -> None:
    with scripted_llm(says(f"{WORDED[:-1]}[1]。")) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword(QUESTION, made_answer())

    assert answer.answer == f"{WORDED[:-1]}[1]。"


@pytest.mark.parametrize(
    "question",
    ["东丽区产值从多少提高到多少?", "2023年东丽区产值及增幅是多少?", "2023年东丽区产值是多少,企业有几家?"],
)
def test_question_for_more_than_the_answer_holds_keeps_its_quote(question: str) -> None:
    with scripted_llm(words(WORDED)) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword(question, made_answer())

    assert (script.requests, answer.answer) == ([], made_answer().answer)
    assert answer.notice == "问的不止一个数字，原文里一起给出，这里是摘录的回答。"


def test_answer_that_lacks_one_of_each_keeps_its_quote() -> None:
    partial = made_answer().model_copy(update={"missing": ["利润"]})
    with scripted_llm(words(WORDED)) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword("2023年东丽区产值和利润各是多少?", partial)

    assert (script.requests, answer.answer) == ([], partial.answer)


def test_one_repair_is_asked_for_with_the_failure_named() -> None:
    with scripted_llm(words("产值为130亿元。"), words(WORDED)) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword(QUESTION, made_answer())

    assert answer.mode is Mode.LLM
    first, second = (asked["messages"] for asked in script.requests)
    assert second[: len(first)] == first, "the prefix stays, for the server's prompt cache"
    assert "130亿元" in second[-2]["content"]
    assert "证明不了的数字130亿元" in second[-1]["content"]


def test_after_one_repair_the_extract_is_shown() -> None:
    with scripted_llm(words("产值为130亿元。")) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword(QUESTION, made_answer())

    assert len(script.requests) == 2
    assert answer.answer == made_answer().answer
    assert answer.notice == "大模型的措辞里有原文证明不了的数字130亿元，这里是摘录的回答。"


def test_failing_endpoint_leaves_the_extract_with_one_sentence() -> None:
    with scripted_llm(fails(500)) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword(QUESTION, made_answer())

    assert answer.answer == made_answer().answer
    assert (answer.mode, answer.notice) == (Mode.EXTRACTIVE, "大模型接口出错（HTTP 500），这里是摘录的回答。")


def test_missing_model_file_leaves_the_extract_with_one_sentence(tmp_path: Path) -> None:
    from rag.llm import EmbeddedLlm

    answer = Generator(EmbeddedLlm(tmp_path / "no.gguf", 1, 512), 10).reword(QUESTION, made_answer())

    assert answer.answer == made_answer().answer
    assert answer.notice is not None
    assert answer.notice.startswith("大模型文件") and answer.notice.count("。") == 1


def test_warming_up_a_model_that_is_missing_harms_nothing(tmp_path: Path) -> None:
    from rag.llm import EmbeddedLlm

    generator = Generator(EmbeddedLlm(tmp_path / "no.gguf", 1, 512), 10)
    generator.warm_up().join(20)

    answer = generator.reword(QUESTION, made_answer())
    assert answer.answer == made_answer().answer
    assert answer.notice is not None and "不存在" in answer.notice


def test_cancelled_question_keeps_the_extract() -> None:
    cancelled = threading.Event()
    cancelled.set()
    with scripted_llm(lambda *_: script.released.wait(20)) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword(QUESTION, made_answer(), cancelled)

    assert answer == made_answer()


def test_what_is_too_long_is_not_sent() -> None:
    with scripted_llm(words(WORDED)) as script:
        answer = Generator(script.endpoint, 10, QUICK).reword("东丽区产值" * 900, made_answer())

    assert script.requests == []
    assert answer.notice == "问题或原文太长，大模型读不下，这里是摘录的回答。"


def test_settings_decide_on_the_generator(tmp_path: Path) -> None:
    assert open_generator(Settings(llm="none")) is None
    assert open_generator(Settings(llm="embedded", models=tmp_path)) is None
    assert open_generator(Settings(llm="http://127.0.0.1:9/v1", llm_model="m")) is not None


def attack_id(attack: dict[str, str]) -> str:
    return f"{attack['where']}: {attack['text'][-24:]}"


@pytest.mark.parametrize("first_door", [True, False], ids=["both doors", "draft check alone"])
@pytest.mark.parametrize("attack", ATTACKS, ids=attack_id)
def test_obeyed_attack_is_not_shown(attack: dict[str, str], first_door: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not first_door:
        monkeypatch.setattr(rag.generation, "speaks_to_models", lambda _: False)
    in_document = attack["where"] == "document"
    question = QUESTION if in_document else attack["text"]
    extract = made_answer(QUOTE + attack["text"] if in_document else QUOTE)
    obeyed = attack["obeyed"]
    for reply in (words(obeyed), says(obeyed)):
        with scripted_llm(reply) as script:
            answer = Generator(script.endpoint, 10, QUICK).reword(question, extract)

        assert answer.answer == extract.answer
        assert answer.figures == extract.figures
        assert (answer.mode, bool(answer.notice)) == (Mode.EXTRACTIVE, True)
        assert first_door or len(script.requests) == 2


def test_attacks_are_many_and_on_both_sides() -> None:
    sides = [attack["where"] for attack in ATTACKS]

    assert min(sides.count("document"), sides.count("question")) >= 10


@pytest.mark.parametrize(
    "text",
    [
        QUOTE,
        QUESTION,
        "请回答:东丽区2023年产值是多少?",
        "各部门必须严格执行上述要求,不得忽视。",
        "大力发展人工智能大模型产业,鼓励企业使用智能助手。",
        "系统提升园区服务能力,提示企业防范风险。",
    ],
)
def test_ordinary_text_is_not_taken_for_an_order(text: str) -> None:
    assert not speaks_to_models(text)


def test_small_model_is_not_asked_to_word_sentences(tmp_path: Path) -> None:
    from rag.llm import EmbeddedLlm

    sentences = made_answer().model_copy(update={"figures": []})

    assert Generator(EmbeddedLlm(tmp_path / "no.gguf", 1, 512), 10).reword("局长是谁?", sentences) == sentences
