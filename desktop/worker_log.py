"""What the engine worker writes to stderr, in a file that is rotated by size. Knows nothing of its meaning."""

from __future__ import annotations

import contextlib
import logging
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import cast

from engine.files import private_opener

MAX_LOG_BYTES = 1_000_000
N_OLD_LOGS = 2


class PrivateLogHandler(RotatingFileHandler):
    """A log that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        # pathlib's has no opener
        file = open(self.baseFilename, self.mode, encoding="utf-8", opener=private_opener)  # noqa: SIM115
        return cast(TextIOWrapper, file)

    def close(self) -> None:
        # what a full disk has no room for is written at last when the file closes: no reason to fail then
        with contextlib.suppress(OSError):
            super().close()


class WorkerLog:
    """Appends text to `engine.log`. Logging must never stop the app, so a full disk is swallowed."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "engine.log"
        self._handler = PrivateLogHandler(
            self.path, maxBytes=MAX_LOG_BYTES, backupCount=N_OLD_LOGS, encoding="utf-8", delay=True
        )
        self._handler.handleError = lambda record: None  # type: ignore[method-assign]
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def write(self, text: str) -> None:
        for line in text.splitlines():
            if line.strip():
                self._handler.emit(logging.LogRecord("engine", logging.INFO, "", 0, _harmless(line), None, None))

    def close(self) -> None:
        self._handler.close()


def _harmless(line: str) -> str:
    """What a terminal would obey, as text: a log is read with `cat`, and a model's name may hold anything."""
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in line)
