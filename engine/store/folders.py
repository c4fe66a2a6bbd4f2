"""Folders of chats. A chat lies in one folder or in none; a deleted folder leaves its chats where all others are."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from engine.errors import StoreError
from engine.store.database import Database


@dataclass(frozen=True)
class Folder:
    id: int
    name: str
    collapsed: bool = False


@dataclass(frozen=True)
class RemovedFolder:
    """What `restore` needs to bring a folder back as it was."""

    folder: Folder
    conversation_ids: tuple[str, ...]


class FolderStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def folders(self) -> list[Folder]:
        """By name."""
        rows = self._database.query("SELECT * FROM folder ORDER BY name COLLATE NOCASE, id")
        return [Folder(row["id"], row["name"], bool(row["collapsed"])) for row in rows]

    def folder(self, folder_id: int) -> Folder:
        """Raises: StoreError, when it is not there any more."""
        for folder in self.folders():
            if folder.id == folder_id:
                return folder
        raise StoreError("That folder is not there any more.")

    def create(self, name: str) -> int:
        """Returns the id of the folder of this name, which may have been there before."""
        with self._database.transaction() as connection:
            return folder_called(connection, name)

    def rename(self, folder_id: int, name: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE folder SET name = ? WHERE id = ?", (name, folder_id))

    def set_collapsed(self, folder_id: int, collapsed: bool) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE folder SET collapsed = ? WHERE id = ?", (collapsed, folder_id))

    def move(self, conversation_id: str, folder_id: int | None) -> None:
        """folder_id: None takes the chat out of its folder."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversation SET folder_id = ? WHERE id = ?", (folder_id, conversation_id))

    def remove(self, folder_id: int) -> RemovedFolder:
        """Delete a folder; its chats stay. Raises: StoreError, when it is not there any more."""
        folder = self.folder(folder_id)
        rows = self._database.query("SELECT id FROM conversation WHERE folder_id = ?", (folder_id,))
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM folder WHERE id = ?", (folder_id,))
        return RemovedFolder(folder, tuple(str(row["id"]) for row in rows))

    def restore(self, removed: RemovedFolder) -> None:
        """Bring a folder back, and those of its chats that lie in no other one since."""
        folder = removed.folder
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO folder (id, name, created_at, collapsed) VALUES (?, ?, ?, ?)",
                (folder.id, folder.name, time.time(), folder.collapsed),
            )
            connection.executemany(
                "UPDATE conversation SET folder_id = ? WHERE id = ? AND folder_id IS NULL",
                [(folder.id, each) for each in removed.conversation_ids],
            )


def folder_called(connection: sqlite3.Connection, name: str) -> int:
    """The id of the folder of this name, which is made where there is none."""
    found = connection.execute("SELECT id FROM folder WHERE name = ? ORDER BY id LIMIT 1", (name,)).fetchone()
    if found is not None:
        return int(found[0])
    cursor = connection.execute("INSERT INTO folder (name, created_at) VALUES (?, ?)", (name, time.time()))
    return int(cursor.lastrowid or 0)
