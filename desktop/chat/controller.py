"""The flow of a conversation: store, ask the engine, keep what comes. Knows no widgets; rating is its neighbour's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.chat.chat_taste_controller import ChatTasteController
from desktop.chat.context_meter import with_system_prompt
from desktop.chat.estimate import ReplyLengths, fractions, seconds_left
from desktop.chat.rating_controller import draft_states
from desktop.chat.states import MessageState, Progress
from desktop.engine_client import EngineClient
from desktop.library.models import ModelController, ModelStatus
from desktop.settings.keeper import SettingsKeeper
from desktop.taste.session import TasteSession, Thumbs
from engine.protocol import DraftProgress, DraftsPlanned, ReplyReady
from engine.store.chats import ChatStore, Conversation, StoredMessage, conversation_turns
from engine.store.rating import FINISHED
from engine.types import ChatMessage, Mode, PlanReason, SamplingSettings

SAVE_MS = 250
STREAM_MS = 33


@dataclass(frozen=True)
class SearchResult:
    conversation: Conversation
    snippet: str


@dataclass
class _ActiveReply:
    """The reply that is being written. dropped: its conversation is gone, nothing of it is stored."""

    conversation_id: str
    user_id: str
    message_id: str
    mode: Mode
    max_tokens: int
    n_drafts: int = 1
    plan_reason: PlanReason = ""
    request_id: int = 0
    texts: dict[int, str] = field(default_factory=dict)
    unsaved: set[int] = field(default_factory=set)
    unstreamed: str = ""
    progress: Progress | None = None
    failure: tuple[str, str] | None = None
    notice: str = ""
    stored: bool = False
    dropped: bool = False


class ChatController(QObject):
    """One open conversation, and at most one reply being written.

    Signals:
        conversations_changed: (list of Conversation), newest first.
        conversation_opened: (Conversation, or None for a new chat).
        thread_changed: (list of MessageState), everything to show.
        message_added: (MessageState), at the end.
        message_changed: (MessageState).
        message_removed: (message id).
        text_streamed: (message id, more text).
        progress_changed: (Progress, or None when there is nothing to wait for).
        busy_changed: (bool), whether a reply is being written, in any conversation.
        trailer_changed: (sentence below the last message, or ""; whether to offer "Try again").
        text_accepted: what the person wrote is stored.
        text_returned: (text), it could not be answered and is theirs to change.
    """

    conversations_changed = Signal(object)
    conversation_opened = Signal(object)
    thread_changed = Signal(object)
    message_added = Signal(object)
    message_changed = Signal(object)
    message_removed = Signal(str)
    text_streamed = Signal(str, str)
    progress_changed = Signal(object)
    busy_changed = Signal(bool)
    trailer_changed = Signal(str, bool)
    text_accepted = Signal()
    text_returned = Signal(str)

    def __init__(
        self,
        chats: ChatStore,
        taste: TasteSession,
        chat_taste: ChatTasteController,
        client: EngineClient,
        models: ModelController,
        settings: SettingsKeeper,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._chats = chats
        self._taste = taste
        self._chat_taste = chat_taste
        self._client = client
        self._models = models
        self._settings = settings
        self._open_id: str | None = None
        self._active: _ActiveReply | None = None
        self._lengths = ReplyLengths()
        self._save_timer = QTimer(self, interval=SAVE_MS, singleShot=True)
        self._save_timer.timeout.connect(self._save_partial)
        self._stream_timer = QTimer(self, interval=STREAM_MS, singleShot=True)
        self._stream_timer.timeout.connect(self._stream)
        client.prompt_progress.connect(self._on_prompt_progress)
        client.drafts_planned.connect(self._on_drafts_planned)
        client.reasoning_delta.connect(self._on_reasoning_delta)
        client.draft_delta.connect(self._on_draft_delta)
        client.draft_progress.connect(self._on_draft_progress)
        client.scoring.connect(self._on_scoring)
        client.reply_ready.connect(self._on_reply_ready)
        client.failed.connect(self._on_failed)
        client.finished.connect(self._on_finished)
        models.status_changed.connect(self._on_model_status)

    @property
    def is_busy(self) -> bool:
        return self._active is not None

    @property
    def open_id(self) -> str | None:
        return self._open_id

    # conversations

    def start(self) -> None:
        """Mark what a crash left unfinished, and open the last conversation."""
        self._chats.interrupt_unfinished()
        conversations = self._chats.conversations()
        self.conversations_changed.emit(conversations)
        self.open(conversations[0].id if conversations else None)

    @Slot()
    def new_chat(self) -> None:
        """An empty chat; it is stored with its first message."""
        self.open(None)

    def open(self, conversation_id: str | None) -> None:
        self._open_id = conversation_id
        conversation = next((c for c in self._chats.conversations() if c.id == conversation_id), None)
        self._announce(conversation)
        self._show_thread()

    def rename(self, conversation_id: str, title: str) -> None:
        title = " ".join(title.split())
        if title:
            self._chats.rename_conversation(conversation_id, title)
            self._conversations_touched()

    def delete(self, conversation_id: str) -> None:
        if self._active is not None and self._active.conversation_id == conversation_id:
            self._active.dropped = True
            self._client.cancel(self._active.request_id)
        self._chats.delete_conversation(conversation_id)
        conversations = self._chats.conversations()
        self.conversations_changed.emit(conversations)
        if conversation_id == self._open_id:
            self.open(conversations[0].id if conversations else None)

    def search(self, text: str) -> list[SearchResult]:
        """Conversations that contain the words, each once, best first; titles count too."""
        conversations = self._chats.conversations()
        by_id = {c.id: c for c in conversations}
        snippets: dict[str, str] = {}
        for hit in self._chats.search(text):
            snippets.setdefault(hit.conversation_id, " ".join(hit.snippet.split()))
        words = text.lower().split()
        for conversation in conversations:
            if all(word in conversation.title.lower() for word in words):
                snippets.setdefault(conversation.id, "")
        return [SearchResult(by_id[i], snippet) for i, snippet in snippets.items() if i in by_id]

    # writing

    def send(self, text: str) -> None:
        """Store what the person wrote, then have it answered."""
        if self._active is not None or not text.strip():
            return
        conversation_id = self._open_id
        if conversation_id is None:
            conversation_id = self._chats.create_conversation(
                self._chat_taste.profile_id, correction=self._chat_taste.correction
            ).id
        thread = self._chats.thread(conversation_id)
        user = self._chats.add_user_message(conversation_id, text.strip(), thread[-1].id if thread else None)
        self.text_accepted.emit()
        self.trailer_changed.emit("", False)
        if self._open_id is None:
            self._open_id = conversation_id
        self._conversations_touched()
        self.message_added.emit(self._state(user, thread))
        self._begin(conversation_id, user.id)

    @Slot()
    def try_again(self) -> None:
        """Ask for the last reply again; the former one stays stored."""
        if self._active is not None or self._open_id is None:
            return
        thread = self._chats.thread(self._open_id)
        if not thread:
            return
        user_id = thread[-1].id if thread[-1].role == "user" else thread[-1].parent_id
        if thread[-1].role == "assistant":
            self.message_removed.emit(thread[-1].id)
        if user_id is not None:
            self.trailer_changed.emit("", False)
            self._begin(self._open_id, user_id)

    @Slot()
    def stop(self) -> None:
        """Keep what there is."""
        if self._active is not None:
            self._client.cancel(self._active.request_id)

    def shutdown(self) -> None:
        """The window closes: what is written so far stays, marked as interrupted."""
        active, self._active = self._active, None
        if active is not None and not active.dropped:
            self._keep_or_discard(active)

    def _begin(self, conversation_id: str, user_id: str) -> None:
        settings = self._settings.current
        personal = settings.mode == "personal"
        turns = conversation_turns(self._chats.thread(conversation_id))
        reply = self._chats.begin_reply(conversation_id, user_id, settings.mode, self._models.status.name)
        active = _ActiveReply(conversation_id, user_id, reply.id, settings.mode, max_tokens=settings.max_tokens)
        self._active = active
        active.request_id = self._client.generate(
            with_system_prompt(_until_user(turns), settings.system_prompt),
            settings.n_drafts if personal else 1,
            SamplingSettings(temperature=settings.temperature, max_tokens=settings.max_tokens),
            self._chat_taste.weights_of(conversation_id),
            settings.time_budget_s if personal else None,
        )
        self.busy_changed.emit(True)
        self.message_added.emit(self._state(reply, []))
        if self._models.status.state == "loading":
            self._on_model_status(self._models.status)
        else:
            self._progress(Progress(self.tr("Reading your message…")))

    # what the engine reports

    @Slot(object)
    def _on_model_status(self, status: ModelStatus) -> None:
        active = self._active
        if active is not None and status.state == "loading" and not active.texts:
            percent = round(100 * status.fraction)
            self._progress(Progress(self.tr("Waiting for the model to load… {n}%").format(n=percent)))

    @Slot(int, int, int)
    def _on_prompt_progress(self, request_id: int, n_done: int, n_total: int) -> None:
        active = self._of(request_id)
        if active is not None and not active.texts:
            percent = round(100 * n_done / max(n_total, 1))
            self._progress(Progress(self.tr("Reading your message… {n}%").format(n=percent)))

    @Slot(int, object)
    def _on_drafts_planned(self, request_id: int, planned: DraftsPlanned) -> None:
        active = self._of(request_id)
        if active is not None:
            active.n_drafts, active.plan_reason = planned.n_drafts, planned.reason
            self._progress(Progress(self._writing(planned.expected_s, active)))

    @Slot(int, int, str)
    def _on_reasoning_delta(self, request_id: int, _index: int, _text: str) -> None:
        active = self._of(request_id)
        if active is not None and not active.texts and active.mode == "instant":
            self._progress(Progress(self.tr("The model is thinking before it answers…")))

    @Slot(int, int, str)
    def _on_draft_delta(self, request_id: int, index: int, text: str) -> None:
        active = self._of(request_id)
        if active is None:
            return
        active.texts[index] = active.texts.get(index, "") + text
        active.unsaved.add(index)
        if not self._save_timer.isActive():
            self._save_timer.start()
        if active.mode == "instant" and index == 0:
            active.unstreamed += text
            if not self._stream_timer.isActive():
                self._stream_timer.start()

    @Slot(int, object)
    def _on_draft_progress(self, request_id: int, progress: DraftProgress) -> None:
        active = self._of(request_id)
        if active is None or active.mode == "instant":
            return
        expected = self._lengths.expected
        n_tokens, finished = progress.n_tokens, progress.finished
        left = seconds_left(n_tokens, finished, progress.tokens_per_s, expected, active.max_tokens)
        done = fractions(n_tokens, finished, expected, active.max_tokens)
        self._progress(Progress(self._writing(left, active), tuple(done)))

    def _writing(self, seconds: float | None, active: _ActiveReply) -> str:
        """What is being written, how long still, and why it is not more."""
        sentence = self.tr("Writing {n} drafts").format(n=active.n_drafts)
        if active.n_drafts == 1:
            sentence = self.tr("Writing 1 draft")
        if seconds is not None:
            sentence += self.tr(" · about {s} s").format(s=max(1, round(seconds)))
        if active.plan_reason == "battery":
            sentence += self.tr(" · fewer on battery")
        elif active.plan_reason == "busy":
            sentence += self.tr(" · fewer, since this machine is busy")
        return sentence

    @Slot(int)
    def _on_scoring(self, request_id: int) -> None:
        active = self._of(request_id)
        if active is not None and active.mode == "personal":
            self._progress(Progress(self.tr("Choosing the one you would like best…"), (1.0,) * active.n_drafts))

    @Slot(int, object)
    def _on_reply_ready(self, request_id: int, reply: ReplyReady) -> None:
        active = self._of(request_id)
        if active is None or active.dropped or not reply.drafts:
            return
        self._save_timer.stop()
        active.unsaved.clear()
        self._chats.finish_reply(
            active.message_id,
            reply.drafts,
            reply.chosen,
            heads_version=reply.heads_version,
            seed=reply.seed,
            timings=reply.timings,
            stopped=reply.drafts[reply.chosen].finish == "cancelled",
        )
        active.stored = True
        active.notice = reply.notice or ""
        self._lengths.observe([draft.n_tokens for draft in reply.drafts if draft.finish in FINISHED])

    @Slot(int, str, str)
    def _on_failed(self, request_id: int, sentence: str, kind: str) -> None:
        active = self._of(request_id)
        if active is not None:
            active.failure = (sentence, kind)

    @Slot(int)
    def _on_finished(self, request_id: int) -> None:
        active = self._of(request_id)
        if active is None:
            return
        self._stream_timer.stop()
        self._save_timer.stop()
        self._active = None
        self.busy_changed.emit(False)
        if self._is_open(active):
            self.progress_changed.emit(None)
        if active.dropped:
            return
        if active.stored or self._keep_or_discard(active):
            self._show_outcome(active)
        else:
            self._show_nothing_written(active)
        self._conversations_touched()

    def _show_outcome(self, active: _ActiveReply) -> None:
        """The reply has text: chosen, stopped or interrupted."""
        if not self._is_open(active):
            return
        self.refresh_message(active.message_id)
        sentence, kind = active.failure or ("", "cancelled")
        self.trailer_changed.emit(sentence if kind != "cancelled" else active.notice, False)

    def _show_nothing_written(self, active: _ActiveReply) -> None:
        if self._is_open(active):
            self.message_removed.emit(active.message_id)
        sentence, kind = active.failure or (self.tr("The model wrote nothing."), "engine")
        if kind == "cancelled":
            sentence = self.tr("Stopped before anything was written.")
        thread = self._chats.thread(active.conversation_id)
        answered_before = bool(thread) and thread[-1].id != active.user_id
        if answered_before and self._is_open(active):
            self._show_thread()  # it was asked again: the former reply is back
        take_back = kind == "prompt" and not answered_before
        if take_back:
            self._give_text_back(active)
        if self._is_open(active) or take_back:
            self.trailer_changed.emit(sentence, not take_back)

    def _give_text_back(self, active: _ActiveReply) -> None:
        """A message that cannot be answered leaves the conversation and returns to the composer."""
        text = self._chats.message(active.user_id).content
        self._chats.take_back_message(active.user_id)
        if self._is_open(active):
            self.message_removed.emit(active.user_id)
        if not self._chats.thread(active.conversation_id):
            self._chats.delete_conversation(active.conversation_id)
            if self._is_open(active):
                self.open(None)
        self.text_returned.emit(text)

    def _keep_or_discard(self, active: _ActiveReply) -> bool:
        """Of a reply that was cut off: whether it had any text, which is then kept as interrupted."""
        active.unsaved.update(active.texts)
        self._save_partial_of(active)
        if any(text.strip() for text in active.texts.values()):
            self._chats.interrupt_reply(active.message_id)
            return True
        self._chats.discard_reply(active.message_id)
        return False

    @Slot()
    def _save_partial(self) -> None:
        if self._active is not None:
            self._save_partial_of(self._active)

    def _save_partial_of(self, active: _ActiveReply) -> None:
        if active.unsaved and not active.dropped:
            self._chats.save_partial(active.message_id, {i: active.texts[i] for i in active.unsaved})
        active.unsaved.clear()

    @Slot()
    def _stream(self) -> None:
        active = self._active
        if active is not None and active.unstreamed:
            text, active.unstreamed = active.unstreamed, ""
            if self._is_open(active):
                self._progress(None)
                self.text_streamed.emit(active.message_id, text)

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

    def refresh(self) -> None:
        """Show every message anew: the taste was reset."""
        self._show_thread()

    @Slot()
    def refresh_ratings(self) -> None:
        """Show the thumbs of the profile that chooses in the open chat now, where the person is reading."""
        thread = self._chats.thread(self._open_id) if self._open_id else []
        thumbs = self._taste.thumbs(self._chat_taste.profile_id)
        for message in thread:
            if message.status != "writing":
                self.message_changed.emit(self._state(message, thread, thumbs))

    # helpers

    def _of(self, request_id: int) -> _ActiveReply | None:
        return self._active if self._active and self._active.request_id == request_id else None

    def _is_open(self, active: _ActiveReply) -> bool:
        return active.conversation_id == self._open_id

    def _progress(self, progress: Progress | None) -> None:
        active = self._active
        if active is not None and active.progress != progress:
            active.progress = progress
            if self._is_open(active):
                self.progress_changed.emit(progress)

    def _conversations_touched(self) -> None:
        conversations = self._chats.conversations()
        self.conversations_changed.emit(conversations)
        current = next((c for c in conversations if c.id == self._open_id), None)
        if current is not None:
            self._announce(current)

    def _announce(self, conversation: Conversation | None) -> None:
        self._chat_taste.open(conversation)
        self.conversation_opened.emit(conversation)

    def _show_thread(self) -> None:
        thread = self._chats.thread(self._open_id) if self._open_id else []
        thumbs = self._taste.thumbs(self._chat_taste.profile_id)
        self.thread_changed.emit([self._state(message, thread, thumbs) for message in thread])
        active = self._active if self._active and self._is_open(self._active) else None
        self.progress_changed.emit(active.progress if active else None)
        unanswered = bool(thread) and thread[-1].role == "user" and active is None
        self.trailer_changed.emit(self.tr("This message has no reply yet.") if unanswered else "", unanswered)

    def _state(
        self, message: StoredMessage, thread: Sequence[StoredMessage], thumbs: Thumbs | None = None
    ) -> MessageState:
        active = self._active if self._active and self._active.message_id == message.id else None
        text = message.content
        if active is not None and active.mode == "instant":
            text = active.texts.get(0, "")
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
                self._taste.model.heads_version,
            ),
            can_try_again=last and message.status in ("stopped", "interrupted"),
        )


def _until_user(turns: list[ChatMessage]) -> list[ChatMessage]:
    """Up to the last message of the person: a former reply that is asked for again is not read."""
    while turns and turns[-1].role != "user":
        turns = turns[:-1]
    return turns
