"""Rating and explaining stored drafts: thumbs, "I prefer this one", undo, "Why this one?". Knows no widgets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from desktop.chat.chat_stores import ChatStores
from desktop.chat.chat_taste_controller import ChatTasteController
from desktop.chat.correction_words import correction_words
from desktop.chat.states import DraftState, Receipt, ReplyStatistics, Thumb, Why
from desktop.chat.why import dropped_sentence, explain
from desktop.taste.session import GivenThumb, TasteSession, Thumbs
from engine.errors import StoreError
from engine.preferences.events import DraftPreferred, LoggedEvent, ThumbReason
from engine.store.chats import StoredMessage
from engine.store.rating import FINISHED, scored, thumb_reference


class RatingController(QObject):
    """What the person thinks of stored drafts, and why the weights chose as they did.

    Signals:
        message_touched: (message id), its drafts or their thumbs have changed.
        receipt_changed: (Receipt).
        why_ready: (Why).
    """

    message_touched = Signal(str)
    receipt_changed = Signal(object)
    why_ready = Signal(object)

    def __init__(
        self, stores: ChatStores, taste: TasteSession, chat_taste: ChatTasteController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._stores = stores
        self._taste = taste
        self._chat_taste = chat_taste
        taste.event_undone.connect(self._on_event_undone)

    def rate(self, message_id: str, index: int, up: bool) -> None:
        """A thumb on a draft. The same thumb again takes it back."""
        profile_id = self._profile_of(message_id)
        given = self._taste.thumbs(profile_id).get((message_id, index))
        if given is not None and given.up == up:
            self._taste.clear_thumbs(profile_id, message_id, index)
            self._taken_back(message_id)
            return
        if not self._taste.learns(profile_id):
            self._say_paused(message_id)
            return
        message = self._stores.chats.message(message_id)
        draft = next((draft for draft in message.drafts if draft.index == index), None)
        own = scored(draft) if draft else None
        reference = thumb_reference(message, index, self._before(message_id), self._taste.model.heads_version)
        if own is None or reference is None:
            return
        receipt = self._taste.thumb(profile_id, message_id, index, up, own, reference)
        self.message_touched.emit(message_id)
        self._receipt(message_id, receipt.change, receipt.number)

    def give_reason(self, message_id: str, index: int, reason: ThumbReason) -> None:
        """Why the thumb on a draft is down. The same reason again takes it back, and leaves the bare thumb."""
        profile_id = self._profile_of(message_id)
        given = self._taste.thumbs(profile_id).get((message_id, index))
        if given is None or given.up:
            return
        if given.reason == reason:
            while given is not None and given.reason is not None:  # also those that this one stood in for
                self._taste.undo(given.number)
                given = self._taste.thumbs(profile_id).get((message_id, index))
            self._taken_back(message_id, given)
            return
        if not self._taste.learns(profile_id):
            self._say_paused(message_id)
            return
        receipt = self._taste.give_reason(profile_id, message_id, index, reason)
        if receipt is None:
            return
        self.message_touched.emit(message_id)
        if reason == "wrong":
            sentence = self.tr("Noted as wrong. That is no matter of taste, so your style stays as it was.")
            self.receipt_changed.emit(Receipt(message_id, sentence, receipt.number))
        else:
            self._receipt(message_id, receipt.change, receipt.number)

    def prefer(self, message_id: str, index: int) -> None:
        """ "I prefer this one": it becomes the reply, and the comparison is learned from if both were finished."""
        message = self._stores.chats.message(message_id)
        preferred = next((draft for draft in message.drafts if draft.index == index), None)
        shown = next((draft for draft in message.drafts if draft.shown), None)
        if preferred is None or shown is None or preferred.index == shown.index:
            return
        self._stores.chats.show_draft(message_id, index)
        ours, theirs = scored(preferred), scored(shown)
        comparable = (
            ours is not None
            and theirs is not None
            and preferred.finish in FINISHED
            and shown.finish in FINISHED
            and message.heads_version == self._taste.model.heads_version
        )
        if self._stores.is_temporary:
            self.message_touched.emit(message_id)
            sentence = self.tr("This one is the reply now. Nothing is learned from a temporary chat.")
            self.receipt_changed.emit(Receipt(message_id, sentence, None))
            return
        profile_id = self._profile_of(message_id)
        if ours is not None and theirs is not None and comparable and self._taste.learns(profile_id):
            receipt = self._taste.prefer(profile_id, message_id, index, shown.index, ours, theirs)
            self.message_touched.emit(message_id)
            self._receipt(message_id, receipt.change, receipt.number)
        else:
            self.message_touched.emit(message_id)
            sentence = self.tr("This one is the reply now.")
            if not self._taste.learns(profile_id):
                sentence = self.tr("This one is the reply now. Learning is paused, so nothing was learned from it.")
            self.receipt_changed.emit(Receipt(message_id, sentence, None))

    def undo(self, message_id: str, number: int) -> None:
        """Take a rating back; what it stood in for, as a reason does for its bare thumb, counts again."""
        profile_id = self._profile_of(message_id)
        before = self._taste.thumbs(profile_id)
        self._taste.undo(number)
        undone = next((key for key, given in before.items() if given.number == number), None)
        self._taken_back(message_id, self._taste.thumbs(profile_id).get(undone) if undone is not None else None)

    def explain(self, message_id: str, index: int) -> None:
        message = self._stores.chats.message(message_id)
        conversation = self._stores.chats.conversation(self._stores.chats.conversation_of(message_id))
        weights = np.array(self._chat_taste.weights_of(conversation.id).mean)
        correction = correction_words(conversation.correction)
        why = explain(message_id, message.drafts, index, weights, self._taste.model, correction)
        nothing = self.tr("There is no other draft to compare this one with.")
        self.why_ready.emit(replace(why or Why(message_id, index, nothing), dropped=dropped_sentence(message)))

    @Slot(object)
    def _on_event_undone(self, entry: LoggedEvent) -> None:
        event = entry.event
        if isinstance(event, DraftPreferred):
            try:
                drafts = self._stores.saved.message(event.message).drafts
                if any(draft.shown and draft.index == event.preferred_index for draft in drafts):
                    self._stores.saved.show_draft(event.message, event.shown_index)
            except StoreError:
                return  # its conversation was deleted
        message_id = getattr(event, "message", None)
        if isinstance(message_id, str):
            self.message_touched.emit(message_id)

    # helpers

    def _profile_of(self, message_id: str) -> int:
        return self._chat_taste.profile_of(self._stores.chats.conversation_of(message_id))

    def _taken_back(self, message_id: str, left: GivenThumb | None = None) -> None:
        """left: the thumb on the same draft that counts now."""
        self.message_touched.emit(message_id)
        sentence = self.tr("Taken back.")
        if left is not None:
            sentence = self.tr("Taken back: the thumb up before it counts again.")
            if not left.up:
                sentence = self.tr("Taken back: the thumb down before it counts again.")
        self.receipt_changed.emit(Receipt(message_id, sentence, left.number if left is not None else None))

    def _say_paused(self, message_id: str) -> None:
        paused = self.tr("Learning is paused for this taste, so your rating is not kept.")
        self.receipt_changed.emit(Receipt(message_id, paused, None))

    def _receipt(self, message_id: str, change: str | None, number: int) -> None:
        noted = self.tr("Noted")
        if len(self._taste.profiles) > 1:
            name = self._taste.name_of(self._profile_of(message_id))
            noted = self.tr("Noted for “{name}”").format(name=name)
        sentence = self.tr("{noted}. It changes nothing visible yet.").format(noted=noted)
        if change is not None:
            sentence = self.tr("{noted}: {change} from now on.").format(noted=noted, change=change)
        self.receipt_changed.emit(Receipt(message_id, sentence, number))

    def _before(self, message_id: str) -> list[StoredMessage]:
        """The messages of the shown branch before this one."""
        thread = self._stores.chats.thread(self._stores.chats.conversation_of(message_id))
        position = next((i for i, message in enumerate(thread) if message.id == message_id), 0)
        return thread[:position]


def draft_states(message: StoredMessage, thumbs: Thumbs, heads_version: str) -> tuple[DraftState, ...]:
    """What the widgets show of a reply's drafts: those that were written to some end, in order."""
    ratable = message.heads_version == heads_version
    states = []
    for draft in message.drafts:
        if draft.finish is None:
            continue
        thumb: Thumb | None = None
        given = thumbs.get((message.id, draft.index))
        if given is not None:
            thumb = "up" if given.up else "down"
        states.append(
            DraftState(
                index=draft.index,
                text=draft.text,
                finish=draft.finish,
                picked=draft.picked,
                shown=draft.shown,
                ratable=ratable and scored(draft) is not None,
                thumb=thumb,
                reason=given.reason if given is not None else None,
                reasoning=draft.reasoning,
                direction=draft.direction,
            )
        )
    return tuple(states)


def reply_statistics(message: StoredMessage) -> ReplyStatistics | None:
    """What a finished reply took; None where it is none, or was cut off."""
    shown = next((draft for draft in message.drafts if draft.shown), None)
    if message.timings is None or shown is None:
        return None
    return ReplyStatistics(
        n_tokens=shown.n_tokens,
        n_drafts=len(message.drafts) + message.timings.n_dropped,
        n_tokens_of_all=sum(draft.n_tokens for draft in message.drafts) + message.timings.n_dropped_tokens,
        timings=message.timings,
        model=message.model or "",
    )
