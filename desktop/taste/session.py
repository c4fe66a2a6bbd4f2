"""The person's taste while the window is open: one learner, and one signal whenever it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.preferences.events import Choice, Scored, Thumb, ThumbReason
from engine.preferences.explanation import describe_change
from engine.preferences.learner import Receipt, TasteLearner, posterior_from_log
from engine.preferences.taste_model import QuizPair, TasteModel
from engine.store.profiles import ProfileStore, QuizState


@dataclass(frozen=True)
class GivenThumb:
    """A thumb that counts: its number in the log, and what it says."""

    number: int
    up: bool
    reason: ThumbReason | None


Thumbs: TypeAlias = dict[tuple[str, int], GivenThumb]
"""By (message, draft index)."""


class TasteSession(QObject):
    """One profile's learner. Every change goes through here, so that every view hears of it.

    Signals:
        changed: the event log has changed, and what follows from it.
        event_undone: (LoggedEvent), one event was taken back.
    """

    changed = Signal()
    event_undone = Signal(object)

    def __init__(self, profiles: ProfileStore, model: TasteModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._profiles = profiles
        self.profile_id = profiles.first_or_create().id
        self._learner = TasteLearner(profiles.event_log(self.profile_id), model)

    @property
    def learner(self) -> TasteLearner:
        """To read from; change it through this session's methods."""
        return self._learner

    @property
    def quiz_state(self) -> QuizState:
        return self._profiles.get(self.profile_id).quiz_state

    def set_quiz_state(self, state: QuizState) -> None:
        self._profiles.set_quiz_state(self.profile_id, state)
        self.changed.emit()

    def answer(self, pair: QuizPair, choice: Choice) -> Receipt:
        return self._changed(self._learner.answer(pair, choice))

    def undo_last_answer(self) -> QuizPair | None:
        pair = self._learner.undo_last_answer()
        self.changed.emit()
        return pair

    def thumb(self, message: str, index: int, up: bool, shown: Scored, reference: Scored) -> Receipt:
        return self._changed(self._learner.thumb(message, index, up, shown, reference))

    def prefer(self, message: str, preferred_index: int, shown_index: int, preferred: Scored, shown: Scored) -> Receipt:
        return self._changed(self._learner.prefer(message, preferred_index, shown_index, preferred, shown))

    def thumbs(self) -> Thumbs:
        """The thumbs that count."""
        return {
            (entry.event.message, entry.event.index): GivenThumb(entry.number, entry.event.up, entry.event.reason)
            for entry in self._learner.events
            if isinstance(entry.event, Thumb)
        }

    def give_reason(self, message: str, index: int, reason: ThumbReason) -> Receipt | None:
        """Why the thumb on this draft is down; None where there is no thumb. It stands in for the bare thumb.

        The receipt says what thumb and reason change together: to the person they are one rating.
        """
        events = self._learner.events
        given = next((e for e in events if isinstance(e.event, Thumb) and _is_on(e.event, message, index)), None)
        if given is None:
            return None
        receipt = self._learner.record(msgspec.structs.replace(given.event, reason=reason))
        without = posterior_from_log([entry for entry in events if entry is not given], self.model)
        change = describe_change(without, self._learner.posterior, self.model)
        return self._changed(Receipt(receipt.number, change))

    def clear_thumbs(self, message: str, index: int) -> None:
        """Take every thumb on a draft back."""
        self._learner.clear_thumbs(message, index)
        self.changed.emit()

    def undo(self, number: int) -> None:
        """Take an event back, unless it no longer counts."""
        entry = next((entry for entry in self._learner.events if entry.number == number), None)
        if entry is not None:
            self._learner.undo(number)
            self.event_undone.emit(entry)
            self.changed.emit()

    def forget_quiz(self) -> None:
        """Take all quiz answers back, so that the quiz can be taken anew; ratings in chats stay."""
        while self._learner.undo_last_answer() is not None or self._learner.n_quiz_answers:
            pass
        self.changed.emit()

    def reset(self) -> None:
        """Forget everything about this person's taste, for good."""
        self._profiles.reset(self.profile_id)
        self._learner = TasteLearner(self._profiles.event_log(self.profile_id), self.model)
        self.changed.emit()

    def _changed(self, receipt: Receipt) -> Receipt:
        self.changed.emit()
        return receipt


def _is_on(thumb: Thumb, message: str, index: int) -> bool:
    return (thumb.message, thumb.index) == (message, index)
