"""In the chat's top bar: whose taste chooses here, and how this chat differs from it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.chat.chat_taste_controller import ChatTaste
from desktop.chat.correction_words import axis_words, correction_words, short_words, step_words
from desktop.taste.profile_button import ProfileButton
from desktop.theme import metrics
from desktop.theme.bipolar_slider import BipolarSlider
from desktop.theme.controls import Button, IconButton, Label, row
from engine.preferences.chat_correction import CORRECTABLE_AXES, MAX_STEPS, Correction


class CorrectionPanel(QFrame):
    """A small panel that drops down from the header: a slider of a few steps for each axis.

    Signals:
        corrected: (axis, steps).
        clear_requested.
    """

    corrected = Signal(str, int)
    clear_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAccessibleName(self.tr("In this chat only"))
        self.sliders: dict[str, BipolarSlider] = {}
        self.clear_button = Button(self.tr("As my taste"), "small", name=self.tr("Clear this chat's correction"))
        close_button = Button(self.tr("Done"), "small")
        grid = QGridLayout()
        grid.setHorizontalSpacing(metrics.M)
        grid.setVerticalSpacing(metrics.S)
        for index, axis in enumerate(CORRECTABLE_AXES):
            less, more = axis_words(axis)
            slider = self.sliders[axis] = self._slider(axis)
            left = Label(less[:1].upper() + less[1:], "small")
            left.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(left, index, 0)
            grid.addWidget(slider, index, 1)
            grid.addWidget(Label(more[:1].upper() + more[1:], "small"), index, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.M, metrics.L, metrics.M)
        layout.setSpacing(metrics.M)
        layout.addWidget(Label(self.tr("In this chat only"), "heading"))
        layout.addLayout(grid)
        layout.addWidget(Label(self.tr("Counts from the next reply. Your taste profile stays as it is."), "small"))
        layout.addLayout(row(self.clear_button, None, close_button))
        self.clear_button.clicked.connect(self.clear_requested)
        close_button.clicked.connect(self.close)

    def _slider(self, axis: str) -> BipolarSlider:
        slider = BipolarSlider(MAX_STEPS, page_step=1, ticks=True)
        slider.setFixedWidth(metrics.scaled(150))
        slider.valueChanged.connect(lambda steps: self.corrected.emit(axis, steps))
        return slider

    def show_correction(self, correction: Correction) -> None:
        for axis, slider in self.sliders.items():
            steps = correction.get(axis, 0)
            blocked = slider.blockSignals(True)
            slider.setValue(steps)
            slider.blockSignals(blocked)
            less, more = axis_words(axis)
            words = step_words(axis, steps)
            slider.setAccessibleName(self.tr("{less} or {more}: {words}").format(less=less, more=more, words=words))
            slider.setToolTip(words)
        self.clear_button.setEnabled(bool(correction))

    def event(self, event: QEvent) -> bool:
        # the page has a shortcut on Escape, which would be served before the panel hears of the key
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)


class TasteHeader(QWidget):
    """Signals:
    profile_chosen: (profile id).
    profiles_requested: to the page where profiles are kept.
    corrected, clear_requested: as in CorrectionPanel.
    """

    profile_chosen = Signal(int)
    profiles_requested = Signal()
    corrected = Signal(str, int)
    clear_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.profile_button = ProfileButton(leads_to_profiles=True)
        self.correction_button = Button("", "ghost", icon_name="taste")
        self.correction_button.setCheckable(True)
        self.clear_button = IconButton("close", self.tr("Clear this chat's correction"))
        self.panel = CorrectionPanel(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.XS)
        for widget in (self.profile_button, self.correction_button, self.clear_button):
            layout.addWidget(widget)
        self.profile_button.profile_chosen.connect(self.profile_chosen)
        self.profile_button.profiles_requested.connect(self.profiles_requested)
        self.correction_button.clicked.connect(self._show_panel)
        self.clear_button.clicked.connect(self.clear_requested)
        self.panel.corrected.connect(self.corrected)
        self.panel.clear_requested.connect(self.clear_requested)

    @Slot(object)
    def show_taste(self, taste: ChatTaste) -> None:
        self.profile_button.show_profiles(taste.profiles, taste.profile_id)
        words = correction_words(taste.correction)
        self.correction_button.setText(short_words(taste.correction))
        self.correction_button.setChecked(bool(words))
        tip = self.tr("Shorter, plainer, warmer here…")
        if words:
            tip = self.tr("In this chat: {words}").format(words=words)
        self.correction_button.setToolTip(tip)
        self.correction_button.setAccessibleName(tip)
        self.clear_button.setVisible(bool(words))
        self.panel.show_correction(taste.correction)

    @Slot()
    def _show_panel(self) -> None:
        self.correction_button.setChecked(self.clear_button.isVisibleTo(self))  # clicking toggled it
        self.panel.adjustSize()
        button = self.correction_button
        corner = button.mapToGlobal(QPoint(button.width() - self.panel.width(), button.height() + metrics.XS))
        self.panel.move(QPoint(max(corner.x(), self.window().mapToGlobal(QPoint(0, 0)).x()), corner.y()))
        self.panel.show()
        next(iter(self.panel.sliders.values())).setFocus()
