"""What the engine worker writes to stderr, in a file that is rotated by size. Knows nothing of its meaning."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_LOG_BYTES = 1_000_000
N_OLD_LOGS = 2


class WorkerLog:
    """Appends text to `engine.log`. Logging must never stop the app, so a full disk is swallowed."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "engine.log"
        self._handler = RotatingFileHandler(
            self.path, maxBytes=MAX_LOG_BYTES, backupCount=N_OLD_LOGS, encoding="utf-8", delay=True
        )
        self._handler.handleError = lambda record: None  # type: ignore[method-assign]
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def write(self, text: str) -> None:
        for line in text.splitlines():
            if line.strip():
                self._handler.emit(logging.LogRecord("engine", logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        self._handler.close()
