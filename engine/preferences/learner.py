"""Learning one person's taste: an event goes into the log, the posterior follows from the whole log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.preferences import quiz
from engine.preferences.events import (
    Choice,
    DraftPreferred,
    LoggedEvent,
    PreferenceEvent,
    QuizAnswer,
    Scored,
    Thumb,
    ThumbReason,
    active_events,
)
from engine.preferences.explanation import AxisLiking, axis_likings, describe_change
from engine.preferences.likelihood import evidence_from_log
from engine.preferences.posterior import WeightPosterior, WeightPrior, fit_posterior
from engine.preferences.taste_model import QuizPair, TasteModel
from engine.types import WeightVector


class EventLog(Protocol):
    """Where a profile's events are kept: the database's profile, or a profile file."""

    def log(self) -> list[LoggedEvent]: ...

    def append(self, event: PreferenceEvent) -> LoggedEvent: ...

    def retract(self, number: int, heads_version: str) -> LoggedEvent: ...

    def save_weights(self, weights: WeightVector) -> None: ...


@dataclass(frozen=True)
class Receipt:
    """What the person is told after a rating.

    number: the event, for `undo`; change: "a little shorter", None where nothing visible changed.
    """

    number: int
    change: str | None


def posterior_from_log(log: list[LoggedEvent], model: TasteModel) -> WeightPosterior:
    """The belief that a log leads to. A pure function: the same events always give the same numbers."""
    prior = WeightPrior(model.prior_mean, model.prior_covariance)
    return fit_posterior(prior, evidence_from_log(log, model))


def weight_vector(posterior: WeightPosterior, model: TasteModel) -> WeightVector:
    return WeightVector(
        mean=posterior.mean.tolist(),
        covariance=posterior.covariance.tolist(),
        heads_version=model.heads_version,
    )


class TasteLearner:
    """One profile's log and the posterior that follows from it, kept in step."""

    def __init__(self, log: EventLog, model: TasteModel) -> None:
        self._log = log
        self.model = model
        self._events = log.log()
        self._posterior = posterior_from_log(self._events, model)

    @property
    def posterior(self) -> WeightPosterior:
        return self._posterior

    @property
    def weights(self) -> WeightVector:
        return weight_vector(self._posterior, self.model)

    @property
    def events(self) -> list[LoggedEvent]:
        """The events that count, oldest first."""
        return active_events(self._events)

    def likings(self) -> list[AxisLiking]:
        return axis_likings(self._posterior, self.model)

    # the quiz

    def next_pair(self) -> QuizPair | None:
        return quiz.next_pair(self._events, self._posterior, self.model)

    @property
    def n_quiz_answers(self) -> int:
        return len(quiz.answered(self._events, self.model.heads_version))

    def answer(self, pair: QuizPair, choice: Choice) -> Receipt:
        return self.record(
            QuizAnswer(
                heads_version=self.model.heads_version,
                pair=pair.id,
                choice=choice,
                a=pair.a_scored,
                b=pair.b_scored,
            )
        )

    def undo_last_answer(self) -> QuizPair | None:
        """Takes back the latest quiz answer. Returns its pair, None when there was none (or it left the bank)."""
        for entry in reversed(self.events):
            if isinstance(entry.event, QuizAnswer):
                self.undo(entry.number)
                pair_id = entry.event.pair
                return next((pair for pair in self.model.quiz.pairs if pair.id == pair_id), None)
        return None

    # ratings in the chat

    def thumb(
        self,
        message: str,
        index: int,
        up: bool,
        shown: Scored,
        reference: Scored,
        reason: ThumbReason | None = None,
    ) -> Receipt:
        """A thumb on a draft. It stands in for an earlier one on the same draft, which counts again after undo."""
        return self.record(
            Thumb(
                heads_version=self.model.heads_version,
                message=message,
                index=index,
                up=up,
                shown=shown,
                reference=reference,
                reason=reason,
            )
        )

    def prefer(self, message: str, preferred_index: int, shown_index: int, preferred: Scored, shown: Scored) -> Receipt:
        """ "I prefer this one" """
        return self.record(
            DraftPreferred(
                heads_version=self.model.heads_version,
                message=message,
                preferred_index=preferred_index,
                shown_index=shown_index,
                preferred=preferred,
                shown=shown,
            )
        )

    def clear_thumbs(self, message: str, index: int) -> None:
        """Takes back every thumb on a draft, those that a later one stood in for included."""
        # each retraction brings back the thumb before it
        while numbers := [
            entry.number
            for entry in self.events
            if isinstance(entry.event, Thumb) and (entry.event.message, entry.event.index) == (message, index)
        ]:
            self._retract(numbers[0])
        self._refit()

    def record(self, event: PreferenceEvent) -> Receipt:
        before = self._posterior
        entry = self._log.append(event)
        self._events.append(entry)
        self._refit()
        return Receipt(entry.number, describe_change(before, self._posterior, self.model))

    def undo(self, number: int) -> None:
        """Takes an event back; the posterior is then exactly what it would be without it."""
        self._retract(number)
        self._refit()

    def _retract(self, number: int) -> None:
        self._events.append(self._log.retract(number, self.model.heads_version))

    def _refit(self) -> None:
        self._posterior = posterior_from_log(self._events, self.model)
        self._log.save_weights(self.weights)
