"""Questions and answers in a text: interviews and lists of questions, whose answers leave out what was asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPEAKER = re.compile(r"^\s*(?P<speaker>[\u4e00-\u9fff·]{1,8}|[A-Za-z][A-Za-z .·]{0,15}\d{0,2}):")
_ENDS_ASKING = re.compile(r"\?[”\"')]*$")
_ASKERS = re.compile(r"\s*(?:问|記者|记者|本刊|本报|本台|主持人?|采访者|提问|Q\d{0,2}):")
_QUESTION_CHARACTERS = 90
_BARE_QUESTION_CHARACTERS = 40
_FEWEST = 2
"""A text with fewer questions that are answered holds none but in passing."""
_OPENS_A_QUESTION = re.compile(
    r"^(?:那么?|所以|先|再|您|你们?|咱们?|请问|听说|我们?|来?说说|谈谈|介绍一下|现在|目前|其实|对了|另外|具体|大概|大约|一共|总共|就是)+(?=[\u4e00-\u9fff])"
)
_INTERROGATIVE = re.compile(
    r"(?:一共|总共|大概|大约|到底|究竟)?(?:有|是|要|能|得)?(?:多少|几(?=[\u4e00-\u9fff])|多[大高长重远久快深宽]|怎么样?|怎样|如何|什么|哪[些个里儿]?|为何)|从?哪[来里儿]+|(?P<asked>[多大高贵快忙好])不(?P=asked)|[吗呢吧啊呀嘛了]+$"
)
_BARE = re.compile(
    r"(?:[一每]?[个]?(?:[天年月日次周晚]|小时)|平均|平时|大概|差不多|现在?|目前|如今|当年|头一年|[今去前]年|就|只|才|得|[\s:,])*"
)
_SUM = re.compile(r"[一总]共(?:有|是|花了?|用了?)?$")
ASKS_HOW_MUCH = re.compile(r"多少|几[个只家人台年天次名位件项万千百]|多[大高长重远久快深宽]|多不多|大不大|高不高")
"""What a question holds that asks for a figure."""


def questions_answered(lines: Sequence[str]) -> list[str]:
    """For each line the question that it answers, without the name of who asks; empty where it answers none.

    A question is a line that ends with a question mark, of a speaker (记者:…?) or alone, with an answer below it; a
    text has two at least.
    """
    asked: list[str] = [""] * len(lines)
    questions = 0
    current = ""
    for number, line in enumerate(lines):
        if _is_question(line) and number + 1 < len(lines) and not _is_question(lines[number + 1]):
            current = line[speaker_end(line) :].strip()
            questions += 1
        else:
            asked[number] = current
    return asked if questions >= _FEWEST else [""] * len(lines)


def speaker_end(line: str) -> int:
    """Where the name of the speaker and its colon end; 0 where there is none."""
    match = _SPEAKER.match(line)
    return match.end() if match else 0


def noun_asked(question: str) -> str:
    """What a question asks about, without the interrogative: 收动物 of 站里去年一共收了多少动物?."""
    clauses = [clause for clause in re.split(r"[,。;!?]", question.strip(" ?”\"')")) if clause.strip()]
    if not clauses:
        return ""
    text = next((clause for clause in reversed(clauses) if ASKS_HOW_MUCH.search(clause)), clauses[-1])
    text = re.sub(r"(?:19|20)\d\d年|[今去前]年", "", text)
    text = re.sub(r"了(?=多少|几)", "", _OPENS_A_QUESTION.sub("", text))
    return _INTERROGATIVE.sub("", _INTERROGATIVE.sub("", text)).strip()


def without_speaker(view: str) -> str:
    """The view with blanks where the speaker is named, so that all offsets stay."""
    end = speaker_end(view)
    return " " * end + view[end:]


def told_by_question(indicator: str, lead: str, question: str, *, opens: bool) -> str:
    """The noun of a figure in an answer; the question says it where the answer does not, and of a sum (一共3860万).

    With `opens` the figure is the first of the answer, hence what a question for a figure asks for.
    """
    bare = _BARE.fullmatch(indicator) or _SUM.search(lead)
    if not bare and not (opens and ASKS_HOW_MUCH.search(question)):
        return indicator
    noun = noun_asked(question)
    return indicator if noun in indicator else f"{indicator} {noun}".strip()


def _is_question(line: str) -> bool:
    if _ASKERS.match(line):
        return len(line) <= _QUESTION_CHARACTERS
    if not _ENDS_ASKING.search(line):
        return False
    return len(line) <= (_QUESTION_CHARACTERS if speaker_end(line) else _BARE_QUESTION_CHARACTERS)
