"""A quiet bar: what was just done, and "Undo", while it can still be undone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop.theme import metrics
from desktop.theme.controls import Button, IconButton, LineLabel


class UndoBar(QFrame):
    """Signals:
    undo_requested.
    dismissed: it shall not be undone any more.
    held: (bool), the pointer or the keyboard is on the bar: it should not vanish now.
    """

    undo_requested = Signal()
    dismissed = Signal()
    held = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("undoBar")
        self._label = LineLabel()
        self.undo_button = Button(self.tr("Undo"), "link")
        self.undo_button.setToolTip("Ctrl+Alt+Z")
        self.close_button = IconButton("close", self.tr("Delete for good now"), kind="tight")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.XS, metrics.S, metrics.XS)
        layout.setSpacing(metrics.S)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.undo_button)
        layout.addWidget(self.close_button)
        self.undo_button.clicked.connect(self.undo_requested)
        self.close_button.clicked.connect(self.dismissed)
        for button in (self.undo_button, self.close_button):
            button.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; "" where it is hidden."""
        return "" if self.isHidden() else self._label.text()

    @Slot(str)
    def show_sentence(self, sentence: str) -> None:
        self._label.setText(sentence)
        self.undo_button.setAccessibleName(self.tr("Undo: {sentence}").format(sentence=sentence))
        self.setAccessibleName(sentence)
        self.show()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.held.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.held.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.held.emit(event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)
