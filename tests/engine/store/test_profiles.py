"""Profiles in the database: the log is append-only, the weights are kept beside it."""

from __future__ import annotations

import pytest
from helpers.taste import quiz, scored, thumb

from engine.errors import StoreError
from engine.preferences.events import Retraction, active_events
from engine.store.database import Database
from engine.store.profiles import ProfileStore
from engine.types import WeightVector

A, B = scored(1.0, 0.0), scored(0.0, 1.0)


@pytest.fixture
def store(database: Database) -> ProfileStore:
    return ProfileStore(database)


def test_the_first_profile_is_made_once(store: ProfileStore):
    profile = store.first_or_create()
    assert store.first_or_create() == profile
    assert (profile.quiz_state, profile.weights) == ("new", None)


def test_a_profile_that_is_not_there_is_said(store: ProfileStore):
    with pytest.raises(StoreError, match="no profile with the number 9"):
        store.get(9)


def test_the_log_returns_what_was_appended_in_order(store: ProfileStore):
    profile = store.first_or_create().id
    events = [quiz(A, B, "tie"), thumb(True, A, B), quiz(B, A, "both_bad")]
    entries = [store.append(profile, event) for event in events]
    assert store.log(profile) == entries
    assert [entry.event for entry in entries] == events


def test_undo_appends_a_retraction_and_removes_nothing(store: ProfileStore):
    profile = store.first_or_create().id
    entry = store.append(profile, quiz(A, B, "a"))
    store.retract(profile, entry.number, "h")
    assert [type(one.event) for one in store.log(profile)] == [type(entry.event), Retraction]
    assert active_events(store.log(profile)) == []


def test_the_database_refuses_to_change_an_event(database: Database, store: ProfileStore):
    store.append(store.first_or_create().id, quiz(A, B, "a"))

    def change() -> None:
        with database.transaction() as connection:
            connection.execute("UPDATE feedback_event SET payload = '{}'")

    with pytest.raises(StoreError, match="append-only"):
        change()


def test_numbers_are_never_used_again(store: ProfileStore):
    profile = store.first_or_create().id
    first = store.append(profile, quiz(A, B, "a"))
    store.reset(profile)
    assert store.append(profile, quiz(A, B, "a")).number > first.number


def test_profiles_do_not_see_each_others_events(database: Database, store: ProfileStore):
    first = store.first_or_create().id
    with database.transaction() as connection:
        connection.execute("INSERT INTO profile (id, name, created_at, updated_at) VALUES (2, 'You', 0, 0)")
    store.append(first, quiz(A, B, "a"))
    assert store.log(2) == []


def test_weights_are_kept_and_forgotten_on_reset(store: ProfileStore):
    profile = store.first_or_create().id
    weights = WeightVector(mean=[0.1, 1 / 3], covariance=[[1.0, 0.0], [0.0, 1.0]], heads_version="h")
    store.save_weights(profile, weights)
    store.set_quiz_state(profile, "done")
    assert store.get(profile).weights == weights
    assert store.get(profile).quiz_state == "done"
    store.reset(profile)
    assert (store.get(profile).weights, store.get(profile).quiz_state, store.log(profile)) == (None, "new", [])


def test_an_event_that_cannot_be_read_is_named_and_left_out(
    database: Database, store: ProfileStore, caplog: pytest.LogCaptureFixture
):
    profile = store.first_or_create().id
    with database.transaction() as connection:
        connection.execute(
            "INSERT INTO feedback_event (number, profile_id, created_at, schema_version, kind, payload)"
            " VALUES (7, ?, 0, 1, 'quiz', '{\"kind\": \"quiz\"}')",
            (profile,),
        )
    assert store.log(profile) == []
    assert "Event 7 of the taste log cannot be read" in caplog.text
