"""HTTP with care: a bounded number of redirects, never to anything but http(s), never from https back to http."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import IO
from urllib.parse import urljoin, urlsplit

from engine import __version__
from engine.errors import FetchError
from engine.library.addresses import host_of

MAX_REDIRECTS = 8


@dataclass(frozen=True)
class Linked:
    """What a hub says of a stored file on its way to it (`X-Linked-ETag`, `X-Linked-Size`); None where it does not."""

    sha256: str | None = None
    n_bytes: int | None = None


@dataclass(frozen=True)
class Response:
    """A successful answer (200 or 206), its body not yet read."""

    body: http.client.HTTPResponse
    linked: Linked

    @property
    def status(self) -> int:
        return self.body.status

    def header(self, name: str) -> str:
        return self.body.headers.get(name, "")


class StatusError(FetchError):
    """The server answered with a refusal."""

    def __init__(self, status: int, url: str, headers: Message) -> None:
        super().__init__(_sentence(status, host_of(url)))
        self.status = status
        self.headers = headers


class ConnectionFailedError(FetchError):
    """No answer came: no network, no such host, no trust, no patience."""


def open_url(url: str, headers: dict[str, str], timeout_s: float) -> Response:
    """GET a URL.

    Raises: StatusError, ConnectionFailedError; FetchError for an address or a redirect that is not followed.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise FetchError(f"{url} is not a web address that Attune can fetch from.")
    redirects = _Redirects()
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        redirects,
    ):
        opener.add_handler(handler)
    identity = {"User-Agent": f"attune/{__version__}", "Accept-Encoding": "identity"}
    try:
        request = urllib.request.Request(url, headers=identity | headers)
        body = opener.open(request, timeout=timeout_s)
    except urllib.error.HTTPError as exc:
        with exc:
            raise StatusError(exc.code, url, exc.headers) from exc
    except (OSError, http.client.HTTPException, ValueError) as exc:
        raise ConnectionFailedError(_failure(exc, host_of(url))) from exc
    if not isinstance(body, http.client.HTTPResponse):
        raise FetchError(f"{host_of(url)} gave no answer that could be read.")
    return Response(body, redirects.linked)


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = MAX_REDIRECTS

    def __init__(self) -> None:
        self.linked = Linked()

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        here, there = urlsplit(req.full_url), urlsplit(urljoin(req.full_url, newurl))
        if there.scheme not in ("http", "https"):
            fp.close()
            raise FetchError(f"{here.hostname} sends to an address that is no web address. Attune does not follow it.")
        if here.scheme == "https" and there.scheme == "http":
            fp.close()
            raise FetchError(f"{here.hostname} sends to an unprotected address. Attune does not follow it.")
        etag, size = headers.get("X-Linked-ETag", "").strip('"'), headers.get("X-Linked-Size", "")
        if re.fullmatch(r"[0-9a-f]{64}", etag):
            self.linked = Linked(etag, int(size) if size.isdecimal() else None)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _failure(exc: BaseException, host: str) -> str:
    reason = exc.reason if isinstance(exc, urllib.error.URLError) else exc
    if isinstance(reason, TimeoutError):
        return f"{host} does not answer."
    if isinstance(reason, socket.gaierror):
        return f"{host} cannot be found. Is this machine connected to a network?"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"{host} could not prove that it is who it says ({reason.verify_message}), so nothing was fetched."
    if isinstance(reason, ConnectionRefusedError):
        return f"{host} refuses the connection."
    return f"The connection to {host} failed ({reason})."


def _sentence(status: int, host: str) -> str:
    if status in (401, 403):
        return f"{host} does not give this file to everybody ({status}): it may ask for an account and a licence first."
    if status in (404, 410):
        return f"{host} has no such file ({status}). It may have been renamed or taken away."
    if status == 429:
        return f"{host} asks to wait: too many requests (429). Try again later."
    if status >= 500:
        return f"{host} has a problem of its own ({status}). Try again later."
    if 300 <= status < 400:
        return f"{host} sends from address to address ({status}) in a way that Attune does not follow."
    return f"{host} refused ({status})."
