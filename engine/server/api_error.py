"""What a client is told when a request cannot be answered: a status, and a sentence in OpenAI's shape."""

from __future__ import annotations

from http import HTTPStatus

import msgspec

_KINDS = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.NOT_FOUND: "not_found_error",
}


class ApiError(Exception):
    """A request that gets an error for an answer.

    Args:
        param: the field of the request that is at fault; code: a word for programs; headers: more of the answer's.
    """

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.param = param
        self.code = code
        self.headers = headers

    @property
    def body(self) -> bytes:
        """JSON as OpenAI's clients expect it."""
        kind = _KINDS.get(self.status, "server_error" if self.status >= 500 else "invalid_request_error")
        return msgspec.json.encode(
            {"error": {"message": str(self), "type": kind, "param": self.param, "code": self.code}}
        )


def bad_request(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    return ApiError(HTTPStatus.BAD_REQUEST, message, param=param, code=code)


def unavailable(message: str, retry_after_s: int) -> ApiError:
    return ApiError(
        HTTPStatus.SERVICE_UNAVAILABLE, message, code="busy", headers=(("Retry-After", str(retry_after_s)),)
    )


def failed(message: str) -> ApiError:
    """Something went wrong here, and would again: OpenAI's clients, which try most things again, heed the header."""
    return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, message, headers=(("x-should-retry", "false"),))
