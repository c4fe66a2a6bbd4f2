"""A field for a message: as tall as its text up to some lines; Enter sends, or Ctrl+Enter, as the person chose."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit

from engine.store.settings import SendKey

MAX_LINES = 8


class GrowingField(QPlainTextEdit):
    """Signals:
    send_requested: the key that sends was pressed.
    """

    send_requested = Signal()
    send_with: ClassVar[SendKey] = "enter"
    """Of every field. Ctrl+Enter always sends, and Shift+Enter is always a new line."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.textChanged.connect(self._fit)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        lines = int(self.document().size().height())  # a plain text document counts in lines
        height = self.fontMetrics().lineSpacing() * max(1, min(lines, MAX_LINES)) + 6
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if lines > MAX_LINES else policy.ScrollBarAlwaysOff)
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        held = event.modifiers()
        with_control = bool(held & Qt.KeyboardModifier.ControlModifier)
        with_shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if not with_shift and (with_control or self.send_with == "enter"):
            self.send_requested.emit()
        else:
            super().keyPressEvent(event)
