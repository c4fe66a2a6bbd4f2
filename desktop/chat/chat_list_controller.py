"""What is done to whole chats: finding, naming, pinning, duplicating, deleting. Knows no widgets."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.chat.chat_stores import ChatStores
from desktop.chat.controller import ChatController
from desktop.chat.deletions import Deletions
from desktop.chat.reply_writer import ReplyWriter
from engine.store.chat_transfer import ChatTransfer
from engine.store.chats import Conversation
from engine.store.deletions import DeletionStore

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ListedChat:
    """A chat in the sidebar. The rest is what a search found: where in the title, which message, where in it."""

    conversation: Conversation
    title_marks: Marks = ()
    message_id: str | None = None
    snippet: str = ""
    snippet_marks: Marks = ()


class ChatListController(QObject):
    """The saved chats; a temporary one is in no list."""

    def __init__(
        self,
        stores: ChatStores,
        chats: ChatController,
        writer: ReplyWriter,
        deletions: Deletions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._saved = stores.saved
        self._transfer = ChatTransfer(stores.database)
        self._hidden = DeletionStore(stores.database)
        self._chats = chats
        self._writer = writer
        self._deletions = deletions

    def listed(self, search: str = "") -> list[ListedChat]:
        """All chats, pinned ones first; where something is searched for, those that have all the words, best first."""
        conversations = self._saved.conversations()
        words = search.casefold().split()
        if not words:
            return [ListedChat(conversation) for conversation in conversations]
        by_id = {conversation.id: conversation for conversation in conversations}
        found: dict[str, ListedChat] = {}
        for hit in self._saved.search(search):
            if hit.conversation_id in by_id and hit.conversation_id not in found:
                conversation = by_id[hit.conversation_id]
                marks = title_marks(conversation.title, words)
                found[conversation.id] = ListedChat(conversation, marks, hit.message_id, hit.snippet, hit.marks)
        for conversation in conversations:
            if conversation.id not in found and all(word in conversation.title.casefold() for word in words):
                found[conversation.id] = ListedChat(conversation, title_marks(conversation.title, words))
        return list(found.values())

    def title_of(self, conversation_id: str) -> str:
        return self._saved.conversation(conversation_id).title

    def rename(self, conversation_id: str, title: str) -> None:
        title = " ".join(title.split())
        if title:
            self._saved.rename_conversation(conversation_id, title)
            self._chats.conversations_touched()

    def set_pinned(self, conversation_id: str, pinned: bool) -> None:
        self._saved.set_pinned(conversation_id, pinned)
        self._chats.conversations_touched()

    def duplicate(self, conversation_id: str) -> None:
        """One more chat with all branches and drafts, which is opened. Ratings stay with the original."""
        title = self.title_of(conversation_id)
        copy_id = self._transfer.duplicate(conversation_id, self.tr("{title} (copy)").format(title=title))
        self._chats.conversations_touched()
        self._chats.open(copy_id)

    def delete(self, conversation_id: str) -> None:
        """Hidden at once and deleted for good a moment later, unless it is brought back."""
        self._writer.stop_in(conversation_id)
        title = self.title_of(conversation_id)
        self._hidden.hide_chat(conversation_id)

        def restore() -> None:
            self._hidden.restore_chat(conversation_id)
            self._chats.conversations_touched()
            self._chats.open(conversation_id)

        def purge() -> None:
            self._writer.drop_in(conversation_id)
            self._hidden.purge_chat(conversation_id)

        self._deletions.offer(self.tr("Deleted “{title}”.").format(title=title), restore, purge)
        self._chats.conversations_touched()
        if conversation_id == self._chats.open_id:
            self._chats.open_latest()


def title_marks(title: str, words: list[str]) -> Marks:
    """Where the words, in lower case, are in a title: what is marked there."""
    folded = title.casefold()
    if len(folded) != len(title):
        return ()  # letters that fold to several: positions would not be the title's
    spans = []
    for word in words:
        start = folded.find(word)
        if start >= 0:
            spans.append((start, start + len(word)))
    marks: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if marks and start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
        else:
            marks.append((start, end))
    return tuple(marks)
