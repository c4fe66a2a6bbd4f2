"""The listening socket on the loopback address, and the threads of its connections."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any

from engine.errors import EngineError
from engine.server.api_error import unavailable
from engine.server.handler import RequestHandler
from engine.server.model_queue import ModelQueue, log_mistake

LOOPBACK = "127.0.0.1"
N_CONNECTIONS_MAX = 64
GOODBYE_S = 2.0
"""When the server is stopped, answers that have begun may take so long to end."""
ALIAS = "attune"
"""A name for whatever model is loaded."""


class LocalServer(ThreadingHTTPServer):
    """Serves one model to programs on this machine.

    Args:
        port: 0 for any that is free.
        models: the line in front of the model.
        model_id: its name; n_drafts: where a request does not say how many; api_key: None for no key.

    Raises: EngineError, when the port is taken or may not be used.
    """

    daemon_threads = True
    # on Windows this would let another program take the port over
    allow_reuse_address = os.name == "posix"
    request_queue_size = N_CONNECTIONS_MAX

    def __init__(self, port: int, models: ModelQueue, model_id: str, n_drafts: int, api_key: str | None = None) -> None:
        self.models = models
        self.model_id = model_id
        self.model_names = (model_id, ALIAS)
        self.model_card = {"id": model_id, "object": "model", "created": int(time.time()), "owned_by": "attune"}
        self.n_drafts = n_drafts
        self.api_key = api_key
        self._slots = threading.BoundedSemaphore(N_CONNECTIONS_MAX)
        self._n_at_work = 0
        self._work_done = threading.Condition()
        try:
            super().__init__((LOOPBACK, port), RequestHandler)
        except (OSError, OverflowError) as exc:
            reason = getattr(exc, "strerror", None) or exc
            raise EngineError(
                f"Cannot listen on port {port} of {LOOPBACK} ({reason}). Choose another one with --port."
            ) from exc

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}"

    def wait_for_answers(self) -> None:
        """Once no more connections are taken: answers that have begun get a moment to end."""
        with self._work_done:
            self._work_done.wait_for(lambda: self._n_at_work == 0, GOODBYE_S)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Around each request that is being answered."""
        with self._work_done:
            self._n_at_work += 1
        try:
            yield
        finally:
            with self._work_done:
                self._n_at_work -= 1
                self._work_done.notify_all()

    # the base classes' hooks

    def server_bind(self) -> None:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        # HTTPServer's own asks the network for this machine's name
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._slots.acquire(blocking=False):
            self._turn_away(request)
            return
        try:
            super().process_request(request, client_address)
        except Exception:  # not Ctrl+C: the connection's thread may have begun by then
            self._slots.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        exc = sys.exception()
        if isinstance(exc, Exception) and not isinstance(exc, OSError):  # clients may leave as they like
            log_mistake(exc)

    def _turn_away(self, request: socket.socket) -> None:
        """One connection too many, answered on the listening thread: without waiting for anything."""
        error = unavailable("There are too many connections already.", 1)
        head = [
            f"HTTP/1.1 {error.status.value} {error.status.phrase}",
            "Content-Type: application/json",
            f"Content-Length: {len(error.body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in error.headers),
        ]
        with contextlib.suppress(OSError):
            request.setblocking(False)
            request.send("\r\n".join([*head, "", ""]).encode() + error.body)
        self.shutdown_request(request)
