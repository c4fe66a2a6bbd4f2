"""Whole chats in and out of the database, with every branch, draft and number."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Sequence

import msgspec

from engine.attachments import Attachment
from engine.chat_files.chat import FileChat, FileDraft, FileMessage
from engine.errors import StoreError
from engine.preferences.chat_correction import valid_correction
from engine.store.chats import attachments_of, insert_attachments, stored_draft
from engine.store.database import Database
from engine.store.folders import folder_called
from engine.types import Timings


class ChatTransfer:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self) -> list[str]:
        """Of all chats, oldest first."""
        rows = self._database.query("SELECT id FROM conversation WHERE deleted_at IS NULL ORDER BY created_at, rowid")
        return [str(row["id"]) for row in rows]

    def read(self, conversation_id: str) -> FileChat:
        """A chat as a value. A reply that is being written is left out.

        Raises: StoreError, when the chat is not there any more.
        """
        chats = self._database.query(
            "SELECT c.*, f.name AS folder FROM conversation c LEFT JOIN folder f ON f.id = c.folder_id WHERE c.id = ?",
            (conversation_id,),
        )
        if not chats:
            raise StoreError("That chat is not there any more.")
        drafts: dict[str, list[FileDraft]] = {}
        for row in self._database.query(
            "SELECT d.* FROM draft d JOIN message m ON m.id = d.message_id WHERE m.conversation_id = ?"
            " ORDER BY d.message_id, d.idx",
            (conversation_id,),
        ):
            drafts.setdefault(row["message_id"], []).append(
                msgspec.convert(stored_draft(row), FileDraft, from_attributes=True)
            )
        files = attachments_of(self._database, conversation_id)
        messages = [
            _message(row, drafts.get(row["id"], []), files.get(row["id"], ()))
            for row in self._database.query(
                "SELECT * FROM message WHERE conversation_id = ? AND deleted_at IS NULL AND status != 'writing'"
                " ORDER BY number",
                (conversation_id,),
            )
        ]
        chat = chats[0]
        return FileChat(
            title=chat["title"],
            created_at=chat["created_at"],
            updated_at=chat["updated_at"],
            pinned=chat["pinned_at"] is not None,
            folder=chat["folder"],
            correction=dict(valid_correction(json.loads(chat["correction"]))),
            shown_root=chat["active_root"],
            messages=messages,
        )

    def add(self, chats: Sequence[FileChat], profile_id: int | None, *, hidden: bool = False) -> list[str]:
        """Store chats under new ids, all or none. Returns the ids of the chats.

        profile_id: whose taste chooses in them; hidden: not to be seen before `reveal`, and gone after a crash.
        """
        with self._database.transaction() as connection:
            return [_insert_chat(connection, chat, profile_id, hidden) for chat in chats]

    def reveal(self, conversation_ids: Sequence[str]) -> None:
        """Show chats that were added hidden: all at once."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE conversation SET deleted_at = NULL WHERE id = ?", [(each,) for each in conversation_ids]
            )

    def remove_hidden(self, conversation_ids: Sequence[str]) -> None:
        """Delete chats that were added hidden, and are still."""
        with self._database.transaction() as connection:
            connection.executemany(
                "DELETE FROM conversation WHERE id = ? AND deleted_at IS NOT NULL",
                [(each,) for each in conversation_ids],
            )

    def duplicate(self, conversation_id: str, title: str) -> str:
        """One more chat like this one, of the same profile, as the newest. Returns its id."""
        copy = msgspec.structs.replace(self.read(conversation_id), title=title, updated_at=time.time(), pinned=False)
        with self._database.transaction() as connection:
            copy_id = _insert_chat(connection, copy, None, hidden=False)
            connection.execute(
                "UPDATE conversation SET (profile_id, persona_id, folder_id) ="
                " (SELECT profile_id, persona_id, folder_id FROM conversation WHERE id = ?) WHERE id = ?",
                (conversation_id, copy_id),
            )
        return copy_id


def _insert_chat(connection: sqlite3.Connection, chat: FileChat, profile_id: int | None, hidden: bool) -> str:
    conversation_id = uuid.uuid4().hex
    ids = {message.id: uuid.uuid4().hex for message in chat.messages}
    now = time.time()
    connection.execute(
        "INSERT INTO conversation (id, title, created_at, updated_at, profile_id, correction, active_root, pinned_at,"
        " deleted_at, folder_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            conversation_id,
            chat.title,
            chat.created_at,
            chat.updated_at,
            profile_id,
            json.dumps(valid_correction(chat.correction)),
            ids.get(chat.shown_root or ""),
            now if chat.pinned else None,
            now if hidden else None,
            folder_called(connection, chat.folder) if chat.folder else None,
        ),
    )
    connection.executemany(
        "INSERT INTO message (id, conversation_id, parent_id, active_child, role, content, status, created_at, model,"
        " mode, seed, heads_version, timings, plain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                ids[message.id],
                conversation_id,
                ids[message.parent] if message.parent is not None else None,
                ids.get(message.shown_child or ""),
                message.role,
                message.content,
                message.status,
                message.created_at,
                message.model,
                message.mode,
                message.seed,
                message.heads_version,
                msgspec.json.encode(message.timings).decode() if message.timings is not None else None,
                message.plain,
            )
            for message in chat.messages
        ],
    )
    connection.executemany(
        "INSERT INTO draft (message_id, idx, text, finish, n_tokens, base_rewards, quality, uncertainty, score, axes,"
        " picked, shown, reasoning, direction) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                ids[message.id],
                draft.index,
                draft.text,
                draft.finish,
                draft.n_tokens,
                json.dumps(draft.base_rewards) if draft.base_rewards is not None else None,
                draft.quality,
                draft.uncertainty,
                draft.score,
                json.dumps(draft.axes) if draft.axes is not None else None,
                draft.picked,
                draft.shown,
                draft.reasoning,
                draft.direction,
            )
            for message in chat.messages
            for draft in message.drafts
        ],
    )
    for message in chat.messages:
        insert_attachments(connection, ids[message.id], message.attachments)
    return conversation_id


def _message(row: sqlite3.Row, drafts: list[FileDraft], attachments: Sequence[Attachment]) -> FileMessage:
    return FileMessage(
        id=row["id"],
        parent=row["parent_id"],
        role=row["role"],
        content=row["content"],
        created_at=row["created_at"],
        shown_child=row["active_child"],
        status=row["status"],
        model=row["model"],
        mode=row["mode"],
        seed=row["seed"],
        heads_version=row["heads_version"],
        timings=msgspec.json.decode(row["timings"], type=Timings) if row["timings"] else None,
        plain=bool(row["plain"]),
        drafts=drafts,
        attachments=list(attachments),
    )
