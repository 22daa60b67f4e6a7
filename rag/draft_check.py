"""What a model's wording must hold to be shown: the figures, their qualifiers, indicators, places and periods.

It looks at the draft alone, never at what may have misled the model: every word must come from the question asked, the
record of the figure or a short list of plain words, so that an obeyed order has nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from index import Quantity, find_quantities, normalise
from index.synonyms import canonical
from rag.contract import Answer, Figure
from rag.draft_figures import Ground, ground_of, is_figure, lost_figure, said_twice
from rag.draft_words import Vocabulary, foreign_to, listed, shared_text, vocabulary_of, words_of
from rag.extract_parts import parts_of
from rag.prompt import DraftSentence
from rag.verification import proves, unproved_figures

_CLAUSE = re.compile(r"[,;。!?\n]+")
_ASKED_PIECE = re.compile(r"[,;:。!?\n“”\"]+|请(?!问)|并(?=[^购轨])|然后|同时")
_ASKS = re.compile(r"多少|几|哪|什么|谁|吗|何|怎|如何|是否|多大|多高")
_SETS_THE_SCENE = re.compile(
    r"(?:[以之]?后|[以之]?前|时候?|当中|其中|[之其]?中|里|内|上|下|以来|期间|方面|[年月日底初末]|季度|[假日周工学]期|[区县市省镇园])$"
)
_LEFT_ASKING = re.compile(r"多少|几(?=[家个项人名位所条种倍件次成分])|哪(?=[年月家个些里一所])|什么|谁|吗$")
_CHARACTERS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9\s,;:。、()%‰“”\"'.!?~·&+/-]*")
_COMPARES = re.compile(r"更|比.*[多少高低大小早晚长短快慢]|[多少高低大小早晚长短快慢]于|超过|高出|多出")
_COMPARISON = re.compile(r",(?:更[^;]+|[多少高低大小早晚长短快慢强]);")


def problem_of(draft: Sequence[DraftSentence], question: str, conclusion: str, answer: Answer) -> str:
    """What is wrong with a draft of an answer, in Chinese for a notice; empty where nothing is."""
    text = normalise("。".join(sentence.text.rstrip("。.") for sentence in draft))
    if not text.strip("。 "):
        return "是空的"
    if "?" in text:
        return "是个问句"
    if not _CHARACTERS.fullmatch(text):
        return "里有不该有的符号"
    if not answer.figures:
        return _problem_of_text(draft, question, answer)
    quotes = [citation.quote for citation in answer.citations]
    stray = unproved_figures(
        text, [*quotes, *(figure.period for figure in answer.figures)], _asked(question), [conclusion]
    )
    if stray:
        return f"里有原文证明不了的数字{stray[0].text}"
    if left := _LEFT_ASKING.search(text):
        return f"里还留着“{left.group()}”"
    if _leads_with_another(text, question, _first(conclusion, answer.figures)):
        return "没有先说所问的数字"
    grounds = [ground_of(figure, answer) for figure in answer.figures]
    return (
        lost_figure(text, grounds)
        or _foreign_word(text, _vocabulary(question, conclusion, grounds, quotes), grounds)
        or _other_period(text, grounds, question)
        or _swapped(text, grounds)
        or _wrong_winner(text, conclusion, grounds)
        or said_twice(text, grounds)
    )


def presentable(draft: str, question: str, conclusion: str, answer: Answer) -> str:
    """What may be shown of a draft that is being written: its beginning, with proved figures and known words only.

    The last word and a figure at the end are left out: the model may be in the middle of them. Empty where the rest
    holds anything else.
    """
    last = len(draft) - len(words_of(draft)[-1]) if draft else 0
    begun = draft[: min([last, *(one.start for one in find_quantities(draft) if one.end > len(draft) - 3)])]
    text = normalise(begun)
    quotes = [citation.quote for citation in answer.citations]
    if answer.figures:
        grounds = [ground_of(figure, answer) for figure in answer.figures]
        proofs = [*quotes, *(figure.period for figure in answer.figures)]
        stray = unproved_figures(text, proofs, _asked(question), [conclusion])
        foreign = _foreign_word(text, _vocabulary(question, conclusion, grounds, quotes), grounds)
    else:
        stray = unproved_figures(text, quotes, "")
        foreign = next(foreign_to(text, vocabulary_of([_asked(question), *map(normalise, quotes)]), frozenset()), "")
    return "" if stray or foreign or not _CHARACTERS.fullmatch(text) else begun


def with_citations(draft: Sequence[DraftSentence], answer: Answer) -> str:
    """The draft with the marks of the quotes that prove each sentence, and what the extract says beside its figures."""
    pieces = []
    for sentence in draft:
        quantities = find_quantities(sentence.text)
        held = [figure for figure in answer.figures if any(is_figure(one, figure) for one in quantities)]
        if any(figure.citation == 0 for figure in held):
            held = answer.figures
        cited = [figure.citation for figure in held if figure.citation] or list(sentence.citations)
        marks = "".join(f"[{number}]" for number in dict.fromkeys(cited))
        pieces.append(f"{sentence.text.rstrip('。')}{marks}。")
    return "".join([*pieces, parts_of(answer).beside])


def supported(draft: Sequence[DraftSentence], question: str, answer: Answer) -> list[DraftSentence]:
    """The sentences whose every word and figure stands in the quotes they cite, or else in the question."""
    return [sentence for sentence in draft if not _problem_of_sentence(sentence, question, answer)]


def _problem_of_text(draft: Sequence[DraftSentence], question: str, answer: Answer) -> str:
    if not any(_says_more(sentence.text, question) for sentence in draft):
        return "只重复了问题"
    return next(filter(None, (_problem_of_sentence(sentence, question, answer) for sentence in draft)), "")


def _problem_of_sentence(sentence: DraftSentence, question: str, answer: Answer) -> str:
    quotes = [citation.quote for citation in answer.citations if citation.n in sentence.citations]
    if not quotes:
        return "有一句没有引用原文"
    if unproved_figures(sentence.text, quotes, ""):
        return "里有原文证明不了的数字"
    words = vocabulary_of([_asked(question), *map(normalise, quotes)])
    foreign = next(foreign_to(normalise(sentence.text), words, frozenset()), "")
    return f"里有原文没有的“{foreign}”" if foreign else ""


def _says_more(text: str, question: str) -> bool:
    asked = normalise(question)
    return any(len(word) > 1 and word not in asked for word in words_of(normalise(text)) if word not in listed("plain"))


def _first(conclusion: str, figures: Sequence[Figure]) -> Figure:
    """The figure that the conclusion leads with: of a comparison the winner, whichever was named first."""
    said = find_quantities(conclusion)
    return next((figure for one in said for figure in figures if is_figure(one, figure)), figures[0])


def _leads_with_another(text: str, question: str, first: Figure) -> bool:
    """Whether the first figure or date that was not asked about is not the one that answers."""
    if first.unit == "date":
        return False
    own = find_quantities(first.period)
    said = [one for one in find_quantities(normalise(question)) if any(proves(date, one) for date in own)]
    asked = [*find_quantities(_asked(question)), *said]
    for one in find_quantities(text):
        if is_figure(one, first):
            return False
        if not any(proves(known, one) for known in asked):
            return True
    return False


def _vocabulary(question: str, conclusion: str, grounds: Iterable[Ground], quotes: Iterable[str]) -> Vocabulary:
    """The words of what is asked, of the conclusion and of the records, and what both question and a quote say."""
    shared = shared_text(normalise(question), "\n".join(map(normalise, quotes)))
    return vocabulary_of([_asked(question), normalise(conclusion), shared, *(ground.record for ground in grounds)])


def _foreign_word(text: str, allowed: Vocabulary, grounds: Iterable[Ground]) -> str:
    linking = frozenset(word for ground in grounds for word in listed("linking") if word in ground.clause)
    foreign = next(foreign_to(text, allowed, linking), "")
    return f"里有问题和结论都没有的“{foreign}”" if foreign else ""


def _asked(question: str) -> str:
    """The pieces of a question that ask, with those in front that say when or where, and nothing else it holds."""
    kept: list[str] = []
    scene: list[str] = []
    for sentence in re.split(r"[;。!?\n]+", normalise(question)):
        for piece in filter(str.strip, _ASKED_PIECE.split(sentence)):
            if _ASKS.search(piece):
                kept += [*scene, piece]
                scene = []
            else:
                scene = [*scene, piece] if _SETS_THE_SCENE.search(piece) else []
        scene = []
    return " ".join(kept or [piece for piece in _ASKED_PIECE.split(normalise(question)) if piece.strip()][:1])


def _other_period(text: str, grounds: Sequence[Ground], question: str) -> str:
    """A date of the draft that is neither the figures' nor asked for."""
    periods = " ".join(ground.figure.period for ground in grounds)
    known = [one for one in find_quantities(f"{periods} {_asked(question)}") if one.unit == "date"]
    known += [one for ground in grounds for one in _dates_unless_known(ground)]
    for claim in find_quantities(text):
        is_answer = any(is_figure(claim, ground.figure) for ground in grounds)
        if claim.unit == "date" and not is_answer and not any(proves(one, claim) for one in known):
            return f"里的时间{claim.text}不是这个数字的时间"
    return ""


def _dates_unless_known(ground: Ground) -> list[Quantity]:
    """The dates beside a figure whose record names no period."""
    return [] if ground.figure.period else [one for one in find_quantities(ground.clause) if one.unit == "date"]


def _swapped(text: str, grounds: Sequence[Ground]) -> str:
    """A figure that the draft gives to another figure's indicator, place or period."""
    cited = [ground for ground in grounds if ground.figure.citation]
    for clause in _CLAUSE.split(text):
        view = canonical(clause)
        held = _held(view, cited)
        if not held:
            continue
        for ground in held:
            others = [other for other in cited if other not in held]
            if any(word in view for other in others for word in _own_words(other, ground)):
                return f"把{ground.figure.text}说成了另一项"
        for first, second in pairwise(held):
            before = [view.find(word) for word in _own_words(first, second) if word in view]
            after = [view.find(word) for word in _own_words(second, first) if word in view]
            if before and after and min(before) > min(after):
                return f"把{first.figure.text}说成了另一项"
    return ""


def _wrong_winner(text: str, conclusion: str, grounds: Sequence[Ground]) -> str:
    """A comparison whose subject is not the side that the conclusion names first."""
    if len(grounds) < 2 or not _COMPARISON.search(conclusion):
        return ""
    winner = min(grounds, key=lambda ground: conclusion.find(ground.figure.text) % len(conclusion))
    subject: Ground | None = None
    for clause in _CLAUSE.split(text):
        named = _named(canonical(clause), grounds)
        if subject is None or not clause.startswith("比"):
            subject = named[0] if named else subject
        if _COMPARES.search(clause) and subject is not winner:
            return "弄错了比较的两边"
        subject = named[-1] if named else subject
    return ""


def _named(clause: str, grounds: Sequence[Ground]) -> list[Ground]:
    """Grounds that a clause names, by a word of their own or by their figure, in its order."""
    places: dict[int, int] = {}
    for number, ground in enumerate(grounds):
        own = [word for other in grounds if other is not ground for word in _own_words(ground, other)]
        found = [clause.find(word) for word in own if word in clause]
        found += [one.start for one in find_quantities(clause) if is_figure(one, ground.figure)]
        if found:
            places[number] = min(found)
    return [grounds[number] for number in sorted(places, key=places.__getitem__)]


def _held(clause: str, grounds: Sequence[Ground]) -> list[Ground]:
    """Grounds of the figures that a clause holds, in its order."""
    found = []
    for quantity in find_quantities(clause):
        found += [one for one in grounds if is_figure(quantity, one.figure) and one not in found]
    return found


def _own_words(ground: Ground, other: Ground) -> list[str]:
    """Words of a figure's record that do not belong to the other figure."""
    foreign = f"{other.record} {other.clause}"
    return [word for word in words_of(ground.record) if len(word) > 1 and word not in foreign]
