"""The settings in memory, kept in step with their file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.store.settings import Settings, load_settings, save_settings


class SettingsKeeper(QObject):
    """Signals:
    changed: (Settings before, Settings now), after the file is written.
    """

    changed = Signal(object, object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._current = load_settings(path)

    @property
    def current(self) -> Settings:
        return self._current

    def update(self, **changes: Any) -> None:
        """Raises: StoreError, when the file cannot be written; nothing changes then."""
        before = self._current
        now = msgspec.structs.replace(before, **changes)
        if now != before:
            save_settings(self._path, now)
            self._current = now
            self.changed.emit(before, now)
