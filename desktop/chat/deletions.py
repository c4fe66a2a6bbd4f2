"""What was deleted a moment ago and can still be brought back. Knows no widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.store.deletions import DeletionStore

UNDO_MS = 8_000
SCRUB_MS = 30
"""Between two steps of taking purged words out of the search index."""


@dataclass(frozen=True)
class _Deletion:
    restore: Callable[[], None]
    purge: Callable[[], None]


class Deletions(QObject):
    """At most one deletion that can be undone; the next one, a few seconds, or the end of the program settles it.

    Signals:
        offered: (sentence), something is hidden and can be brought back.
        withdrawn: it was brought back, or is gone for good.
    """

    offered = Signal(str)
    withdrawn = Signal()

    def __init__(self, store: DeletionStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._pending: _Deletion | None = None
        self._timer = QTimer(self, interval=UNDO_MS, singleShot=True)
        self._timer.timeout.connect(self.settle)
        self._scrub_timer = QTimer(self, interval=SCRUB_MS, singleShot=True)
        self._scrub_timer.timeout.connect(self._scrub)

    def offer(self, sentence: str, restore: Callable[[], None], purge: Callable[[], None]) -> None:
        """restore: brings back what is hidden now, and shows it; purge: deletes it for good."""
        self.settle()
        self._pending = _Deletion(restore, purge)
        self._timer.start()
        self.offered.emit(sentence)

    @Slot(bool)
    def hold(self, held: bool) -> None:
        """While the person is at the offer, it does not run out."""
        if self._pending is not None:
            if held:
                self._timer.stop()
            else:
                self._timer.start()

    @Slot()
    def undo(self) -> None:
        pending = self._take()
        if pending is not None:
            pending.restore()

    @Slot()
    def settle(self) -> None:
        """What is hidden is deleted for good, now."""
        pending = self._take()
        if pending is not None:
            pending.purge()
            self._scrub_timer.start()

    def start(self) -> None:
        """What a crash left hidden is deleted, as the person had asked for."""
        if self._store.purge_all():
            self._scrub_timer.start()

    def close(self) -> None:
        """The program ends: nothing deleted is left in the file."""
        unscrubbed = self._scrub_timer.isActive()
        self._scrub_timer.stop()
        pending = self._take()
        if pending is not None:
            pending.purge()
        if self._store.purge_all() or pending is not None or unscrubbed:
            self._store.scrub()

    def _take(self) -> _Deletion | None:
        pending, self._pending = self._pending, None
        self._timer.stop()
        if pending is not None:
            self.withdrawn.emit()
        return pending

    @Slot()
    def _scrub(self) -> None:
        if self._store.scrub_step():
            self._scrub_timer.start()
