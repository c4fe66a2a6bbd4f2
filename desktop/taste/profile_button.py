"""Which profile: a button with its name that opens the list of all."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from desktop.theme import metrics
from desktop.theme.controls import Button

_TEXT_WIDTH = 150


class ProfileButton(Button):
    """Hidden while there is only one profile: who has one need not know of profiles.

    Signals:
        profile_chosen: (profile id).
        profiles_requested: "Profiles…", where that entry is wanted.
    """

    profile_chosen = Signal(int)
    profiles_requested = Signal()

    def __init__(self, *, leads_to_profiles: bool = False) -> None:
        super().__init__("", "ghost", icon_name="person")
        self._leads_to_profiles = leads_to_profiles
        self.list = QMenu(self)
        self.hide()
        self.clicked.connect(self._show_list)

    def show_profiles(self, profiles: tuple[tuple[int, str], ...], chosen: int) -> None:
        """profiles: (id, name) of all."""
        name = next((name for profile_id, name in profiles if profile_id == chosen), "")
        width = metrics.scaled(_TEXT_WIDTH)
        self.setText(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, width).replace("&", "&&"))
        self.setAccessibleName(self.tr("Taste profile: {name}").format(name=name))
        self.setToolTip(self.accessibleName())
        self.setVisible(len(profiles) > 1)
        self.list.clear()
        for profile_id, text in profiles:
            action = QAction(text.replace("&", "&&"), self.list)
            action.setCheckable(True)
            action.setChecked(profile_id == chosen)
            action.triggered.connect(lambda _checked=False, picked=profile_id: self.profile_chosen.emit(picked))
            self.list.addAction(action)
        if self._leads_to_profiles:
            self.list.addSeparator()
            self.list.addAction(self.tr("Profiles…"), self.profiles_requested.emit)

    @Slot()
    def _show_list(self) -> None:
        self.list.popup(self.mapToGlobal(QPoint(0, self.height())))
