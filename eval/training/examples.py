"""What the cross-encoder learns from: questions beside figures, one of which answers or none."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.fitting import right_figures
from eval.goldset import GoldItem, read_gold
from index import Embedder, Fact, Ids, Passage, Sentence, analyse, build_index, open_index
from rag.decompose import decompose
from rag.followup import resolve
from rag.places_asked import place_index
from rag.question import Task, clean_question
from rag.ranking import READ_TOGETHER
from rag.reader import Library, search
from rag.settings import load_settings
from rag.statements import figure_in_context, statement_in_context

_NOT_TRAINED = frozenset({"text", "arithmetic", "compare"})
_SWAPPED_SHARE = 0.2
"""Share of answerable questions that are asked once more about another thing, which the figures do not answer."""
_SHORTEST_WORD = 2
_ASKED_OF_A_PASSAGE = 7
"""Questions taken of each passage of the wordings."""
_WRONG_BESIDE_RIGHT, _WRONG_ALONE = 2, 3
_FOREIGN_SHARE = 0.25
"""Share of the questions of the wordings that are read beside a figure of another passage, too."""
_FIGURE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Example:
    """A question beside the figures ranked first."""

    question: str
    statements: tuple[str, ...]
    right: tuple[bool, ...]
    answerable: bool


def examples_of(corpus: Path, gold: Path, embedder: Embedder) -> list[Example]:
    """Read the questions of one gold file about one folder of documents."""
    with tempfile.TemporaryDirectory() as folder:
        build_index(corpus, Path(folder), embedder)
        with open_index(Path(folder), embedder.identity) as index:
            library = Library(index, embedder, place_index(index.places()), load_settings().top_k)
            found = (_example(library, item) for item in read_gold([gold]))
            return [example for example in found if example is not None]


def _example(library: Library, item: GoldItem) -> Example | None:
    resolved = resolve(item.question, item.history, library.places)
    parts = decompose(resolved.text, library.places)
    if item.category in _NOT_TRAINED or parts.task is not Task.LOOKUP or (not item.refuse and len(parts.texts) > 1):
        return None
    found = search(library, resolved.text, resolved.background)
    right = right_figures(library.index, item, [one.fact for one in found.ranked])
    shown = list(range(min(READ_TOGETHER, len(found.ranked))))
    shown += [number for number, good in enumerate(right) if good and number >= READ_TOGETHER][:1]
    if not shown:
        return None
    statements = tuple(figure_in_context(found.ranked[number].candidate) for number in shown)
    return Example(found.question.view, statements, tuple(bool(right[number]) for number in shown), not item.refuse)


def swapped(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """Answerable questions with a word that question and right figure share replaced by such a word of another one."""
    shared = [word for one in examples if (word := _shared_word(one))]
    made = []
    for one in examples:
        word = _shared_word(one)
        if word and chance.random() < _SWAPPED_SHARE:
            other = chance.choice(shared)
            if other not in one.question and not any(other in statement for statement in one.statements):
                question = one.question.replace(word, other)
                made.append(Example(question, one.statements, (False,) * len(one.right), answerable=False))
    return made


def _shared_word(example: Example) -> str:
    """The longest run of Han characters in the question that the right figure's words hold; empty where none."""
    statement = next((text for text, good in zip(example.statements, example.right, strict=True) if good), "")
    question = example.question
    for length in range(min(len(question), 8), _SHORTEST_WORD - 1, -1):
        for start in range(len(question) - length + 1):
            word = question[start : start + length]
            if word in statement and all("\u4e00" <= character <= "\u9fff" for character in word):
                return word
    return ""


def wordings_of(files: Sequence[Path], chance: random.Random) -> list[Example]:
    """Questions in everyday words about passages written for this: see `wordings/README.md` for the format."""
    blocks = [block for file in files for block in re.split(r"\n\s*\n", file.read_text(encoding="utf-8").strip())]
    passages = [_statements(block.splitlines()) for block in blocks]
    examples = []
    for block, statements in zip(blocks, passages, strict=True):
        asked = [(int(line[0]), line[2:]) for line in block.splitlines()[2:]]
        chance.shuffle(asked)
        for number, question in asked[:_ASKED_OF_A_PASSAGE]:
            right = statements[number - 1] if number else None
            if number and not right:
                continue
            wrong = [one for one in statements if one and one != right]
            chance.shuffle(wrong)
            shown = [one for one in (right, *wrong[: _WRONG_BESIDE_RIGHT if right else _WRONG_ALONE]) if one]
            chance.shuffle(shown)
            if chance.random() < _FOREIGN_SHARE:
                shown += [one for one in chance.choice(passages) if one][:1]
            if shown:
                good = tuple(one == right for one in shown)
                examples.append(Example(clean_question(question), tuple(shown), good, answerable=bool(right)))
    return examples


def _statements(lines: Sequence[str]) -> list[str]:
    """For each figure in braces what the cross-encoder reads of it; empty where the index does not read the figure."""
    above = "\n\n".join(lines[0].removeprefix("# ").split(" / ")) + "\n\n"
    text = above + _FIGURE.sub(r"\1", lines[1])
    analysis = analyse("passage.txt", text, "utf-8", "", Ids(0, 0, 0))
    found = []
    for number, match in enumerate(_FIGURE.finditer(lines[1])):
        start = len(above) + match.start() - 2 * number
        end = start + len(match[1])
        facts = [fact for fact in analysis.facts if fact.start < end and start < fact.end]
        best = max(facts, key=lambda fact: min(fact.end, end) - max(fact.start, start), default=None)
        found.append(_statement(analysis.passages, analysis.sentences, best) if best else "")
    return found


def _statement(passages: Sequence[Passage], sentences: Sequence[Sentence], fact: Fact) -> str:
    passage, sentence = passages[fact.passage], sentences[fact.sentence]
    return statement_in_context(passage, fact, max(passage.view.find(sentence.view), 0))
