"""Backups: what there is, making one, going back to one; and erasing everything. Shows and asks, decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.theme import metrics
from desktop.theme.controls import Button, Label, ask, row, separator
from engine.store.backups import Backup


class BackupsDialog(QDialog):
    """Signals:
    backup_requested: now.
    restore_requested: (Backup), confirmed.
    erase_requested: (whether fetched models go too), confirmed.
    """

    backup_requested = Signal()
    restore_requested = Signal(object)
    erase_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Backups and erasing"))
        self._backups: list[Backup] = []
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Backups, newest first"))
        self.list.setMinimumHeight(self.fontMetrics().lineSpacing() * 7)
        self._nothing = Label(self.tr("There is no backup yet."), "small", wrap=True)
        self._problem = Label("", "warning", wrap=True)
        self._problem.hide()
        self.backup_button = Button(self.tr("Back up now"))
        self.restore_button = Button(self.tr("Restore…"))
        self.erase_models = QCheckBox(self.tr("Also the models that were fetched"))
        self.erase_button = Button(self.tr("Erase everything…"), "danger")
        self.close_button = Button(self.tr("Close"), "primary")
        self.close_button.setDefault(True)
        self._lay_out()
        self.list.itemSelectionChanged.connect(self._on_selection)
        self.list.itemActivated.connect(lambda _item: self._ask_restore())
        self.backup_button.clicked.connect(self.backup_requested)
        self.restore_button.clicked.connect(self._ask_restore)
        self.erase_button.clicked.connect(self._ask_erase)
        self.close_button.clicked.connect(self.accept)
        self._on_selection()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.XL - 8, metrics.XL - 8, metrics.XL - 8, metrics.L)
        layout.setSpacing(metrics.M)
        layout.addWidget(Label(self.tr("Backups"), "title"))
        layout.addWidget(
            Label(
                self.tr(
                    "Copies of all chats and profiles on this computer, made once a day and before an update changes "
                    "the database. Chats that you delete stay in backups until newer ones take their place."
                ),
                "small",
                wrap=True,
            )
        )
        layout.addWidget(self.list, 1)
        layout.addWidget(self._nothing)
        layout.addWidget(self._problem)
        layout.addLayout(row(self.backup_button, self.restore_button, None))
        layout.addWidget(separator())
        layout.addWidget(Label(self.tr("Erase everything"), "title"))
        layout.addWidget(
            Label(
                self.tr("Deletes all chats, profiles, backups, settings and logs from this computer, for good."),
                "small",
                wrap=True,
            )
        )
        layout.addLayout(row(self.erase_button, self.erase_models, None))
        layout.addLayout(row(None, self.close_button))
        self.setMinimumWidth(metrics.scaled(500))

    def show_backups(self, backups: Sequence[Backup]) -> None:
        """Newest first."""
        self._backups = list(backups)
        self._problem.hide()
        self.list.clear()
        for backup in backups:
            item = QListWidgetItem(self._line(backup))
            item.setData(Qt.ItemDataRole.UserRole, backup)
            self.list.addItem(item)
        self._nothing.setVisible(not backups)
        self._on_selection()

    def show_problem(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _line(self, backup: Backup) -> str:
        kinds = {
            "daily": self.tr("daily"),
            "asked": self.tr("made by you"),
            "migration": self.tr("before an update"),
            "replaced": self.tr("before going back to a backup"),
        }
        return self.tr("{time} · {kind} · {size}").format(
            time=_when(backup), kind=kinds[backup.kind], size=QLocale().formattedDataSize(backup.n_bytes)
        )

    @Slot()
    def _on_selection(self) -> None:
        self.restore_button.setEnabled(bool(self.list.selectedItems()))

    @Slot()
    def _ask_restore(self) -> None:
        items = self.list.selectedItems()
        if not items:
            return
        backup: Backup = items[0].data(Qt.ItemDataRole.UserRole)
        ask(
            self,
            self.tr("Go back to the backup of {time}?").format(time=_when(backup)),
            self.tr(
                "All chats and profiles are then as they were, and the window opens anew. What there is now is kept "
                "as a backup, so that you can come back to it."
            ),
            self.tr("Restore"),
            lambda: self.restore_requested.emit(backup),
        )

    @Slot()
    def _ask_erase(self) -> None:
        models = self.erase_models.isChecked()
        what = self.tr("All chats, profiles, backups, settings and logs are deleted. There is no way back.")
        if models:
            what = self.tr(
                "All chats, profiles, backups, settings, logs and fetched models are deleted. There is no way back."
            )
        erase = self.tr("Erase")
        ask(self, self.tr("Erase everything?"), what, erase, lambda: self.erase_requested.emit(models))


def _when(backup: Backup) -> str:
    moment = QDateTime.fromSecsSinceEpoch(round(backup.taken_at))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
