"""Dense and keyword search, fused: the one way passages are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, SkipValidation

from index import Embedder, Index, Passage, normalise, tokens

RANK_CONSTANT = 10
"""k of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009); 10 rather than 60, so that what one search alone puts
first stays among the first (recall@5 on the development questions .995 and .99 instead of .99 and .98)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage."""

    passage: Passage
    similarity: float
    """Cosine of question and passage in -1..1; 0 where only the keywords found it."""
    fused: float
    """Reciprocal rank fusion, higher is better."""


def retrieve(index: Index, embedder: Embedder, view: str, top_k: int) -> list[Hit]:
    """The `top_k` passages for a normalised question, best first; equal ones by id."""
    nearest = index.nearest(embedder.encode_question(view), top_k * 2)
    keyword = index.keyword(tokens(view), top_k * 2)
    similarity = dict(nearest)
    fused: dict[int, float] = {}
    for ranking in (nearest, keyword):
        for rank, (passage_id, _) in enumerate(ranking):
            fused[passage_id] = fused.get(passage_id, 0.0) + 1.0 / (RANK_CONSTANT + rank + 1)
    ids = sorted(fused, key=lambda passage_id: (-fused[passage_id], passage_id))[:top_k]
    return [Hit(passage, similarity.get(passage.id, 0.0), fused[passage.id]) for passage in index.passages(ids)]


class HybridRetriever(BaseRetriever):
    """The search above as a LangChain retriever: page content is the passage's normalised text, metadata its place."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    embedder: SkipValidation[Embedder]
    top_k: int = 30

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [as_langchain(hit) for hit in self.hits(query)]

    def hits(self, question: str) -> list[Hit]:
        """The same search with our own records."""
        return retrieve(self.index, self.embedder, normalise(question), self.top_k)


def as_langchain(hit: Hit) -> LangChainDocument:
    """A hit as LangChain knows documents."""
    passage = hit.passage
    metadata = {
        "passage": passage.id,
        "doc": passage.doc,
        "start": passage.start,
        "end": passage.end,
        "title": passage.title,
        "section": passage.section,
        "place": passage.place,
        "period": passage.period,
        "similarity": hit.similarity,
        "fused": hit.fused,
    }
    return LangChainDocument(page_content=passage.view, metadata=metadata)


def passages_of(hits: Sequence[Hit]) -> list[Passage]:
    """Only the passages, in order."""
    return [hit.passage for hit in hits]
