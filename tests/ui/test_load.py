"""Many users of one running server: every question is answered, and one that is not is reported."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.ui.browser import free_port, running_server
from ui.load import LoadError, put_load, show
from ui.load_browser import measure_page

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
