"""Writing one reply: ask the engine, keep what comes, say how far it is. Knows no widgets, and not what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.chat.estimate import ReplyLengths, fractions, seconds_left
from desktop.chat.states import Progress
from desktop.chat.turns import with_system_prompt
from desktop.engine_client import EngineClient
from desktop.library.models import ModelController, ModelStatus
from desktop.personas.controller import PersonaController
from desktop.settings.keeper import SettingsKeeper
from engine.directions.examples import Example
from engine.protocol import DraftProgress, DraftsPlanned, ReplyReady
from engine.store.chats import ChatStore, StoredMessage, conversation_turns
from engine.store.rating import FINISHED
from engine.types import ChatMessage, Mode, PlanReason, WeightVector

SAVE_MS = 250
STREAM_MS = 33


@dataclass(frozen=True)
class Wish:
    """What a reply is to be, beside an answer. beginning: of the reply, to be continued; plain: whatever the taste."""

    beginning: str = ""
    plain: bool = False


@dataclass
class ActiveReply:
    """The reply that is being written. dropped: its conversation is gone, nothing of it is stored."""

    chats: ChatStore
    conversation_id: str
    user_id: str
    message_id: str
    mode: Mode
    max_tokens: int
    beginning: str = ""
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
    kept: bool = False
    """It was cut off, and had text that is kept as interrupted."""

    @property
    def has_text(self) -> bool:
        return self.stored or self.kept


class ReplyWriter(QObject):
    """At most one reply at a time, stored in the store that its conversation lives in.

    Signals:
        busy_changed: (bool), whether a reply is being written.
        progressed: (ActiveReply), its progress has changed.
        streamed: (ActiveReply, more text).
        ended: (ActiveReply), it is stored, interrupted or discarded; `busy_changed` comes before.
    """

    busy_changed = Signal(bool)
    progressed = Signal(object)
    streamed = Signal(object, str)
    ended = Signal(object)

    def __init__(
        self,
        client: EngineClient,
        models: ModelController,
        settings: SettingsKeeper,
        personas: PersonaController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._models = models
        self._settings = settings
        self._personas = personas
        self._active: ActiveReply | None = None
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
    def active(self) -> ActiveReply | None:
        """The reply that is being written."""
        return self._active

    def begin(
        self,
        chats: ChatStore,
        conversation_id: str,
        thread: list[StoredMessage],
        weights: WeightVector,
        examples: Sequence[Example],
        wish: Wish,
    ) -> StoredMessage:
        """Have the last message of a thread answered. Returns the reply, which has no text yet."""
        settings = self._settings.current
        personal = settings.mode == "personal"
        user_id = thread[-1].id
        model = self._models.status.name
        reply = chats.begin_reply(conversation_id, user_id, settings.mode, model, plain=wish.plain)
        active = ActiveReply(
            chats, conversation_id, user_id, reply.id, settings.mode, settings.max_tokens, wish.beginning
        )
        self._active = active
        begun = [ChatMessage(role="assistant", content=wish.beginning)] if wish.beginning else []
        active.request_id = self._client.generate(
            with_system_prompt(
                [*conversation_turns(thread), *begun], self._personas.system_prompt_of(chats, conversation_id)
            ),
            settings.n_drafts if personal else 1,
            self._models.sampling(settings.max_tokens),
            None if wish.plain else weights,
            settings.time_budget_s if personal else None,
            settings.channels,
            () if wish.plain else examples,
            full=settings.finish_every_draft,
        )
        self.busy_changed.emit(True)
        return reply

    def say_first(self) -> None:
        """What there is to wait for before the engine has said anything."""
        if self._models.status.state == "loading":
            self._on_model_status(self._models.status)
        else:
            self._progress(Progress(self.tr("Reading your message…")))

    @Slot()
    def stop(self) -> None:
        """Keep what there is."""
        if self._active is not None:
            self._client.cancel(self._active.request_id)

    def stop_in(self, conversation_id: str) -> None:
        """Of a reply that is being written in this chat, keep what there is."""
        if self._active is not None and self._active.conversation_id == conversation_id:
            self._client.cancel(self._active.request_id)

    def drop_in(self, conversation_id: str) -> None:
        """The chat is about to be gone: nothing of a reply that is being written in it is stored any more."""
        if self._active is not None and self._active.conversation_id == conversation_id:
            self._active.dropped = True
            self._client.cancel(self._active.request_id)

    def shutdown(self) -> None:
        """The window closes: what is written so far stays, marked as interrupted."""
        active, self._active = self._active, None
        if active is not None and not active.dropped:
            self._keep_or_discard(active)

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
        active.texts[index] = active.texts.get(index, active.beginning) + text
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
        written = [done and index not in progress.dropped for index, done in enumerate(finished)]
        done = fractions(n_tokens, written, expected, active.max_tokens)
        dropped = frozenset(progress.dropped)
        self._progress(Progress(self._writing(left, active, len(dropped)), tuple(done), dropped))

    def _writing(self, seconds: float | None, active: ActiveReply, n_dropped: int = 0) -> str:
        """What is being written, how long still, and why it is not more."""
        sentence = self.tr("Writing {n} drafts").format(n=active.n_drafts)
        if active.n_drafts == 1:
            sentence = self.tr("Writing 1 draft")
        if n_dropped:
            sentence += self.tr(" · {n} dropped early").format(n=n_dropped)
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
        active.chats.finish_reply(
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
        try:
            if not active.dropped and not active.stored:
                active.kept = self._keep_or_discard(active)
        finally:  # also where the disk is full: the person can go on, and what is stored is settled at the next start
            self.busy_changed.emit(False)
            self.ended.emit(active)

    # helpers

    def _keep_or_discard(self, active: ActiveReply) -> bool:
        """Of a reply that was cut off: whether it had any text, which is then kept as interrupted."""
        active.unsaved.update(active.texts)
        self._save_partial_of(active)
        if any(text.strip() for text in active.texts.values()):
            active.chats.interrupt_reply(active.message_id)
            return True
        active.chats.discard_reply(active.message_id)
        return False

    @Slot()
    def _save_partial(self) -> None:
        if self._active is not None:
            self._save_partial_of(self._active)

    def _save_partial_of(self, active: ActiveReply) -> None:
        if active.unsaved and not active.dropped:
            active.chats.save_partial(active.message_id, {i: active.texts[i] for i in active.unsaved})
        active.unsaved.clear()

    @Slot()
    def _stream(self) -> None:
        active = self._active
        if active is not None and active.unstreamed:
            text, active.unstreamed = active.unstreamed, ""
            self._progress(None)
            self.streamed.emit(active, text)

    def _of(self, request_id: int) -> ActiveReply | None:
        return self._active if self._active and self._active.request_id == request_id else None

    def _progress(self, progress: Progress | None) -> None:
        active = self._active
        if active is not None and active.progress != progress:
            active.progress = progress
            self.progressed.emit(active)
