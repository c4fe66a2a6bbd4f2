"""Databases of every released schema, frozen as text, opened with today's program."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.preferences.events import AxisStatement, Retraction, Thumb
from engine.store.chats import ChatStore
from engine.store.database import Database
from engine.store.deletions import DeletionStore
from engine.store.folders import FolderStore
from engine.store.migrations import MIGRATIONS
from engine.store.profiles import ProfileStore

FROZEN = Path(__file__).parent / "frozen"


def frozen_database(directory: Path, version: int) -> Path:
    path = directory / "attune.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FROZEN / f"schema_{version}.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture
def old_database(tmp_path: Path) -> Path:
    return frozen_database(tmp_path, 1)


def schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return [
        (kind, name, " ".join((sql or "").split()))
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    ]


def test_the_first_released_step_has_not_changed(old_database: Path):
    with closing(sqlite3.connect(old_database)) as frozen, closing(sqlite3.connect(":memory:")) as now:
        now.executescript(MIGRATIONS[0])
        assert schema(now) == schema(frozen)


def test_an_old_database_keeps_everything_and_gains_profiles_and_corrections(old_database: Path):
    with closing(Database(old_database)) as database:
        assert database.schema_version == len(MIGRATIONS)
        profiles, chats = ProfileStore(database), ChatStore(database)
        (profile,) = profiles.profiles()
        assert (profile.id, profile.name, profile.quiz_state, profile.learns) == (1, "Me", "done", True)
        assert profile.weights is not None
        assert profile.weights.mean == [0.25, -0.5]
        assert profiles.selected() == profile
        assert [type(entry.event) for entry in profiles.log(1)] == [Thumb, Retraction, AxisStatement]
        by_id = {conversation.id: conversation for conversation in chats.conversations()}
        assert {c.id: (c.profile_id, c.correction) for c in by_id.values()} == {"c1": (1, {}), "c2": (1, {})}
        assert [message.content for message in chats.thread("c1")] == ["What is basil?", "A kitchen herb."]
        assert [draft.shown for draft in chats.thread("c1")[1].drafts] == [False, True]
        assert [hit.message_id for hit in chats.search("herb")] == ["m2"]
    assert len(list((old_database.parent / "backups").iterdir())) == 1


def test_the_second_released_step_has_not_changed(tmp_path: Path):
    with closing(sqlite3.connect(frozen_database(tmp_path, 2))) as frozen, closing(sqlite3.connect(":memory:")) as now:
        now.executescript(MIGRATIONS[0] + MIGRATIONS[1])
        assert schema(now) == schema(frozen)


def test_chats_of_the_second_schema_are_unpinned_and_there(tmp_path: Path):
    with closing(Database(frozen_database(tmp_path, 2))) as database:
        assert database.schema_version == len(MIGRATIONS)
        profiles, chats = ProfileStore(database), ChatStore(database)
        assert (profiles.selected().name, profiles.selected().learns) == ("Work", False)
        found = {chat.id: (chat.correction, chat.pinned) for chat in chats.conversations()}
        assert found == {"c1": ({"length": -2}, False), "c2": ({}, False)}
        assert DeletionStore(database).purge_all() == 0
        assert [hit.message_id for hit in chats.search("herb")] == ["m2"]
        chats.set_pinned("c2", True)
        assert [chat.id for chat in chats.conversations()] == ["c2", "c1"]
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_the_third_released_step_has_not_changed(tmp_path: Path):
    with closing(sqlite3.connect(frozen_database(tmp_path, 3))) as frozen, closing(sqlite3.connect(":memory:")) as now:
        now.executescript("".join(MIGRATIONS[:3]))
        assert schema(now) == schema(frozen)


def test_chats_of_the_third_schema_lie_in_no_folder_and_have_no_persona(tmp_path: Path):
    with closing(Database(frozen_database(tmp_path, 3))) as database:
        chats = ChatStore(database)
        found = chats.conversations()
        assert found
        assert {(chat.folder_id, chat.persona_id) for chat in found} == {(None, None)}
        folders = FolderStore(database)
        assert folders.folders() == []
        folders.move(found[0].id, folders.create("Kitchen"))
        assert chats.conversation(found[0].id).folder_id == folders.folders()[0].id


def test_the_third_schema_keeps_its_unicode_and_a_crash_that_it_saw_is_recovered_from(tmp_path: Path):
    with closing(Database(frozen_database(tmp_path, 3))) as database:
        assert database.schema_version == len(MIGRATIONS)
        chats = ChatStore(database)
        assert DeletionStore(database).purge_all() == 2
        assert chats.interrupt_unfinished() == 1
        pinned = chats.conversations()[0]
        assert (pinned.title, pinned.pinned) == ("مرحبا 你好 👩‍👩‍👧‍👦", True)
        thread = chats.thread(pinned.id)
        assert [message.content for message in thread] == ["اكتب لي عن 猫 – e\u0301tude", "猫は"]
        assert thread[1].status == "interrupted"
        assert {hit.message_id for hit in chats.search("étude")} == {"m3"}
        assert chats.search("hidden") == []
        assert chats.search("deleted") == []


@pytest.mark.parametrize("version", range(1, len([*FROZEN.glob("schema_*.sql")]) + 1))
def test_every_frozen_schema_reaches_the_newest_and_is_sound(tmp_path: Path, version: int):
    path = tmp_path / "attune.db"
    frozen = FROZEN / f"schema_{version}.sql"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(frozen.read_text(encoding="utf-8"))
        before = connection.execute("SELECT id, content FROM message ORDER BY id").fetchall()
    with closing(Database(path)) as database:
        rows = database.query("SELECT id, content FROM message ORDER BY id")
        assert [(row["id"], row["content"]) for row in rows] == before
        assert database.query("PRAGMA integrity_check")[0][0] == "ok"
        assert database.query("PRAGMA foreign_key_check") == []
        with database.transaction() as connection:
            connection.execute("INSERT INTO message_fts(message_fts, rank) VALUES ('integrity-check', 1)")
