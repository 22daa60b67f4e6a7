"""Two indexes built once with the hash embedder: the seeds and a county whose every sentence the tests know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.rag.evidence import COUNTY, Opened, opened


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
    (folder / "corpus").mkdir()
    for name, content in COUNTY.items():
        (folder / "corpus" / name).write_bytes(content)
    parts = opened(folder / "corpus", folder / "index")
    yield parts
    parts.engine.close()
