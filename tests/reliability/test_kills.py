"""The kill harness, bounded: a dozen kills of each run of the tests; hundreds by command (docs/reliability.md)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from reliability.expectations import Expectations
from reliability.kill_harness import kill_migrations, kill_restores, kill_windows

from engine.store.chats import ChatStore
from engine.store.database import Database


def test_what_was_acknowledged_survives_kills_of_the_window_and_its_worker(tmp_path: Path):
    windows = kill_windows(tmp_path, 3, seed=11, longest_s=0.8)
    workers = kill_windows(tmp_path, 1, seed=12, kill_worker=True, longest_s=0.4)
    assert windows.wrong + workers.wrong == []
    assert windows.n_kills + workers.n_kills == 5
    assert windows.n_acknowledged + workers.n_acknowledged > 20


def test_a_migration_that_is_killed_loses_nothing(tmp_path: Path):
    outcome = kill_migrations(tmp_path, 4, seed=13, n_chats=40)
    assert outcome.wrong == []
    assert outcome.n_kills == 4


def test_going_back_to_a_backup_is_all_or_nothing_when_it_is_killed(tmp_path: Path):
    outcome = kill_restores(tmp_path, 3, seed=14, n_chats=30)
    assert outcome.wrong == []
    assert outcome.n_kills == 3


def test_the_harness_notices_what_is_missing_changed_or_half_there(tmp_path: Path):
    with closing(Database(tmp_path / "attune.db")) as database:
        chats = ChatStore(database)
        chat = chats.create_conversation(None)
        first = chats.add_user_message(chat.id, "first", None)
        reply = chats.begin_reply(chat.id, first.id, "instant", "model")
        chats.save_partial(reply.id, {0: "some text"})
        chats.interrupt_reply(reply.id)
    expected = Expectations()
    expected.read({"did": "message", "id": first.id, "text": "first", "parent": None, "chat": chat.id})
    expected.read({"did": "partial", "id": reply.id, "drafts": {"0": "some"}})
    expected.read({"did": "events", "events": {"1": "{}"}, "count": 1})
    assert expected.check(tmp_path) == ["event 1 is missing or changed", "0 events, 1 were acknowledged"]
    with closing(sqlite3.connect(tmp_path / "attune.db")) as connection:
        connection.execute("UPDATE message SET content = 'other' WHERE id = ?", (first.id,))
        connection.execute("DELETE FROM draft")
        connection.execute("INSERT INTO message_fts(message_fts) VALUES ('delete-all')")
        connection.commit()
    wrong = "\n".join(expected.check(tmp_path))
    assert f"message {first.id} has changed" in wrong
    assert f"reply {reply.id} has no draft" in wrong
    assert "search index" in wrong
