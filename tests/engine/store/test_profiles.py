"""Profiles in the database: the log is append-only, the weights are kept beside it."""

from __future__ import annotations

import pytest
from helpers.taste import quiz, scored, thumb

from engine.errors import StoreError
from engine.preferences.events import LoggedEvent, Retraction, active_events
from engine.store.chats import ChatStore
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


def test_profiles_do_not_see_each_others_events(store: ProfileStore):
    first, second = store.first_or_create().id, store.create("You").id
    entry = store.append(first, quiz(A, B, "a"))
    assert store.log(second) == []
    assert store.owner_of(entry.number) == first
    assert store.owner_of(entry.number + 1) is None


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


def test_the_profile_selected_last_is_selected_at_the_next_launch(store: ProfileStore):
    first = store.first_or_create()
    second = store.create("Work")
    assert store.selected() == first
    store.select(second.id)
    assert store.selected() == second
    store.select(first.id)
    assert store.selected() == first


def test_a_clock_set_back_does_not_undo_a_selection(store: ProfileStore, monkeypatch: pytest.MonkeyPatch):
    first, second = store.first_or_create(), store.create("Work")
    store.select(first.id)
    monkeypatch.setattr("engine.store.profiles.time.time", lambda: 1.0)
    store.select(second.id)
    assert store.selected() == second


@pytest.mark.parametrize(("name", "problem"), [("  ", "needs a name"), ("work", "a profile named “work” already")])
def test_a_profile_has_a_name_of_its_own(store: ProfileStore, name: str, problem: str):
    first, _ = store.first_or_create(), store.create("Work")
    with pytest.raises(StoreError, match=problem):
        store.create(name)
    with pytest.raises(StoreError, match=problem):
        store.rename(first.id, name)
    assert [profile.name for profile in store.profiles()] == ["Me", "Work"]


def test_renaming_keeps_everything_but_the_name_and_may_change_its_case(store: ProfileStore):
    profile = store.create("  Sunday   morning ")
    assert profile.name == "Sunday morning"
    store.rename(profile.id, "sunday morning")
    assert store.get(profile.id).name == "sunday morning"


def test_deleting_a_profile_takes_its_log_and_leaves_its_chats_to_the_heir(database: Database, store: ProfileStore):
    first, second = store.first_or_create(), store.create("Work")
    entry = store.append(second.id, quiz(A, B, "a"))
    chats = ChatStore(database)
    chat = chats.create_conversation(second.id)
    store.delete(second.id, heir=first.id)
    assert store.profiles() == [first]
    assert store.owner_of(entry.number) is None
    assert chats.conversation(chat.id).profile_id == first.id
    with pytest.raises(ValueError, match="inherit"):
        store.delete(first.id, heir=first.id)


def test_an_imported_log_counts_the_same_under_its_new_numbers(store: ProfileStore):
    source = store.first_or_create().id
    store.append(source, quiz(A, B, "a"))
    taken_back = store.append(source, thumb(True, A, B))
    store.retract(source, taken_back.number, "h")
    stray = LoggedEvent(number=99, created_at=0.0, event=Retraction(event=77, heads_version="h"))
    imported = store.create("From a file", [*store.log(source), stray])
    assert [e.event for e in active_events(store.log(imported.id))] == [
        e.event for e in active_events(store.log(source))
    ]
    assert [e.created_at for e in store.log(imported.id)] == [e.created_at for e in store.log(source)]
    assert not {e.number for e in store.log(imported.id)} & {e.number for e in store.log(source)}


def test_whether_a_profile_learns_is_kept(store: ProfileStore):
    profile = store.first_or_create().id
    assert store.get(profile).learns
    store.set_learns(profile, False)
    assert not store.get(profile).learns
