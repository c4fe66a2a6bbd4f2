"""The list of personas: add, change, delete, and which one new chats begin with."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.theme import metrics
from desktop.theme.controls import Button, Label, PlainList, ask, row
from engine.store.personas import Persona

_ID = Qt.ItemDataRole.UserRole


class PersonasDialog(QDialog):
    """Signals:
    add_requested: (name, prompt).
    change_requested: (persona id, name, prompt).
    remove_requested: (persona id).
    default_chosen: (persona id, or None), for new chats.
    """

    add_requested = Signal(str, str)
    change_requested = Signal(int, str, str)
    remove_requested = Signal(int)
    default_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Personas"))
        self._personas: dict[int, Persona] = {}
        self._default_id: int | None = None
        self.list = PlainList(self.tr("Personas"))
        self.add_button = Button(self.tr("Add"), "small", icon_name="plus", name=self.tr("Add a persona"))
        self.name_field = QLineEdit()
        self.name_field.setAccessibleName(self.tr("Name of the persona"))
        self.name_field.setMaxLength(80)
        self.prompt_field = QPlainTextEdit()
        self.prompt_field.setAccessibleName(self.tr("System prompt of the persona"))
        self.prompt_field.setTabChangesFocus(True)
        self.default_box = QCheckBox(self.tr("New chats begin with it"))
        self.default_box.setAccessibleName(self.default_box.text())
        self.delete_button = Button(self.tr("Delete…"), "danger", name=self.tr("Delete this persona"))
        self.save_button = Button(self.tr("Save"), "primary", name=self.tr("Save this persona"))
        self.close_button = Button(self.tr("Close"))
        self._lay_out()
        self._connect()
        self._show_current()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(metrics.S)
        for text, field in ((self.tr("Name"), self.name_field), (self.tr("System prompt"), self.prompt_field)):
            label = Label(text, "small")
            label.setBuddy(field)
            right.addWidget(label)
            right.addWidget(field)
        right.addWidget(self.default_box)
        right.addLayout(row(self.delete_button, None, self.save_button))
        left = QVBoxLayout()
        left.setSpacing(metrics.S)
        left.addWidget(self.list, 1)
        left.addWidget(self.add_button)
        columns = QHBoxLayout()
        columns.setSpacing(metrics.L)
        columns.addLayout(left)
        columns.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(metrics.L, metrics.L, metrics.L, metrics.L)
        layout.setSpacing(metrics.M)
        layout.addWidget(Label(self.tr("Personas"), "title"))
        explained = self.tr(
            "A persona is a system prompt with a name: what the model is told before a chat begins. "
            "Choose one in the top bar of a chat."
        )
        layout.addWidget(Label(explained, "muted", wrap=True))
        layout.addLayout(columns, 1)
        layout.addLayout(row(None, self.close_button))
        self.resize(min(metrics.scaled(640), 1160), min(metrics.scaled(460), 760))

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._show_current)
        self.add_button.clicked.connect(self._begin_new)
        self.save_button.clicked.connect(self._save)
        self.delete_button.clicked.connect(self._delete)
        self.close_button.clicked.connect(self.accept)
        self.name_field.textChanged.connect(self._update_buttons)
        self.prompt_field.textChanged.connect(self._update_buttons)
        self.default_box.clicked.connect(self._choose_default)

    @property
    def current_id(self) -> int | None:
        """None while a new persona is being written."""
        item = self.list.currentItem()
        return int(item.data(_ID)) if item is not None else None

    def show_personas(self, personas: list[Persona], default_id: int | None, select_id: int | None = None) -> None:
        """select_id: the one to show; None for the one that is shown, or the first."""
        wanted = select_id if select_id is not None else self.current_id
        self._personas = {persona.id: persona for persona in personas}
        self._default_id = default_id
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for persona in personas:
            item = QListWidgetItem(persona.name)
            item.setData(_ID, persona.id)
            item.setToolTip(persona.prompt)
            self.list.addItem(item)
        self.list.fit(150, 220)
        ids = list(self._personas)
        self.list.setCurrentRow(ids.index(wanted) if wanted in ids else 0 if ids else -1)
        self.list.blockSignals(blocked)
        self._show_current()

    @Slot()
    def _show_current(self) -> None:
        persona = self._personas.get(self.current_id or 0)
        self.name_field.setText(persona.name if persona else "")
        self.prompt_field.setPlainText(persona.prompt if persona else "")
        self.default_box.setChecked(persona is not None and persona.id == self._default_id)
        self._update_buttons()

    @Slot()
    def _update_buttons(self) -> None:
        persona = self._personas.get(self.current_id or 0)
        name, prompt = self.name_field.text().strip(), self.prompt_field.toPlainText().strip()
        changed = persona is None or (name, prompt) != (persona.name, persona.prompt)
        self.save_button.setEnabled(bool(name and prompt) and changed)
        self.delete_button.setEnabled(persona is not None)
        self.default_box.setEnabled(persona is not None)

    @Slot()
    def _begin_new(self) -> None:
        self.list.setCurrentRow(-1)
        self._show_current()
        self.name_field.setFocus()

    @Slot()
    def _save(self) -> None:
        name, prompt = self.name_field.text(), self.prompt_field.toPlainText()
        if self.current_id is None:
            self.add_requested.emit(name, prompt)
        else:
            self.change_requested.emit(self.current_id, name, prompt)

    @Slot(bool)
    def _choose_default(self, chosen: bool) -> None:
        self.default_chosen.emit(self.current_id if chosen else None)

    @Slot()
    def _delete(self) -> None:
        persona = self._personas.get(self.current_id or 0)
        if persona is not None:
            ask(
                self,
                self.tr("Delete the persona “{name}”?").format(name=persona.name),
                self.tr("Chats that have it stay, and read the system prompt of the settings from then on."),
                self.tr("Delete"),
                lambda: self.remove_requested.emit(persona.id),
            )
