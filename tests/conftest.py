"""What every test stands on: no network, no home folder of the user, a Chinese locale, models only where they are.

Markers: `needs_models("name", ...)` (the default embedder where no name is given), `browser` and `netns` skip where the
thing is missing, and fail instead where SHUZHENG_REQUIRE_MODELS=1, _BROWSER=1 or _NETNS=1, as .ci/run sets them.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

ROOT = Path(__file__).resolve().parent.parent
REAL_STORE = Path(os.environ.get("SHUZHENG_MODELS") or platformdirs.user_cache_path("shuzheng"))
"""The user's model store, looked up before the home folder is redirected; tests only read it."""
ISOLATE = ("unshare", "--user", "--map-root-user", "--net")
"""Runs the command that follows it in a network namespace of its own, without being root."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
KEPT_VARIABLES = frozenset({"SHUZHENG_REQUIRE_MODELS", "SHUZHENG_REQUIRE_BROWSER", "SHUZHENG_REQUIRE_NETNS"})

# Help texts are chosen when the command line is imported, so the locale is set before any test module is.
for _name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
    os.environ.pop(_name, None)
os.environ.update(LANG="C.UTF-8", NO_COLOR="1", COLUMNS="100", HF_HUB_OFFLINE="1", GRADIO_ANALYTICS_ENABLED="False")


class NetworkBlockedError(RuntimeError):
    """A test tried to leave this machine."""


def _is_local(host: object) -> bool:
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    def guard(self: socket.socket, *arguments: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_local(arguments[-1][0]):
            raise NetworkBlockedError(f"a test tried to reach {arguments[-1]}")
        return original(self, *arguments)

    return guard


def _guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    def guard(host: object, *arguments: Any, **options: Any) -> Any:
        if not _is_local(host):
            raise NetworkBlockedError(f"a test tried to look up {host!r}")
        return original(host, *arguments, **options)

    return guard


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Let sockets reach this machine only, for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


@pytest.fixture(autouse=True)
def clean_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redirect the user's folders and drop the user's own settings."""
    for name in list(os.environ):
        if name.upper().startswith("SHUZHENG_") and name not in KEPT_VARIABLES:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name, folder in (
        ("CACHE", ".cache"),
        ("CONFIG", ".config"),
        ("DATA", ".local/share"),
        ("STATE", ".local/state"),
    ):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / folder))


@pytest.fixture
def model_store() -> Path:
    """The user's real model store, for tests marked `needs_models`; not to be written to."""
    return REAL_STORE


@pytest.fixture
def chromium() -> str:
    """Path of the Chromium that browser tests drive."""
    path = find_browser()
    assert path is not None, "mark the test with pytest.mark.browser"
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """A headless Chromium with a fresh profile, for tests marked `browser`."""
    from tests.ui.browser import running_browser

    path = find_browser()
    assert path is not None, "mark the test with pytest.mark.browser"
    with running_browser(path) as context:
        yield context


@cache
def find_browser() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@cache
def can_isolate() -> bool:
    """Tell whether a process can be run in a network namespace of its own."""
    tools = [shutil.which(name) for name in (ISOLATE[0], "ip")]
    return all(tools) and subprocess.run([*ISOLATE, "true"], capture_output=True, check=False).returncode == 0


@cache
def _missing_model(names: tuple[str, ...]) -> str | None:
    from rag import models
    from rag.settings import Settings

    wanted = names or (Settings.model_fields["embedder"].default,)
    return next((name for name in wanted if not models.is_ready(name, REAL_STORE)), None)


def require(variable: str, reason: str) -> None:
    """Skip the test, or fail it where the variable says that nothing may be skipped."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{reason} ({variable}=1)", pytrace=False)
    pytest.skip(reason)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose model or browser is missing."""
    for marker in item.iter_markers("needs_models"):
        missing = _missing_model(tuple(marker.args))
        if missing:
            require(
                "SHUZHENG_REQUIRE_MODELS", f"model {missing} is not in the store; run `shuzheng models pull {missing}`"
            )
    if item.get_closest_marker("browser") and find_browser() is None:
        require("SHUZHENG_REQUIRE_BROWSER", "no Chromium found")
    if item.get_closest_marker("netns") and not can_isolate():
        require("SHUZHENG_REQUIRE_NETNS", "no network namespace can be made")
