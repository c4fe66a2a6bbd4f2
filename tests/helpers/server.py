"""`attune-engine serve` as a process, and HTTP spoken to it by hand, as a hostile client would."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

API_KEY = "a-key-of-one's-own"
TIMEOUT_S = 60.0
"""Generous, since the machine may be busy."""


class ServerProcess:
    """A server on a free port. log: the lines of its stderr so far."""

    def __init__(self, *arguments: object, api_key: str | None = None) -> None:
        environment = {**os.environ, **({"ATTUNE_API_KEY": api_key} if api_key else {})}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "serve", "--port", "0", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
        )
        self.log: list[str] = []
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._listening.wait(TIMEOUT_S), self.log
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)/v1", "\n".join(self.log)).group(1))

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def health(self) -> dict:
        return get(self.port, "/health").json()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(TIMEOUT_S)
        self._reader.join(TIMEOUT_S)
        self.process.stdout.close()
        self.process.stderr.close()

    def _read(self) -> None:
        for line in self.process.stderr:
            self.log.append(line)
            if "/v1" in line:
                self._listening.set()
        self._listening.set()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def error(self) -> dict:
        return self.json()["error"]


def chat_bytes(body: object, *headers: str, port: int = 80) -> bytes:
    """A right request; body: bytes as they are, or what becomes JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = ["Content-Type: application/json", f"Content-Length: {len(data)}", f"Host: 127.0.0.1:{port}", *headers]
    return request_bytes("POST /v1/chat/completions HTTP/1.1", *lines, body=data)


def request_bytes(line: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([line, *headers, "", ""]).encode("latin-1") + body


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)


def exchange(port: int, data: bytes) -> Answer:
    """Send these bytes on a connection of their own; the answer."""
    with connect(port) as connection:
        connection.sendall(data)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    file = connection.makefile("rb")
    with file:
        status = int(file.readline().split()[1])
        headers = {}
        while (line := file.readline().strip()) != b"":
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        length = headers.get("content-length")
        return Answer(status, headers, file.read(int(length)) if length is not None else file.read())


def get(port: int, path: str, *headers: str) -> Answer:
    return exchange(port, request_bytes(f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers))


def seconds_until(condition: Callable[[], bool]) -> float:
    """Look every hundredth of a second; how long it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < TIMEOUT_S
        time.sleep(0.01)
    return time.monotonic() - started
