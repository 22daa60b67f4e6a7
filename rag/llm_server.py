"""The process of the embedded LLM: llama.cpp's own server, alive as long as its parent holds the standard input open.

Run as a script by `rag.llm`, with the settings as one JSON line on the standard input; answers with one line, the
address it listens on. It imports nothing of this project, so that it starts fast and stays small.
"""

from __future__ import annotations

import json
import signal
import sys

import xllamacpp


def main() -> None:
    """Serve until the standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    settings = json.loads(sys.stdin.readline())
    params = xllamacpp.CommonParams()
    params.model.path = settings["gguf"]
    params.model_alias = {settings["model"]}
    params.api_keys = [settings["api_key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.endpoint_slots = False
    params.offline = True
    params.n_ctx = settings["context_tokens"]
    params.n_parallel = 1
    params.cpuparams_batch.n_threads = settings["threads"]
    # Threads wait for each other at every word, spinning: beside a busy program two took 4 s a word, one 0.2 s.
    params.cpuparams.n_threads = max(1, settings["threads"] // 2)
    # `rag.llm_client` sees to it that the reused prefix is always the same: the same question gives the same answer.
    params.cache_prompt = True
    params.cache_ram_mib = 0
    params.verbosity = 0
    # Asleep it keeps no weights in memory; a question wakes it.
    params.sleep_idle_seconds = settings["idle_seconds"] or -1
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
