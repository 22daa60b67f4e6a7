"""Run in a network namespace of its own: serve, ask, and report what tried to leave.  `isolated_server.py FOLDER`."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.ui.browser import ROOT, free_port, running_server

COMMAND = ("-c", "import sys; from rag.cli import main; sys.exit(main())", "ui")
QUESTION = "东丽区国家高新技术企业有多少家?"


def packets_without_way() -> int:
    """How many connections and packets found no route out of this namespace, or a closed port for a name server."""
    lines = Path("/proc/net/snmp").read_text(encoding="ascii").splitlines()
    table: dict[str, int] = {}
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        kind = names.split(":")[0]
        pairs = zip(names.split()[1:], values.split()[1:], strict=True)
        table |= {f"{kind}{name}": int(value) for name, value in pairs}
    return table["IpOutNoRoutes"] + table["UdpNoPorts"]


def main(folder: Path) -> None:
    """Print one JSON object."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    corpus = folder / "corpus"
    corpus.mkdir()
    shutil.copy(ROOT / "seeds" / "000_d8bb9e28fa796d63.txt", corpus)
    port = free_port()
    options = ["--port", str(port), "--corpus", str(corpus), "--index", str(folder / "index")]
    command = [*COMMAND, *options, "--embedder", "hash", "--llm", "none"]
    # As a user has it: what the tests forbid beforehand is allowed here, so that an attempt would be seen.
    for name in ("HF_HUB_OFFLINE", "GRADIO_ANALYTICS_ENABLED"):
        os.environ.pop(name, None)
    with running_server(command, port, folder / "log.txt") as address:
        for path in ("", "login", "docs", "config", "gradio_api/info"):
            with urllib.request.urlopen(address + path, timeout=60) as reply:
                reply.read()
        request = urllib.request.Request(
            f"{address}api/ask",
            data=json.dumps({"question": QUESTION}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            answer = json.load(reply)["answer"]
    lost = packets_without_way()
    with contextlib.suppress(OSError):
        socket.create_connection(("192.0.2.1", 80), timeout=5)
    report = {"interfaces": [name for _, name in socket.if_nameindex()], "answer": answer, "left": lost}
    sys.stdout.write(json.dumps({**report, "noticed": packets_without_way() - lost}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
