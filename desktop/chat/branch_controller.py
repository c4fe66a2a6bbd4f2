"""What is done to messages that are there: asking anew, rewording, turning to other versions, deleting."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.chat.chat_stores import ChatStores
from desktop.chat.controller import ChatController
from desktop.chat.deletions import Deletions
from desktop.chat.reply_writer import Wish


class BranchController(QObject):
    """Works on the open chat, and never while a reply is being written in it. Knows no widgets."""

    def __init__(
        self, stores: ChatStores, chats: ChatController, deletions: Deletions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._chats = chats
        self._deletions = deletions

    def reword(self, message_id: str, text: str) -> None:
        """A message in other words, with its files, which is answered; the former wording stays with what followed."""
        conversation_id = self._chats.open_id
        if self._chats.is_busy or conversation_id is None or not text.strip():
            return
        former = self._stores.chats.message(message_id)
        message = self._stores.chats.add_user_message(
            conversation_id, text.strip(), former.parent_id, former.attachments
        )
        self._chats.answer(message.id)

    def write_another(self, message_id: str) -> None:
        """One more reply to the message that this one answers; this one stays, as an earlier version."""
        self._answer_again(message_id, Wish())

    def write_plainly(self, message_id: str) -> None:
        """The same, as most people would like it, whatever the person's taste."""
        self._answer_again(message_id, Wish(plain=True))

    def write_on(self, message_id: str, index: int) -> None:
        """A longer version of a draft: the model goes on where it ended; the shorter one stays, as another version."""
        message = self._stores.chats.message(message_id)
        draft = next((draft for draft in message.drafts if draft.index == index), None)
        beginning = draft.text if draft is not None else message.content
        if beginning.strip():
            self._answer_again(message_id, Wish(beginning=beginning, plain=message.plain))

    def _answer_again(self, message_id: str, wish: Wish) -> None:
        parent_id = self._stores.chats.message(message_id).parent_id
        if not self._chats.is_busy and parent_id is not None:
            self._chats.answer(parent_id, wish)

    def turn(self, message_id: str, step: int) -> None:
        """Show the version before (−1) or after (+1) this one, with what follows it."""
        conversation_id = self._chats.open_id
        if self._chats.is_busy or conversation_id is None:
            return
        versions = self._stores.branches.versions(conversation_id).get(message_id)
        other = versions.neighbour(step) if versions is not None else None
        if other is not None:
            self._stores.branches.show(other)
            self._chats.refresh(other)

    def delete_from(self, message_id: str) -> None:
        """A message with all that follows it, which can be brought back for a moment."""
        conversation_id = self._chats.open_id
        if self._chats.is_busy or conversation_id is None:
            return
        self._deletions.settle()
        thread = [message.id for message in self._stores.chats.thread(conversation_id)]
        if message_id not in thread:
            return
        n_following = len(thread) - thread.index(message_id) - 1
        store = self._stores.deletions
        store.hide_from(message_id)

        def restore() -> None:
            store.restore_from(message_id)
            if self._chats.open_id == conversation_id:
                self._chats.refresh(message_id)

        sentence = self.tr("Deleted one message.")
        if n_following:
            sentence = self.tr("Deleted {n} messages.").format(n=n_following + 1)
        self._deletions.offer(sentence, restore, lambda: store.purge_from(message_id))
        self._chats.refresh()
