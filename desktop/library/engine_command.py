"""One `attune-engine` command as a process: whatever is slow or may hang about models happens there.

A process and not a thread: a connection that hangs, a network disk that sleeps or a graphics driver that crashes while
it is asked for its memory then never holds the window, stopping is ending the process, and what a person can do in the
window they can do, and try, at the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QObject, QProcess, QTimer, Signal, Slot

from desktop.engine_client import worker_environment
from engine.paths import engine_command

_PROGRESS = b'{"event":"progress"'
STOP_MS = 1500
"""How long a command may take to leave by itself once its stdin is closed."""


class EngineCommand(QObject):
    """stdin: what it reads, a secret mostly: command lines are visible to others.

    Signals, of which exactly one of the last three comes, once:
    progressed: (dict), how far it is, as `--json-lines` prints it.
    succeeded: (bytes), its last line.
    failed: (sentence for a person).
    stopped: it was asked to.
    """

    progressed = Signal(object)
    succeeded = Signal(bytes)
    failed = Signal(str)
    stopped = Signal()

    def __init__(self, arguments: Sequence[str], parent: QObject | None = None, *, stdin: bytes = b"") -> None:
        super().__init__(parent)
        self._command = [*engine_command(), *arguments]
        self._stdin = stdin
        self._buffer = b""
        self._last_line = b""
        self._stopping = False
        self._ended = False
        self._process = QProcess(self)
        self._process.setProcessEnvironment(worker_environment())
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def is_running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self) -> None:
        self._process.start(self._command[0], self._command[1:])
        if self._stdin:
            self._process.write(self._stdin)

    def stop(self) -> None:
        """Ask it to leave; it is ended when it does not."""
        self._stopping = True
        self._process.closeWriteChannel()
        QTimer.singleShot(STOP_MS, self._process, self._process.kill)

    def shutdown(self) -> None:
        """End it at once, and wait for that."""
        self._ended = True
        if self.is_running:
            self._process.kill()
            self._process.waitForFinished(STOP_MS)

    @Slot()
    def _on_output(self) -> None:
        self._buffer += self._process.readAllStandardOutput().data()
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            if line.startswith(_PROGRESS):
                self.progressed.emit(msgspec.json.decode(line, type=dict))
            elif line.strip():
                self._last_line = line

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, exit_code: int, _status: QProcess.ExitStatus) -> None:
        if self._ended:
            return
        self._ended = True
        self._on_output()
        if exit_code == 0 and self._last_line:
            self.succeeded.emit(self._last_line)
        elif self._stopping:
            self.stopped.emit()
        else:
            words = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip().splitlines()
            self.failed.emit(words[-1] if words else self.tr("The command ended without a word."))

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._ended:
            self._ended = True
            self.failed.emit(self.tr("Attune could not start its engine. Please reinstall Attune."))
