"""Work that would hold the window, done in a thread: told how far it is, stopped when asked, its outcome told once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from engine.errors import EngineError

Report = Callable[[float], bool]
"""Told the share that is done (0 … 1); returns False where the work is to stop."""
WAIT_MS = 10_000


class BackgroundJob(QObject):
    """One piece of work. It shares nothing with the window but what it is given and what it returns.

    Signals, of which exactly one of the last two comes, once, in the window's thread:
        progressed: (share that is done).
        succeeded: (what the work returned).
        failed: (sentence for a person).
    """

    progressed = Signal(float)
    succeeded = Signal(object)
    failed = Signal(str)
    _broke = Signal(object)

    def __init__(self, work: Callable[[Report], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._stopping = threading.Event()
        self._done = threading.Event()
        self._broke.connect(self._raise)

    def start(self) -> None:
        QThreadPool.globalInstance().start(_Task(self._run))

    def stop(self) -> None:
        self._stopping.set()

    def wait(self) -> bool:
        """At the end of the program: until the work has left its thread. Returns whether it has."""
        return self._done.wait(WAIT_MS / 1000)

    def _run(self) -> None:
        try:
            result = self._work(self._report)
        except EngineError as exc:
            self.failed.emit(str(exc))
        except BaseException as exc:  # a bug: raised again in the window's thread, where there is a hook for it
            self._broke.emit(exc)
        else:
            self.succeeded.emit(result)
        finally:
            self._done.set()

    def _report(self, share: float) -> bool:
        self.progressed.emit(share)
        return not self._stopping.is_set()

    @Slot(object)
    def _raise(self, exception: BaseException) -> None:
        self.failed.emit(self.tr("Something went wrong inside Attune. Nothing was changed."))
        raise exception


class _Task(QRunnable):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._run = work

    def run(self) -> None:
        self._run()
