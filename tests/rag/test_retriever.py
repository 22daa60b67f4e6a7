from __future__ import annotations

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from index import HashEmbedder, normalise, tokens
from rag.retriever import RANK_CONSTANT, HybridRetriever, as_langchain, passages_of, retrieve
from tests.rag.evidence import Opened


def retriever(parts: Opened, top_k: int = 5) -> HybridRetriever:
    return HybridRetriever(index=parts.library.index, embedder=HashEmbedder(), top_k=top_k)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("高端装备产业链工业产值", "121.3亿元"),
        ("市財政兌現科技創新券資金", "72.5万元"),
        ("科創指數進步位次", "150.6"),
        ("天开华苑园京冀企业占比", "27.72%"),
        ("知识产权示范企业", "7家企业"),
    ],
)
def test_invoke_returns_the_passage_among_the_first(seeds: Opened, question: str, words: str) -> None:
    documents = retriever(seeds).invoke(question)

    assert any(words in document.page_content for document in documents)


def test_documents_say_where_they_stand(seeds: Opened) -> None:
    documents = retriever(seeds).invoke("雏鹰企业瞪羚企业")

    assert len(documents) == 5
    assert all(isinstance(document, Document) for document in documents)
    for document in documents:
        held = document.metadata
        text = seeds.text(held["doc"])[held["start"] : held["end"]]
        assert set(normalise(text)) >= set(document.page_content) - set(".")
        assert {"passage", "title", "section", "place", "period", "similarity", "fused"} <= held.keys()


def test_it_is_a_runnable_like_any_other(seeds: Opened) -> None:
    chain = retriever(seeds, 3) | RunnableLambda(len)

    assert isinstance(retriever(seeds), BaseRetriever)
    assert chain.invoke("高新技术企业") == 3
    assert [len(found) for found in retriever(seeds, 2).batch(["企业", "产值"])] == [2, 2]


def test_hits_are_fused_from_both_rankings(seeds: Opened) -> None:
    index, embedder, view = seeds.library.index, HashEmbedder(), "东丽区雏鹰企业瞪羚企业"
    dense = [number for number, _ in index.nearest(embedder.encode_question(view), 20)]
    keyword = [number for number, _ in index.keyword(tokens(view), 20)]
    expected = {
        number: sum(
            1 / (RANK_CONSTANT + ranking.index(number) + 1) for ranking in (dense, keyword) if number in ranking
        )
        for number in {*dense, *keyword}
    }
    hits = retrieve(index, embedder, view, 10)

    assert {hit.passage.id: pytest.approx(hit.fused) for hit in hits}.items() <= expected.items()
    assert [hit.fused for hit in hits] == sorted(expected.values(), reverse=True)[:10]


def test_keyword_only_hit_has_no_similarity(seeds: Opened) -> None:
    index = seeds.library.index
    hits = retrieve(index, HashEmbedder(), "羊栖菜多糖提取产业化中试", 30)
    nearest = {number for number, _ in index.nearest(HashEmbedder().encode_question("羊栖菜多糖提取产业化中试"), 60)}

    assert all((hit.similarity == 0.0) or hit.passage.id in nearest for hit in hits)
    assert any("羊栖菜" in hit.passage.view for hit in hits[:5])


def test_traditional_and_simplified_questions_find_the_same(seeds: Opened) -> None:
    finder = retriever(seeds)

    assert passages_of(finder.hits("東麗區雛鷹企業")) == passages_of(finder.hits("东丽区雏鹰企业"))


def test_page_content_is_the_view_of_the_passage(seeds: Opened) -> None:
    hit = retriever(seeds).hits("西青区产业链")[0]

    assert as_langchain(hit).page_content == hit.passage.view
    assert as_langchain(hit).metadata["passage"] == hit.passage.id


@pytest.mark.parametrize("question", ["", "?", "😀", "zzzz qqqq"])
def test_question_without_a_word_of_the_corpus_breaks_nothing(seeds: Opened, question: str) -> None:
    assert len(retriever(seeds).invoke(question)) <= 5
