""" "Why this one?": a sentence, and what each trait added, as small bars around zero."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.states import Why, signed
from desktop.theme import metrics
from desktop.theme.colors import colors_of
from desktop.theme.controls import Label


class _Bar(QWidget):
    def __init__(self, value: float, largest: float) -> None:
        super().__init__()
        self._share = value / max(largest, 1e-9)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{value:+.2f}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, half = self.width() / 2, self.width() / 2 - 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent if self._share >= 0 else colors.border_strong))
        left = middle if self._share >= 0 else middle + half * self._share
        painter.drawRoundedRect(QRectF(left, 4, max(2.0, half * abs(self._share)), 8), 3, 3)
        painter.setPen(QColor(colors.border_strong))
        painter.drawLine(round(middle), 0, round(middle), self.height())
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(140, 16)


class WhyPanel(QFrame):
    """Shows one `Why`."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._sentence = Label("", wrap=True, selectable=True)
        self._grid_host = QWidget()
        self._note = Label("", "small", wrap=True)
        self._dropped = Label("", "small", wrap=True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(metrics.L - 4, metrics.M, metrics.L - 4, metrics.M)
        self._layout.setSpacing(metrics.S)
        self._layout.addWidget(self._sentence)
        self._layout.addWidget(self._grid_host)
        self._layout.addWidget(self._note)
        self._layout.addWidget(self._dropped)
        self.hide()

    @property
    def text(self) -> str:
        return self._sentence.text()

    @property
    def note(self) -> str:
        """What the numbers are, and what they count in."""
        return self._note.text()

    @property
    def dropped(self) -> str:
        """How many drafts were given up early, where some were."""
        return self._dropped.text()

    def show_why(self, why: Why) -> None:
        self._sentence.setText(why.sentence)
        self.setAccessibleName(why.sentence)
        host = QWidget()
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(metrics.XS)
        grid.setHorizontalSpacing(metrics.M)
        largest = max((abs(reason.value) for reason in why.reasons), default=1.0)
        for index, reason in enumerate(why.reasons):
            value = Label(signed(reason.value, 2), "small")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Label(reason.label, "small"), index, 0)
            grid.addWidget(_Bar(reason.value, largest), index, 1)
            grid.addWidget(value, index, 2)
        grid.setColumnStretch(1, 1)
        self._layout.replaceWidget(self._grid_host, host)
        self._grid_host.hide()
        self._grid_host.deleteLater()
        self._grid_host = host
        host.setVisible(bool(why.reasons))
        note = self.tr("In log-odds, by your taste as it is now: +1 means about 3 to 1 in favour.")
        if why.correction:
            note = self.tr(
                "In log-odds, by your taste as it is now and {correction} as this chat asks for: "
                "+1 means about 3 to 1 in favour."
            ).format(correction=why.correction)
        self._note.setText(note)
        self._note.setVisible(bool(why.reasons))
        self._dropped.setText(why.dropped)
        self._dropped.setVisible(bool(why.dropped))
        self.show()
