"""One window owns a data directory: a second launch raises the first, through a socket that only this user can use."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from engine.files import make_private_directory

RAISE = b"raise\n"
ANSWER_MS = 2000


class WindowDoor(QObject):
    """Where later launches knock. Owned by whoever holds the lock of the data directory.

    Signals:
        knocked: another launch on this directory wants the window to be seen.
    """

    knocked = Signal()

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(4)
        self._server.newConnection.connect(self._on_connection)
        name = door_name(data_dir)
        QLocalServer.removeServer(name)  # a crash's: the lock says that nobody else is here
        # without a door the window is whole: a second launch then says where the first is
        self.is_open = self._server.listen(name)

    def close(self) -> None:
        self._server.close()

    @Slot()
    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.write(RAISE)  # whatever it says, and without waiting for it
            socket.disconnectFromServer()
            self.knocked.emit()


def raise_other_window(data_dir: Path) -> bool:
    """Ask the window that owns this directory to come forward. Returns whether it answered."""
    socket = QLocalSocket()
    socket.connectToServer(door_name(data_dir))
    if not socket.waitForConnected(ANSWER_MS):
        return False
    answered = socket.bytesAvailable() > 0 or socket.waitForReadyRead(ANSWER_MS)
    return answered and bytes(socket.readAll().data()).startswith(RAISE)


def door_name(data_dir: Path) -> str:
    """The same for every launch on a directory, and short: the path of a socket holds some hundred bytes."""
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:24]
    if os.name == "nt":
        return f"attune-{digest}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    directory = Path(runtime) if Path(runtime).is_absolute() else Path(tempfile.gettempdir()) / f"attune-{os.getuid()}"
    make_private_directory(directory)
    if directory.stat().st_uid != os.getuid():
        directory = data_dir  # somebody made it before us; where this is too long for a socket, there is no door
    return str(directory / f"attune-{digest}.socket")
