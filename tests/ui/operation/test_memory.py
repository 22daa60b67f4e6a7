"""One pool of memory for all threads, seen in a process of its own by what glibc says of its pools."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import ctypes, threading
from ui.operation.memory import share_memory
if {shared}:
    share_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
started = threading.Barrier(8)
def work():
    libc.malloc(1000)
    started.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_stats()
"""


def arenas(*, shared: bool) -> int:
    command = [sys.executable, "-c", SCRIPT.format(shared=shared)]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stderr.count("Arena ")


def test_threads_share_one_pool() -> None:
    assert arenas(shared=False) > 1
    assert arenas(shared=True) == 1
