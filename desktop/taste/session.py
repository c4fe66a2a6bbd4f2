"""The people's tastes while the window is open: a learner for each profile, and signals whenever one changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.directions.examples import Example, own_examples
from engine.preferences.events import AxisStatement, Choice, LoggedEvent, Scored, Thumb, ThumbReason
from engine.preferences.explanation import change_words, describe_change
from engine.preferences.learner import Receipt, TasteLearner, posterior_from_log
from engine.preferences.taste_model import QuizPair, TasteModel
from engine.store.profiles import Profile, ProfileStore, QuizState


@dataclass(frozen=True)
class GivenThumb:
    """A thumb that counts: its number in the log, and what it says."""

    number: int
    up: bool
    reason: ThumbReason | None


Thumbs: TypeAlias = dict[tuple[str, int], GivenThumb]
"""By (message, draft index)."""


class TasteSession(QObject):
    """The profiles and their learners. Every change goes through here, so that every view hears of it.

    One profile is selected: the taste page shows it, the quiz asks it, new chats begin with it. A chat may be
    another profile's, so what concerns a chat names its profile.

    Signals:
        changed: an event log has changed, or another profile is selected: what is known is to be shown anew.
        profiles_changed: profiles were added, renamed, deleted, selected, paused or resumed; before `changed`.
        event_undone: (LoggedEvent), one event was taken back.
    """

    changed = Signal()
    profiles_changed = Signal()
    event_undone = Signal(object)

    def __init__(self, profiles: ProfileStore, model: TasteModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._profiles = profiles
        self._learners: dict[int, TasteLearner] = {}
        self.profile_id = profiles.selected().id

    @property
    def learner(self) -> TasteLearner:
        """The selected profile's. To read from; change it through this session's methods."""
        return self.learner_of(self.profile_id)

    def examples_of(self, profile_id: int) -> list[Example]:
        """The profile's clearest choices in the quiz, to show a model what such a person likes."""
        learner = self.learner_of(profile_id)
        return own_examples(learner.events, np.array(learner.weights.mean), self.model)

    def learner_of(self, profile_id: int) -> TasteLearner:
        """To read from; change it through this session's methods."""
        if profile_id not in self._learners:
            self._learners[profile_id] = TasteLearner(self._profiles.event_log(profile_id), self.model)
        return self._learners[profile_id]

    # profiles

    @property
    def profile(self) -> Profile:
        """The selected one."""
        return self._profiles.get(self.profile_id)

    @property
    def profiles(self) -> list[Profile]:
        """All of them, oldest first."""
        return self._profiles.profiles()

    def existing(self, profile_id: int | None) -> int:
        """This profile, or the selected one where it is gone."""
        return profile_id if any(p.id == profile_id for p in self.profiles) and profile_id else self.profile_id

    def select(self, profile_id: int) -> None:
        self._profiles.select(profile_id)
        self.profile_id = profile_id
        self._profiles_changed()

    def create_profile(self, name: str, log: list[LoggedEvent] | None = None) -> None:
        """One more profile, empty or with an imported log, which is selected.

        Raises: StoreError, when the name is empty or taken.
        """
        profile = self._profiles.create(name, log or [])
        self._profiles.save_weights(profile.id, self.learner_of(profile.id).weights)
        if self.learner_of(profile.id).n_quiz_answers:
            self._profiles.set_quiz_state(profile.id, "done")
        self.select(profile.id)

    def rename_profile(self, name: str) -> None:
        """The selected one. Raises: StoreError, when the name is empty or taken."""
        self._profiles.rename(self.profile_id, name)
        self._profiles_changed()

    @property
    def heir(self) -> Profile | None:
        """Who would get the chats of the selected profile, were it deleted: the oldest other; None for an only one."""
        return next((profile for profile in self.profiles if profile.id != self.profile_id), None)

    def delete_profile(self) -> None:
        """The selected one, with all it has learned; its chats go to `heir`, which is selected. Not an only profile."""
        heir = self.heir
        if heir is None:
            return
        deleted, self.profile_id = self.profile_id, heir.id
        self._profiles.delete(deleted, heir.id)
        self._profiles.select(heir.id)
        self._learners.pop(deleted, None)
        self._profiles_changed()

    def set_learns(self, learns: bool) -> None:
        """Whether ratings in the chats of the selected profile are kept and learned from."""
        self._profiles.set_learns(self.profile_id, learns)
        self._profiles_changed()

    def name_of(self, profile_id: int) -> str:
        return self._profiles.get(profile_id).name

    def learns(self, profile_id: int) -> bool:
        return self._profiles.get(profile_id).learns

    # the selected profile

    @property
    def quiz_state(self) -> QuizState:
        return self.profile.quiz_state

    def set_quiz_state(self, state: QuizState) -> None:
        self._profiles.set_quiz_state(self.profile_id, state)
        self.changed.emit()

    def answer(self, pair: QuizPair, choice: Choice) -> Receipt:
        return self._changed(self.learner.answer(pair, choice))

    def undo_last_answer(self) -> QuizPair | None:
        pair = self.learner.undo_last_answer()
        self.changed.emit()
        return pair

    def forget_quiz(self) -> None:
        """Take all quiz answers back, so that the quiz can be taken anew; ratings in chats stay."""
        while self.learner.undo_last_answer() is not None or self.learner.n_quiz_answers:
            pass
        self.changed.emit()

    def state_liking(self, axis: str, value: float, sd: float) -> Receipt:
        """The person says how much they like an axis, in log-odds a standard deviation.

        The receipt speaks of that axis, also where one that people like along with it moves further.
        """
        before = self._liking(axis)
        statement = AxisStatement(heads_version=self.model.heads_version, axis=axis, value=value, sd=sd)
        number = self.learner.record(statement).number
        return self._changed(Receipt(number, change_words(axis, self._liking(axis) - before)))

    def _liking(self, axis: str) -> float:
        return next(liking.mean for liking in self.learner.likings() if liking.axis == axis)

    def log(self) -> list[LoggedEvent]:
        """The whole log, with what was taken back."""
        return self._profiles.log(self.profile_id)

    def reset(self) -> None:
        """Forget everything about this profile's taste, for good."""
        self._profiles.reset(self.profile_id)
        self._learners.pop(self.profile_id, None)
        self.changed.emit()

    # ratings in a chat, for the profile that chooses there

    def thumb(self, profile_id: int, message: str, index: int, up: bool, shown: Scored, reference: Scored) -> Receipt:
        return self._changed(self.learner_of(profile_id).thumb(message, index, up, shown, reference))

    def give_reason(self, profile_id: int, message: str, index: int, reason: ThumbReason) -> Receipt | None:
        """Why the thumb on this draft is down; None where there is no thumb. It stands in for the bare thumb.

        The receipt says what thumb and reason change together: to the person they are one rating.
        """
        learner = self.learner_of(profile_id)
        events = learner.events
        given = next((e for e in events if isinstance(e.event, Thumb) and _is_on(e.event, message, index)), None)
        if given is None:
            return None
        receipt = learner.record(msgspec.structs.replace(given.event, reason=reason))
        without = posterior_from_log([entry for entry in events if entry is not given], self.model)
        return self._changed(Receipt(receipt.number, describe_change(without, learner.posterior, self.model)))

    def prefer(
        self, profile_id: int, message: str, preferred_index: int, shown_index: int, preferred: Scored, shown: Scored
    ) -> Receipt:
        learner = self.learner_of(profile_id)
        return self._changed(learner.prefer(message, preferred_index, shown_index, preferred, shown))

    def thumbs(self, profile_id: int) -> Thumbs:
        """The profile's thumbs that count."""
        return {
            (entry.event.message, entry.event.index): GivenThumb(entry.number, entry.event.up, entry.event.reason)
            for entry in self.learner_of(profile_id).events
            if isinstance(entry.event, Thumb)
        }

    def clear_thumbs(self, profile_id: int, message: str, index: int) -> None:
        """Take every thumb on a draft back."""
        self.learner_of(profile_id).clear_thumbs(message, index)
        self.changed.emit()

    def undo(self, number: int) -> None:
        """Take an event of any profile back, unless it no longer counts."""
        owner = self._profiles.owner_of(number)
        learner = self.learner_of(owner) if owner is not None else self.learner
        entry = next((entry for entry in learner.events if entry.number == number), None)
        if entry is not None:
            learner.undo(number)
            self.event_undone.emit(entry)
            self.changed.emit()

    def _changed(self, receipt: Receipt) -> Receipt:
        self.changed.emit()
        return receipt

    def _profiles_changed(self) -> None:
        self.profiles_changed.emit()
        self.changed.emit()


def _is_on(thumb: Thumb, message: str, index: int) -> bool:
    return (thumb.message, thumb.index) == (message, index)
