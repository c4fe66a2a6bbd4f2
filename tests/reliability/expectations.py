"""What the driver was told is on the disk, and whether it is: read from its lines, checked against the database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reliability.driver import N_IMPORTED, N_MESSAGES

from engine.paths import Paths
from engine.store.backups import list_backups
from engine.store.chats import UNTITLED, ChatStore
from engine.store.database import Database
from engine.store.deletions import DeletionStore
from engine.store.settings import load_settings


@dataclass
class Expectations:
    """Grows with every line, over any number of lives of the driver on one data directory.

    unsure: messages that a step without an end may have taken away or brought back.
    """

    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    partial: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    unsure_texts: set[str] = field(default_factory=set)
    titles: dict[str, str | None] = field(default_factory=dict)
    pins: dict[str, bool | None] = field(default_factory=dict)
    events: dict[str, str] = field(default_factory=dict)
    n_events: int = 0
    system_prompt: str | None = None
    open_imports: set[str] = field(default_factory=set)
    gone_chats: set[str] = field(default_factory=set)
    unsure_chats: set[str] = field(default_factory=set)
    n_acknowledged: int = 0

    def read(self, line: dict[str, Any]) -> None:
        match line:
            case {"did": "message", "id": message_id}:
                self.messages[message_id] = {"text": line["text"], "parent": line["parent"], "chat": line["chat"]}
            case {"did": "reply", "id": message_id}:
                self.partial.pop(message_id, None)
                self.unsure_texts.discard(message_id)
                self.messages[message_id] = {
                    "text": line["text"],
                    "parent": line["parent"],
                    "drafts": line["drafts"],
                    "status": line["status"],
                }
            case {"did": "partial", "id": message_id}:
                self.partial.setdefault(message_id, {}).update(line["drafts"])
            case {"will": "reply", "id": message_id}:
                self.unsure_texts.add(message_id)
            case {"will": "gone"}:
                self.unsure.update(line["messages"])
                self.unsure_chats.update([line["chat"]] if "chat" in line else [])
            case {"did": "gone"}:
                self.gone.update(line["messages"])
                self.unsure.difference_update(line["messages"])
                if "chat" in line:
                    self.gone_chats.add(line["chat"])
                    self.unsure_chats.discard(line["chat"])
            case {"will": "back"}:
                self.unsure.update(line["messages"])
                self.unsure_chats.update(line["chats"])
            case {"did": "back"}:
                self.gone.difference_update(line["messages"])
                self.gone_chats.difference_update(line["chats"])
                self.unsure.clear()
                self.unsure_chats.clear()
            case {"will": "title", "id": chat}:
                self.titles[chat] = None
            case {"did": "title", "id": chat}:
                self.titles[chat] = line["title"]
            case {"will": "pin", "id": chat}:
                self.pins[chat] = None
            case {"did": "pin", "id": chat}:
                self.pins[chat] = line["pinned"]
            case {"did": "events"}:
                self.events.update(line["events"])
                self.n_events = max(self.n_events, line["count"])
            case {"will": "setting"}:
                self.system_prompt = None
            case {"did": "setting"}:
                self.system_prompt = line["system_prompt"]
            case {"will": "import", "mark": mark}:
                self.open_imports.add(mark)
            case {"did": "import", "mark": mark}:
                self.open_imports.discard(mark)
        self.n_acknowledged += "did" in line

    def check(self, data_dir: Path) -> list[str]:
        """Recover as the window does when it starts, and compare. Returns what is wrong, nothing where all is well."""
        paths = Paths.under(data_dir)
        wrong = [f"before recovery: {each}" for each in unsound(paths.database)]
        with closing(Database(paths.database)) as database:
            DeletionStore(database).purge_all()
            ChatStore(database).interrupt_unfinished()
            rows = {row["id"]: dict(row) for row in database.query("SELECT * FROM message")}
            drafts: dict[str, dict[str, str]] = {}
            for row in database.query("SELECT message_id, idx, text FROM draft"):
                drafts.setdefault(row["message_id"], {})[str(row["idx"])] = row["text"]
            chats = {row["id"]: dict(row) for row in database.query("SELECT * FROM conversation")}
            events = {
                str(row["number"]): row["payload"]
                for row in database.query("SELECT number, payload FROM feedback_event")
            }
        wrong += [f"after recovery: {each}" for each in unsound(paths.database)]
        wrong += self._check_messages(rows, drafts)
        wrong += half_there(rows, drafts, chats)
        for chat, title in self.titles.items():
            if title is not None and chat in chats and chats[chat]["title"] != title:
                wrong.append(f"chat {chat} is called {chats[chat]['title']!r}, was renamed to {title!r}")
        for chat, pinned in self.pins.items():
            if pinned is not None and chat in chats and (chats[chat]["pinned_at"] is not None) != pinned:
                wrong.append(f"chat {chat}: pinned should be {pinned}")
        wrong += [f"chat {chat} is there again" for chat in self.gone_chats - self.unsure_chats if chat in chats]
        wrong += [f"event {n} is missing or changed" for n, payload in self.events.items() if events.get(n) != payload]
        if len(events) < self.n_events:
            wrong.append(f"{len(events)} events, {self.n_events} were acknowledged")
        settings = load_settings(paths.settings)
        if self.system_prompt is not None and settings.system_prompt != self.system_prompt:
            wrong.append(f"the system prompt is {settings.system_prompt!r}, not {self.system_prompt!r}")
        for mark in self.open_imports:
            n = sum(row["content"].startswith(f"{mark}.") for row in rows.values())
            if n not in (0, N_IMPORTED * N_MESSAGES):
                wrong.append(f"import {mark} is half there: {n} messages")
        wrong += [
            f"backup {backup.path.name}: {each}"
            for backup in list_backups(paths.database)
            for each in unsound(backup.path)
        ]
        self._settle(rows, chats)
        return wrong

    def _check_messages(self, rows: dict[str, dict[str, Any]], drafts: dict[str, dict[str, str]]) -> list[str]:
        wrong = []
        for message_id, expected in self.messages.items():
            if message_id in self.gone or message_id in self.unsure:
                continue
            row = rows.get(message_id)
            if row is None:
                wrong.append(f"message {message_id} is missing: {expected['text'][:40]!r}")
            elif message_id not in self.unsure_texts:
                if row["content"] != expected["text"] or row["parent_id"] != expected["parent"]:
                    wrong.append(f"message {message_id} has changed")
                if "status" in expected and row["status"] != expected["status"]:
                    wrong.append(f"reply {message_id} is {row['status']}, was {expected['status']}")
                if any(drafts.get(message_id, {}).get(i) != text for i, text in expected.get("drafts", {}).items()):
                    wrong.append(f"reply {message_id} has lost a draft")
        wrong += [
            f"message {message_id} was deleted and is there"
            for message_id in self.gone - self.unsure
            if message_id in rows
        ]
        for message_id, texts in self.partial.items():
            kept = drafts.get(message_id, {})
            for index, text in texts.items():
                if text.strip() and not kept.get(index, "").startswith(text.strip()[: len(text.strip())]):
                    wrong.append(f"reply {message_id}: partial text of draft {index} is lost")
        return wrong

    def _settle(self, rows: dict[str, dict[str, Any]], chats: dict[str, dict[str, Any]]) -> None:
        """What the crash left open is from now on as it was found."""
        for message_id in self.unsure:
            if message_id in rows:
                self.gone.discard(message_id)
            else:
                self.gone.add(message_id)
        for message_id in self.unsure_texts:
            if message_id in rows and message_id in self.messages:
                self.messages[message_id]["text"] = rows[message_id]["content"]
        for chat in self.unsure_chats:
            (self.gone_chats.discard if chat in chats else self.gone_chats.add)(chat)
        self.unsure.clear()
        self.unsure_chats.clear()
        self.unsure_texts.clear()
        self.open_imports.clear()
        self.partial.clear()


def unsound(path: Path) -> list[str]:
    """What SQLite itself finds wrong with a database: pages, foreign keys, search index."""
    with closing(sqlite3.connect(path)) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key {tuple(row)}" for row in connection.execute("PRAGMA foreign_key_check")]
        try:
            # 1: compared with the messages, not only with itself
            connection.execute("INSERT INTO message_fts(message_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as exc:
            found.append(f"search index: {exc}")
        connection.rollback()
    return found


def half_there(
    rows: dict[str, dict[str, Any]], drafts: dict[str, dict[str, str]], chats: dict[str, dict[str, Any]]
) -> list[str]:
    """What no crash may leave behind, whatever was acknowledged."""
    wrong = []
    filled = {row["conversation_id"] for row in rows.values()}
    for row in rows.values():
        parent = rows.get(row["parent_id"]) if row["parent_id"] is not None else None
        if row["parent_id"] is not None and (parent is None or parent["conversation_id"] != row["conversation_id"]):
            wrong.append(f"message {row['id']} has no parent in its chat")
        child = row["active_child"]
        if child is not None and (child not in rows or rows[child]["parent_id"] != row["id"]):
            wrong.append(f"message {row['id']} shows a child that is not there")
        if row["status"] == "writing":
            wrong.append(f"reply {row['id']} is being written by nobody")
        if row["deleted_at"] is not None:
            wrong.append(f"message {row['id']} is hidden and was not purged")
        if row["role"] == "assistant" and row["mode"] is not None:
            if not drafts.get(row["id"]):
                wrong.append(f"reply {row['id']} has no draft")
            elif row["content"] not in drafts[row["id"]].values():
                wrong.append(f"reply {row['id']} is none of its drafts")
    for chat in chats.values():
        if chat["id"] in filled and (chat["active_root"] not in rows):
            wrong.append(f"chat {chat['id']} has messages and shows none")
        if chat["id"] not in filled and chat["title"] == UNTITLED:
            wrong.append(f"chat {chat['id']} was begun and has no message")
        if chat["deleted_at"] is not None:
            wrong.append(f"chat {chat['id']} is hidden and was not purged")
    return wrong


def lines_of(acks: Path, offset: int) -> tuple[list[dict[str, Any]], int]:
    """The whole lines from there on, and where they end."""
    data = acks.read_bytes()[offset:] if acks.exists() else b""
    end = data.rfind(b"\n") + 1
    return [json.loads(line) for line in data[:end].splitlines()], offset + end
