"""The log that a profile is: everything the person ever told Attune about their taste, append-only.

An event carries the numbers it needs (base rewards, quality), so that a refit needs no text and no model, and
deleting a conversation does not change what was learned. Kinds and fields are frozen for `EVENT_SCHEMA_VERSION`:
new kinds and new fields with a default may come, nothing is renamed.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

EVENT_SCHEMA_VERSION = 1

Choice = Literal["a", "b", "tie", "both_bad"]
CHOICE_TARGET: dict[Choice, float] = {"a": 1.0, "b": 0.0, "tie": 0.5}
"""A choice as what a model of choices predicts, the share of times that a is chosen; "both_bad" says nothing of it."""
ThumbReason = Literal["too_long", "too_short", "tone", "wrong", "other"]


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """What the heads said of one text: base_rewards, n_base numbers (φ), and quality in log-odds (q)."""

    base_rewards: list[float]
    quality: float


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    heads_version: str
    """The reward heads that the numbers belong to; events of other heads are kept and not used."""


class QuizAnswer(_Event, frozen=True, kw_only=True, tag="quiz"):
    """One answered pair of the quiz."""

    pair: str
    choice: Choice
    a: Scored
    b: Scored


class DraftPreferred(_Event, frozen=True, kw_only=True, tag="preferred"):
    """ "I prefer this one": `preferred` was picked over `shown`, two finished drafts of one message."""

    message: str
    preferred_index: int
    shown_index: int
    preferred: Scored
    shown: Scored


class Thumb(_Event, frozen=True, kw_only=True, tag="thumb"):
    """A thumb on a reply. reference: the mean over its finished siblings, or with none the model's running mean."""

    message: str
    index: int
    up: bool
    shown: Scored
    reference: Scored
    reason: ThumbReason | None = None


class AxisStatement(_Event, frozen=True, kw_only=True, tag="axis"):
    """The person moved a slider: their liking of a named axis is `value`, give or take `sd`."""

    axis: str
    value: float
    sd: Annotated[float, msgspec.Meta(gt=0)] = 0.25


class Retraction(_Event, frozen=True, kw_only=True, tag="retraction"):
    """Undo: the event with this number counts no longer. A retraction can itself be retracted."""

    event: int


PreferenceEvent: TypeAlias = QuizAnswer | DraftPreferred | Thumb | AxisStatement | Retraction


class LoggedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its place in the log: `number` grows by time and is unique within the profile."""

    number: int
    created_at: float
    event: PreferenceEvent


def active_events(log: list[LoggedEvent]) -> list[LoggedEvent]:
    """The events that count, in order: no retractions, nothing retracted.

    Of several thumbs on one draft, answers to one pair, or preferences between the same two drafts the last counts;
    taking it back brings the former back.
    """
    retracted: set[int] = set()
    # a retraction always comes after what it retracts, so reading backwards settles each before it is used
    for entry in sorted(log, key=lambda e: e.number, reverse=True):
        if isinstance(entry.event, Retraction) and entry.number not in retracted:
            retracted.add(entry.event.event)
    counting = [
        entry
        for entry in sorted(log, key=lambda e: e.number)
        if not isinstance(entry.event, Retraction) and entry.number not in retracted
    ]
    last = {_subject(entry): entry.number for entry in counting}
    return [entry for entry in counting if last[_subject(entry)] == entry.number]


def _subject(entry: LoggedEvent) -> tuple[object, ...]:
    """What an event is about; a later event about the same replaces it."""
    match entry.event:
        case Thumb(message=message, index=index):
            return ("thumb", message, index)
        case QuizAnswer(pair=pair):
            return ("pair", pair)
        case DraftPreferred(message=message, preferred_index=one, shown_index=other):
            return ("drafts", message, frozenset((one, other)))
    return ("event", entry.number)
