"""Which persona a chat has, and the list of them. Knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from desktop.chat.chat_stores import ChatStores
from desktop.library.models import ModelController
from desktop.personas.examples import example_personas
from desktop.settings.keeper import SettingsKeeper
from engine.store.chats import ChatStore, Conversation
from engine.store.personas import Persona, PersonaStore


@dataclass(frozen=True)
class PersonaChoice:
    """All personas, and that of the open chat; None where it reads the settings' system prompt."""

    personas: tuple[Persona, ...]
    chosen: Persona | None


class PersonaController(QObject):
    """The persona of the open chat, the default one, and every change to the list.

    Signals:
        changed: (PersonaChoice).
    """

    changed = Signal(object)

    def __init__(
        self, stores: ChatStores, settings: SettingsKeeper, models: ModelController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._settings = settings
        self._models = models
        self._personas = PersonaStore(stores.database)
        self._conversation_id: str | None = None
        self._chosen_id: int | None = settings.current.persona_id

    def start(self) -> None:
        """At the first start some examples are put into the list, once."""
        if not self._settings.current.personas_offered:
            if not self._personas.personas():
                self._personas.add(example_personas())
            self._settings.update(personas_offered=True)
        self._announce()

    @property
    def choice(self) -> PersonaChoice:
        personas = tuple(self._personas.personas())
        return PersonaChoice(personas, next((each for each in personas if each.id == self._chosen_id), None))

    @property
    def chosen_id(self) -> int | None:
        """Of the open chat, also while it is a new one that is not stored yet."""
        chosen = self.choice.chosen
        return chosen.id if chosen else None

    @property
    def default_id(self) -> int | None:
        """Of new chats."""
        return self._settings.current.persona_id

    @Slot(object)
    def set_default(self, persona_id: int | None) -> None:
        """New chats begin with it from now on, also the one that is open and empty."""
        self._settings.update(persona_id=persona_id)
        if self._conversation_id is None:
            self._chosen_id = persona_id
        self._announce()

    def system_prompt_of(self, chats: ChatStore, conversation_id: str | None) -> str:
        """What a chat's model reads first; conversation_id: None for a new chat."""
        persona_id = chats.conversation(conversation_id).persona_id if conversation_id else self._chosen_id
        persona = self._personas.find(persona_id)
        return persona.prompt if persona is not None else self._models.system_prompt

    @Slot(object)
    def open(self, conversation: Conversation | None) -> None:
        """Another chat is shown; a new one begins with the default persona."""
        if conversation is None:
            self._conversation_id = None
            self._chosen_id = self._settings.current.persona_id
        else:
            self._conversation_id = conversation.id
            self._chosen_id = conversation.persona_id
        self._announce()

    @Slot(object)
    def choose(self, persona_id: int | None) -> None:
        """From the next reply of the open chat on."""
        self._chosen_id = persona_id
        if self._conversation_id is not None:
            self._stores.chats.set_persona(self._conversation_id, persona_id)
        self._announce()

    # the list

    def add(self, name: str, prompt: str) -> int:
        (persona_id,) = self._personas.add([(" ".join(name.split()), prompt.strip())])
        self._announce()
        return persona_id

    def change(self, persona_id: int, name: str, prompt: str) -> None:
        self._personas.change(Persona(persona_id, " ".join(name.split()), prompt.strip()))
        self._announce()

    def remove(self, persona_id: int) -> None:
        """Chats that had it read the settings' system prompt from then on."""
        self._personas.remove(persona_id)
        if self._settings.current.persona_id == persona_id:
            self._settings.update(persona_id=None)
        if self._chosen_id == persona_id:
            self._chosen_id = None
        self._announce()

    def _announce(self) -> None:
        self.changed.emit(self.choice)
