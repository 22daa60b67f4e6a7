"""Many users of one running server: every question is answered, and one that is not is reported."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from tests.ui.browser import free_port, running_server
from ui.load import LoadError, load_command, put_load, show
from ui.load_browser import measure_page
from ui.load_server import StartError, own_server

USERS = 20


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, log = free_port(), tmp_path_factory.mktemp("load") / "log.txt"
    with running_server(["-m", "tests.ui.access.guarded_server", str(port)], port, log) as address:
        yield address


@pytest.mark.slow
def test_twenty_users_at_once_lose_no_question(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    load = asyncio.run(put_load(address, USERS, seconds=5))
    assert load.tally.lost == []
    assert len(load.tally.milliseconds) >= USERS
    assert load.memory_after > 0
    show(load)
    printed = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert printed["questions lost"] == "0" and printed["users at once"] == str(USERS)
    assert printed["questions answered"] == str(len(load.tally.milliseconds))


@pytest.mark.slow
def test_where_no_server_is_the_reason_is_said() -> None:
    with pytest.raises(LoadError, match=r"127\.0\.0\.1"):
        asyncio.run(put_load(f"http://127.0.0.1:{free_port()}", 1, seconds=1))


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_is_measured_in_a_browser(address: str, chromium: str) -> None:
    painted, ready, answered = (milliseconds for _, milliseconds in measure_page(address, chromium))
    assert 0 < painted <= ready
    assert answered > 0


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_servers_of_its_own_are_measured_and_stopped(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"index": tmp_path / "index", "models": tmp_path, "embedder": "hash"}.items():
        monkeypatch.setenv(f"SHUZHENG_{name.upper()}", str(value))
    with pytest.raises(typer.Exit) as ended:
        load_command(users=2, seconds=1, start=True, workers=workers)
    assert ended.value.exit_code == 0
    printed = capsys.readouterr().out
    assert "users at once\t2" in printed
    assert "questions lost\t0" in printed


@pytest.mark.slow
def test_a_server_that_does_not_start_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHUZHENG_CORPUS", str(tmp_path / "nothing"))
    with pytest.raises(StartError), own_server():
        pass
