"""Documents stay true: the generated page is fresh, and what README and docs tell users to type exists."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from rag.cli import app
from rag.cli.rooms import ENTRY_POINT_GROUP, load_room
from rag.settings import Settings
from tests.conftest import ROOT

PAGES = sorted(path for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")] if path.exists())
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
installed = pytest.mark.skipif(
    not entry_points(group=ENTRY_POINT_GROUP), reason="shuzheng is not installed: run `make install-dev`"
)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_cli", ROOT / "docs" / "generate_cli.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code_of(page: Path) -> str:
    """The page's code, one command a line: fenced blocks and inline code."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    fenced = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*fenced, *inline])


def commands_in(page: Path, program: str) -> Iterator[list[str]]:
    for line in code_of(page).splitlines():
        found = re.match(rf"(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\S*/)?{program}((?: .*)?)$", line.strip())
        if found:
            yield shlex.split(found.group(1), comments=True)


def unknown_words(words: list[str]) -> list[str]:
    """The words of a command line of `shuzheng` that it would refuse."""
    command = get_command(app)
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        name, *words = words
        room = next(iter(entry_points(group=ENTRY_POINT_GROUP, name=name)), None)
        child = get_command(load_room(room)) if room else command.commands.get(name)
        if child is None:
            return [name]
        command = child
    options = {option for param in command.params for option in (*param.opts, *param.secondary_opts)} | {"--help"}
    return [word for word in words if word.startswith("--") and word.partition("=")[0] not in options]


@installed
def test_cli_page_is_fresh() -> None:
    module = generator()

    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run `make docs`"


@installed
def test_cli_page_holds_every_command_and_setting() -> None:
    module = generator()
    page = module.PAGE.read_text(encoding="utf-8")

    assert {("ask",), ("index", "build"), ("models", "pull"), ("facts",), ("settings",)} <= set(module.command_paths())
    for path in module.command_paths():
        assert f"## {' '.join(('shuzheng', *path))}\n" in page
    for name in Settings.model_fields:
        assert f"| `{name}` | `SHUZHENG_{name.upper()}` |" in page


@installed
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_documents_exist(page: Path) -> None:
    for words in commands_in(page, "shuzheng"):
        assert unknown_words(words) == [], f"{page.name}: shuzheng {' '.join(words)}"
    for words in commands_in(page, "make"):
        targets = [word for word in words if "=" not in word and not word.startswith("-")]
        assert set(targets) <= MAKE_TARGETS, f"{page.name}: make {' '.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_exist(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@installed
def test_check_of_documents_notices_what_does_not_exist(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```bash\n$ shuzheng ask --jsn 'x'\nmake dance\n```\nand `shuzheng dance`\n", encoding="utf-8")

    assert [unknown_words(words) for words in commands_in(page, "shuzheng")] == [["--jsn"], ["dance"]]
    assert list(commands_in(page, "make")) == [["dance"]]


def test_readme_leads_with_the_two_commands() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:60])

    assert "make run" in first_screen
    assert "make test" in first_screen
