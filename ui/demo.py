"""A scripted engine: fixed questions, fixed answers, no models.  `python -m ui.demo` serves it at 127.0.0.1:7860.

It shows every shape an answer can take, so that the page can be looked at and tested without an index.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from index.errors import UserError
from rag.contract import Answer, Citation, Conflict, Figure, Mode, RefusalReason, Turn
from rag.fact_search import FactFilter, FoundFact, FoundFacts

DOCUMENTS = {
    "年报/青河县2023年统计公报.txt": (
        "青河县2023年国民经济和社会发展统计公报\n\n"
        "2023年,全县实现地区生产总值近185.6亿元,同比增长6.2%。其中,第一产业增加值41.3亿元,增长4.1%;"
        "第二产业增加值72.5亿元,增长7.8%;第三产业增加值71.8亿元,增长5.9%。三次产业结构为22.3∶39.1∶38.6。"
        "全县高新技术企业达到36家,比上年净增9家,科技型中小企业入库112家。"
        "全年规模以上工业企业实现利润12.4亿元,比上年增长8.3%,其中装备制造业增长11.5%,食品加工业增长6.7%,"
        "新材料产业增长14.2%。全年固定资产投资比上年增长9.6%,其中工业投资增长13.8%,民间投资增长7.1%。"
        "全年社会消费品零售总额58.2亿元,比上年增长6.9%,其中城镇市场增长7.2%,乡村市场增长6.1%。"
        "年末全县常住人口38.6万人,其中城镇常住人口19.9万人,常住人口城镇化率51.6%,比上年末提高1.1个百分点。\n"
    ),
    "报道/青河县科技创新.txt": (
        "青河县科技创新按下加速键\n\n截至2023年底,青河县高新技术企业已有38家,较上年增加11家。\n\n"
        "全县研发经费投入预计超3亿元。\n"
    ),
}
_BULLETIN, _NEWS = DOCUMENTS


class ScriptedEngine:
    """Gives the scripted answer to a question it knows, and refuses every other one."""

    def __init__(self, documents: Mapping[str, str], script: Mapping[str, Answer]) -> None:
        self.documents = documents
        self.script = script
        self.histories: list[tuple[Turn, ...]] = []
        """The history that came with each question, for tests."""
        self.generation = "scripted"
        self.modes = (Mode.AUTO, Mode.EXTRACTIVE)

    def ask(self, question: str, history: Sequence[Turn] = (), mode: Mode = Mode.AUTO) -> Answer:
        """Answer from the script; an empty question raises `UserError`."""
        if not question.strip():
            raise UserError("问题是空的，请输入要问的内容。")
        self.histories.append(tuple(history))
        return self.script.get(question.strip()) or refusal(question, "资料中没有找到与这个问题有关的内容。")

    def answers(
        self,
        question: str,
        history: Sequence[Turn] = (),
        mode: Mode = Mode.AUTO,
        cancelled: threading.Event | None = None,
        on_draft: Callable[[str], None] | None = None,
    ) -> Iterator[Answer]:
        """Yield the extract; the script holds no wording."""
        yield self.ask(question, history, mode)

    def follow_ups(
        self, answer: Answer, history: Sequence[Turn], others_wait: Callable[[], bool] = lambda: False
    ) -> list[str]:
        """Return scripted questions that are answered and were not asked yet."""
        asked = {turn.question for turn in history}
        return [question for question, said in self.script.items() if not said.refused and question not in asked][:3]

    def search_facts(self, wanted: FactFilter) -> FoundFacts:
        """List the scripted figures whose place, period and indicator hold the texts given."""
        proved = [(figure, answer) for answer in self.script.values() for figure in answer.figures if figure.citation]
        facts = [_fact(figure, answer.citations[figure.citation - 1]) for figure, answer in proved]
        parts = wanted.model_dump(include={"place", "period", "indicator", "unit", "doc"})
        fitting = [fact for fact in facts if all(text in getattr(fact, name) for name, text in parts.items())]
        return FoundFacts(facts=fitting[: wanted.limit], more=len(fitting) > wanted.limit)

    def paragraph(self, citation: Citation) -> tuple[int, int, str]:
        """Return the line that holds the quote."""
        text = self.documents[citation.doc]
        start = text.rfind("\n", 0, citation.start) + 1
        end = text.find("\n", citation.end)
        end = len(text) if end < 0 else end
        return start, end, text[start:end]

    def examples(self) -> list[str]:
        """Return the scripted questions."""
        return list(self.script)


def _fact(figure: Figure, citation: Citation) -> FoundFact:
    shared = figure.model_dump(include={"text", "value", "unit", "qualifier", "indicator", "place", "period"})
    cited = citation.model_dump(include={"doc", "title", "published", "start", "end", "quote"})
    return FoundFact(**shared, **cited, role="level", status="result")


def cite(documents: Mapping[str, str], n: int, doc: str, quote: str, *, section: str = "") -> Citation:
    """Cite the first place where a document says `quote`."""
    text = documents[doc]
    start = text.index(quote)
    return Citation(
        n=n,
        doc=doc,
        title=text.split("\n", 1)[0],
        published="2024-03-18",
        section=section,
        start=start,
        end=start + len(quote),
        quote=quote,
    )


def figure(text: str, value: float, unit: str, indicator: str, citation: int, *, qualifier: str = "") -> Figure:
    """Make a verified figure about 青河县 in 2023."""
    return Figure(
        text=text,
        value=value,
        unit=unit,
        indicator=indicator,
        place="青河县",
        period="2023年",
        qualifier=qualifier,
        citation=citation,
        verified=True,
    )


def reply(question: str, text: str, citations: list[Citation], figures: list[Figure]) -> Answer:
    """Make an extractive answer without conflicts."""
    return Answer(
        question=question,
        answer=text,
        refused=False,
        refusal_reason=None,
        mode=Mode.EXTRACTIVE,
        model=None,
        citations=citations,
        figures=figures,
        conflicts=[],
        timings_ms={"read": 41.5, "compose": 1.8, "total": 43.3},
    )


def refusal(question: str, text: str, reason: RefusalReason = RefusalReason.NOTHING_FOUND) -> Answer:
    """Make a refusal without citations."""
    refused = {"refused": True, "refusal_reason": reason}
    return reply(question, text, [], []).model_copy(update=refused)


def demo_engine() -> ScriptedEngine:
    """Return an engine with one question for each shape of answer."""
    return ScriptedEngine(DOCUMENTS, {answer.question: answer for answer in _script()})


def _script() -> Iterator[Answer]:
    gdp = cite(DOCUMENTS, 1, _BULLETIN, "2023年,全县实现地区生产总值近185.6亿元,同比增长6.2%。", section="一、综合")
    yield reply(
        "青河县2023年地区生产总值是多少?",
        "近185.6亿元，同比增长6.2%。[1]",
        [gdp],
        [
            figure("近185.6亿元", 18_560_000_000, "元", "地区生产总值", 1, qualifier="近"),
            figure("6.2%", 6.2, "%", "地区生产总值增速", 1),
        ],
    )
    firms = [
        cite(DOCUMENTS, 1, _BULLETIN, "全县高新技术企业达到36家", section="一、综合"),
        cite(DOCUMENTS, 2, _NEWS, "截至2023年底,青河县高新技术企业已有38家"),
    ]
    yield reply(
        "青河县有多少家高新技术企业?",
        "36家。[1]另有报道说是38家。[2]",
        firms,
        [figure("36家", 36, "家", "高新技术企业", 1)],
    ).model_copy(update={"conflicts": [_rival_count()]})
    spending = cite(DOCUMENTS, 1, _NEWS, "全县研发经费投入预计超3亿元。")
    yield reply(
        "青河县研发经费投入多少?",
        "预计超3亿元。[1]",
        [spending],
        [figure("超3亿元", 300_000_000, "元", "研发经费投入", 1, qualifier="预计超")],
    ).model_copy(update={"notice": "语言模型没有回应，已改用摘录原文。", "mode": Mode.EXTRACTIVE})
    yield refusal(
        "青河县2025年地区生产总值是多少?",
        "资料里没有2025年的数字；最接近的是2023年：近185.6亿元。[1]",
        RefusalReason.OTHER_PERIOD,
    ).model_copy(update={"citations": [gdp]})


def _rival_count() -> Conflict:
    return Conflict(
        text="38家",
        value=38,
        unit="家",
        indicator="高新技术企业",
        place="青河县",
        period="2023年",
        citation=2,
    )


def main() -> None:
    """Serve the scripted engine on loopback."""
    from ui.app import create_app
    from ui.server import open_port, serve

    engine = demo_engine()
    serve(create_app(lambda: engine), open_port("127.0.0.1", 7860))


if __name__ == "__main__":
    main()
