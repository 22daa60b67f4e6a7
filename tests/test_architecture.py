"""The promises of the layout: imports go one way, importing does nothing, tests stay on this machine."""

from __future__ import annotations

import ast
import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, NetworkBlockedError

MAY_IMPORT = {
    "index": {"index"},
    "rag": {"index", "rag"},
    "ui": {"index", "rag", "ui"},
    "eval": {"index", "rag", "eval"},
}
"""`ui` may take records and errors of `index`, which are part of what `rag` hands over."""
HEAVY = ("torch", "transformers", "sentence_transformers", "gradio", "xllamacpp", "langchain_openai")
LIGHT_DOORS = ("index", "rag", "ui", "eval", "rag.cli", "rag.settings", "rag.contract", "index.records", "index.errors")
SOURCES = sorted(path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py"))
MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in SOURCES]


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def run_python(code: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    rooms = {name.partition(".")[0] for name in imported_names(path)} & {*MAY_IMPORT, "tests"}

    assert rooms <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_stored_is_ever_run_as_code(path: Path) -> None:
    modules = {name.partition(".")[0] for name in imported_names(path)}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}

    assert not modules & {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
    assert not called & {"eval", "exec", "__import__"}


def test_doors_and_command_line_load_nothing_heavy(tmp_path: Path) -> None:
    doors = [*LIGHT_DOORS, *(name for name in MODULES if name.startswith("rag.cli.") or name in {"ui.cli", "eval.cli"})]
    code = f"import importlib, sys\nfor n in {doors!r}: importlib.import_module(n)\nprint(*sys.modules)"

    loaded = set(run_python(code, tmp_path).split())

    assert not loaded & set(HEAVY)


@pytest.mark.slow
def test_importing_any_module_creates_nothing(tmp_path: Path) -> None:
    names = [name for name in MODULES if not name.endswith("__main__")]
    code = f"import importlib\nfor n in {names!r}: importlib.import_module(n)"

    run_python(code, tmp_path)

    assert sorted(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_no_test_can_leave_this_machine(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as stream, pytest.raises(NetworkBlockedError):
        stream.connect((address, 80))
    with socket.socket(family, socket.SOCK_DGRAM) as datagrams, pytest.raises(NetworkBlockedError):
        datagrams.sendto(b"x", (address, 53))
    with pytest.raises(NetworkBlockedError):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(NetworkBlockedError):
        asyncio.run(asyncio.open_connection(address, 80))


def test_tests_can_reach_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_home_is_not_the_users(tmp_path: Path) -> None:
    assert Path.home().is_relative_to(tmp_path.parent.parent)
