"""The open conversation: what is shown of it, and what the person writes. Knows no widgets.

Its neighbours write the reply, rate it, change what is there, and see to whole chats.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from desktop.chat.chat_stores import ChatStores
from desktop.chat.chat_taste_controller import ChatTasteController
from desktop.chat.rating_controller import draft_states, reply_statistics
from desktop.chat.reply_writer import ActiveReply, ReplyWriter, Wish
from desktop.chat.states import MessageState
from desktop.personas.controller import PersonaController
from desktop.taste.session import TasteSession, Thumbs
from engine.attachments import Attachment
from engine.errors import StoreError
from engine.store.branches import Versions
from engine.store.chats import ChatStore, Conversation, StoredMessage

JUST_AN_ANSWER = Wish()


class ChatController(QObject):
    """One open conversation, and at most one reply being written.

    Signals:
        conversations_changed: (list of Conversation), those that are saved: pinned ones first, then newest first.
        conversation_opened: (Conversation, or None for a new chat).
        temporary_changed: (bool), whether the open chat is a temporary one; before `conversation_opened`.
        temporary_ending: the temporary chat is about to be gone.
        thread_changed: (list of MessageState), everything to show.
        message_sought: (message id), where the person wants to read, after `thread_changed`.
        message_added: (MessageState), at the end.
        message_changed: (MessageState).
        message_removed: (message id).
        text_streamed: (message id, more text).
        progress_changed: (Progress, or None when there is nothing to wait for).
        busy_changed: (bool), whether a reply is being written, in any conversation.
        trailer_changed: (sentence below the last message, or ""; whether to offer "Try again").
        text_accepted: what the person wrote is stored.
        text_returned: (text), it could not be answered and is theirs to change.
        attachments_returned: (tuple of Attachment), with it.
    """

    conversations_changed = Signal(object)
    conversation_opened = Signal(object)
    temporary_changed = Signal(bool)
    temporary_ending = Signal()
    thread_changed = Signal(object)
    message_sought = Signal(str)
    message_added = Signal(object)
    message_changed = Signal(object)
    message_removed = Signal(str)
    text_streamed = Signal(str, str)
    progress_changed = Signal(object)
    busy_changed = Signal(bool)
    trailer_changed = Signal(str, bool)
    text_accepted = Signal()
    text_returned = Signal(str)
    attachments_returned = Signal(object)

    def __init__(
        self,
        stores: ChatStores,
        taste: TasteSession,
        chat_taste: ChatTasteController,
        personas: PersonaController,
        writer: ReplyWriter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._taste = taste
        self._chat_taste = chat_taste
        self._personas = personas
        self._writer = writer
        self._open_id: str | None = None
        self._attachments: tuple[Attachment, ...] = ()
        writer.busy_changed.connect(self.busy_changed)
        writer.progressed.connect(self._on_progressed)
        writer.streamed.connect(self._on_streamed)
        writer.ended.connect(self._on_ended)

    @property
    def is_busy(self) -> bool:
        return self._writer.active is not None

    @property
    def open_id(self) -> str | None:
        return self._open_id

    # conversations

    def start(self) -> None:
        """Mark what a crash left unfinished, and open the last conversation."""
        self._stores.saved.interrupt_unfinished()
        self.conversations_changed.emit(self._stores.saved.conversations())
        self.open_latest()

    @Slot()
    def new_chat(self) -> None:
        """An empty chat; it is stored with its first message."""
        self.open(None)

    @Slot()
    def new_temporary_chat(self) -> None:
        """An empty chat that is neither saved nor learned from, and gone once another one is opened."""
        self._end_temporary()
        self._stores.begin_temporary()
        self._show(None)

    def open(self, conversation_id: str | None, message_id: str | None = None) -> None:
        """A saved chat, or None for a new one. message_id: of its messages, the one to read, on whatever branch."""
        self._end_temporary()
        if conversation_id is not None and message_id is not None:
            self._stores.branches.show(message_id)
        self._show(conversation_id)
        if message_id is not None:
            self.message_sought.emit(message_id)

    def open_latest(self) -> None:
        """The saved chat that was last written in."""
        conversations = self._stores.saved.conversations()
        latest = max(conversations, key=lambda conversation: conversation.updated_at, default=None)
        self.open(latest.id if latest is not None else None)

    def _end_temporary(self) -> None:
        if self._stores.is_temporary:
            if self._open_id is not None:
                self._writer.drop_in(self._open_id)
            self.temporary_ending.emit()
            self._open_id = None
            self._stores.end_temporary()

    def _show(self, conversation_id: str | None) -> None:
        self._open_id = conversation_id
        self.temporary_changed.emit(self._stores.is_temporary)
        conversation = next((c for c in self._chats.conversations() if c.id == conversation_id), None)
        self._announce(conversation)
        self.refresh(anew=True)

    # writing

    @Slot(object)
    def attach(self, attachments: tuple[Attachment, ...]) -> None:
        """The files that the next message is sent with."""
        self._attachments = attachments

    def send(self, text: str, *, plain: bool = False) -> None:
        """Store what the person wrote, then have it answered. plain: whatever their taste."""
        if self.is_busy or not text.strip():
            return
        conversation_id = self._open_id
        if conversation_id is None:
            conversation_id = self._chats.create_conversation(
                self._chat_taste.profile_id,
                correction=self._chat_taste.correction,
                persona_id=self._personas.chosen_id,
            ).id
        thread = self._chats.thread(conversation_id)
        user = self._chats.add_user_message(
            conversation_id, text.strip(), thread[-1].id if thread else None, self._attachments
        )
        self.text_accepted.emit()
        self.trailer_changed.emit("", False)
        if self._open_id is None:
            self._open_id = conversation_id
        self.conversations_touched()
        self.message_added.emit(self._state(user, [*thread, user]))
        if thread:
            self.refresh_message(thread[-1].id)  # no longer the last: it cannot be continued any more
        self._begin(conversation_id, user.id, Wish(plain=plain))

    def answer(self, user_id: str, wish: Wish = JUST_AN_ANSWER) -> None:
        """Have a message of the open chat answered, whatever followed it; that stays, as another version."""
        if not self.is_busy and self._open_id is not None:
            self._stores.branches.show(user_id)
            self._begin(self._open_id, user_id, wish, anew=True)

    @Slot()
    def try_again(self) -> None:
        """Ask for the last reply again; the former one stays stored."""
        if self.is_busy or self._open_id is None:
            return
        thread = self._chats.thread(self._open_id)
        if not thread:
            return
        user_id = thread[-1].id if thread[-1].role == "user" else thread[-1].parent_id
        if user_id is not None:
            self.answer(user_id)

    def _begin(self, conversation_id: str, user_id: str, wish: Wish, *, anew: bool = False) -> None:
        """anew: the thread that is shown does not end with the message to answer, and is shown anew."""
        thread = _until(self._chats.thread(conversation_id), user_id)
        weights = self._chat_taste.weights_of(conversation_id)
        examples = self._chat_taste.examples_of(conversation_id)
        reply = self._writer.begin(self._chats, conversation_id, thread, weights, examples, wish)
        if anew:
            self._show_thread()
        else:
            self.message_added.emit(self._state(reply, []))
        self._writer.say_first()

    # what becomes of the reply

    @Slot(object)
    def _on_progressed(self, active: ActiveReply) -> None:
        if self._is_open(active):
            self.progress_changed.emit(active.progress)

    @Slot(object, str)
    def _on_streamed(self, active: ActiveReply, text: str) -> None:
        if self._is_open(active):
            self.text_streamed.emit(active.message_id, text)

    @Slot(object)
    def _on_ended(self, active: ActiveReply) -> None:
        if self._is_open(active):
            self.progress_changed.emit(None)
        if active.dropped:
            return
        if active.has_text:
            self._show_outcome(active)
        else:
            self._show_nothing_written(active)
        self.conversations_touched()

    def _show_outcome(self, active: ActiveReply) -> None:
        """The reply has text: chosen, stopped or interrupted."""
        if not self._is_open(active):
            return
        self.refresh_message(active.message_id)
        sentence, kind = active.failure or ("", "cancelled")
        self.trailer_changed.emit(sentence if kind != "cancelled" else active.notice, False)

    def _show_nothing_written(self, active: ActiveReply) -> None:
        if self._is_open(active):
            self.message_removed.emit(active.message_id)
        sentence, kind = active.failure or (self.tr("The model wrote nothing."), "engine")
        if kind == "cancelled":
            sentence = self.tr("Stopped before anything was written.")
        thread = active.chats.thread(active.conversation_id)
        answered_before = bool(thread) and thread[-1].id != active.user_id
        if answered_before and self._is_open(active):
            self._show_thread()  # it was asked again: the former reply is back
        take_back = kind == "prompt" and not answered_before
        if take_back:
            self._give_text_back(active)
        if self._is_open(active) or take_back:
            self.trailer_changed.emit(sentence, not take_back)

    def _give_text_back(self, active: ActiveReply) -> None:
        """A message that cannot be answered leaves the conversation and returns to the composer."""
        message = active.chats.message(active.user_id)
        active.chats.take_back_message(active.user_id)
        if not active.chats.thread(active.conversation_id):
            active.chats.delete_conversation(active.conversation_id)
            if self._is_open(active):
                self._show(None)
        elif self._is_open(active):
            self._show_thread()  # where it was reworded, the former wording is back
        self.attachments_returned.emit(message.attachments)
        self.text_returned.emit(message.content)

    # what ratings change

    @Slot(str)
    def refresh_message(self, message_id: str) -> None:
        """Show a message anew, if its conversation is open: its drafts or their thumbs have changed."""
        if self._open_id is None:
            return
        thread = self._chats.thread(self._open_id)
        for message in thread:
            if message.id == message_id:
                self.message_changed.emit(self._state(message, thread))

    def refresh(self, message_id: str | None = None, *, anew: bool = False) -> None:
        """Show the thread as it is now. message_id: the one to read; anew: without what was said of ratings."""
        if anew:
            self.thread_changed.emit([])
        self._show_thread()
        if message_id is not None:
            self.message_sought.emit(message_id)

    @Slot()
    def refresh_ratings(self) -> None:
        """Show the thumbs of the profile that chooses in the open chat now, where the person is reading."""
        for state in self._thread_states():
            if state.role == "assistant" and state.status != "writing":
                self.message_changed.emit(state)

    # helpers

    @property
    def _chats(self) -> ChatStore:
        """The store that the open chat lives in."""
        return self._stores.chats

    def _is_open(self, active: ActiveReply) -> bool:
        return active.chats is self._chats and active.conversation_id == self._open_id

    def conversations_touched(self) -> None:
        """Announce the saved chats anew, and the open one."""
        self.conversations_changed.emit(self._stores.saved.conversations())
        current = next((c for c in self._chats.conversations() if c.id == self._open_id), None)
        if current is not None:
            self._announce(current)

    def _announce(self, conversation: Conversation | None) -> None:
        self._chat_taste.open(conversation)
        self.conversation_opened.emit(conversation)

    def _show_thread(self) -> None:
        states = self._thread_states()
        self.thread_changed.emit(states)
        active = self._writer.active
        if active is not None and not self._is_open(active):
            active = None
        self.progress_changed.emit(active.progress if active else None)
        unanswered = bool(states) and states[-1].role == "user" and active is None
        self.trailer_changed.emit(self.tr("This message has no reply yet.") if unanswered else "", unanswered)

    def _thread_states(self) -> list[MessageState]:
        if self._open_id is None:
            return []
        thread = self._chats.thread(self._open_id)
        thumbs = self._taste.thumbs(self._chat_taste.profile_id)
        versions = self._stores.branches.versions(self._open_id)
        return [self._state(message, thread, thumbs, versions) for message in thread]

    def _state(
        self,
        message: StoredMessage,
        thread: Sequence[StoredMessage],
        thumbs: Thumbs | None = None,
        versions: dict[str, Versions] | None = None,
    ) -> MessageState:
        if versions is None:
            versions = self._stores.branches.versions(self._open_id) if self._open_id is not None else {}
        own = versions.get(message.id)
        active = self._writer.active
        if active is not None and active.message_id != message.id:
            active = None
        text = message.content
        if active is not None and active.mode == "instant":
            text = active.texts.get(0, active.beginning)
            active.unstreamed = ""
        last = bool(thread) and thread[-1].id == message.id
        return MessageState(
            id=message.id,
            role=message.role,
            text=text,
            status=message.status,
            mode=message.mode,
            drafts=draft_states(
                message,
                self._taste.thumbs(self._chat_taste.profile_id) if thumbs is None else thumbs,
                # a temporary chat is not learned from: nothing in it can be rated
                "" if self._stores.is_temporary else self._taste.model.heads_version,
            ),
            version=(own.position, len(own.ids)) if own is not None else (0, 1),
            statistics=reply_statistics(message),
            can_try_again=last and message.status in ("stopped", "interrupted"),
            can_continue=last and message.role == "assistant",
            plain=message.plain,
            attachments=message.attachments,
        )


def _until(thread: list[StoredMessage], message_id: str) -> list[StoredMessage]:
    """The thread up to this message: what followed it before is not read."""
    ids = [message.id for message in thread]
    if message_id not in ids:
        raise StoreError("That message is not there any more.")
    return thread[: ids.index(message_id) + 1]
