"""Reads the files that a person attaches, one after the other, without holding the window. Knows no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.background import BackgroundJob
from engine.attachments import read_attachment

MAX_FILES = 20


class AttachmentReader(QObject):
    """Signals:
    reading_changed: (names of the files that are still to be read).
    read: (tuple of one Attachment).
    refused: (sentence), a file cannot be attached; nothing else is lost.
    """

    reading_changed = Signal(object)
    read = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Path] = []
        self._job: BackgroundJob | None = None

    @Slot(object)
    def read_files(self, paths: Sequence[Path]) -> None:
        room = max(0, MAX_FILES - len(self._waiting))
        if len(paths) > room:
            self.refused.emit(self.tr("At most {n} files are attached at once.").format(n=MAX_FILES))
        self._waiting += paths[:room]
        self._next()

    @Slot()
    def stop(self) -> None:
        """Of what is still to be read, nothing is attached."""
        del self._waiting[1:]
        if self._job is not None:
            self._job.stop()

    def shutdown(self) -> None:
        job, self._job = self._job, None
        self._waiting.clear()
        if job is not None:
            job.stop()
            job.wait()
            job.deleteLater()

    def _next(self) -> None:
        self.reading_changed.emit(tuple(path.name for path in self._waiting))
        if self._job is not None or not self._waiting:
            return
        path = self._waiting[0]
        job = self._job = BackgroundJob(lambda report: read_attachment(path, report), self)
        job.succeeded.connect(self._on_succeeded)
        job.failed.connect(self._on_failed)
        job.start()

    @Slot(object)
    def _on_succeeded(self, attachment: object) -> None:
        if self._end():
            self.read.emit((attachment,))
            self._next()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._end():
            self._next()
            self.refused.emit(sentence)

    def _end(self) -> bool:
        """Whether the window is still there to be told."""
        if self._job is None:
            return False
        self._job.deleteLater()
        self._job = None
        del self._waiting[:1]
        return True
