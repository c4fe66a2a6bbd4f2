"""Servers put together: the models page's section, the chat's badge, and which model answers. No rules of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.library.models import ModelController, ModelStatus
from desktop.library.server_controller import ServerController
from desktop.library.servers import where_messages_go
from desktop.settings.keeper import SettingsKeeper
from desktop.window import MainWindow
from engine.remote.address import entry_of, is_remote, is_this_machine
from engine.remote.keys import ServerKeys


class ServerAssembly(QObject):
    """The controller of servers, connected to the window."""

    def __init__(
        self,
        settings: SettingsKeeper,
        models: ModelController,
        window: MainWindow,
        keys: ServerKeys | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.controller = ServerController(settings, models, keys, self)
        self._window = window
        section, controller = window.models.servers, self.controller
        section.ask_requested.connect(controller.ask)
        section.add_requested.connect(controller.add)
        section.use_requested.connect(controller.use)
        section.remove_requested.connect(controller.remove)
        controller.servers_changed.connect(section.show_servers)
        controller.asking_changed.connect(section.show_asking)
        controller.offered.connect(section.show_offer)
        controller.refused.connect(section.show_refusal)
        controller.problem.connect(window.show_problem)
        models.status_changed.connect(self._on_status)
        section.show_servers(controller.servers)

    def shutdown(self) -> None:
        self.controller.shutdown()

    @Slot(object)
    def _on_status(self, status: ModelStatus) -> None:
        self._window.models.servers.show_status(status)
        if is_remote(status.path) and status.state != "failed":
            entry = entry_of(status.path)
            leaves = not is_this_machine(entry.address)
            short = self.tr("Sent to {host}").format(host=entry.host) if leaves else entry.host
            self._window.chat.show_server(short, where_messages_go(entry.address))
        else:
            self._window.chat.show_server("", "")
