"""What is being done for a reply, calmly: one sentence, and a thin bar for every draft."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.states import Progress
from desktop.theme import metrics
from desktop.theme.colors import colors_of
from desktop.theme.controls import Button, Label, row

_BAR, _GAP = 4, 5


class DraftBars(QWidget):
    """A thin bar a draft, one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self._fractions: tuple[float, ...] = ()
        self._dropped: frozenset[int] = frozenset()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_fractions(self, fractions: tuple[float, ...], dropped: frozenset[int]) -> None:
        """dropped: those that go no further, which fade where they stand."""
        if len(fractions) != len(self._fractions):
            self.setFixedHeight(max(1, len(fractions) * (_BAR + _GAP)))
        self._fractions, self._dropped = fractions, dropped
        said = [self.tr("dropped") if i in dropped else f"{round(100 * f)}%" for i, f in enumerate(fractions)]
        self.setAccessibleName(", ".join(said))
        self.setVisible(bool(fractions))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for index, fraction in enumerate(self._fractions):
            track = QRectF(0, index * (_BAR + _GAP), self.width(), _BAR)
            painter.setBrush(QColor(colors.border))
            painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
            track.setWidth(max(_BAR, self.width() * fraction))
            painter.setBrush(QColor(colors.border_strong if index in self._dropped else colors.accent))
            painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(1, len(self._fractions) * (_BAR + _GAP)))


class ProgressCard(QFrame):
    """Signals:
    stop_requested: the person wants what there is.
    """

    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._label = Label("", wrap=True)
        self._bars = DraftBars()
        self.stop_button = Button(self.tr("Stop"), "small", icon_name="stop", name=self.tr("Stop writing"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L - 4, metrics.M, metrics.M, metrics.M)
        layout.setSpacing(metrics.S)
        top = row(self._label, self.stop_button)
        top.setStretch(0, 1)
        layout.addLayout(top)
        layout.addWidget(self._bars)
        self.stop_button.clicked.connect(self.stop_requested)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    def show_progress(self, progress: Progress | None) -> None:
        if progress is not None:
            self._label.setText(progress.sentence)
            self.setAccessibleName(progress.sentence)
            self._bars.show_fractions(progress.fractions, progress.dropped)
        self.setVisible(progress is not None)
