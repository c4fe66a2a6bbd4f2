"""Folders of chats: made, named, deleted with a way back, and what lies in them. Knows no widgets."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop.chat.chat_stores import ChatStores
from desktop.chat.controller import ChatController
from desktop.chat.deletions import Deletions
from engine.store.folders import Folder, FolderStore


class FolderController(QObject):
    def __init__(
        self, stores: ChatStores, chats: ChatController, deletions: Deletions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._folders = FolderStore(stores.database)
        self._chats = chats
        self._deletions = deletions

    def folders(self) -> list[Folder]:
        """By name."""
        return self._folders.folders()

    def name_of(self, folder_id: int) -> str:
        return self._folders.folder(folder_id).name

    def create(self, name: str, conversation_id: str | None = None) -> None:
        """conversation_id: the chat that moves into it at once."""
        name = " ".join(name.split())
        if name:
            folder_id = self._folders.create(name)
            if conversation_id:
                self._folders.move(conversation_id, folder_id)
            self._chats.conversations_touched()

    def rename(self, folder_id: int, name: str) -> None:
        name = " ".join(name.split())
        if name:
            self._folders.rename(folder_id, name)
            self._chats.conversations_touched()

    @Slot(str, object)
    def move(self, conversation_id: str, folder_id: int | None) -> None:
        self._folders.move(conversation_id, folder_id)
        self._chats.conversations_touched()

    @Slot(int, bool)
    def set_collapsed(self, folder_id: int, collapsed: bool) -> None:
        self._folders.set_collapsed(folder_id, collapsed)
        self._chats.conversations_touched()

    @Slot(int)
    def delete(self, folder_id: int) -> None:
        """Its chats stay; for a moment it can be brought back, with them in it."""
        removed = self._folders.remove(folder_id)

        def restore() -> None:
            self._folders.restore(removed)
            self._chats.conversations_touched()

        sentence = self.tr("Deleted the folder “{name}”. Its chats stay.").format(name=removed.folder.name)
        self._deletions.offer(sentence, restore, lambda: None)
        self._chats.conversations_touched()
