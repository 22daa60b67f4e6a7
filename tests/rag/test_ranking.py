from __future__ import annotations

import pytest

from index import SentenceTransformerEmbedder
from rag import models
from rag.cross_encoder import BASE, AdaptedCrossEncoder
from rag.reader import search
from tests.conftest import REAL_STORE
from tests.rag.evidence import MODEL, Opened, needs_the_model, opened


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp("park")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "park.txt").write_text(
        "云溪园区扶持办法\n\n园区连续5年共安排10亿元政策扶持资金。\n", encoding="utf-8"
    )
    embedder = SentenceTransformerEmbedder(models.path(MODEL, REAL_STORE), "auto")
    return opened(folder / "corpus", folder / "index", embedder, AdaptedCrossEncoder(models.path(BASE, REAL_STORE)))


@needs_the_model
@pytest.mark.parametrize(
    ("question", "lead"),
    [("园区那10亿元扶持资金分几年安排？", "5年"), ("园区连续5年一共安排多少政策扶持资金", "10亿元")],
)
def test_what_the_question_states_itself_is_no_answer(park: Opened, question: str, lead: str) -> None:
    assert park.engine.ask(question).answer.startswith(lead)


@needs_the_model
def test_what_the_question_states_is_an_answer_where_it_asks_whether_it_is_so(park: Opened) -> None:
    found = search(park.library, "园区安排的政策扶持资金有没有10亿元？")

    assert found.ranked[0].fact.text == "10亿元"
