"""The texts that gold quotes and citations point into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from eval.goldset import GoldItem
from index.errors import CorpusError, UserError
from index.reading import list_corpus, read_document, relative_path


def read_texts(corpus: Path, docs: Iterable[str]) -> dict[str, str]:
    """Text of each named document that the corpus holds; names it does not hold are left out.

    Raises:
        CorpusError: the folder is missing or empty.
        DocumentError: a named document is no text.
    """
    wanted = set(docs)
    files = {relative_path(file, corpus): file for file in list_corpus(corpus)}
    return {doc: read_document(files[doc], corpus).text for doc in sorted(wanted & files.keys())}


def read_all_texts(corpus: Path) -> dict[str, str]:
    """Text of every document of the corpus.

    Raises:
        CorpusError: the folder is missing or empty.
        DocumentError: a document is no text.
    """
    return {relative_path(file, corpus): read_document(file, corpus).text for file in list_corpus(corpus)}


def occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    """Every span of the text that reads as the quote, overlapping ones too; none for an empty quote."""
    spans = []
    start = text.find(quote) if quote else -1
    while start >= 0:
        spans.append((start, start + len(quote)))
        start = text.find(quote, start + 1)
    return spans


def check_sources(items: Sequence[GoldItem], texts: Mapping[str, str], corpus: Path) -> None:
    """Make sure that every gold quote can be found.

    Raises:
        CorpusError: a gold document is not in the corpus.
        UserError: a gold quote is not in its document.
    """
    for item in items:
        for source in item.sources:
            if source.doc not in texts:
                raise CorpusError(
                    f"题 {item.id} 的文档“{source.doc}”不在文档文件夹“{corpus}”里，请检查 --corpus 或改正 doc。"
                )
            if source.quote not in texts[source.doc]:
                raise UserError(
                    f"题 {item.id} 的引文在文档“{source.doc}”里找不到，请运行 shuzheng eval lint 查看并改正评测集。"
                )
