"""One named axis as a bar around zero, with its uncertainty as whiskers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.chat.states import signed
from desktop.theme.colors import colors_of
from engine.preferences.explanation import AXIS_WORDS, AxisLiking

_HEIGHT, _BAR = 24, 10
_SOME, _MUCH = 0.3, 0.8
"""From here a liking (log-odds a standard deviation) is more than a little, and much."""


def leaning(axis: str, value: float) -> str:
    """A liking in a few words: "shorter, much (−0.80)"."""
    if abs(value) < 0.05:
        return _tr("no liking either way")
    word = _tr(AXIS_WORDS[axis][value > 0])
    degree = "{word}" if abs(value) < _MUCH else _tr("{word}, much")
    if abs(value) < _SOME:
        degree = _tr("{word}, a little")
    return f"{degree.format(word=word)} ({signed(value, 2)})"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Likings", text)


def spoken(liking: AxisLiking) -> str:
    """The row in words, for screen readers and tests."""
    less, more = AXIS_WORDS[liking.axis]
    if abs(liking.mean) <= liking.sd:
        return f"{liking.axis}: no clear leaning between {less} and {more} ({liking.mean:+.2f} ± {liking.sd:.2f})"
    return f"{liking.axis}: you like {more if liking.mean > 0 else less} ({liking.mean:+.2f} ± {liking.sd:.2f})"


class LikingBar(QWidget):
    """Centre line at 0, a bar to the mean, a whisker of one standard deviation and a fainter one of two."""

    def __init__(self) -> None:
        super().__init__()
        self._liking: AxisLiking | None = None
        self._reach = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(80)

    def show_liking(self, liking: AxisLiking, reach: float) -> None:
        """reach: the value at the chart's end, the same for all rows."""
        self._liking, self._reach = liking, reach
        self.setAccessibleName(spoken(liking))
        self.setToolTip(f"{liking.mean:+.2f} ± {liking.sd:.2f}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._liking is None:
            return
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        liking = self._liking
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.sunken))
        painter.drawRoundedRect(QRectF(0, middle - _BAR / 2, self.width(), _BAR), 5, 5)
        zero, end = self._x(0.0), self._x(liking.mean)
        sure = abs(liking.mean) > liking.sd
        bar = QColor(colors.accent)
        bar.setAlphaF(1.0 if sure else 0.4)
        painter.setBrush(bar)
        painter.drawRoundedRect(QRectF(min(zero, end), middle - _BAR / 2, abs(end - zero), _BAR), 3, 3)
        for width_sds, alpha, thickness in ((2.0, 0.35, 1.2), (1.0, 1.0, 1.8)):
            self._whisker(painter, middle, width_sds * liking.sd, alpha, thickness)
        painter.setPen(QPen(QColor(colors.border_strong), 1))
        painter.drawLine(round(zero), 0, round(zero), self.height())
        painter.end()

    def _whisker(self, painter: QPainter, middle: float, half: float, alpha: float, thickness: float) -> None:
        assert self._liking is not None
        color = QColor(colors_of(self).text)
        color.setAlphaF(alpha)
        painter.setPen(QPen(color, thickness))
        left, right = self._x(self._liking.mean - half), self._x(self._liking.mean + half)
        painter.drawLine(QRectF(left, middle, right - left, 0).topLeft(), QRectF(right, middle, 0, 0).topLeft())
        for x in (left, right):
            painter.drawLine(QRectF(x, middle - 3, 0, 0).topLeft(), QRectF(x, middle + 3, 0, 0).topLeft())

    def _x(self, value: float) -> float:
        share = max(-1.0, min(1.0, value / self._reach))
        return self.width() / 2 * (1 + share * 0.985)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, _HEIGHT)
