"""A quiet bar for work that takes a while: what is done, how far, "Stop"; then what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from desktop.theme import metrics
from desktop.theme.controls import Button, IconButton, LineLabel


class JobBar(QFrame):
    """Signals:
    stop_requested.
    """

    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("undoBar")
        self._label = LineLabel()
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._progress = QProgressBar()
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self._progress.setMinimumWidth(40)
        self._progress.setMaximumWidth(metrics.scaled(140))
        self.stop_button = Button(self.tr("Stop"), "small")
        self.close_button = IconButton("close", self.tr("Dismiss"), kind="tight")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.XS, metrics.S, metrics.XS)
        layout.setSpacing(metrics.S)
        layout.addWidget(self._label, 1)
        for widget in (self._progress, self.stop_button, self.close_button):
            layout.addWidget(widget)
        self.stop_button.clicked.connect(self.stop_requested)
        self.close_button.clicked.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; "" where it is hidden."""
        return "" if self.isHidden() else self._label.text()

    @Slot(str, float)
    def show_progress(self, sentence: str, share: float) -> None:
        self._progress.setValue(round(100 * share))
        self._progress.setAccessibleName(sentence)
        self._show(sentence, running=True)

    @Slot(str)
    def show_outcome(self, sentence: str) -> None:
        self._show(sentence, running=False)

    def _show(self, sentence: str, *, running: bool) -> None:
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self._progress.setVisible(running)
        self.stop_button.setVisible(running)
        self.close_button.setVisible(not running)
        self.setVisible(bool(sentence))
