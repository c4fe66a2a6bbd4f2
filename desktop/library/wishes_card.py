"""How the loaded model follows wishes about style: what is known, and the button that finds it out."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout

from desktop.library.calibration_controller import WishesStatus
from desktop.theme import metrics
from desktop.theme.controls import Button, Label
from engine.directions.calibration import Calibration
from engine.preferences.explanation import AXIS_WORDS


def _tr(text: str) -> str:
    return QCoreApplication.translate("WishesCard", text)


class WishesCard(QFrame):
    """Signals:
    try_requested, stop_requested.
    """

    try_requested = Signal()
    stop_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._title = Label("", "heading", wrap=True)
        self._sentence = Label("", "small", wrap=True, selectable=True)
        self._progress = QProgressBar()
        self._progress.setRange(0, 100)
        self._progress.setTextVisible(False)
        self.button = Button("")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.M, metrics.L, metrics.M)
        layout.setSpacing(metrics.S)
        for widget in (self._title, self._sentence, self._progress):
            layout.addWidget(widget)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._runs = False
        self.button.clicked.connect(self._on_click)
        self.show_status(WishesStatus("none"))

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._sentence.text()

    @Slot(object)
    def show_status(self, status: WishesStatus) -> None:
        self._runs = status.state == "running"
        self._title.setText(_tr("How {name} follows wishes").format(name=status.name))
        self._sentence.setText(_sentence(status))
        self._progress.setVisible(self._runs)
        self._progress.setValue(round(100 * status.fraction))
        self._progress.setAccessibleName(self._sentence.text())
        words = {"running": _tr("Stop"), "known": _tr("Try it out again")}.get(status.state, _tr("Try it out"))
        self.button.setText(words)
        self.button.setAccessibleName(f"{words}: {self._title.text()}")
        self.setVisible(status.state != "none")

    @Slot()
    def _on_click(self) -> None:
        (self.stop_requested if self._runs else self.try_requested).emit()


def _sentence(status: WishesStatus) -> str:
    if status.state == "running":
        sentence = _tr("Trying it out: {n} %. Your messages go first.")
        return sentence.format(n=round(100 * status.fraction))
    if status.calibration is None:
        return _tr(
            "Not tried out yet, so its drafts are not steered by your taste. Trying it out takes minutes, with a large"
            " model many; your messages go first, and it can be stopped."
        )
    if status.calibration.too_small:
        return _tr(
            "It is too small for wishes about style: readers liked its drafts no better with them, so none is steered."
        )
    wishes = heeded(status.calibration)
    if not wishes:
        return _tr("It heeds no wishes about style, so its drafts are not steered by your taste.")
    sentence = _tr(
        "It heeds {n} of {total} wishes about style: {wishes}. Some drafts are steered by those that suit you."
    )
    return sentence.format(n=len(wishes), total=len(status.calibration.effects), wishes=", ".join(wishes))


def heeded(calibration: Calibration) -> list[str]:
    """The wishes that the model heeds, in words, those that it heeds most first."""
    effects = sorted(calibration.heeded, key=lambda effect: -effect.shift)
    return [_tr(AXIS_WORDS[effect.axis][effect.more]) for effect in effects if effect.axis in AXIS_WORDS]
