"""Many users of one running server at once: `python -m ui.load http://127.0.0.1:7860 --users 20 --seconds 600`.

Each user has a page of the chat open and asks in extractive mode, by the protocol of the page, as soon as the last
answer is there, or `--pause` seconds later; all begin in the same moment, with questions about the figures that the
server has found, and clear the conversation after ten. Reported: time until the verified answer, questions lost, the
server's resident memory after the first tenth and at the end, and the processor time of a question, the server's and
that of the users here. With `--chromium`, first paint and first verified figure in a browser, too. The server must be
open without login; `--start` runs one of its own, in extractive mode.
Exit codes: 0 nothing lost, 1 questions lost, 2 could not run.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import quantiles
from typing import Annotated, Any, Final

import httpx2
import typer

from rag.cli.table import print_table
from rag.contract import Mode
from ui.load_server import StartError, own_server

TURNS: Final = 10
"""Questions until a user clears the conversation."""
PATIENCE_SECONDS: Final = 60.0
LOST: Final = 1
CANNOT_RUN: Final = 2
_FACTS: Final = 200
_SHOWN: Final = re.compile(r'<article class="turn (?:answered|refused)"')
_MEMORY: Final = re.compile(r"^process_resident_memory_bytes (\S+)$", re.MULTILINE)
_PROCESSOR: Final = re.compile(r"^process_cpu_seconds_total (\S+)$", re.MULTILINE)
_PREFIX: Final = "gradio_api"


class LoadError(Exception):
    """The server cannot be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a server's chat page is made of, by the numbers that Gradio gives."""

    submit: int
    clear: int


@dataclass(slots=True)
class Tally:
    """What came of the questions so far."""

    milliseconds: list[float] = field(default_factory=list)
    """Of each answered question, until the answer was there."""
    lost: list[str] = field(default_factory=list)
    """Of each other one, what happened."""


@dataclass(frozen=True, slots=True)
class Load:
    """One measured run."""

    users: int
    seconds: float
    tally: Tally
    memory_before: float
    """Resident memory of the server in MB, once every part of it has been used."""
    memory_after: float
    server_milliseconds: float
    """Processor time of the server per answered question; NaN where several processes serve."""
    own_milliseconds: float
    """The same of the users, who share the processors with a server on this machine."""


async def put_load(address: str, users: int, seconds: float, pause: float = 0.0) -> Load:
    """Let so many users ask for so many seconds, each reading an answer for `pause` seconds.

    Raises:
        LoadError: the server is not there, wants a login or shows no figures.
    """
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS, limits=limits) as client:
        try:
            page, questions = await _page(client), await _questions(client)
            tally = Tally()
            server, own = await _measured(client, _PROCESSOR), time.process_time()
            started = time.perf_counter()
            warm, end = started + seconds / 10, started + seconds
            asking = [asyncio.create_task(_use(client, page, questions, tally, n, end, pause)) for n in range(users)]
            await asyncio.sleep(max(0.0, warm - time.perf_counter()))
            before = await _measured(client, _MEMORY) / 1e6
            await asyncio.gather(*asking)
            took, own = time.perf_counter() - started, time.process_time() - own
            server = await _measured(client, _PROCESSOR) - server
            after = await _measured(client, _MEMORY) / 1e6
            each = 1000 / max(1, len(tally.milliseconds))
            return Load(users, took, tally, before, after, server * each, own * each)
        except httpx2.HTTPError as error:
            raise LoadError(f"{address}: {error}") from error


async def put_load_on_all(addresses: Sequence[str], users: int, seconds: float, pause: float = 0.0) -> Load:
    """As `put_load`, the users spread over worker processes of one index as a proxy spreads visitors by address."""
    shares = [users // len(addresses) + (number < users % len(addresses)) for number in range(len(addresses))]
    loads = await asyncio.gather(
        *(put_load(one, share, seconds, pause) for one, share in zip(addresses, shares, strict=True) if share)
    )
    answered = [len(load.tally.milliseconds) for load in loads]
    server = sum(load.server_milliseconds * count for load, count in zip(loads, answered, strict=True))
    own = loads[0].own_milliseconds * answered[0]
    tally = Tally()
    for load in loads:
        tally.milliseconds += load.tally.milliseconds
        tally.lost += load.tally.lost
    return Load(
        users,
        max(load.seconds for load in loads),
        tally,
        max(load.memory_before for load in loads),
        max(load.memory_after for load in loads),
        server / max(1, sum(answered)),
        own / max(1, sum(answered)),
    )


async def _page(client: httpx2.AsyncClient) -> Page:
    reply = await client.get("config")
    if reply.status_code != httpx2.codes.OK:
        raise LoadError(f"no open chat page: HTTP {reply.status_code}")
    config = reply.json()
    names = {component["props"].get("elem_id"): component["id"] for component in config["components"]}
    events = {tuple(target): each["id"] for each in config["dependencies"] for target in each["targets"]}
    conversation = names["conversation"]
    return Page(events[conversation, "submit"], events[conversation, "clear"])


async def _questions(client: httpx2.AsyncClient) -> list[str]:
    reply = await client.get("api/facts", params={"limit": _FACTS})
    facts = reply.json().get("facts", []) if reply.status_code == httpx2.codes.OK else []
    asked = [f"{fact['place']}{fact['period']}{fact['indicator']}是多少？" for fact in facts if fact["indicator"]]
    if not asked:
        raise LoadError("the server shows no figures to ask about")
    return list(dict.fromkeys(asked))


async def _measured(client: httpx2.AsyncClient, what: re.Pattern[str]) -> float:
    """Return a number that the server tells of itself."""
    found = what.search((await client.get("metrics")).text)
    return float(found[1]) if found else float("nan")


async def _use(
    client: httpx2.AsyncClient,
    page: Page,
    questions: Sequence[str],
    tally: Tally,
    user: int,
    end: float,
    pause: float,
) -> None:
    """Ask until the time is over, each user other questions first."""
    session = secrets.token_hex(6)
    async with _open_page(client, session):
        for number in count(1):
            if time.perf_counter() >= end:
                return
            turn = (number - 1) % TURNS + 1
            if turn == 1 and number > 1:
                await client.post(f"{_PREFIX}/run/predict", json=_event(session, page.clear, [], {}))
            question = questions[(user * 7 + number) % len(questions)]
            data = {"question": question, "turn": 0, "number": number}
            started = time.perf_counter()
            try:
                shown = await _answered(client, session, page.submit, data, turn)
            except httpx2.HTTPError as error:
                tally.lost.append(f"{question}: {error!r}")
                continue
            if shown is None:
                tally.lost.append(f"{question}: no answer")
            else:
                tally.milliseconds.append((shown - started) * 1000)
            await asyncio.sleep(pause)


@asynccontextmanager
async def _open_page(client: httpx2.AsyncClient, session: str) -> AsyncIterator[None]:
    """Hold the connection by which the server knows that a page is open."""
    async with client.stream("GET", f"{_PREFIX}/heartbeat/{session}", timeout=None):
        yield


def _event(session: str, event: int, inputs: Sequence[object], data: dict[str, Any]) -> dict[str, Any]:
    """Return what a page sends of one event."""
    return {"data": inputs, "event_data": data, "fn_index": event, "session_hash": session, "trigger_id": None}


async def _answered(
    client: httpx2.AsyncClient, session: str, event: int, data: dict[str, Any], turns: int
) -> float | None:
    """Ask, and wait for the end; return when so many turns had their answers, None where they had not."""
    body = _event(session, event, [Mode.EXTRACTIVE.value, None], data)
    joined = await client.post(f"{_PREFIX}/queue/join", json=body)
    joined.raise_for_status()
    shown: float | None = None
    async with client.stream("GET", f"{_PREFIX}/queue/data", params={"session_hash": session}) as messages:
        async for line in messages.aiter_lines():
            if not line.startswith("data:"):
                continue
            if shown is None and any(len(_SHOWN.findall(text)) == turns for text in _conversations(line)):
                shown = time.perf_counter()
            if '"close_stream"' in line:
                break
    return shown


def _conversations(line: str) -> list[str]:
    """Return the versions of the conversation in a message, wherever they stand in it."""
    found: list[str] = []

    def look(value: object) -> None:
        if isinstance(value, str) and value.startswith('<div class="conversation">'):
            found.append(value)
        elif isinstance(value, list | dict):
            for each in value.values() if isinstance(value, dict) else value:
                look(each)

    look(json.loads(line.removeprefix("data:")))
    return found


def show(load: Load) -> None:
    """Print what was measured on stdout."""
    times = sorted(load.tally.milliseconds)
    rows = [
        ("users at once", str(load.users)),
        ("seconds", f"{load.seconds:.0f}"),
        ("questions answered", str(len(times))),
        ("questions lost", str(len(load.tally.lost))),
        ("memory of a process after the first tenth", f"{load.memory_before:.0f} MB"),
        ("memory of a process at the end", f"{load.memory_after:.0f} MB"),
    ]
    if len(times) > 1:
        cuts = quantiles(times, n=20, method="inclusive")
        figures = {"p50": cuts[9], "p95": cuts[18], "longest": times[-1]}
        rows[4:4] = [(f"verified answer, {name}", f"{ms:.0f} ms") for name, ms in figures.items()]
    rows.append(("processor time a question, server", f"{load.server_milliseconds:.1f} ms"))
    rows.append(("processor time a question, users", f"{load.own_milliseconds:.1f} ms"))
    print_table(("measure", "value"), rows)
    for lost in load.tally.lost[:10]:
        typer.echo(lost, err=True)


def measure(addresses: Sequence[str], users: int, seconds: float, pause: float, chromium: str) -> Load:
    """Measure the page in a browser, where one is named, and print that; then let the users ask.

    Raises:
        LoadError: as `put_load`.
    """
    if chromium:
        from ui.load_browser import measure_page

        print_table(
            ("in a browser", "value"), [(name, f"{ms:.0f} ms") for name, ms in measure_page(addresses[0], chromium)]
        )
    return asyncio.run(put_load_on_all(addresses, users, seconds, pause))


def load_command(
    address: Annotated[str, typer.Argument(help="Address of the running server.")] = "http://127.0.0.1:7860",
    users: Annotated[int, typer.Option(min=1, help="Users who ask at once.")] = 20,
    seconds: Annotated[float, typer.Option(min=1, help="How long they ask; 600 shows whether memory stays.")] = 30,
    pause: Annotated[float, typer.Option(min=0, help="Seconds that each reads an answer before asking again.")] = 0,
    chromium: Annotated[str, typer.Option(help="Path of a Chromium: measures the page in it first.")] = "",
    start: Annotated[bool, typer.Option("--start", help="Start a server for it instead, and stop it.")] = False,
    workers: Annotated[int, typer.Option(min=1, help="With --start: worker processes, the users spread evenly.")] = 1,
) -> None:
    """Measure a running server under load."""
    try:
        with ExitStack() as servers:
            started = [servers.enter_context(own_server()) for _ in range(workers if start else 0)]
            load = measure(started or [address], users, seconds, pause, chromium)
    except (LoadError, StartError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT_RUN) from error
    show(load)
    raise typer.Exit(LOST if load.tally.lost else 0)


if __name__ == "__main__":
    typer.run(load_command)
