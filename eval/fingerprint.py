"""What a run was made of: two runs of the same fingerprint give the same answers."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

import rag
from eval.goldset import GoldItem, gold_hash
from index.generations import current_generation
from index.manifest import read_manifest
from rag.contract import Mode
from rag.settings import Settings

_UNRELATED_SETTINGS = frozenset({"host", "port"})
_SCORER = ("amounts", "computation", "corpus", "engine", "goldset", "ranks", "scores", "scoring", "textmatch")
"""Modules of this room that decide a score."""
_INDEX_IDENTITY = frozenset({"format_version", "recipe", "embedder", "documents"})


class Fingerprint(BaseModel):
    """Everything that decides the answers, and the commit for the reader."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    commit: str | None
    """Of the checkout, with `+` where files differ from it; None outside of git. Not part of `key`."""
    scorer: str
    """SHA-256 of the scoring modules: scores of different scorers are not strictly comparable. Not part of `key`."""
    code: str
    """SHA-256 of the source of the answering room; the index says its own in `index`."""
    settings: dict[str, Any]
    """Those that matter to answers; paths of this machine and secrets left out."""
    models: dict[str, str]
    index: str
    """SHA-256 of what the index was made of and how; empty where recorded answers were scored."""
    gold: str
    """SHA-256 of the gold items."""
    mode: str

    @property
    def key(self) -> str:
        """SHA-256 of all that decides the answers."""
        return _sha256(self.model_dump(mode="json", exclude={"commit", "scorer"}))


def fingerprint_of(settings: Settings, items: Sequence[GoldItem], mode: Mode) -> Fingerprint:
    """Fingerprint of a run that is about to start.

    Raises:
        IndexDamagedError: there is no index, or it is broken.
        IndexMismatchError: a program with another index format wrote it.
    """
    manifest = read_manifest(current_generation(settings.index)).model_dump(mode="json", include=set(_INDEX_IDENTITY))
    uses_llm = mode is not Mode.EXTRACTIVE
    return Fingerprint(
        commit=_commit(),
        scorer=_scorer_hash(),
        code=source_hash(Path(rag.__file__).parent),
        settings=_relevant_settings(settings),
        models={"embedder": str(manifest["embedder"].get("model", "")), "llm": _llm_name(settings) if uses_llm else ""},
        index=_sha256(manifest),
        gold=gold_hash(items),
        mode=mode.value,
    )


def fingerprint_of_answers(answers: Path, items: Sequence[GoldItem], models: Sequence[str]) -> Fingerprint:
    """Fingerprint of answers that were recorded before."""
    return Fingerprint(
        commit=_commit(),
        scorer=_scorer_hash(),
        code="",
        settings={"answers": hashlib.sha256(answers.read_bytes()).hexdigest()},
        models={"llm": "、".join(models)},
        index="",
        gold=gold_hash(items),
        mode="recorded",
    )


def source_hash(folder: Path) -> str:
    """SHA-256 over the Python files of a package, names included."""
    return _hash_of_files(sorted(folder.rglob("*.py")), folder)


def _scorer_hash() -> str:
    room = Path(__file__).parent
    return _hash_of_files([room / f"{name}.py" for name in _SCORER], room)


def _hash_of_files(files: Sequence[Path], folder: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(folder).as_posix().encode("utf-8") + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _relevant_settings(settings: Settings) -> dict[str, Any]:
    values = {
        name: value
        for name, value in settings
        if not isinstance(value, Path) and name not in _UNRELATED_SETTINGS and "key" not in name
    }
    return dict(json.loads(json.dumps(values, default=str)))


def _llm_name(settings: Settings) -> str:
    return settings.llm_artefact if settings.llm == "embedded" else settings.llm_model or settings.llm


def _commit() -> str | None:
    try:
        head = _git("rev-parse", "HEAD")
        return head + ("+" if _git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(Path(__file__).parent), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout.strip()


def _sha256(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode("utf-8")).hexdigest()
