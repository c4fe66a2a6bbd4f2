"""The part of the models page that is about servers: those that are kept, and a form to add one."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from desktop.library.models import ModelStatus
from desktop.library.server_controller import Offer
from desktop.theme import metrics
from desktop.theme.controls import Button, Label, separator
from desktop.theme.flow_layout import FlowLayout
from engine.errors import RemoteError
from engine.remote.address import (
    ServerEntry,
    host_and_port,
    is_protected,
    is_this_machine,
    parse_address,
)


def where_messages_go(address: str) -> str:
    """One sentence, the truth about a server."""
    host = host_and_port(address)
    if is_this_machine(address):
        return _tr("{host} is on this machine. Messages stay here unless that program passes them on.").format(
            host=host
        )
    if is_protected(address):
        return _tr("Messages leave this machine: each is sent to {host} with what came before it.").format(host=host)
    return _tr(
        "Messages leave this machine: each is sent to {host} with what came before it, and without encryption, so "
        "others on the network can read them and the key."
    ).format(host=host)


class ServerRow(QWidget):
    """Signals:
    use_requested, remove_requested: (ServerEntry).
    """

    use_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self, entry: ServerEntry) -> None:
        super().__init__()
        self.entry = entry
        self.in_use = Label("", "picked")
        self.use_button = Button(self.tr("Use"), name=self.tr("Use {name}").format(name=entry.title))
        self.remove_button = Button(self.tr("Forget"), "ghost", name=self.tr("Forget {name}").format(name=entry.title))
        title = Label(entry.title, "heading", wrap=True)
        title.setToolTip(entry.model)
        role = "small" if is_protected(entry.address) else "warning"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, metrics.S + 2, 0, metrics.S + 2)
        layout.setSpacing(metrics.XS)
        layout.addWidget(title)
        layout.addWidget(Label(where_messages_go(entry.address), role, wrap=True))
        layout.addLayout(FlowLayout(self.in_use, self.use_button, self.remove_button, spacing=metrics.S))
        self.use_button.clicked.connect(lambda: self.use_requested.emit(self.entry))
        self.remove_button.clicked.connect(lambda: self.remove_requested.emit(self.entry))
        self.show_status(None)

    def show_status(self, status: ModelStatus | None) -> None:
        is_it = status is not None and status.path == self.entry.path and status.state != "failed"
        loading = status is not None and status.state == "loading"
        self.in_use.setText(self.tr("Connecting…") if loading else self.tr("In use"))
        self.in_use.setVisible(is_it)
        self.use_button.setVisible(not is_it)


class ServersSection(QWidget):
    """Signals:
    ask_requested: (address, key), for the models of a server.
    add_requested: (address, model), of the server that was asked.
    use_requested, remove_requested: (ServerEntry).
    """

    ask_requested = Signal(str, str)
    add_requested = Signal(str, str)
    use_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ServerRow] = []
        self._status: ModelStatus | None = None
        self._offer: Offer | None = None
        self._asked = ("", "")
        self._asking = False
        self.address_field = QLineEdit()
        self.address_field.setPlaceholderText(self.tr("localhost:8080, or https://host/v1"))
        self.address_field.setAccessibleName(self.tr("Address of the server"))
        self.key_field = QLineEdit()
        self.key_field.setEchoMode(QLineEdit.EchoMode.Password)
        self.key_field.setPlaceholderText(self.tr("key, if it asks for one"))
        self.key_field.setAccessibleName(self.tr("Key of the server, if it asks for one"))
        self.ask_button = Button(self.tr("Connect"))
        self.model_box = QComboBox()
        self.model_box.setAccessibleName(self.tr("Model of the server"))
        self.model_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.model_box.setMinimumContentsLength(16)
        self.add_button = Button(self.tr("Use this model"), "primary")
        self._where = Label("", "small", wrap=True)
        self._refusal = Label("", "warning", wrap=True, selectable=True)
        self._card = QFrame()
        self._card.setObjectName("card")
        self._rows_layout = QVBoxLayout(self._card)
        self._rows_layout.setContentsMargins(metrics.L, metrics.S, metrics.L, metrics.S)
        self._rows_layout.setSpacing(0)
        self._lay_out()
        self.address_field.textChanged.connect(self._on_edited)
        self.key_field.textChanged.connect(self._on_edited)
        self.address_field.returnPressed.connect(self._ask)
        self.key_field.returnPressed.connect(self._ask)
        self.ask_button.clicked.connect(self._ask)
        self.add_button.clicked.connect(self._add)
        self.show_servers(())
        self._on_edited()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(metrics.M)
        layout.addWidget(Label(self.tr("Servers"), "title", wrap=True))
        layout.addWidget(
            Label(
                self.tr(
                    "llama-server, vLLM, Ollama or any other server that speaks OpenAI's API can write the drafts. "
                    "They are scored and chosen here, by your taste, which is never sent."
                ),
                "small",
                wrap=True,
            )
        )
        layout.addWidget(self._card)
        layout.addWidget(self.address_field)
        layout.addWidget(self.key_field)
        layout.addLayout(FlowLayout(self.ask_button, self.model_box, self.add_button, spacing=metrics.S))
        layout.addWidget(self._refusal)
        layout.addWidget(self._where)

    @property
    def refusal(self) -> str:
        return self._refusal.text()

    @property
    def where(self) -> str:
        return self._where.text()

    # what is shown

    @Slot(object)
    def show_servers(self, servers: tuple[ServerEntry, ...]) -> None:
        while (item := self._rows_layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = [ServerRow(entry) for entry in servers]
        for number, row in enumerate(self.rows):
            row.use_requested.connect(self.use_requested)
            row.remove_requested.connect(self.remove_requested)
            if number:
                self._rows_layout.addWidget(separator())
            self._rows_layout.addWidget(row)
            row.show_status(self._status)
        self._card.setVisible(bool(servers))

    @Slot(object)
    def show_status(self, status: ModelStatus) -> None:
        self._status = status
        for row in self.rows:
            row.show_status(status)

    @Slot(bool)
    def show_asking(self, asking: bool) -> None:
        self._asking = asking
        self.ask_button.setText(self.tr("Connecting…") if asking else self.tr("Connect"))
        self._show_form()

    @Slot(object)
    def show_offer(self, offer: Offer) -> None:
        if self._asked != self._entered:
            return  # what is said beside the field is about another server by now
        self._offer = offer
        self.model_box.clear()
        self.model_box.addItems(list(offer.models))
        for number, model in enumerate(offer.models):
            self.model_box.setItemData(number, model, Qt.ItemDataRole.ToolTipRole)
        self._show_form()
        self.model_box.setFocus()

    @Slot(str)
    def show_refusal(self, sentence: str) -> None:
        if self._asked == self._entered:
            self._refusal.setText(sentence)
        self._show_form()

    def _show_form(self) -> None:
        self.ask_button.setEnabled(bool(self.address_field.text().strip()) and not self._asking)
        for widget in (self.model_box, self.add_button):
            widget.setVisible(self._offer is not None)
        self._refusal.setVisible(bool(self._refusal.text()))
        self._where.setVisible(bool(self._where.text()))

    @Slot()
    def _on_edited(self) -> None:
        """What was offered belonged to another address or key."""
        self._offer = None
        self._refusal.clear()
        try:
            words = where_messages_go(parse_address(self.address_field.text()))
        except RemoteError:
            words = ""
        self._where.setText(words)
        self._show_form()

    @Slot()
    def _ask(self) -> None:
        if self.ask_button.isEnabled():
            self._refusal.clear()
            self._asked = self._entered
            self.ask_requested.emit(*self._asked)

    @property
    def _entered(self) -> tuple[str, str]:
        return self.address_field.text(), self.key_field.text()

    @Slot()
    def _add(self) -> None:
        if self._offer is None:
            return
        address, model = self._offer.address, self.model_box.currentText()
        self.address_field.clear()
        self.key_field.clear()
        self.add_requested.emit(address, model)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ServersSection", text)
