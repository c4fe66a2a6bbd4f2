"""One request for completions, read in a thread of its own: what comes of it is put into a queue."""

from __future__ import annotations

import contextlib
import http.client
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias

from engine.errors import RemoteError
from engine.remote.address import RemoteServer
from engine.remote.completion import Delta, Form, Usage, parse_chunk
from engine.remote.connection import MAX_BODY_BYTES, MAX_LINE_BYTES, Connection, Patience, json_of, read_body

_DONE = b"[DONE]"
POLL_S = 0.05


@dataclass(frozen=True)
class Ended:
    """The last thing that comes of a call. problem: None where the server said itself that it was done."""

    problem: RemoteError | None = None


Heard: TypeAlias = Delta | Usage | Ended


@dataclass(eq=False)
class Call:
    """A request under way.

    drafts: the index of the draft that each of its choices is; form: how it was asked for; heard: where what comes is
    put; said_done: the server itself ended the stream, the connection did not break off.
    """

    server: RemoteServer
    body: dict[str, Any]
    drafts: list[int]
    form: Form
    patience: Patience
    heard: queue.Queue[tuple[Call, Heard]]
    last_heard: float = field(default_factory=time.monotonic)
    has_text: bool = False
    said_done: bool = False

    def __post_init__(self) -> None:
        self._connection = Connection(self.server, self.patience)
        threading.Thread(target=self._run, name="completion", daemon=True).start()

    def close(self) -> None:
        """Cut it off; the server notices, and stops writing."""
        self._connection.close()

    @property
    def allowed_silence_s(self) -> float:
        return self.patience.silence_s if self.has_text else self.patience.answer_s

    def _run(self) -> None:
        problem: RemoteError | None = None
        try:
            response = self._connection.open("POST", "/chat/completions", self.body)
            for payload in self._payloads(response):
                for found in parse_chunk(payload, self.server.host):
                    self._say(found)
        except RemoteError as exc:
            problem = RemoteError(self._connection.without_key(str(exc)), exc.status)
        except Exception as exc:  # the thread's edge: a mistake of ours must not leave the reply waiting for ever
            problem = RemoteError(f"The answer of {self.server.host} could not be read ({exc}).")
        finally:
            self._connection.release()
            self._say(Ended(problem))

    def _say(self, what: Heard) -> None:
        """Waits where more comes than is taken; nothing is said any more once the call is cut off."""
        while not self._connection.is_closed:
            with contextlib.suppress(queue.Full):
                self.heard.put((self, what), timeout=POLL_S)
                return

    def _payloads(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        """Each event of a stream; of a server that does not stream, all of it."""
        if response.headers.get_content_type() == "text/event-stream":
            with self._connection.explained():
                for payload in event_data(response, lambda: self._connection.is_closed):
                    if payload.strip() == _DONE:
                        self.said_done = True
                        return
                    yield payload
            return
        data = read_body(response, self._connection, self.server.host)
        json_of(data, self.server.host)
        yield data


def event_data(stream: http.client.HTTPResponse | IO[bytes], should_stop: Callable[[], bool]) -> Iterator[bytes]:
    """The data of server-sent events (HTML standard, section 9.2.6), until the end or until `should_stop`.

    Comments, names and ids are passed over. A line or an event that does not end is refused.
    """
    data: list[bytes] = []
    n_bytes = 0
    while not should_stop() and (line := stream.readline(MAX_LINE_BYTES)):
        if not line.endswith(b"\n") and len(line) == MAX_LINE_BYTES:
            raise ValueError("a line without an end")
        line = line.rstrip(b"\r\n")
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
            n_bytes += len(line)
            if n_bytes > MAX_BODY_BYTES:
                raise ValueError("an event without an end")
        elif not line and data:
            yield b"\n".join(data)
            data, n_bytes = [], 0
    if data and not should_stop():
        yield b"\n".join(data)
