"""The whole command in a network namespace with nothing but loopback: it serves, and nothing tries to leave."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ISOLATE
from tests.ui.browser import ROOT

SEEDS_ANSWER = "598家"


@pytest.mark.slow
@pytest.mark.netns
def test_the_server_works_without_a_network_and_never_tries_to_reach_one(tmp_path: Path) -> None:
    command = [*ISOLATE, sys.executable, "-m", "tests.ui.isolated_server", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)

    assert report["interfaces"] == ["lo"]
    assert SEEDS_ANSWER in report["answer"]
    assert report["left"] == 0
    assert report["noticed"] > 0, "an attempt to leave would not have been noticed"
