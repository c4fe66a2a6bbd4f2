"""Asks for one line of text: the new name of a chat."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.theme import metrics
from desktop.theme.controls import Button, Label, row


class LineEditDialog(QDialog):
    """Signals:
    text_chosen: (text).
    """

    text_chosen = Signal(str)

    def __init__(self, title: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.field = QLineEdit(text)
        self.field.setAccessibleName(title)
        self.field.selectAll()
        self.save_button = Button(self.tr("Save"), "primary")
        self.save_button.setDefault(True)
        cancel = Button(self.tr("Cancel"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.L, metrics.L, metrics.L)
        layout.setSpacing(metrics.M)
        layout.addWidget(Label(title, "heading"))
        layout.addWidget(self.field)
        layout.addLayout(row(None, cancel, self.save_button))
        self.setMinimumWidth(380)
        cancel.clicked.connect(self.reject)
        self.save_button.clicked.connect(self._save)

    @Slot()
    def _save(self) -> None:
        self.text_chosen.emit(self.field.text())
        self.accept()


def ask_for_line(title: str, text: str, parent: QWidget, on_text: Callable[[str], None]) -> None:
    """Returns at once; `on_text` is called with what the person saved."""
    dialog = LineEditDialog(title, text, parent)
    dialog.text_chosen.connect(on_text)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
