"""Which events of a log count."""

from __future__ import annotations

import msgspec
import pytest
from helpers.taste import logged, quiz, retraction, scored, thumb

from engine.preferences.events import (
    AxisStatement,
    DraftPreferred,
    PreferenceEvent,
    active_events,
)

A, B = scored(1.0, 0.0), scored(0.0, 1.0)


def active_numbers(*events):
    return [entry.number for entry in active_events(logged(*events))]


def test_a_retracted_event_does_not_count():
    assert active_numbers(quiz(A, B, "a"), quiz(A, B, "b"), retraction(1)) == [2]


def test_a_retracted_retraction_brings_the_event_back():
    assert active_numbers(quiz(A, B, "a"), retraction(1), retraction(2)) == [1]


def test_retracting_three_deep_takes_it_away_again():
    assert active_numbers(quiz(A, B, "a"), retraction(1), retraction(2), retraction(3)) == []


def test_retracting_twice_is_retracting_once():
    assert active_numbers(quiz(A, B, "a"), retraction(1), retraction(1)) == []
    # taking one of two retractions back leaves the other standing
    assert active_numbers(quiz(A, B, "a"), retraction(1), retraction(1), retraction(3)) == []


def test_retracting_what_is_not_there_changes_nothing():
    assert active_numbers(quiz(A, B, "a"), retraction(99)) == [1]


def test_a_second_answer_to_a_pair_replaces_the_first_until_it_is_taken_back():
    first, second = quiz(A, B, "a", pair="p"), quiz(A, B, "b", pair="p")
    assert [entry.number for entry in active_events(logged(first, second))] == [2]
    assert [entry.number for entry in active_events(logged(first, second, retraction(2)))] == [1]


def test_of_preferences_between_the_same_two_drafts_the_last_counts():
    def preferred(one: int, other: int) -> DraftPreferred:
        return DraftPreferred(
            heads_version="heads", message="m", preferred_index=one, shown_index=other, preferred=A, shown=B
        )

    assert [e.number for e in active_events(logged(preferred(1, 0), preferred(0, 1), preferred(2, 0)))] == [2, 3]


def test_events_come_in_the_order_of_their_numbers_whatever_the_order_of_the_list():
    log = logged(quiz(A, B, "a"), quiz(A, B, "b"), retraction(1), quiz(A, B, "tie"))
    assert [entry.number for entry in active_events(log[::-1])] == [2, 4]


def test_of_a_drafts_thumbs_the_last_counts():
    again, other = thumb(False, A, B), thumb(True, A, B, message="n")
    assert active_numbers(thumb(True, A, B), other, again) == [2, 3]
    assert active_numbers(thumb(True, A, B), other, again, retraction(3)) == [1, 2]


@pytest.mark.parametrize(
    "event",
    [
        quiz(A, B, "both_bad"),
        DraftPreferred(heads_version="h", message="m", preferred_index=1, shown_index=0, preferred=A, shown=B),
        thumb(False, A, B, reason="too_long"),
        AxisStatement(heads_version="h", axis="length", value=-0.5),
        retraction(3),
    ],
    ids=lambda event: type(event).__name__,
)
def test_every_kind_of_event_survives_being_written_and_read(event: PreferenceEvent):
    assert msgspec.json.decode(msgspec.json.encode(event), type=PreferenceEvent) == event


def test_the_frozen_form_of_a_thumb_can_still_be_read():
    """A line as version 1 wrote it: old logs must stay readable for ever."""
    line = (
        b'{"kind":"thumb","heads_version":"h1-abc","message":"m1","index":2,"up":false,'
        b'"shown":{"base_rewards":[0.5],"quality":0.1},"reference":{"base_rewards":[0.25],"quality":0.0},'
        b'"reason":"too_long"}'
    )
    event = msgspec.json.decode(line, type=PreferenceEvent)
    assert (event.message, event.index, event.up, event.reason) == ("m1", 2, False, "too_long")
    assert event.shown.base_rewards == [0.5]
