"""One HTTP connection: checks, routes, answers. What a message says is never logged."""

from __future__ import annotations

import io
import logging
import queue
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

import msgspec

from engine import __version__
from engine.server import gate
from engine.server.api_error import ApiError, failed
from engine.server.chat_request import parse_chat_request
from engine.server.chat_response import Answer, Written, event
from engine.server.connection import DeadlineReader, is_gone
from engine.server.model_queue import Job, JobEvent, Text, log_mistake

if TYPE_CHECKING:
    from engine.server.local_server import LocalServer

_log = logging.getLogger(__name__)

BODY_BYTES = 1 << 20
IDLE_S = 15.0
"""A connection may wait so long for its next request."""
REQUEST_S = 20.0
"""A request must be here, whole, so long after its first line."""
WRITE_S = 20.0
"""A client must take each piece of the answer within this time."""
POLL_S = 0.1
"""How soon a client's leaving is noticed, while there is nothing to send."""
KEEP_ALIVE_S = 10.0
"""After so long without anything to say, a stream says that it lives."""
DRAIN_S = 2.0
"""What a refused client goes on sending is read for so long: closing at once could take the answer away with it."""
CLIENT_CLOSED = 499
"""In the log only, as other servers write it."""


Routes: TypeAlias = dict[str, tuple[str, Callable[[], None]]]
"""By path: the method, and what answers."""


class _ClientGoneError(Exception):
    """Nobody is left to answer."""


class RequestHandler(BaseHTTPRequestHandler):
    """Answers one connection's requests, one after another, on a thread of its own."""

    protocol_version = "HTTP/1.1"
    server_version = f"Attune/{__version__}"
    sys_version = ""
    server: LocalServer

    # the base class's hooks

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._reader = DeadlineReader(self.connection)
        self.rfile = io.BufferedReader(self._reader)

    def handle_one_request(self) -> None:
        # of this request: what of its body is still to come, the status it was answered with, its stream's last piece
        self._n_unread = 0
        self._status = 0
        self._last_piece: float | None = None
        self._reader.allow(IDLE_S)
        super().handle_one_request()

    def parse_request(self) -> bool:
        self._reader.allow(REQUEST_S)
        return super().parse_request()

    def handle_expect_100(self) -> bool:
        """Whether to invite the body: `_read_body` does, once everything else is known to be right."""
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class cannot read. Its own sentence would quote it."""
        self.close_connection = True
        self._send_error(ApiError(HTTPStatus(code), f"{HTTPStatus(code).phrase}."))

    def log_message(self, format: str, *args: object) -> None:
        """The base class's lines quote what was sent; ours are written in `_dispatch`."""

    def do_GET(self) -> None:
        self._dispatch()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815  # the base class's names

    # requests

    def _dispatch(self) -> None:
        started = time.monotonic()
        path = unquote(self.path.partition("?")[0])
        routes = self._routes()
        self._n_unread = self._announced_bytes()
        with self.server.at_work():
            try:
                self._check(path, routes)
                routes[path][1]()
            except ApiError as exc:
                self._send_error(exc)
            except (_ClientGoneError, OSError):
                self._status, self.close_connection = CLIENT_CLOSED, True
            except Exception as exc:  # the edge: one request's mistake is not the server's end
                log_mistake(exc)
                self._send_error(failed("The server made a mistake."))
        known = path if path in routes else "(another path)"
        _log.info("%s %s %d %.2f s", self.command, known, self._status, time.monotonic() - started)

    def _routes(self) -> Routes:
        return {
            "/health": ("GET", self._health),
            "/v1/models": ("GET", self._models),
            f"/v1/models/{self.server.model_id}": ("GET", self._model),
            "/v1/chat/completions": ("POST", self._chat),
        }

    def _check(self, path: str, routes: Routes) -> None:
        """Raises: ApiError (400, 401, 403, 404, 405), when the request may not be answered."""
        gate.check_source(self.headers)
        if path != "/health":
            gate.check_key(self.headers, self.server.api_key)
        if path not in routes:
            raise ApiError(HTTPStatus.NOT_FOUND, "There is nothing at this address.", code="not_found")
        method = routes[path][0]
        if self.command != method:
            raise ApiError(
                HTTPStatus.METHOD_NOT_ALLOWED, f"This address takes {method} only.", headers=(("Allow", method),)
            )

    def _health(self) -> None:
        writing, n_waiting = self.server.models.state
        self._send_json({"status": "ok", "writing": writing, "waiting": n_waiting})

    def _models(self) -> None:
        self._send_json({"object": "list", "data": [self.server.model_card]})

    def _model(self) -> None:
        self._send_json(self.server.model_card)

    def _chat(self) -> None:
        request = parse_chat_request(self._read_body(), self.server.n_drafts)
        if request.model not in (None, *self.server.model_names):
            names = " and ".join(self.server.model_names)
            raise ApiError(
                HTTPStatus.NOT_FOUND, f"This server has the model {names}.", param="model", code="model_not_found"
            )
        job = Job(request)
        self.server.models.submit(job)
        try:
            if request.stream:
                self._stream(job)
            else:
                self._send_json_bytes(Answer(self.server.model_id).whole(self._written(job), request.n_choices))
        finally:
            self.server.models.withdraw(job)

    # replies

    def _written(self, job: Job) -> Written:
        """Wait for the end of a job, past its text."""
        while not isinstance(happened := self._next_event(job), Written):
            pass
        return happened

    def _next_event(self, job: Job) -> JobEvent:
        """Raises: ApiError, when the job failed; _ClientGoneError."""
        while True:
            try:
                happened = job.events.get(timeout=POLL_S)
            except queue.Empty:
                if is_gone(self.connection):
                    raise _ClientGoneError from None
                self._keep_alive()
                continue
            if isinstance(happened, ApiError):
                raise happened
            return happened

    def _stream(self, job: Job) -> None:
        answer, request = Answer(self.server.model_id), job.request
        # until the first word is written a refusal still gets a status of its own
        happened = self._next_event(job)
        self._start_stream()
        try:
            self._write(answer.opening(request.n_choices))
            shown = False
            while not isinstance(happened, Written):
                if isinstance(happened, Text):
                    shown = True
                    self._write(answer.piece(happened.text, happened.reasoning))
                happened = self._next_event(job)
                if is_gone(self.connection):
                    raise _ClientGoneError
            self._write(answer.ending(happened, request.n_choices, shown=shown, include_usage=request.include_usage))
        except ApiError as exc:
            self._write(event(exc.body))

    # bytes

    def _start_stream(self) -> None:
        self.close_connection = True  # the end of the connection is the end of the stream
        self._head(HTTPStatus.OK, "text/event-stream; charset=utf-8", None)
        self._last_piece = time.monotonic()

    def _keep_alive(self) -> None:
        if self._last_piece is not None and time.monotonic() - self._last_piece > KEEP_ALIVE_S:
            self._write(b": still writing\n\n")
            self._last_piece = time.monotonic()

    def _announced_bytes(self) -> int:
        length = self.headers.get("Content-Length", "")
        return int(length[:15]) if length.isascii() and length.isdigit() else 0

    def _read_body(self) -> bytes:
        """Raises: ApiError (400, 408, 411, 413, 415); _ClientGoneError."""
        length = gate.body_length(self.headers, BODY_BYTES)
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(HTTPStatus.CONTINUE)
            self.end_headers()
        try:
            data = self.rfile.read(length)
        except TimeoutError as exc:
            raise ApiError(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.") from exc
        if len(data) < length:
            raise _ClientGoneError
        self._n_unread = 0
        return data

    def _send_json(self, value: object) -> None:
        self._send_json_bytes(msgspec.json.encode(value))

    def _send_json_bytes(self, body: bytes) -> None:
        self._head(HTTPStatus.OK, "application/json", len(body))
        self._write(body)

    def _send_error(self, error: ApiError) -> None:
        """The answer, unless one has begun; and the end of the connection."""
        self.close_connection = True
        if self._status:
            return
        body = error.body
        try:
            self._head(error.status, "application/json", len(body), error.headers)
            if self.command != "HEAD":
                self._write(body)
            self._drain()
        except (_ClientGoneError, OSError):
            pass

    def _head(
        self, status: HTTPStatus, content_type: str, length: int | None, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self._status = status
        self.request_version = self.protocol_version  # the base class would leave the headers out for HTTP/0.9
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in headers:
            self.send_header(name, value)
        self.connection.settimeout(WRITE_S)
        self.end_headers()

    def _write(self, data: bytes) -> None:
        """Raises: _ClientGoneError, when nobody takes it."""
        self.connection.settimeout(WRITE_S)
        try:
            self.wfile.write(data)
        except OSError as exc:
            raise _ClientGoneError from exc

    def _drain(self) -> None:
        self._reader.allow(DRAIN_S)
        while self._n_unread > 0 and (data := self.rfile.read1(1 << 16)):
            self._n_unread -= len(data)
