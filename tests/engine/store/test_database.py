"""The one SQLite file: created, migrated, damaged, locked."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from helpers.privileges import as_nobody

from engine.errors import StoreError
from engine.store import database as database_module
from engine.store.backups import N_KEPT
from engine.store.database import Database
from engine.store.migrations import MIGRATIONS
from engine.store.profiles import ProfileStore


def opened(path: Path) -> closing[Database]:
    return closing(Database(path))


def test_a_new_database_has_the_newest_schema(tmp_path: Path):
    with opened(tmp_path / "new" / "attune.db") as database:
        assert database.schema_version == len(MIGRATIONS)
        tables = {row["name"] for row in database.query("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {"profile", "conversation", "message", "draft", "feedback_event", "model_config"} <= tables
        assert database.query("PRAGMA journal_mode")[0][0] == "wal"
        assert database.query("PRAGMA foreign_keys")[0][0] == 1


def test_opening_again_changes_nothing_and_takes_no_backup(tmp_path: Path):
    with opened(tmp_path / "attune.db") as database:
        ProfileStore(database).first_or_create()
    with opened(tmp_path / "attune.db") as database:
        assert ProfileStore(database).first_or_create().id == 1
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"\0" * 5000])
def test_a_damaged_file_is_said_and_left_as_it_is(content: bytes, tmp_path: Path):
    path = tmp_path / "attune.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"cannot open its database .* Nothing in it was changed"):
        Database(path)
    assert path.read_bytes() == content


def test_a_database_cut_in_half_is_said(tmp_path: Path):
    path = tmp_path / "attune.db"
    with opened(path) as database:
        database.query("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(path, path.stat().st_size // 2 // 4096 * 4096 + 100)

    def use() -> None:
        with opened(path) as database:
            ProfileStore(database).first_or_create()

    with pytest.raises(StoreError, match="Attune"):
        use()


def test_a_newer_schema_is_refused_in_words(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "attune.db")) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match=r"written by a newer Attune .* Please update Attune\."):
        Database(tmp_path / "attune.db")


def test_a_directory_in_the_databases_place_is_said(tmp_path: Path):
    (tmp_path / "attune.db").mkdir()
    with pytest.raises(StoreError, match="cannot open its database"):
        Database(tmp_path / "attune.db")


def test_a_place_that_cannot_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot create"):
        Database(tmp_path / "file" / "attune.db")


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path):
    tmp_path.chmod(0o500)
    with as_nobody(), pytest.raises(StoreError, match=r"Attune cannot (open its database|create)"):
        Database(tmp_path / "attune.db")


def test_a_failed_transaction_leaves_nothing_behind(database: Database):
    ProfileStore(database).first_or_create()

    def fail() -> None:
        with database.transaction() as connection:
            connection.execute("DELETE FROM profile")
            connection.execute("INSERT INTO profile (id) VALUES ('no number')")

    with pytest.raises(StoreError, match="could not save"):
        fail()
    assert len(database.query("SELECT * FROM profile")) == 1


def test_a_programs_own_mistake_inside_a_transaction_rolls_back_too(database: Database):
    def fail() -> None:
        with database.transaction() as connection:
            connection.execute("INSERT INTO profile (name, created_at, updated_at) VALUES ('x', 0, 0)")
            raise KeyError("a mistake")

    with pytest.raises(KeyError):
        fail()
    assert database.query("SELECT * FROM profile") == []


SECOND_STEP = "ALTER TABLE profile ADD COLUMN colour TEXT;"


def test_a_migration_keeps_the_data_and_takes_a_backup_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(tmp_path / "attune.db") as database:
        ProfileStore(database).first_or_create()
    monkeypatch.setattr(database_module, "MIGRATIONS", (*MIGRATIONS, SECOND_STEP))
    with opened(tmp_path / "attune.db") as database:
        assert database.schema_version == len(MIGRATIONS) + 1
        assert database.query("SELECT name, colour FROM profile")[0]["name"] == "Me"
    (backup,) = (tmp_path / "backups").glob("*.db")
    with closing(sqlite3.connect(backup)) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert old.execute("SELECT name FROM profile").fetchall() == [("Me",)]


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with opened(tmp_path / "attune.db") as database:
        ProfileStore(database).first_or_create()
    broken = "CREATE TABLE half (id INTEGER); ALTER TABLE nowhere ADD COLUMN x TEXT;"
    with monkeypatch.context() as patched:
        patched.setattr(database_module, "MIGRATIONS", (*MIGRATIONS, broken))
        with pytest.raises(StoreError, match="Nothing in it was changed"):
            Database(tmp_path / "attune.db")
    with opened(tmp_path / "attune.db") as database:
        assert database.schema_version == len(MIGRATIONS)
        assert database.query("SELECT name FROM sqlite_master WHERE name = 'half'") == []


def test_only_the_latest_backups_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    Database(tmp_path / "attune.db").close()
    n_kept = N_KEPT["migration"]
    for step in range(1, n_kept + 3):
        steps = [f"CREATE TABLE extra{i} (id INTEGER);" for i in range(step)]
        monkeypatch.setattr(database_module, "MIGRATIONS", (*MIGRATIONS, *steps))
        Database(tmp_path / "attune.db").close()
    names = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert len(names) == n_kept
    assert names[-1] == f"attune-{N_KEPT['migration'] + 2:05d}-schema{len(MIGRATIONS) + N_KEPT['migration'] + 1}.db"
