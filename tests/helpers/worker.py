"""The real engine worker as a subprocess, spoken to in typed messages."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from typing import TypeVar

from engine import protocol
from engine.protocol import Event, Finished, Hello, Request

TIMEOUT_S = 120.0
"""How long a test waits for an event: generous, since the machine may be busy."""

_E = TypeVar("_E", bound=Event)


class WorkerProcess:
    """`python -m engine.worker` with every line of its stdout parsed; a line that is no event fails the test."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._events: queue.Queue[Event | Exception | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send(self, request: Request) -> None:
        self.send_line(protocol.encode(request))

    def send_line(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def next_event(self) -> Event | None:
        """The next event, None when the worker has closed its stdout."""
        event = self._events.get(timeout=TIMEOUT_S)
        if isinstance(event, Exception):
            raise event
        return event

    def until(self, wanted: type[_E]) -> _E:
        """The next event of a kind; what comes before it is passed over."""
        while (event := self.next_event()) is not None:
            if isinstance(event, wanted):
                return event
        raise AssertionError(f"the worker closed before any {wanted.__name__}")

    def answer(self, request: Request) -> list[Event]:
        """Send a request and collect its events up to `Finished`."""
        self.send(request)
        return self.until_finished(request.id)

    def until_finished(self, request_id: int) -> list[Event]:
        events: list[Event] = []
        while (event := self.next_event()) is not None:
            if isinstance(event, Hello):
                continue
            events.append(event)
            if isinstance(event, Finished) and event.id == request_id:
                return events
        raise AssertionError("the worker closed before it finished")

    def close_stdin(self) -> int:
        """Close stdin, and return the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(TIMEOUT_S)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(TIMEOUT_S)
        self._reader.join(TIMEOUT_S)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                self._events.put(protocol.decode_event(line))
            except protocol.ProtocolError as exc:
                self._events.put(exc)
        self._events.put(None)
