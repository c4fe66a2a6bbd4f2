"""Whose taste chooses: a profile file, read anew once it has changed, so that quiz answers count at once."""

from __future__ import annotations

import logging
from pathlib import Path

from engine.errors import ProfileError
from engine.preferences.profile_file import read_weights
from engine.preferences.taste_model import TasteModel
from engine.types import WeightVector

_log = logging.getLogger(__name__)


class TasteSource:
    """The weights of a profile file; without a file, None: the population's taste.

    Raises: ProfileError, when the file is not there or no profile. Later, what was read last goes on counting.
    """

    def __init__(self, path: Path | None, taste: TasteModel) -> None:
        self._path = path
        self._taste = taste
        self._stamp = self._look()
        self._weights = read_weights(path, taste) if path is not None else None

    def weights(self) -> WeightVector | None:
        stamp = self._look()
        if self._path is not None and stamp is not None and stamp != self._stamp:
            self._stamp = stamp
            try:
                self._weights = read_weights(self._path, self._taste)
            except ProfileError as exc:
                _log.warning("%s The taste that was read before goes on counting.", exc)
        return self._weights

    def _look(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat() if self._path is not None else None
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size, status.st_ino) if status else None
