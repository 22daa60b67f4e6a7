"""What the gate of the language model counts, with an engine that says what it is told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import rag
from eval.cli_wording import show_wording
from eval.wording import Wording, compare_wording
from rag.contract import Answer, Mode, Turn
from tests.eval.test_cli import call

Build = Callable[..., Any]
Capture = pytest.CaptureFixture[str]
QUOTE = "全年完成工业产值121.3亿元"
FIGURE = {
    "text": "121.3亿元", "value": 12130000000.0, "unit": "元", "indicator": "工业产值", "place": "", "period": "",
    "qualifier": "", "citation": 1, "verified": True,
}  # fmt: skip


class TwoFacedEngine:
    """Says one thing as an extract and another worded."""

    def __init__(self, extract: Answer, worded: Answer) -> None:
        self._said = {Mode.EXTRACTIVE: extract, Mode.LLM: worded}
        self.closed = False

    def ask(self, question: str, history: Sequence[Turn], mode: Mode) -> Answer:
        return self._said[mode].model_copy(update={"question": question})

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def compare(gold: Build, answer: Build, corpus: Path) -> Build:
    def compared(text: str, mode: Mode = Mode.LLM) -> Wording:
        given = {"figures": [FIGURE], "timings_ms": {"generate": 900.0, "total": 1000.0}}
        extract = Answer.model_validate(answer("121.3亿元[1]", QUOTE).model_dump() | given)
        worded = extract.model_copy(update={"answer": text, "mode": mode, "notice": "没有说清"})
        items = [gold(id="t1"), gold(id="t2", question="工业产值多少？")]
        return compare_wording(TwoFacedEngine(extract, worded), items, corpus, lambda *_: None)  # type: ignore[arg-type]

    return compared


def test_good_wording_holds(compare: Build) -> None:
    wording = compare("东丽区工业产值为121.3亿元[1]。")

    assert (wording.worded.hits, wording.worded.total) == (2, 2)
    assert (wording.leads_lost, wording.strays, wording.fallen_back) == ([], [], [])
    assert (wording.first_ms(95), wording.seconds(50)) == (1000.0, 1.0)
    assert wording.holds(1.0)


def test_lost_lead_and_stray_figure_do_not_hold(compare: Build) -> None:
    lost = compare("产值很高[1]。")
    assert [item.id for item in lost.leads_lost] == ["t1", "t2"]
    assert not lost.holds(0.0)

    stray = compare("东丽区工业产值为121.3亿元，另有77家企业[1]。")
    assert (len(stray.leads_lost), len(stray.strays)) == (0, 2)
    assert not stray.holds(0.0)


def test_too_few_worded_answers_do_not_hold(compare: Build, capsys: Capture) -> None:
    wording = compare("121.3亿元[1]", Mode.EXTRACTIVE)

    assert wording.holds(0.0) and not wording.holds(0.01)
    show_wording(wording)
    assert "0/2" in (said := capsys.readouterr().out)
    assert "首个核对过的答案 p50 / p95 毫秒\t1000 / 1000" in said
    assert "[t2] 退回摘录: 工业产值多少？ → 没有说清" in said


def test_refusals_and_sentences_need_no_wording(gold: Build, answer: Build, corpus: Path) -> None:
    refusal = answer("资料中没有。", refused=True)
    item = gold(category="unanswerable")
    wording = compare_wording(TwoFacedEngine(refusal, refusal), [item], corpus, lambda *_: None)  # type: ignore[arg-type]

    assert wording.worded.total == 0 and wording.seconds(50) is None
    assert not wording.holds(0.0), "nothing was measured"


def test_command_takes_every_nth_item_and_exits_1(
    gold: Build, answer: Build, write_gold: Build, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    said = answer("121.3亿元[1]", QUOTE).model_copy(update={"figures": []})
    engine = TwoFacedEngine(said, said)
    monkeypatch.setattr(rag, "open_engine", lambda _: engine)
    file = write_gold([gold(id=f"t{n}", question=f"第{n}次问？") for n in range(5)])

    code = call("wording", "--gold", file, "--corpus", corpus, "--every", 2, "--at-least", 0.9)

    assert code == 1 and engine.closed
    assert "题数\t3" in capsys.readouterr().out
