"""The icon in the tray, with its menu; Attune can stay there when its window is closed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop.theme.icons import app_icon


def why_no_tray() -> str:
    """The reason, as a sentence; "" where there is a tray."""
    if QSystemTrayIcon.isSystemTrayAvailable():
        return ""
    return QCoreApplication.translate("tray", "This desktop shows no tray, so Attune could not be reached there.")


class Tray(QObject):
    """Signals:
    open_requested, new_chat_requested, quit_requested.
    """

    open_requested = Signal()
    new_chat_requested = Signal()
    quit_requested = Signal()

    def __init__(self, window: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = QMenu(window)
        self.menu.addAction(self.tr("Open Attune"), self.open_requested.emit)
        self.menu.addAction(self.tr("New chat"), self.new_chat_requested.emit)
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Quit"), self.quit_requested.emit)
        self.icon = QSystemTrayIcon(app_icon(), self)
        self.icon.setToolTip("Attune")
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)

    def set_shown(self, shown: bool) -> None:
        self.icon.setVisible(shown)

    @Slot(QSystemTrayIcon.ActivationReason)
    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        """A click opens the window; the menu comes by itself."""
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_requested.emit()
