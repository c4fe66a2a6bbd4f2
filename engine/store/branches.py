"""Branches of a conversation: which wordings and replies stand at one place, and which one is shown."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import StoreError
from engine.store.database import Database


@dataclass(frozen=True)
class Versions:
    """The messages that stand at one place, oldest first, and the position of one of them."""

    ids: tuple[str, ...]
    position: int

    def neighbour(self, step: int) -> str | None:
        """The id of the version so many steps away; None beyond the ends."""
        position = self.position + step
        return self.ids[position] if 0 <= position < len(self.ids) else None


class BranchStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def versions(self, conversation_id: str) -> dict[str, Versions]:
        """Of every message that has other versions, by its id."""
        places: dict[str | None, list[str]] = {}
        for row in self._database.query(
            "SELECT id, parent_id FROM message WHERE conversation_id = ? AND deleted_at IS NULL"
            " ORDER BY created_at, number",
            (conversation_id,),
        ):
            places.setdefault(row["parent_id"], []).append(row["id"])
        return {
            message_id: Versions(tuple(ids), position)
            for ids in places.values()
            if len(ids) > 1
            for position, message_id in enumerate(ids)
        }

    def show(self, message_id: str) -> None:
        """Make the branch through this message the shown one; what follows it is what followed it last.

        Raises: StoreError, when the message is not there any more.
        """
        path = self._database.query(
            "WITH RECURSIVE above(id, parent_id, conversation_id) AS ("
            " SELECT id, parent_id, conversation_id FROM message WHERE id = ? AND deleted_at IS NULL"
            " UNION SELECT m.id, m.parent_id, m.conversation_id FROM message m JOIN above ON m.id = above.parent_id)"
            " SELECT * FROM above",
            (message_id,),
        )
        if not path:
            raise StoreError("That message is not there any more.")
        with self._database.transaction() as connection:
            for row in path:
                if row["parent_id"] is None:
                    connection.execute(
                        "UPDATE conversation SET active_root = ? WHERE id = ?", (row["id"], row["conversation_id"])
                    )
                else:
                    connection.execute(
                        "UPDATE message SET active_child = ? WHERE id = ?", (row["id"], row["parent_id"])
                    )
