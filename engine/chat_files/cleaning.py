"""What comes from a stranger's file, made harmless: text that can be stored, times that can be true."""

from __future__ import annotations

import re
import time

from engine.errors import ChatFileError

MAX_MESSAGE_CHARS = 2_000_000
MAX_TITLE_CHARS = 200
_PIECE_BYTES = 2**20
_MILLISECONDS_FROM = 1e11
"""As seconds this would be the year 5138; some programs write milliseconds."""
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)"
)


def without_lone_surrogates(data: bytes) -> bytes:
    """JSON in which half a surrogate pair, which is no character, has become U+FFFD."""
    pieces = []
    start = 0
    while start < len(data):
        # cut at a comma, which no escape has in it; in pieces, since a regular expression lets no other thread run
        end = data.find(b",", start + _PIECE_BYTES)
        end = len(data) if end < 0 else end
        pieces.append(_ESCAPES.sub(_whole, data[start:end]))
        start = end
    return b"".join(pieces)


def _whole(found: re.Match[bytes]) -> bytes:
    """An escape as it is, or what stands for half a character."""
    return rb"\ufffd" if len(found[0]) == 6 and found[0][2:3] in b"dD" else found[0]


def clean_text(text: str) -> str:
    """Raises: ChatFileError, when it is longer than any message that a person would read."""
    if len(text) > MAX_MESSAGE_CHARS:
        raise ChatFileError(f"one of its messages is longer than {MAX_MESSAGE_CHARS:,} characters")
    return text.replace("\0", "\ufffd")


def clean_title(title: str | None, fallback: str) -> str:
    """One line of a length that a list can show."""
    line = " ".join((title or "")[: 4 * MAX_TITLE_CHARS].replace("\0", " ").split())
    return line[:MAX_TITLE_CHARS] or fallback


def clean_time(seconds: float | None, fallback: float | None = None) -> float:
    """Unix time; the fallback, or now, where there is none or it is not of this age."""
    if seconds is not None and seconds > _MILLISECONDS_FROM:
        seconds /= 1000
    if seconds is None or not 0 < seconds < time.time() + 86_400:
        return fallback if fallback is not None else time.time()
    return seconds
