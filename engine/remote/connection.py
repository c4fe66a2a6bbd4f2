"""One HTTP request to a server: no redirect is followed, every fault is a sentence, and it can be cut off at any time.

Redirects are refused and not followed, since the person's messages and key would go along to an address that they did
not enter.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from engine import __version__
from engine.errors import RemoteError
from engine.remote.address import RemoteServer, host_and_port, is_this_machine

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_LINE_BYTES = 1024 * 1024
MAX_QUOTE_CHARS = 200
"""Of what a server says of itself."""


@dataclass(frozen=True)
class Patience:
    """Seconds. connect: until there is a connection; answer: until the first of a reply, which a long conversation on a
    slow machine needs; silence: between two parts of it."""

    connect_s: float = 10.0
    answer_s: float = 300.0
    silence_s: float = 60.0


class Connection:
    """One request and its answer. `close` may be called from any thread, and ends whatever waits for the server."""

    def __init__(self, server: RemoteServer, patience: Patience) -> None:
        self._server = server
        self._host = host_and_port(server.address)
        self._patience = patience
        self._connection: http.client.HTTPConnection | None = None
        self._response: http.client.HTTPResponse | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._closed = False

    def open(self, method: str, path: str, body: object = None) -> http.client.HTTPResponse:
        """The answer to a request below the server's address, its body not yet read.

        Raises: RemoteError, where no answer comes or the answer is a refusal.
        """
        data = None if body is None else msgspec.json.encode(body)
        headers = {"User-Agent": f"attune/{__version__}", "Accept-Encoding": "identity"}
        if data is not None:
            headers |= {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
        if self._server.key:
            headers["Authorization"] = f"Bearer {self._server.key}"
        with self.explained():
            connection, target = self._connect(urlsplit(self._server.address + path).geturl())
            connection.request(method, target, data, headers)
            self._response = response = connection.getresponse()
        if response.status != 200:
            raise self._refusal(response)
        return response

    def explained(self) -> contextlib.AbstractContextManager[None]:
        """Turns what a connection may raise into sentences."""
        return _explained(self._host)

    @property
    def is_closed(self) -> bool:
        """Whoever reads must look: what a server goes on to send would still arrive."""
        return self._closed

    def close(self) -> None:
        with self._lock:
            self._closed = True
            sock = self._socket
        if sock is not None:
            with contextlib.suppress(OSError):
                # of the plain socket below TLS, which another thread may be reading: this only wakes it
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def without_key(self, text: str) -> str:
        """What a server says may be what it was sent."""
        return text.replace(self._server.key, "…") if self._server.key else text

    def release(self) -> None:
        """From the thread that opened it, at the end."""
        for opened in (self._response, self._connection, self._socket):
            if opened is not None:
                opened.close()

    def _connect(self, url: str) -> tuple[http.client.HTTPConnection, str]:
        """A connection, and what to ask for on it; through the environment's proxy, if it names one."""
        parts = urlsplit(url)
        target = parts.path
        proxy = _proxy_for(parts.scheme, parts.netloc, url)
        at = proxy or parts
        host, port = at.hostname or "", at.port
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=self._patience.connect_s, context=ssl.create_default_context()
            )
            if proxy is not None:
                connection.set_tunnel(parts.hostname or "", parts.port or 443)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._patience.connect_s)
            target = url if proxy is not None else target
        self._connection = connection
        connection.connect()
        with self._lock:
            self._socket = connection.sock
            closed = self._closed
        if closed:
            raise RemoteError("Stopped.")
        connection.sock.settimeout(self._patience.answer_s)
        return connection, target

    def _refusal(self, response: http.client.HTTPResponse) -> RemoteError:
        said = ""
        with contextlib.suppress(OSError, http.client.HTTPException):
            said = error_text(response.read(MAX_BODY_BYTES))
        said = self.without_key(said)
        location = response.headers.get("Location", "")
        return RemoteError(_refused(response.status, self._host, self._server, said, location), response.status)


def read_body(response: http.client.HTTPResponse, connection: Connection, host: str) -> bytes:
    """Raises: RemoteError, when it is cut off or too long."""
    with connection.explained():
        data = response.read(MAX_BODY_BYTES)
        left = response.length
    if left or len(data) == MAX_BODY_BYTES:
        raise RemoteError(f"The answer of {host} was cut off, or is too long.")
    return data


def json_of(data: bytes, host: str) -> Any:
    """Raises: RemoteError, when it is something else."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise RemoteError(not_an_api(host, data)) from exc


def not_an_api(host: str, data: bytes) -> str:
    if data.lstrip()[:1] == b"<":
        return f"{host} answers with a web page. Is the address the one of its API, which mostly ends in /v1?"
    return f"{host} answers with something that is not JSON. Is it an OpenAI-compatible server?"


def error_text(data: bytes) -> str:
    """What a server says went wrong, as one short line; "" where it says nothing that can be read."""
    try:
        said = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    for key in ("error", "message", "detail"):
        while isinstance(said, dict) and key in said:
            said = said[key]
    if not isinstance(said, str):
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return line if len(line) <= MAX_QUOTE_CHARS else line[:MAX_QUOTE_CHARS] + "…"


@contextlib.contextmanager
def _explained(host: str) -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as exc:
        raise RemoteError(_failure(exc, host)) from exc


def _proxy_for(scheme: str, netloc: str, url: str) -> SplitResult | None:
    proxies = urllib.request.getproxies()
    if scheme not in proxies or is_this_machine(url) or urllib.request.proxy_bypass(netloc):
        return None
    proxy = proxies[scheme]
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")


def _failure(exc: BaseException, host: str) -> str:
    match exc:
        case TimeoutError():
            return f"{host} does not answer."
        case socket.gaierror():
            return f"{host} cannot be found. Is the address right, and is this machine connected to a network?"
        case ssl.SSLCertVerificationError():
            return f"{host} could not prove that it is who it says ({exc.verify_message}), so nothing was sent."
        case ssl.SSLError():
            return f"{host} does not speak TLS as expected ({exc.reason}). Is it a server of http rather than https?"
        case ConnectionRefusedError():
            return f"{host} refuses the connection. Is the server running?"
        case http.client.IncompleteRead() | ConnectionResetError() | BrokenPipeError():
            return f"The connection to {host} broke off."
        case http.client.HTTPException() | ValueError():
            return f"{host} does not answer as a web server does."
    reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else exc
    return f"The connection to {host} failed ({reason})."


def _refused(status: int, host: str, server: RemoteServer, said: str, location: str) -> str:
    quote = f" It says: {said}" if said else ""
    if 300 <= status < 400:
        there = host_and_port(urljoin(server.address, location)) or "another address"
        return (
            f"{host} sends on to {there} ({status}). Attune does not follow, since your messages would go there: "
            "enter the address where the server really is."
        )
    if status in (401, 403):
        wants = "does not accept the key" if server.key else "asks for a key"
        return f"{host} {wants} ({status}).{quote}"
    if status == 404:
        return f"{host} has no such address or no such model ({status}). Is the address right?{quote}"
    if status == 429:
        return f"{host} asks to wait: too many requests, or nothing left to spend ({status}).{quote}"
    if status >= 500:
        return f"{host} has a problem of its own ({status}). Try again later.{quote}"
    return f"{host} refused ({status}).{quote}"
