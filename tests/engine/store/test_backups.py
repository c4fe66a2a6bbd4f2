"""Copies of the database: whole, private, rotated, and put back."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.paths import Paths
from engine.store.backups import N_KEPT, is_daily_due, list_backups, restore, take_backup
from engine.store.chats import ChatStore
from engine.store.database import Database
from engine.store.erasure import erase_everything
from engine.store.settings import Settings, save_settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_chat(tmp_path / "attune.db", "before the backup")
    return tmp_path / "attune.db"


def write_chat(path: Path, text: str) -> None:
    with closing(Database(path)) as database:
        chats = ChatStore(database)
        chats.add_user_message(chats.create_conversation(None).id, text, None)


def texts(path: Path) -> list[str]:
    with closing(Database(path)) as database:
        return [row["content"] for row in database.query("SELECT content FROM message ORDER BY number")]


def test_a_restored_backup_is_what_was_there_and_what_it_replaced_is_kept(path: Path):
    backup = take_backup(path, "asked")
    write_chat(path, "after the backup")
    restore(path, backup)
    assert texts(path) == ["before the backup"]
    replaced = list_backups(path)[0]
    assert replaced.kind == "replaced"
    restore(path, replaced.path)
    assert texts(path) == ["before the backup", "after the backup"]


def test_a_database_too_damaged_to_copy_is_kept_as_it_is_when_a_backup_takes_its_place(path: Path):
    backup = take_backup(path, "daily")
    path.write_bytes(b"no database at all" * 500)
    restore(path, backup)
    assert texts(path) == ["before the backup"]
    assert (path.parent / "backups" / "attune-damaged.db").read_bytes() == b"no database at all" * 500


@pytest.mark.parametrize("damage", ["cut", "text", "newer"])
def test_a_damaged_or_newer_backup_is_refused_and_changes_nothing(path: Path, damage: str):
    backup = take_backup(path, "asked")
    if damage == "cut":
        os.truncate(backup, backup.stat().st_size // 2)
    elif damage == "text":
        backup.write_bytes(b"no database at all" * 500)
    else:
        with closing(sqlite3.connect(backup)) as connection:
            connection.execute("PRAGMA user_version = 9999")
    with pytest.raises(StoreError, match=r"Nothing was changed|Please update Attune"):
        restore(path, backup)
    assert texts(path) == ["before the backup"]


def test_nothing_is_restored_under_an_open_window(path: Path):
    backup = take_backup(path, "asked")
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchone()
        write_chat(path, "in the log of writes")
        with pytest.raises(StoreError, match="has Attune's database open"):
            restore(path, backup)
    assert texts(path) == ["before the backup", "in the log of writes"]


def test_each_kind_of_backup_is_rotated_apart(path: Path):
    for _ in range(N_KEPT["asked"] + 2):
        take_backup(path, "asked")
    for _ in range(N_KEPT["daily"] + 2):
        take_backup(path, "daily")
    kinds = [backup.kind for backup in list_backups(path)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"asked": N_KEPT["asked"], "daily": N_KEPT["daily"]}
    numbers = [backup.number for backup in list_backups(path)]
    assert numbers == sorted(numbers, reverse=True)


def test_a_daily_backup_is_due_after_a_day_and_after_a_clock_that_was_set_back(path: Path):
    assert is_daily_due(path)
    backup = take_backup(path, "daily")
    assert not is_daily_due(path)
    for offset in (-90_000, 90_000):
        os.utime(backup, (time.time() + offset, time.time() + offset))
        assert is_daily_due(path)


def test_a_backup_that_cannot_be_written_is_said_and_leaves_no_half_one(path: Path):
    take_backup(path, "daily")
    backups = path.parent / "backups"
    before = sorted(backups.iterdir())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = 'nonsense' WHERE name = 'draft'")
        connection.commit()
    with pytest.raises(StoreError, match="could not make a backup"):
        take_backup(path, "daily")
    assert sorted(backups.iterdir()) == before


def test_a_backup_holds_no_room_of_deleted_rows(path: Path):
    with closing(sqlite3.connect(path)) as connection:  # secure_delete off: the words stay in free pages
        connection.execute(
            "INSERT INTO conversation (id, title, created_at, updated_at) VALUES ('x', 'secret-word', 1, 1)"
        )
        connection.commit()
        connection.execute("DELETE FROM conversation WHERE id = 'x'")
        connection.commit()
    assert b"secret-word" not in take_backup(path, "asked").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="no such modes there")
def test_only_the_owner_can_read_what_attune_writes(tmp_path: Path):
    paths = Paths.under(tmp_path / "data")
    old_umask = os.umask(0)
    try:
        paths.ensure()
        with closing(Database(paths.database)) as database:
            ChatStore(database).create_conversation(None)
            take_backup(paths.database, "daily")
            save_settings(paths.settings, Settings())
            modes = {path: path.stat().st_mode & 0o777 for path in [paths.data, *paths.data.rglob("*")]}
    finally:
        os.umask(old_umask)
    names = {path.name for path in modes}
    assert {"attune.db", "attune.db-wal", "attune.db-shm", "settings.json", "backups", "logs"} <= names
    assert {path: mode for path, mode in modes.items() if mode & 0o077} == {}


@pytest.mark.skipif(os.name == "nt", reason="no such modes there")
def test_what_an_earlier_attune_left_open_to_others_is_closed(tmp_path: Path):
    paths = Paths.under(tmp_path / "data")
    paths.ensure()
    Database(paths.database).close()
    paths.data.chmod(0o755)
    paths.database.chmod(0o644)
    paths.ensure()
    Database(paths.database).close()
    assert (paths.data.stat().st_mode & 0o777, paths.database.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_directory_that_was_somebody_elses_keeps_its_mode(tmp_path: Path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    Paths.under(shared).ensure()
    assert shared.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("models", [False, True])
def test_erasing_everything_leaves_nothing_but_models_and_what_is_not_ours(tmp_path: Path, models: bool):
    paths = Paths.under(tmp_path / "data")
    paths.ensure()
    write_chat(paths.database, "a secret word")
    take_backup(paths.database, "daily")
    save_settings(paths.settings, Settings(system_prompt="a secret word"))
    (paths.logs / "window.log").write_text("a log")
    paths.models.mkdir()
    (paths.models / "model.gguf").write_bytes(b"GGUF")
    (paths.data / "not-ours.txt").write_text("the person's")
    erase_everything(paths, models=models)
    left = sorted(path.name for path in paths.data.rglob("*") if path.is_file())
    assert left == (["not-ours.txt"] if models else ["model.gguf", "not-ours.txt"])


def test_where_settings_lie_among_the_data_erasing_keeps_the_models(tmp_path: Path):
    paths = Paths(data=tmp_path / "Attune", config=tmp_path / "Attune", logs=tmp_path / "Attune" / "Logs")
    paths.ensure()
    write_chat(paths.database, "a secret word")
    save_settings(paths.settings, Settings())
    (paths.data / "of-a-later-version.json").write_text("a secret word")
    paths.models.mkdir()
    (paths.models / "model.gguf").write_bytes(b"GGUF")
    erase_everything(paths, models=False)
    assert [path.name for path in paths.data.rglob("*") if path.is_file()] == ["model.gguf"]
