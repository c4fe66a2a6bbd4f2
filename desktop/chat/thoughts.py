"""What a model thought before it answered: folded away, since it is no part of the answer."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.chat.flow_text import FlowText
from desktop.theme import metrics
from desktop.theme.controls import Button


class Thoughts(QWidget):
    """A line that unfolds into the text, as the model wrote it."""

    def __init__(self) -> None:
        super().__init__()
        self.fold_button = Button("", "link")
        self.fold_button.setProperty("size", "small")
        self.fold_button.setCheckable(True)
        self._text = FlowText()
        self._text.setAccessibleName(self.tr("What the model thought"))
        self._text.hide()
        self._n_words = 0
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, metrics.XS)
        layout.setSpacing(metrics.XS)
        layout.addWidget(self.fold_button)
        layout.addWidget(self._text)
        self.fold_button.toggled.connect(self._on_toggled)

    @property
    def text(self) -> str:
        """What is unfolded; "" where it is folded."""
        return "" if self._text.isHidden() else self._text.toPlainText()

    def show_text(self, text: str) -> None:
        """Hidden where there is none."""
        text = text.strip()
        self._n_words = len(text.split())
        if self._text.toPlainText() != text:
            self._text.set_plain(text)
        self.setVisible(bool(text))
        self._on_toggled(self.fold_button.isChecked())

    @Slot(bool)
    def _on_toggled(self, unfolded: bool) -> None:
        words = self.tr("Hide what it thought") if unfolded else self.tr("It thought first: {n} words")
        self.fold_button.setText(words.format(n=self._n_words))
        self._text.setVisible(unfolded)
