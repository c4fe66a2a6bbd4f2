"""The one SQLite file: opening, migrating, and transactions. Standard library only."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import StoreError
from engine.files import make_private_file
from engine.store.backups import back_up
from engine.store.migrations import MIGRATIONS

BUSY_S = 5.0
"""So long a write waits for another program that writes."""
IN_MEMORY = Path(":memory:")


class Database:
    """A connection to `attune.db`, migrated to the newest schema. Used from one thread.

    Raises: StoreError, when the file cannot be opened, is no database, is damaged, or is newer than this program.
    """

    def __init__(self, path: Path) -> None:
        """path: of the file; IN_MEMORY for one that is never written anywhere and is gone once closed."""
        self.path = path
        try:
            if path != IN_MEMORY:
                path.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(OSError):  # SQLite says what is wrong
                    make_private_file(path)  # SQLite gives the files beside it the same mode
            # isolation_level None: transactions are exactly those of `transaction`
            self._connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute("PRAGMA journal_mode = WAL")
            # FULL: what was acknowledged survives a power cut, at about a millisecond a write
            self._connection.execute("PRAGMA synchronous = FULL")
            # what is deleted is overwritten in the file, not only unlinked
            self._connection.execute("PRAGMA secure_delete = ON")
            if path == IN_MEMORY:
                self._connection.execute("PRAGMA temp_store = MEMORY")
                # its chats name profiles that are kept elsewhere
                self._connection.execute("PRAGMA foreign_keys = OFF")
            self._migrate()
        except OSError as exc:
            raise StoreError(f"Attune cannot create {path.parent} ({exc.strerror or exc}).") from exc
        except sqlite3.Error as exc:
            raise StoreError(
                f"Attune cannot open its database {path} ({exc}). Nothing in it was changed. "
                "If the file is damaged, move it away, or start with another --data-dir."
            ) from exc

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Raises: StoreError, in words, when the write fails (a full disk, a lock)."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error as exc:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise StoreError(f"Attune could not save to {self.path} ({exc}). What was there is unchanged.") from exc

    def query(self, sql: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Raises: StoreError, when the database cannot be read."""
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as exc:
            raise StoreError(f"Attune could not read {self.path} ({exc}).") from exc

    def checkpoint(self) -> None:
        """Empty the write-ahead log, so that what was deleted is in no file any more."""
        self.query("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def schema_version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        self._connection.close()

    def _migrate(self) -> None:
        version = self.schema_version
        if version > len(MIGRATIONS):
            raise StoreError(
                f"{self.path} was written by a newer Attune (schema {version}; this one knows {len(MIGRATIONS)}). "
                "Please update Attune."
            )
        if version == len(MIGRATIONS):
            return
        if version > 0:
            back_up(self._connection, self.path, "migration")
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            # executescript commits on its own; the statements carry their own transaction instead
            self._connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
