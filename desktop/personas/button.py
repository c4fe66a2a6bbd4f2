"""In the chat's top bar: whose manner the model takes on here, and the list to choose from."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop.personas.controller import PersonaChoice
from desktop.theme import metrics
from desktop.theme.controls import Button

_TEXT_WIDTH = 120


class PersonaButton(Button):
    """Signals:
    persona_chosen: (persona id, or None).
    personas_requested: to the dialog where they are kept.
    """

    persona_chosen = Signal(object)
    personas_requested = Signal()

    def __init__(self) -> None:
        super().__init__("", "ghost", icon_name="persona")
        self.list = QMenu(self)
        self.list.setToolTipsVisible(True)
        self.clicked.connect(self._show_list)
        self.show_choice(PersonaChoice((), None))

    @Slot(object)
    def show_choice(self, choice: PersonaChoice) -> None:
        name = choice.chosen.name if choice.chosen else ""
        elided = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, metrics.scaled(_TEXT_WIDTH))
        self.setText(elided.replace("&", "&&"))
        said = self.tr("Persona: {name}").format(name=name or self.tr("none"))
        self.setAccessibleName(said)
        self.setToolTip(f"{said}\n{choice.chosen.prompt}" if choice.chosen else said)
        self.list.clear()
        self.list.setAccessibleName(self.tr("Persona of this chat"))
        group = QActionGroup(self.list)
        entries: list[tuple[int | None, str, str]] = [(None, self.tr("No persona"), "")]
        entries += [(each.id, each.name, each.prompt) for each in choice.personas]
        for persona_id, text, prompt in entries:
            action = QAction(text.replace("&", "&&"), self.list)
            action.setToolTip(prompt or self.tr("The system prompt of the settings"))
            action.setCheckable(True)
            action.setChecked(persona_id == (choice.chosen.id if choice.chosen else None))
            action.triggered.connect(lambda _checked=False, picked=persona_id: self.persona_chosen.emit(picked))
            group.addAction(action)
            self.list.addAction(action)
        self.list.addSeparator()
        self.list.addAction(self.tr("Personas…"), self.personas_requested.emit)

    @Slot()
    def _show_list(self) -> None:
        self.list.popup(self.mapToGlobal(QPoint(0, self.height())))
