"""A slider around zero: filled from the middle to where it stands, so that neither end looks like the start."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider

from desktop.theme import metrics
from desktop.theme.colors import colors_of

_GROOVE, _HANDLE = 4, 14


class BipolarSlider(QSlider):
    """From −`steps` to `steps`, by mouse and by arrow keys."""

    def __init__(self, steps: int, *, page_step: int, ticks: bool = False) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._ticks = ticks
        self.setRange(-steps, steps)
        self.setPageStep(page_step)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a wheel that scrolls the page must not move it

    def _x(self, value: int) -> float:
        """Where a value stands, with room for the handle at either end."""
        margin = metrics.scaled(_HANDLE) / 2 + 1
        share = (value - self.minimum()) / (self.maximum() - self.minimum())
        return margin + share * (self.width() - 2 * margin)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        zero, here = self._x(0), self._x(self.value())
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.setBrush(QColor(colors.sunken))
        left, right = self._x(self.minimum()), self._x(self.maximum())
        painter.drawRoundedRect(QRectF(left, middle - _GROOVE / 2, right - left, _GROOVE), 2, 2)
        painter.setPen(QPen(QColor(colors.border_strong), 1))
        for value in range(self.minimum(), self.maximum() + 1) if self._ticks else (0,):
            reach = 6 if value == 0 else 4
            painter.drawLine(QPointF(self._x(value), middle - reach), QPointF(self._x(value), middle + reach))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent))
        painter.drawRoundedRect(QRectF(min(zero, here), middle - _GROOVE / 2, abs(here - zero), _GROOVE), 2, 2)
        size = metrics.scaled(_HANDLE)
        painter.setBrush(QColor(colors.accent if self.value() else colors.surface))
        painter.setPen(
            QPen(QColor(colors.text if self.hasFocus() else colors.border_strong), 2 if self.hasFocus() else 1)
        )
        painter.drawEllipse(QPointF(here, middle), size / 2, size / 2)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(metrics.scaled(150), metrics.scaled(_HANDLE + 8))

    def minimumSizeHint(self) -> QSize:
        return QSize(metrics.scaled(90), metrics.scaled(_HANDLE + 8))
