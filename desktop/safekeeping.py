"""What keeps a person's data safe while the window is open: a backup a day, going back to one, erasing, one window.

Restoring and erasing need every file closed, so they are kept as `after_close` and the window closes; whoever ran the
window does them and opens it again.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from desktop.background import BackgroundJob
from desktop.backups_dialog import BackupsDialog
from desktop.single_window import WindowDoor
from desktop.window import MainWindow
from engine.paths import Paths
from engine.store.backups import Backup, BackupKind, is_daily_due, list_backups, restore, take_backup
from engine.store.erasure import erase_everything


class Safekeeping(QObject):
    """after_close: what is to be done once the window and all its files are closed; None for nothing."""

    def __init__(self, paths: Paths, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths = paths
        self._window = window
        self._job: BackgroundJob | None = None
        self.dialog: BackupsDialog | None = None
        self.after_close: Callable[[], None] | None = None
        self.door = WindowDoor(paths.data, self)
        self.door.knocked.connect(self._come_forward)
        window.sidebar.backups_requested.connect(self.open_dialog)

    def start(self) -> None:
        """The daily backup, beside everything else, where it is due."""
        if is_daily_due(self._paths.database):
            self._back_up("daily")

    def shutdown(self) -> None:
        self.door.close()
        if self._job is not None:
            self._job.wait()  # a copy takes as long as reading the file
            self._job = None

    @Slot()
    def open_dialog(self) -> None:
        dialog = self.dialog = BackupsDialog(self._window)
        dialog.show_backups(list_backups(self._paths.database))
        dialog.backup_requested.connect(lambda: self._back_up("asked"))
        dialog.restore_requested.connect(self._restore)
        dialog.erase_requested.connect(self._erase)
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None

    def _back_up(self, kind: BackupKind) -> None:
        if self._job is not None:
            return
        database = self._paths.database
        job = self._job = BackgroundJob(lambda _report: take_backup(database, kind), self)
        job.succeeded.connect(self._on_backed_up)
        job.failed.connect(self._on_backup_failed)
        job.start()

    @Slot(object)
    def _on_backed_up(self, _path: object) -> None:
        self._end_job()
        if self.dialog is not None:
            self.dialog.show_backups(list_backups(self._paths.database))

    @Slot(str)
    def _on_backup_failed(self, sentence: str) -> None:
        self._end_job()
        self._window.show_problem(sentence)
        if self.dialog is not None:
            self.dialog.show_problem(sentence)

    def _end_job(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None

    @Slot(object)
    def _restore(self, backup: Backup) -> None:
        self.after_close = lambda: restore(self._paths.database, backup.path)
        self._window.close()

    @Slot(bool)
    def _erase(self, models: bool) -> None:
        self.after_close = lambda: erase_everything(self._paths, models=models)
        self._window.close()

    @Slot()
    def _come_forward(self) -> None:
        window = self._window
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()
