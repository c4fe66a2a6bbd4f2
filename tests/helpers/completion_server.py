"""A real HTTP server on the loopback address that speaks OpenAI's API, well or badly, as each test says."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class CompletionServer(ThreadingHTTPServer):
    """`answer` is called with the handler for every POST, `listing` for every GET of the models."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Exchange], None], listing: Callable[[Exchange], None] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.answer = answer
        self.listing = listing or list_one
        self.asked: list[dict] = []
        """The bodies of completions, in their order."""
        self.headers_seen: list[dict[str, str]] = []
        self.hung_up = threading.Event()
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        self.hung_up.set()


class Exchange(BaseHTTPRequestHandler):
    server: CompletionServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.headers_seen.append(dict(self.headers))
        self.server.listing(self)

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(dict(self.body))
        self.server.headers_seen.append(dict(self.headers))
        self.server.answer(self)

    def log_message(self, format: str, *args: object) -> None:
        pass

    # what answers are made of

    def send(self, status: int, body: object, content_type: str = "application/json", **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def begin_stream(self, content_type: str = "text/event-stream") -> None:
        """Without a length: the end of the connection is the end."""
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def piece(self, text: str = "", *, choice: int = 0, finish: str | None = None, **delta: str) -> None:
        words = {"content": text, **delta} if text else delta
        self.event({"choices": [{"index": choice, "delta": words, "finish_reason": finish}]})

    def event(self, payload: object) -> None:
        self.raw(b"data: " + json.dumps(payload).encode() + b"\n\n")

    def done(self) -> None:
        self.raw(b"data: [DONE]\n\n")

    def raw(self, data: bytes) -> None:
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            self.server.hung_up.set()
            raise


def list_one(exchange: Exchange) -> None:
    exchange.send(200, {"object": "list", "data": [{"id": "m", "object": "model", "owned_by": "us"}]})


@contextlib.contextmanager
def completing(
    answer: Callable[[Exchange], None], listing: Callable[[Exchange], None] | None = None
) -> Iterator[CompletionServer]:
    server = CompletionServer(answer, listing)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
