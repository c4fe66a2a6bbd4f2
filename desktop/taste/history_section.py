"""How a taste came to be: which one, its line, and the event that is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QVBoxLayout

from desktop.taste.history_chart import HistoryChart
from desktop.taste.words import axis_name, ends, leaning
from desktop.theme import metrics
from desktop.theme.controls import Label, row
from engine.types import AXES, FloatArray


@dataclass(frozen=True, eq=False)
class HistoryState:
    """labels: (n_points,) what happened up to each point since the one before; the others as in `TasteHistory`."""

    labels: tuple[str, ...]
    means: FloatArray
    sds: FloatArray


class HistorySection(QFrame):
    """Signals:
    axis_chosen: (axis).
    """

    axis_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._state: HistoryState | None = None
        self.axis_box = QComboBox()
        self.axis_box.setAccessibleName(self.tr("Which taste the line shows"))
        for axis in AXES:
            self.axis_box.addItem(axis_name(axis), axis)
        self.chart = HistoryChart()
        self.chart.setToolTip(self.tr("Point at a dot, or use the arrow keys, to see what happened there"))
        self._label = Label("", "small", wrap=True)
        self._nothing = Label(self.tr("Nothing yet: the line begins with your first answer."), "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.M, metrics.L, metrics.M)
        layout.setSpacing(metrics.S)
        layout.addLayout(row(self.axis_box, None))
        layout.addWidget(self._nothing)
        layout.addWidget(self.chart)
        layout.addWidget(self._label)
        self.axis_box.currentIndexChanged.connect(self._show_axis)
        self.chart.pointed.connect(self._show_point)
        self._show_axis()

    @property
    def text(self) -> str:
        return self._label.text()

    @property
    def axis(self) -> str:
        return str(self.axis_box.currentData())

    def show_history(self, state: HistoryState) -> None:
        """At first, and for another person, the taste that has moved most."""
        first = self._state is None or len(self._state.labels) < 2
        self._state = state
        if first and len(state.labels) > 1:
            moved = abs(state.means - state.means[0]).max(axis=0)
            self.axis_box.setCurrentIndex(int(moved.argmax()))
        self._show_axis()

    @Slot()
    def _show_axis(self) -> None:
        state = self._state
        there = state is not None and len(state.labels) > 1
        for widget in (self.axis_box, self.chart, self._label):
            widget.setVisible(there)
        self._nothing.setVisible(not there)
        if state is not None and there:
            column = AXES.index(self.axis)
            self.chart.show_line(state.means[:, column], state.sds[:, column], ends(self.axis))

    @Slot(int)
    def _show_point(self, point: int) -> None:
        if self._state is None:
            return
        value = float(self._state.means[point, AXES.index(self.axis)])
        text = self.tr("{event} — then: {leaning}").format(
            event=self._state.labels[point], leaning=leaning(self.axis, value)
        )
        self._label.setText(text)
        self.chart.setAccessibleName(
            self.tr("{axis} over time, point {n} of {all}: {text}").format(
                axis=self.axis, n=point + 1, all=len(self._state.labels), text=text
            )
        )
