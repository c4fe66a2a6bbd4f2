"""One named axis on a track with no liking in its middle: a mark where it is believed to be, in a cloud of doubt."""

from __future__ import annotations

from math import exp

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.taste.words import is_sure, spoken
from desktop.theme.colors import colors_of
from engine.preferences.explanation import AxisLiking

_HEIGHT, _TRACK, _MARK = 24, 12, 6.0
_CLOUD_SDS, _STOPS, _DENSEST = 3.0, 16, 0.55


class LikingBar(QWidget):
    """The mark is the mean; the cloud is as dense as the belief (a Gaussian), its bracket one standard deviation."""

    def __init__(self) -> None:
        super().__init__()
        self._liking: AxisLiking | None = None
        self._reach = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(56)

    def show_liking(self, liking: AxisLiking, reach: float) -> None:
        """reach: the value at the chart's end, the same for all rows."""
        self._liking, self._reach = liking, reach
        self.setAccessibleName(spoken(liking))
        self.setToolTip(spoken(liking))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._liking is None:
            return
        colors = colors_of(self)
        liking = self._liking
        shade = QColor(colors.accent if is_sure(liking) else colors.border_strong)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        track = QRectF(0, middle - _TRACK / 2, self.width(), _TRACK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.sunken))
        painter.drawRoundedRect(track, _TRACK / 2, _TRACK / 2)
        painter.setBrush(self._cloud(shade))
        painter.drawRoundedRect(track, _TRACK / 2, _TRACK / 2)
        painter.setPen(QPen(QColor(colors.border_strong), 1))
        zero = round(self._x(0.0))
        painter.drawLine(zero, 1, zero, self.height() - 1)
        bracket = QColor(shade)
        bracket.setAlphaF(0.7)
        painter.setPen(QPen(bracket, 1.5))
        for value in (liking.mean - liking.sd, liking.mean + liking.sd):
            x = self._x(value)
            painter.drawLine(QPointF(x, middle - 4), QPointF(x, middle + 4))
        painter.setPen(QPen(QColor(colors.surface), 1.5))
        painter.setBrush(shade)
        painter.drawEllipse(QPointF(self._x(liking.mean), middle), _MARK, _MARK)
        painter.end()

    def _cloud(self, shade: QColor) -> QLinearGradient:
        """From three standard deviations below to three above, as opaque as the density there."""
        assert self._liking is not None
        half = max(_CLOUD_SDS * self._liking.sd / self._reach * self.width() / 2, 1.0)
        center = self._x(self._liking.mean)
        gradient = QLinearGradient(center - half, 0, center + half, 0)
        for step in range(_STOPS + 1):
            place = step / _STOPS
            color = QColor(shade)
            color.setAlphaF(_DENSEST * exp(-0.5 * (_CLOUD_SDS * (2 * place - 1)) ** 2))
            gradient.setColorAt(place, color)
        return gradient

    def _x(self, value: float) -> float:
        share = max(-1.0, min(1.0, value / self._reach))
        return self.width() / 2 * (1 + share * 0.985)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, _HEIGHT)
