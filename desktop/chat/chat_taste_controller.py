"""Whose taste chooses in the open chat, and the chat's own correction of it. Knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal, Slot

from desktop.chat.chat_stores import ChatStores
from desktop.taste.session import TasteSession
from engine.directions.examples import Example
from engine.preferences.chat_correction import Correction, corrected_weights, valid_correction
from engine.store.chats import Conversation
from engine.types import WeightVector


@dataclass(frozen=True)
class ChatTaste:
    """What the chat's header shows. profiles: (id, name) of all; profile_id: of the one that chooses here."""

    profiles: tuple[tuple[int, str], ...]
    profile_id: int
    correction: Correction = field(default_factory=dict)


class ChatTasteController(QObject):
    """Profile and correction of the open chat. A new chat's are kept here until it is stored.

    Signals:
        changed: (ChatTaste).
        profile_changed: another profile chooses in the open chat.
    """

    changed = Signal(object)
    profile_changed = Signal()

    def __init__(self, stores: ChatStores, taste: TasteSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stores = stores
        self._taste = taste
        self._conversation_id: str | None = None
        self._new_profile_id: int | None = None
        self._new_correction: Correction = {}
        self._shown_profile_id = taste.profile_id
        taste.profiles_changed.connect(self._show)

    def open(self, conversation: Conversation | None) -> None:
        """This chat is the open one now; None for a new chat, which begins with the selected profile."""
        self._conversation_id = conversation.id if conversation is not None else None
        self._new_profile_id, self._new_correction = None, {}
        self._shown_profile_id = self.profile_id
        self._show()

    @property
    def profile_id(self) -> int:
        """Whose taste chooses in the open chat."""
        stored = self._stored
        return self._taste.existing(stored.profile_id if stored is not None else self._new_profile_id)

    @property
    def correction(self) -> Correction:
        """The open chat's."""
        stored = self._stored
        return stored.correction if stored is not None else self._new_correction

    def choose_profile(self, profile_id: int) -> None:
        if profile_id == self.profile_id:
            return
        if self._conversation_id is not None:
            self._stores.chats.set_profile(self._conversation_id, profile_id)
        else:
            self._new_profile_id = profile_id
        self._show()

    def correct(self, axis: str, steps: int) -> None:
        """How far this chat differs from its profile on an axis; 0: not at all."""
        self._set_correction(valid_correction({**self.correction, axis: steps}))

    @Slot()
    def clear_correction(self) -> None:
        self._set_correction({})

    # what chooses in a stored chat

    def profile_of(self, conversation_id: str) -> int:
        return self._taste.existing(self._stores.chats.conversation(conversation_id).profile_id)

    def weights_of(self, conversation_id: str) -> WeightVector:
        """What to choose by: the profile's weights, shifted by the chat's own correction."""
        conversation = self._stores.chats.conversation(conversation_id)
        learner = self._taste.learner_of(self._taste.existing(conversation.profile_id))
        return corrected_weights(learner.weights, conversation.correction, self._taste.model)

    def examples_of(self, conversation_id: str) -> list[Example]:
        """The profile's own choices, to be shown to the model; none in a chat that is to differ from the profile."""
        conversation = self._stores.chats.conversation(conversation_id)
        if conversation.correction:
            return []
        return self._taste.examples_of(self._taste.existing(conversation.profile_id))

    # helpers

    @property
    def _stored(self) -> Conversation | None:
        return self._stores.chats.conversation(self._conversation_id) if self._conversation_id is not None else None

    def _set_correction(self, correction: Correction) -> None:
        if self._conversation_id is not None:
            self._stores.chats.set_correction(self._conversation_id, correction)
        else:
            self._new_correction = correction
        self._show()

    @Slot()
    def _show(self) -> None:
        profiles = tuple((profile.id, profile.name) for profile in self._taste.profiles)
        profile_id = self.profile_id
        self.changed.emit(ChatTaste(profiles, profile_id, self.correction))
        if profile_id != self._shown_profile_id:
            self._shown_profile_id = profile_id
            self.profile_changed.emit()
