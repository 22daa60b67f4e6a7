"""Limits, the audit log and the numbers, for questions through every door."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY

from index.errors import UserError
from rag.contract import Mode
from rag.settings import load_settings
from tests.ui.access.site import GDP, Site, ask, bearer, make_site
from ui.access.audit import Audit
from ui.access.identity import Identity, Right, Via
from ui.access.keys import Keys
from ui.access.line_file import FILES_KEPT
from ui.access.policy import Access, open_access
from ui.access.rates import Rates
from ui.access.watch import Watch, asking
from ui.chat import answer_question
from ui.conversation import Exchange
from ui.demo import ScriptedEngine, demo_engine
from ui.operation.stopping import Running

LI = Identity("li", Via.PASSWORD, frozenset({Right.ASK}))
OTHER_YEAR = "青河县2025年地区生产总值是多少?"


class WordingEngine(ScriptedEngine):
    """Has a language model, so that the page asks it twice."""

    def __init__(self) -> None:
        demo = demo_engine()
        super().__init__(demo.documents, demo.script)
        self.modes = (*Mode,)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    Keys(folder / "access").add("first", [Right.ASK])
    return make_site(folder, login="key", rate_limit="3/hour")


@pytest.fixture(scope="module")
def program(site: Site) -> Iterator[TestClient]:
    with site.browser("10.1.2.3", start=True) as client:
        yield client


def new_key(site: Site, name: str) -> dict[str, str]:
    return bearer(Keys(site.access.settings.access).add(name, [Right.ASK]))


def audited(access: Access) -> list[dict[str, Any]]:
    assert access.audit
    if not access.audit.path.exists():
        return []
    return [json.loads(line) for line in access.audit.path.read_text(encoding="utf-8").splitlines()]


def asked_by(access: Access, name: str) -> list[str]:
    return [line["question"] for line in audited(access) if line["user"] == name]


def shared(folder: Path, **settings: Any) -> Access:
    return open_access(load_settings({"access": folder, "allow_anyone": True, **settings}))


def number(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_each_door_is_audited_under_the_name_of_the_key(site: Site, program: TestClient) -> None:
    key = new_key(site, "doors")
    ask(program, **key)
    chat = {"model": "shuzheng", "messages": [{"role": "user", "content": OTHER_YEAR}]}
    assert program.post("/v1/chat/completions", json=chat, headers=key).status_code == 200
    call = {"name": "ask", "arguments": {"question": GDP}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    headers = {**key, "accept": "application/json, text/event-stream"}
    assert "近185.6亿元" in program.post("/mcp", json=body, headers=headers).text

    assert asked_by(site.access, "doors") == [GDP, OTHER_YEAR, GDP]
    line = next(line for line in audited(site.access) if line["user"] == "doors")
    assert (line["via"], line["refused"], line["reason"]) == ("key", False, None)
    assert line["citations"][0].keys() == {"doc", "start", "end"} and line["time"].endswith("+00:00")


def test_who_asks_too_often_waits_and_others_do_not(site: Site, program: TestClient) -> None:
    eager, other = new_key(site, "eager"), new_key(site, "other")
    assert [ask(program, **eager).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = ask(program, **eager)
    assert 0 < int(refused.headers["retry-after"]) <= 3600 and "秒再问" in refused.json()["detail"]
    assert ask(program, **other).status_code == 200
    assert program.get("/v1/models", headers=eager).status_code == 200
    assert len(asked_by(site.access, "eager")) == 3


def test_the_page_counts_and_audits_a_question_once_though_it_is_answered_twice(tmp_path: Path) -> None:
    access = shared(tmp_path, rate_limit="2/hour")
    engine, running = WordingEngine(), Running()
    watch = Watch(lambda: engine, access, running)

    outcomes = []
    for _ in range(3):
        with watch.asking(LI) as engines:
            coming = answer_question(engines, GDP, (), Mode.AUTO, threading.Event())
            outcomes.append([exchange.error for exchange in coming if isinstance(exchange, Exchange)])
            assert running.count == 1
    assert running.count == 0
    assert [len(outcome) for outcome in outcomes] == [2, 2, 1]
    assert "提问太频繁" in outcomes[2][0]
    assert asked_by(access, "li") == [GDP, GDP]


def test_a_question_that_ends_in_an_error_is_no_longer_running(tmp_path: Path) -> None:
    running = Running()
    watch = Watch(demo_engine, shared(tmp_path), running)
    engine, before = watch(), number("shuzheng_questions_total", outcome="failed", reason="")
    assert engine
    with pytest.raises(UserError):
        engine.ask(" ")
    assert running.count == 0
    assert number("shuzheng_questions_total", outcome="failed", reason="") == before + 1


def test_everything_but_asking_is_the_engines_own(tmp_path: Path) -> None:
    engine = demo_engine()
    watched = Watch(lambda: engine, shared(tmp_path), Running())()
    assert watched and watched.examples() == engine.examples() and watched.generation == "scripted"
    assert Watch(lambda: None, shared(tmp_path), Running())() is None


def test_an_unwatched_page_is_served_as_well() -> None:
    engine = demo_engine()
    with asking(lambda: engine, object()) as engines:
        assert engines() is engine


def test_answers_and_stages_are_counted(tmp_path: Path) -> None:
    watched = Watch(demo_engine, shared(tmp_path), Running())
    names = [("shuzheng_questions_total", {"outcome": "answered", "reason": ""}),
             ("shuzheng_questions_total", {"outcome": "refused", "reason": "other_period"}),
             ("shuzheng_stage_seconds_count", {"stage": "read"})]  # fmt: skip
    before = [number(name, **labels) for name, labels in names]
    for question in (GDP, OTHER_YEAR):
        if engine := watched():
            engine.ask(question)
    after = [number(name, **labels) for name, labels in names]
    assert [new - old for new, old in zip(after, before, strict=True)] == [1, 1, 2]


def test_the_audit_log_can_be_switched_off(tmp_path: Path) -> None:
    assert shared(tmp_path, audit=False).audit is None


def test_the_audit_log_is_rotated_and_private(tmp_path: Path) -> None:
    audit = Audit(tmp_path / "audit", megabytes=0.001)
    answer = demo_engine().ask(GDP)
    for _ in range(60):
        audit.write(LI, answer)

    files = sorted((tmp_path / "audit").glob("audit*.jsonl"))
    assert len(files) == FILES_KEPT
    for file in files:
        assert file.stat().st_size <= 1000 and stat.S_IMODE(file.stat().st_mode) == 0o600
        assert all(json.loads(line)["user"] == "li" for line in file.read_text(encoding="utf-8").splitlines())


def test_a_full_disk_stops_the_log_but_not_the_answers(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    audit = Audit(tmp_path, megabytes=1)
    audit.path.mkdir()
    audit.write(LI, demo_engine().ask(GDP))
    assert "审计记录写不了" in caplog.text


def test_limits_are_for_each_account_and_several_may_hold_at_once() -> None:
    rates = Rates("2/minute, 3/day")
    assert [rates.take("a") > 0 for _ in range(3)] == [False, False, True]
    assert rates.wait("a") <= 60 and rates.wait("b") == 0
    assert all(Rates("").take("a") == 0 for _ in range(100))


def test_a_browser_on_this_machine_is_never_limited_or_audited(tmp_path: Path) -> None:
    access = open_access(load_settings({"access": tmp_path / "access", "rate_limit": "1/day"}))
    assert all(access.rates.take("open:127.0.0.1") == 0 for _ in range(5))
    assert access.audit is None
