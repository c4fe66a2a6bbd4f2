"""Deleting with a way back: first hidden, then purged, so that no text of it is left in the file.

What is hidden carries `deleted_at`, and nothing but this module sees it. A crash in between leaves it hidden, whole;
the next start purges it, as the person had asked for.
"""

from __future__ import annotations

import time

from engine.store.chats import show_sibling_of
from engine.store.database import Database

_SUBTREE = (
    "WITH RECURSIVE below(id) AS (SELECT ?1 UNION SELECT m.id FROM message m JOIN below ON m.parent_id = below.id) "
)
_MERGE_PAGES = 200
"""Of the search index, rewritten in one step: some milliseconds."""


class DeletionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def hide_chat(self, conversation_id: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversation SET deleted_at = ? WHERE id = ?", (time.time(), conversation_id))

    def restore_chat(self, conversation_id: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversation SET deleted_at = NULL WHERE id = ?", (conversation_id,))

    def purge_chat(self, conversation_id: str) -> None:
        """Delete the text of a hidden chat for good. Preference events keep their numbers and stay."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM conversation WHERE id = ? AND deleted_at IS NOT NULL", (conversation_id,))

    def hide_from(self, message_id: str) -> None:
        """A message and all that follows it; the newest other version of it is shown instead, if there is one."""
        with self._database.transaction() as connection:
            connection.execute(
                _SUBTREE + "UPDATE message SET deleted_at = ?2 WHERE id IN below", (message_id, time.time())
            )
            show_sibling_of(connection, message_id)

    def restore_from(self, message_id: str) -> None:
        """What `hide_from` hid, as it was; its branch is shown again."""
        with self._database.transaction() as connection:
            connection.execute(_SUBTREE + "UPDATE message SET deleted_at = NULL WHERE id IN below", (message_id,))
            connection.execute(
                "UPDATE message SET active_child = ?1 WHERE id = (SELECT parent_id FROM message WHERE id = ?1)",
                (message_id,),
            )
            connection.execute(
                "UPDATE conversation SET active_root = ?1 WHERE id ="
                " (SELECT conversation_id FROM message WHERE id = ?1 AND parent_id IS NULL)",
                (message_id,),
            )

    def purge_from(self, message_id: str) -> None:
        """Delete the text that `hide_from` hid for good."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM message WHERE id = ? AND deleted_at IS NOT NULL", (message_id,))

    def purge_all(self) -> int:
        """Delete whatever is hidden, as at the start and the end of the program. Returns how many rows were."""
        with self._database.transaction() as connection:
            chats = connection.execute("DELETE FROM conversation WHERE deleted_at IS NOT NULL").rowcount
            messages = connection.execute("DELETE FROM message WHERE deleted_at IS NOT NULL").rowcount
        return int(chats + messages)

    def scrub_step(self) -> bool:
        """One short step of taking purged words out of the search index, which only marks them as deleted.

        Returns whether there is more to do; the last step empties the write-ahead log as well.
        """
        with self._database.transaction() as connection:
            before = connection.total_changes
            # negative: all segments into one, a bounded number of pages at a time (SQLite's FTS5, section 6.8)
            connection.execute("INSERT INTO message_fts(message_fts, rank) VALUES ('merge', ?)", (-_MERGE_PAGES,))
            more = connection.total_changes - before >= 2
        if not more:
            self._database.checkpoint()
        return more

    def scrub(self) -> None:
        while self.scrub_step():
            pass
