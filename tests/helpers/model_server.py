"""A real HTTP server on the loopback address that serves one file, well or badly."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModelServer(ThreadingHTTPServer):
    """Serves `content` at /org/repo/resolve/main/NAME, and the hub's list of files.

    behaviours: one word for each request of the file, in order; afterwards it behaves well:
        drop N: the connection is cut after N bytes; stall N: nothing comes after N bytes
        ignore-range: the whole file whatever was asked for; no-length: chunked, without a length
        short N: announces N bytes more than it has; long N: announces N bytes fewer than it sends, chunked
        status N: refuses; redirect URL: sends elsewhere; wrong: other bytes of the same length; page: a web page
        gzip: says that the bytes are packed; bad-range: a range that was not asked for; weak: a weak ETag
    """

    daemon_threads = True

    def __init__(self, content: bytes, name: str = "m.Q4_K_M.gguf") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = {name: content}
        self.etag = '"one"'
        self.behaviours: list[str] = []
        self.requests: list[tuple[str, str]] = []
        """(path, Range header) of every request."""
        self.delay_s = 0.0
        """Between pieces of 64 kB."""
        self.hide_hashes = False
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def url(self, name: str = "m.Q4_K_M.gguf") -> str:
        return f"{self.address}/org/repo/resolve/main/{name}"

    @property
    def ranges(self) -> list[str]:
        return [ranged for path, ranged in self.requests if "/resolve/" in path]

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients hang up on purpose


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.requests.append((self.path, self.headers.get("Range", "")))
        if self.path.startswith("/api/models/org/repo/tree/main"):
            self._send_list()
        elif (name := self.path.rsplit("/", 1)[-1]) in self.server.files and "/resolve/" in self.path:
            behaviour = self.server.behaviours.pop(0) if self.server.behaviours else ""
            self._send_file(self.server.files[name], *behaviour.split())
        else:
            self._refuse(404)

    def _send_list(self) -> None:
        entries: list[object] = [
            {"type": "directory", "path": "docs"},
            {"type": "file", "path": "README.md", "size": 3},
        ]
        for name, content in self.server.files.items():
            entry: dict[str, object] = {"type": "file", "path": name, "size": len(content)}
            if not self.server.hide_hashes:
                entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}
            entries.append(entry)
        body = json.dumps(entries).encode()
        self._head(200, {"Content-Length": str(len(body))})
        self.wfile.write(body)

    def _send_file(self, content: bytes, what: str = "", argument: str = "") -> None:
        number = int(argument) if argument.isdecimal() else 0
        if what == "status":
            headers = {"Content-Range": f"bytes */{len(content)}"} if number == 416 else {}
            return self._refuse(number, headers)
        if what == "redirect":
            return self._refuse(302, {"Location": argument})
        if what == "page":
            content = b"<!DOCTYPE html><title>Log in</title>" + b" " * 5000
        if what == "wrong":
            content = content[:-1] + bytes([content[-1] ^ 1])
        start = self._start(len(content)) if what != "ignore-range" else 0
        if what == "bad-range":
            start = max(0, start - 7)
        headers = {"ETag": "W/" + self.server.etag if what == "weak" else self.server.etag}
        if what == "gzip":
            headers["Content-Encoding"] = "gzip"
        status = 200
        if self.headers.get("Range") and what != "ignore-range" and start:
            status = 206
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        body = content[start:]
        if what in ("no-length", "long"):
            headers["Transfer-Encoding"] = "chunked"
            self._head(status, headers)
            self._write_chunked(body + b"x" * (number if what == "long" else 0))
            return None
        headers["Content-Length"] = str(len(body) + (number if what == "short" else 0))
        self._head(status, headers)
        self._write(body[:number] if what in ("drop", "stall") else body)
        if what == "stall":
            self.server.released.wait(20)
        if what in ("drop", "stall", "short"):
            self.close_connection = True
        return None

    def _start(self, n_bytes: int) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if found is None or self.headers.get("If-Range", self.server.etag) != self.server.etag:
            return 0
        return min(int(found[1]), n_bytes)

    def _write(self, body: bytes) -> None:
        for at in range(0, len(body), 1 << 16):
            self.wfile.write(body[at : at + (1 << 16)])
            if self.server.delay_s:
                time.sleep(self.server.delay_s)

    def _write_chunked(self, body: bytes) -> None:
        for at in range(0, len(body), 1 << 16):
            piece = body[at : at + (1 << 16)]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def _refuse(self, status: int, headers: dict[str, str] | None = None) -> None:
        self._head(status, {"Content-Length": "0", **(headers or {})})

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(content: bytes, name: str = "m.Q4_K_M.gguf") -> Iterator[ModelServer]:
    server = ModelServer(content, name)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
