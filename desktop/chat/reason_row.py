"""Below a thumb down: why? One small button for each reason, in the row, never in the way."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.chat.reason_words import reason_words
from desktop.theme.controls import Button, Label
from desktop.theme.flow_layout import FlowLayout
from engine.preferences.events import ThumbReason


class ReasonRow(QWidget):
    """Signals:
    reason_chosen: (ThumbReason), also when it was chosen already.
    """

    reason_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[ThumbReason, Button] = {}
        for reason in get_args(ThumbReason):
            words = reason_words(reason)
            name = self.tr("Why the thumb down: {reason}").format(reason=words)
            button = Button(words[:1].upper() + words[1:], "choice", name=name)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, reason=reason: self._on_clicked(reason))
            self.buttons[reason] = button
        self.buttons["wrong"].setToolTip(
            self.tr("The content is wrong. That is no matter of taste: style stays as it was.")
        )
        self._chosen: ThumbReason | None = None
        self.setLayout(FlowLayout(Label(self.tr("What was off?"), "small"), *self.buttons.values()))

    def show_reason(self, chosen: ThumbReason | None) -> None:
        self._chosen = chosen
        for reason, button in self.buttons.items():
            button.setChecked(reason == chosen)

    def _on_clicked(self, reason: ThumbReason) -> None:
        self.show_reason(self._chosen)  # buttons toggle themselves; what they show follows from the log alone
        self.reason_chosen.emit(reason)
