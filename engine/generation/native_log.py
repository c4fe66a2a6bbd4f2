"""llama.cpp's own log: to stderr, with the last complaints kept, so that a failure can say why."""

from __future__ import annotations

import ctypes
import sys
from collections import deque

import llama_cpp

_WARN, _CONT = 3, 5  # ggml_log_level
_complaints: deque[str] = deque(maxlen=40)
_last_level = 0
_echo = True


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _on_log(level: int, text: bytes, _user_data: ctypes.c_void_p) -> None:
    global _last_level
    level = _last_level if level == _CONT else level
    _last_level = level
    if level >= _WARN:
        line = text.decode("utf-8", "replace")
        _complaints.append(line.strip())
        if _echo:
            sys.stderr.write(line)


def install() -> None:
    llama_cpp.llama_log_set(_on_log, ctypes.c_void_p(0))


def keep_to_itself() -> None:
    """From here on nothing is written to stderr: a complaint about a grammar, for one, quotes all of it."""
    global _echo
    _echo = False


def clear() -> None:
    _complaints.clear()


def last_complaint() -> str:
    """The most telling recent line: the first error since `clear`, else an empty text."""
    for line in _complaints:
        if "error" in line.lower() or "fail" in line.lower():
            return line.split(": ", 1)[-1]
    return ""
