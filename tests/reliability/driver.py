"""The window as a person uses it, without a screen, until somebody kills it.

    python -m reliability.driver DATA_DIR ACKS SEED real|quick

Chats, rates, rewords, turns pages, renames, pins, deletes, brings back, imports and changes settings through the real
controllers, in an order drawn from SEED. Before a step that takes something away it appends a line with `will` to
ACKS, and after every step whose end the person is shown a line with `did`: what those lines say must be true
whenever the process is gone. A line is one `write`, which outlives the process.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from desktop.app import make_application
from desktop.assembly import Attune, Stores
from engine.paths import Paths
from engine.preferences.taste_model import load_taste_model
from engine.store.chats import ChatStore, StoredMessage

QUICK_WORKER = Path(__file__).parent.parent / "helpers" / "quick_worker.py"
N_IMPORTED, N_MESSAGES = 30, 10
TEXTS = (
    "hello",
    "مرحبا بالعالم",
    "你好，世界",
    "👩‍👩‍👧‍👦 family",
    "naïve café e\u0301",
    "tab\tand\nnewline",
    "x" * 3000,
)


class Driver:
    """One process of use; `step` does one random thing and says so."""

    def __init__(self, data_dir: Path, acks: Path, seed: int, worker: str) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        self.data_dir = data_dir
        self._acks = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.app = make_application()
        taste = load_taste_model()
        quick = [sys.executable, str(QUICK_WORKER), str(taste.n_base), taste.heads_version]
        self.attune = Attune(Stores.open(Paths.under(data_dir)), quick if worker == "quick" else None)
        self._watch_partial_text()
        self.attune.client.failed.connect(self._on_failed)
        self.attune.writer.ended.connect(self._on_ended)
        self.attune.taste.set_quiz_state("skipped")
        self.attune.settings.update(max_tokens=24, n_drafts=2, time_budget_s=600)
        self.attune.start()
        self.n = 0

    def say(self, **line: Any) -> None:
        os.write(self._acks, (json.dumps(line) + "\n").encode())

    def run(self) -> None:
        self.until(lambda: self.attune.models.status.state != "loading", 280.0)
        self.say(did="ready", worker=self.attune.client.process_id)
        while True:
            self.step()
            self.until(lambda: False, self.random.random() * 0.01)

    def until(self, done: Callable[[], bool], timeout_s: float = 120.0) -> None:
        end = time.monotonic() + timeout_s
        while not done() and time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.001)

    def step(self) -> None:
        if self.attune.models.status.state == "failed":  # the worker was killed more often than it is restarted
            self.attune.models.reload()
            self.until(lambda: self.attune.models.status.state != "loading")
        steps = (
            (self.send, 8),
            (self.reword, 2),
            (self.another, 2),
            (self.thumb, 4),
            (self.prefer, 2),
            (self.correct_taste, 1),
            (self.rename, 1),
            (self.pin, 1),
            (self.turn, 1),
            (self.delete_messages, 1),
            (self.delete_chat, 1),
            (self.undo_deletion, 1),
            (self.import_chats, 1),
            (self.change_setting, 1),
            (self.new_chat, 2),
            (self.stop_midway, 1),
        )
        act = self.random.choices([each for each, _ in steps], [weight for _, weight in steps])[0]
        act()
        self.say(did="step", name=act.__name__, worker=self.attune.client.process_id)

    # steps

    def send(self) -> None:
        self.n += 1
        before = {message.id for message in self.thread()}
        text = f"q{self.seed}.{self.n} {self.random.choice(TEXTS)}"
        self.attune.chats.send(text)
        user = next(m for m in self.thread() if m.id not in before and m.role == "user")
        self.say(did="message", id=user.id, chat=self.attune.chats.open_id, text=user.content, parent=user.parent_id)
        self.until(lambda: not self.attune.chats.is_busy)

    def stop_midway(self) -> None:
        self.n += 1
        self.attune.chats.send(f"q{self.seed}.{self.n} stop")
        self.until(lambda: not self.attune.chats.is_busy, 0.08)
        self.attune.writer.stop()
        self.until(lambda: not self.attune.chats.is_busy)

    def reword(self) -> None:
        users = [m for m in self.thread() if m.role == "user"]
        if users:
            self.n += 1
            known = self.ids("message")
            self.attune.chat_assembly.branches.reword(
                self.random.choice(users).id, f"r{self.seed}.{self.n} {self.random.choice(TEXTS)}"
            )
            for message_id in self.ids("message") - known:
                message = self.chats.message(message_id)
                if message.role == "user":
                    chat = self.attune.chats.open_id
                    self.say(did="message", id=message_id, chat=chat, text=message.content, parent=message.parent_id)
            self.until(lambda: not self.attune.chats.is_busy)

    def another(self) -> None:
        replies = self.replies()
        if replies:
            self.attune.chat_assembly.branches.write_another(self.random.choice(replies).id)
            self.until(lambda: not self.attune.chats.is_busy)

    def thumb(self) -> None:
        replies = [m for m in self.replies() if m.drafts]
        if replies:
            message = self.random.choice(replies)
            draft = self.random.choice(message.drafts)
            self.attune.ratings.rate(message.id, draft.index, self.random.random() < 0.5)
            self.say_events()

    def prefer(self) -> None:
        replies = [m for m in self.replies() if len(m.drafts) > 1]
        if replies:
            message = self.random.choice(replies)
            draft = self.random.choice(message.drafts)
            if draft.finish is not None and not draft.shown:
                self.say(will="reply", id=message.id)  # its text becomes that of another draft
                self.attune.ratings.prefer(message.id, draft.index)
                self.say_reply(message.id)
                self.say_events()

    def correct_taste(self) -> None:
        self.attune.tastes.correct("length", self.random.uniform(-1, 1))
        self.say_events()

    def rename(self) -> None:
        if self.attune.chats.open_id is not None:
            self.n += 1
            title = f"t{self.seed}.{self.n} {self.random.choice(TEXTS[:5])}"
            self.say(will="title", id=self.attune.chats.open_id)
            self.attune.chat_assembly.list.rename(self.attune.chats.open_id, title)
            self.say(did="title", id=self.attune.chats.open_id, title=" ".join(title.split()))

    def pin(self) -> None:
        if self.attune.chats.open_id is not None:
            pinned = self.random.random() < 0.5
            self.say(will="pin", id=self.attune.chats.open_id)
            self.attune.chat_assembly.list.set_pinned(self.attune.chats.open_id, pinned)
            self.say(did="pin", id=self.attune.chats.open_id, pinned=pinned)

    def turn(self) -> None:
        thread = self.thread()
        if thread:
            self.attune.chat_assembly.branches.turn(self.random.choice(thread).id, self.random.choice((-1, 1)))

    def delete_messages(self) -> None:
        thread = self.thread()
        if len(thread) > 2:
            message = self.random.choice(thread)
            gone = self.below(message.id)
            self.say(will="gone", messages=gone)
            self.attune.chat_assembly.branches.delete_from(message.id)
            self.say(did="gone", messages=gone)

    def delete_chat(self) -> None:
        chats = self.chats.conversations()
        if len(chats) > 2:
            chat = self.random.choice(chats)
            rows = self.database.query("SELECT id FROM message WHERE conversation_id = ?", (chat.id,))
            gone = [row["id"] for row in rows]
            self.say(will="gone", messages=gone, chat=chat.id)
            self.attune.chat_assembly.list.delete(chat.id)
            self.say(did="gone", messages=gone, chat=chat.id)

    def undo_deletion(self) -> None:
        hidden = self.hidden()
        self.say(will="back", messages=hidden[0], chats=hidden[1])
        self.attune.chat_assembly.deletions.undo()
        back = self.hidden()
        self.say(
            did="back",
            messages=[each for each in hidden[0] if each not in back[0] and self.is_there("message", each)],
            chats=[each for each in hidden[1] if each not in back[1] and self.is_there("conversation", each)],
        )

    def import_chats(self) -> None:
        self.n += 1
        mark = f"i{self.seed}.{self.n}"
        path = self.data_dir / "to-import.json"
        path.write_text(
            json.dumps([_importable(f"{mark}.{k}", N_MESSAGES) for k in range(N_IMPORTED)]), encoding="utf-8"
        )
        files = self.attune.chat_assembly.files
        self.say(will="import", mark=mark)
        files.import_from(path)
        self.until(lambda: not files.is_busy)
        rows = self.database.query(
            "SELECT id, conversation_id, parent_id, content FROM message WHERE content LIKE ? ORDER BY number",
            (f"{mark}.%",),
        )
        for row in rows:
            self.say(
                did="message",
                id=row["id"],
                chat=row["conversation_id"],
                text=row["content"],
                parent=row["parent_id"],
            )
        self.say(did="import", mark=mark, messages=len(rows))

    def change_setting(self) -> None:
        value = self.random.randrange(100)
        self.say(will="setting")
        self.attune.settings.update(system_prompt=f"prompt {value} é")
        self.say(did="setting", system_prompt=f"prompt {value} é")
        self.attune.settings.update(mode=self.random.choice(("personal", "instant")))

    def new_chat(self) -> None:
        if self.random.random() < 0.5:
            self.attune.chats.new_chat()
        else:
            chats = self.chats.conversations()
            if chats:
                self.attune.chats.open(self.random.choice(chats).id)

    # what is said

    def _on_failed(self, request_id: int, _sentence: str, kind: str) -> None:
        """A message that is too long for the model is about to leave the chat and return to the composer."""
        active = self.attune.writer.active
        if kind == "prompt" and active is not None and active.request_id == request_id:
            self.say(will="gone", messages=[active.user_id], chat=active.conversation_id)

    def _on_ended(self, active: Any) -> None:
        if active.failure is not None and active.failure[1] == "prompt":
            if not self.is_there("message", active.user_id):
                self.say(did="gone", messages=[active.user_id])
            if not self.is_there("conversation", active.conversation_id):
                self.say(did="gone", messages=[], chat=active.conversation_id)
        if active.stored or active.kept:
            self.say_reply(active.message_id)

    def say_reply(self, message_id: str) -> None:
        message = self.chats.message(message_id)
        self.say(
            did="reply",
            id=message.id,
            text=message.content,
            parent=message.parent_id,
            status=message.status,
            drafts={str(draft.index): draft.text for draft in message.drafts},
        )

    def say_events(self) -> None:
        rows = self.database.query("SELECT number, payload FROM feedback_event ORDER BY number")
        self.say(did="events", events={str(row["number"]): row["payload"] for row in rows[-3:]}, count=len(rows))

    def _watch_partial_text(self) -> None:
        save = ChatStore.save_partial

        def saved(store: ChatStore, message_id: str, texts: dict[int, str]) -> None:
            save(store, message_id, texts)
            self.say(did="partial", id=message_id, drafts={str(index): text for index, text in texts.items()})

        ChatStore.save_partial = saved  # type: ignore[method-assign]

    # helpers

    @property
    def database(self) -> Any:
        return self.attune.stores.database

    @property
    def chats(self) -> ChatStore:
        return ChatStore(self.database)

    def thread(self) -> list[StoredMessage]:
        return self.chats.thread(self.attune.chats.open_id) if self.attune.chats.open_id is not None else []

    def replies(self) -> list[StoredMessage]:
        return [m for m in self.thread() if m.role == "assistant" and m.status != "writing"]

    def ids(self, table: str) -> set[str]:
        return {row["id"] for row in self.database.query(f"SELECT id FROM {table}")}

    def is_there(self, table: str, row_id: str) -> bool:
        return bool(self.database.query(f"SELECT 1 FROM {table} WHERE id = ?", (row_id,)))

    def below(self, message_id: str) -> list[str]:
        rows = self.database.query(
            "WITH RECURSIVE below(id) AS (SELECT ?"
            " UNION SELECT m.id FROM message m JOIN below ON m.parent_id = below.id) SELECT id FROM below",
            (message_id,),
        )
        return [row["id"] for row in rows]

    def hidden(self) -> tuple[list[str], list[str]]:
        messages = self.database.query(
            "SELECT m.id FROM message m JOIN conversation c ON c.id = m.conversation_id"
            " WHERE m.deleted_at IS NOT NULL OR c.deleted_at IS NOT NULL"
        )
        chats = self.database.query("SELECT id FROM conversation WHERE deleted_at IS NOT NULL")
        return [row["id"] for row in messages], [row["id"] for row in chats]


def _importable(title: str, n_messages: int) -> dict[str, Any]:
    """A chat as ChatGPT writes it."""
    mapping: dict[str, Any] = {}
    for number in range(n_messages):
        mapping[f"n{number}"] = {
            "id": f"n{number}",
            "parent": f"n{number - 1}" if number else None,
            "children": [f"n{number + 1}"] if number + 1 < n_messages else [],
            "message": {
                "id": f"n{number}",
                "author": {"role": ("user", "assistant")[number % 2]},
                "create_time": 1.7e9 + number,
                "content": {"content_type": "text", "parts": [f"{title} message {number} 你好"]},
            },
        }
    return {"title": title, "create_time": 1.7e9, "mapping": mapping, "current_node": f"n{n_messages - 1}"}


if __name__ == "__main__":
    Driver(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]).run()
