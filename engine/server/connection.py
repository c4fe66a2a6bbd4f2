"""One client's connection: what it may take in time, and whether anybody is still there."""

from __future__ import annotations

import io
import math
import socket
import time
from typing import Any


class DeadlineReader(io.RawIOBase):
    """Reads from a socket up to a moment: a timeout for each piece would let a client send a byte at a time for ever.

    Raises: TimeoutError, when the moment has come.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._deadline = math.inf

    def allow(self, seconds: float) -> None:
        """From now on."""
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def is_gone(connection: socket.socket) -> bool:
    """Whether the client has closed its end. A client that has sent more already counts as there."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
