"""A tour of the window in a few steps: a ring around a control, and a card that says what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.theme import metrics
from desktop.theme.colors import colors_of
from desktop.theme.controls import Button, Label, row

_CARD_WIDTH = 340
_RING_GAP = 4


@dataclass(frozen=True)
class TourStep:
    """control: what the step speaks of; it is passed over where the control is hidden."""

    control: QWidget
    title: str
    text: str


class _Ring(QWidget):
    """Around the control; the mouse goes through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors_of(self).accent), 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 10, 10)
        painter.end()


class TourCard(QFrame):
    """Signals:
    ended: it was gone through or skipped.
    """

    ended = Signal()

    def __init__(self, over: QWidget) -> None:
        """over: the window's content, which it lies on."""
        super().__init__(over)
        self._over = over
        self.setObjectName("tourCard")
        self._steps: Sequence[TourStep] = ()
        self._position = 0
        self._ring = _Ring(over)
        self._count = Label("", "small")
        self._title = Label("", "heading", wrap=True)
        self._text = Label("", wrap=True)
        self.skip_button = Button(self.tr("Skip"), "ghost", name=self.tr("Skip the tour"))
        self.back_button = Button(self.tr("Back"), "small", name=self.tr("Back in the tour"))
        self.next_button = Button(self.tr("Next"), "primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.M, metrics.L, metrics.M)
        layout.setSpacing(metrics.S)
        for label in (self._count, self._title, self._text):
            layout.addWidget(label)
        layout.addLayout(row(self.skip_button, None, self.back_button, self.next_button))
        self.skip_button.clicked.connect(self.end)
        self.back_button.clicked.connect(lambda: self._go(-1))
        self.next_button.clicked.connect(lambda: self._go(1))
        over.installEventFilter(self)
        self.hide()

    @property
    def title(self) -> str:
        """Of the step that is shown; "" where none is."""
        return "" if self.isHidden() else self._title.text()

    def begin(self, steps: Sequence[TourStep]) -> None:
        """From the first step on, of those whose control can be seen."""
        self._steps = [step for step in steps if step.control.isVisible()]
        self._position = 0
        if self._steps:
            self._show()

    @Slot()
    def end(self) -> None:
        if not self.isHidden():
            self.hide()
            self._ring.hide()
            self.ended.emit()

    def _go(self, step: int) -> None:
        self._position += step
        if self._position >= len(self._steps):
            self.end()
        else:
            self._show()

    def _show(self) -> None:
        step, last = self._steps[self._position], len(self._steps) - 1
        self._count.setText(self.tr("{n} of {all}").format(n=self._position + 1, all=last + 1))
        self._title.setText(step.title)
        self._text.setText(step.text)
        self.setAccessibleName(self.tr("Tour: {title}. {text}").format(title=step.title, text=step.text))
        self.back_button.setVisible(self._position > 0)
        self.next_button.setText(self.tr("Done") if self._position == last else self.tr("Next"))
        self.next_button.setAccessibleName(self.next_button.text())
        self.next_button.setAccessibleDescription(self.accessibleName())
        self._place()
        self.show()
        self.raise_()
        self.next_button.setFocus()

    def _place(self) -> None:
        """To the right of what is at the left edge; else above the control, or below it where there is no room."""
        over, control = self._over, self._steps[self._position].control
        spot = QRect(control.mapTo(over, QPoint(0, 0)), control.size())
        self._ring.setGeometry(spot.adjusted(-_RING_GAP, -_RING_GAP, _RING_GAP, _RING_GAP))
        self._ring.show()
        self._ring.raise_()
        width = min(metrics.scaled(_CARD_WIDTH), over.width() - 2 * metrics.L)
        layout = self.layout()
        height = layout.totalHeightForWidth(width) if layout is not None else self.sizeHint().height()
        gap = _RING_GAP + metrics.M
        if spot.right() < over.width() // 3 and spot.right() + gap + width < over.width():
            left, top = spot.right() + gap, spot.center().y() - height // 2
        elif spot.top() - gap - height > 0:
            left, top = spot.center().x() - width // 2, spot.top() - gap - height
        else:
            left, top = spot.center().x() - width // 2, spot.bottom() + gap
        left = max(metrics.M, min(left, over.width() - width - metrics.M))
        top = max(metrics.M, min(top, over.height() - height - metrics.M))
        self.setGeometry(left, top, width, height)
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and not self.isHidden():
            QTimer.singleShot(0, self, self._place)  # the controls are laid out first
        return super().eventFilter(watched, event)
