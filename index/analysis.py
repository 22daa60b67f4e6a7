"""From one file's text to everything the index stores of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.cleaning import furniture
from index.facts import facts_in_sentence
from index.frames import SentenceFact, Setting
from index.periods import UNKNOWN, Period, find_periods, whole_year
from index.places import leading_place, main_place
from index.records import Document, Fact, Passage, Role, Sentence
from index.structure import Block, blocks_of
from index.tables import row_facts

PASSAGE_CHARACTERS = 220
"""A paragraph longer than this is cut at sentence ends into passages of about this many view characters."""

_SENTENCE_END = re.compile(r"[。!?]+[”\"')\]]*|\n")
_PUBLISHED = re.compile(
    r"(?P<year>20\d\d|19\d\d)(?:[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>3[01]|[12]\d|0?[1-9])(?!\d)|年(?P<cmonth>1[0-2]|0?[1-9])月(?P<cday>3[01]|[12]\d|0?[1-9])日)"
)
_ENUMERATOR = re.compile(r"[一二三四五六七八九十]是|\([一二三四五六七八九十\d]+\)|\d{1,2}、")
_OF_A_YEAR = re.compile(r"报告|[年季月旬周]报|公报|简报|通报|快报|总结|年鉴|白皮书")
_PLAN_TITLE = re.compile(
    r"^(?!.*(?:总结|情况|报告)).*(?:20\d\d年|年度)[^,。]{0,6}(?:计划|打算|安排|思路|要点)(?:\(.{0,8}\))?$"
)
_UNIT_LINE = re.compile(r"单位:")
_SIGNED = re.compile(r"[^。;\d]{0,30}(?P<year>(?:19|20)\d\d)年(?P<month>1[0-2]|0?[1-9])月[)]?")
"""The last line of a document that is dated to the month."""
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d年?(?:-|~|至|到)(?P<last>(?:19|20)\d\d)年")
"""A report on several years looks back from the last of them."""
_ADDRESS = re.compile(r"(?<!\d)(20\d\d)年[^。\d]{0,4}政府工作报告")
"""A report of the year before to an assembly, whose 今年 and 去年 count from the year of its title."""
_TOPIC = re.compile(
    r"[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)]{1,2}\s*(?P<noun>[\u4e00-\u9fffA-Za-z&“”\"()]{2,20})。"
)
_TITLE_LINES = 8
_OPENING_LINES = 3
_SHORT_LINE = 60
"""Characters of a line that heads a report and is no paragraph of it."""
_ISSUER = r"[\u4e00-\u9fff]{2,24}(?:局|委员会|委|厅|办公室|部|政府|中心|协会|公司)"
_ISSUERS_ONLY = re.compile(rf"{_ISSUER}(?:[\s、,]*{_ISSUER})*")


@dataclass(frozen=True, slots=True)
class Ids:
    """First free ids, so that those of several documents do not meet."""

    passage: int
    sentence: int
    fact: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one file holds."""

    document: Document
    passages: list[Passage]
    sentences: list[Sentence]
    facts: list[Fact]
    dropped: list[tuple[int, int]]
    """Spans of page furniture, offsets of `Document.text`."""


def analyse(path: str, text: str, encoding: str, sha256: str, first_ids: Ids) -> Analysis:
    """Clean, cut and read one document; deterministic, no model needed."""
    dropped = furniture(text)
    blocks = blocks_of(text, dropped)
    title = _title(blocks, path)
    published = _published(blocks)
    document = Document(path, text, title, published, encoding, sha256)
    collector = _Collector(document, first_ids)
    for number in sorted({block.report for block in blocks}):
        own = [block for block in blocks if block.report == number]
        settings = _report_setting(own, title, published)
        for block in own:
            collector.add_block(block, settings)
    return Analysis(document, collector.passages, collector.sentences, collector.facts, dropped)


def _title(blocks: list[Block], path: str) -> str:
    for number, block in enumerate(blocks[:_TITLE_LINES]):
        line = block.view.text.strip()
        below = blocks[number + 1].view.text.strip() if number + 1 < len(blocks) else ""
        if _ISSUERS_ONLY.fullmatch(line) and re.match(r"关于[^。;]{4,56}$", below):
            return f"{line}{below}"
        if 6 <= len(line) <= 60 and not re.search(r"[。;]$", line) and not _PUBLISHED.search(line):
            return line
    first = blocks[0].view.text.strip() if blocks else path
    return re.split(r"[,。;!?]", first)[0][:40] or path


def _published(blocks: list[Block]) -> str | None:
    for block in blocks[:_TITLE_LINES] + blocks[-3:]:
        line = block.view.text.strip()
        match = _PUBLISHED.search(line)
        if (
            match
            and (len(line) <= 60 or re.match(r".{0,20}(?:发布|时间|日期)", line))
            and not re.search(r"[。;]", line)
        ):
            month, day = match["month"] or match["cmonth"], match["day"] or match["cday"]
            return f"{match['year']}-{int(month):02d}-{int(day):02d}"
    signed = _SIGNED.fullmatch(blocks[-1].view.text.strip()) if blocks else None
    return f"{signed['year']}-{int(signed['month']):02d}" if signed else None


@dataclass(frozen=True, slots=True)
class _Report:
    place: str
    period: Period
    reference_year: int | None
    report_end: int
    title: str


def _report_setting(blocks: list[Block], title: str, published: str | None) -> _Report:
    own_title = blocks[0].headings[:1] if blocks[0].report else (title,)
    text = "\n".join([*own_title, *(block.view.text for block in blocks)])
    place = main_place(text)
    heads = "。".join([*blocks[0].headings[:1], *(block.view.text[:60] for block in blocks[:4]), title])
    heads = _YEARS.sub(r"\g<last>年", heads)
    years = [
        int(year)
        for year in re.findall(
            r"(?<!\d)(20\d\d|19\d\d)(?=[年度\sQ上-])年?(?:度|Q\d|上半年)?(?=[^。]{0,24}(?:总结|报告|年报|公报|情况|成效|年鉴|答卷|速览|工作))",
            heads,
        )
    ] or _only_year(title)
    report_year = min(years) if years else None
    reference_year = (
        report_year or (int(published[:4]) if published else None) or _dated_year(text) or _opening_year(blocks)
    )
    report_end = 0
    if published:
        report_end = int(published[:4]) * 12 + int(published[5:7]) - 1
    period = _reported_period(report_year, heads) if report_year else UNKNOWN
    if report_year:
        is_plan = _PLAN_TITLE.search(own_title[0]) if own_title else None
        is_part = period.end < report_year * 12 + 11
        report_end = report_year * 12 - 1 if is_plan else max(period.end, report_end) if is_part else period.end
    if published and report_year and "今年" in text and int(published[:4]) > report_year and "去年" in text:
        reference_year = int(published[:4])
    is_news = published and report_year and str(report_year) not in title and not _OF_A_YEAR.search(title)
    if is_news and published and report_year == int(published[:4]) - 1 and "去年" in text:
        reference_year = int(published[:4])
    if (address := _ADDRESS.search(heads)) and report_year and int(address[1]) == report_year + 1:
        reference_year = int(address[1])
    return _Report(place.chain if place else "", period, reference_year, report_end, title)


def _only_year(title: str) -> list[int]:
    """The one year in the title of a report that puts it elsewhere: 工作简报(2024年第6期)."""
    years = {int(year) for year in re.findall(r"(?<!\d)(20\d\d|19\d\d)(?=年)", title)}
    return list(years) if len(years) == 1 and _OF_A_YEAR.search(title) else []


def _opening_year(blocks: list[Block]) -> int | None:
    """The one year that the first short lines name: 2025年第17期(6月中旬)."""
    lines = [
        text for block in blocks[:_OPENING_LINES] if len(text := block.view.text) <= _SHORT_LINE and "。" not in text
    ]
    years = {int(year) for line in lines for year in re.findall(r"(?<!\d)(20\d\d|19\d\d)(?=年)", line)}
    return years.pop() if len(years) == 1 else None


def _reported_period(year: int, heads: str) -> Period:
    """The year a report is about, or the part of it that its title names: 2024年半年度报告."""
    part = re.search(
        rf"{year}年(?P<part>半年度?报|半年度|上半年|前三季度|[一三]季度|第[一三]季度|(?:1[0-2]|[1-9])月(?=份?[^,。\d]{{0,12}}[快月]报))",
        heads,
    )
    if part is None:
        return whole_year(year)
    name = "上半年" if part["part"].startswith("半年") else part["part"]
    stated = find_periods(f"{year}年{name}", year)
    return stated[0].period if stated else whole_year(year)


def _dated_year(text: str) -> int | None:
    """The latest year named, where the text also dates something in it to the month; else it is not sure enough."""
    mentions = [mention for mention in find_periods(text, None) if mention.explicit and mention.period.known]
    if not mentions:
        return None
    latest = (
        max(mention.period.end // 12 for mention in mentions if len(mention.period.years) == 1)
        if any(len(mention.period.years) == 1 for mention in mentions)
        else None
    )
    dated = any(m.period.start == m.period.end and m.period.end // 12 == latest for m in mentions)
    return latest if dated else None


class _Collector:
    """Numbers what is found, in reading order."""

    def __init__(self, document: Document, first: Ids) -> None:
        self._document = document
        self._first = first
        self.passages: list[Passage] = []
        self.sentences: list[Sentence] = []
        self.facts: list[Fact] = []
        self._asked_of = UNKNOWN
        """Period of the question that the paragraphs below answer."""
        self._told_year = UNKNOWN
        """The last whole year that a sentence spoke of and that is over."""

    def add_block(self, block: Block, report: _Report) -> None:
        own_headings = block.headings[1:] if block.report else block.headings
        period = _section_period(own_headings, report)
        own_words = f"问:{block.question}" if block.question else " ".join(block.table_header)
        section = " / ".join((*block.headings, own_words)).removesuffix(" / ").strip()
        place = leading_place(block.view.text, report.place) or report.place
        heading_year = period.years[0] if period is not report.period and len(period.years) == 1 else None
        setting = Setting(
            place,
            period,
            " / ".join(own_headings),
            report.reference_year,
            report.report_end,
            heading_year=heading_year,
            asked=block.question,
        )
        spans = _passage_spans(block.view.text) if not block.table_header else [[(0, len(block.view.text))]]
        stated = self._asked_of if block.question else UNKNOWN
        topic = _TOPIC.match(block.view.text) if not block.table_header else None
        setting = replace(setting, topic=topic["noun"] if topic else "")
        above: list[SentenceFact] = []
        answered = False
        for sentence_spans in spans:
            self._add_passage(block, sentence_spans, setting, section)
            for start, end in sentence_spans:
                if _ENUMERATOR.match(block.view.text, start):
                    stated = UNKNOWN
                opens = bool(block.question) and not answered
                inherited = replace(
                    setting, carried=stated, above=tuple(above), opens_answer=opens, told_year=self._told_year
                )
                above, stated = self._add_sentence(block, start, end, inherited)
                if stated.known and stated == whole_year(stated.years[0]) and stated.start < report.report_end:
                    self._told_year = stated
                answered = answered or bool(above)
        if not block.question:
            self._asked_of = stated if stated.known else _only_period(block.view.text, report)

    def _add_passage(self, block: Block, spans: list[tuple[int, int]], setting: Setting, section: str) -> None:
        view_start, view_end = spans[0][0], spans[-1][1]
        start, end = block.view.original_span(view_start, view_end)
        self.passages.append(
            Passage(
                self._first.passage + len(self.passages),
                self._document.path,
                start,
                end,
                block.start,
                block.end,
                self._document.title,
                section,
                setting.place,
                setting.period.text,
                block.view.text[view_start:view_end],
            )
        )

    def _add_sentence(self, block: Block, start: int, end: int, setting: Setting) -> tuple[list[SentenceFact], Period]:
        """Add a sentence and its figures; return these, and the period it leaves to the next sentence."""
        view = block.view.text[start:end]
        original = block.view.original_span(start, end)
        sentence = Sentence(self._first.sentence + len(self.sentences), self.passages[-1].id, *original, view)
        self.sentences.append(sentence)
        if block.table_header:
            found = row_facts(view, block.table_header, block.table_caption, setting, block.table_row)
            stated = setting.carried
        else:
            found, stated = facts_in_sentence(view, setting)
        if block.is_heading:
            found = [fact for fact in found if fact.role is not Role.DATE and not _UNIT_LINE.search(view)]
        for fact in found:
            quantity = fact.quantity
            fact_start, fact_end = block.view.original_span(start + quantity.start, start + quantity.end)
            self.facts.append(
                Fact(
                    self._first.fact + len(self.facts),
                    sentence.id,
                    sentence.passage,
                    self._document.path,
                    fact_start,
                    fact_end,
                    quantity.start,
                    quantity.end,
                    fact.segment_start,
                    fact.segment_end,
                    quantity.text,
                    quantity.value,
                    quantity.unit,
                    quantity.qualifier,
                    fact.role,
                    fact.status,
                    fact.indicator,
                    fact.place,
                    fact.period.text,
                    fact.period.start,
                    fact.period.end,
                )
            )
        return found, stated


def _section_period(headings: tuple[str, ...], report: _Report) -> Period:
    """The period the nearest heading names, else the report's."""
    for heading in reversed(headings):
        stated = [m for m in find_periods(heading, report.reference_year) if m.explicit and not m.is_base]
        if len({m.period.text for m in stated}) == 1:
            return stated[0].period
        if stated:
            break
    return report.period


def _only_period(view: str, report: _Report) -> Period:
    """The one year that a question names: 给2024年定个调?"""
    if len(view) > _SHORT_LINE:
        return UNKNOWN
    named = {mention.period for mention in find_periods(view, report.reference_year) if mention.explicit}
    return named.pop() if len(named) == 1 else UNKNOWN


def _passage_spans(view: str) -> list[list[tuple[int, int]]]:
    """Sentence spans of a paragraph view, grouped into passages."""
    sentences = []
    position = 0
    for match in _SENTENCE_END.finditer(view):
        sentences.append((position, match.end()))
        position = match.end()
    if position < len(view):
        sentences.append((position, len(view)))
    sentences = [(start, end) for start, end in sentences if view[start:end].strip()]
    groups: list[list[tuple[int, int]]] = []
    for start, end in sentences:
        if groups and end - groups[-1][0][0] <= PASSAGE_CHARACTERS:
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return groups or [[(0, len(view))]]
