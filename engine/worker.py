"""The engine's process: requests in on stdin, events out on stdout, one JSON object a line (`engine.protocol`).

Nothing else may write to stdout: file descriptor 1 is pointed at stderr before llama.cpp loads, so that native
output cannot corrupt the stream. The process ends when stdin closes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import IO

from engine import process_settings
from engine.errors import EngineError
from engine.protocol import NO_REQUEST, Failed


def _own_stdout() -> IO[bytes]:
    """The protocol's stream; from here on file descriptor 1 is stderr for everybody else."""
    sys.stdout.flush()
    stream = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return stream


def main() -> int:
    """Run until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the window's business
    process_settings.apply()
    stream = _own_stdout()
    # only now: importing it loads llama.cpp
    from engine.worker_loop import EventWriter, WorkerLoop

    emit = EventWriter(stream)
    try:
        loop = WorkerLoop(emit)
    except EngineError as exc:
        emit(Failed(id=NO_REQUEST, message=str(exc), kind="engine"))
        return 1
    working = threading.Thread(target=loop.run, name="model")
    working.start()
    loop.read_requests(sys.stdin.buffer)
    working.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
