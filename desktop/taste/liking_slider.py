"""Correcting one named axis: a slider for how much it is liked, set by a button or Enter, left by Escape."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.taste.words import ends, leaning
from desktop.theme import metrics
from desktop.theme.bipolar_slider import BipolarSlider
from desktop.theme.controls import Button, Label
from desktop.theme.flow_layout import FlowLayout
from engine.preferences.explanation import AxisLiking

_STEPS = 20
"""On each side of no liking."""


class LikingSlider(QWidget):
    """Signals:
    stated: (axis, liking in log-odds a standard deviation).
    left: nothing was said.
    """

    stated = Signal(str, float)
    left = Signal()

    def __init__(self, axis: str) -> None:
        super().__init__()
        self._axis = axis
        self._reach = 1.0
        self.slider = BipolarSlider(_STEPS, page_step=5)
        self.slider.setFixedWidth(metrics.scaled(220))
        self._words = Label("", "small")
        self._words.setMinimumWidth(metrics.scaled(190))
        self.set_button = Button(
            self.tr("Set"), "small", name=self.tr("Set how much you like {axis}").format(axis=axis)
        )
        self.cancel_button = Button(self.tr("Cancel"), "small", name=self.tr("Leave {axis} as it is").format(axis=axis))
        self.setLayout(FlowLayout(self.slider, self._words, self.set_button, self.cancel_button, spacing=metrics.S))
        self.slider.valueChanged.connect(self._show_value)
        self.set_button.clicked.connect(self._set)
        self.cancel_button.clicked.connect(self.left)
        self._show_value()

    @property
    def value(self) -> float:
        return self.slider.value() / _STEPS * self._reach

    def begin(self, liking: AxisLiking, reach: float) -> None:
        """Start from where the liking stands; reach: the value at either end, as in the chart."""
        self._reach = reach
        self.slider.setValue(round(liking.mean / reach * _STEPS))
        self._show_value()
        self.slider.setFocus()

    @Slot()
    def _show_value(self) -> None:
        words = leaning(self._axis, self.value)
        self._words.setText(words)
        less, more = ends(self._axis)
        self.slider.setAccessibleName(self.tr("{less} or {more}: {words}").format(less=less, more=more, words=words))

    @Slot()
    def _set(self) -> None:
        self.stated.emit(self._axis, self.value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._set()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
