"""Copies of the database: taken before a migration, once a day, and of what a restored one replaced.

A copy is written under another name and moved into place, so that what carries a backup's name is whole. Its time is
in its name's number and in the file's own time; a clock that jumps changes the order of neither.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import StoreError
from engine.files import PRIVATE_FILE, make_private_directory, make_private_file
from engine.store.migrations import MIGRATIONS

BackupKind = Literal["migration", "daily", "asked", "replaced"]
N_KEPT: dict[BackupKind, int] = {"migration": 5, "daily": 7, "asked": 5, "replaced": 3}
DAY_S = 86_400.0
_NAME = re.compile(r"attune-(\d{5,})-schema(\d+)(?:-(daily|asked|replaced))?\.db")
_UNFINISHED = ".part"


@dataclass(frozen=True)
class Backup:
    """number: grows with every backup; taken_at: Unix time; n_bytes: of the file."""

    path: Path
    number: int
    schema_version: int
    kind: BackupKind
    taken_at: float
    n_bytes: int


def backups_of(database: Path) -> Path:
    """The directory of a database's backups."""
    return database.parent / "backups"


def list_backups(database: Path) -> list[Backup]:
    """Newest first."""
    found = []
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        for path in backups_of(database).iterdir():
            match = _NAME.fullmatch(path.name)
            if match is not None:
                kind: BackupKind = match[3] or "migration"  # type: ignore[assignment]
                status = path.stat()
                found.append(Backup(path, int(match[1]), int(match[2]), kind, status.st_mtime, status.st_size))
    return sorted(found, key=lambda backup: backup.number, reverse=True)


def back_up(connection: sqlite3.Connection, database: Path, kind: BackupKind) -> Path:
    """Copy the database as it is now, whole; older copies of the same kind beyond `N_KEPT` are deleted.

    Raises: OSError or sqlite3.Error, when it cannot be written; no backup is deleted then.
    """
    directory = backups_of(database)
    make_private_directory(directory)
    for leftover in directory.glob(f"*{_UNFINISHED}*"):
        leftover.unlink(missing_ok=True)
    earlier = list_backups(database)
    number = earlier[0].number + 1 if earlier else 1
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    suffix = "" if kind == "migration" else f"-{kind}"
    path = directory / f"attune-{number:05d}-schema{version}{suffix}.db"
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        make_private_file(unfinished)
        # unlike a copy page by page, this leaves the room of deleted rows behind
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        _sync(unfinished)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync(directory)
    for old in [backup for backup in earlier if backup.kind == kind][N_KEPT[kind] - 1 :]:
        old.path.unlink(missing_ok=True)
    return path


def is_daily_due(database: Path) -> bool:
    """Whether the newest daily backup is a day old, or of a time that has not come yet: the clock was set back."""
    newest = next((backup for backup in list_backups(database) if backup.kind == "daily"), None)
    return newest is None or not 0 <= time.time() - newest.taken_at < DAY_S


def take_backup(database: Path, kind: BackupKind) -> Path:
    """The same with a connection of its own, from any thread.

    Raises: StoreError, when the database cannot be read or the copy cannot be written.
    """
    try:
        with closing(sqlite3.connect(database, timeout=5.0, isolation_level=None)) as connection:
            return back_up(connection, database, kind)
    except (sqlite3.Error, OSError) as exc:
        raise StoreError(f"Attune could not make a backup in {backups_of(database)} ({exc}).") from exc


def restore(database: Path, backup: Path) -> None:
    """Put a backup in the database's place; what was there becomes a backup itself. No connection may be open.

    At every instant the database is the former one or the backup, whole.
    Raises: StoreError, when the backup is damaged, is newer than this program, or a file cannot be written; the
    database is then unchanged.
    """
    _check(backup)
    incoming = database.with_name(database.name + ".restoring")
    try:
        incoming.unlink(missing_ok=True)
        make_private_file(incoming)
        shutil.copyfile(backup, incoming)
        _sync(incoming)
        if database.exists():
            _set_aside(database)
        incoming.replace(database)
        _sync(database.parent)
    except (sqlite3.Error, OSError) as exc:
        raise StoreError(f"Attune could not restore {backup.name} ({exc}). Nothing was changed.") from exc
    finally:
        incoming.unlink(missing_ok=True)


def _set_aside(database: Path) -> None:
    """Keep the present database as a backup, also where it is so damaged that SQLite cannot copy it."""
    wal = database.with_name(database.name + "-wal")
    try:
        with closing(sqlite3.connect(database, timeout=5.0, isolation_level=None)) as connection:
            back_up(connection, database, "replaced")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:
        directory = backups_of(database)
        make_private_directory(directory)
        damaged = directory / "attune-damaged.db"
        shutil.copyfile(database, damaged)
        damaged.chmod(PRIVATE_FILE)
        _sync(damaged)
        for name in ("-wal", "-shm"):
            database.with_name(database.name + name).unlink(missing_ok=True)
    if wal.exists() and wal.stat().st_size:
        # a log of the former database must never be read into the restored one
        raise StoreError("Another program has Attune's database open. Close it and try again.")


def _check(backup: Path) -> None:
    try:
        # immutable: a backup is looked at without leaving files beside it
        with closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute("SELECT count(*) FROM message").fetchone()
    except sqlite3.Error as exc:
        raise StoreError(f"The backup {backup.name} cannot be used ({exc}). Nothing was changed.") from exc
    if verdict != "ok":
        raise StoreError(f"The backup {backup.name} is damaged ({verdict}). Nothing was changed.")
    if version > len(MIGRATIONS):
        raise StoreError(f"The backup {backup.name} was written by a newer Attune. Please update Attune.")


def _sync(path: Path) -> None:
    """On the disk before anything that builds on it."""
    flags = os.O_RDONLY
    if path.is_dir() and os.name == "nt":
        return  # a directory cannot be opened there
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
