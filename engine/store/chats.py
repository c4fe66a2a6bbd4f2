"""Conversations as they happen: a tree of messages, and the drafts behind every reply.

What a method returns from is on the disk. A reply's row exists from the moment it is asked for, with status
`writing`; whatever ends it changes the status, so that a crash is visible afterwards as `interrupted`.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from engine.attachments import Attachment, with_attachments
from engine.errors import StoreError
from engine.preferences.chat_correction import Correction, valid_correction
from engine.store.database import Database
from engine.store.text import is_unindexed, snippet_around, storable
from engine.store.titles import short_title
from engine.types import ChatMessage, DirectionKind, Mode, Role, ScoredDraft, Timings

Status = Literal["writing", "complete", "stopped", "interrupted"]
UNTITLED = "New chat"
RANKED_UP_TO = 200
"""Messages found, from which on the newest ones are shown, not the best."""


@dataclass(frozen=True)
class Conversation:
    id: str
    title: str
    updated_at: float
    profile_id: int | None = None
    """Whose taste chooses here; None where that profile is gone and nobody inherited the chat."""
    correction: Correction = field(default_factory=dict)
    """How this chat differs from its profile."""
    pinned: bool = False
    folder_id: int | None = None
    persona_id: int | None = None
    """Whose text is the system prompt here; None for that of the settings."""


@dataclass(frozen=True)
class StoredDraft:
    """A draft of a stored reply. What is None was never scored (the draft was cut off)."""

    index: int
    text: str
    finish: str | None
    n_tokens: int
    base_rewards: list[float] | None
    quality: float | None
    uncertainty: float | None
    score: float | None
    axes: dict[str, float] | None
    picked: bool
    shown: bool
    reasoning: str = ""
    """What the model thought before it; no part of the text."""
    direction: DirectionKind = "plain"
    """Whether it was steered, and by what."""


@dataclass(frozen=True)
class StoredMessage:
    id: str
    parent_id: str | None
    role: Role
    content: str
    status: Status
    mode: Mode | None = None
    model: str | None = None
    heads_version: str | None = None
    timings: Timings | None = None
    plain: bool = False
    """No taste chose it."""
    drafts: list[StoredDraft] = field(default_factory=list)
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class SearchHit:
    conversation_id: str
    message_id: str
    snippet: str
    """One line around the words found."""
    marks: tuple[tuple[int, int], ...] = ()
    """Where in the snippet the words are: (start, end) in characters, in order."""


class ChatStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    # conversations

    def conversations(self) -> list[Conversation]:
        """Pinned ones first, then newest first; none that is deleted and can still be brought back."""
        rows = self._database.query(
            "SELECT * FROM conversation WHERE deleted_at IS NULL"
            " ORDER BY pinned_at IS NULL, updated_at DESC, rowid DESC"
        )
        return [_conversation(row) for row in rows]

    def conversation(self, conversation_id: str) -> Conversation:
        rows = self._database.query("SELECT * FROM conversation WHERE id = ?", (conversation_id,))
        if not rows:
            raise StoreError("That chat is not there any more.")
        return _conversation(rows[0])

    def create_conversation(
        self,
        profile_id: int | None,
        title: str = UNTITLED,
        correction: Correction | None = None,
        *,
        persona_id: int | None = None,
    ) -> Conversation:
        conversation = Conversation(
            uuid.uuid4().hex, title, time.time(), profile_id, correction or {}, persona_id=persona_id
        )
        now = conversation.updated_at
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO conversation (id, title, created_at, updated_at, profile_id, correction, persona_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (conversation.id, title, now, now, profile_id, json.dumps(conversation.correction), persona_id),
            )
        return conversation

    def set_profile(self, conversation_id: str, profile_id: int) -> None:
        """Whose taste chooses in this chat from now on."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversation SET profile_id = ? WHERE id = ?", (profile_id, conversation_id))

    def set_correction(self, conversation_id: str, correction: Correction) -> None:
        """How this chat differs from its profile from now on; an empty one: not at all."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE conversation SET correction = ? WHERE id = ?", (json.dumps(correction), conversation_id)
            )

    def rename_conversation(self, conversation_id: str, title: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversation SET title = ? WHERE id = ?", (storable(title), conversation_id))

    def set_persona(self, conversation_id: str, persona_id: int | None) -> None:
        """Whose text is this chat's system prompt from the next reply on; None for that of the settings."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE conversation SET persona_id = ? WHERE id = ?", (persona_id, conversation_id))

    def set_pinned(self, conversation_id: str, pinned: bool) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE conversation SET pinned_at = ? WHERE id = ?", (time.time() if pinned else None, conversation_id)
            )

    def delete_conversation(self, conversation_id: str) -> None:
        """Deletes its text. Preference events keep their numbers and stay."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM conversation WHERE id = ?", (conversation_id,))

    def search(self, text: str, limit: int = 50) -> list[SearchHit]:
        """Messages that contain every word of `text` (the last as a prefix): best first, or newest where many do.

        Finding the best of very many takes several times as long as a person should wait for a key's effect.
        """
        words = storable(text).replace("\ufffd", " ").split()
        if not words:
            return []
        # an index of words split at spaces knows no Chinese words, and no emoji: those are looked for in the text
        scanned = [word for word in words if is_unindexed(word)]
        indexed = [word.replace('"', '""') for word in words if not is_unindexed(word)]
        query = " ".join(f'"{word}"' for word in indexed) + "*"
        conditions = ["m.deleted_at IS NULL", "c.deleted_at IS NULL"] + ["instr(m.content, ?) > 0"] * len(scanned)
        if indexed:
            rows = self._matches(query, conditions, scanned, "message_fts.rowid DESC", max(limit, RANKED_UP_TO))
            if len(rows) < RANKED_UP_TO:
                rows = self._matches(query, conditions, scanned, "rank", limit)
            return [SearchHit(row["conversation_id"], row["id"], *_marked(row["snippet"])) for row in rows[:limit]]
        rows = self._database.query(
            "SELECT m.conversation_id, m.id, m.content FROM message m JOIN conversation c ON c.id = m.conversation_id"
            f" WHERE {' AND '.join(conditions)} ORDER BY m.created_at DESC, m.number DESC LIMIT ?",
            (*scanned, limit),
        )
        return [
            SearchHit(row["conversation_id"], row["id"], *_marked(snippet_around(row["content"], scanned)))
            for row in rows
        ]

    def _matches(
        self, query: str, conditions: Sequence[str], scanned: Sequence[str], order: str, limit: int
    ) -> list[sqlite3.Row]:
        return self._database.query(
            "SELECT m.conversation_id, m.id, snippet(message_fts, 0, char(2), char(3), '…', 12) AS snippet"
            " FROM message_fts JOIN message m ON m.number = message_fts.rowid"
            " JOIN conversation c ON c.id = m.conversation_id"
            f" WHERE message_fts MATCH ? AND {' AND '.join(conditions)} ORDER BY {order} LIMIT ?",
            (query, *scanned, limit),
        )

    # messages

    def thread(self, conversation_id: str) -> list[StoredMessage]:
        """The shown branch, first message first, with its drafts."""
        rows = {
            row["id"]: row
            for row in self._database.query("SELECT * FROM message WHERE conversation_id = ?", (conversation_id,))
        }
        drafts: dict[str, list[StoredDraft]] = {}
        for row in self._database.query(
            "SELECT d.* FROM draft d JOIN message m ON m.id = d.message_id WHERE m.conversation_id = ?"
            " ORDER BY d.message_id, d.idx",
            (conversation_id,),
        ):
            drafts.setdefault(row["message_id"], []).append(stored_draft(row))
        files = attachments_of(self._database, conversation_id)
        roots = self._database.query("SELECT active_root FROM conversation WHERE id = ?", (conversation_id,))
        thread: list[StoredMessage] = []
        current = roots[0]["active_root"] if roots else None
        while current is not None and current in rows:
            row = rows[current]
            thread.append(_message(row, drafts.get(current, []), files.get(current, ())))
            current = row["active_child"]
        return thread

    def add_user_message(
        self, conversation_id: str, content: str, parent_id: str | None, attachments: Sequence[Attachment] = ()
    ) -> StoredMessage:
        """Stores what the person wrote and attached, shows its branch, and titles an untitled conversation after it."""
        content = storable(content)
        with self._database.transaction() as connection:
            message_id = self._insert(connection, conversation_id, parent_id, "user", content, "complete")
            insert_attachments(connection, message_id, attachments)
            connection.execute(
                "UPDATE conversation SET title = ? WHERE id = ? AND title = ?",
                (short_title(content), conversation_id, UNTITLED),
            )
        return StoredMessage(message_id, parent_id, "user", content, "complete", attachments=tuple(attachments))

    def begin_reply(
        self, conversation_id: str, parent_id: str, mode: Mode, model: str, *, plain: bool = False
    ) -> StoredMessage:
        """A reply that is about to be written; its drafts are stored as soon as they have text."""
        with self._database.transaction() as connection:
            message_id = self._insert(connection, conversation_id, parent_id, "assistant", "", "writing")
            connection.execute(
                "UPDATE message SET mode = ?, model = ?, plain = ? WHERE id = ?", (mode, model, plain, message_id)
            )
        return StoredMessage(message_id, parent_id, "assistant", "", "writing", mode=mode, model=model, plain=plain)

    def save_partial(self, message_id: str, texts: dict[int, str]) -> None:
        """Partial text of drafts being written, by draft index."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT INTO draft (message_id, idx, text) VALUES (?, ?, ?)"
                " ON CONFLICT (message_id, idx) DO UPDATE SET text = excluded.text",
                [(message_id, index, text) for index, text in texts.items()],
            )

    def finish_reply(
        self,
        message_id: str,
        drafts: list[ScoredDraft],
        chosen: int,
        *,
        heads_version: str,
        seed: int,
        timings: Timings,
        stopped: bool,
    ) -> None:
        """All drafts with their numbers; the one at position `chosen` becomes the message's text.

        What was saved on the way of any other draft is forgotten: it has no end and no numbers.
        """
        with self._database.transaction() as connection:
            for position, draft in enumerate(drafts):
                connection.execute(
                    "INSERT INTO draft (message_id, idx, text, finish, n_tokens, base_rewards, quality, uncertainty,"
                    " score, axes, picked, shown, reasoning, direction)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (message_id, idx) DO UPDATE SET text = excluded.text, finish = excluded.finish,"
                    " n_tokens = excluded.n_tokens, base_rewards = excluded.base_rewards, quality = excluded.quality,"
                    " uncertainty = excluded.uncertainty, score = excluded.score, axes = excluded.axes,"
                    " picked = excluded.picked, shown = excluded.shown, reasoning = excluded.reasoning,"
                    " direction = excluded.direction",
                    (
                        message_id,
                        draft.index,
                        draft.text,
                        draft.finish,
                        draft.n_tokens,
                        json.dumps(draft.base_rewards),
                        draft.quality,
                        draft.uncertainty,
                        draft.score,
                        json.dumps(draft.axes),
                        position == chosen,
                        position == chosen,
                        draft.reasoning,
                        draft.direction,
                    ),
                )
            connection.execute("DELETE FROM draft WHERE message_id = ? AND finish IS NULL", (message_id,))
            connection.execute(
                "UPDATE message SET content = ?, status = ?, heads_version = ?, seed = ?, timings = ? WHERE id = ?",
                (
                    drafts[chosen].text,
                    "stopped" if stopped else "complete",
                    heads_version,
                    seed,
                    msgspec.json.encode(timings).decode(),
                    message_id,
                ),
            )

    def interrupt_reply(self, message_id: str) -> StoredMessage:
        """The worker died or failed: the longest partial draft becomes the text, marked as interrupted."""
        with self._database.transaction() as connection:
            self._interrupt(connection, message_id)
        return self.message(message_id)

    def interrupt_unfinished(self) -> int:
        """After a crash: a reply still marked as being written is marked as interrupted, or removed if it has no text.

        So is a chat that was begun and did not get its first message. Returns how many replies there were.
        """
        with self._database.transaction() as connection:
            connection.execute(
                "DELETE FROM conversation WHERE title = ?"
                " AND NOT EXISTS (SELECT 1 FROM message WHERE conversation_id = conversation.id)",
                (UNTITLED,),
            )
        rows = self._database.query(
            "SELECT id, EXISTS (SELECT 1 FROM draft WHERE message_id = message.id AND trim(text) != '') AS has_text"
            " FROM message WHERE status = 'writing'"
        )
        for row in rows:
            if row["has_text"]:
                self.interrupt_reply(row["id"])
            else:
                self.discard_reply(row["id"])
        return len(rows)

    def discard_reply(self, message_id: str) -> None:
        """Removes a reply that got no text at all, so that its question can be asked again.

        An earlier reply to the same question is shown again.
        """
        self._remove(message_id)

    def take_back_message(self, message_id: str) -> None:
        """Removes what the person wrote and could not be answered; an earlier wording of it is shown again."""
        self._remove(message_id)

    def _remove(self, message_id: str) -> None:
        with self._database.transaction() as connection:
            show_sibling_of(connection, message_id)
            connection.execute("DELETE FROM message WHERE id = ?", (message_id,))

    def show_draft(self, message_id: str, index: int) -> None:
        """Make a finished draft the message's text."""
        rows = self._database.query(
            "SELECT text FROM draft WHERE message_id = ? AND idx = ? AND finish IS NOT NULL",
            (message_id, index),
        )
        if not rows:
            raise StoreError("That draft is not there any more.")
        with self._database.transaction() as connection:
            connection.execute("UPDATE draft SET shown = (idx = ?) WHERE message_id = ?", (index, message_id))
            connection.execute("UPDATE message SET content = ? WHERE id = ?", (rows[0]["text"], message_id))

    def conversation_of(self, message_id: str) -> str:
        """The id of the conversation that a message belongs to."""
        rows = self._database.query("SELECT conversation_id FROM message WHERE id = ?", (message_id,))
        if not rows:
            raise StoreError("That message is not there any more.")
        return str(rows[0]["conversation_id"])

    def message(self, message_id: str) -> StoredMessage:
        rows = self._database.query("SELECT * FROM message WHERE id = ?", (message_id,))
        if not rows:
            raise StoreError("That message is not there any more.")
        drafts = self._database.query("SELECT * FROM draft WHERE message_id = ? ORDER BY idx", (message_id,))
        files = self._database.query(
            "SELECT name, text FROM attachment WHERE message_id = ? ORDER BY idx", (message_id,)
        )
        attachments = tuple(Attachment(row["name"], row["text"]) for row in files)
        return _message(rows[0], [stored_draft(row) for row in drafts], attachments)

    def _insert(
        self,
        connection: sqlite3.Connection,
        conversation_id: str,
        parent_id: str | None,
        role: Role,
        content: str,
        status: Status,
    ) -> str:
        message_id = uuid.uuid4().hex
        now = time.time()
        connection.execute(
            "INSERT INTO message (id, conversation_id, parent_id, role, content, status, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (message_id, conversation_id, parent_id, role, content, status, now),
        )
        if parent_id is None:
            connection.execute("UPDATE conversation SET active_root = ? WHERE id = ?", (message_id, conversation_id))
        else:
            connection.execute("UPDATE message SET active_child = ? WHERE id = ?", (message_id, parent_id))
        connection.execute("UPDATE conversation SET updated_at = ? WHERE id = ?", (now, conversation_id))
        return message_id

    def _interrupt(self, connection: sqlite3.Connection, message_id: str) -> None:
        connection.execute(
            "UPDATE message SET status = 'interrupted', content = COALESCE("
            " (SELECT text FROM draft WHERE message_id = message.id ORDER BY length(text) DESC, idx LIMIT 1), content)"
            " WHERE id = ?",
            (message_id,),
        )


def conversation_turns(thread: list[StoredMessage]) -> list[ChatMessage]:
    """What the model reads: every turn that has text, with its files, neighbouring turns of one role as one.

    Chat templates expect the roles to take turns; they do not where a reply was never written.
    """
    return [
        ChatMessage(group[0].role, "\n\n".join(with_attachments(each.content, each.attachments) for each in group))
        for group in turns_of(thread)
    ]


def turns_of(thread: list[StoredMessage]) -> list[list[StoredMessage]]:
    """The messages behind each of `conversation_turns`."""
    with_text = [message for message in thread if message.content]
    return [list(group) for _, group in itertools.groupby(with_text, key=lambda message: message.role)]


def show_sibling_of(connection: sqlite3.Connection, message_id: str) -> None:
    """Where this message is shown, the newest other one at its place is shown instead, or none."""
    connection.execute(
        "UPDATE message SET active_child = (SELECT sibling.id FROM message AS sibling"
        " WHERE sibling.parent_id = message.id AND sibling.id != ?1 AND sibling.deleted_at IS NULL"
        " ORDER BY sibling.created_at DESC, sibling.number DESC LIMIT 1) WHERE active_child = ?1",
        (message_id,),
    )
    connection.execute(
        "UPDATE conversation SET active_root = (SELECT sibling.id FROM message AS sibling"
        " WHERE sibling.conversation_id = conversation.id AND sibling.parent_id IS NULL AND sibling.id != ?1"
        " AND sibling.deleted_at IS NULL"
        " ORDER BY sibling.created_at DESC, sibling.number DESC LIMIT 1) WHERE active_root = ?1",
        (message_id,),
    )


def _marked(snippet: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A snippet as one line, and where its marks, the characters 2 and 3, were."""
    text, marks, start = "", [], 0
    for character in " ".join(snippet.split()):
        if character == "\x02":
            start = len(text)
        elif character == "\x03":
            marks.append((start, len(text)))
        else:
            text += character
    return text, tuple(marks)


def _conversation(row: sqlite3.Row) -> Conversation:
    return Conversation(
        id=row["id"],
        title=row["title"],
        updated_at=row["updated_at"],
        profile_id=row["profile_id"],
        correction=valid_correction(json.loads(row["correction"])),
        pinned=row["pinned_at"] is not None,
        folder_id=row["folder_id"],
        persona_id=row["persona_id"],
    )


def stored_draft(row: sqlite3.Row) -> StoredDraft:
    """A row of the table of drafts, as a value."""
    return StoredDraft(
        index=row["idx"],
        text=row["text"],
        finish=row["finish"],
        n_tokens=row["n_tokens"],
        base_rewards=json.loads(row["base_rewards"]) if row["base_rewards"] else None,
        quality=row["quality"],
        uncertainty=row["uncertainty"],
        score=row["score"],
        axes=json.loads(row["axes"]) if row["axes"] else None,
        picked=bool(row["picked"]),
        shown=bool(row["shown"]),
        reasoning=row["reasoning"],
        direction=row["direction"],
    )


def attachments_of(database: Database, conversation_id: str) -> dict[str, tuple[Attachment, ...]]:
    """The files of every message of a conversation that has some, by the message's id."""
    files: dict[str, tuple[Attachment, ...]] = {}
    for row in database.query(
        "SELECT a.message_id, a.name, a.text FROM attachment a JOIN message m ON m.id = a.message_id"
        " WHERE m.conversation_id = ? ORDER BY a.message_id, a.idx",
        (conversation_id,),
    ):
        files[row["message_id"]] = (*files.get(row["message_id"], ()), Attachment(row["name"], row["text"]))
    return files


def insert_attachments(connection: sqlite3.Connection, message_id: str, attachments: Sequence[Attachment]) -> None:
    connection.executemany(
        "INSERT INTO attachment (message_id, idx, name, text) VALUES (?, ?, ?, ?)",
        [(message_id, index, each.name, each.text) for index, each in enumerate(attachments)],
    )


def _message(row: sqlite3.Row, drafts: list[StoredDraft], attachments: tuple[Attachment, ...] = ()) -> StoredMessage:
    return StoredMessage(
        id=row["id"],
        parent_id=row["parent_id"],
        role=row["role"],
        content=row["content"],
        status=row["status"],
        mode=row["mode"],
        model=row["model"],
        heads_version=row["heads_version"],
        timings=msgspec.json.decode(row["timings"], type=Timings) if row["timings"] else None,
        plain=bool(row["plain"]),
        drafts=drafts,
        attachments=attachments,
    )
