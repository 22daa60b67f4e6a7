"""The deployment that `deploy/` describes, on this machine: its settings, its systemd commands, its nginx files."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from configparser import ConfigParser
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ui.browser import ROOT, free_port, wait_until_served

DEPLOY = ROOT / "deploy"
SUB_PATH = "/shuzheng"
SEEDS = ("000_d8bb9e28fa796d63.txt", "003_88bc0e9778391355.txt")
PROGRAM = "/opt/shuzheng/.venv/bin/shuzheng"
_RUN = [sys.executable, "-c", "import sys; from rag.cli import main; sys.exit(main())"]


@dataclass(frozen=True)
class Deployment:
    """A running one."""

    address: str
    """What a browser asks for, with a slash at the end."""
    access_log: Path
    workers: dict[int, subprocess.Popen[bytes]]
    """By port."""

    def upstreams(self) -> list[tuple[str, int]]:
        """Client address and worker's port of each request so far that a worker answered."""
        lines = [line.split() for line in self.access_log.read_text(encoding="utf-8").splitlines()]
        return [(client, int(worker.rpartition(":")[2])) for client, worker, *_ in lines if worker != "-"]


def find_nginx() -> str | None:
    """Return the path of an installed nginx, or None."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def replaced(text: str, replacements: dict[str, str]) -> str:
    """Return the text with each key, which has to be there once, replaced by its value."""
    for old, new in replacements.items():
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in:\n{text}"
        text = text.replace(old, new)
    return text


def unit_command(unit: str, instance: str = "") -> list[str]:
    """Return the command that systemd would run, with this checkout's program."""
    parser = ConfigParser(strict=False, interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "systemd" / unit, encoding="utf-8")
    assert parser["Service"]["Environment"] == "SHUZHENG_CONFIG=/etc/shuzheng/shuzheng.toml"
    program, *arguments = shlex.split(parser["Service"]["ExecStart"].replace("%i", instance))
    assert program == PROGRAM
    return [*_RUN, *arguments]


@contextmanager
def deployed(folder: Path, settings: dict[str, str], more_settings: str = "") -> Iterator[Deployment]:
    """Build an index, run two workers on it behind nginx; `settings` replaces lines of `deploy/shuzheng.toml`."""
    nginx = find_nginx()
    assert nginx
    corpus = folder / "documents"
    corpus.mkdir()
    for name in SEEDS:
        shutil.copy(ROOT / "seeds" / name, corpus)
    config = folder / "shuzheng.toml"
    paths = {"/srv/shuzheng/documents": str(corpus), "/var/lib/shuzheng/index": str(folder / "index")}
    paths |= {f"/var/lib/shuzheng/{name}": str(folder / name) for name in ("models", "access")}
    text = (DEPLOY / "shuzheng.toml").read_text(encoding="utf-8")
    config.write_text(replaced(text, {**paths, **settings}) + more_settings, encoding="utf-8")
    ports = (free_port(), free_port(), free_port())
    with ExitStack() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHUZHENG_CONFIG", str(config))
        patch.setenv("PYTHONPATH", str(ROOT))
        subprocess.run(unit_command("shuzheng-index.service"), cwd=folder, check=True)
        commands = {port: unit_command("shuzheng@.service", str(port)) for port in ports[:2]}
        workers = {
            port: running.enter_context(_process(command, folder, folder / f"{port}.log"))
            for port, command in commands.items()
        }
        command = [nginx, "-c", str(nginx_config(folder, ports[:2], ports[2])), "-p", str(folder)]
        running.enter_context(_process(command, folder, folder / "nginx.log"))
        for port, worker in workers.items():
            wait_until_served(f"http://127.0.0.1:{port}/healthz", worker, folder / f"{port}.log")
        yield Deployment(f"https://127.0.0.1:{ports[2]}{SUB_PATH}/", folder / "access.log", workers)


def nginx_config(folder: Path, workers: Sequence[int], port: int) -> Path:
    """Write the frame that a distribution's nginx.conf gives, around the files of `deploy/nginx`."""
    certificate, key = folder / "site.pem", folder / "site.key"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*request, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    upstream = (DEPLOY / "nginx" / "shuzheng-upstream.conf").read_text(encoding="utf-8")
    upstream = replaced(upstream, {f"127.0.0.1:{7860 + n}": f"127.0.0.1:{worker}" for n, worker in enumerate(workers)})
    site = (DEPLOY / "nginx" / "shuzheng-site.conf").read_text(encoding="utf-8")
    site = replaced(
        site,
        {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "/etc/nginx/tls/qa.example.cn.pem": str(certificate),
            "/etc/nginx/tls/qa.example.cn.key": str(key),
            "/etc/nginx/snippets/shuzheng-location.conf": str(DEPLOY / "nginx" / "shuzheng-location.conf"),
        },
    )
    (folder / "upstream.conf").write_text(upstream, encoding="utf-8")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    scratch = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("proxy", "fastcgi", "uwsgi", "scgi"))
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off;\nuser {_user()};\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        "events {}\nhttp {\n"
        f"client_body_temp_path {folder}/body;\n{scratch}"
        "log_format test '$remote_addr $upstream_addr $status $request';\n"
        f"access_log {folder}/access.log test;\n"
        f"include {folder}/upstream.conf;\ninclude {folder}/site.conf;\n}}\n",
        encoding="utf-8",
    )
    return config


def _user() -> str:
    return subprocess.run(["id", "-un"], capture_output=True, check=True, encoding="utf-8").stdout.strip()


@contextmanager
def _process(command: Sequence[str], folder: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output, subprocess.Popen(command, cwd=folder, stdout=output, stderr=output) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)
