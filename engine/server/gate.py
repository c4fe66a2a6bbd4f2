"""Who may ask: no web page that a browser shows from elsewhere, and only those who have the key. Pure.

A page on the web can make a browser send requests to this machine. Requiring JSON and refusing foreign origins stops
it; the Host header stops a page whose own name was pointed to this machine (DNS rebinding).
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from email.message import Message
from http import HTTPStatus

from engine.server.api_error import ApiError, bad_request

HOSTS = ("127.0.0.1", "localhost")
_OWN_SITE = ("same-origin", "none")
"""Sec-Fetch-Site, which browsers send and pages cannot set: from a page of this address, or typed by the person."""


def check_source(headers: Message) -> None:
    """Raises: ApiError (400, 403), when the request comes from a web page or was meant for another host."""
    hosts = _all(headers, "Host")
    if len(hosts) != 1:
        raise bad_request("A request needs one Host header.")
    # a forwarded port is as good as the server's own
    name, _, port = hosts[0].partition(":")
    if name.lower() not in HOSTS or (port and not _is_number(port)):
        raise ApiError(HTTPStatus.FORBIDDEN, f"This server answers to {' and '.join(HOSTS)} only.", code="host")
    origins = {f"http://{hosts[0]}".lower()}
    foreign = any(origin.lower() not in origins for origin in _all(headers, "Origin"))
    if foreign or any(site not in _OWN_SITE for site in _all(headers, "Sec-Fetch-Site")):
        raise ApiError(HTTPStatus.FORBIDDEN, "Web pages may not use this server.", code="origin")


def check_key(headers: Message, key: str | None) -> None:
    """Raises: ApiError (401), when there is a key and the request does not have it."""
    if key is None:
        return
    given = _all(headers, "Authorization")
    scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    # headers are read as Latin-1: these are the bytes that came
    right = hmac.compare_digest(token.strip().encode("latin-1", "replace"), key.encode())
    if scheme.lower() != "bearer" or not right:
        raise ApiError(
            HTTPStatus.UNAUTHORIZED,
            "This server needs its API key.",
            code="invalid_api_key",
            headers=(("WWW-Authenticate", "Bearer"),),
        )


def body_length(headers: Message, limit: int) -> int:
    """Bytes of JSON that follow the headers.

    Raises: ApiError, when it is no JSON (415), of no known length (411, 400), or longer than `limit` (413).
    """
    if headers.get_content_type() != "application/json" or "Content-Type" not in headers:
        raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON (Content-Type: application/json).")
    lengths = _all(headers, "Content-Length")
    if "Transfer-Encoding" in headers or not lengths:
        raise ApiError(HTTPStatus.LENGTH_REQUIRED, "The body needs a Content-Length.")
    if len(lengths) > 1 or not _is_number(lengths[0]):
        raise bad_request("The Content-Length is not a number.")
    if len(lengths[0]) > 15 or int(lengths[0]) > limit:
        raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is longer than {limit} bytes.")
    return int(lengths[0])


def _all(headers: Message, name: str) -> Sequence[str]:
    return [str(value).strip() for value in headers.get_all(name, [])]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
