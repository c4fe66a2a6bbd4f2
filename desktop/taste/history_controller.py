"""The history of the selected profile's tastes, refitted beside the window when it is looked at. Knows no widgets."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.background import BackgroundJob
from desktop.taste.describe import event_line
from desktop.taste.history_section import HistoryState
from desktop.taste.session import TasteSession
from engine.preferences.history import TasteHistory, taste_history

_DELAY_MS = 120
"""Changes that follow one another closely are refitted once."""


class HistoryController(QObject):
    """Signals:
    history_changed: (HistoryState).
    """

    history_changed = Signal(object)

    def __init__(self, taste: TasteSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._taste = taste
        self._job: BackgroundJob | None = None
        self._timer = QTimer(self, interval=_DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._start)

    def refresh_soon(self) -> None:
        self._timer.start()

    def shutdown(self) -> None:
        self._timer.stop()
        job, self._job = self._job, None
        if job is not None:
            job.stop()
            job.wait()

    @Slot()
    def _start(self) -> None:
        if self._job is not None:
            self._job.stop()
        log, model = self._taste.log(), self._taste.model
        job = BackgroundJob(lambda report: taste_history(log, model, report), self)
        job.succeeded.connect(lambda history: self._on_done(job, history))
        self._job = job
        job.start()

    def _on_done(self, job: BackgroundJob, history: TasteHistory | None) -> None:
        job.deleteLater()
        if job is self._job and history is not None:
            self._job = None
            self.history_changed.emit(HistoryState(self._labels(history), history.means, history.sds))

    def _labels(self, history: TasteHistory) -> tuple[str, ...]:
        labels = [self.tr("Before any answer")]
        for before, end in zip(history.ends, history.ends[1:], strict=False):
            line = event_line(history.events[end - 1], self._taste.model)
            text = self.tr("{when}: {event}").format(when=line.when, event=line.text)
            if end - before > 1:
                text = self.tr("{n} events up to {text}").format(n=end - before, text=text)
            labels.append(text)
        return tuple(labels)
