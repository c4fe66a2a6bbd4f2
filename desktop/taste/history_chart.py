"""One taste over time: a line with its doubt around it, and the events that moved it. By mouse and by arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import metrics
from desktop.theme.colors import Colors, colors_of
from engine.types import FloatArray

_HEIGHT, _MARGIN, _DOT = 190, 14, 4.0


class HistoryChart(QWidget):
    """Signals:
    pointed: (index of the point that the person looks at).
    """

    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._means: list[float] = []
        self._sds: list[float] = []
        self._reach = 1.0
        self._ends = ("", "")
        self._point = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def point(self) -> int:
        return self._point

    def show_line(self, means: FloatArray, sds: FloatArray, ends: tuple[str, str]) -> None:
        """means, sds: (n_points,), the liking after each point's events; ends: what less and more of it is called."""
        self._means, self._sds, self._ends = means.tolist(), sds.tolist(), ends
        self._reach = 1.15 * max(abs(mean) + sd for mean, sd in zip(self._means, self._sds, strict=True))
        self.point_at(len(self._means) - 1)

    def point_at(self, index: int) -> None:
        self._point = max(0, min(index, len(self._means) - 1))
        self.update()
        self.pointed.emit(self._point)

    # drawing

    def _x(self, index: int) -> float:
        width = self.width() - 2 * _MARGIN
        return _MARGIN + width * (index / max(len(self._means) - 1, 1))

    def _y(self, value: float) -> float:
        return self.height() / 2 * (1 - value / self._reach)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._means:
            return
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, colors)
        indices = range(len(self._means))
        upper = [QPointF(self._x(i), self._y(self._means[i] + self._sds[i])) for i in indices]
        lower = [QPointF(self._x(i), self._y(self._means[i] - self._sds[i])) for i in indices]
        band = QColor(colors.accent)
        band.setAlphaF(0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        line = [QPointF(self._x(i), self._y(self._means[i])) for i in indices]
        painter.setPen(QPen(QColor(colors.accent), 2))
        painter.drawPolyline(QPolygonF(line))
        self._draw_points(painter, colors, line)
        painter.end()

    def _draw_ground(self, painter: QPainter, colors: Colors) -> None:
        painter.setPen(QPen(QColor(colors.border), 1))
        middle = self._y(0.0)
        painter.drawLine(QPointF(_MARGIN, middle), QPointF(self.width() - _MARGIN, middle))
        painter.setPen(QColor(colors.muted))
        less, more = self._ends
        area = QRectF(_MARGIN, 2, self.width() - 2 * _MARGIN, self.height() - 4)
        painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, f"↑ {more}")
        painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, f"↓ {less}")
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _draw_points(self, painter: QPainter, colors: Colors, line: list[QPointF]) -> None:
        painter.setPen(QPen(QColor(colors.border_strong), 1, Qt.PenStyle.DashLine))
        x = line[self._point].x()
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(QPen(QColor(colors.accent), 1.5))
        for index, place in enumerate(line):
            painter.setBrush(QColor(colors.accent if index == self._point else colors.surface))
            size = _DOT + 1.5 if index == self._point else _DOT * min(1.0, 40 / len(line))
            painter.drawEllipse(place, size, size)

    # looking at a point

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._means:
            width = max(self.width() - 2 * _MARGIN, 1)
            self.point_at(round((event.position().x() - _MARGIN) / width * (len(self._means) - 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        to = {key.Key_Left: self._point - 1, key.Key_Right: self._point + 1, key.Key_Home: 0}
        to[key.Key_End] = len(self._means) - 1
        index = to.get(key(event.key()))
        if index is None:
            super().keyPressEvent(event)
        else:
            self.point_at(index)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, metrics.scaled(_HEIGHT))
