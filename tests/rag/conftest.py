"""Two indexes built once with the hash embedder: the seeds and a county whose every sentence the tests know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import SentenceTransformerEmbedder
from rag import models
from rag.cross_encoder import BASE, AdaptedCrossEncoder
from tests.conftest import REAL_STORE, ROOT
from tests.rag.evidence import MODEL, Opened, opened, write_county


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The five seeds; tests do not change it."""
    parts = opened(ROOT / "seeds", tmp_path_factory.mktemp("seeds") / "index")
    yield parts
    parts.engine.close()


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The four documents of `evidence.COUNTY`; tests do not change it."""
    folder = tmp_path_factory.mktemp("county")
    parts = opened(write_county(folder / "corpus"), folder / "index")
    yield parts
    parts.engine.close()


@pytest.fixture(scope="session")
def real_county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The county with the default model, to which thresholds are fitted; for tests marked `needs_models`."""
    folder = tmp_path_factory.mktemp("real_county")
    embedder = SentenceTransformerEmbedder(models.path(MODEL, REAL_STORE), "auto")
    cross_encoder = AdaptedCrossEncoder(models.path(BASE, REAL_STORE))
    parts = opened(write_county(folder / "corpus"), folder / "index", embedder, cross_encoder)
    yield parts
    parts.engine.close()
