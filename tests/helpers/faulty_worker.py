"""The real worker, except that once, right after a certain event, something goes wrong with its process.

    python faulty_worker.py PHASE FAULT MARKER

PHASE: hello, load, prefill, decode, scoring. FAULT: see `FAULTS`. MARKER: a file that is made when it happens; where it
is there already, nothing happens, so that the worker that comes next is well.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from engine import process_settings

process_settings.apply()

PHASES = {
    "hello": "Hello",
    "load": "LoadProgress",
    "prefill": "PromptProgress",
    "decode": "DraftProgress",
    "scoring": "Scoring",
}
LONG_LINE = 100 * 1024 * 1024
N_FLOOD = 100_000


def _write(content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(_STREAM[0], view) :]


def _exhaust_memory() -> None:
    """From here on no allocation of size succeeds, in Python, torch or llama.cpp."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 1024 * 1024,) * 2)


def _flood() -> None:
    line = b'{"type":"draft_delta","id":999999,"index":0,"text":"flood"}\n'
    _write(line * N_FLOOD)


_STREAM: list[int] = []
FAULTS: dict[str, Callable[[], object]] = {
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segv": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "exit": lambda: os._exit(7),
    "hang": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "memory": _exhaust_memory,
    "babble": lambda: _write(b"\xff\xfe no JSON \x1b[31m\n" * 100),
    "long": lambda: _write(b"x" * LONG_LINE + b"\n"),
    "flood": _flood,
    "slow": lambda: time.sleep(1.0),
}


def main(phase: str, fault: str, marker: Path) -> int:
    from engine import worker, worker_loop

    write = worker_loop.EventWriter.__call__

    def write_then_fail(self: worker_loop.EventWriter, event: object) -> None:
        write(self, event)  # type: ignore[arg-type]
        if type(event).__name__ == PHASES[phase] and not marker.exists():
            marker.write_text(fault)
            _STREAM.append(self._stream.fileno())
            FAULTS[fault]()

    worker_loop.EventWriter.__call__ = write_then_fail  # type: ignore[method-assign]
    return worker.main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
